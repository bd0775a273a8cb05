"""Master lists: the countries' certificates, collected and signed (Doc 9303 part 12 section 8)."""

from dataclasses import dataclass

from asn1crypto import core

from hardware.emrtd import cms
from hardware.emrtd.certificates import Certificate, MalformedCertificateError
from hardware.emrtd.trust import TrustStore
from hardware.verdicts import CheckOutcome

LONGEST = 16 << 20
"""Bytes; lists of today are of about 1 MB."""

CONTENT_TYPE = "2.23.136.1.1.2"


class MasterListError(ValueError):
    """No master list that may be taken; the text is one line that says why."""


class _Certificates(core.SetOf):  # type: ignore[misc]
    _child_spec = core.Any


class _MasterList(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012 - asn1crypto's way
        ("version", core.Integer),
        ("certificates", _Certificates),
    ]


@dataclass(frozen=True, slots=True)
class MasterList:
    """The certificates of a list whose signature is right."""

    certificates: list[Certificate]
    passed_over: int
    """How many entries are no certificate that can be used."""
    signer: Certificate


def read(data: bytes) -> MasterList:
    """Reads a list in DER or BER, as ICAO, Germany and others publish it.

    Its signature must be right, and its signer vouched for by one of the certificates in it: that
    shows that it is whole and as one country made it, not that the country was right about others.
    Raises `MasterListError`.
    """
    if len(data) > LONGEST:
        raise MasterListError("longer than any master list")
    try:
        signed = cms.read(data)
    except cms.MalformedCmsError as error:
        raise MasterListError("not a master list") from error
    if signed.content_type != CONTENT_TYPE:
        raise MasterListError("signed data, but not a master list")
    outcome, _ = signed.signature
    if outcome is CheckOutcome.FAILED:
        raise MasterListError("the list's signature is wrong")
    if outcome is not CheckOutcome.PASSED:
        raise MasterListError("the list's signature is made in a way that is not known")
    try:
        entries = [entry.dump() for entry in _MasterList.load(signed.content)["certificates"]]
    # asn1crypto reads late, and what it raises for nonsense is not one family.
    except Exception as error:
        raise MasterListError("what is signed is not a master list") from error
    found, passed_over = [], 0
    for entry in entries:
        try:
            certificate = Certificate(entry)
        except MalformedCertificateError:
            passed_over += 1
            continue
        if certificate.country:
            found.append(certificate)
        else:
            passed_over += 1
    outcome, _ = TrustStore(found).vouch(signed.signer, signed.signed_at)
    if outcome is not CheckOutcome.PASSED:
        raise MasterListError("no certificate in the list vouches for its signer")
    return MasterList(found, passed_over, signed.signer)
