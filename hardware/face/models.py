"""The two networks that see faces: which they are, where they lie, and whether they are whole."""

import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardware.opencv import cv2

FOLDER = Path(__file__).parent / "models"
"""Filled at set-up (`hardware.face_setup`): the repository holds no weights from elsewhere."""
DETECTOR = "face_detection_short_range.tflite"
MESH = "face_landmark.tflite"
LICENCE = "LICENSE-mediapipe.txt"
SHA256 = {
    DETECTOR: "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    MESH: "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    LICENCE: "8707eef0533987efc5b155d64761eeb6e20793f50b9bd1a68dad1cf4719d0ed8",
}
"""What each file must be, in hexadecimal."""


class ModelsMissingError(Exception):
    """A network is not installed, or is not the one that we know."""


def known(name: str, content: bytes) -> bool:
    """Whether this is what a file of ours must hold."""
    return hashlib.sha256(content).hexdigest() == SHA256[name]


def whole(name: str, folder: Path | None = None) -> bool:
    """Whether a file of ours is there (in `FOLDER`, or in another) and is the one that we know."""
    try:
        return known(name, ((folder or FOLDER) / name).read_bytes())
    except OSError:
        return False


def installed(folder: Path | None = None) -> bool:
    """Whether both networks are there, with their licence."""
    return all(whole(name, folder) for name in SHA256)


def _load(name: str) -> "cv2.dnn.Net":
    # Set-up and the command ask for the files alone: they are to be quick, and to work without it.
    from hardware.opencv import cv2

    if not whole(name):
        raise ModelsMissingError(name)
    # From its path and with the classic engine: the others give only one of the two outputs.
    return cv2.dnn.readNetFromTFLite(str(FOLDER / name), cv2.dnn.ENGINE_CLASSIC)


load_detector = partial(_load, DETECTOR)
load_mesh = partial(_load, MESH)
