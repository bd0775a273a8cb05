"""The drawings of the hints fit from the smallest size on, and no two look alike."""

from itertools import product

import pytest
from rich.cells import cell_len

from hardware.verdicts import CodeHint
from screens.widgets import hints
from screens.widgets.canvas import PLAIN, Canvas
from screens.widgets.hint_view import HintDrawing
from screens.widgets.hints import Drawing

DRAWINGS: list[Drawing] = [*CodeHint, "lay-down", "scanning", "put-in"]
SIZES = list(
    product(
        range(HintDrawing.SMALLEST[0], HintDrawing.LARGEST[0] + 1),
        range(HintDrawing.SMALLEST[1], HintDrawing.LARGEST[1] + 1),
    )
)


def drawn(drawing: Drawing, width: int, height: int) -> str:
    canvas = Canvas(width, height)
    hints.DRAWN[drawing](canvas, PLAIN)
    return "\n".join(line.plain for line in canvas.lines())


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_every_hint_is_drawn_whole_in_every_size(drawing: Drawing) -> None:
    for width, height in SIZES:
        lines = drawn(drawing, width, height).split("\n")
        assert len(lines) == height
        assert {cell_len(line) for line in lines} == {width}
        assert sum(bool(line.strip()) for line in lines) >= 6


@pytest.mark.parametrize(("width", "height"), [(24, 9), (32, 10), (44, 18)])
def test_no_two_hints_look_alike_even_without_colour(width: int, height: int) -> None:
    pictures = {drawn(drawing, width, height) for drawing in DRAWINGS}
    assert len(pictures) == len(DRAWINGS)


@pytest.mark.parametrize(("width", "height"), SIZES[:: len(SIZES) // 7])
def test_frames_are_closed_within_the_drawing(width: int, height: int) -> None:
    for drawing in DRAWINGS:
        text = drawn(drawing, width, height)
        heavy = [text.count(corner) for corner in "┏┓┗┛"]
        assert len(set(heavy)) == 1, f"{drawing}: {heavy}"


def test_only_characters_of_one_width_are_drawn() -> None:
    for drawing in DRAWINGS:
        others = {c for c in drawn(drawing, 44, 18) if not c.isascii()}
        # Box drawing, block elements, geometric shapes.
        assert all("─" <= c <= "◿" for c in others), drawing


def test_a_page_on_its_head_has_its_code_at_the_top() -> None:
    rows = drawn(CodeHint.UPSIDE_DOWN, 32, 10).split("\n")
    head = next(number for number, row in enumerate(rows) if ">>>" in row)
    code = next(number for number, row in enumerate(rows) if "<<<" in row)
    assert head < code
