"""An issuing state of our own, made at run time: its CSCA, document signers, and signed SODs.

ICAO Doc 9303 part 12 section 7 (certificates), part 10 section 4.6.2 (EF.SOD).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hardware.emrtd import tlv

Kind = Literal["rsa-pss", "rsa", "ecdsa"]
Curve = Literal["brainpoolP256r1", "secp256r1"]

SOD_TAG = 0x77
_LDS_OBJECT = "2.23.136.1.1.1"
_CURVES: dict[str, ec.EllipticCurve] = {
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "secp256r1": ec.SECP256R1(),
}
_YEAR = timedelta(days=365)

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class _GroupHash(core.Sequence):  # type: ignore[misc]
    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012


class _GroupHashes(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _GroupHash


class _LdsSecurityObject(core.Sequence):  # type: ignore[misc]
    """LDSSecurityObject, version 0 (part 10 section 4.6.2.3)."""

    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("algorithm", algos.DigestAlgorithm),
        ("hashes", _GroupHashes),
    ]


@dataclass(frozen=True, repr=False)
class Issued:
    """A signed document security object, and the certificate that its trust starts from."""

    sod: bytes
    """EF.SOD: CMS SignedData in tag 77."""
    csca: bytes
    """The CSCA certificate, DER."""
    signer: bytes
    """The document signer certificate, DER; it is in the SOD as well."""


def issue(
    groups: Mapping[int, bytes],
    kind: Kind = "ecdsa",
    curve: Curve = "brainpoolP256r1",
    *,
    country: str = "UT",
    now: datetime | None = None,
) -> Issued:
    """A new CSCA, a new signer, and the SOD over these data groups (whole files, by number).

    `country` is the two letters of the certificates; part 3 reserves UTO for specimens.
    """
    when = now or datetime.now(UTC)
    csca_key, signer_key = _new_key(kind, curve), _new_key(kind, curve)
    csca_name = _name(country, "Test CSCA")
    csca = _certificate(kind, csca_name, csca_name, csca_key, csca_key, when, authority=True)
    signer_name = _name(country, "Test Document Signer")
    signer = _certificate(kind, signer_name, csca_name, signer_key, csca_key, when, authority=False)
    signer_der = signer.public_bytes(Encoding.DER)
    sod = _signed(_lds(groups), kind, signer_key, signer_der, when)
    return Issued(sod, csca.public_bytes(Encoding.DER), signer_der)


def _new_key(kind: Kind, curve: Curve) -> PrivateKey:
    if kind == "ecdsa":
        return ec.generate_private_key(_CURVES[curve])
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(country: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Simulated"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    kind: Kind,
    subject: x509.Name,
    issuer: x509.Name,
    key: PrivateKey,
    issuer_key: PrivateKey,
    when: datetime,
    *,
    authority: bool,
) -> x509.Certificate:
    """A certificate with the extensions that part 12 section 7.1.1 makes mandatory."""
    public = key.public_key()
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(when - _YEAR)
        .not_valid_after(when + 10 * _YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(_usage(authority), critical=True)
    )
    if authority:
        builder = builder.add_extension(x509.BasicConstraints(True, 0), critical=True)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if kind == "rsa-pss" else None
    return builder.sign(issuer_key, hashes.SHA256(), rsa_padding=pss)


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _lds(groups: Mapping[int, bytes]) -> bytes:
    hashed = [
        {"number": number, "value": hashlib.sha256(groups[number]).digest()}
        for number in sorted(groups)
    ]
    algorithm = {"algorithm": "sha256"}
    return bytes(
        _LdsSecurityObject({"version": 0, "algorithm": algorithm, "hashes": hashed}).dump()
    )


def _signed(
    content: bytes, kind: Kind, key: PrivateKey, certificate: bytes, when: datetime
) -> bytes:
    """SignedData version 3 over signed attributes (part 10 section 4.6.2.2, RFC 5652)."""
    signer = asn1_x509.Certificate.load(certificate)
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [_LDS_OBJECT]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
            {
                "type": "signing_time",
                "values": [cms.Time({"utc_time": when.replace(microsecond=0)})],
            },
        ]
    )
    who = {"issuer": signer.issuer, "serial_number": signer.serial_number}
    info = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": who},
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": _algorithm(kind),
        "signature": _sign(kind, key, attributes.untag().dump()),
    }
    data = {
        "version": "v3",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {
            "content_type": _LDS_OBJECT,
            "content": core.ParsableOctetString(content),
        },
        "certificates": [signer],
        "signer_infos": [info],
    }
    whole = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})
    return tlv.wrap(SOD_TAG, whole.dump())


def _algorithm(kind: Kind) -> dict[str, Any]:
    if kind == "ecdsa":
        return {"algorithm": "sha256_ecdsa"}
    if kind == "rsa":
        return {"algorithm": "sha256_rsa"}
    parameters = {
        "hash_algorithm": {"algorithm": "sha256"},
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
        "salt_length": 32,
    }
    return {"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)}


def _sign(kind: Kind, key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(hashes.SHA256()))
    if kind == "rsa-pss":
        return key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
