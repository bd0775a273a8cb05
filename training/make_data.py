"""Renders what the networks learn from: python -m training.make_data SEED COUNT FILE [KIND].

KIND is "legible", or "hopeless" for photographs that nobody can read, or "empty" for tables with no
document: from these the locator learns to tell what is wrong, and the line reader nothing.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hardware.mrz import straightening as st
from hardware.mrz.check_digits import ALPHABET
from hardware.opencv import cv2
from hardware.simulated.documents.pages import Line, Move
from hardware.simulated.documents.photographs import Photograph
from hardware.simulated.documents.variety import (
    empty_photograph,
    hopeless_photograph,
    random_photograph,
)
from training.fonts import OCR_B, OTHERS, glyphs_of

BLANK = len(ALPHABET)
INDEX = {character: i for i, character in enumerate(ALPHABET)}
WIDEST = st.LETTERS_OF_TWO * st.LETTER + 2 * st.STRIP_MARGIN
VARIANTS = 2
"""How often each line is cut out, each time a little differently."""
BARE, CUT, TIGHT = 0.1, 0.05, 0.14
"""Shares of the photographs that show no code, not all of it, and little else."""
QUARTERS = (0.72, 0.07, 0.14, 0.07)
"""How often a photograph stands upright, or is turned by one, two or three quarters."""

Points = NDArray[np.float32]
Matrix = NDArray[np.float64]


def outline(line: Line) -> Points:
    """The band of a line's capitals as a polygon, half a letter longer at both ends."""

    def longer(points: Points) -> Points:
        first = points[0] + (points[0] - points[1]) / 2
        last = points[-1] + (points[-1] - points[-2]) / 2
        return np.vstack([first, points, last])

    return np.vstack([longer(line.tops), longer(line.bottoms)[::-1]]).astype(np.float32)


def through(matrix: Matrix, points: Points) -> Points:
    """Points (n, 2) where a matrix brings them."""
    return np.asarray(cv2.perspectiveTransform(points[None], matrix)[0], np.float32)


def truth(shot: Photograph, matrix: Matrix, width: int, height: int) -> NDArray[np.uint8]:
    """Where zone, lines and page are after `matrix`: maps (3, height / 4, width / 4), 255 all."""
    maps = np.zeros((3, height, width), np.uint8)

    def fill(which: int, polygon: Points) -> None:
        cv2.fillPoly(maps[which], [np.round(polygon * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)

    fill(2, through(matrix, shot.edge))
    bands = [through(matrix, outline(line)) for line in shot.lines]
    if bands:
        first, last = bands[0], bands[-1]
        fill(0, np.vstack([first[: len(first) // 2], last[len(last) // 2 :]]))
    for band in bands:
        fill(1, band)
    size = (width // st.STRIDE, height // st.STRIDE)
    return np.stack([cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in maps])


def first_quad(lines: Sequence[Line], rng: np.random.Generator) -> Points:
    """The zone as a first look would give it: an upright rectangle around it, not exact."""
    points = np.vstack([outline(line) for line in lines])
    way = lines[0].tops[-1] - lines[0].tops[0]
    angle = np.arctan2(way[1], way[0]) + np.deg2rad(rng.normal(0, 2.0 if rng.random() < 0.8 else 5))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    flat = points @ turn.T
    low, high = flat.min(0), flat.max(0)
    size = (high - low) * (1, 2)
    low += rng.normal(0, 0.04, 2) * size
    high += rng.normal(0, 0.04, 2) * size
    corners = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    return (corners @ turn).astype(np.float32)


def empty_quad(shot: Photograph, rng: np.random.Generator) -> Points:
    """Somewhere in a picture without a code, where no line may be found."""
    height, width = shot.picture.shape[:2]
    corner = rng.uniform(0.05, 0.5, 2) * (width, height)
    size = np.array([rng.uniform(0.3, 0.6) * width, rng.uniform(0.05, 0.2) * width])
    return np.float32([corner, corner + size * (1, 0), corner + size, corner + size * (0, 1)])


def strip_of(
    grey: st.Grey, matrix: Matrix, line: Line, letters: int, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A line's strip, cut as inexactly as lines are found, and the class of each column."""
    tops, bottoms = through(matrix, line.tops), through(matrix, line.bottoms)
    middles = (tops + bottoms) / 2
    cap = float(np.median(np.linalg.norm(bottoms - tops, axis=1)))
    pitch = (middles[-1, 0] - middles[0, 0]) / (len(middles) - 1)
    c, b, a = np.polyfit(middles[:, 0] - st.BLOCK_WIDTH / 2, middles[:, 1], 2)
    off = rng.normal(0, 1, 3) * cap * (0.045, 0.035 / 200, 0.03 / 200**2)
    curve = (a + np.clip(off[0], -0.13 * cap, 0.13 * cap), b + off[1], c + off[2])
    start = middles[0, 0] - pitch / 2 + rng.normal(0, 0.35) * pitch
    end = middles[-1, 0] + pitch / 2 + rng.normal(0, 0.35) * pitch
    cap *= float(np.exp(rng.normal(0, 0.07)))
    found = st.TextLine(curve, float(start), float(end), cap)
    (strip,) = st.cut_strips(grey, matrix, [found], letters)

    stretch = letters * st.LETTER / (end - start)
    spots = (middles[:, 0] - start) * stretch + st.STRIP_MARGIN - 0.5
    columns = np.arange(strip.shape[1] // 4) * 4 + 1.5
    classes = np.full(len(columns), BLANK, np.uint8)
    height, width = grey.shape
    for character, spot, (x, y) in zip(
        line.text, spots, (line.tops + line.bottoms) / 2, strict=True
    ):
        if -2 <= x < width + 2 and -2 <= y < height + 2:
            classes[np.abs(columns - spot) <= 0.3 * pitch * stretch] = INDEX[character]
    return strip, classes


def moved(shot: Photograph, way: Move, picture: st.Grey) -> Photograph:
    """The same page in another picture, each of its points moved."""
    lines = tuple(
        replace(line, tops=way(line.tops), bottoms=way(line.bottoms)) for line in shot.lines
    )
    return Photograph(picture, lines, way(shot.edge))


def cropped(shot: Photograph, rng: np.random.Generator) -> Photograph:
    """So tight around the zone that little else is in the picture."""
    points = np.vstack([outline(line) for line in shot.lines])
    low, high = points.min(0), points.max(0)
    room = rng.uniform(0.0, 0.35, 4)
    size = (high - low) * (0.3, 2)
    height, width = shot.picture.shape[:2]
    x0, y0 = np.clip(low - room[:2] * size, 0, (width - 8, height - 8)).astype(int)
    x1, y1 = np.clip(high + room[2:] * size, (x0 + 8, y0 + 8), (width, height)).astype(int)
    corner = np.float32([x0, y0])
    return moved(shot, lambda points: points - corner, shot.picture[y0:y1, x0:x1])


def turned(shot: Photograph, quarter: int) -> Photograph:
    """The whole photograph turned by quarters, against the clock."""
    height, width = shot.picture.shape[:2]

    def way(points: Points) -> Points:
        x, y = points[:, 0], points[:, 1]
        right, bottom = width - 1 - x, height - 1 - y
        return np.stack(((x, y), (y, right), (right, bottom), (bottom, x))[quarter], 1)

    return moved(shot, way, np.ascontiguousarray(np.rot90(shot.picture, quarter)))


def samples(rng: np.random.Generator, fonts: list, kind: str) -> dict[str, list[np.ndarray]]:
    """All that one photograph gives to learn from."""
    if kind != "legible":
        far = kind == "hopeless"
        shot = hopeless_photograph(rng, fonts) if far else empty_photograph(rng, rng.uniform(0, 1))
        return views(grey_of(shot), rng)[0]
    coded = bool(rng.random() > BARE)
    whole = bool(rng.random() > CUT)
    hard = float(rng.uniform(0.1, 1.0))
    shot, _, _ = random_photograph(rng, fonts, hard, coded=coded, whole=whole)
    if coded and whole and rng.random() < TIGHT:
        shot = cropped(shot, rng)
    shot = grey_of(shot)
    given, matrix = views(shot, rng)
    letters = st.letters_of(len(shot.lines))
    for line in shot.lines:
        for _ in range(VARIANTS):
            strip, classes = strip_of(shot.picture, matrix, line, letters, rng)
            width = strip.shape[1]
            given["strips"].append(np.pad(strip, ((0, 0), (0, WIDEST - width))))
            room = WIDEST // st.STRIDE - len(classes)
            given["labels"].append(np.pad(classes, (0, room), constant_values=BLANK))
            given["widths"].append(np.int16(width))
    return given


def grey_of(shot: Photograph) -> Photograph:
    """The same photograph without its colours."""
    return replace(shot, picture=cv2.cvtColor(shot.picture, cv2.COLOR_BGR2GRAY))


def views(shot: Photograph, rng: np.random.Generator) -> tuple[dict[str, list[np.ndarray]], Matrix]:
    """What the locator sees of a photograph: a look at all of it, and the block of its zone.

    The second result is the matrix of the block.
    """
    coded = bool(shot.lines)
    given = defaultdict(list)
    seen = turned(shot, int(rng.choice(4, p=QUARTERS)))
    look, matrix = st.cut_look(seen.picture)
    given["looks"].append(look)
    given["look_maps"].append(truth(seen, matrix, st.LOOK_WIDTH, st.LOOK_HEIGHT))
    way = np.zeros(2, np.float32)
    if coded:
        way = seen.lines[0].tops[-1] - seen.lines[0].tops[0]
        way /= np.linalg.norm(way)
    given["ways"].append(way)

    matrix = st.to_block(first_quad(shot.lines, rng) if coded else empty_quad(shot, rng))
    given["blocks"].append(st.cut_block(shot.picture, matrix))
    given["block_maps"].append(truth(shot, matrix, st.BLOCK_WIDTH, st.BLOCK_HEIGHT))
    return given, matrix


def main() -> None:
    """Entry point."""
    seed, count, file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    kind = sys.argv[4] if len(sys.argv) > 4 else "legible"
    fonts = [glyphs_of(name) for name in OCR_B + OTHERS]
    made = defaultdict(list)
    began = time.time()
    for number in range(count):
        for name, arrays in samples(np.random.default_rng([seed, number]), fonts, kind).items():
            made[name] += arrays
        if number % 500 == 499:
            each = (time.time() - began) / (number + 1)
            print(seed, number + 1, f"{each * 1e3:.0f} ms each", flush=True)
    np.savez(file, **{name: np.stack(arrays) for name, arrays in made.items()})


if __name__ == "__main__":
    main()
