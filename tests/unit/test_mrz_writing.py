from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.mrz.formats import FORMATS, Format, FormatName
from hardware.mrz.parsing import parse
from hardware.mrz.specimens import ICAO, specimen
from hardware.mrz.writing import write

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"

words = st.text(LETTERS, min_size=1, max_size=6)
names = st.lists(words, min_size=1, max_size=2).map(" ".join)
yymmdd = st.dates(date(1950, 1, 1), date(2049, 12, 31)).map(lambda day: f"{day:%y%m%d}")
dates = yymmdd | st.just("<<<<<<") | yymmdd.map(lambda known: known[:2] + "<<<<")


@st.composite
def documents(draw: st.DrawFn) -> tuple[Format, dict[str, str | None]]:
    layout = draw(st.sampled_from(list(FORMATS.values())))
    own = {field.name for field in layout.fields}
    optional = layout.field("optional")
    longest = layout.field("number").size
    if layout.long_numbers and draw(st.booleans()):
        longest = 9 + optional.size - 2  # its check digit and a filler follow
    number = draw(st.text(LETTERS + DIGITS, min_size=1, max_size=longest))
    room = optional.size - (max(0, len(number) - 9 + 2) if layout.long_numbers else 0)
    first_letter = "V" if layout.name.startswith("MRV") else draw(st.sampled_from("PIACX"))
    french = layout.name == "FRA-ID"
    drawn = {
        "document_code": "ID" if french else first_letter + draw(st.sampled_from(["", "R", "<"])),
        "issuer": "FRA" if french else draw(st.text(LETTERS, min_size=1, max_size=3)),
        "surname": draw(names),
        "given_names": draw(names | st.just("")),
        "number": number,
        "nationality": draw(st.text(LETTERS, min_size=1, max_size=3)),
        "birth_date": draw(dates),
        "sex": draw(st.sampled_from(["F", "M", None])),
        "expiry_date": draw(dates),
        "optional": draw(st.text(LETTERS + DIGITS, max_size=max(0, room))),
        "optional_2": draw(st.text(LETTERS + DIGITS, max_size=11)),
    }
    absent = {"nationality", "expiry_date", "optional_2"} - own
    return layout, drawn | dict.fromkeys(absent, "")


@settings(deadline=None)
@given(documents())
def test_what_is_written_is_read_again(drawn: tuple[Format, dict[str, str | None]]) -> None:
    layout, fields = drawn
    lines = write(layout, **fields)
    assert [len(line) for line in lines] == [layout.width] * layout.lines
    document = parse(lines)
    assert document.format == layout.name
    assert document.valid
    fields["document_code"] = fields["document_code"].rstrip("<")
    assert {name: getattr(document, name) for name in fields} == fields


def test_icao_publishes_the_same_long_number() -> None:
    lines = write(
        FORMATS["TD2"],
        document_code="I",
        issuer="UTO",
        surname="STEVENSON",
        given_names="PETER JOHN",
        number="D23145890734",
        nationality="UTO",
        birth_date="340712",
        sex="M",
        expiry_date="950712",
    )
    assert lines == (
        "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<",
        "D23145890<UTO3407127M95071227349<<<8",
    )


def test_a_name_too_long_is_cut_off() -> None:
    lines = write(
        FORMATS["TD1"],
        document_code="I",
        issuer="UTO",
        surname="NILAVADHANANANDA",
        given_names="CHAYAPA DEJTHAMRONG",
        number="1",
        nationality="UTO",
        birth_date="000101",
        expiry_date="300101",
    )
    assert lines[2] == "NILAVADHANANANDA<<CHAYAPA<DEJT"
    assert parse(lines).given_names == "CHAYAPA DEJT"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issuer", "UTOP"),
        ("surname", "Hansen"),
        ("number", "1234567890"),
        ("birth_date", "1974-08-12"),
        ("optional", "X" * 15),
        ("sex", "FM"),
    ],
)
def test_what_does_not_fit_is_named(field: str, value: str) -> None:
    fields = {
        "document_code": "P",
        "issuer": "UTO",
        "surname": "ERIKSSON",
        "number": "L898902C3",
        "nationality": "UTO",
        "birth_date": "740812",
        "expiry_date": "120415",
    } | {field: value}
    with pytest.raises(ValueError, match="name" if field == "surname" else field):
        write(FORMATS["TD3"], **fields)


@pytest.mark.parametrize("field", ["nationality", "expiry_date", "optional_2"])
def test_what_a_format_has_no_field_for_is_refused(field: str) -> None:
    fields = {
        "document_code": "ID",
        "issuer": "FRA",
        "surname": "SPECIMEN",
        "number": "060775300017",
        "birth_date": "740812",
    } | {field: "FRA"}
    with pytest.raises(ValueError, match=field):
        write(FORMATS["FRA-ID"], **fields)


def test_names_too_long_for_the_french_card_are_cut_off_each_for_itself() -> None:
    lines = write(
        FORMATS["FRA-ID"],
        document_code="ID",
        issuer="FRA",
        surname="A" * 30,
        given_names="B" * 20,
        number="060775300017",
        birth_date="740812",
    )
    assert lines[0] == "IDFRA" + "A" * 25 + "<" * 6
    assert lines[1][13:27] == "B" * 14


@pytest.mark.parametrize(
    ("name", "expires"),
    [
        ("TD1", date(2012, 4, 15)),
        ("TD2", date(2012, 4, 15)),
        ("TD3", date(2012, 4, 15)),
        ("MRV-A", date(1996, 12, 10)),
        ("MRV-B", date(1996, 12, 10)),
    ],
)
def test_a_specimen_with_nothing_changed_is_icaos(name: FormatName, expires: date) -> None:
    assert specimen(name, "UTO", expires) == ICAO[name]


@pytest.mark.parametrize("name", ICAO)
def test_a_specimen_of_another_country(name: FormatName) -> None:
    document = parse(specimen(name, "D", date(2031, 12, 1)))
    assert document.valid
    assert (document.issuer, document.expiry_date) == ("D", "311201")
    assert document.nationality == ("XXX" if name.startswith("MRV") else "D")
