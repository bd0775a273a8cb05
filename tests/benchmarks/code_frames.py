"""The pictures that the readers of codes are measured on, the same for all of them.

Rendered from seeds that were never trained on, once, into files; folders of other people's
pictures are taken as they are.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from hardware.mrz import check_digits, formats, writing
from hardware.mrz.formats import FormatName
from hardware.opencv import cv2
from hardware.simulated.documents import (
    codes,
    drawing,
    furniture,
    glyphs,
    pages,
    paper,
    photographs,
    variety,
)
from hardware.simulated.documents.glyphs import ocr_b
from hardware.simulated.documents.photographs import Photograph
from hardware.simulated.documents.variety import random_photograph
from tests.benchmarks import report

SEED = 9_303_3
"""Never used in training."""
FRAMES = 1000
CAMERAS = (640, 480), (1280, 720), (1920, 1080)
SHARES = 0.2, 0.6, 0.2
"""How many of the pictures each camera took."""
LEAST_LETTER = 8.0
"""Pixels that a letter is wide at least, on average along the narrower side of the code."""
QUALITY = 95
SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"}
Item = TypeVar("Item")
LEAST_CONTRAST = 24
"""Grey levels between the darkest and the lightest of a letter and its ground, noise apart."""
RULE = (
    f"drawn again: code not wholly in the picture, letters under {LEAST_LETTER:g} pixels, "
    f"a letter with a contrast under {LEAST_CONTRAST} of 255"
)


@dataclass(frozen=True)
class Frame:
    """One picture: its file, and what is known of it; `lines` is None where the truth is not."""

    file: Path
    lines: tuple[str, ...] | None
    hard: float | None = None
    size: tuple[int, int] | None = None

    def is_right(self, reads: list[list[str]]) -> bool:
        """Whether one of the alternative reads is the truth."""
        return self.lines is not None and list(self.lines) in reads


def whole(shot: Photograph) -> bool:
    """Whether all of the code is in the picture, with half a letter to spare."""
    zone = shot.zone()
    if zone is None:
        return False
    height, width = shot.picture.shape[:2]
    spare = letter(shot) / 2
    ends = [points for line in shot.lines for points in (line.tops, line.bottoms)]
    points = np.vstack([zone, *ends])
    return bool(np.all(points >= spare) and np.all(points <= (width - spare, height - spare)))


def letter(shot: Photograph) -> float:
    """Pixels that a letter is wide, on average along the narrowest line; 0 without a code.

    What an enlargement made wider does not count.
    """
    widths = [np.linalg.norm(np.diff(line.tops, axis=0), axis=1).mean() for line in shot.lines]
    return float(min(widths, default=0)) * shot.detail


def legible(shot: Photograph) -> bool:
    """Whether every letter stands out from its ground: nobody reads what light or fingers hide."""
    grey = cv2.cvtColor(shot.picture, cv2.COLOR_BGR2GRAY)
    soft = cv2.GaussianBlur(grey, (0, 0), max(letter(shot) / 10, 0.5))
    half = letter(shot) / shot.detail * 0.4
    for line in shot.lines:
        for top, bottom in zip(line.tops, line.bottoms, strict=True):
            low, high = np.minimum(top, bottom) - half, np.maximum(top, bottom) + half
            (x0, y0), (x1, y1) = np.maximum(low, 0).astype(int), np.ceil(high).astype(int)
            if np.ptp(np.percentile(soft[y0:y1, x0:x1], (4, 96))) < LEAST_CONTRAST:
                return False
    return True


def draw(
    number: int, hard: float, camera: tuple[int, int] | None = None
) -> tuple[Photograph, FormatName, tuple[str, ...]]:
    """The picture of that number: always the same one. The last two are its format and lines."""
    rng = np.random.default_rng([SEED, number])
    if camera is None:
        camera = CAMERAS[int(rng.choice(len(CAMERAS), p=SHARES))]
    while True:
        shot, name, lines = random_photograph(rng, ocr_b(), hard, worn=False, camera=camera)
        if whole(shot) and letter(shot) >= LEAST_LETTER and legible(shot):
            return shot, name, lines


def evenly(items: Sequence[Item], count: int) -> list[Item]:
    """So many of the items, evenly spread; all of them if there are no more."""
    count = min(count, len(items))
    return [items[i * len(items) // count] for i in range(count)]


def folder(path: Path) -> list[Frame]:
    """The pictures of a folder. The truth of `a.jpg` is in `a.jpg.txt` or `a.txt`, if anywhere."""
    found = []
    for file in sorted(path.iterdir()):
        if file.suffix.lower() not in SUFFIXES:
            continue
        truths = (Path(f"{file}.txt"), file.with_suffix(".txt"))
        truth = next((truth for truth in truths if truth.exists()), None)
        found.append(Frame(file.resolve(), tuple(truth.read_text().split()) if truth else None))
    return found


def frames(count: int = FRAMES) -> list[Frame]:
    """So many of the generated pictures, from easy to hard; rendered if they are not there yet."""
    folder = report.FOLDER / "code-frames"
    folder.mkdir(parents=True, exist_ok=True)
    return [_frame(folder, number) for number in evenly(list(range(FRAMES)), count)]


def _frame(folder: Path, number: int) -> Frame:
    file = folder / f"{number:04}.jpg"
    about = file.with_suffix(".json")
    known = json.loads(about.read_text()) if about.exists() else {}
    if known.get("recipe") != _recipe():
        hard = number / (FRAMES - 1)
        shot, name, lines = draw(number, hard)
        height, width = shot.picture.shape[:2]
        cv2.imwrite(str(file), shot.picture, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
        known = {
            "recipe": _recipe(),
            "lines": lines,
            "format": name,
            "hard": round(hard, 4),
            "size": (width, height),
            "letter": round(letter(shot), 1),
        }
        about.write_text(json.dumps(known) + "\n")
    return Frame(file, tuple(known["lines"]), known["hard"], tuple(known["size"]))


@cache
def _recipe() -> str:
    """Changes with whatever the pictures depend on, so that none of another recipe is used."""
    drawn = codes, drawing, furniture, glyphs, pages, paper, photographs, variety
    modules = *drawn, check_digits, formats, writing
    sources = [Path(__file__), glyphs.PACKED, *(Path(str(m.__file__)) for m in modules)]
    digest = hashlib.sha256(f"{np.__version__} {cv2.__version__}".encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
