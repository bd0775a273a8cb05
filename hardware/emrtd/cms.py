"""Signed data (CMS, RFC 5652) as chips and master lists carry it, read leniently."""

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core
from cryptography.hazmat.primitives import hashes

from hardware.emrtd import tlv
from hardware.emrtd.certificates import Certificate, MalformedCertificateError
from hardware.emrtd.signatures import HASHES, NAMED_HASHES, UnsupportedError, verify
from hardware.verdicts import CheckOutcome, CheckReason

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_MESSAGE_DIGEST, _SIGNING_TIME = "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"
_SET, _SEQUENCE = 0x31, 0x30

Check = tuple[CheckOutcome, CheckReason]


class MalformedCmsError(ValueError):
    """The bytes are no signed data; holds nothing of them."""


class _AnySet(core.SetOf):  # type: ignore[misc]
    _child_spec = core.Any


class _SignedData(core.Sequence):  # type: ignore[misc]
    """As asn1crypto's own, but whatever the version says, and with certificates left as they are.

    Some documents count the version as PKCS #7 did, and sets hold more than certificates.
    """

    _fields = [  # noqa: RUF012 - asn1crypto's way
        ("version", core.Integer),
        ("digest_algorithms", _AnySet),
        ("encap_content_info", cms.EncapsulatedContentInfo),
        ("certificates", _AnySet, {"implicit": 0, "optional": True}),
        ("crls", _AnySet, {"implicit": 1, "optional": True}),
        ("signer_infos", cms.SignerInfos),
    ]


class _ContentInfo(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("content_type", core.ObjectIdentifier),
        ("content", _SignedData, {"explicit": 0}),
    ]


@dataclass(frozen=True, slots=True, repr=False)
class SignedData:
    """What was signed, by whom, and whether the signature is right."""

    content_type: str
    """Object identifier."""
    content: bytes
    signer: Certificate
    signed_at: datetime | None
    """What the signer says; most documents do not say it."""
    signature: Check


def read(data: bytes) -> SignedData:
    """Reads signed data in DER or BER and verifies its first signer's signature.

    Raises `MalformedCmsError`. A signature that does not fit is no error: `signature` says it.
    """
    try:
        return _read(data)
    except MalformedCmsError:
        raise
    # asn1crypto reads late, and what it raises for nonsense is not one family.
    except Exception as error:
        raise MalformedCmsError("not signed data") from error


def _read(data: bytes) -> SignedData:
    outer = _ContentInfo.load(data)
    if outer["content_type"].dotted != _SIGNED_DATA:
        raise MalformedCmsError("not signed data")
    inner = outer["content"]
    told = inner["encap_content_info"]
    content = bytes(told["content"])
    info = inner["signer_infos"][0]
    signer = _signer(info["sid"], _certificates(inner["certificates"]))
    attributes = {
        attribute["type"].dotted: attribute["values"][0] for attribute in info["signed_attrs"]
    }
    try:
        right = _verify(info, attributes, content, signer)
        signature = (
            (CheckOutcome.PASSED, CheckReason.FITS)
            if right
            else (CheckOutcome.FAILED, CheckReason.WRONG_SIGNATURE)
        )
    except UnsupportedError:
        signature = (CheckOutcome.NOT_DONE, CheckReason.UNSUPPORTED)
    return SignedData(
        told["content_type"].dotted,
        content,
        signer,
        _signing_time(attributes.get(_SIGNING_TIME)),
        signature,
    )


def _certificates(told: core.Asn1Value) -> list[Certificate]:
    found = []
    for each in told:
        try:
            found.append(Certificate(each.dump()))
        except MalformedCertificateError:
            continue
    return found


def _signer(told: cms.SignerIdentifier, certificates: list[Certificate]) -> Certificate:
    """The signer's certificate: as it should be named, and then as some documents name it."""
    if told.name == "issuer_and_serial_number":
        issuer, serial = told.chosen["issuer"], told.chosen["serial_number"].native
        matching = [one for one in certificates if one.serial == serial]
        whole = [one for one in matching if one.issuer.dump() == issuer.dump()]
        matching = whole or matching
    else:
        matching = [one for one in certificates if one.key_id == told.chosen.native]
    # One and the same certificate may stand there twice.
    found = list({one.der: one for one in matching or certificates}.values())
    if len(found) != 1:
        raise MalformedCmsError("the signer's certificate is not there")
    return found[0]


def _verify(
    info: cms.SignerInfo,
    attributes: dict[str, core.Asn1Value],
    content: bytes,
    signer: Certificate,
) -> bool:
    algorithm, signature = info["signature_algorithm"], info["signature"].native
    digest = HASHES.get(info["digest_algorithm"]["algorithm"].dotted)
    if not attributes:
        # Nothing but a sequence: the attributes of another signature, which are a set, must not
        # pass for signed content (RFC 5652 section 5.4 and its security considerations).
        one = content[:1] == bytes([_SEQUENCE])
        return one and verify(signer.key, algorithm, signature, content, digest)
    # The content type that is among the attributes is not looked at: documents with an object
    # identifier of an early draft name the one or the other, and the digest binds the content.
    expected = attributes[_MESSAGE_DIGEST].native
    named = NAMED_HASHES.get(algorithm["algorithm"].dotted)
    known = [one for one in (digest, named) if one is not None]
    if not known:
        raise UnsupportedError("no hash function that is known")
    if not any(_hash(one, content) == expected for one in known):
        return False
    signed = info["signed_attrs"]
    # Signed as a set in DER (RFC 5652 section 5.4); some have signed them as they stand there.
    as_they_stand = tlv.wrap(_SET, signed.contents)
    in_der = signed.untag().dump(force=True)
    return any(
        verify(signer.key, algorithm, signature, form, digest)
        for form in dict.fromkeys((as_they_stand, in_der))
    )


def _hash(digest: hashes.HashAlgorithm, content: bytes) -> bytes:
    hasher = hashes.Hash(digest)
    hasher.update(content)
    return hasher.finalize()


def _signing_time(told: core.Asn1Value | None) -> datetime | None:
    """None where it is not said, or said in no way that is a time."""
    try:
        native = None if told is None else told.native
    except (ValueError, TypeError):
        return None
    return native if isinstance(native, datetime) and native.tzinfo is not None else None
