"""What a document's code means for the scan on the phone."""

import re
from datetime import date

from hardware.mrz import dates
from hardware.mrz.parsing import Document
from hardware.verdicts import CodeVerdict, DocumentKind

_KINDS = {
    "P": DocumentKind.PASSPORT,
    "I": DocumentKind.CARD,
    "A": DocumentKind.CARD,
    "C": DocumentKind.CARD,
    "V": DocumentKind.VISA,
}


def judge(document: Document, today: date) -> tuple[CodeVerdict, DocumentKind, str]:
    """The verdict, the kind of document, and the issuer as one to three letters A to Z.

    The issuer is empty where something else stands in its place. An expiry that the issuer left
    open is no reason to refuse.
    """
    kind = _KINDS.get(document.document_code[:1], DocumentKind.OTHER)
    country = document.issuer if re.fullmatch("[A-Z]{1,3}", document.issuer) else ""
    return _verdict(document, kind, today), kind, country


def _verdict(document: Document, kind: DocumentKind, today: date) -> CodeVerdict:
    if not document.valid:
        return CodeVerdict.MISREAD
    if kind is DocumentKind.VISA:
        return CodeVerdict.VISA
    if kind is DocumentKind.OTHER:
        return CodeVerdict.OTHER_KIND
    expires = dates.expiry_date(document.expiry_date, today)
    if expires is None:
        unknown = dates.partly_unknown(document.expiry_date)
        return CodeVerdict.GOOD if unknown else CodeVerdict.MISREAD
    return CodeVerdict.EXPIRED if expires < today else CodeVerdict.GOOD
