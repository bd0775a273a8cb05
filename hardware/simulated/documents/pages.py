"""Pages of documents that do not exist: a passport's photo page, a card's back, a visa."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hardware.mrz.check_digits import ALPHABET
from hardware.mrz.formats import FormatName
from hardware.opencv import cv2
from hardware.simulated.documents import glyphs as letters
from hardware.simulated.documents.drawing import Picture, Points, add, noise, paint
from hardware.simulated.documents.furniture import fill, scribble, stamp
from hardware.simulated.documents.glyphs import Glyphs
from hardware.simulated.documents.paper import calm, paper

SIZES: dict[FormatName, tuple[float, float]] = {
    "TD1": (85.6, 54.0),
    "TD2": (105.0, 74.0),
    "TD3": (125.0, 88.0),
    "MRV-A": (120.0, 80.0),
    "MRV-B": (105.0, 74.0),
    "FRA-ID": (105.0, 74.0),
}
"""Width and height in mm (ICAO Doc 9303 parts 4 to 7)."""

PITCH = 2.54
"""mm from letter to letter (ICAO Doc 9303-3 section 4.4)."""


Move = Callable[[Points], Points]
"""From points (n, 2) of one picture to the same points of another."""


@dataclass(frozen=True)
class Line:
    """One printed line of a code: its text, and where each letter's cap height is.

    `tops` and `bottoms` are (n, 2) points x, y; their middles are the letters' centres.
    """

    text: str
    tops: Points
    bottoms: Points

    def moved(self, way: Move) -> "Line":
        """The same line in another picture."""
        return Line(self.text, way(self.tops), way(self.bottoms))


@dataclass(frozen=True)
class Page:
    """A flat page: its picture, (height, width, 3) uint8 BGR, and the lines of its code."""

    picture: Picture
    lines: tuple[Line, ...] = field(default=())


@dataclass(frozen=True)
class Print:
    """How a page is printed: everything that differs between issuers and printers."""

    glyphs: Glyphs
    cap: float = 2.5
    """Height of the capitals in mm."""
    width: float = 1.0
    """Width of the letters against their height, 1 as the font has it."""
    pitch: float = PITCH
    gap: float = 6.35
    """From line to line in mm."""
    left: float = 6.0
    """From the page's edge to the first letter's cell in mm."""
    below: float = 7.0
    """From the last line's baseline to the page's edge in mm."""
    ink: float = 0.0
    """How much thicker (or, below 0, thinner) the strokes are, in shares of the cap height."""
    black: tuple[int, int, int] = (30, 28, 26)
    cover: float = 0.95
    """How well the ink covers, 0 to 1."""
    relief: float = 0.0
    """Light and shade of embossed or engraved letters."""
    holes: float = 0.0
    """Share of the ink that is missing, in specks."""
    wander: float = 0.0
    """How far letters stray from their place, in mm."""
    uneven: float = 0.0
    """How much fainter the ink is in places, 0 to 1."""


def print_page(
    name: FormatName,
    lines: Sequence[str],
    printed: Print,
    rng: np.random.Generator,
    scale: float = 10.0,
) -> Page:
    """The side of a document of that format that carries these lines; `scale` in pixels a mm.

    No lines: the same page without a code, as the wrong side of a document.
    """
    width, height = SIZES[name]
    w, h = round(width * scale), round(height * scale)
    picture = paper(rng, w, h)
    zone_height = printed.below + printed.gap * (max(len(lines), 2) - 1) + printed.cap + 4
    if rng.random() < 0.5:  # the zone's own ground is calmer than the page
        calm(picture, round(h - zone_height * scale), rng)
    fill(picture, rng, scale, round(h - zone_height * scale), photo=name != "TD1" or not lines)
    if rng.random() < 0.15:
        _other_line(picture, printed, rng, scale, round(h - zone_height * scale))
    placed = tuple(
        _print_line(
            picture,
            text,
            printed,
            rng,
            scale,
            x=printed.left * scale,
            y=h - (printed.below + printed.gap * (len(lines) - 1 - i)) * scale,
        )
        for i, text in enumerate(lines)
    )
    if rng.random() < 0.12:
        stamp(picture, rng, scale)
    if rng.random() < 0.1:
        scribble(picture, rng, scale)
    return Page(picture, placed)


def cover(name: FormatName, rng: np.random.Generator, scale: float = 10.0) -> Page:
    """The outside of a passport: dark, with a title, an emblem and the sign of the chip."""
    width, height = (round(side * scale) for side in SIZES[name])
    if rng.random() < 0.7:
        width, height = height, width
    colour = rng.uniform(20, 110) + rng.normal(0, 18, 3)
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = np.clip(colour, 5, 160)
    gold = tuple(int(v) for v in rng.uniform(0.7, 1.1) * np.array([90, 170, 200]))
    middle = (width // 2, round(height * 0.45))
    cv2.circle(picture, middle, round(12 * scale), gold, max(1, round(scale * 0.6)), cv2.LINE_AA)
    cv2.circle(picture, middle, round(7 * scale), gold, max(1, round(scale * 0.4)), cv2.LINE_AA)
    for word, at in (("UTOPIA", 0.16), ("PASSPORT", 0.82)):
        size = 0.19 * scale
        (wide, _), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_DUPLEX, size, 2)
        place = ((width - wide) // 2, round(height * at))
        cv2.putText(picture, word, place, cv2.FONT_HERSHEY_DUPLEX, size, gold, 2, cv2.LINE_AA)
    grain = noise(rng, height, width) * np.float32(rng.uniform(0, 7))
    return Page(np.asarray(cv2.add(picture, cv2.merge([grain] * 3), dtype=cv2.CV_8U), np.uint8))


def _print_line(
    picture: Picture,
    text: str,
    printed: Print,
    rng: np.random.Generator,
    scale: float,
    x: float,
    y: float,
) -> Line:
    """Prints a line with its first cell at x and its baseline at y, in pixels."""
    across = printed.cap / letters.CAP * printed.width * scale  # pixels of the page a mask pixel
    down = printed.cap / letters.CAP * scale
    stray = None
    if printed.wander:
        stray = rng.normal(0, printed.wander * scale / down, (len(text), 2)).astype(np.float32)
    mask, centres = letters.set_line(printed.glyphs, text, printed.pitch * scale / across, stray)
    if printed.ink:
        spread = max(1, round(abs(printed.ink) * letters.CAP))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (spread + 1, spread + 1))
        grow = cv2.dilate if printed.ink > 0 else cv2.erode
        mask = np.asarray(grow(mask, kernel), np.uint8)
    size = (max(1, round(mask.shape[1] * across)), max(1, round(mask.shape[0] * down)))
    ink = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.float32) / 255
    if printed.holes:
        specks = cv2.resize(noise(rng, ink.shape[0] // 2 + 1, ink.shape[1] // 2 + 1), size)
        ink *= (specks > np.quantile(specks, printed.holes)).astype(np.float32)
    if printed.uneven:
        run = cv2.resize(noise(rng, 1, len(text) // 3 + 2), (size[0], 1))
        ink *= 1 - printed.uneven * np.clip(np.asarray(run, np.float32), 0, 1)
    left = round(x - 8 * across)
    top = round(y - (8 + letters.BASELINE) * down)
    paint(picture, ink * printed.cover, printed.black, left, top)
    if printed.relief:
        edge = (np.roll(ink, 1, (0, 1)) - np.roll(ink, -1, (0, 1))) * 120 * printed.relief
        add(picture, edge, left, top)
    middles = centres * (across, down) + (left, top)
    half = np.array([0, printed.cap * scale / 2], np.float32)
    return Line(text, (middles - half).astype(np.float32), (middles + half).astype(np.float32))


def _other_line(
    picture: Picture, printed: Print, rng: np.random.Generator, scale: float, bottom: int
) -> None:
    """Letters of the code's own font that are no code: a number, a date, a name, above the zone."""
    length = int(rng.integers(5, 26))
    text = "".join(ALPHABET[i] for i in rng.integers(0, 36, length))
    x = rng.uniform(0.03, 0.6) * picture.shape[1]
    y = bottom - rng.uniform(0.5, 9) * scale
    _print_line(picture, text, printed, rng, scale, x, y)
