"""Renders what the two networks learn from: python -m training.make_data SEED COUNT FILE."""

import sys
import time
from dataclasses import replace

import numpy as np

from hardware.mrz import straightening as st
from hardware.mrz.check_digits import ALPHABET
from hardware.opencv import cv2
from hardware.simulated.documents.photographs import Photograph
from hardware.simulated.documents.variety import random_photograph
from training.fonts import OCR_B, OTHERS, glyphs_of

LOOK_WIDTH, LOOK_HEIGHT = 320, 240
STRIDE = 4
BLANK = len(ALPHABET)
WIDEST = st.LETTERS_OF_TWO * st.LETTER + 2 * st.STRIP_MARGIN
VARIANTS = 2
INDEX = {c: i for i, c in enumerate(ALPHABET)}


def outline(line):
    """The band of a line's capitals as a polygon, half a letter longer at both ends."""

    def ends(points):
        first = points[0] + (points[0] - points[1]) / 2
        last = points[-1] + (points[-1] - points[-2]) / 2
        return np.vstack([first, points, last])

    return np.vstack([ends(line.tops), ends(line.bottoms)[::-1]])


def targets(shot, matrix, width, height):
    """Maps of zone, lines and page, (3, height / 4, width / 4) uint8, moved by `matrix`."""
    maps = np.zeros((3, height, width), np.uint8)
    lines = shot.lines
    edge = cv2.perspectiveTransform(shot.edge[None], matrix)[0]
    cv2.fillPoly(maps[2], [np.round(edge * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    if lines:
        bands = [
            cv2.perspectiveTransform(outline(line)[None].astype(np.float32), matrix)[0]
            for line in lines
        ]
        half = [len(b) // 2 for b in bands]
        zone = np.vstack([bands[0][: half[0]], bands[-1][half[-1] :]])
        cv2.fillPoly(maps[0], [np.round(zone * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        for band in bands:
            cv2.fillPoly(maps[1], [np.round(band * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    size = (width // STRIDE, height // STRIDE)
    return np.stack([cv2.resize(m, size, interpolation=cv2.INTER_AREA) for m in maps])


def look(grey):
    """The whole picture as the locator sees it, and the matrix that brings it there."""
    h, w = grey.shape
    scale = min(LOOK_WIDTH / w, LOOK_HEIGHT / h)
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(grey, size, interpolation=way)
    seen = np.full((LOOK_HEIGHT, LOOK_WIDTH), int(small.mean()), np.uint8)
    x, y = (LOOK_WIDTH - size[0]) // 2, (LOOK_HEIGHT - size[1]) // 2
    seen[y : y + size[1], x : x + size[0]] = small
    sx, sy = size[0] / w, size[1] / h
    return seen, np.array([[sx, 0, x + sx / 2 - 0.5], [0, sy, y + sy / 2 - 0.5], [0, 0, 1.0]])


def quad_of(lines, rng):
    """The zone as a first look would give it: an upright rectangle around it, not exact."""
    points = np.vstack([outline(line) for line in lines]).astype(np.float32)
    way = lines[0].tops[-1] - lines[0].tops[0]
    angle = np.arctan2(way[1], way[0]) + np.deg2rad(rng.normal(0, 2.0 if rng.random() < 0.8 else 5))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    flat = points @ turn.T
    low, high = flat.min(0), flat.max(0)
    size = high - low
    low += rng.normal(0, 0.04, 2) * (size[0], size[1] * 2)
    high += rng.normal(0, 0.04, 2) * (size[0], size[1] * 2)
    corners = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    return (corners @ turn).astype(np.float32)


def strip_of(grey, matrix, line, letters, rng):
    """A line's strip, cut as inexactly as the locator finds lines, and a label for each column."""
    tops = cv2.perspectiveTransform(line.tops[None], matrix)[0]
    bottoms = cv2.perspectiveTransform(line.bottoms[None], matrix)[0]
    middles = (tops + bottoms) / 2
    cap = float(np.median(np.linalg.norm(bottoms - tops, axis=1)))
    pitch = (middles[-1, 0] - middles[0, 0]) / (len(middles) - 1)
    d = middles[:, 0] - st.BLOCK_WIDTH / 2
    c, b, a = np.polyfit(d, middles[:, 1], 2)
    jitter = rng.normal(0, 1, 3) * cap * (0.045, 0.035 / 200, 0.03 / 200**2)
    a, b, c = a + np.clip(jitter[0], -0.13 * cap, 0.13 * cap), b + jitter[1], c + jitter[2]
    start = middles[0, 0] - pitch / 2 + rng.normal(0, 0.35) * pitch
    end = middles[-1, 0] + pitch / 2 + rng.normal(0, 0.35) * pitch
    found = st.TextLine(
        (a, b, c), float(start), float(end), cap * float(np.exp(rng.normal(0, 0.07)))
    )
    (strip,) = st.cut_strips(grey, matrix, [found], letters)
    inner = letters * st.LETTER
    u = (middles[:, 0] - start) / (end - start) * inner + st.STRIP_MARGIN - 0.5
    reach = 0.3 * pitch / (end - start) * inner
    columns = np.arange(strip.shape[1] // 4) * 4 + 1.5
    labels = np.full(len(columns), BLANK, np.uint8)
    h, w = grey.shape
    places = (line.tops + line.bottoms) / 2
    for character, at, place in zip(line.text, u, places, strict=True):
        if -2 <= place[0] < w + 2 and -2 <= place[1] < h + 2:
            labels[np.abs(columns - at) <= reach] = INDEX[character]
    return strip, labels


def moved(shot, way, picture):
    """The same page in another picture, each of its points moved by `way`."""
    lines = tuple(
        replace(line, tops=way(line.tops), bottoms=way(line.bottoms)) for line in shot.lines
    )
    return Photograph(picture, lines, way(shot.edge))


def crop(shot, rng):
    """So tight around the zone that little else is in the picture."""
    points = np.vstack([outline(line) for line in shot.lines])
    low, high = points.min(0), points.max(0)
    size = high - low
    room = rng.uniform(0.0, 0.35, 4)
    h, w = shot.picture.shape[:2]
    x0, y0 = np.clip(low - room[:2] * size * (0.3, 2), 0, (w - 8, h - 8)).astype(int)
    x1, y1 = np.clip(high + room[2:] * size * (0.3, 2), (x0 + 8, y0 + 8), (w, h)).astype(int)
    corner = np.float32([x0, y0])
    return moved(shot, lambda points: points - corner, shot.picture[y0:y1, x0:x1])


def turned(shot, quarter):
    """The whole photograph turned by quarters."""
    picture = np.ascontiguousarray(np.rot90(shot.picture, quarter))
    h, w = shot.picture.shape[:2]

    def way(points):
        x, y = points[:, 0], points[:, 1]
        spots = ((x, y), (y, w - 1 - x), (w - 1 - x, h - 1 - y), (h - 1 - y, x))[quarter % 4]
        return np.stack(spots, 1).astype(np.float32)

    return moved(shot, way, picture)


def main():
    seed, count, file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    cv2.setNumThreads(1)
    fonts = [glyphs_of(name) for name in OCR_B + OTHERS]
    looks, look_maps, ways, blocks, block_maps, strips, labels, widths = ([] for _ in range(8))
    began = time.time()
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        coded = rng.random() > 0.1
        whole = rng.random() > 0.05
        shot, _, _ = random_photograph(
            rng, fonts, float(rng.uniform(0.1, 1.0)), coded=coded, whole=whole
        )
        if coded and whole and rng.random() < 0.14:
            shot = crop(shot, rng)
        grey = cv2.cvtColor(shot.picture, cv2.COLOR_BGR2GRAY)
        upright = replace(shot, picture=grey)
        quarter = int(rng.choice([0, 1, 2, 3], p=[0.72, 0.07, 0.14, 0.07]))
        turned_shot = turned(upright, quarter)
        seen, matrix = look(turned_shot.picture)
        looks.append(seen)
        look_maps.append(targets(turned_shot, matrix, LOOK_WIDTH, LOOK_HEIGHT))
        way = np.zeros(2, np.float32)
        if coded:
            way = turned_shot.lines[0].tops[-1] - turned_shot.lines[0].tops[0]
            way /= np.linalg.norm(way)
        ways.append(way)
        if not coded:
            # Somewhere on a page without a code: no line may be found there.
            corner = rng.uniform(0.05, 0.5, 2) * grey.shape[::-1]
            size = np.array(
                [rng.uniform(0.3, 0.6) * grey.shape[1], rng.uniform(0.05, 0.2) * grey.shape[1]]
            )
            quad = np.float32(
                [corner, corner + size * (1, 0), corner + size, corner + size * (0, 1)]
            )
            m = st.to_block(quad)
            blocks.append(st.cut_block(grey, m))
            block_maps.append(targets(shot, m, st.BLOCK_WIDTH, st.BLOCK_HEIGHT))
            continue
        matrix = st.to_block(quad_of(shot.lines, rng))
        blocks.append(st.cut_block(grey, matrix))
        block_maps.append(targets(shot, matrix, st.BLOCK_WIDTH, st.BLOCK_HEIGHT))
        letters = st.LETTERS_OF_THREE if len(shot.lines) == 3 else st.LETTERS_OF_TWO
        for line in shot.lines:
            for _ in range(VARIANTS):
                strip, label = strip_of(grey, matrix, line, letters, rng)
                wide = np.zeros((st.STRIP_HEIGHT, WIDEST), np.uint8)
                wide[:, : strip.shape[1]] = strip
                long = np.full(WIDEST // 4, BLANK, np.uint8)
                long[: len(label)] = label
                strips.append(wide)
                labels.append(long)
                widths.append(strip.shape[1])
        if number % 500 == 499:
            print(
                seed,
                number + 1,
                round((time.time() - began) / (number + 1) * 1e3),
                "ms each",
                flush=True,
            )
    np.savez(
        file,
        looks=np.stack(looks),
        look_maps=np.stack(look_maps),
        ways=np.stack(ways),
        blocks=np.stack(blocks),
        block_maps=np.stack(block_maps),
        strips=np.stack(strips),
        labels=np.stack(labels),
        widths=np.array(widths, np.int16),
    )


if __name__ == "__main__":
    main()
