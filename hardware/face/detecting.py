"""Where faces are in a picture: BlazeFace, the short-range detector of MediaPipe.

Architecture and anchors as in Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection
on Mobile GPUs", 2019; the network is MediaPipe's (docs/model-card.md).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hardware.face.models import load_detector
from hardware.opencv import cv2

SIDE = 128
"""The network's picture is a square of so many pixels."""
LEAST_SCORE = 0.5
SAME_FACE = 0.3
"""From this overlap (intersection over union) two boxes are one face."""
EDGE = 80.0
"""Scores beyond this are cut off before the exponential."""


class Face(NamedTuple):
    """One detected face; all places and lengths in pixels of the picture."""

    score: float
    """How sure the detector is, 0.5 to 1."""
    x: float
    y: float
    """The box's left and upper edge: from the brows to the chin, by and large."""
    width: float
    height: float
    eyes: NDArray[np.float32]
    """Two points x, y: the eye at the left of the picture first."""

    @property
    def area(self) -> float:
        """Of the box, in pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, x: float, y: float) -> "Face":
        """The same face in a picture of which this one is the part from x, y on."""
        return self._replace(
            x=self.x + x, y=self.y + y, eyes=self.eyes + np.array([x, y], np.float32)
        )

    def is_same(self, other: "Face") -> bool:
        """Whether two boxes lie over each other by more than half of the smaller one."""
        right = min(self.x + self.width, other.x + other.width)
        low = min(self.y + self.height, other.y + other.height)
        across, down = right - max(self.x, other.x), low - max(self.y, other.y)
        both = max(0.0, across) * max(0.0, down)
        return both > min(self.area, other.area) / 2


def _anchors() -> NDArray[np.float32]:
    """The centres of the 896 anchors, 0 to 1: two a cell of 16 x 16, six a cell of 8 x 8."""
    centres = []
    for cells, each in ((16, 2), (8, 6)):
        y, x = np.mgrid[0:cells, 0:cells]
        middles = (np.stack([x, y], -1).reshape(-1, 2) + 0.5) / cells
        centres.append(middles.repeat(each, 0))
    return np.vstack(centres).astype(np.float32)


ANCHORS = _anchors()


class Detector:
    """Finds faces up to about two metres away; for one thread at a time."""

    def __init__(self) -> None:
        """`ModelsMissingError` where the network is not installed."""
        self._network = load_detector()
        self._outputs = ("classificators", "regressors")

    def find(self, picture: NDArray[np.uint8]) -> tuple[Face, ...]:
        """The faces in a picture, (height, width, 3) uint8 BGR, the largest first."""
        height, width = picture.shape[:2]
        scale = SIDE / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        square = np.zeros((SIDE, SIDE, 3), np.uint8)
        left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
        square[top : top + size[1], left : left + size[0]] = small
        blob = cv2.dnn.blobFromImage(square, 1 / 127.5, mean=(127.5,) * 3, swapRB=True)
        self._network.setInput(blob)
        logits, places = self._network.forward(self._outputs)
        clipped = np.clip(np.asarray(logits, np.float32).ravel(), -EDGE, EDGE)
        scores = np.asarray(1 / (1 + np.exp(-clipped)), np.float32)
        sure = scores >= LEAST_SCORE
        if not sure.any():
            return ()
        # Boxes and points stand relative to their anchor, in pixels of the square.
        boxes = np.asarray(places, np.float32).reshape(-1, 16)[sure] / np.float32(SIDE)
        boxes[:, :2] += ANCHORS[sure]
        boxes[:, 4:] += np.tile(ANCHORS[sure], 6)
        faces = [_face(*merged) for merged in _merge(boxes, scores[sure])]
        shift = np.array([left, top], np.float32)
        placed = [_placed(face, shift, scale) for face in faces]
        return tuple(sorted(placed, key=lambda face: -face.area))


def _merge(
    boxes: NDArray[np.float32], scores: NDArray[np.float32]
) -> list[tuple[float, NDArray[np.float32]]]:
    """Boxes that lie over each other become one, each with the weight of its score."""
    merged = []
    left = np.argsort(-scores)
    while left.size:
        best = left[0]
        same = _overlap(boxes[best], boxes[left]) >= SAME_FACE
        same[0] = True
        weights = scores[left[same]][:, None]
        merged.append((float(scores[best]), (boxes[left[same]] * weights).sum(0) / weights.sum()))
        left = left[~same]
    return merged


def _overlap(box: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of one box (centre, size) with others."""
    low = np.maximum(box[:2] - box[2:4] / 2, others[:, :2] - others[:, 2:4] / 2)
    high = np.minimum(box[:2] + box[2:4] / 2, others[:, :2] + others[:, 2:4] / 2)
    both = np.clip(high - low, 0, None).prod(1)
    union = box[2:4].prod() + others[:, 2:4].prod(1) - both
    return np.asarray(both / np.maximum(union, 1e-9), np.float32)


def _face(score: float, box: NDArray[np.float32]) -> Face:
    """A face in pixels of the network's square."""
    x, y, width, height = (float(value) for value in box[:4] * SIDE)
    eyes = box[4:8].reshape(2, 2) * SIDE
    return Face(score, x - width / 2, y - height / 2, width, height, eyes)


def _placed(face: Face, shift: NDArray[np.float32], scale: float) -> Face:
    """The same in pixels of the picture."""
    x, y = (np.array([face.x, face.y]) - shift) / scale
    return Face(
        face.score, float(x), float(y), face.width / scale, face.height / scale,
        ((face.eyes - shift) / scale).astype(np.float32),
    )  # fmt: skip
