"""Curved surfaces as nets of triangles, with a colour at each knot."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
"""Numbers over a net of knots."""


@dataclass(frozen=True)
class Surface:
    """Knots in space, in millimetres, and the triangles between them."""

    knots: NDArray[np.float32]
    """(n, 3): x to the right of the picture, y up, z towards the camera."""
    normals: NDArray[np.float32]
    """(n, 3), of length 1, outwards."""
    colours: NDArray[np.float32]
    """(n, 3): the share of blue, green and red light that is thrown back."""
    triangles: NDArray[np.int32]
    """(m, 3): indices of knots."""
    glows: bool = False
    """Whether it is as bright as its colour says, whatever light there is."""


def net(knots: Values, colours: Values, glows: bool = False) -> Surface:
    """The surface of a net of knots (rows, columns, 3): rows go up, columns to the right.

    `colours` is one for all, (3,), or one a knot.
    """
    rows, columns = knots.shape[:2]
    up, right = np.gradient(knots, axis=0), np.gradient(knots, axis=1)
    normals = np.cross(right, up)
    normals /= np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), 1e-9)
    number = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a, b, c, d = number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:]
    triangles = np.concatenate([np.stack(corners, -1) for corners in ((a, b, d), (a, d, c))])
    return Surface(
        knots.reshape(-1, 3).astype(np.float32),
        normals.reshape(-1, 3).astype(np.float32),
        np.broadcast_to(colours, knots.shape).reshape(-1, 3).astype(np.float32),
        triangles.reshape(-1, 3),
        glows,
    )


def tube(line: Values, thickness: float, colour: Values) -> Surface:
    """A bent rod along a line (n, 3), so many millimetres thick."""
    ahead = np.gradient(line, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    side = np.cross(ahead, [0.31, 0.2, 0.93])  # no rod here runs that way
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    other = np.cross(ahead, side)
    round_it = np.linspace(0, 2 * np.pi, 9)[None, :, None]
    ring = side[:, None] * np.cos(round_it) + other[:, None] * np.sin(round_it)
    return net(line[:, None] + thickness / 2 * ring, colour)


def bump(x: Values, y: Values, place: tuple[float, float], size: tuple[float, float]) -> Values:
    """A hill of height 1 at this place, and so wide and high (standard deviations)."""
    across, along = (x - place[0]) / size[0], (y - place[1]) / size[1]
    return np.asarray(np.exp(-0.5 * (across**2 + along**2)))


def inside(distance: Values, edge: float = 0.8) -> Values:
    """1 where a distance to a border is above 0, 0 outside, soft over `edge` millimetres."""
    share = np.clip(distance / edge + 0.5, 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def linear(red: int, green: int, blue: int) -> Values:
    """A colour of a screen (0 to 255) as shares of blue, green and red light."""
    return np.asarray((np.array([blue, green, red]) / 255) ** 2.2)
