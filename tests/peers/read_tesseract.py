"""Tesseract itself (tesserocr, MIT) on the whole picture, with the model named in MRZ_MODEL.

`reads` has every run of two or three lines below each other of the lengths that codes have: as
nobody picks one, it is right when any is. It calls nothing valid.
"""

import os
from collections.abc import Callable

import cv2
import numpy as np
import tesserocr
from serving import Answer, serve

LENGTHS = {30: 3, 36: 2, 44: 2}


def decode(name: str) -> np.ndarray:
    """Grey, as it would make it itself."""
    return cv2.imread(name, cv2.IMREAD_GRAYSCALE)


def load() -> Callable[[np.ndarray], Answer]:
    """Loads the model once."""
    reader = tesserocr.PyTessBaseAPI(
        path=os.environ["TESSDATA_PREFIX"],
        lang=os.environ["MRZ_MODEL"],
        psm=tesserocr.PSM.AUTO,
    )

    def read(picture: np.ndarray) -> Answer:
        height, width = picture.shape
        reader.SetImageBytes(picture.tobytes(), width, height, 1, width)
        text = reader.GetUTF8Text()
        lines = [line for line in text.replace(" ", "").split("\n") if line]
        runs = [lines[i : i + LENGTHS.get(len(line), 0)] for i, line in enumerate(lines)]
        found = [
            run
            for run in runs
            if run and len(run) == LENGTHS[len(run[0])] and len(set(map(len, run))) == 1
        ]
        return Answer(found, None)

    return read


serve(decode, load)
