"""From picture to picture: who is there, and the points of the one who stands nearest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hardware.face.detecting import Detector, Face
from hardware.face.mesh import Mesh, MeshFinder, Region, around

Picture = NDArray[np.uint8]

LEAST_PRESENCE = 0.5
OTHER_SCORE = 0.7
OTHER_AREA = 0.06
"""A second face counts from this score, and from this share of the first one's area: people far
behind, and what is only a little like a face, do not."""

TILE = 0.65
"""The side of the squares in which small faces are looked for, by the picture's shorter side."""

MOST_UNEQUAL = 4.0
"""A picture that is longer than so many times its other side is looked at as a whole only: no
camera sends such a one, and it would take thousands of squares."""

SMALL_AROUND = 4.0
"""The side of the square in which a small face is looked for again, by its own size."""
MOST_SMALL = 3
"""Small faces that are looked for again: each costs as much as the whole picture."""


@dataclass(frozen=True, repr=False)
class Look:
    """What was found in one picture."""

    faces: tuple[Face, ...]
    """The nearest first; others only where they count."""
    mesh: Mesh | None
    """The points of the first one."""


class Tracker:
    """Finds faces in pictures that follow one another; for one thread at a time."""

    def __init__(self) -> None:
        """`ModelsMissingError` where a network is not installed."""
        self._detector = Detector()
        self._finder = MeshFinder()
        self._region: Region | None = None
        self._number = 0
        self._small: list[Face] = []
        """What the whole last picture did not show."""

    def look(self, picture: Picture) -> Look:
        """Who is in the next picture, (height, width, 3) uint8 BGR."""
        found = self._find(picture)
        mesh = self._mesh(picture, found[0] if found else None)
        self._region = mesh.region() if mesh else None
        if not found:
            return Look((), mesh)
        first, *others = found
        return Look((first, *(face for face in others if _counts(face, first))), mesh)

    def _find(self, picture: Picture) -> tuple[Face, ...]:
        """The faces in the whole picture, and the small ones that only show when looked at near.

        One tile is looked at with each picture, all of them with the first; and the places where a
        small face was in the last picture.
        """
        height, width = picture.shape[:2]
        places = [_around(face, height, width) for face in self._small]
        tiles = _tiles(height, width)
        places += [tiles[self._number % len(tiles)]] if self._number and tiles else tiles
        self._number += 1
        found = list(self._detector.find(picture))
        self._small = []
        for x, y, side in places:
            for part in self._detector.find(picture[y : y + side, x : x + side]):
                face = part.moved(x, y)
                if _is_sure(face) and not any(
                    _is_sure(other) and face.is_same(other) for other in found
                ):
                    # What the whole picture showed of it was not enough to count.
                    found = [other for other in found if not face.is_same(other)]
                    found.append(face)
                    self._small = [*self._small, face][:MOST_SMALL]
        return tuple(sorted(found, key=lambda face: -face.area))

    def _mesh(self, picture: Picture, face: Face | None) -> Mesh | None:
        """The points by where they were in the last picture, or where a face was detected."""
        region = self._region
        if face is not None and (region is None or not _holds(region, face)):
            # The box alone is too rough: the points found in it say better where to look.
            region = self._finder.find(picture, around(face)).region()
        if region is None:
            return None
        mesh = self._finder.find(picture, region)
        return mesh if mesh.presence >= LEAST_PRESENCE else None


def _around(face: Face, height: int, width: int) -> tuple[int, int, int]:
    """A square around a small face, as of a tile."""
    x, y = face.centre
    side = min(height, width, round(SMALL_AROUND * max(face.width, face.height)))
    left, top = (
        round(min(max(0.0, middle - side / 2), length - side))
        for middle, length in ((x, width), (y, height))
    )
    return left, top, side


def _tiles(height: int, width: int) -> list[tuple[int, int, int]]:
    """Squares that cover the picture and overlap: left and upper edge, and side."""
    if max(height, width) > MOST_UNEQUAL * min(height, width):
        return []
    side = round(TILE * min(height, width))
    across, down = (max(2, -(-2 * (length - side) // side) + 1) for length in (width, height))
    return [
        (round(x), round(y), side)
        for y in np.linspace(0, height - side, down)
        for x in np.linspace(0, width - side, across)
    ]


def _is_sure(face: Face) -> bool:
    return face.score >= OTHER_SCORE


def _counts(face: Face, first: Face) -> bool:
    return _is_sure(face) and face.area >= OTHER_AREA * first.area


def _holds(region: Region, face: Face) -> bool:
    """Whether a detected face is the one that was last seen in a region."""
    x, y = face.centre
    near = np.hypot(x - region.x, y - region.y) < region.side / 4
    return bool(near and 0.5 < max(face.width, face.height) * 1.5 / region.side < 2)
