"""What a document's code means for the scan on the phone."""

import re
from datetime import date
from typing import NamedTuple

from hardware.mrz import dates, kinds
from hardware.mrz.parsing import Document
from hardware.verdicts import EXPIRES_SOON_DAYS, ChipExpected, CodeVerdict, DocumentKind

_NEVER_TAKEN = {
    DocumentKind.VISA: CodeVerdict.VISA,
    DocumentKind.CREW: CodeVerdict.CREW,
    DocumentKind.TEMPORARY: CodeVerdict.TEMPORARY,
    DocumentKind.OTHER: CodeVerdict.OTHER_KIND,
}
_NOT_KNOWN = {
    DocumentKind.RESIDENCE: CodeVerdict.RESIDENCE,
    DocumentKind.TRAVEL_DOCUMENT: CodeVerdict.TRAVEL_DOCUMENT,
}


class Judgement(NamedTuple):
    """What may leave the device host of a document, in the order of `CodeFound`."""

    verdict: CodeVerdict
    kind: DocumentKind
    country: str
    """The issuer's code, one to three letters A to Z; empty where something else stands there."""
    chip: ChipExpected


def judge(document: Document, today: date, repeated: bool = False) -> Judgement:
    """What a document means for the scan on the phone.

    `repeated` says that another look, apart from this one, has read every character the same. Then
    a wrong check digit is taken for printed so, as it is on some documents, and no longer for
    misread. What is told is what can be helped least: that another document is needed comes before
    that this one has expired, and that before what is only uncertain.
    """
    kind = kinds.kind_of(document)
    chip = kinds.chip_of(document, kind)
    country = document.issuer if re.fullmatch("[A-Z]{1,3}", document.issuer) else ""
    return Judgement(_verdict(document, kind, chip, today, repeated), kind, country, chip)


def _verdict(
    document: Document, kind: DocumentKind, chip: ChipExpected, today: date, repeated: bool
) -> CodeVerdict:
    if not document.valid and not repeated:
        return CodeVerdict.MISREAD
    if kind in _NEVER_TAKEN:
        return _NEVER_TAKEN[kind]
    if chip is ChipExpected.NO:
        return CodeVerdict.NO_CHIP
    if not document.checks.get("expiry_date", True):
        return CodeVerdict.CHECKS_DIFFER
    expires = dates.last_day(document.expiry_date, today)
    if expires is None and not dates.partly_unknown(document.expiry_date):
        return CodeVerdict.EXPIRY_IMPOSSIBLE
    if expires is not None and expires < today:
        danish = kind is DocumentKind.PASSPORT and document.issuer in kinds.DANISH
        return CodeVerdict.EXPIRED_DANISH if danish else CodeVerdict.EXPIRED
    if kind in _NOT_KNOWN:
        return _NOT_KNOWN[kind]
    if not document.valid:
        return CodeVerdict.CHECKS_DIFFER
    if expires is not None and (expires - today).days <= EXPIRES_SOON_DAYS:
        return CodeVerdict.EXPIRES_SOON
    return CodeVerdict.GOOD
