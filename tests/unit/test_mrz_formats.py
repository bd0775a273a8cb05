import pytest

from hardware.mrz.formats import FORMATS, Format, FormatName, Span, format_of
from hardware.mrz.specimens import SPECIMENS


def _positions(span: Span) -> set[tuple[int, int]]:
    return {(span.line, position) for position in range(span.start, span.end + 1)}


@pytest.mark.parametrize("layout", FORMATS.values(), ids=FORMATS)
def test_fields_and_check_digits_fill_the_zone_and_do_not_overlap(layout: Format) -> None:
    spans = [*layout.fields, *(digit.place for digit in layout.check_digits)]
    taken = [position for span in spans for position in _positions(span)]
    whole = {(i, j) for i in range(1, layout.lines + 1) for j in range(1, layout.width + 1)}
    assert len(taken) == len(set(taken))
    assert set(taken) == whole


@pytest.mark.parametrize("layout", FORMATS.values(), ids=FORMATS)
def test_each_check_digit_follows_the_field_of_its_name(layout: Format) -> None:
    for digit in layout.check_digits:
        if digit.name != "composite":
            field = layout.field(digit.name)
            assert digit.over == (Span(field.line, field.start, field.end),)
            assert digit.place == Span(field.line, field.end + 1, field.end + 1)


@pytest.mark.parametrize(
    ("first_line", "lines", "width", "name"),
    [
        ("P<DNK", 2, 44, "TD3"),
        ("V<DNK", 2, 44, "MRV-A"),
        ("IDFRA", 2, 44, "TD3"),
        ("I<DNK", 2, 36, "TD2"),
        ("IDFRO", 2, 36, "TD2"),
        ("I<FRA", 2, 36, "TD2"),
        ("VCFRA", 2, 36, "MRV-B"),
        ("IDFRA", 2, 36, "FRA-ID"),
        ("IDFRA", 3, 30, "TD1"),
        ("V<DNK", 3, 30, "TD1"),
    ],
)
def test_size_and_first_letters_tell_the_format(
    first_line: str, lines: int, width: int, name: FormatName
) -> None:
    assert format_of(first_line, lines, width) is FORMATS[name]


def test_there_is_no_format_of_another_size() -> None:
    with pytest.raises(KeyError):
        format_of("P<DNK", 3, 44)


def test_every_format_has_its_specimen() -> None:
    assert SPECIMENS.keys() == FORMATS.keys()
    for name, lines in SPECIMENS.items():
        assert format_of(lines[0], len(lines), len(lines[0])).name == name
