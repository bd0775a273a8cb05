"""The shape of a head that nobody has: sections by height, and hills and hollows on them.

Millimetres in the head's own axes: x to the right of the picture, y up from the line of the eyes, z
towards the camera from the line through the ears. The measures are those of adults by and large.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from hardware.simulated.surfaces import Values, bump, inside

CHIN, BROWS, HAIRLINE, CROWN = -117.0, 24.0, 66.0, 118.0
"""Heights."""
EYE = 31.5, 0.0
"""Where the eye at the right of the picture is: x, y."""
NECK = np.array([0.0, -70.0, -15.0])
"""What the head turns about."""
NECK_LOW, NECK_HIGH, COLLAR = -190.0, -65.0, -146.0
"""Heights of the neck's ends and of the jumper's edge around it."""

SECTIONS = np.array(
    [  # height, half width, front, widest at, back
        (-120, 0, 70, 70, 70),
        (-119, 8, 78, 70, 62),
        (-116, 20, 85, 66, 45),
        (-110, 30, 89, 58, 25),
        (-100, 40, 91, 46, 0),
        (-85, 50, 92, 32, -30),
        (-70, 57, 92, 22, -50),
        (-50, 63, 92, 14, -70),
        (-35, 67, 91.5, 8, -82),
        (-15, 71, 91, 4, -92),
        (5, 73, 91.5, 0, -100),
        (25, 74, 94, -4, -104),
        (40, 74, 93, -8, -105),
        (60, 72, 88, -10, -103),
        (80, 67, 77, -12, -97),
        (95, 59, 64, -12, -87),
        (105, 50, 51, -12, -75),
        (112, 38, 36, -12, -58),
        (116, 22, 16, -12, -36),
        (118, 0, -12, -12, -12),
    ],
    np.float64,
)
SMOOTHED = 4.0
"""Millimetres over which the sections flow into each other."""

NOSE = np.array(
    [  # height, how far it stands out, half width
        (-55, 0, 9), (-50, 3, 9), (-47, 10, 9.5), (-43, 21, 9.5), (-38, 24, 9), (-32, 22, 8.2),
        (-20, 13, 7.6), (-8, 7.5, 7.2), (2, 4, 7), (12, 2, 8), (22, 0, 9),
    ],
    np.float64,
)  # fmt: skip


class Skull(NamedTuple):
    """The knots of the head's net, and the same before hills and hollows: (rows, columns, 3)."""

    knots: Values
    plain: Values
    front: Values
    """(rows, columns): 1 in the middle of the face, 0 from the ears on backwards."""


@cache
def skull() -> Skull:
    """The bare head."""
    plain, front = _plain(_heights(), _angles())
    knots = plain.copy()
    knots[..., 2] += front**0.5 * relief(plain[..., 0], plain[..., 1])
    return Skull(knots, plain, front)


def relief(x: Values, y: Values) -> Values:
    """How far the face stands out at these places, in millimetres."""
    side = np.abs(x)
    out: Values = 6 * bump(side, y, (26, 22), (15, 6.5))  # ridges under the brows
    out -= 12 * bump(side, y, (31, 2), (13, 9.5)) + 4.5 * bump(side, y, (15, 1), (4.5, 9))
    out += 5 * bump(side, y, EYE, (11, 7.5))
    out += 4 * bump(side, y, (46, -24), (15, 12)) - 2.5 * bump(side, y, (38, -62), (11, 14))
    bridge = np.exp(-((side / np.interp(y, NOSE[:, 0], NOSE[:, 2])) ** 2.4))
    out += _smooth_reach(y) * bridge
    out += 8.5 * bump(side, y, (13.5, -41.5), (4.6, 5))  # the wings of the nose
    out -= 2 * bump(side, y, (21, -50), (4, 7)) + 1.5 * bump(x, y, (0, -57), (3, 5))
    out += 3 * bump(x, y, (0, -67), (26, 11))
    out += 3.2 * bump(x, y, (0, -66.5), (15, 3.4)) + 4 * bump(x, y, (0, -77), (14, 4.2))
    out -= 2.2 * bump(x, y, (0, -71), (17, 1.6)) + 3.5 * bump(x, y, (0, -88), (15, 4.5))
    out += 5 * bump(x, y, (0, -104), (15, 9))
    return out


@cache
def _nose() -> tuple[Values, Values]:
    heights = np.linspace(-70, 40, 441)
    reach = np.interp(heights, NOSE[:, 0], NOSE[:, 1])
    return heights, _smoothed(reach, 1.5, 0.25)


def _smooth_reach(y: Values) -> Values:
    return np.interp(y, *_nose())


def sections(y: Values) -> Values:
    """Half width, front, widest place and back at these heights: (..., 4)."""
    heights, table = _smooth_sections()
    return np.stack([np.interp(y, heights, column) for column in table.T], -1)


@cache
def _smooth_sections() -> tuple[Values, Values]:
    heights = np.linspace(SECTIONS[0, 0], SECTIONS[-1, 0], 953)
    step = heights[1] - heights[0]
    table = np.stack([np.interp(heights, SECTIONS[:, 0], column) for column in SECTIONS.T[1:]], -1)
    # Near chin and crown less, so that the head stays closed there.
    near_end = np.clip(np.minimum(heights - heights[0], heights[-1] - heights) / 12, 0, 1)
    smooth = np.stack([_smoothed(column, SMOOTHED, step) for column in table.T], -1)
    return heights, table + (smooth - table) * near_end[:, None]


def _smoothed(values: Values, sigma: float, step: float) -> Values:
    reach = round(3 * sigma / step)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / sigma) ** 2)
    return np.convolve(np.pad(values, reach, mode="edge"), weights / weights.sum(), "valid")


def _plain(y: Values, angles: Values) -> tuple[Values, Values]:
    half, front, widest, back = (part[:, None] for part in sections(y).T)
    x = half * np.sin(angles)
    ahead = np.cos(angles)
    z = np.where(ahead > 0, widest + (front - widest) * ahead, widest + (widest - back) * ahead)
    return np.stack([x, np.broadcast_to(y[:, None], x.shape), z], -1), np.broadcast_to(
        np.clip(ahead, 0, 1), x.shape
    )


def _heights() -> Values:
    """Close together where eyes, nose and mouth are, and where the head closes."""
    parts = (
        np.linspace(-120, -108, 18, endpoint=False), np.linspace(-108, -84, 20, endpoint=False),
        np.linspace(-84, 34, 148, endpoint=False), np.linspace(34, 108, 44, endpoint=False),
        np.linspace(108, 118, 20),
    )  # fmt: skip
    return np.concatenate(parts)


def _angles() -> Values:
    """Round the head, from its back over the left of the picture; close together in front."""
    parts = (
        np.linspace(0, 0.85, 75, endpoint=False), np.linspace(0.85, 1.5, 34, endpoint=False),
        np.linspace(1.5, np.pi, 26),
    )  # fmt: skip
    half = np.concatenate(parts)
    return np.concatenate([-half[:0:-1], half])


def shell(low: float, high: float, aside: float, rows: int, columns: int) -> Values:
    """The bare head before hills and hollows between two heights, up to `aside` radians."""
    return _plain(np.linspace(low, high, rows), np.linspace(-aside, aside, columns))[0]


def neck() -> Values:
    """The neck, (rows, columns, 3), as it stands when the head is upright."""
    y = np.linspace(NECK_LOW, NECK_HIGH, 40)
    angles = np.linspace(-np.pi, np.pi, 60)
    half = np.interp(y, [NECK_LOW, -150, -120, NECK_HIGH], [58, 53, 50, 47])[:, None]
    forward = np.interp(y, [NECK_LOW, NECK_HIGH], [-22, -14])[:, None]
    return np.stack(
        [half * np.sin(angles), np.broadcast_to(y[:, None], (40, 60)),
         forward + 0.95 * half * np.cos(angles)], -1,
    )  # fmt: skip


def shoulders() -> Values:
    """Shoulders and chest in a jumper, (rows, columns, 3)."""
    y = np.concatenate([np.linspace(-700, -230, 12, endpoint=False), np.linspace(-230, COLLAR, 60)])
    angles = np.linspace(-np.pi, np.pi, 120)
    table = np.array(
        [(-700, 232, 112), (-310, 226, 108), (-255, 214, 102), (-225, 196, 96), (-203, 166, 90),
         (-186, 124, 82), (-174, 86, 72), (-166, 68, 66), (COLLAR, 60, 60)], np.float64,
    )  # fmt: skip
    half, deep = (np.interp(y, table[:, 0], column)[:, None] for column in table.T[1:])
    return np.stack(
        [half * np.sin(angles), np.broadcast_to(y[:, None], (len(y), 120)),
         -22 + deep * np.cos(angles)], -1,
    )  # fmt: skip


def ear(side: int) -> Values:
    """The ear at the left (-1) or right (1) of the picture, (rows, columns, 3)."""
    up = np.linspace(-np.pi / 2, np.pi / 2, 24)[:, None]
    angles = np.linspace(-np.pi, np.pi, 28)
    x = 5.5 * np.cos(up) * np.sin(angles)
    z = (15 + 3 * np.sin(up)) * np.cos(up) * np.cos(angles)
    y = np.broadcast_to(30 * np.sin(up), x.shape)
    out = np.deg2rad(26) * side  # it stands off at the back
    turned = x * np.cos(out) - z * np.sin(out), x * np.sin(out) + z * np.cos(out)
    return np.stack([side * 74 + turned[0], y - 12, turned[1] - 8 - 0.12 * y], -1)


def hair_share(knots: Values, edge: float) -> Values:
    """1 where hair grows on the head, 0 where not, soft over `edge` millimetres."""
    x, y, z = np.moveaxis(knots, -1, 0)
    ends = np.interp(
        z, [-60, -30, -16, -4, 8, 24, 44, 66, 86, 100],
        [-72, -62, -30, -6, -4, 14, 44, 58, 65, 68],
    )  # fmt: skip
    ends = ends - 7 * bump(x, y, (-28, 60), (22, 40)) + 3 * bump(x, y, (24, 60), (12, 40))
    return inside(y - ends, edge)
