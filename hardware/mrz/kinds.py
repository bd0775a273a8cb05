"""What kind of document a code belongs to, and whether that has a chip: data on issuers."""

from hardware.mrz.parsing import Document
from hardware.verdicts import ChipExpected, DocumentKind

DANISH = frozenset({"DNK", "FRO", "GRL"})
"""Denmark gives its citizens passports and no identity cards: a Danish card is a residence card."""

_KINDS = {
    # One letter stands for all codes that begin with it, unless two letters say otherwise.
    "P": DocumentKind.PASSPORT,
    "I": DocumentKind.CARD,
    "A": DocumentKind.CARD,
    "C": DocumentKind.CARD,
    "V": DocumentKind.VISA,
    # The second letter of a passport (ICAO Doc 9303-4 section 4.2.2, since 2026). PD, PO and PS
    # are national passports for officials; PS stands for stateless people too, whom the
    # nationality tells; all others, such as PA, PC and PP, are what their issuer calls a passport.
    "PE": DocumentKind.TEMPORARY,
    "PL": DocumentKind.TRAVEL_DOCUMENT,  # laissez-passer
    "PR": DocumentKind.TRAVEL_DOCUMENT,  # refugees
    "PT": DocumentKind.TRAVEL_DOCUMENT,  # aliens
    # Cards (ICAO Doc 9303-5 and 9303-6 section 4.2.2; residence permits by custom of the issuers).
    "AC": DocumentKind.CREW,
    "AR": DocumentKind.RESIDENCE,
    "CR": DocumentKind.RESIDENCE,
    "IR": DocumentKind.RESIDENCE,
    "C1": DocumentKind.RESIDENCE,  # the United States
    "C2": DocumentKind.RESIDENCE,
}
"""The kind of document by its code, fillers left out."""

_NO_NATIONALITY = frozenset({"XXA", "XXB", "XXC", "XXX"})
"""Stateless people, refugees, and those of no stated nationality (ICAO Doc 9303-3 section 5)."""

_CHIP_IN_EVERY_PASSPORT = (
    "AUT BEL BGR CHE CYP CZE D DEU DNK ESP EST FIN FRA FRO GBR GRC GRL HRV HUN IRL ISL ITA LIE LTU "
    "LUX LVA MLT NLD NOR POL PRT ROU SVK SVN SWE"
)
"""The European Union (Council Regulation (EC) No 2252/2004), its neighbours and Denmark itself.

All of them put chips into passports before 2012 and let none be valid for more than ten years and
some months: one without a chip has expired.
"""

_CARDS_WITHOUT_CHIP = frozenset(
    {
        ("FRA", "FRA-ID"),  # until 2021; the new one has another format
        ("ROU", "TD2"),  # the new one has another format
        ("USA", "TD1"),  # passport and residence cards answer at gates, not to a phone
    }
)
"""Issuer and format of cards that no phone can read."""


def kind_of(document: Document) -> DocumentKind:
    """The kind of a document."""
    code = document.document_code
    kind = _KINDS.get(code) or _KINDS.get(code[:1], DocumentKind.OTHER)
    if kind is DocumentKind.CARD and document.issuer in DANISH:
        return DocumentKind.RESIDENCE
    if kind is DocumentKind.PASSPORT and document.nationality in _NO_NATIONALITY:
        return DocumentKind.TRAVEL_DOCUMENT
    return kind


def chip_of(document: Document, kind: DocumentKind) -> ChipExpected:
    """Whether a document of this kind is expected to have a chip."""
    if kind is DocumentKind.VISA or (document.issuer, document.format) in _CARDS_WITHOUT_CHIP:
        return ChipExpected.NO
    if kind is DocumentKind.PASSPORT and document.issuer in _CHIP_IN_EVERY_PASSPORT.split():
        return ChipExpected.YES
    return ChipExpected.PERHAPS
