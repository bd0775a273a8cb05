"""The oval that a face is to fill, as pixels of a picture. Imports numpy: import it late."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEIGHT = 0.8
"""The oval's height as a share of the picture's."""
SHAPE = 0.75
"""Its width as a share of its height."""
WIDEST = 0.9
"""Its width as a share of the picture's at most; in a narrow picture it is smaller."""
BRIGHT, DARK = (248, 248, 248), (24, 24, 24)
"""A bright line with a dark one around it can be seen on any picture."""


def draw(picture: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """A copy of the picture, (lines, columns, 3) uint8 RGB, with the oval's outline over it."""
    bright, dark = _outline(*picture.shape[:2])
    drawn = picture.copy()
    drawn[dark] = DARK
    drawn[bright] = BRIGHT
    return drawn


@lru_cache(maxsize=4)
def _outline(lines: int, columns: int) -> tuple["NDArray[np.bool_]", "NDArray[np.bool_]"]:
    tall = min(lines * HEIGHT, columns * WIDEST / SHAPE) / 2
    wide = tall * SHAPE
    down, right = np.mgrid[0:lines, 0:columns]
    x = (right - (columns - 1) / 2) / wide
    y = (down - (lines - 1) / 2) / tall
    # A pixel's distance from the line: the radius' error over the length of its gradient.
    radius = np.hypot(x, y)
    slope = np.hypot(x / wide, y / tall) / np.maximum(radius, 1e-9)
    distance = (radius - 1) / np.maximum(slope, 1e-9)
    thick = max(0.5, lines / 120)
    return np.abs(distance) <= thick, np.abs(distance - 2 * thick) <= thick
