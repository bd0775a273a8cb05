"""Signs that are taken for one another, drawn large as a document's code has them: 0, O, 1, I."""

from collections.abc import Sequence

from rich.text import Text

from screens.widgets.bidi import drawn as in_cells
from screens.widgets.canvas import pixels_of

SIGNS = {
    "0": ".##. #..# #..# #..# #..# .##.",
    "O": ".####. #....# #....# #....# #....# .####.",
    "1": ".# ## .# .# .# .#",
    "I": "### .#. .#. .#. .#. ###",
}
"""Six rows of pixels each, in the shapes of OCR-B (ISO 1073-2), in which the code is printed."""
WIDEST = 6
BESIDE = 12
"""Columns for the words beside a sign."""
HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def drawn(words: Sequence[tuple[str, str, str]], scale: int = 1) -> Text:
    """The signs beside each other, 3 rows high times `scale`.

    `words`: each sign and the two lines of words beside it.
    """
    width = WIDEST * scale + BESIDE
    rows = [""] * 3 * scale
    for sign, *lines in words:
        cells = _cells(SIGNS[sign], scale)
        for row, line in enumerate(cells):
            place = row - (len(cells) - 1) // 2 + (scale == 1)
            beside = in_cells(lines[place]) if 0 <= place < len(lines) else ""
            rows[row] += f"{line:{WIDEST * scale}} {beside}".ljust(width)
    return Text("\n".join(row.rstrip() for row in rows), no_wrap=True)


def _cells(drawing: str, scale: int) -> list[str]:
    """A bitmap as half blocks, each pixel so many times wider and higher."""
    pixels = [
        [pixel for pixel in row for _ in range(scale)]
        for row in pixels_of(drawing)
        for _ in range(scale)
    ]
    pairs = zip(pixels[::2], pixels[1::2], strict=True)
    return ["".join(HALVES[pair] for pair in zip(*rows, strict=True)) for rows in pairs]
