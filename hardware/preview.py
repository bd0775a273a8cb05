"""From a camera's frame to the few pixels that the screen can show: all that leaves the host."""

import numpy as np
from numpy.typing import NDArray

from hardware.opencv import cv2

KEPT_BITS = np.uint8(0xF8)
"""Five bits a channel: less to send and to draw, and sensor noise is mostly gone."""

BLURRED = (12, 9)
"""Pixels across and down of a picture in which there is somebody who may not want to be seen."""

SHARPEST_DOCUMENT = 32
"""Pixels across the whole picture of a document, however fine the grid is: a card that fills it has
1 for each letter of its code, a passport 0.7 (docs/decisions/0020-preview-of-documents.md)."""


def reduce(frame: NDArray[np.uint8], columns: int, rows: int, blurred: bool = False) -> bytes:
    """A frame as a mirror shows it, cropped around its centre to fill a grid of cells.

    `frame` is (height, width, 3) uint8 BGR. A cell is one wide and two high and holds two pixels,
    so the result is (2 * rows, columns, 3) uint8 RGB, row by row. `blurred`: nobody in it can be
    told from anybody else.
    """
    height, width = frame.shape[:2]
    lines = 2 * rows
    crop_width = min(width, max(1, round(height * columns / lines)))
    crop_height = min(height, max(1, round(width * lines / columns)))
    left, top = (width - crop_width) // 2, (height - crop_height) // 2
    crop = frame[top : top + crop_height, left : left + crop_width]
    size = (columns, lines)
    if blurred:
        crop = np.asarray(cv2.resize(crop, BLURRED, interpolation=cv2.INTER_AREA), np.uint8)
    small = cv2.resize(crop, size, interpolation=cv2.INTER_LINEAR if blurred else cv2.INTER_AREA)
    return _as_bytes(np.asarray(small, np.uint8)[:, ::-1])


def reduce_document(frame: NDArray[np.uint8], columns: int, rows: int) -> tuple[int, int, bytes]:
    """The whole frame as it is, no mirror, fitted into a grid of cells, and blurred.

    `frame` is (height, width) uint8 grey or (height, width, 3) uint8 BGR. Columns and rows of the
    picture, at least one of them as given and none more, and its pixels as from `reduce`. No letter
    in it can be read: it is made from a picture of `SHARPEST_DOCUMENT` pixels' width.
    """
    height, width = frame.shape[:2]
    scale = min(columns / width, 2 * rows / height)
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale / 2))
    across = min(columns, SHARPEST_DOCUMENT)
    coarse = (across, max(1, round(height * across / width)))
    small = cv2.resize(frame, coarse, interpolation=cv2.INTER_AREA)
    grown = cv2.resize(small, (columns, 2 * rows), interpolation=cv2.INTER_LINEAR)
    if grown.ndim == 2:
        grown = cv2.cvtColor(grown, cv2.COLOR_GRAY2BGR)
    return columns, rows, _as_bytes(np.asarray(grown, np.uint8))


def _as_bytes(picture: NDArray[np.uint8]) -> bytes:
    return (picture[:, :, ::-1] & KEPT_BITS).tobytes()  # channels: BGR to RGB
