"""A drawing of characters in cells, with three inks, from which pictures are made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

LIGHT, HEAVY = "╭─╮│╰╯", "┏━┓┃┗┛"
"""The six characters of a frame: thin with round corners, and thick."""
HALVES = {(False, False): "", (True, False): "▀", (False, True): "▄", (True, True): "█"}
"""The character for two pixels, the upper and the lower one; none leaves what is there."""


@dataclass(frozen=True)
class Inks:
    """How the lines of things, what to look at, and words are coloured."""

    line: Style = Style.null()
    mark: Style = Style.null()
    text: Style = Style.null()


PLAIN = Inks()


def pixels_of(drawing: str) -> list[list[bool]]:
    """The rows of a bitmap that is written with # and dots."""
    return [[pixel == "#" for pixel in row] for row in drawing.split()]


class Canvas:
    """Cells to draw on; what falls outside them is cut off."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[(" ", Style.null())] * width for _ in range(height)]

    def write(self, x: int, y: int, text: str, ink: Style) -> None:
        """Characters from a cell to the right; one that is two cells wide takes two."""
        for character in text:
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
        top_left, across, top_right, down, bottom_left, bottom_right = strokes
        self.write(x, y, top_left + across * (width - 2) + top_right, ink)
        for row in range(y + 1, y + height - 1):
            self.write(x, row, down + " " * (width - 2) + down, ink)
        bottom = bottom_left + across * (width - 2) + bottom_right
        self.write(x, y + height - 1, bottom, ink)

    def curve(self, x: int, y: int, ends: Iterable[int], ink: Style) -> None:
        """A line downwards from column `x`: in every row it goes on to the next of `ends`."""
        for row, end in enumerate(ends, start=y):
            across = "─" * (abs(end - x) - 1)
            if end == x:
                self.write(x, row, "│", ink)
            elif end < x:
                self.write(end, row, f"╭{across}╯", ink)
            else:
                self.write(x, row, f"╰{across}╮", ink)
            x = end

    def pixels(self, x: int, y: int, rows: Sequence[Sequence[bool]], ink: Style) -> None:
        """Square pixels as half blocks, two rows of them a row of cells; `rows` is even in number."""
        for row in range(0, len(rows), 2):
            for column, pair in enumerate(zip(rows[row], rows[row + 1], strict=True)):
                self.write(x + column, y + row // 2, HALVES[pair], ink)

    def lines(self) -> list[Text]:
        """The rows of the drawing, every one as wide as it is."""
        return [Text.assemble(*row, no_wrap=True, end="") for row in self._cells]
