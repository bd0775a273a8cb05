"""How a head is turned: the mesh's points against those of a face that looks straight ahead."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CANONICAL = Path(__file__).with_name("canonical_face.csv")
"""The points of our own invented heads from in front (`hardware.simulated.canonical_face`)."""


class Pose(NamedTuple):
    """Turns of the head in degrees; all 0 when it looks into the camera.

    First roll, then pitch, then yaw, about axes through the head: R = Ry(yaw) Rx(pitch) Rz(roll).
    """

    yaw: float
    """Positive: the nose points to the right of the picture, the person's own left."""
    pitch: float
    """Positive: the nose points down."""
    roll: float
    """Positive: the head leans clockwise in the picture, to the person's own left shoulder."""


def pose_of(points: NDArray[np.float32]) -> Pose:
    """The pose of a face by its 468 points (x right, y down, z away from the camera)."""
    return angles(rotation(canonical(), points.astype(np.float64)))


def rotation(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rotation, (3, 3), that brings points (n, 3) nearest to others, whatever their scale.

    Kabsch, "A solution for the best rotation to relate two sets of vectors", Acta Cryst. A32, 1976.
    """
    u, _, v = np.linalg.svd((before - before.mean(0)).T @ (after - after.mean(0)))
    mirrored = np.sign(np.linalg.det(v.T @ u.T))
    return np.asarray(v.T @ np.diag([1, 1, mirrored]) @ u.T, np.float64)


def angles(turned: NDArray[np.float64]) -> Pose:
    """The pose that a rotation (3, 3) stands for."""
    x, y, z = -turned[:, 2]  # where the nose points to
    yaw = np.arctan2(x, -z)
    pitch = np.arctan2(y, np.hypot(x, z))
    roll = np.arctan2(turned[1, 0], turned[1, 1])
    return Pose(*(float(np.degrees(angle)) for angle in (yaw, pitch, roll)))


@cache
def canonical() -> NDArray[np.float64]:
    """The points of a face that looks straight ahead, (468, 3)."""
    return np.loadtxt(CANONICAL, delimiter=",")
