"""From a zone somewhere in a picture to straight strips of single lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hardware.opencv import cv2

Grey = NDArray[np.uint8]
Points = NDArray[np.float32]

LOOK_WIDTH, LOOK_HEIGHT = 320, 240
"""The size in which a whole picture is looked at."""
BLOCK_WIDTH, BLOCK_HEIGHT = 480, 160
"""The picture of a zone, upright, in which its lines are looked for."""
BLOCK_INNER = 408
"""How wide the zone itself is in it: the rest is margin, as the first look is not exact."""
BLOCK_TALLEST = 150

STRIDE = 4
"""Pixels of a look or a block for one cell of the locator's maps."""

STRIP_HEIGHT = 24
STRIP_CAP = 14.5
"""Height of the capitals in a strip."""
LETTER = 16
"""Width of a letter in a strip, about."""
STRIP_MARGIN = 32
"""Room before the first and after the last letter in a strip."""
LETTERS_OF_TWO, LETTERS_OF_THREE = 40, 30
"""For how many letters a line is stretched: codes of two lines have 36 or 44, of three 30."""
SHARPEST = 1.6
"""Pixels of the picture for one of a strip above which the picture is made smaller first."""


@dataclass(frozen=True)
class TextLine:
    """A line in a block: the middle of its capitals at x is a + b x + c x², x from the centre."""

    curve: tuple[float, float, float]
    start: float
    end: float
    cap: float
    """Height of the capitals."""
    guessed: bool = False
    """Whether it was not seen, but must be there by what stands beside it."""

    def middle(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where the middle of the line is at these x, in the block's pixels."""
        a, b, c = self.curve
        d = x - BLOCK_WIDTH / 2
        return (a + b * d + c * d * d).astype(np.float32)


def letters_of(lines: int) -> int:
    """For how many letters the lines of a code with so many lines are stretched."""
    return LETTERS_OF_THREE if lines >= 3 else LETTERS_OF_TWO


def cut_look(grey: Grey) -> tuple[Grey, NDArray[np.float64]]:
    """The whole picture, (LOOK_HEIGHT, LOOK_WIDTH) uint8 with even borders, and its matrix."""
    height, width = grey.shape
    scale = min(LOOK_WIDTH / width, LOOK_HEIGHT / height)
    inner_w, inner_h = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(grey, (inner_w, inner_h), interpolation=way), np.uint8)
    look = np.full((LOOK_HEIGHT, LOOK_WIDTH), int(small.mean()), np.uint8)
    x, y = (LOOK_WIDTH - inner_w) // 2, (LOOK_HEIGHT - inner_h) // 2
    look[y : y + inner_h, x : x + inner_w] = small
    across, down = inner_w / width, inner_h / height
    # A pixel's centre is at half: so is that of the small picture's pixel.
    shift_x, shift_y = x + across / 2 - 0.5, y + down / 2 - 0.5
    return look, np.array([[across, 0, shift_x], [0, down, shift_y], [0, 0, 1.0]])


def to_block(quad: Points) -> NDArray[np.float64]:
    """The matrix that brings a zone, four corners in reading order, upright to a block."""
    wide, high = sides(quad)
    height = float(np.clip(BLOCK_INNER * high / max(wide, 1e-6), 6, BLOCK_TALLEST))
    left, top = (BLOCK_WIDTH - BLOCK_INNER) / 2, (BLOCK_HEIGHT - height) / 2
    right, bottom = BLOCK_WIDTH - left, BLOCK_HEIGHT - top
    block = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(quad.astype(np.float32), block), np.float64)


def sides(quad: Points) -> tuple[float, float]:
    """Width and height of four corners in reading order, each the mean of two sides."""
    top, right, bottom, left = np.linalg.norm(np.roll(quad, -1, 0) - quad, axis=1)
    return float(top + bottom) / 2, float(left + right) / 2


def cut_block(grey: Grey, matrix: NDArray[np.float64]) -> Grey:
    """The block of a zone, (BLOCK_HEIGHT, BLOCK_WIDTH) uint8."""
    grey, matrix = _reduced(grey, matrix, _scale(matrix))
    size = (BLOCK_WIDTH, BLOCK_HEIGHT)
    way = cv2.INTER_LINEAR
    return np.asarray(
        cv2.warpPerspective(grey, matrix, size, flags=way, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def cut_strips(
    grey: Grey, matrix: NDArray[np.float64], lines: list[TextLine], letters: int
) -> Grey:
    """Each line straightened, (lines, STRIP_HEIGHT, width) uint8, stretched for so many letters."""
    width = letters * LETTER + 2 * STRIP_MARGIN
    inner = letters * LETTER
    u = (np.arange(width, dtype=np.float32) + 0.5 - STRIP_MARGIN) / inner
    v = (np.arange(STRIP_HEIGHT, dtype=np.float32) + 0.5 - STRIP_HEIGHT / 2) / STRIP_CAP
    spots = np.empty((len(lines), STRIP_HEIGHT, width, 2), np.float32)
    for spot, line in zip(spots, lines, strict=True):
        x = (line.start + u * (line.end - line.start)).astype(np.float32)
        spot[..., 0] = x
        spot[..., 1] = line.middle(x)[None, :] + v[:, None] * line.cap
    step = float(np.mean([line.end - line.start for line in lines])) / inner
    grey, matrix = _reduced(grey, matrix, _scale(matrix) * step)
    back = np.linalg.inv(matrix)
    flat = cv2.perspectiveTransform(spots.reshape(1, -1, 2), back).reshape(spots.shape)
    maps = flat.reshape(-1, width, 2)
    strips = cv2.remap(
        grey, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(strips, np.uint8).reshape(len(lines), STRIP_HEIGHT, width)


def _scale(matrix: NDArray[np.float64]) -> float:
    """How many pixels of the picture make one of the block, in its middle."""
    middle = np.array([BLOCK_WIDTH / 2, BLOCK_HEIGHT / 2])
    points = np.array([middle, middle + np.array([10, 0])], np.float32)
    a, b = cv2.perspectiveTransform(points[None], np.linalg.inv(matrix))[0]
    return float(np.linalg.norm(b - a)) / 10


def _reduced(
    grey: Grey, matrix: NDArray[np.float64], scale: float
) -> tuple[Grey, NDArray[np.float64]]:
    """The picture made smaller by area, where picking single pixels would lose what is between."""
    if scale <= SHARPEST:
        return grey, matrix
    # Only what the block covers: pictures of many megapixels are mostly table.
    corners = np.array(
        [[0, 0], [BLOCK_WIDTH, 0], [BLOCK_WIDTH, BLOCK_HEIGHT], [0, BLOCK_HEIGHT]], np.float32
    )
    spots = cv2.perspectiveTransform(corners[None], np.linalg.inv(matrix))[0]
    height, width = grey.shape
    x0, y0 = np.clip(np.floor(spots.min(0)).astype(int), 0, (width - 2, height - 2))
    x1, y1 = np.clip(np.ceil(spots.max(0)).astype(int) + 1, (x0 + 2, y0 + 2), (width, height))
    part = grey[y0:y1, x0:x1]
    small_w, small_h = max(1, round(part.shape[1] / scale)), max(1, round(part.shape[0] / scale))
    small = np.asarray(cv2.resize(part, (small_w, small_h), interpolation=cv2.INTER_AREA), np.uint8)
    sx, sy = part.shape[1] / small_w, part.shape[0] / small_h
    # A pixel's centre is at half: so is that of the small picture's pixel.
    grow = np.array([[sx, 0, x0 + sx / 2 - 0.5], [0, sy, y0 + sy / 2 - 0.5], [0, 0, 1]])
    return small, matrix @ grow
