"""The kiosk's own recogniser, asked as its peers are.

`valid` is the status `ok`. What is loaded before, Python with numpy and OpenCV, is what its memory
is compared with.
"""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(1, str(Path(__file__).parents[2]))

import numpy as np
from serving import Answer, serve

from hardware.opencv import cv2


def decode(name: str) -> np.ndarray:
    """The picture as the cameras give it."""
    return np.asarray(cv2.imread(name, cv2.IMREAD_COLOR), np.uint8)


def load() -> Callable[[np.ndarray], Answer]:
    """Loads the networks."""
    from hardware.mrz.recognising import ReadStatus, Recogniser

    recogniser = Recogniser()

    def read(picture: np.ndarray) -> Answer:
        reading = recogniser.read(picture)
        lines = [list(reading.lines)] if reading.lines else []
        return Answer(lines, reading.status is ReadStatus.OK)

    return read


serve(decode, load)
