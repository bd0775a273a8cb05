from datetime import date
from typing import Any

import pytest

from hardware.mrz.formats import FORMATS
from hardware.mrz.judging import judge
from hardware.mrz.parsing import parse
from hardware.mrz.specimens import ICAO, specimen
from hardware.mrz.writing import write
from hardware.verdicts import CodeVerdict, DocumentKind

TODAY = date(2026, 3, 1)


def _passport(**changes: Any) -> tuple[str, ...]:
    fields = {
        "document_code": "P",
        "issuer": "DNK",
        "surname": "HANSEN",
        "number": "123456789",
        "nationality": "DNK",
        "birth_date": "800101",
        "expiry_date": "300101",
    }
    return write(FORMATS["TD3"], **(fields | changes))


@pytest.mark.parametrize(
    ("lines", "verdict", "kind", "country"),
    [
        (ICAO["TD3"], CodeVerdict.EXPIRED, DocumentKind.PASSPORT, "UTO"),
        (ICAO["TD1"], CodeVerdict.EXPIRED, DocumentKind.CARD, "UTO"),
        (ICAO["MRV-A"], CodeVerdict.VISA, DocumentKind.VISA, "UTO"),
        (ICAO["MRV-B"], CodeVerdict.VISA, DocumentKind.VISA, "UTO"),
        (specimen("TD3", "DNK", TODAY), CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK"),
        (
            specimen("TD3", "DNK", date(2026, 2, 28)),
            CodeVerdict.EXPIRED,
            DocumentKind.PASSPORT,
            "DNK",
        ),
        (specimen("TD2", "D", date(2034, 1, 1)), CodeVerdict.GOOD, DocumentKind.CARD, "D"),
        (_passport(document_code="PD"), CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK"),
        (_passport(document_code="AC"), CodeVerdict.GOOD, DocumentKind.CARD, "DNK"),
        (_passport(document_code="X"), CodeVerdict.OTHER_KIND, DocumentKind.OTHER, "DNK"),
        (_passport(issuer="D0K"), CodeVerdict.GOOD, DocumentKind.PASSPORT, ""),
        (_passport(issuer=""), CodeVerdict.GOOD, DocumentKind.PASSPORT, ""),
        (_passport(issuer="<DK"), CodeVerdict.GOOD, DocumentKind.PASSPORT, ""),
        (_passport(expiry_date="<<<<<<"), CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK"),
        (_passport(expiry_date="301301"), CodeVerdict.MISREAD, DocumentKind.PASSPORT, "DNK"),
    ],
)
def test_verdicts(
    lines: tuple[str, ...], verdict: CodeVerdict, kind: DocumentKind, country: str
) -> None:
    assert judge(parse(lines), TODAY) == (verdict, kind, country)


@pytest.mark.parametrize("name", ["TD3", "MRV-A"])
def test_a_wrong_check_digit_comes_before_all_else(name: str) -> None:
    line_1, line_2 = ICAO[name]
    misread = parse((line_1, line_2.replace("L898", "L896")))
    assert judge(misread, TODAY)[0] is CodeVerdict.MISREAD
