"""The colours of a head: skin, eyes, brows, lips, as shares of light that is thrown back."""

import numpy as np
from numpy.typing import NDArray

from hardware.simulated.head_shape import BROWS, EYE
from hardware.simulated.surfaces import Values, bump, inside, linear

WHITE, PUPIL = linear(232, 230, 228), linear(18, 16, 16)
LASHES, TEAR = linear(46, 34, 30), linear(206, 150, 140)
ROSE = np.array([0.78, 0.72, 1.04])
"""What blood makes of skin, by colour."""
LIPS = np.array([0.66, 0.52, 0.88])


def face_colours(knots: Values, front: Values, skin: Values, brows: Values, iris: Values) -> Values:
    """The colours at the knots of the bare head, (rows, columns, 3)."""
    x, y, _ = np.moveaxis(knots, -1, 0)
    side = np.abs(x)
    seen = (front > 0)[..., None]
    rose = 0.5 * bump(side, y, (40, -32), (15, 14)) + 0.4 * bump(x, y, (0, -38), (12, 10))
    colours = skin * (1 + (ROSE - 1) * np.clip(rose, 0, 1)[..., None])
    colours = colours * (1 - _shade(x, y) * front)[..., None]
    colours = _over(colours, skin * LIPS, _lips(x, y), seen)
    colours = _over(colours, skin * LIPS * 0.22, _mouth_line(x, y), seen)
    colours = _over(colours, skin * 0.1, 0.85 * bump(side, y, (6.8, -47.5), (2.6, 1.6)), seen)
    colours = _over(colours, brows, 0.85 * _brow(side, y), seen)
    return _eyes(colours, iris, side, x, y, seen)


def _over(below: Values, colour: Values, share: Values, seen: NDArray[np.bool_]) -> Values:
    return below + (colour - below) * (np.clip(share, 0, 1)[..., None] * seen)


def _shade(x: Values, y: Values) -> Values:
    """Where the light of the room hardly reaches: 0 where it does."""
    side = np.abs(x)
    shade = 0.26 * bump(side, y, (17, 4), (6, 8)) + 0.14 * bump(side, y, (31, 11), (15, 4.5))
    shade += 0.18 * bump(side, y, (30, -9), (13, 3.5)) + 0.6 * bump(x, y, (0, -51), (13, 3))
    shade += 0.26 * bump(side, y, (18.5, -42), (2.2, 6)) + 0.2 * bump(side, y, (23, -56), (3, 9))
    shade += 0.32 * bump(x, y, (0, -85), (15, 3.2)) + 0.28 * bump(side, y, (27, -69), (3, 3))
    shade += 0.14 * bump(x, y, (0, -57), (2.4, 4)) + 0.1 * inside(-y - 112, 14)
    return np.clip(shade, 0, 0.8)


def _mouth_height(x: Values) -> Values:
    """The height of the line between the lips: they smile a little."""
    return -71.6 + 4.6 * np.abs(x / 25) ** 2.0 - 0.7 * np.exp(-((x / 5) ** 2))


def _lips(x: Values, y: Values) -> Values:
    share = np.clip(1 - (x / 25.5) ** 2, 0, 1)
    middle = _mouth_height(x)
    bow = 6.6 * share**0.75 - 1.4 * np.exp(-((x / 3) ** 2))
    return inside(middle + bow - y, 1.8) * inside(y - middle + 8.8 * share**0.7, 1.8) * (share > 0)


def _mouth_line(x: Values, y: Values) -> Values:
    thick = 0.9 * np.clip(1.15 - (x / 27) ** 2, 0, 1) ** 0.5
    return inside(thick - np.abs(y - _mouth_height(x)), 1.2) * (np.abs(x) < 27)


def _brow(side: Values, y: Values) -> Values:
    along = (side - 12) / 37
    middle = BROWS + 1.5 + 3.5 * np.sin(np.clip(along, 0, 1) * 2.6) - 3 * np.clip(along, 0, 1) ** 3
    thick = 3.5 * np.clip(1.1 - np.clip(along, 0, 1), 0, 1) ** 0.6
    return inside(thick - np.abs(y - middle), 2.5) * inside(side - 12, 5) * inside(49 - side, 4)


def _eyes(
    colours: Values, iris: Values, side: Values, x: Values, y: Values, seen: NDArray[np.bool_]
) -> Values:
    along = (side - EYE[0]) / 15.5
    open_at = np.clip(1 - along**2, 0, 1)
    rise = 0.9 * along  # the outer corner stands higher
    upper = EYE[1] + rise + 6.0 * open_at**0.62
    lower = EYE[1] + rise - 4.8 * open_at**0.75
    opening = inside(upper - y) * inside(y - lower) * (open_at > 0)
    crease = inside(0.9 - np.abs(y - upper - 3.0 - 0.6 * open_at), 1.2) * inside(open_at - 0.1, 0.2)
    colours = _over(colours, colours * 0.45, 0.7 * crease, seen)
    lashes = inside(1.1 - np.abs(y - upper - 0.5), 1.0) * (np.abs(along) < 1.03)
    under = inside(0.5 - np.abs(y - lower + 0.3), 1.0) * (open_at > 0)
    # The white lies in the shade of the lid.
    white = WHITE * (1 - 0.4 * np.clip((y - upper + 5) / 5, 0, 1) - 0.2 * along**2)[..., None]
    colours = _over(colours, white, opening, seen)
    colours = _over(colours, TEAR, opening * bump(side, y, (EYE[0] - 14, -0.5), (2, 2)), seen)
    from_middle = np.hypot(side - EYE[0], y - EYE[1] - 0.6)
    ring = iris * (0.45 + 0.75 * inside(5.2 - from_middle, 1.6))[..., None]
    colours = _over(colours, ring, opening * inside(6.1 - from_middle), seen)
    colours = _over(colours, PUPIL, opening * inside(2.6 - from_middle), seen)
    glint = np.hypot(x - np.sign(x) * EYE[0] + 2.0, y - EYE[1] - 3.0)
    colours = _over(colours, np.full(3, 0.95), opening * inside(1.25 - glint), seen)
    colours = _over(colours, LASHES, 0.9 * lashes, seen)
    return _over(colours, colours * 0.5, 0.6 * under, seen)
