"""The 468 points of a face: MediaPipe's face mesh.

Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs", 2019; the
network is MediaPipe's (docs/model-card.md). The points are places, not an identity.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hardware.face.detecting import Face
from hardware.face.models import load_mesh
from hardware.opencv import cv2

SIDE = 192
"""The network's picture is a square of so many pixels."""
AROUND = 1.5
"""The side of that square, by the longer side of the box around the face."""

EYE_CORNERS = (33, 263)
"""The outer corners of the eyes, that at the left of the picture first."""


class Region(NamedTuple):
    """The square of the picture that the network looks at."""

    x: float
    y: float
    """Its centre, in pixels."""
    side: float
    angle: float
    """By which the line through the eyes is turned, in radians, clockwise in the picture."""


class Mesh(NamedTuple):
    """The points of one face."""

    points: NDArray[np.float32]
    """(468, 3): x and y in pixels of the picture; z at the same scale, smaller is nearer."""
    presence: float
    """How sure the network is that it saw a face, 0 to 1."""

    def region(self) -> Region:
        """Where to look for the same face in the next picture."""
        angle = _angle(self.points[EYE_CORNERS[0], :2], self.points[EYE_CORNERS[1], :2])
        back = _rotation(-angle)
        upright = self.points[:, :2] @ back.T
        low, high = upright.min(0), upright.max(0)
        x, y = _rotation(angle) @ ((low + high) / 2)
        return Region(float(x), float(y), float((high - low).max()) * AROUND, angle)


class MeshFinder:
    """Finds the points of a face in a region of a picture; for one thread at a time."""

    def __init__(self) -> None:
        """`ModelsMissingError` where the network is not installed."""
        self._network = load_mesh()
        self._outputs = ("conv2d_21", "conv2d_31")

    def find(self, picture: NDArray[np.uint8], region: Region) -> Mesh:
        """The points of the face in this region of (height, width, 3) uint8 BGR."""
        scale = region.side / SIDE
        turned = _rotation(region.angle) * scale
        corner = np.array([region.x, region.y]) - turned @ np.array([SIDE / 2, SIDE / 2])
        into = np.hstack([turned, corner[:, None]])
        crop = cv2.warpAffine(
            picture, into, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        self._network.setInput(cv2.dnn.blobFromImage(crop, 1 / 255, swapRB=True))
        places, presence = self._network.forward(self._outputs)
        points = places.reshape(468, 3).astype(np.float32)
        placed = np.hstack([points[:, :2] @ turned.T + corner, points[:, 2:] * scale])
        seen = float(1 / (1 + np.exp(-float(presence.ravel()[0]))))
        return Mesh(placed.astype(np.float32), seen)


def around(face: Face) -> Region:
    """The region of a face that was just detected."""
    x, y = face.centre
    angle = _angle(face.eyes[0], face.eyes[1])
    return Region(x, y, max(face.width, face.height) * AROUND, angle)


def _angle(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    x, y = right - left
    return float(np.arctan2(y, x))


def _rotation(angle: float) -> NDArray[np.float64]:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s], [s, c]])
