"""Specimens: those published in ICAO Doc 9303, variations of them, and our own French card."""

from datetime import date

from hardware.mrz.formats import FORMATS, FormatName
from hardware.mrz.parsing import parse
from hardware.mrz.writing import write

ICAO: dict[FormatName, tuple[str, ...]] = {
    "TD1": (
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ),
    "TD2": (
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "D231458907UTO7408122F1204159<<<<<<<6",
    ),
    "TD3": (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ),
    "MRV-A": (
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    ),
    "MRV-B": (
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "L8988901C4XXX4009078F9612109<<<<<<<<",
    ),
}
"""The examples of parts 4 to 7, of the state Utopia; all of them are fictitious."""

FRENCH_CARD = write(
    FORMATS["FRA-ID"],
    document_code="ID",
    issuer="FRA",
    surname="SPECIMEN",
    given_names="ANNE MARIE",
    number="060775300017",
    birth_date="740812",
    sex="F",
    optional="753002",
)
"""An invented card of the layout that France gave out until 2021."""

SPECIMENS: dict[FormatName, tuple[str, ...]] = {**ICAO, "FRA-ID": FRENCH_CARD}
"""One specimen of every format."""


def specimen(name: FormatName, issuer: str, expires: date) -> tuple[str, ...]:
    """ICAO's specimen of that format, of another issuer (ICAO's code) and another expiry date.

    The nationality goes with the issuer, but for visas, which are given to people of elsewhere.
    KeyError for FRA-ID, which is not ICAO's.
    """
    original = parse(ICAO[name])
    own = original.nationality == original.issuer
    return write(
        FORMATS[name],
        document_code=original.document_code,
        issuer=issuer,
        surname=original.surname,
        given_names=original.given_names,
        number=original.number,
        nationality=issuer if own else original.nationality,
        birth_date=original.birth_date,
        sex=original.sex,
        expiry_date=f"{expires:%y%m%d}",
        optional=original.optional,
        optional_2=original.optional_2,
    )
