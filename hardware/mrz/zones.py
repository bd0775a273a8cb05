"""From the locator's maps of a picture to the zones in it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.straightening import STRIDE, Points
from hardware.opencv import cv2

THRESHOLD = 0.4
"""Probability from which a cell belongs to a zone."""
SMALLEST = 6
"""Cells that a zone must have."""
SAME_WAY = 0.9
"""Cosine of the angle between the directions of two parts of one zone, at least."""


@dataclass(frozen=True)
class Zone:
    """Where a code may be: four corners in reading order, and how much there speaks for it."""

    quad: Points
    weight: float


def find_zones(zone: NDArray[np.float32], ways: NDArray[np.float32]) -> list[Zone]:
    """The zones in a zone map and the maps of its reading direction, in the look's pixels."""
    count, labels = cv2.connectedComponents((zone > THRESHOLD).astype(np.uint8))
    blobs = []
    for label in range(1, count):
        inside = labels == label
        rows, columns = np.nonzero(inside)
        if len(rows) >= SMALLEST:
            cells = np.stack([columns, rows], 1).astype(np.float32)
            blobs.append(_Blob(cells, ways[:, inside].mean(1), float(zone[inside].sum())))
    blobs.sort(key=lambda blob: -blob.weight)
    joined: list[_Blob] = []
    for blob in blobs:
        for i, larger in enumerate(joined):
            if larger.goes_on_in(blob):
                joined[i] = larger.joined(blob)
                break
        else:
            joined.append(blob)
    return [blob.zone() for blob in joined]


@dataclass(frozen=True)
class _Blob:
    """Cells of the zone map that hang together, (n, 2) x, y, and the direction they are read in."""

    cells: Points
    way: Points
    weight: float

    def spans(self, along: Points) -> tuple[float, float]:
        """From where to where it reaches in that direction."""
        reach = self.cells @ along
        return float(reach.min()), float(reach.max())

    def goes_on_in(self, other: "_Blob") -> bool:
        """Whether the other stands behind or before it in the same lines, as glare parts them."""
        along = _unit(self.way)
        if along @ _unit(other.way) < SAME_WAY:
            return False
        across = np.array([-along[1], along[0]], np.float32)
        (a0, a1), (b0, b1) = self.spans(along), other.spans(along)
        (c0, c1), (d0, d1) = self.spans(across), other.spans(across)
        beside = max(a0, b0) - min(a1, b1)
        return beside < max(a1 - a0, b1 - b0) and max(c0, d0) - min(c1, d1) < 1

    def joined(self, other: "_Blob") -> "_Blob":
        """Both as one."""
        share = self.weight / (self.weight + other.weight)
        way = self.way * share + other.way * (1 - share)
        return _Blob(np.vstack([self.cells, other.cells]), way, self.weight + other.weight)

    def zone(self) -> Zone:
        """The smallest rectangle around it whose first side runs in the reading direction."""
        (cx, cy), (w, h), angle = cv2.minAreaRect(self.cells)
        turn = np.deg2rad(angle)
        sides = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
        if w < h:
            sides, w, h = sides[::-1], h, w
        along, across = sides
        if self.way @ along < 0:
            along = -along
        across = np.array([-along[1], along[0]], np.float32)
        u, v = along * (w + 1) / 2, across * (h + 1) / 2
        middle = np.array([cx, cy], np.float32)
        corners = np.array([middle - u - v, middle + u - v, middle + u + v, middle - u + v])
        # A cell's middle is 1.5 pixels from its first.
        return Zone((corners * STRIDE + (STRIDE - 1) / 2).astype(np.float32), self.weight)


def _unit(way: Points) -> Points:
    return way / max(float(np.linalg.norm(way)), 1e-6)
