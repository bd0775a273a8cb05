"""The drawings of the hints before the camera fit from the smallest size on; no two look alike."""

from itertools import product

import pytest
from rich.cells import cell_len

from hardware.verdicts import FaceHint
from screens.widgets.canvas import PLAIN, Canvas
from screens.widgets.face_drawings import DRAWN
from screens.widgets.hint_view import HintDrawing

WIDTHS = range(HintDrawing.SMALLEST[0], HintDrawing.LARGEST[0] + 1, 4)
HEIGHTS = range(HintDrawing.SMALLEST[1], HintDrawing.LARGEST[1] + 1, 3)


def drawn(hint: FaceHint, width: int, height: int) -> list[str]:
    canvas = Canvas(width, height)
    DRAWN[hint](canvas, PLAIN)
    return [line.plain for line in canvas.lines()]


@pytest.mark.parametrize("hint", FaceHint)
def test_every_hint_is_drawn_in_every_size(hint: FaceHint) -> None:
    for width, height in product(WIDTHS, HEIGHTS):
        lines = drawn(hint, width, height)
        assert len(lines) == height
        assert {cell_len(line) for line in lines} == {width}
        assert sum(bool(line.strip()) for line in lines) >= 5
        # Box drawing, block elements, geometric shapes: one cell wide everywhere.
        assert all(c.isascii() or "─" <= c <= "◿" for line in lines for c in line)


@pytest.mark.parametrize(("width", "height"), [(24, 9), (32, 10), (44, 18)])
def test_no_two_hints_look_alike_even_without_colour(width: int, height: int) -> None:
    pictures = {"\n".join(drawn(hint, width, height)) for hint in FaceHint}
    assert len(pictures) == len(FaceHint)


@pytest.mark.parametrize(("width", "height"), [(24, 9), (33, 12), (44, 18)])
def test_left_and_right_are_each_other_in_a_mirror(width: int, height: int) -> None:
    swapped = str.maketrans("╱╲", "╲╱")
    for left, right in (
        (FaceHint.MOVE_LEFT, FaceHint.MOVE_RIGHT),
        (FaceHint.TURN_LEFT, FaceHint.TURN_RIGHT),
    ):
        mirrored = [line[::-1].translate(swapped).strip() for line in drawn(left, width, height)]
        assert mirrored == [line.strip() for line in drawn(right, width, height)]
