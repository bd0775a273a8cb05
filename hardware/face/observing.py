"""One picture after another through all that sees a face: who is there, measures, hints."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hardware.face.detecting import Face
from hardware.face.judging import BLURRED, Judge
from hardware.face.measuring import Measures, measure, softness_of
from hardware.face.mesh import Mesh
from hardware.face.tracking import Tracker
from hardware.opencv import cv2
from hardware.verdicts import FaceHint

LINES = 480
"""Height to which larger pictures are reduced: nothing that is measured needs more."""


@dataclass(frozen=True, repr=False)
class Observation:
    """What one picture shows."""

    faces: int
    measures: Measures | None
    """Of the nearest face; None without one."""
    hints: tuple[FaceHint, ...]
    """All that would help, what is to be said first in front; nothing when all is right."""


class Observer:
    """Sees pictures that follow one another; for one thread at a time, and for one person."""

    def __init__(self) -> None:
        """`hardware.face.models.ModelsMissingError` where a network is not installed."""
        self._tracker = Tracker()
        self._judge = Judge()
        self._before: Mesh | None = None

    def see(self, picture: NDArray[np.uint8]) -> Observation:
        """What the next picture, (height, width, 3) uint8 BGR, shows."""
        picture = reduced(picture)
        look = self._tracker.look(picture)
        measures = measure(picture, look, self._before)
        self._before = look.mesh
        if measures is None and look.faces:
            return Observation(len(look.faces), None, without_mesh(picture, look.faces))
        return Observation(len(look.faces), measures, self._judge.judge(measures))


def without_mesh(picture: NDArray[np.uint8], faces: tuple[Face, ...]) -> tuple[FaceHint, ...]:
    """What helps where a face was detected, but is such that the mesh cannot follow it."""
    face = faces[0]
    middle, _ = face.centre
    if softness_of(picture, face) > BLURRED:
        hint = FaceHint.BLURRED
    elif float(face.eyes[:, 0].mean()) < middle:
        hint = FaceHint.TURN_LEFT  # it looks to the picture's left, the person's right
    else:
        hint = FaceHint.TURN_RIGHT
    return (hint,) if len(faces) == 1 else (FaceHint.SEVERAL, hint)


def reduced(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with `LINES` lines at most."""
    height, width = picture.shape[:2]
    if height <= LINES:
        return picture
    size = max(1, round(width * LINES / height)), LINES
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
