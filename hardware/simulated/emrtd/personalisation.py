"""From a machine-readable zone to all that is on a document's chip.

ICAO Doc 9303 part 10 section 4 (files), part 11 section 9.2 (security infos).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hardware.emrtd.access_keys import CanKey, MrzKey
from hardware.emrtd.ciphers import Suite
from hardware.emrtd.domain_parameters import STANDARDIZED, DhDomain, Domain
from hardware.emrtd.tlv import first, wrap
from hardware.mrz.parsing import parse
from hardware.simulated.emrtd import der
from hardware.simulated.emrtd.issuing import (
    Authority,
    Signer,
    card_security,
    country_of,
    make_authority,
    security_object,
)
from hardware.simulated.emrtd.keys import EcKey, Hash, Key, Random, RsaKey, Signature, make_key
from hardware.simulated.emrtd.portrait import group_2

GM, IM, CAM = "GM", "IM", "CAM"

CARD_ACCESS, CARD_SECURITY = 0x011C, 0x011D
"""Files beside the passport application."""
SOD, COM = 0x011D, 0x011E
"""Files in it; data group N is 0100 + N."""

_TAGS = {1: 0x61, 2: 0x75, 14: 0x6E, 15: 0x6F}
_BSI = "0.4.0.127.0.7.2.2"
_MAPPINGS = {("DH", GM): 1, ("ECDH", GM): 2, ("DH", IM): 3, ("ECDH", IM): 4, ("ECDH", CAM): 6}
_SUITES = {Suite.DES3: 1, Suite.AES128: 2, Suite.AES192: 3, Suite.AES256: 4}
_PLAIN_ECDSA: dict[Hash, str] = {
    "sha1": "0.4.0.127.0.7.1.1.4.1.1",
    "sha224": "0.4.0.127.0.7.1.1.4.1.2",
    "sha256": "0.4.0.127.0.7.1.1.4.1.3",
    "sha384": "0.4.0.127.0.7.1.1.4.1.4",
    "sha512": "0.4.0.127.0.7.1.1.4.1.5",
}


@dataclass(frozen=True)
class PaceOffer:
    """One way of PACE."""

    parameter_id: int = 13
    suite: Suite = Suite.AES128
    mapping: str = GM
    """`GM`, `IM` or `CAM`."""

    @property
    def domain(self) -> Domain:
        """The domain parameters."""
        return STANDARDIZED[self.parameter_id]

    @property
    def oid(self) -> str:
        """The protocol (Doc 9303 part 11 section 9.2.1)."""
        family = _MAPPINGS[self.domain.kind, self.mapping]
        return f"{_BSI}.4.{family}.{_SUITES[self.suite]}"

    @property
    def info(self) -> bytes:
        """PACEInfo."""
        return der.sequence(der.oid(self.oid), der.integer(2), der.integer(self.parameter_id))


@dataclass(frozen=True)
class Profile:
    """What a chip can do, as an issuer orders it; by default about what Denmark's can."""

    bac: bool = True
    pace: tuple[PaceOffer, ...] = (PaceOffer(),)
    can: str | None = None
    """The card access number, where one is printed on the document."""
    signature: Signature = Signature.RSA_PSS
    """Of the document signer; the curve is secp256r1."""
    signature_parameter_id: int = 12
    hash: Hash = "sha256"
    """Of the data groups and in signatures."""
    chip_authentication: Suite | None = Suite.AES128
    chip_parameter_id: int = 13
    """The domain parameters of the chip's key for chip authentication."""
    chip_key_id: int | None = None
    active_authentication: Signature | None = Signature.ECDSA
    """ECDSA on brainpoolP256r1, or RSA (of whichever padding: the chip uses ISO/IEC 9796-2)."""
    active_rsa_bits: int = 1024
    extended: bool = False
    """Whether the chip knows extended length, and says so."""
    portrait: bool = True


DANISH = Profile()
BARE = Profile(
    pace=(), signature=Signature.ECDSA, chip_authentication=None, active_authentication=None
)
"""Basic access control and passive authentication, as many states have them still."""


@dataclass(frozen=True, repr=False)
class ChipKey:
    """A key pair for chip authentication."""

    domain: Domain
    parameter_id: int
    private: int

    @property
    def public(self) -> bytes:
        """Its public key, as it goes over the air."""
        return self.domain.public(self.private)

    @property
    def info(self) -> bytes:
        """SubjectPublicKeyInfo (TR-03110 part 3 A.2.1): an EC key with its curve written out."""
        if not isinstance(self.domain, DhDomain):
            return EcKey(self.parameter_id, self.private, explicit=True).info
        group = der.sequence(*map(der.integer, (self.domain.p, self.domain.g, self.domain.q)))
        algorithm = der.sequence(der.oid("1.2.840.10046.2.1"), group)
        return der.sequence(algorithm, der.bits(der.integer(int.from_bytes(self.public))))

    @property
    def standardized_info(self) -> bytes:
        """The same with the number of its domain parameters, as EF.CardSecurity has it."""
        numbered = der.sequence(der.oid("0.4.0.127.0.7.1.2"), der.integer(self.parameter_id))
        return der.sequence(numbered, der.bits(self.public))


@dataclass(frozen=True, repr=False)
class Passport:
    """All that is on a chip. Personal in form, invented in fact."""

    profile: Profile
    mrz_key: MrzKey
    can_key: CanKey | None
    outside: dict[int, bytes]
    """Files beside the passport application, by identifier."""
    files: dict[int, bytes]
    """Files in the passport application, by identifier."""
    chip_key: ChipKey | None
    """For chip authentication."""
    mapping_key: ChipKey | None
    """For PACE with chip-authentication mapping: on PACE's own curve."""
    active_key: Key | None
    historical_bytes: bytes = field(default=b"")

    @property
    def chip_protocol(self) -> str | None:
        """The protocol of chip authentication, by its dotted identifier."""
        suite = self.profile.chip_authentication
        if self.chip_key is None or suite is None:
            return None
        kind = 1 if self.chip_key.domain.kind == "DH" else 2
        return f"{_BSI}.3.{kind}.{_SUITES[suite]}"

    def with_files(self, changed: dict[int, bytes | None]) -> "Passport":
        """The same with other files in the application; None: without that one."""
        files = {**self.files, **changed}
        return replace(self, files={name: data for name, data in files.items() if data is not None})


def personalise(
    lines: Sequence[str],
    profile: Profile = DANISH,
    *,
    authority: Authority | None = None,
    signer: Signer | None = None,
    random: Random = secrets.token_bytes,
) -> Passport:
    """A document with these lines, signed by a new signer of this authority, or by `signer`.

    Without an authority one is made that nobody knows. Raises what `parse` and `MrzKey` raise.
    """
    document = parse(lines)
    authority = authority or make_authority(country=country_of(document.issuer))
    if signer is None:
        key = make_key(
            profile.signature,
            parameter_id=profile.signature_parameter_id,
            hash_name=profile.hash,
            random=random,
        )
        signer = authority.signer(key)
    chip_key = mapping_key = None
    if profile.chip_authentication:
        chip_key = _chip_key(profile.chip_parameter_id, random)
    mapped = [offer for offer in profile.pace if offer.mapping == CAM]
    if mapped:
        mapping_key = _chip_key(mapped[0].parameter_id, random)
    active_key = _active_key(profile, random)
    groups = {1: wrap(0x61, wrap(0x5F1F, "".join(lines).encode()))}
    if profile.portrait:
        groups[2] = group_2()
    infos = _group_14(profile, chip_key, active_key)
    if infos:
        groups[14] = wrap(_TAGS[14], der.set_of(*infos))
    if active_key:
        groups[15] = wrap(_TAGS[15], active_key.info)
    files = {0x0100 + number: data for number, data in groups.items()}
    files[SOD] = security_object(signer, groups, profile.hash)
    files[COM] = _common(groups)
    extended = profile.extended or any(offer.domain.kind == "DH" for offer in profile.pace)
    return Passport(
        replace(profile, extended=extended),
        MrzKey.of_document(document),
        CanKey.of(profile.can) if profile.can else None,
        _outside(profile, mapping_key, signer),
        files,
        chip_key,
        mapping_key,
        active_key,
        bytes.fromhex("807300" + ("00C0" if extended else "0080")),
    )


def _chip_key(parameter_id: int, random: Random) -> ChipKey:
    domain = STANDARDIZED[parameter_id]
    return ChipKey(domain, parameter_id, domain.generate(random))


def _active_key(profile: Profile, random: Random) -> Key | None:
    match profile.active_authentication:
        case None:
            return None
        case Signature.RSA_PKCS1 | Signature.RSA_PSS:
            return make_key(Signature.RSA_PKCS1, bits=profile.active_rsa_bits)
        case curve:
            return make_key(curve, parameter_id=13, random=random)


def _outside(profile: Profile, mapping_key: ChipKey | None, signer: Signer) -> dict[int, bytes]:
    if not profile.pace:
        return {}
    infos = [offer.info for offer in profile.pace]
    files = {CARD_ACCESS: der.set_of(*infos)}
    if mapping_key:
        public = der.sequence(der.oid(f"{_BSI}.1.2"), mapping_key.standardized_info)
        files[CARD_SECURITY] = card_security(signer, der.set_of(*infos, public))
    return files


def _group_14(profile: Profile, chip_key: ChipKey | None, active_key: Key | None) -> list[bytes]:
    infos = [offer.info for offer in profile.pace]
    if chip_key and profile.chip_authentication:
        kind = 1 if chip_key.domain.kind == "DH" else 2
        key_id = [] if profile.chip_key_id is None else [der.integer(profile.chip_key_id)]
        protocol = f"{_BSI}.3.{kind}.{_SUITES[profile.chip_authentication]}"
        infos.append(der.sequence(der.oid(protocol), der.integer(1), *key_id))
        infos.append(der.sequence(der.oid(f"{_BSI}.1.{kind}"), chip_key.info, *key_id))
    if active_key and not isinstance(active_key, RsaKey):
        signature = der.oid(_PLAIN_ECDSA[active_key.hash])
        infos.append(der.sequence(der.oid("2.23.136.1.1.5"), der.integer(1), signature))
    return infos


def _common(groups: dict[int, bytes]) -> bytes:
    """EF.COM: which groups there are (Doc 9303 part 10 section 4.6.1)."""
    tags = bytes(first(data).tag for _, data in sorted(groups.items()))
    return wrap(0x60, wrap(0x5F01, b"0107") + wrap(0x5F36, b"040000") + wrap(0x5C, tags))
