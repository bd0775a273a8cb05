"""A drawing of characters in cells, with three inks, from which pictures are made."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from rich.cells import cell_len
from rich.style import NULL_STYLE, Style
from rich.text import Text

from screens.widgets.bidi import drawn

BOLD = Style(bold=True)
LIGHT, HEAVY = "╭─╮│╰╯", "┏━┓┃┗┛"
"""The six characters of a frame: thin with round corners, and thick."""
HALVES = {(False, False): "", (True, False): "▀", (False, True): "▄", (True, True): "█"}
"""The character for two pixels, the upper and the lower one; none leaves what is there."""


@dataclass(frozen=True)
class Inks:
    """How the lines of things, what to look at, and words are coloured."""

    line: Style = NULL_STYLE
    mark: Style = NULL_STYLE
    text: Style = NULL_STYLE


PLAIN = Inks()


def pixels_of(drawing: str) -> list[list[bool]]:
    """The rows of a bitmap that is written with # and dots."""
    return [[pixel == "#" for pixel in row] for row in drawing.split()]


class Canvas:
    """Cells to draw on; what falls outside them is cut off."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[(" ", NULL_STYLE)] * width for _ in range(height)]

    def write(self, x: int, y: int, text: str, ink: Style) -> None:
        """Characters from a cell to the right; one that is two cells wide takes two."""
        for character in drawn(text):
            cells = cell_len(character)
            if cells and 0 <= y < self.height and 0 <= x <= self.width - cells:
                self._cells[y][x : x + cells] = [(character, ink), ("", ink)][:cells]
            x += cells

    def centre(self, x: int, width: int, y: int, text: str, ink: Style) -> None:
        """Characters in the middle of the `width` cells that begin at `x`."""
        self.write(x + (width - cell_len(text)) // 2, y, text, ink)

    def fill(self, x: int, y: int, width: int, height: int, character: str, ink: Style) -> None:
        """The same character in every cell of a rectangle."""
        for row in range(y, y + height):
            self.write(x, row, character * width, ink)

    def frame(
        self, x: int, y: int, width: int, height: int, ink: Style, strokes: str = LIGHT
    ) -> None:
        """A rectangle's outline; what is inside it is wiped."""
        self.fill(x, y, width, height, " ", ink)
        self.outline(x, y, width, height, ink, strokes)

    def outline(
        self, x: int, y: int, width: int, height: int, ink: Style, strokes: str = LIGHT
    ) -> None:
        """A rectangle's outline; what is inside it stays."""
        top_left, across, top_right, down, bottom_left, bottom_right = list(strokes)
        self.write(x, y, top_left + across * (width - 2) + top_right, ink)
        for row in range(y + 1, y + height - 1):
            self.write(x, row, down, ink)
            self.write(x + width - 1, row, down, ink)
        bottom = bottom_left + across * (width - 2) + bottom_right
        self.write(x, y + height - 1, bottom, ink)

    def pixels(self, x: int, y: int, rows: Sequence[Sequence[bool]], ink: Style) -> None:
        """Square pixels as half blocks, two rows of them a row of cells."""
        below = [*rows[1::2], [False] * len(rows[0] if rows else ())]
        for row, (upper, lower) in enumerate(zip(rows[0::2], below, strict=False), start=y):
            for column, pair in enumerate(zip(upper, lower, strict=True), start=x):
                self.write(column, row, HALVES[pair], ink)

    def lines(self) -> list[Text]:
        """The rows of the drawing, every one as wide as it is."""
        return [
            Text.assemble(
                *(
                    ("".join(cell for cell, _ in run), ink)
                    for ink, run in groupby(row, itemgetter(1))
                ),
                no_wrap=True,
                end="",
            )
            for row in self._cells
        ]
