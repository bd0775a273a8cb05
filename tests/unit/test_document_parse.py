import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.mrz.specimens import FRENCH_CARD, ICAO, SPECIMENS
from kiosk.document import BadInputError, as_text, parse_text, text_of

TODAY = date(2026, 3, 1)
SPECIMEN = "\n".join(ICAO["TD3"]) + "\n"


def test_the_passport_specimen_as_json() -> None:
    assert json.loads(json.dumps(parse_text(SPECIMEN, TODAY))) == {
        "format": "TD3",
        "document_code": "P",
        "issuer": "UTO",
        "surname": "ERIKSSON",
        "given_names": "ANNA MARIA",
        "number": "L898902C3",
        "nationality": "UTO",
        "birth_date": "1974-08-12",
        "sex": "F",
        "expiry_date": "2012-04-15",
        "optional": "ZE184226B",
        "checks": {
            "number": "passed",
            "birth_date": "passed",
            "expiry_date": "passed",
            "optional": "passed",
            "composite": "passed",
        },
        "valid": True,
    }


def test_a_visa_has_no_composite_check_digit() -> None:
    parsed = parse_text("\n".join(ICAO["MRV-A"]), TODAY)
    assert parsed["checks"] == dict.fromkeys(("number", "birth_date", "expiry_date"), "passed")
    assert (parsed["birth_date"], parsed["expiry_date"]) == ("1940-09-07", "1996-12-10")


def test_the_older_french_card_has_neither_expiry_nor_nationality() -> None:
    assert parse_text("\n".join(FRENCH_CARD), TODAY) == {
        "format": "FRA-ID",
        "document_code": "ID",
        "issuer": "FRA",
        "surname": "SPECIMEN",
        "given_names": "ANNE MARIE",
        "number": "060775300017",
        "nationality": "",
        "birth_date": "1974-08-12",
        "sex": "F",
        "expiry_date": None,
        "optional": "753002",
        "checks": {"number": "passed", "birth_date": "passed", "composite": "passed"},
        "valid": True,
    }


@pytest.mark.parametrize("name", SPECIMENS)
def test_every_format_has_the_same_keys(name: str) -> None:
    parsed = parse_text("\n".join(SPECIMENS[name]), TODAY)  # type: ignore[index]
    assert list(parsed) == list(parse_text(SPECIMEN, TODAY))
    assert as_text(parsed).splitlines()[-1].split() == ["Valid", "yes"]


def test_both_optional_fields_of_a_card_are_given() -> None:
    text = "I<UTOD231458907ABC<<<<<<<<<<<<\n7408122F1204159UTOXYZ<<<<<<<<0\nA<<B" + "<" * 26
    parsed = parse_text(text, TODAY)
    assert parsed["optional"] == "ABC XYZ"


def test_a_failed_check_digit_is_named() -> None:
    parsed = parse_text(SPECIMEN.replace("L898", "L896"), TODAY)
    assert parsed["valid"] is False
    assert parsed["checks"]["number"] == "failed"
    assert parsed["checks"]["birth_date"] == "passed"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n", " \t\n"])
def test_line_ends_and_spaces_do_not_matter(end: str) -> None:
    text = end + end.join(ICAO["TD3"]) + end
    assert parse_text(text, TODAY) == parse_text(SPECIMEN, TODAY)


def test_a_byte_order_mark_does_not_matter() -> None:
    assert text_of(b"\xef\xbb\xbf" + SPECIMEN.encode()) == SPECIMEN


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the input is empty; a code has 2 or 3 lines"),
        (" \n\r\n", "the input is empty; a code has 2 or 3 lines"),
        ("A\0B", "the input is not text"),
        ("A" * 10_001, "the input is longer than 10,000 characters"),
        (SPECIMEN[:-2], "line 2, position 44: it has 43 characters, not 44"),
        (
            SPECIMEN.replace("ERIK", "ER?K"),
            "line 1, position 8: '?' is not allowed; A to Z, 0 to 9 and < are",
        ),
    ],
)
def test_bad_input_is_told_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_text(text, TODAY)
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xff\xd8\xff\xe0", "the input is not text"),
        (b"A" * 10_001, "the input is longer than 10,000 characters"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, problem: str) -> None:
    with pytest.raises(BadInputError, match=problem):
        text_of(data)


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text("<A0\n?", max_size=100).map(str.encode))
def test_any_bytes_are_a_document_or_one_clear_line(data: bytes) -> None:
    problem = "one line"
    try:
        parse_text(text_of(data), TODAY)
    except BadInputError as error:
        problem = str(error)
    assert len(problem.splitlines()) == 1


def test_for_people_each_field_has_its_line() -> None:
    lines = as_text(parse_text(SPECIMEN, TODAY)).splitlines()
    assert "Surname                   ERIKSSON" in lines
    assert "Check digit, expiry date  passed" in lines
    assert lines[-1].split() == ["Valid", "yes"]
    failed = as_text(parse_text(SPECIMEN.replace("L898", "L896"), TODAY))
    assert failed.splitlines()[-1].split() == ["Valid", "no"]
