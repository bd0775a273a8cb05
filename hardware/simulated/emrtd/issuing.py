"""The simulated issuer: its CSCA, document signers, and what they sign (ICAO Doc 9303 part 12)."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hardware.emrtd.tlv import each, first, wrap
from hardware.simulated.emrtd import der
from hardware.simulated.emrtd.keys import HASHES, Hash, Key, make_key

LDS_OBJECT = "2.23.136.1.1.1"
CSCA_MASTER_LIST = "2.23.136.1.1.2"
MASTER_LIST_SIGNING = "2.23.136.1.1.3"
SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1"
"""What EF.CardSecurity holds (TR-03110 part 3 A.1.2.5)."""

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_TWO_LETTERS = {"D": "DE", "DEU": "DE", "DNK": "DK", "EST": "EE", "SWE": "SE", "POL": "PL"}


def country_of(issuer: str) -> str:
    """The two letters that stand in certificates for an issuer as the code writes it."""
    return _TWO_LETTERS.get(issuer, issuer[:2])


@dataclass(frozen=True, repr=False)
class Signer:
    """A key with its certificate (DER)."""

    key: Key
    certificate: bytes
    issuer_name: bytes
    serial: int


@dataclass(frozen=True, repr=False)
class Authority:
    """A country's signing authority (CSCA)."""

    key: Key
    country: str = "UT"
    posing_as: "Authority | None" = None
    """A forger: signs with its own key, but names this authority's."""

    @property
    def name(self) -> bytes:
        """Its distinguished name; all its generations have the same."""
        return _name(self.country, "Simulated CSCA")

    def certificate(self, signed_by: "Authority | None" = None) -> bytes:
        """Its certificate (DER), by itself or, as a link certificate, by an earlier generation."""
        extensions = (
            _extension("2.5.29.19", der.sequence(der.TRUE, der.integer(0)), critical=True),
            _extension("2.5.29.15", bytes.fromhex("03020106"), critical=True),
        )
        return (signed_by or self)._certify(self.key, self.name, 1, 25 * 365, *extensions)

    def signer(self, key: Key, *purposes: str, name: str = "Simulated document signer") -> Signer:
        """A document signer, or with a purpose (extended key usage) another kind of signer."""
        serial = int.from_bytes(secrets.token_bytes(8)) | 1
        extensions = [_extension("2.5.29.15", bytes.fromhex("03020780"), critical=True)]
        if purposes:
            usage = der.sequence(*map(der.oid, purposes))
            extensions.append(_extension("2.5.29.37", usage, critical=True))
        subject = _name(self.country, name)
        made = self._certify(key, subject, serial, 11 * 365, *extensions)
        return Signer(key, made, self.name, serial)

    def _certify(
        self, key: Key, subject: bytes, serial: int, days: int, *extensions: bytes
    ) -> bytes:
        now = datetime.now(UTC).replace(microsecond=0)
        named = (self.posing_as or self).key
        body = der.sequence(
            der.context(0, der.integer(2)),
            der.integer(serial),
            self.key.algorithm,
            self.name,
            der.sequence(
                der.time(now - timedelta(days=30)),
                der.time(min(now + timedelta(days=days), datetime(2049, 12, 31, tzinfo=UTC))),
            ),
            subject,
            key.info,
            der.context(
                3,
                der.sequence(
                    _extension("2.5.29.35", der.sequence(wrap(0x80, _key_identifier(named)))),
                    _extension("2.5.29.14", der.octets(_key_identifier(key))),
                    *extensions,
                ),
            ),
        )
        return der.sequence(body, self.key.algorithm, der.bits(self.key.sign(body)))


def make_authority(key: Key | None = None, country: str = "UT") -> Authority:
    """An authority with this key; None: one on brainpoolP256r1, which is made in no time."""
    return Authority(key or make_key(parameter_id=13), country)


def signed(
    signer: Signer, content_type: str, content: bytes, *, others: Sequence[bytes] = ()
) -> bytes:
    """CMS signed data (RFC 5652) with the signer's certificate and `others` in it."""
    hashed = der.sequence(der.oid(HASHES[signer.key.hash]))
    digest = _digest(signer.key.hash, content)
    attributes = der.set_of(
        der.sequence(der.oid(_CONTENT_TYPE), der.set_of(der.oid(content_type))),
        der.sequence(der.oid(_MESSAGE_DIGEST), der.set_of(der.octets(digest))),
    )
    info = der.sequence(
        der.integer(1),
        der.sequence(signer.issuer_name, der.integer(signer.serial)),
        hashed,
        der.context(0, first(attributes).value),
        signer.key.algorithm,
        der.octets(signer.key.sign(attributes)),
    )
    data = der.sequence(
        der.integer(3),
        der.set_of(hashed),
        der.sequence(der.oid(content_type), der.context(0, der.octets(content))),
        der.context(0, *sorted((signer.certificate, *others))),
        der.set_of(info),
    )
    return der.sequence(der.oid(_SIGNED_DATA), der.context(0, data))


def security_object(
    signer: Signer, groups: Mapping[int, bytes], hash_name: Hash = "sha256"
) -> bytes:
    """EF.SOD: the hashes of these data groups, signed (Doc 9303 part 10 section 4.6.2)."""
    hashes = (
        der.sequence(der.integer(number), der.octets(_digest(hash_name, data)))
        for number, data in sorted(groups.items())
    )
    content = der.sequence(
        der.integer(0), der.sequence(der.oid(HASHES[hash_name])), der.sequence(*hashes)
    )
    return wrap(0x77, signed(signer, LDS_OBJECT, content))


def card_security(signer: Signer, infos: bytes) -> bytes:
    """EF.CardSecurity: security infos, signed."""
    return signed(signer, SECURITY_OBJECT, infos)


def master_list(publisher: Authority, certificates: Sequence[bytes]) -> bytes:
    """A CSCA master list with these certificates (Doc 9303 part 12 section 9)."""
    signer = publisher.signer(make_key(), MASTER_LIST_SIGNING, name="Simulated list signer")
    content = der.sequence(der.integer(0), der.set_of(*certificates))
    return signed(signer, CSCA_MASTER_LIST, content, others=[publisher.certificate()])


def _name(country: str, name: str) -> bytes:
    parts = (("2.5.4.6", country), ("2.5.4.3", name))
    return der.sequence(
        *(der.set_of(der.sequence(der.oid(kind), der.printable(text))) for kind, text in parts)
    )


def _extension(kind: str, value: bytes, *, critical: bool = False) -> bytes:
    return der.sequence(der.oid(kind), der.TRUE if critical else b"", der.octets(value))


def _key_identifier(key: Key) -> bytes:
    """SHA-1 of the public key (RFC 5280 section 4.2.1.2)."""
    _, bits = each(first(key.info).value)
    return hashlib.sha1(bits.value[1:], usedforsecurity=False).digest()


def _digest(hash_name: Hash, data: bytes) -> bytes:
    return hashlib.new(hash_name, data, usedforsecurity=False).digest()
