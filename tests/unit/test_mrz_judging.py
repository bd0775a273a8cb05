"""What each document means for the scan on the phone, as a table."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.messages import CodeFound
from hardware.mrz.check_digits import ALPHABET
from hardware.mrz.formats import FORMATS, Format
from hardware.mrz.judging import Judgement, judge
from hardware.mrz.parsing import Document, parse
from hardware.mrz.specimens import FRENCH_CARD, ICAO
from hardware.mrz.writing import write
from hardware.verdicts import EXPIRES_SOON_DAYS, ChipExpected, CodeVerdict, DocumentKind

TODAY = date(2026, 3, 1)


def a(format_name: str, code: str, issuer: str, expires: str = "300101", **more: Any) -> Document:
    """A document of this format (the visas': their first letters), made up for the purpose."""
    fields = {
        "document_code": code,
        "issuer": issuer,
        "surname": "SPECIMEN",
        "number": "123456789",
        "nationality": issuer,
        "birth_date": "800101",
        "expiry_date": expires,
    }
    return parse(write(FORMATS[format_name], **(fields | more)))  # type: ignore[index]


# Document code, issuer and format tell the kind and whether a chip can be expected; all of these
# are valid until 2030.
KINDS = [
    # passports of nationals
    ("TD3", "P", "DNK", "good", "passport", "yes"),
    ("TD3", "P", "D", "good", "passport", "yes"),
    ("TD3", "P", "GBR", "good", "passport", "yes"),
    ("TD3", "P", "GBD", "good", "passport", "perhaps"),
    ("TD3", "P", "USA", "good", "passport", "perhaps"),
    ("TD3", "P", "UTO", "good", "passport", "perhaps"),
    ("TD3", "PA", "UTO", "good", "passport", "perhaps"),
    ("TD3", "PC", "UTO", "good", "passport", "perhaps"),
    ("TD3", "PD", "DNK", "good", "passport", "yes"),
    ("TD3", "PO", "CHN", "good", "passport", "perhaps"),
    ("TD3", "PP", "SWE", "good", "passport", "yes"),
    ("TD3", "PS", "UTO", "good", "passport", "perhaps"),
    # booklets that are not a national passport
    ("TD3", "PE", "DNK", "temporary", "temporary", "perhaps"),
    ("TD3", "PL", "UNO", "travel-document", "travel-document", "perhaps"),
    ("TD3", "PR", "DNK", "travel-document", "travel-document", "perhaps"),
    ("TD3", "PT", "DNK", "travel-document", "travel-document", "perhaps"),
    # identity and passport cards
    ("TD1", "I", "UTO", "good", "card", "perhaps"),
    ("TD1", "ID", "D", "good", "card", "perhaps"),
    ("TD1", "ID", "FRA", "good", "card", "perhaps"),
    ("TD1", "C", "ITA", "good", "card", "perhaps"),
    ("TD1", "A", "UTO", "good", "card", "perhaps"),
    ("TD1", "IA", "UTO", "good", "card", "perhaps"),
    ("TD1", "IP", "IRL", "good", "card", "perhaps"),
    ("TD2", "I", "UTO", "good", "card", "perhaps"),
    # cards of which no phone can read a chip
    ("TD1", "IP", "USA", "no-chip", "card", "no"),
    ("TD2", "ID", "ROU", "no-chip", "card", "no"),
    ("TD1", "ID", "ROU", "good", "card", "perhaps"),
    # residence permits; Denmark has no other cards
    ("TD1", "IR", "SWE", "residence", "residence", "perhaps"),
    ("TD1", "AR", "UTO", "residence", "residence", "perhaps"),
    ("TD1", "CR", "UTO", "residence", "residence", "perhaps"),
    ("TD2", "IR", "UTO", "residence", "residence", "perhaps"),
    ("TD1", "C1", "USA", "no-chip", "residence", "no"),
    ("TD1", "IR", "DNK", "residence", "residence", "perhaps"),
    ("TD1", "I", "DNK", "residence", "residence", "perhaps"),
    ("TD2", "ID", "FRO", "residence", "residence", "perhaps"),
    # what the app never takes
    ("TD1", "AC", "UTO", "crew", "crew", "perhaps"),
    ("TD2", "AC", "DNK", "crew", "crew", "perhaps"),
    ("MRV-A", "V", "DNK", "visa", "visa", "no"),
    ("MRV-A", "VC", "UTO", "visa", "visa", "no"),
    ("MRV-B", "VI", "UTO", "visa", "visa", "no"),
    ("TD1", "V", "UTO", "visa", "visa", "no"),
    ("TD1", "X", "UTO", "other-kind", "other", "perhaps"),
    ("TD3", "9", "UTO", "other-kind", "other", "perhaps"),
]


@pytest.mark.parametrize(("layout", "code", "issuer", "verdict", "kind", "chip"), KINDS)
def test_what_kind_it_is_and_what_the_app_makes_of_it(
    layout: str, code: str, issuer: str, verdict: str, kind: str, chip: str
) -> None:
    assert judge(a(layout, code, issuer), TODAY) == (verdict, kind, issuer, chip)


@pytest.mark.parametrize("nationality", ["XXA", "XXB", "XXC", "XXX"])
def test_a_passport_for_no_national_of_any_state_is_a_travel_document(nationality: str) -> None:
    told = judge(a("TD3", "P", "DNK", nationality=nationality), TODAY)
    assert told == ("travel-document", "travel-document", "DNK", "perhaps")
    # On a card it says nothing: residence permits carry it too.
    assert judge(a("TD1", "I", "UTO", nationality=nationality), TODAY).kind is DocumentKind.CARD


# Today is 1 March 2026.
DATES = [
    ("TD3", "P", "UTO", "260228", "expired"),
    ("TD3", "P", "UTO", "120415", "expired"),
    ("TD3", "P", "UTO", "770101", "expired"),  # 1977: none is valid for more than fifty years
    ("TD3", "P", "UTO", "260301", "expires-soon"),  # the last day counts
    ("TD3", "P", "UTO", "260331", "expires-soon"),
    ("TD3", "P", "UTO", "260401", "good"),
    ("TD1", "I", "UTO", "260331", "expires-soon"),
    # a Danish passport may have been extended in handwriting
    ("TD3", "P", "DNK", "260228", "expired-danish"),
    ("TD3", "P", "GRL", "260228", "expired-danish"),
    ("TD3", "PR", "DNK", "260228", "expired"),
    ("TD1", "I", "DNK", "260228", "expired"),
    # what the issuer left open may be as late as it can
    ("TD1", "I", "UTO", "<<<<<<", "good"),
    ("TD1", "I", "UTO", "28<<<<", "good"),
    ("TD1", "I", "UTO", "26<<<<", "good"),
    ("TD1", "I", "UTO", "25<<<<", "expired"),
    ("TD1", "I", "UTO", "2603<<", "expires-soon"),
    ("TD1", "I", "UTO", "2602<<", "expired"),
    ("TD1", "I", "UTO", "28<<15", "good"),
    # no date, though its check digit is right
    ("TD3", "P", "UTO", "301301", "expiry-impossible"),
    ("TD3", "P", "UTO", "300230", "expiry-impossible"),
    ("TD3", "P", "UTO", "000000", "expiry-impossible"),
    # that another document is needed comes before that this one has expired ...
    ("TD3", "PE", "DNK", "120415", "temporary"),
    ("TD1", "AC", "UTO", "120415", "crew"),
    ("TD1", "IP", "USA", "120415", "no-chip"),
    ("MRV-A", "V", "UTO", "120415", "visa"),
    # ... and that before what is not known
    ("TD1", "IR", "UTO", "120415", "expired"),
    ("TD1", "IR", "UTO", "301301", "expiry-impossible"),
    ("TD1", "IR", "UTO", "260305", "residence"),
]


@pytest.mark.parametrize(("layout", "code", "issuer", "expires", "verdict"), DATES)
def test_until_when_it_is_valid(
    layout: str, code: str, issuer: str, expires: str, verdict: str
) -> None:
    assert judge(a(layout, code, issuer, expires), TODAY).verdict == verdict


def test_soon_is_as_many_days_as_is_said() -> None:
    assert (date(2026, 3, 31) - TODAY).days == EXPIRES_SOON_DAYS


def test_the_french_card_without_expiry_and_chip() -> None:
    assert judge(parse(FRENCH_CARD), TODAY) == ("no-chip", "card", "FRA", "no")


@pytest.mark.parametrize(
    ("issuer", "country"), [("D", "D"), ("DNK", "DNK"), ("D0K", ""), ("", ""), ("<DK", "")]
)
def test_the_country_is_the_issuers_code_or_empty(issuer: str, country: str) -> None:
    assert judge(a("TD3", "P", issuer), TODAY).country == country


# --- wrong check digits ---------------------------------------------------------------------------


def wrong(document_lines: tuple[str, ...], check: str) -> Document:
    """The document with this check digit one too high."""
    layout = FORMATS[parse(document_lines).format]
    place = next(digit.place for digit in layout.check_digits if digit.name == check)
    line = document_lines[place.line - 1]
    digit = str((int(line[place.start - 1]) + 1) % 10)
    changed = line[: place.start - 1] + digit + line[place.end :]
    lines = [*document_lines[: place.line - 1], changed, *document_lines[place.line :]]
    document = parse(lines)
    assert not document.checks[check]  # type: ignore[index]
    return document


def lines_of(format_name: str, code: str, issuer: str, expires: str) -> tuple[str, ...]:
    return write(
        FORMATS[format_name],  # type: ignore[index]
        document_code=code,
        issuer=issuer,
        surname="SPECIMEN",
        number="123456789",
        nationality=issuer,
        birth_date="800101",
        expiry_date=expires,
    )


# What is read again, character for character, was most likely printed so. Then what can be told
# without the wrong check digit is told.
READ_TWICE = [
    ("TD1", "ID", "ESP", "300101", "composite", "checks-differ"),
    ("TD1", "ID", "AUT", "300101", "number", "checks-differ"),
    ("TD1", "ID", "AUT", "260305", "birth_date", "checks-differ"),
    ("TD1", "ID", "ESP", "120415", "composite", "expired"),
    ("TD3", "P", "DNK", "120415", "number", "expired-danish"),
    ("TD1", "ID", "ESP", "120415", "expiry_date", "checks-differ"),
    ("TD1", "ID", "ESP", "301301", "number", "expiry-impossible"),
    ("TD1", "IR", "AUT", "300101", "composite", "residence"),
    ("TD1", "IR", "AUT", "300101", "expiry_date", "checks-differ"),
    ("TD1", "C1", "USA", "300101", "composite", "no-chip"),
    ("MRV-A", "V", "USA", "300101", "number", "visa"),
    ("TD1", "AC", "UTO", "300101", "number", "crew"),
]


@pytest.mark.parametrize(("layout", "code", "issuer", "expires", "check", "verdict"), READ_TWICE)
def test_a_wrong_check_digit_is_misread_once_and_believed_when_read_again(
    layout: str, code: str, issuer: str, expires: str, check: str, verdict: str
) -> None:
    document = wrong(lines_of(layout, code, issuer, expires), check)
    assert judge(document, TODAY).verdict is CodeVerdict.MISREAD
    assert judge(document, TODAY, repeated=True).verdict == verdict


@pytest.mark.parametrize("check", ["number", "birth_date", "composite"])
def test_a_french_card_misread_is_read_again(check: str) -> None:
    assert judge(wrong(FRENCH_CARD, check), TODAY).verdict is CodeVerdict.MISREAD


@pytest.mark.parametrize(("layout", "code", "issuer", "verdict", "kind", "chip"), KINDS)
def test_reading_a_right_code_again_changes_nothing(
    layout: str, code: str, issuer: str, verdict: str, kind: str, chip: str
) -> None:
    document = a(layout, code, issuer)
    assert judge(document, TODAY, repeated=True) == judge(document, TODAY)


# --- all of it ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.data(), st.sampled_from(list(FORMATS.values())), st.dates(), st.booleans())
def test_any_document_on_any_day_has_a_judgement(
    data: st.DataObject, layout: Format, today: date, repeated: bool
) -> None:
    line = st.text(ALPHABET, min_size=layout.width, max_size=layout.width)
    told = judge(parse([data.draw(line) for _ in range(layout.lines)]), today, repeated)
    assert told.verdict in CodeVerdict
    assert told.verdict is not CodeVerdict.UNREADABLE


def test_every_verdict_but_unreadable_can_be_reached() -> None:
    reached = {row[3] for row in KINDS} | {row[4] for row in DATES} | {r[5] for r in READ_TWICE}
    assert reached | {"misread"} == set(CodeVerdict) - {"unreadable"}
    assert {row[4] for row in KINDS} == set(DocumentKind)
    assert {row[5] for row in KINDS} == set(ChipExpected)


def test_a_judgement_is_what_the_message_says_and_nothing_else() -> None:
    assert Judgement._fields == CodeFound.__struct_fields__
    told = judge(parse(ICAO["TD3"]), TODAY)
    assert CodeFound(*told) == CodeFound(
        CodeVerdict.EXPIRED, DocumentKind.PASSPORT, "UTO", ChipExpected.PERHAPS
    )
