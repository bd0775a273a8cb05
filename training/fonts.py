"""The fonts that the networks learn, rendered to glyphs by Pillow (needed for training alone)."""

import sys
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hardware.mrz.check_digits import ALPHABET
from hardware.opencv import cv2
from hardware.simulated.documents.glyphs import (
    BASELINE,
    CAP,
    CELL_HEIGHT,
    CELL_WIDTH,
    PACKED,
    Glyphs,
    pack,
)

FONTS = Path("/usr/share/fonts")
OCR_B = ("OCRB.otf", "OCRBS.otf")
"""Round and sharp corners: fonts-ocr-b."""
OTHERS = (
    "LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf", "LiberationSans-Regular.ttf",
    "LiberationSans-Bold.ttf", "LiberationSansNarrow-Regular.ttf", "DejaVuSansMono.ttf",
    "DejaVuSansMono-Bold.ttf", "DejaVuSans.ttf", "FreeMonoBold.otf", "FreeMono.otf",
    "FreeSans.otf", "FreeSansBold.otf", "Courier Prime.otf", "Courier Prime Bold.otf",
    "Courier Prime Sans.otf", "Inconsolata.otf", "B612Mono-Regular.otf", "B612Mono-Bold.otf",
    "NotoMono-Regular.ttf", "NotoSansMono-Bold.ttf", "Roboto-Regular.ttf", "Roboto-Medium.ttf",
    "RobotoCondensed-Regular.ttf", "OpenSans-Regular.ttf", "OpenSans-Semibold.ttf",
    "Hack-Regular.ttf", "OCRBL.otf",
)  # fmt: skip
"""What stands in the place of OCR-B on odd documents; `install-fonts` names the packages."""


@cache
def glyphs_of(name: str) -> Glyphs:
    """The glyphs of a font file of that name, anywhere under FONTS."""
    (path, *_) = sorted(FONTS.rglob(name))
    trial = ImageFont.truetype(str(path), 200)
    _, top, _, bottom = trial.getbbox("H", anchor="ls")
    font = ImageFont.truetype(str(path), round(200 * CAP / (bottom - top)))
    masks = {}
    for character in ALPHABET:
        cell = Image.new("L", (CELL_WIDTH, CELL_HEIGHT), 0)
        box = font.getbbox(character, anchor="ls")
        x = (CELL_WIDTH - (box[2] - box[0])) / 2 - box[0]
        ImageDraw.Draw(cell).text((x, BASELINE), character, fill=255, font=font, anchor="ls")
        masks[character] = np.asarray(cell, np.uint8)
    return Glyphs(masks)


if __name__ == "__main__":
    cv2.imwrite(
        str(PACKED), pack([glyphs_of(name) for name in OCR_B]), [cv2.IMWRITE_PNG_COMPRESSION, 9]
    )
    print(PACKED, PACKED.stat().st_size, "bytes", file=sys.stderr)
