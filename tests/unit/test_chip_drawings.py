"""The drawings at the chip reader fit from the smallest size on, and no two look alike."""

from itertools import product
from typing import get_args

import pytest
from rich.cells import cell_len

from screens.widgets import chip_drawings
from screens.widgets.chip_drawings import ChipDrawing, ReaderView

DRAWINGS: list[ChipDrawing] = list(get_args(ChipDrawing))
SIZES = list(
    product(
        range(ReaderView.SMALLEST[0], ReaderView.LARGEST[0] + 1),
        range(ReaderView.SMALLEST[1], ReaderView.LARGEST[1] + 1),
    )
)


def drawn(drawing: ChipDrawing, width: int, height: int) -> str:
    return "\n".join(line.plain for line in chip_drawings.draw(drawing, width, height))


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_every_drawing_is_whole_in_every_size(drawing: ChipDrawing) -> None:
    for width, height in SIZES:
        lines = drawn(drawing, width, height).split("\n")
        assert len(lines) == height
        assert {cell_len(line) for line in lines} == {width}
        for corners in ("┏┓┗┛", "╭╮╰╯"):
            counts = {"".join(lines).count(corner) for corner in corners}
            if drawing not in ("phone", "code"):  # there one thing lies on another
                assert len(counts) == 1, (drawing, width, height, corners)


@pytest.mark.parametrize(("width", "height"), [(24, 14), (32, 17), (44, 26)])
def test_no_two_drawings_look_alike_even_without_colour(width: int, height: int) -> None:
    assert len({drawn(drawing, width, height) for drawing in DRAWINGS}) == len(DRAWINGS)


def test_only_characters_of_one_width_are_drawn() -> None:
    for drawing in DRAWINGS:
        others = {c for c in drawn(drawing, 44, 26) if not c.isascii()}
        # Box drawing, block elements, geometric shapes.
        assert all("─" <= c <= "◿" for c in others), drawing


def test_the_document_is_above_the_reader_onto_which_it_goes() -> None:
    for drawing in ("lay-on", "once-more", "alone", "turn-over"):
        rows = drawn(drawing, 32, 17).split("\n")
        reader = next(number for number, row in enumerate(rows) if "(((●)))" in row)
        document = next(number for number, row in enumerate(rows) if "░" in row)
        assert document < reader
