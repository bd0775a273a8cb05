"""Pixels as half blocks: two pixels a cell, the upper one in front of the lower one.

Imports numpy, so it is imported when the first picture comes and not before the first paint.
"""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Colours = Literal["truecolor", "256", "16"]

GLYPH = "▀"
WHOLE = " "
"""What is written where both pixels of every cell are the same: only the colour behind it."""
RESET = "\x1b[0m"

DIGITS = np.array([list(b"%03d" % number) for number in range(256)], np.uint8)
"""Every number of a colour as three digits."""
COUNTED = np.array([[n > 99, n > 9, True] for n in range(256)])
"""Which of the three digits are written: not the leading noughts."""

CUBE = np.array([0, 95, 135, 175, 215, 255])
"""The levels of xterm's 6x6x6 colour cube, palette entries 16 to 231."""
NEAREST_IN_CUBE = np.abs(np.arange(256)[:, None] - CUBE).argmin(1)
GREY_FROM, GREYS = 232, 24
"""xterm's grey ramp: entries from 232, 8 to 238 in steps of 10."""
GREY_LEVELS = np.array([30, 90, 37, 97])
"""SGR codes of black, bright black, white and bright white in front; behind they are 10 more."""
GREY_LIMITS = np.array([43, 128, 213])
"""Half-way between the levels 0, 85, 170 and 255 that these four have by and large."""
LUMA = np.array([299, 587, 114])
"""Weights of red, green and blue in a thousand, ITU-R BT.601."""


def averaged(pixels: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """The same picture with the mean of the two pixels of a cell in both of them."""
    means = (pixels[0::2].astype(np.uint16) + pixels[1::2]) // 2
    return means.astype(np.uint8).repeat(2, axis=0)


def encode(pixels: "NDArray[np.uint8]", colours: Colours, whole: bool = False) -> list[str]:
    """One string of text and SGR codes a row of cells, ready for the terminal.

    `pixels` is (2 * rows, columns, 3) uint8 RGB. Along a row only colours that change are written;
    every row begins without colour and ends so. `whole`: the two pixels of every cell are the same,
    and it is written as a coloured space.
    """
    codes = CODES[colours](pixels)
    upper, lower = codes[0::2], codes[1::2]
    rows, columns, channels = upper.shape
    layout = _layout(colours, channels, whole)
    cells = np.empty((rows, columns, len(layout.template)), np.uint8)
    cells[:] = layout.template
    written = np.ones(cells.shape, bool)
    for side, places in ((upper, layout.front_numbers), (lower, layout.back_numbers)):
        for channel, place in enumerate(places):
            numbers = side[..., channel]
            cells[..., place : place + 3] = DIGITS[numbers]
            written[..., place : place + 3] = COUNTED[numbers]
    front, back = _changes(upper), _changes(lower)
    written &= (
        layout.always
        | (front | back)[..., None] & layout.any_change
        | front[..., None] & layout.front
        | (front & back)[..., None] & layout.both
        | back[..., None] & layout.back
    )
    ends = np.cumsum(written.reshape(rows, -1).sum(1))
    data = cells[written].tobytes()
    return [data[start:end].decode() + RESET for start, end in pairwise([0, *ends.tolist()])]


def runs(pixels: "NDArray[np.uint8]") -> Iterator[tuple[int, "NDArray[np.uint8]"]]:
    """The cells of one row, (2, columns, 3), as runs of equal ones: how many, and their pixels."""
    changed = _changes(pixels[:1])[0] | _changes(pixels[1:])[0]
    starts = np.flatnonzero(changed).tolist()
    for start, end in pairwise([*starts, pixels.shape[1]]):
        yield end - start, pixels[:, start]


def _changes(codes: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Where a row's colour is not the one to the left of it."""
    changed = np.ones(codes.shape[:2], bool)
    changed[:, 1:] = (codes[:, 1:] != codes[:, :-1]).any(-1)
    return changed


def _truecolor(pixels: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    return pixels


def _palette(pixels: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """The nearest of xterm's 256 colours: in the cube, or on the grey ramp where that is nearer."""
    wanted = pixels.astype(np.int32)
    step = NEAREST_IN_CUBE[pixels]
    cube = 16 + step @ np.array([36, 6, 1])
    off_cube = ((CUBE[step] - wanted) ** 2).sum(-1)
    grey = np.clip((wanted.sum(-1) // 3 - 3) // 10, 0, GREYS - 1)
    off_grey = ((8 + 10 * grey[..., None] - wanted) ** 2).sum(-1)
    numbers: NDArray[np.uint8] = np.where(off_grey < off_cube, GREY_FROM + grey, cube).astype(
        np.uint8
    )
    return numbers[..., None]


def _greys(pixels: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """The four levels of grey that sixteen colours have; as the codes for the front."""
    luminance = pixels.astype(np.int32) @ LUMA // 1000
    codes: NDArray[np.uint8] = GREY_LEVELS[np.digitize(luminance, GREY_LIMITS)].astype(np.uint8)[
        ..., None
    ]
    codes[1::2] += 10
    return codes


CODES = {"truecolor": _truecolor, "256": _palette, "16": _greys}
PREFIXES = {"truecolor": ("38;2;", "48;2;"), "256": ("38;5;", "48;5;"), "16": ("", "")}


class _Layout(NamedTuple):
    """The longest form of a cell, and which bytes of it belong to what."""

    template: "NDArray[np.uint8]"
    front_numbers: list[int]
    back_numbers: list[int]
    always: "NDArray[np.bool_]"
    any_change: "NDArray[np.bool_]"
    front: "NDArray[np.bool_]"
    both: "NDArray[np.bool_]"
    back: "NDArray[np.bool_]"


@cache
def _layout(colours: Colours, channels: int, whole: bool) -> _Layout:
    before_front, before_back = PREFIXES[colours]
    numbers = ";".join(["000"] * channels)
    in_front = [] if whole else [("front", before_front + numbers), ("both", ";")]
    parts = (
        ("any_change", "\x1b["),
        *in_front,
        ("back", before_back + numbers),
        ("any_change", "m"),
        ("always", WHOLE if whole else GLYPH),
    )
    template = "".join(text for _, text in parts).encode()
    names = ("any_change", "front", "both", "back", "always")
    masks = {name: np.zeros(len(template), bool) for name in names}
    starts = {}
    place = 0
    for name, text in parts:
        size = len(text.encode())
        masks[name][place : place + size] = True
        starts[name] = place
        place += size
    front_numbers, back_numbers = (
        [starts[side] + len(before) + 4 * channel for channel in range(channels)]
        if side in starts
        else []
        for side, before in (("front", before_front), ("back", before_back))
    )
    return _Layout(np.frombuffer(template, np.uint8), front_numbers, back_numbers, **masks)
