"""What a face, or a code, is to fill in a live picture. Imports numpy: import it late."""

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Outline = Literal["oval", "code"]

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
BRIGHT, DARK = (248, 248, 248), (24, 24, 24)
"""A bright line with a dark one around it can be seen on any picture."""


def draw(picture: "NDArray[np.uint8]", outline: Outline) -> "NDArray[np.uint8]":
    """A copy of the picture, (lines, columns, 3) uint8 RGB, with an outline over it."""
    bright, dark = _LINES[outline](*picture.shape[:2])
    drawn = picture.copy()
    drawn[dark] = DARK
    drawn[bright] = BRIGHT
    return drawn


@lru_cache(maxsize=4)
def _oval(lines: int, columns: int) -> tuple["NDArray[np.bool_]", "NDArray[np.bool_]"]:
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
    return np.abs(distance) <= thick, np.abs(distance - 2 * thick) <= thick


@lru_cache(maxsize=4)
def _code(lines: int, columns: int) -> tuple["NDArray[np.bool_]", "NDArray[np.bool_]"]:
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


_LINES = {"oval": _oval, "code": _code}
