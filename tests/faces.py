"""Frames of a real face, good ones and spoilt ones: the astronaut of scikit-image (public domain).

Every frame is (480, 640, 3) uint8 BGR. What is done to a frame is done by numbers that stand here,
so that tests and benchmarks speak of the same pictures.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import skimage
from numpy.typing import NDArray

from hardware.face.mesh import Mesh
from hardware.face.tracking import Tracker
from hardware.opencv import cv2
from hardware.verdicts import FaceHint

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 640, 480
EYES_TO_CHIN = 74
"""Pixels in the astronaut's picture."""
MIDDLE = (225, 123)
"""Where the middle of the face is there."""
FITTING = 0.31
"""From the eyes to the chin, as a share of the frame's height, in the good frame."""


@cache
def astronaut() -> Picture:
    """The whole picture, (512, 512, 3) uint8 BGR."""
    file = Path(skimage.__file__).parent / "data" / "astronaut.png"
    return np.asarray(cv2.imread(str(file)), np.uint8)


def framed(
    size: float = FITTING, x: float = 0.5, y: float = 0.5, roll: float = 0.0, of: int = 0
) -> Picture:
    """The astronaut so large, there in the frame, and leaning by `roll` degrees (clockwise).

    What lies beyond the picture is its edge, drawn out. `of`: 1 mirrors the picture.
    """
    scale = size * HEIGHT / EYES_TO_CHIN
    turn = cv2.getRotationMatrix2D(MIDDLE, -roll, scale)
    turn[:, 2] += np.array([x * WIDTH, y * HEIGHT]) - MIDDLE
    source = astronaut()[:, ::-1] if of else astronaut()
    if of:
        turn = turn @ np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    smooth = cv2.GaussianBlur(source, (0, 0), max(0.01, 0.4 / scale)) if scale < 1 else source
    frame = cv2.warpAffine(
        smooth, turn, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(frame, np.uint8)


def mesh_of(frame: Picture) -> Mesh:
    """The points of the face in a frame."""
    mesh = Tracker().look(frame).mesh
    assert mesh is not None
    return mesh


def lit(frame: Picture, gain: float | NDArray[np.float32]) -> Picture:
    """The frame under so much light: the gain is on linear light, as a lamp or a lens brings it."""
    linear = (frame.astype(np.float32) / 255) ** 2.2 * gain
    return np.asarray(255 * np.clip(linear, 0, 1) ** (1 / 2.2), np.uint8)


def tinted(frame: Picture, blue: float, red: float) -> Picture:
    """The frame under coloured light: gains of two channels on linear light."""
    return lit(frame, np.array([blue, 1.0, red], np.float32))


def _face_mask(frame: Picture, grown: float = 1.25) -> NDArray[np.float32]:
    """1 on head and shoulders, 0 behind, soft between."""
    points = mesh_of(frame).points[:, :2]
    middle, half = points.mean(0), np.ptp(points, axis=0) / 2
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    axes = (int(half[0] * grown * 1.15), int(half[1] * grown * 1.3))
    cv2.ellipse(mask, (int(middle[0]), int(middle[1])), axes, 0, 0, 360, 1.0, cv2.FILLED)
    body = (int(middle[0]), int(middle[1] + half[1] * 3.4))
    cv2.ellipse(mask, body, (int(half[0] * 2.6), int(half[1] * 2.1)), 0, 0, 360, 1.0, cv2.FILLED)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 5), np.float32)


def backlit(frame: Picture, face: float = 0.15, behind: float = 2.2) -> Picture:
    """So much light on the person, and a bright window behind."""
    mask = _face_mask(frame)[..., None]
    bright = np.maximum(lit(frame, behind), np.uint8(215))
    return np.asarray(lit(frame, face) * mask + bright * (1 - mask), np.uint8)


def uneven(frame: Picture, dark: float = 0.1) -> Picture:
    """One half of the face has only so much of the light of the other."""
    middle = mesh_of(frame).points[:, 0].mean()
    way = np.clip((np.arange(WIDTH) - middle) / 30 + 0.5, 0, 1).astype(np.float32)
    return lit(frame, (dark + (1 - dark) * way)[None, :, None])


def blurred(frame: Picture, sigma: float) -> Picture:
    """The lens out of focus, Gaussian, at 480 lines."""
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), sigma), np.uint8)


def masked(frame: Picture, colour: tuple[int, int, int] = (200, 190, 170)) -> Picture:
    """A mask over nose, mouth and chin, with folds."""
    points = mesh_of(frame).points[:, :2]
    edge = points[[234, 93, 132, 58, 172, 150, 152, 379, 397, 288, 361, 323, 454, 280, 6, 50]]
    drawn = frame.copy()
    cv2.fillPoly(drawn, [edge.round().astype(np.int32)], colour, cv2.LINE_AA)
    for share in (0.35, 0.55, 0.75):
        line = edge[0] * (1 - share) + edge[6] * share, edge[12] * (1 - share) + edge[6] * share
        ends = [(int(p[0]), int(p[1])) for p in line]
        shade = tuple(int(0.85 * c) for c in colour)
        cv2.line(drawn, ends[0], ends[1], shade, 2, cv2.LINE_AA)
    return drawn


def capped(frame: Picture, colour: tuple[int, int, int] = (110, 60, 30)) -> Picture:
    """A cap down to just above the brows."""
    points = mesh_of(frame).points[:, :2]
    low, high = points.min(0), points.max(0)
    brow = points[[70, 63, 105, 66, 107, 336, 296, 334, 293, 300], 1].min()
    drawn = frame.copy()
    middle = (int((low[0] + high[0]) / 2), int(brow - 4))
    axes = (int((high[0] - low[0]) * 0.62), int((high[1] - low[1]) * 0.55))
    cv2.ellipse(drawn, middle, axes, 0, 180, 360, colour, cv2.FILLED, cv2.LINE_AA)
    return drawn


def glaring(frame: Picture) -> Picture:
    """Glasses, with a lamp mirrored in each lens."""
    points = mesh_of(frame).points[:, :2]
    drawn = frame.copy()
    apart = np.linalg.norm(points[263] - points[33])
    for corners in ((33, 133), (362, 263)):
        eye = points[list(corners)].mean(0)
        place = (int(eye[0]), int(eye[1]))
        size = (int(0.25 * apart), int(0.17 * apart))
        cv2.ellipse(drawn, place, size, 0, 0, 360, (40, 40, 40), 3, cv2.LINE_AA)
        light = (int(eye[0] + 0.06 * apart), int(eye[1] - 0.03 * apart))
        spot = (int(0.1 * apart), int(0.07 * apart))
        cv2.ellipse(drawn, light, spot, 20, 0, 360, (252, 252, 252), cv2.FILLED, cv2.LINE_AA)
    return drawn


def two() -> Picture:
    """Two people beside each other."""
    frame = framed(0.28, 0.3, 0.5)
    frame[:, WIDTH // 2 :] = framed(0.28, 0.72, 0.5)[:, WIDTH // 2 :]
    return frame


def nobody() -> Picture:
    """A part of the picture without a face."""
    return np.asarray(cv2.resize(astronaut()[300:, :], (WIDTH, HEIGHT)), np.uint8)


SPOILT: dict[FaceHint, dict[str, Callable[[], Picture]]] = {
    FaceHint.NO_FACE: {"nobody": nobody},
    FaceHint.SEVERAL: {"two people": two},
    FaceHint.TOO_FAR: {"0.10": lambda: framed(0.1), "0.16": lambda: framed(0.16)},
    FaceHint.TOO_NEAR: {"0.50": lambda: framed(0.5), "0.60": lambda: framed(0.6)},
    FaceHint.MOVE_RIGHT: {"at 0.7": lambda: framed(x=0.7)},
    FaceHint.MOVE_LEFT: {"at 0.3": lambda: framed(x=0.3)},
    FaceHint.MOVE_UP: {"at 0.72": lambda: framed(y=0.72)},
    FaceHint.MOVE_DOWN: {"at 0.28": lambda: framed(y=0.28)},
    FaceHint.UPRIGHT: {
        "20 degrees": lambda: framed(roll=20),
        "-20 degrees": lambda: framed(roll=-20),
    },
    FaceHint.TOO_DARK: {
        "light / 10": lambda: lit(framed(), 0.1),
        "light / 20": lambda: lit(framed(), 0.05),
    },
    FaceHint.TOO_BRIGHT: {
        "light x 3": lambda: lit(framed(), 3.0),
        "light x 5": lambda: lit(framed(), 5.0),
    },
    FaceHint.BACKLIGHT: {
        "face 0.2": lambda: backlit(framed(), 0.2),
        "face 0.1": lambda: backlit(framed(), 0.1),
    },
    FaceHint.UNEVEN: {
        "one side 0.1": lambda: uneven(framed(), 0.1),
        "one side 0.2": lambda: uneven(framed(), 0.2),
    },
    FaceHint.COVERED: {
        "blue mask": lambda: masked(framed()),
        "white mask": lambda: masked(framed(), (225, 228, 230)),
        "black mask": lambda: masked(framed(), (40, 38, 38)),
    },
    FaceHint.GLARE: {"glasses": lambda: glaring(framed())},
    FaceHint.HEADWEAR: {
        "blue cap": lambda: capped(framed()),
        "red cap": lambda: capped(framed(), (40, 30, 170)),
        "white cap": lambda: capped(framed(), (225, 225, 225)),
    },
    FaceHint.BLURRED: {
        "sigma 6": lambda: blurred(framed(), 6),
        "sigma 9": lambda: blurred(framed(), 9),
    },
}
"""By the hint that each asks for: the astronaut spoilt, by what was done."""

GOOD: dict[str, Callable[[], Picture]] = {
    "fitting": framed,
    "mirrored": lambda: np.ascontiguousarray(framed()[:, ::-1]),
    "nearer": lambda: framed(0.38),
    "farther": lambda: framed(0.26),
    "a little left": lambda: framed(x=0.45),
    "a little low": lambda: framed(y=0.56),
    "leaning 4 degrees": lambda: framed(roll=4),
    "light x 0.5": lambda: lit(framed(), 0.5),
    "light x 1.3": lambda: lit(framed(), 1.3),
    "bluish light": lambda: tinted(framed(), 1.5, 0.7),
    "yellow light": lambda: tinted(framed(), 0.4, 1.2),
}
"""The astronaut as the phone likes a face: nothing is to be said."""
