import pytest

from hardware.mrz.formats import FORMATS, Format, Span


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
