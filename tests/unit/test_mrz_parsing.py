import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.mrz.check_digits import ALPHABET
from hardware.mrz.formats import FORMATS, FormatName
from hardware.mrz.parsing import Document, MalformedCodeError, parse
from hardware.mrz.specimens import FRENCH_CARD, ICAO, SPECIMENS
from hardware.mrz.writing import write

LONG_TD1 = (  # ICAO Doc 9303-11 appendix D.2, example 3
    "I<UTOD23145890<7349<<<<<<<<<<<",
    "3407127M9507122UTO<<<<<<<<<<<2",
    "STEVENSON<<PETER<JOHN<<<<<<<<<",
)
LONG_TD2 = (
    "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<",
    "D23145890<UTO3407127M95071227349<<<8",
)


@pytest.mark.parametrize("name", ICAO)
def test_published_specimens_are_read_and_every_check_digit_is_right(name: FormatName) -> None:
    document = parse(ICAO[name])
    assert document.format == name
    assert document.valid
    assert list(document.checks) == [digit.name for digit in FORMATS[name].check_digits]
    assert (document.surname, document.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert (document.issuer, document.sex) == ("UTO", "F")


def test_every_field_of_the_passport_specimen() -> None:
    document = parse(ICAO["TD3"])
    assert document == Document(
        format="TD3",
        document_code="P",
        issuer="UTO",
        surname="ERIKSSON",
        given_names="ANNA MARIA",
        number="L898902C3",
        nationality="UTO",
        birth_date="740812",
        sex="F",
        expiry_date="120415",
        optional="ZE184226B",
        optional_2="",
        checks=dict.fromkeys(
            ("number", "birth_date", "expiry_date", "optional", "composite"), True
        ),
    )


def test_every_field_of_the_french_card() -> None:
    assert parse(FRENCH_CARD) == Document(
        format="FRA-ID",
        document_code="ID",
        issuer="FRA",
        surname="SPECIMEN",
        given_names="ANNE MARIE",
        number="060775300017",
        nationality="",
        birth_date="740812",
        sex="F",
        expiry_date="",
        optional="753002",
        optional_2="",
        checks=dict.fromkeys(("number", "birth_date", "composite"), True),
    )


def test_the_composite_of_the_french_card_covers_its_names_too() -> None:
    line_1, line_2 = FRENCH_CARD
    document = parse((line_1.replace("SPECIMEN", "SPECINEN"), line_2))
    assert document.checks == {"number": True, "birth_date": True, "composite": False}


def test_given_names_of_the_french_card_may_be_two_fillers_apart() -> None:
    line_1, line_2 = FRENCH_CARD
    document = parse((line_1, line_2.replace("ANNE<MARIE<", "ANNE<<MARIE")))
    assert document.given_names == "ANNE MARIE"


@pytest.mark.parametrize("lines", [LONG_TD1, LONG_TD2])
def test_a_long_number_goes_on_in_the_optional_field(lines: tuple[str, ...]) -> None:
    document = parse(lines)
    assert document.number == "D23145890734"
    assert document.optional == ""
    assert document.valid


def test_a_long_number_whose_check_digit_counts_the_filler() -> None:
    document = parse(  # the Portuguese specimen
        (
            "I<PRT000024759<ZZ72<<<<<<<<<<<",
            "8010100F2006017PRT<<<<<<<<<<<8",
            "CARLOS<MONTEIRO<<AMELIA<VANESS",
        )
    )
    assert document.number == "000024759ZZ7"
    assert document.valid


def test_a_long_number_misread_is_noticed() -> None:
    lines = (LONG_TD1[0].replace("7349", "7359"), *LONG_TD1[1:])
    assert not parse(lines).checks["number"]


@pytest.mark.parametrize("line_2", ["D23145890<UTO3407127M9507122<<<<<<<8"])
def test_a_missing_check_digit_without_more_of_the_number_fails(line_2: str) -> None:
    assert not parse((LONG_TD2[0], line_2)).checks["number"]


@pytest.mark.parametrize("digit", ["0", "<"])
def test_an_empty_optional_field_may_have_zero_or_no_check_digit(digit: str) -> None:
    lines = write(
        FORMATS["TD3"],
        document_code="P",
        issuer="DNK",
        surname="HANSEN",
        number="123456789",
        nationality="DNK",
        birth_date="800101",
        expiry_date="300101",
    )
    line_2 = lines[1][:42] + digit + lines[1][43:]
    assert parse((lines[0], line_2)).valid


def test_a_filled_optional_field_needs_its_check_digit() -> None:
    line_1, line_2 = ICAO["TD3"]
    assert not parse((line_1, line_2[:42] + "<" + line_2[43:])).checks["optional"]


def test_a_letter_in_a_date_fails_even_where_the_sum_is_right() -> None:
    line_1, line_2 = ICAO["TD3"]
    misread = line_2.replace("740812", "74K812")  # K and 0 weigh the same
    document = parse((line_1, misread))
    assert document.checks["composite"]
    assert not document.checks["birth_date"]
    assert not document.valid


@pytest.mark.parametrize("name", SPECIMENS)
def test_each_wrong_digit_is_noticed(name: FormatName) -> None:
    layout = FORMATS[name]
    for digit in layout.check_digits:
        lines = list(SPECIMENS[name])
        row, at = digit.place.line - 1, digit.place.start - 1
        wrong = str((int(lines[row][at]) + 1) % 10)
        lines[row] = lines[row][:at] + wrong + lines[row][at + 1 :]
        assert parse(lines).checks[digit.name] is False


def test_fillers_for_what_is_not_known() -> None:
    lines = write(
        FORMATS["TD1"],
        document_code="ID",
        issuer="D",
        surname="MUSTERMANN",
        number="T22000129",
        nationality="D",
        birth_date="64<<<<",
        expiry_date="<<<<<<",
    )
    assert lines[0].startswith("IDD<<T22000129")
    document = parse(lines)
    assert document.valid
    assert (document.issuer, document.nationality, document.sex) == ("D", "D", None)
    assert (document.surname, document.given_names) == ("MUSTERMANN", "")


def test_white_space_around_lines_does_not_matter() -> None:
    line_1, line_2 = ICAO["TD3"]
    assert parse((f"  {line_1} \r\n", f"\t{line_2}\r")) == parse((line_1, line_2))


@pytest.mark.parametrize(
    ("lines", "line", "position", "problem"),
    [
        ((), 1, 1, "there are 0 lines; a code has 2 or 3"),
        (("P<UTO",), 2, 1, "there is 1 line; a code has 2 or 3"),
        (("A",) * 4, 4, 1, "there are 4 lines; a code has 2 or 3"),
        (ICAO["TD1"][:2], 3, 1, "line 3 is missing: a code with lines of 30 characters has 3"),
        (
            (ICAO["TD3"][0], ICAO["TD3"][1][:-1]),
            2,
            44,
            "line 2, position 44: it has 43 characters, not 44",
        ),
        (
            (ICAO["TD3"][0], ICAO["TD3"][1] + "0"),
            2,
            45,
            "line 2, position 45: it has 45 characters, not 44",
        ),
        (
            (ICAO["TD3"][0][1:], ICAO["TD3"][1]),
            1,
            44,
            "line 1, position 44: it has 43 characters, not 44",
        ),
        (
            (ICAO["TD2"][0][1:], ICAO["TD2"][1]),
            1,
            36,
            "line 1, position 36: it has 35 characters, not 36",
        ),
        ((*ICAO["TD1"][:2], "A" * 31), 3, 31, "line 3, position 31: it has 31 characters, not 30"),
        (
            (ICAO["TD3"][0].replace("RIK", "R?K"), ICAO["TD3"][1]),
            1,
            8,
            "line 1, position 8: '?' is not allowed; A to Z, 0 to 9 and < are",
        ),
        (
            (ICAO["TD3"][0], ICAO["TD3"][1].lower()),
            2,
            1,
            "line 2, position 1: 'l' is not allowed; A to Z, 0 to 9 and < are",
        ),
        (
            (ICAO["TD3"][0], "\x1b" + ICAO["TD3"][1][1:]),
            2,
            1,
            "line 2, position 1: '\\x1b' is not allowed; A to Z, 0 to 9 and < are",
        ),
    ],
)
def test_what_is_malformed_and_where(
    lines: tuple[str, ...], line: int, position: int, problem: str
) -> None:
    with pytest.raises(MalformedCodeError) as caught:
        parse(lines)
    assert (caught.value.line, caught.value.position) == (line, position)
    assert str(caught.value) == problem


def test_a_document_shows_nothing_of_itself_in_a_log() -> None:
    assert "ERIKSSON" not in repr(parse(ICAO["TD3"]))


@settings(deadline=None)
@given(st.lists(st.text(max_size=50), max_size=5))
def test_any_text_is_a_document_or_malformed(lines: list[str]) -> None:
    problem = None
    try:
        parse(lines)
    except MalformedCodeError as error:
        problem = error
    if problem is not None:
        assert min(problem.line, problem.position) >= 1
        assert len(str(problem).splitlines()) == 1


@settings(deadline=None)
@given(st.data(), st.sampled_from(list(FORMATS.values())))
def test_any_text_of_the_right_size_and_alphabet_is_a_document(data, layout) -> None:
    line = st.text(ALPHABET, min_size=layout.width, max_size=layout.width)
    document = parse([data.draw(line) for _ in range(layout.lines)])
    read = FORMATS[document.format]  # what begins with V is a visa
    assert (read.lines, read.width) == (layout.lines, layout.width)
    assert set(document.checks) == {digit.name for digit in read.check_digits}
