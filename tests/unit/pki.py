"""A country's certificates and what it signs, made at run time: nothing here is anybody's."""

import datetime
import functools
import hashlib
from dataclasses import dataclass, field

import ecdsa
from asn1crypto import algos, cms, core, keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

UTC = datetime.timezone.utc  # noqa: UP017
LDS_OBJECT = "2.23.136.1.1.1"
MASTER_LIST = "2.23.136.1.1.2"

CURVES = {
    "brainpoolP192r1": (ecdsa.BRAINPOOLP192r1, "1.3.36.3.3.2.8.1.1.3"),
    "brainpoolP224r1": (ecdsa.BRAINPOOLP224r1, "1.3.36.3.3.2.8.1.1.5"),
    "brainpoolP256r1": (ecdsa.BRAINPOOLP256r1, "1.3.36.3.3.2.8.1.1.7"),
    "brainpoolP320r1": (ecdsa.BRAINPOOLP320r1, "1.3.36.3.3.2.8.1.1.9"),
    "brainpoolP384r1": (ecdsa.BRAINPOOLP384r1, "1.3.36.3.3.2.8.1.1.11"),
    "brainpoolP512r1": (ecdsa.BRAINPOOLP512r1, "1.3.36.3.3.2.8.1.1.13"),
    "secp192r1": (ecdsa.NIST192p, "1.2.840.10045.3.1.1"),
    "secp224r1": (ecdsa.NIST224p, "1.3.132.0.33"),
    "secp256r1": (ecdsa.NIST256p, "1.2.840.10045.3.1.7"),
    "secp384r1": (ecdsa.NIST384p, "1.3.132.0.34"),
    "secp521r1": (ecdsa.NIST521p, "1.3.132.0.35"),
}
_RSA_OIDS = {"sha1": "5", "sha224": "14", "sha256": "11", "sha384": "12", "sha512": "13"}
_EC_OIDS = {"sha1": "1", "sha224": "3.1", "sha256": "3.2", "sha384": "3.3", "sha512": "3.4"}
_HASHES = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class Key:
    """Signs; `algorithm` and `info` say how and with which public key."""

    info: keys.PublicKeyInfo

    def algorithm(self, digest: str) -> algos.SignedDigestAlgorithm:
        raise NotImplementedError

    def sign(self, message: bytes, digest: str) -> bytes:
        raise NotImplementedError


@functools.cache
def _rsa(number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


class RsaKey(Key):
    """PKCS #1, or PSS when it has `(hash, MGF hash, salt)`; `number` tells keys apart."""

    def __init__(self, number: int = 0, pss: tuple[str, str, int] | None = None) -> None:
        self._private, self._pss = _rsa(number), pss
        self.info = keys.PublicKeyInfo.load(
            self._private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    def algorithm(self, digest: str) -> algos.SignedDigestAlgorithm:
        if self._pss is None:
            return algos.SignedDigestAlgorithm(
                {"algorithm": f"1.2.840.113549.1.1.{_RSA_OIDS[digest]}", "parameters": core.Null()}
            )
        told, mask, salt = self._pss
        return algos.SignedDigestAlgorithm(
            {
                "algorithm": "rsassa_pss",
                "parameters": {
                    "hash_algorithm": {"algorithm": told},
                    "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": mask}},
                    "salt_length": salt,
                },
            }
        )

    def sign(self, message: bytes, digest: str) -> bytes:
        if self._pss is None:
            return self._private.sign(message, padding.PKCS1v15(), _HASHES[digest])
        told, mask, salt = self._pss
        scheme = padding.PSS(padding.MGF1(_HASHES[mask]), salt)
        return self._private.sign(message, scheme, _HASHES[told])


class EcKey(Key):
    """On a named curve, or one whose parameters are written out; `plain`: r and s in a row."""

    def __init__(self, curve: str, explicit: bool = False, plain: bool = False) -> None:
        self._curve, oid = CURVES[curve]
        self.curve, self.explicit, self.plain = curve, explicit, plain
        self._private = ecdsa.SigningKey.generate(self._curve)
        chosen = keys.ECDomainParameters(name="named", value=keys.NamedCurve(oid))
        if explicit:
            chosen = keys.ECDomainParameters.load(self._curve.to_der(encoding="explicit"))
        self.info = keys.PublicKeyInfo(
            {
                "algorithm": {"algorithm": "ec", "parameters": chosen},
                "public_key": keys.ECPointBitString(
                    self._private.verifying_key.to_string("uncompressed")
                ),
            }
        )

    def algorithm(self, digest: str) -> algos.SignedDigestAlgorithm:
        oid = f"1.2.840.10045.4.{_EC_OIDS[digest]}"
        if self.plain:
            oid = f"0.4.0.127.0.7.1.1.4.1.{list(_HASHES).index(digest) + 1}"
        return algos.SignedDigestAlgorithm({"algorithm": oid})

    def sign(self, message: bytes, digest: str) -> bytes:
        encode = ecdsa.util.sigencode_string if self.plain else ecdsa.util.sigencode_der
        told = hashlib.new(digest, message).digest()
        return bytes(self._private.sign_digest(told, sigencode=encode, allow_truncate=True))


@dataclass
class Party:
    """A certificate and the key that it is for."""

    key: Key
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return bytes(self.certificate.dump())


def name(country: str, common: str = "Signing") -> x509.Name:
    return x509.Name.build({"country_name": country, "common_name": common})


def certify(
    key: Key,
    issuer: Party | None = None,
    *,
    country: str = "UT",
    common: str = "Signing",
    serial: int = 1,
    years: tuple[int, int] = (2020, 2035),
    digest: str = "sha256",
    authority: bool | None = None,
    authority_key: bool = True,
    subject_key: bytes | None = b"",
) -> Party:
    """A certificate for the key by the issuer (None: by itself); valid from and to 1 January."""
    by = key if issuer is None else issuer.key
    issued_by = name(country, common) if issuer is None else issuer.certificate.subject
    algorithm = by.algorithm(digest)
    extensions = [
        {
            "extn_id": "basic_constraints",
            "critical": True,
            "extn_value": {"ca": issuer is None if authority is None else authority},
        }
    ]
    if subject_key is not None:
        extensions.append(
            {
                "extn_id": "key_identifier",
                "critical": False,
                "extn_value": subject_key or key.info.sha1,
            }
        )
    if authority_key:
        told = None if issuer is None else issuer.certificate.key_identifier
        told = told or by.info.sha1
        extensions.append(
            {
                "extn_id": "authority_key_identifier",
                "critical": False,
                "extn_value": {"key_identifier": told},
            }
        )
    first, last = (datetime.datetime(year, 1, 1, tzinfo=UTC) for year in years)
    signed = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": algorithm,
            "issuer": issued_by,
            "validity": {"not_before": x509.UTCTime(first), "not_after": x509.UTCTime(last)},
            "subject": name(country, common),
            "subject_public_key_info": key.info,
            "extensions": extensions,
        }
    )
    certificate = x509.Certificate(
        {
            "tbs_certificate": signed,
            "signature_algorithm": algorithm,
            "signature_value": by.sign(signed.dump(), digest),
        }
    )
    return Party(key, x509.Certificate.load(certificate.dump()))


@dataclass
class Signed:
    """How signed data is made, every part to be made otherwise."""

    signer: Party
    content: bytes
    content_type: str = LDS_OBJECT
    digest: str = "sha256"
    signature_digest: str = ""
    """The hash of the signature, where it is another."""
    by: str = "issuer_and_serial_number"
    wrong_issuer: bool = False
    wrong_serial: bool = False
    certificates: list[x509.Certificate] = field(default_factory=list)
    signing_time: datetime.datetime | None = None
    attributes: bool = True
    claimed: bytes | None = None
    """Another content than the one that was signed."""

    def der(self) -> bytes:
        return bytes(self.info().dump())

    def info(self) -> cms.ContentInfo:
        digest = self.signature_digest or self.digest
        message: bytes = self.content
        signed: cms.CMSAttributes | None = None
        if self.attributes:
            told = [
                {"type": "content_type", "values": [self.content_type]},
                {
                    "type": "message_digest",
                    "values": [hashlib.new(self.digest, self.content).digest()],
                },
            ]
            if self.signing_time is not None:
                told.append(
                    {"type": "signing_time", "values": [cms.Time({"utc_time": self.signing_time})]}
                )
            signed = cms.CMSAttributes(told)
            message = signed.dump()
        key = self.signer.key
        certificate = self.signer.certificate
        if self.by == "issuer_and_serial_number":
            issuer = name("XX", "Nobody") if self.wrong_issuer else certificate.issuer
            serial = certificate.serial_number + (999 if self.wrong_serial else 0)
            sid = {"issuer": issuer, "serial_number": serial}
        else:
            sid = certificate.key_identifier
        info = {
            "version": "v1",
            "sid": cms.SignerIdentifier(name=self.by, value=sid),
            "digest_algorithm": {"algorithm": self.digest},
            "signature_algorithm": key.algorithm(digest),
            "signature": key.sign(message, digest),
        }
        if signed is not None:
            info["signed_attrs"] = signed
        content = self.content if self.claimed is None else self.claimed
        return cms.ContentInfo(
            {
                "content_type": "signed_data",
                "content": {
                    "version": "v3",
                    "digest_algorithms": [{"algorithm": self.digest}],
                    "encap_content_info": {
                        "content_type": self.content_type,
                        "content": core.ParsableOctetString(content),
                    },
                    "certificates": self.certificates or [certificate],
                    "signer_infos": [info],
                },
            }
        )


def security_object(groups: dict[int, bytes], digest: str = "sha256") -> bytes:
    """The hashes of these groups, as they are signed."""
    rows = b"".join(
        core.Sequence.dump(_row(number, hashlib.new(digest, content).digest()))
        for number, content in groups.items()
    )
    head = core.Integer(0).dump() + algos.DigestAlgorithm({"algorithm": digest}).dump()
    return wrap(0x30, head + wrap(0x30, rows))


def master_list(certificates: list[bytes]) -> bytes:
    """The certificates, as they are signed."""
    return wrap(0x30, core.Integer(0).dump() + wrap(0x31, b"".join(certificates)))


def wrap(tag: int, value: bytes) -> bytes:
    size = len(value).to_bytes((len(value).bit_length() + 7) // 8 or 1)
    length = size if len(value) < 0x80 else bytes([0x80 | len(size)]) + size
    return bytes([tag]) + length + value


def _row(number: int, value: bytes) -> core.Sequence:
    return core.Sequence.load(
        wrap(0x30, core.Integer(number).dump() + core.OctetString(value).dump())
    )
