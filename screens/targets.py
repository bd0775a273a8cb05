"""How large a key must be for a finger: 20 mm in both directions on the screen as it is built."""

import math
from typing import NamedTuple

from textual.geometry import Size

from kiosk.settings import Screen

FINGER_MM = 20.0
"""What a finger hits that trembles or is not looked at: more than twice the 9 mm of a fingertip."""


class Target(NamedTuple):
    """The least a key measures, in cells."""

    columns: int
    rows: int


def target(screen: Screen, grid: Size) -> Target:
    """The least columns and rows of a key where the terminal has `grid` cells.

    One cell where the screen does not feel a finger: there the keys of a keypad are pressed.
    """
    if not screen.touch or not grid:
        return Target(1, 1)
    return Target(_cells(grid.width, screen.width_mm), _cells(grid.height, screen.height_mm))


def _cells(cells: int, length_mm: float) -> int:
    """How many of the cells along a length are at least a finger."""
    # Less than a cell: figures like 20 / (300 / 30) are not quite whole in floating point.
    return math.ceil(FINGER_MM * cells / length_mm - 1e-9)
