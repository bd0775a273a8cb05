"""Pictures that carry their number in themselves, so that who sees one knows which it is."""

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

BITS = 32
BLOCK = 16
"""Pixels: as large as what JPEG treats as one, so that it stays black or white."""
DIGITS = 24
CHECK = 0xA5
"""By which the other bits differ from the sum of the number's bytes: a picture without a number
does not have one by chance."""


def numbered(picture: Picture, number: int) -> Picture:
    """A copy of (height, width >= 512, 3) uint8 with a number of 24 bits at its lower edge."""
    word = number << (BITS - DIGITS) | _check(number)
    bits = np.array([word >> place & 1 for place in range(BITS)], np.uint8)
    marked = picture.copy()
    marked[-BLOCK:, : BITS * BLOCK] = np.repeat(bits * np.uint8(255), BLOCK)[None, :, None]
    return marked


def number_of(picture: Picture) -> int | None:
    """The number of a picture; None if it has none."""
    row = picture[-BLOCK // 2, BLOCK // 2 : BITS * BLOCK : BLOCK, 1]
    word = sum(1 << place for place, value in enumerate(row) if value > 127)
    number = word >> (BITS - DIGITS)
    return number if _check(number) == word & 0xFF else None


def _check(number: int) -> int:
    return sum(number.to_bytes(3, "big")) & 0xFF ^ CHECK
