"""The printed test card: a code that no document has, to lie before a scanner or be shown to it."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hardware.function_tests.scanner import CARD
from hardware.opencv import cv2
from hardware.simulated.documents.glyphs import CAP, ocr_b, set_line

WIDTH, HEIGHT = 125.0, 88.0
"""Millimetres: a passport's page (ISO/IEC 7810, ID-3), so that it fits where a passport does."""
PER_MM = 300 / 25.4
LEFT, BELOW, LINE_GAP = 6.0, 8.5, 6.35
"""Millimetres to the first letter, from the last line's middle to the edge, from line to line."""
CAPITAL = 2.5
"""Height of a capital letter of OCR-B in size I, in millimetres (ISO 1073-2)."""
INK, GREY = 0, 120
WORDS = (
    "TEST CARD OF THE KIOSK - NO DOCUMENT",
    "The code of a specimen: ICAO Doc 9303-4, state of Utopia.",
    "Print it at 100 % (300 dpi) with a laser printer, and cut along the line.",
)
_PIXELS_PER_METRE = round(300 / 0.0254)


def draw() -> NDArray[np.uint8]:
    """The card, (1039, 1476) uint8 grey, at 300 dots an inch."""
    height, width = round(HEIGHT * PER_MM), round(WIDTH * PER_MM)
    card = np.full((height, width), 255, np.uint8)
    cv2.rectangle(card, (0, 0), (width - 1, height - 1), GREY, 2)
    for number, words in enumerate(WORDS):
        size, at = (1.1, 2) if number == 0 else (0.75, 1)
        origin = (round(LEFT * PER_MM), round((14 + 9 * number) * PER_MM))
        cv2.putText(card, words, origin, cv2.FONT_HERSHEY_SIMPLEX, size, INK, at, cv2.LINE_AA)
    for number, line in enumerate(CARD):
        below = BELOW + LINE_GAP * (len(CARD) - 1 - number)
        _print_line(card, line, round((HEIGHT - below) * PER_MM))
    return card


def _print_line(card: NDArray[np.uint8], text: str, middle: int) -> None:
    mask, centres = set_line(ocr_b()[0], text)
    scale = CAPITAL * PER_MM / CAP
    ink = np.asarray(
        cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )
    top = middle - round(float(centres[0, 1]) * scale)
    left = round(LEFT * PER_MM - float(centres[0, 0]) * scale + CAPITAL * PER_MM / 2)
    # What stands outside the card's edge is empty margin of the mask.
    part = card[top : top + ink.shape[0], left : left + ink.shape[1]]
    np.minimum(part, 255 - ink[: part.shape[0], : part.shape[1]], out=part)


def write(file: Path) -> None:
    """Writes the card as a PNG that says its size, so that it prints at that; `OSError`."""
    ok, data = cv2.imencode(".png", draw())
    assert ok, "OpenCV always has a PNG encoder"
    sized = _with_size(data.tobytes())
    with file.open("xb") as opened:  # a file that is there is not overwritten
        opened.write(sized)
        opened.flush()
        os.fsync(opened.fileno())


def _with_size(png: bytes) -> bytes:
    """A PNG with the chunk pHYs, which OpenCV does not write, behind its header (ISO 15948)."""
    header = 8 + 4 + 4 + 13 + 4
    body = b"pHYs" + struct.pack(">IIB", _PIXELS_PER_METRE, _PIXELS_PER_METRE, 1)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:header] + chunk + png[header:]
