"""What everything that is drawn here is made with: ink on a picture, and noise."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Points = NDArray[np.float32]
Floats = NDArray[np.floating]

WORDS = (
    "SPECIMEN", "MUSTER", "SPECIMEN", "UTOPIA", "SAMPLE", "KINGDOM OF UTOPIA", "PASSPORT", "VISA",
    "IDENTITY CARD", "Surname", "Given names", "Nationality", "Date of birth", "Sex",
    "Place of birth", "Date of issue", "Authority", "ERIKSSON", "ANNA MARIA", "12 AUG 1974",
    "ZENITH", "15 APR 2030", "L898902C3", "F", "180 cm", "Signature of bearer",
    "This card remains the property of the state",
)  # fmt: skip


def paint(picture: Picture, ink: Floats, colour: tuple[int, int, int], left: int, top: int) -> None:
    """Lays ink of a colour on the picture; what is outside is cut off."""
    ground, ink = _overlap(picture, ink, left, top)
    if ground.size:
        ground[:] = ground + (np.array(colour, np.float32) - ground) * ink[..., None]


def add(picture: Picture, light: Floats, left: int, top: int) -> None:
    ground, light = _overlap(picture, light, left, top)
    if ground.size:
        ground[:] = np.clip(ground + light[..., None], 0, 255)


def _overlap(picture: Picture, patch: Floats, left: int, top: int) -> tuple[Picture, Floats]:
    height, width = picture.shape[:2]
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(height, top + patch.shape[0]), min(width, left + patch.shape[1])
    if y0 >= y1 or x0 >= x1:
        return picture[:0], patch[:0]
    return picture[y0:y1, x0:x1], patch[y0 - top : y1 - top, x0 - left : x1 - left]


def noise(rng: np.random.Generator, h: int, w: int) -> NDArray[np.float32]:
    """Normal noise, cut out of a sheet made once, which is much quicker than new numbers."""
    sheet = _noise_sheet()
    if h > sheet.shape[0] - 8 or w > sheet.shape[1] - 8:
        return rng.standard_normal((h, w), np.float32)
    y, x = int(rng.integers(0, sheet.shape[0] - h)), int(rng.integers(0, sheet.shape[1] - w))
    return sheet[y : y + h, x : x + w]


@cache
def _noise_sheet() -> NDArray[np.float32]:
    return np.random.default_rng(7).standard_normal((1400, 2300), np.float32)
