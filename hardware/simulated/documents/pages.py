"""Pages of documents that do not exist: a passport's photo page, a card's back, a visa."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.check_digits import ALPHABET
from hardware.mrz.formats import FormatName
from hardware.opencv import cv2
from hardware.simulated.documents import glyphs as letters
from hardware.simulated.documents.glyphs import Glyphs

Picture = NDArray[np.uint8]
Points = NDArray[np.float32]
Floats = NDArray[np.floating]

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

WORDS = (
    "SPECIMEN", "MUSTER", "SPECIMEN", "UTOPIA", "SAMPLE", "KINGDOM OF UTOPIA", "PASSPORT", "VISA",
    "IDENTITY CARD", "Surname", "Given names", "Nationality", "Date of birth", "Sex",
    "Place of birth", "Date of issue", "Authority", "ERIKSSON", "ANNA MARIA", "12 AUG 1974",
    "ZENITH", "15 APR 2030", "L898902C3", "F", "180 cm", "Signature of bearer",
    "This card remains the property of the state",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One printed line of a code: its text, and where each letter's cap height is.

    `tops` and `bottoms` are (n, 2) points x, y; their middles are the letters' centres.
    """

    text: str
    tops: Points
    bottoms: Points

    def moved(self, way: "Move") -> "Line":
        """The same line in another picture."""
        return Line(self.text, way(self.tops), way(self.bottoms))


class Move:
    """From points of one picture to the same points of another."""

    def __call__(self, points: Points) -> Points:
        """(n, 2) float32 to (n, 2) float32."""
        raise NotImplementedError


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
    picture = _paper(rng, w, h)
    zone_height = printed.below + printed.gap * (max(len(lines), 2) - 1) + printed.cap + 4
    if rng.random() < 0.5:  # the zone's own ground is calmer than the page
        _calm(picture, round(h - zone_height * scale), rng)
    _fill(picture, rng, scale, round(h - zone_height * scale), photo=name != "TD1" or not lines)
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
        _stamp(picture, rng, scale)
    if rng.random() < 0.1:
        _scribble(picture, rng, scale)
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
    _paint(picture, ink * printed.cover, printed.black, left, top)
    if printed.relief:
        edge = (np.roll(ink, 1, (0, 1)) - np.roll(ink, -1, (0, 1))) * 120 * printed.relief
        _add(picture, edge, left, top)
    middles = centres * (across, down) + (left, top)
    half = np.array([0, printed.cap * scale / 2], np.float32)
    return Line(text, (middles - half).astype(np.float32), (middles + half).astype(np.float32))


def _paint(
    picture: Picture, ink: Floats, colour: tuple[int, int, int], left: int, top: int
) -> None:
    """Lays ink of a colour on the picture; what is outside is cut off."""
    ground, ink = _overlap(picture, ink, left, top)
    if ground.size:
        ground[:] = ground + (np.array(colour, np.float32) - ground) * ink[..., None]


def _add(picture: Picture, light: Floats, left: int, top: int) -> None:
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


def _paper(rng: np.random.Generator, w: int, h: int) -> Picture:
    """Paper with the fine patterns of documents (guilloche), in two or three light inks."""
    base = rng.uniform(175, 250) + rng.normal(0, 8, 3)
    picture = np.empty((h, w, 3), np.float32)
    picture[:] = np.clip(base, 120, 255)
    strength = rng.choice([0, 1, 1, 1, 2, 3]) * rng.uniform(4, 20)
    for _ in range(int(rng.integers(0, 4))):
        tile = _patterns()[int(rng.integers(0, len(_patterns())))]
        zoom = rng.uniform(0.5, 2.2) * w / 1000
        size = (max(w, round(tile.shape[1] * zoom)), max(h, round(tile.shape[0] * zoom)))
        grown = cv2.resize(
            tile, size, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
        )
        x, y = int(rng.integers(0, size[0] - w + 1)), int(rng.integers(0, size[1] - h + 1))
        tint = rng.uniform(0.3, 1.0, 3)
        picture -= np.asarray(grown)[y : y + h, x : x + w, None] * (strength * tint).astype(
            np.float32
        )
    if rng.random() < 0.4:  # a wash from one colour to another
        slope = np.linspace(0, 1, w, dtype=np.float32)[None, :, None]
        picture += (slope - 0.5) * rng.normal(0, 22, 3).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)


@cache
def _patterns() -> tuple[NDArray[np.float32], ...]:
    """Fine line patterns, (800, 1400) from 0 to 1: waves, rosettes, screens, fibres, specks."""
    rng = np.random.default_rng(9303)
    y, x = np.mgrid[0:800, 0:1400].astype(np.float32)
    made: list[Floats] = []
    for _ in range(10):  # waves
        wave = y + rng.uniform(4, 40) * np.sin(x / rng.uniform(20, 160) + rng.uniform(0, 6))
        wave += rng.uniform(2, 20) * np.sin(x / rng.uniform(10, 60) + y / rng.uniform(60, 300))
        made.append(0.5 + 0.5 * np.cos(wave * (2 * np.pi / rng.uniform(5, 22))))
    for _ in range(6):  # rosettes
        cx, cy = rng.uniform(0, 1400), rng.uniform(0, 800)
        r, angle = np.hypot(x - cx, y - cy), np.arctan2(y - cy, x - cx)
        made.append(
            0.5
            + 0.5
            * np.cos(
                r / rng.uniform(2, 6) + rng.uniform(3, 12) * np.sin(angle * rng.integers(3, 14))
            )
        )
    for _ in range(4):  # slanted screens
        made.append(
            0.5
            + 0.5
            * np.cos((x * rng.uniform(-1, 1) + y * rng.uniform(-1, 1)) * rng.uniform(0.3, 1.2))
        )
    for _ in range(4):  # clouds and fibres
        cloud = cv2.resize(noise(rng, 40, 70), (1400, 800), interpolation=cv2.INTER_CUBIC)
        made.append(np.clip(0.5 + 0.3 * np.asarray(cloud, np.float32), 0, 1))
    for _ in range(3):  # small repeated words
        ground = np.zeros((800, 1400), np.uint8)
        word = WORDS[int(rng.integers(0, 6))] + " "
        size = rng.uniform(0.3, 0.6)
        step = round(22 * size / 0.5)
        for row in range(0, 800, step):
            cv2.putText(
                ground,
                word * 30,
                (-int(rng.integers(0, 90)), row),
                cv2.FONT_HERSHEY_SIMPLEX,
                size,
                255,
                1,
                cv2.LINE_AA,
            )
        made.append(ground.astype(np.float32) / 255)
    return tuple(pattern.astype(np.float32) for pattern in made)


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


def _calm(picture: Picture, top: int, rng: np.random.Generator) -> None:
    zone = picture[max(0, top) :]
    light = np.float32(rng.uniform(190, 252))
    share = np.float32(rng.uniform(0.3, 1.0))
    zone[:] = (zone * (1 - share) + light * share).astype(np.uint8)


def _fill(
    picture: Picture, rng: np.random.Generator, scale: float, bottom: int, photo: bool
) -> None:
    """The photo, the printed words and whatever else stands above the zone."""
    h, w = picture.shape[:2]
    bottom = max(bottom, round(h * 0.3))
    if photo and rng.random() < 0.9:
        _photo(
            picture,
            rng,
            round(3 * scale),
            round(rng.uniform(4, 12) * scale),
            round(rng.uniform(26, 34) * scale),
            bottom,
        )
    size = rng.uniform(1.6, 2.8) * scale / 22
    dark = tuple(int(v) for v in rng.integers(10, 110, 3))
    y = round(rng.uniform(5, 9) * scale)
    left = round((38 if photo else rng.uniform(3, 12)) * scale)
    while y < bottom - 1 * scale:
        x = left
        while x < w * 0.95 and rng.random() < 0.85:
            word = WORDS[int(rng.integers(0, len(WORDS)))]
            font = cv2.FONT_HERSHEY_SIMPLEX if rng.random() < 0.7 else cv2.FONT_HERSHEY_TRIPLEX
            cv2.putText(
                picture,
                word,
                (x, y),
                font,
                size * rng.uniform(0.8, 1.3),
                dark,
                max(1, round(scale / 7)),
                cv2.LINE_AA,
            )
            x += round(rng.uniform(18, 60) * scale)
        y += round(rng.uniform(3.4, 8.5) * scale)
    if rng.random() < 0.2:  # a barcode
        x, top = round(rng.uniform(0.1, 0.6) * w), round(rng.uniform(0.1, 0.5) * bottom)
        bars = np.repeat(rng.integers(0, 2, 90) * 220, max(1, round(scale / 4))).astype(np.uint8)
        bars = bars[: max(0, w - x)]
        picture[top : top + round(8 * scale), x : x + len(bars)] = bars[None, :, None]
    if rng.random() < 0.25:  # a machine-made frame or stripe
        cv2.rectangle(
            picture,
            (0, bottom),
            (w, bottom + max(1, round(rng.uniform(0.1, 1.2) * scale))),
            dark,
            -1,
        )
    if rng.random() < 0.08:  # a chip's contacts or a dark strip
        x = round(rng.uniform(0.05, 0.7) * w)
        cv2.rectangle(
            picture,
            (x, round(bottom * 0.3)),
            (x + round(12 * scale), round(bottom * 0.3 + 11 * scale)),
            (90, 190, 210),
            -1,
        )


def _photo(picture: Picture, rng: np.random.Generator, x: int, y: int, w: int, bottom: int) -> None:
    h = min(round(w * 1.28), bottom - y - 2)
    if h < 10:
        return
    grey = rng.uniform(150, 235)
    photo = np.full((h, w, 3), grey, np.uint8)
    skin = tuple(int(v) for v in rng.uniform(70, 220) * np.array([0.75, 0.88, 1.0]))
    hair = tuple(int(v) for v in rng.uniform(10, 120, 3))
    cv2.ellipse(
        photo,
        (w // 2, round(h * 1.05)),
        (round(w * 0.46), round(h * 0.33)),
        0,
        0,
        360,
        hair[::-1],
        -1,
        cv2.LINE_AA,
    )
    cv2.ellipse(
        photo,
        (w // 2, round(h * 0.42)),
        (round(w * 0.3), round(h * 0.34)),
        0,
        0,
        360,
        hair,
        -1,
        cv2.LINE_AA,
    )
    cv2.ellipse(
        photo,
        (w // 2, round(h * 0.47)),
        (round(w * 0.23), round(h * 0.29)),
        0,
        0,
        360,
        skin,
        -1,
        cv2.LINE_AA,
    )
    for side in (-1, 1):
        cv2.circle(
            photo,
            (w // 2 + side * round(w * 0.09), round(h * 0.43)),
            max(1, w // 40),
            (30, 30, 30),
            -1,
        )
    picture[y : y + h, x : x + w] = photo[:, : picture.shape[1] - x]


def _other_line(
    picture: Picture, printed: Print, rng: np.random.Generator, scale: float, bottom: int
) -> None:
    """Letters of the code's own font that are no code: a number, a date, a name, above the zone."""
    length = int(rng.integers(5, 26))
    text = "".join(ALPHABET[i] for i in rng.integers(0, 36, length))
    x = rng.uniform(0.03, 0.6) * picture.shape[1]
    y = bottom - rng.uniform(0.5, 9) * scale
    _print_line(picture, text, printed, rng, scale, x, y)


def _scribble(picture: Picture, rng: np.random.Generator, scale: float) -> None:
    """A signature, a scratch or the ring of a rubber stamp across the page."""
    h, w = picture.shape[:2]
    colour = tuple(int(v) for v in rng.integers(20, 230, 3))
    thick = max(1, round(rng.uniform(0.1, 0.5) * scale))
    if rng.random() < 0.3:
        at = (round(rng.uniform(0.1, 0.9) * w), round(rng.uniform(0.4, 1.0) * h))
        cv2.circle(picture, at, round(rng.uniform(8, 18) * scale), colour, thick, cv2.LINE_AA)
        return
    points = np.cumsum(rng.normal(0, 4 * scale, (int(rng.integers(2, 14)), 2)), 0)
    points[:, 0] += 2 * scale * np.arange(len(points))
    points += rng.uniform(0.2, 1.0, 2) * (w * 0.7, h)
    cv2.polylines(picture, [points.astype(np.int32)], False, colour, thick, cv2.LINE_AA)


def _stamp(picture: Picture, rng: np.random.Generator, scale: float) -> None:
    """A word across the page, as specimens carry it."""
    h, w = picture.shape[:2]
    mask = np.zeros((h, w), np.uint8)
    word = WORDS[int(rng.integers(0, 2))]
    size = rng.uniform(1.0, 4.5) * scale / 10
    x, y = round(rng.uniform(-0.1, 0.5) * w), round(rng.uniform(0.2, 1.0) * h)
    cv2.putText(
        mask, word, (x, y), cv2.FONT_HERSHEY_DUPLEX, size, 255, max(2, round(size * 3)), cv2.LINE_AA
    )
    turn = cv2.getRotationMatrix2D((w / 2, h / 2), rng.uniform(-40, 40), 1)
    mask = np.asarray(cv2.warpAffine(mask, turn, (w, h)), np.uint8)
    colour = tuple(int(v) for v in rng.integers(0, 200, 3))
    _paint(picture, mask.astype(np.float32) / 255 * rng.uniform(0.15, 0.75), colour, 0, 0)  # type: ignore[arg-type]
