"""FastMRZ (AGPL-3: a peer in tests, never a part of the kiosk), with the `mrz` Tesseract model.

`reads` has the lines that it found, which it does not change; `valid` is its status SUCCESS.
"""

import os
from collections.abc import Callable

import cv2
import numpy as np
from fastmrz import FastMRZ
from serving import Answer, serve


def decode(name: str) -> np.ndarray:
    """In the order red, green, blue, as it opens pictures itself."""
    return cv2.cvtColor(cv2.imread(name, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def load() -> Callable[[np.ndarray], Answer]:
    """Loads its network; each picture starts Tesseract anew."""
    cv2.setNumThreads(1)
    reader = FastMRZ(tessdata_path=os.environ["TESSDATA_PREFIX"])

    def read(picture: np.ndarray) -> Answer:
        text = reader.get_details(picture, input_type="numpy", ignore_parse=True)
        if not text:
            return Answer([], False)
        lines = text.split("\n")
        try:
            details = reader.get_details(text, input_type="text")
        except (ValueError, IndexError):  # it stumbles over dates and names that are none
            return Answer([lines], False)
        return Answer([lines], details.get("status") == "SUCCESS")

    return read


serve(decode, load)
