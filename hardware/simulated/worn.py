"""What people wear on their heads: hair, a cap, glasses, a mask."""

import numpy as np

from hardware.simulated import head_shape
from hardware.simulated.head_shape import EYE
from hardware.simulated.surfaces import Surface, Values, bump, inside, linear, net, tube

WOOL, RIB = linear(44, 92, 150), linear(30, 66, 116)
CLOTH = linear(134, 188, 226)
FRAME = linear(40, 36, 38)
LIGHT = np.full(3, 1.0)
CAP_EDGE = 31.0
"""The height of a cap's edge over the brows."""


def streaks(knots: Values) -> Values:
    """How light hair is from place to place, about 1, (rows, columns)."""
    angle = np.arctan2(knots[..., 0], knots[..., 2] + 12)
    waves = 0.5 * np.sin(23 * angle + 1.3) + 0.3 * np.sin(57 * angle + 0.4)
    waves += 0.2 * np.sin(101 * angle) + 0.25 * np.sin(0.11 * knots[..., 1] + 9 * angle)
    return np.asarray(1 + 0.16 * waves)


def long_hair(colour: Values) -> list[Surface]:
    """Hair that falls to the chin behind the face, from outside and from inside."""
    y = np.linspace(-118, 112, 90)
    angles = np.linspace(np.deg2rad(62), np.deg2rad(298), 90)
    half = np.interp(y, [-118, -90, -40, 20, 60, 90, 106, 112], [84, 88, 87, 86, 82, 67, 42, 20])
    half = half[:, None] * (1 + 0.012 * np.sin(40 * angles))
    deep = np.interp(y, [-118, -60, 40, 90, 112], [66, 88, 104, 80, 30])[:, None]
    knots = np.stack(
        [half * np.sin(angles), np.broadcast_to(y[:, None], half.shape),
         -12 + deep * np.cos(angles)], -1,
    )  # fmt: skip
    colours = colour * streaks(knots)[..., None]
    return [net(knots, colours), net(knots[:, ::-1], 0.6 * colours[:, ::-1])]


def cap_share(knots: Values) -> Values:
    """1 where a knitted cap covers the head, 0 where not."""
    y, z = knots[..., 1], knots[..., 2]
    return inside(y - CAP_EDGE + 26 * np.clip((40 - z) / 120, 0, 1), 2.5)


def cap_colours(knots: Values) -> Values:
    """Ribbed wool."""
    angle = np.arctan2(knots[..., 0], knots[..., 2] + 12)
    rib = 0.5 + 0.5 * np.sin(46 * angle)
    cuff = inside(CAP_EDGE + 26 - knots[..., 1], 2)
    return np.asarray((RIB + (WOOL - RIB) * rib[..., None]) * (1 - 0.25 * cuff)[..., None])


def mask() -> Surface:
    """A cloth over mouth and nose."""
    knots = head_shape.shell(-121, -10, 1.25, 90, 90).copy()
    x, y = knots[..., 0], knots[..., 1]
    upper = -10 - 20 * np.clip(np.abs(x) / 70, 0, 1) ** 1.3
    knots[..., 1] = y = -121 + (y + 121) * (upper + 121) / 111
    out = 5 + 17 * bump(x, y, (0, -42), (15, 17)) + 8 * bump(x, y, (0, -80), (30, 26))
    out += 6 * bump(x, y, (0, -15), (12, 10))
    away = np.stack([np.sin(x / 75), np.zeros_like(x), np.cos(x / 75)], -1)
    knots += out[..., None] * away
    fold = 1 - 0.1 * sum(np.exp(-(((y - at) / 1.6) ** 2)) for at in (-50, -68, -86))
    return net(knots, CLOTH * np.asarray(fold)[..., None])


def glasses() -> list[Surface]:
    """Frames of glasses, without what the lenses do to light."""
    parts = []
    for side in (-1, 1):
        ring = _lens_edge(side)
        parts.append(tube(ring, 2.6, FRAME))
        hinge = ring[np.argmax(side * ring[:, 0])]
        temple = np.linspace(hinge, [side * 79.0, 6.0, -5.0], 16)
        parts.append(tube(temple, 2.4, FRAME))
    bow = np.linspace(-1, 1, 12)
    bridge = np.stack([8.0 * bow, 7 + 2 * (1 - bow**2), 97.5 - 3 * bow**2], -1)
    return [*parts, tube(bridge, 2.6, FRAME)]


def glare() -> list[Surface]:
    """White light mirrored in both lenses."""
    parts = []
    for side in (-1, 1):
        middle = _lens_edge(side).mean(0)
        out = np.linspace(0, 1, 8)[:, None]
        angles = np.linspace(np.pi, -np.pi, 40)
        x = middle[0] - 9 + 8 * out * np.cos(angles) + 5 * out * np.sin(angles)
        y = middle[1] + 4 + 9 * out * np.sin(angles)
        parts.append(net(np.stack([x, y, _lens_depth(x) + 0.6], -1), LIGHT, glows=True))
    return parts


def _lens_edge(side: int) -> Values:
    angles = np.linspace(-np.pi, np.pi, 61)
    across, up = np.cos(angles), np.sin(angles)
    x = side * (EYE[0] + 1) + 25 * np.sign(across) * np.abs(across) ** 0.8
    y = EYE[1] - 1 + 19 * np.sign(up) * np.abs(up) ** 0.8
    return np.stack([x, y, _lens_depth(x)], -1)


def _lens_depth(x: Values) -> Values:
    return 96.5 - 0.0055 * x**2
