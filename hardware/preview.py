"""From a camera's frame to the few pixels that the screen can show: all that leaves the host."""

import numpy as np
from numpy.typing import NDArray

from hardware.opencv import cv2

KEPT_BITS = np.uint8(0xF8)
"""Five bits a channel: less to send and to draw, and sensor noise is mostly gone."""


def reduce(frame: NDArray[np.uint8], columns: int, rows: int) -> bytes:
    """A frame as a mirror shows it, cropped around its centre to fill a grid of cells.

    `frame` is (height, width, 3) uint8 BGR. A cell is one wide and two high and holds two pixels,
    so the result is (2 * rows, columns, 3) uint8 RGB, row by row.
    """
    height, width = frame.shape[:2]
    lines = 2 * rows
    crop_width = min(width, max(1, round(height * columns / lines)))
    crop_height = min(height, max(1, round(width * lines / columns)))
    left, top = (width - crop_width) // 2, (height - crop_height) // 2
    crop = frame[top : top + crop_height, left : left + crop_width]
    small = cv2.resize(crop, (columns, lines), interpolation=cv2.INTER_AREA)
    mirrored = np.asarray(small, np.uint8)[:, ::-1, ::-1]  # columns; channels: BGR to RGB
    return (mirrored & KEPT_BITS).tobytes()
