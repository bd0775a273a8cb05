"""What is drawn over a live picture: what a face, or a code, is to fill, and where to move.

Imports numpy: import it late.
"""

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from screens.widgets.hints import TICK

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Lines = tuple[NDArray[np.bool_], NDArray[np.bool_]]
    """Which pixels are bright and which are dark."""

Outline = Literal["oval", "ready", "code"]
"""The oval for a face, the same once all is right, and the frame for a code."""
Side = Literal["left", "right", "up", "down"]
"""The edge at which an arrow points outwards."""

OVAL_HEIGHT = 0.8
"""The oval's height as a share of the picture's."""
OVAL_SHAPE = 0.75
"""Its width as a share of its height."""
OVAL_WIDEST = 0.9
"""Its width as a share of the picture's at most; in a narrow picture it is smaller."""
CODE_WIDTH = 0.88
"""The width of the code's frame as a share of the picture's: large enough to be read."""
CODE_SHAPE = 4.5
"""Its width as a share of its height: three lines of a card, or two of a passport with margins."""
CODE_BOTTOM = 0.92
"""Where it ends, from the top: the page stands above it."""
READY_LINE = 2.1
"""How much thicker the oval's line is once all is right; then a tick is beside it as well."""
ARROW_SIZE = 1 / 6
"""An arrow's length as a share of the picture's height."""
BRIGHT, DARK = (248, 248, 248), (24, 24, 24)
"""A bright line with a dark one around it can be seen on any picture."""


def draw(
    picture: "NDArray[np.uint8]", *marks: Outline | Side, whole_cells: bool = False
) -> "NDArray[np.uint8]":
    """A copy of the picture, (lines, columns, 3) uint8 RGB, with marks over it.

    `whole_cells`: both pixels of a cell become a part of a line when one of them is.
    """
    drawn = picture.copy()
    for mark in marks:
        bright, dark = _LINES[mark](*picture.shape[:2])
        if whole_cells:
            bright, dark = _by_cells(bright), _by_cells(dark)
        drawn[dark] = DARK
        drawn[bright] = BRIGHT
    return drawn


def _by_cells(mask: "NDArray[np.bool_]") -> "NDArray[np.bool_]":
    return (mask[0::2] | mask[1::2]).repeat(2, axis=0)


@lru_cache(maxsize=4)
def _oval(lines: int, columns: int, bold: float = 1.0) -> "Lines":
    tall = min(lines * OVAL_HEIGHT, columns * OVAL_WIDEST / OVAL_SHAPE) / 2
    wide = tall * OVAL_SHAPE
    down, right = np.mgrid[0:lines, 0:columns]
    x = (right - (columns - 1) / 2) / wide
    y = (down - (lines - 1) / 2) / tall
    # A pixel's distance from the line: the radius' error over the length of its gradient.
    radius = np.hypot(x, y)
    slope = np.hypot(x / wide, y / tall) / np.maximum(radius, 1e-9)
    distance = (radius - 1) / np.maximum(slope, 1e-9)
    thick = max(0.5, lines / 120)
    inner, outer = thick * bold, thick * (bold + 1)
    return np.abs(distance) <= inner, np.abs(distance - outer) <= thick


@lru_cache(maxsize=4)
def _ready(lines: int, columns: int) -> "Lines":
    bright, dark = (mask.copy() for mask in _oval(lines, columns, READY_LINE))
    scale = max(1, lines // 40)
    tick = np.kron(np.array(TICK), np.ones((scale, scale), bool))
    around = np.pad(tick, scale)
    tall, wide = around.shape
    if tall <= lines and wide <= columns:
        bright[-tall:, -wide:] = around
        dark[-tall:, -wide:] = True
    return bright, dark


@lru_cache(maxsize=4)
def _arrow(lines: int, columns: int, side: Side) -> "Lines":
    down, right = np.mgrid[0:lines, 0:columns]
    if side in ("up", "down"):
        along, across = down, np.abs(right - (columns - 1) / 2)
    else:
        along, across = right, np.abs(down - (lines - 1) / 2)
    depth = along if side in ("left", "up") else along.max() - along
    long = max(4.0, lines * ARROW_SIZE)
    around = 1 + lines // 120
    bright = (depth >= around) & (depth < long) & (across <= depth)
    return bright, (depth < long + around) & (across <= depth + 2 * around)


@lru_cache(maxsize=4)
def _code(lines: int, columns: int) -> "Lines":
    wide = columns * CODE_WIDTH / 2
    tall = min(wide / CODE_SHAPE, lines / 4)
    middle = lines * CODE_BOTTOM - tall
    down, right = np.mgrid[0:lines, 0:columns]
    x = np.abs(right - (columns - 1) / 2) - wide
    y = np.abs(down - np.floor(middle)) - np.ceil(tall)
    # The distance from a rectangle's edge in the larger measure: its corners stay square.
    distance = np.floor(np.maximum(x, y))
    thick = 1 + columns // 120
    return (distance >= -thick) & (distance < 0), (distance >= 0) & (distance < thick)


_LINES: "dict[Outline | Side, Callable[[int, int], Lines]]" = {
    "oval": _oval,
    "ready": _ready,
    "code": _code,
    "left": partial(_arrow, side="left"),
    "right": partial(_arrow, side="right"),
    "up": partial(_arrow, side="up"),
    "down": partial(_arrow, side="down"),
}
