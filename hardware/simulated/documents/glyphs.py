"""The letters of machine-readable zones as pictures, and lines set from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.check_digits import ALPHABET
from hardware.opencv import cv2

CAP = 48
"""Height of a capital letter in a glyph's picture, in pixels."""
CELL_WIDTH, CELL_HEIGHT = 72, 80
BASELINE = 62
"""The row below the letters; each letter stands in the middle of its cell."""
PITCH = CAP * 2.54 / 2.5
"""The advance of OCR-B: 10 characters an inch where capitals are 2.5 mm high (ISO 1073-2)."""

PACKED = Path(__file__).with_name("ocr_b.png")
"""OCR-B in two cuts, rendered from the font of Norbert Schwarz and Matthew Skala, which may be
freely used, modified and distributed."""


@dataclass(frozen=True)
class Glyphs:
    """One cut of a font: a mask for each character, (CELL_HEIGHT, CELL_WIDTH) uint8, 255 is ink."""

    masks: Mapping[str, NDArray[np.uint8]]


@cache
def ocr_b() -> tuple[Glyphs, ...]:
    """The cuts of OCR-B that the program carries."""
    sheet = cv2.imread(str(PACKED), cv2.IMREAD_GRAYSCALE)
    assert sheet is not None, "the picture is part of the package"
    return tuple(unpack(np.asarray(sheet, np.uint8)))


def pack(cuts: list[Glyphs]) -> NDArray[np.uint8]:
    """One picture of several cuts: a row for each, the characters in the order of ALPHABET."""
    return np.vstack([np.hstack([cut.masks[c] for c in ALPHABET]) for cut in cuts])


def unpack(sheet: NDArray[np.uint8]) -> list[Glyphs]:
    """The cuts of such a picture."""
    return [
        Glyphs({c: row[:, i * CELL_WIDTH : (i + 1) * CELL_WIDTH] for i, c in enumerate(ALPHABET)})
        for row in np.vsplit(sheet, len(sheet) // CELL_HEIGHT)
    ]


def set_line(
    glyphs: Glyphs,
    text: str,
    pitch: float = PITCH,
    offsets: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A line of text as a mask, and the centre of each letter's cap height in it, (n, 2) x, y.

    `offsets`, (n, 2) in pixels, move single letters, as worn printers do.
    """
    n = len(text)
    moved = np.zeros((n, 2), np.float32) if offsets is None else offsets
    mask = np.zeros((CELL_HEIGHT + 16, round(CELL_WIDTH + pitch * (n - 1)) + 17), np.uint8)
    centres = np.empty((n, 2), np.float32)
    for i, character in enumerate(text):
        x = round(8 + pitch * i + float(moved[i, 0]))
        y = round(8 + float(moved[i, 1]))
        x, y = min(max(x, 0), mask.shape[1] - CELL_WIDTH), min(max(y, 0), 16)
        cell = mask[y : y + CELL_HEIGHT, x : x + CELL_WIDTH]
        np.maximum(cell, glyphs.masks[character], out=cell)
        centres[i] = x + CELL_WIDTH / 2, y + BASELINE - CAP / 2
    return mask, centres
