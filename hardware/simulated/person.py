"""A person who does not exist: head and shoulders before a plain wall, drawn by this code."""

import math
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hardware.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 480
LOOP = 12.0
"""Seconds after which the person does the same again."""

SKIN, SHADE, CHEEK, LIP = (150, 182, 226), (126, 158, 206), (146, 170, 228), (104, 104, 190)
HAIR, JUMPER, COLLAR = (44, 62, 92), (128, 108, 66), (150, 130, 88)
EYE, WHITE, BROW = (60, 66, 58), (244, 246, 248), (50, 66, 94)

SUBPIXEL = 4
"""Bits of a pixel's fraction in OpenCV's drawing, so that slow movement does not jump."""


class Stand(NamedTuple):
    """Where the person stands: the centre of the face in the frame, and its size there."""

    x: float
    """0 at the frame's left edge, 1 at its right."""
    y: float
    height: float
    """Hairline to chin, as a share of the frame's height."""


FITTING = Stand(0.5, 0.54, 0.56)
PATH = (
    (0.0, Stand(0.24, 0.54, 0.46)),
    (1.2, Stand(0.24, 0.54, 0.46)),
    (2.6, Stand(0.5, 0.5, 0.24)),
    (4.0, Stand(0.5, 0.5, 0.24)),
    (5.4, Stand(0.5, 0.5, 0.92)),
    (6.6, Stand(0.5, 0.5, 0.92)),
    (7.8, FITTING),
    (10.8, FITTING),
    (LOOP, Stand(0.24, 0.54, 0.46)),
)
"""Off-centre, too far, too near, fitting: each held for a moment."""


def stand(t: float) -> Stand:
    """Where the person stands `t` seconds after the beginning."""
    t %= LOOP
    for (start, here), (end, there) in pairwise(PATH):
        if t < end:
            way = 0.5 - 0.5 * math.cos(math.pi * (t - start) / (end - start))
            return Stand(*(a + (b - a) * way for a, b in zip(here, there, strict=True)))
    return PATH[-1][1]


def draw(t: float) -> "NDArray[np.uint8]":
    """The person `t` seconds after the beginning: (480, 640, 3) uint8 BGR."""
    x, y, height = stand(t)
    sway = 0.006 * math.sin(2 * math.pi * t / (LOOP / 3))
    picture = _wall().copy()
    _draw_person(picture, (x + sway * height) * WIDTH, y * HEIGHT, height * HEIGHT)
    return picture


@cache
def _wall() -> "NDArray[np.uint8]":
    """A plain wall with light from the left; grey, so that few bits do not tint it."""
    light = np.linspace(216, 188, WIDTH).astype(np.uint8)
    wall = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    wall[:] = light[None, :, None]
    return wall


def _draw_person(picture: "NDArray[np.uint8]", x: float, y: float, height: float) -> None:
    """Draw with the face's centre at x, y; one unit is half the face's height."""
    unit = height / 2

    def point(dx: float, dy: float) -> tuple[int, int]:
        scale = 1 << SUBPIXEL
        return round((x + dx * unit) * scale), round((y + dy * unit) * scale)

    def length(size: float) -> int:
        return round(size * unit * (1 << SUBPIXEL))

    def ellipse(
        centre: tuple[float, float],
        axes: tuple[float, float],
        colour: tuple[int, int, int],
        arc: tuple[float, float] = (0, 360),
        line: float = 0,
    ) -> None:
        thickness = max(1, round(line * unit)) if line else cv2.FILLED
        cv2.ellipse(
            picture,
            point(*centre),
            (length(axes[0]), length(axes[1])),
            0,
            *arc,
            color=colour,
            thickness=thickness,
            lineType=cv2.LINE_AA,
            shift=SUBPIXEL,
        )

    ellipse((0, -0.22), (0.92, 1.08), HAIR)  # the hair behind the head
    ellipse((0, 2.75), (1.75, 1.35), JUMPER)
    left, shoulder = point(-1.75, 2.75)
    right, _ = point(1.75, 2.75)
    floor = HEIGHT << SUBPIXEL
    if shoulder < floor:
        cv2.rectangle(picture, (left, shoulder), (right, floor), JUMPER, cv2.FILLED, 0, SUBPIXEL)
    ellipse((0, 1.42), (0.52, 0.22), COLLAR)
    ellipse((0, 1.10), (0.34, 0.46), SHADE)  # the neck, in the shade of the chin
    ellipse((0, 0), (0.74, 1.0), SKIN)
    for side in (-1, 1):
        ellipse((side * 0.75, 0.02), (0.10, 0.20), SHADE)
        ellipse((side * 0.42, 0.30), (0.17, 0.13), CHEEK)
        ellipse((side * 0.30, -0.28), (0.19, 0.08), BROW, arc=(200, 340), line=0.055)
        ellipse((side * 0.30, -0.10), (0.145, 0.085), WHITE)
        ellipse((side * 0.30, -0.10), (0.078, 0.082), EYE)
        ellipse((side * 0.30 + 0.025, -0.125), (0.022, 0.022), WHITE)
    ellipse((0.02, 0.12), (0.09, 0.17), SHADE, arc=(20, 160), line=0.045)  # the nose
    ellipse((0, 0.44), (0.28, 0.17), LIP, arc=(15, 165), line=0.075)  # a smile
    fringe = [point(dx, dy) for dx, dy in FRINGE]
    cv2.fillPoly(picture, [np.array(fringe)], HAIR, cv2.LINE_AA, SUBPIXEL)


FRINGE = (
    *(
        (0.80 * math.cos(a), 1.04 * math.sin(a) - 0.18)
        for a in np.linspace(math.pi, 2 * math.pi, 25)
    ),
    *((0.68, -0.34), (0.55, -0.58), (0.10, -0.66), (-0.30, -0.56), (-0.60, -0.50), (-0.68, -0.34)),
)
"""The hair over the forehead, in the same units."""
