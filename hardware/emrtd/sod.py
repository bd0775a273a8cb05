"""The document security object: the hashes of the data groups, signed (Doc 9303 part 10, 4.6.2)."""

from dataclasses import dataclass

from asn1crypto import algos, core
from cryptography.hazmat.primitives import hashes

from hardware.emrtd import cms, tlv
from hardware.emrtd.signatures import HASHES

TAG = 0x77
LONGEST = 0x10000
"""Bytes; no file that is read is longer."""

CONTENT_TYPES = ("2.23.136.1.1.1", "1.3.27.1.1.1", "1.2.528.1.1006.1.20.1")
"""An LDS security object, today and as Belgium and France, and the Netherlands, once named it."""


class MalformedSodError(ValueError):
    """The bytes are no document security object; holds nothing of them."""


class _GroupHash(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012 - asn1crypto's way
        ("number", core.Integer),
        ("value", core.OctetString),
    ]


class _GroupHashes(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _GroupHash


class _LdsSecurityObject(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("hash_algorithm", algos.DigestAlgorithm),
        ("hashes", _GroupHashes),
        ("lds_version", core.Any, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True, repr=False)
class Sod:
    """A document security object; its hashes count only where `signed.signature` is right."""

    signed: cms.SignedData
    digest: hashes.HashAlgorithm | None
    """The hash function of the groups; None for one that is not known."""
    hashes: dict[int, bytes]
    """The hash over each data group's whole file, by its number."""


def read(data: bytes) -> Sod:
    """Reads EF.SOD as it is on the chip, tag 77 and all; raises `MalformedSodError`."""
    if len(data) > LONGEST:
        raise MalformedSodError("longer than any document security object")
    try:
        wrapped = tlv.first(data)
        if wrapped.tag != TAG:
            raise MalformedSodError("not a document security object")
        signed = cms.read(wrapped.value)
    except (tlv.MalformedTlvError, cms.MalformedCmsError) as error:
        raise MalformedSodError(str(error)) from error
    if signed.content_type not in CONTENT_TYPES:
        raise MalformedSodError("what is signed is not a document security object")
    try:
        told = _LdsSecurityObject.load(signed.content)
        groups = {group["number"].native: bytes(group["value"].native) for group in told["hashes"]}
        digest = HASHES.get(told["hash_algorithm"]["algorithm"].dotted)
    # asn1crypto reads late, and what it raises for nonsense is not one family.
    except Exception as error:
        raise MalformedSodError("what is signed is not a document security object") from error
    return Sod(signed, digest, groups)
