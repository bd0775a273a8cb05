"""Finds the machine-readable zone in a picture, and the lines in the zone."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hardware.mrz import straightening
from hardware.mrz.networks import Network, normalised
from hardware.mrz.straightening import BLOCK_WIDTH, LOOK_HEIGHT, Grey, Points, TextLine
from hardware.opencv import cv2

STRIDE = 4
"""Pixels of what is looked at for one cell of the maps."""
THRESHOLD = 0.5
SMALLEST = 6
"""Cells that a zone must have."""
QUARTER = 0.6
"""Width and height of a quarter: they overlap, so that no code is cut by all of them."""
OUTSIDE = 0.15
"""Share of a picture's side that the page must cover to count as going on beyond it."""
SHORTEST = 0.5
"""A line shorter than this share of the longest is a piece of one, or none."""
AGAIN_SLOPE, AGAIN_OFF = 0.06, 0.14
"""From which slope, and which share of the block out of place, a zone is cut out anew."""


@dataclass(frozen=True)
class Zone:
    """Where a code may be: four corners in reading order, and how much there speaks for it."""

    quad: Points
    weight: float


@dataclass(frozen=True)
class Glance:
    """What a look at the whole picture shows."""

    zones: tuple[Zone, ...]
    """The likeliest first."""
    page: float
    """Share of the picture that a page or card fills."""
    sides: int
    """At how many sides of the picture the page goes on outside, 0 to 4."""


@dataclass(frozen=True)
class Block:
    """A zone cut out upright: its matrix from the picture, its lines from the top down."""

    matrix: NDArray[np.float64]
    picture: Grey
    lines: tuple[TextLine, ...]
    facing: float
    """From 1, the lines run from left to right, to -1, they stand on their head."""

    def quad(self) -> Points:
        """The corners of the lines in the picture, in reading order."""
        first, last = self.lines[0], self.lines[-1]
        x = np.array([first.start, first.end, last.end, last.start], np.float32)
        y = np.concatenate([first.middle(x[:2]) - first.cap / 2, last.middle(x[2:]) + last.cap / 2])
        corners = np.stack([x, y], 1)[None].astype(np.float32)
        return np.asarray(
            cv2.perspectiveTransform(corners, np.linalg.inv(self.matrix))[0], np.float32
        )


class Locator:
    """The network that looks twice: at the whole picture for zones, at a zone for its lines."""

    def __init__(self) -> None:
        self._network = Network("locator.onnx")

    def glance(self, grey: Grey) -> Glance:
        """What is in a picture, (height, width) uint8: its page, and where a code may be.

        Where the whole picture shows no zone, its quarters are looked at: a small code is lost
        when a large picture is made small.
        """
        glance = self._look(grey)
        if glance.zones or min(grey.shape) < 2 * LOOK_HEIGHT:
            return glance
        zones: list[Zone] = []
        height, width = grey.shape
        part_h, part_w = round(height * QUARTER), round(width * QUARTER)
        for top in (0, height - part_h):
            for left in (0, width - part_w):
                part = self._look(grey[top : top + part_h, left : left + part_w])
                corner = np.array([left, top], np.float32)
                zones += [Zone(zone.quad + corner, zone.weight) for zone in part.zones]
        return replace(glance, zones=tuple(sorted(zones, key=lambda zone: -zone.weight)))

    def block(self, grey: Grey, quad: Points) -> Block | None:
        """The zone at these corners, straightened, with its lines; None when no line is there."""
        block = None
        for _ in range(3):
            block = self._cut(grey, quad)
            if block is None or not _askew(block):
                return block
            quad = block.quad()
        return block

    def _look(self, grey: Grey) -> Glance:
        look, matrix = straightening.cut_look(grey)
        maps = self._network(normalised(look[None]))[0]
        back = np.linalg.inv(matrix)
        zones = [
            Zone(np.asarray(cv2.perspectiveTransform(zone.quad[None], back)[0]), zone.weight)
            for zone in _quads(_sigmoid(maps[0]), maps[3:])
        ]
        # Without the even borders around the picture: their cells are those of no pixel.
        corners = np.array([[0, 0], grey.shape[::-1]], np.float32)
        (x0, y0), (x1, y1) = cv2.perspectiveTransform(corners[None], matrix)[0] / STRIDE
        page = _sigmoid(maps[2, round(y0) : round(y1), round(x0) : round(x1)]) > THRESHOLD
        edges = (page[0], page[-1], page[:, 0], page[:, -1])
        return Glance(
            tuple(sorted(zones, key=lambda zone: -zone.weight)),
            float(page.mean()),
            sum(bool(edge.mean() > OUTSIDE) for edge in edges),
        )

    def _cut(self, grey: Grey, quad: Points) -> Block | None:
        matrix = straightening.to_block(quad)
        picture = straightening.cut_block(grey, matrix)
        maps = self._network(normalised(picture[None]))[0]
        lines = _lines(_sigmoid(maps[1]))
        if not lines:
            return None
        inside = _sigmoid(maps[0]) > THRESHOLD
        facing = float(maps[3][inside].mean()) if inside.any() else 0.0
        return Block(matrix, picture, lines, facing)


def _quads(zone: NDArray[np.float32], ways: NDArray[np.float32]) -> list[Zone]:
    """The blobs of the zone map as rectangles whose first side runs in the reading direction."""
    mask = (zone > THRESHOLD).astype(np.uint8)
    count, labels = cv2.connectedComponents(mask)
    found = []
    for label in range(1, count):
        inside = labels == label
        if inside.sum() < SMALLEST:
            continue
        ys, xs = np.nonzero(inside)
        cells = np.stack([xs, ys], 1).astype(np.float32)
        way = ways[:, inside].mean(1)
        (cx, cy), (w, h), angle = cv2.minAreaRect(cells)
        along = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))], np.float32)
        if w < h:
            w, h, along = h, w, np.array([-along[1], along[0]], np.float32)
        if (
            np.linalg.norm(way) > 0.3
            and abs(way @ along) < 0.5 * np.linalg.norm(way)
            and h > 0.6 * w
        ):
            w, h, along = h, w, np.array([-along[1], along[0]], np.float32)
        if way @ along < 0:
            along = -along
        across = np.array([-along[1], along[0]], np.float32)
        u, v = along * (w + 1) / 2, across * (h + 1) / 2
        middle = np.array([cx, cy], np.float32)
        corners = np.array([middle - u - v, middle + u - v, middle + u + v, middle - u + v])
        # A cell's middle is 1.5 pixels from its first.
        quad = (corners * STRIDE + (STRIDE - 1) / 2).astype(np.float32)
        found.append(Zone(quad, float(zone[inside].sum())))
    return found


def _lines(ink: NDArray[np.float32]) -> tuple[TextLine, ...]:
    """The lines of a block out of the map of its capitals, from the top down."""
    count, labels = cv2.connectedComponents((ink > THRESHOLD).astype(np.uint8))
    pieces = []
    for label in range(1, count):
        inside = labels == label
        columns = np.flatnonzero(inside.any(0))
        if len(columns) >= 3:
            pieces.append((len(columns), inside))
    pieces.sort(key=lambda piece: -piece[0])
    lines: list[NDArray[np.bool_]] = []
    for length, inside in pieces:
        row = np.nonzero(inside)[0].mean()
        for i, line in enumerate(lines):
            if _continues(line, inside, row):
                lines[i] = line | inside
                break
        else:
            if length >= SHORTEST / 2 * pieces[0][0]:
                lines.append(inside)
    fitted = [line for line in (_fit(ink, inside) for inside in lines) if line is not None]
    if not fitted:
        return ()
    longest = max(line.end - line.start for line in fitted)
    kept = [line for line in fitted if line.end - line.start >= SHORTEST * longest]
    kept.sort(key=lambda line: line.curve[0])
    return _aligned(kept)


def _continues(line: NDArray[np.bool_], piece: NDArray[np.bool_], row: float) -> bool:
    """Whether a piece goes on where a line was interrupted, by glare or a finger."""
    columns = np.flatnonzero(line.any(0))
    others = np.flatnonzero(piece.any(0))
    if len(np.intersect1d(columns, others)) > 0.3 * len(others):
        return False
    ys, xs = np.nonzero(line)
    slope, at = np.polyfit(xs, ys, 1)
    return bool(abs(at + slope * others.mean() - row) < 2.0)


def _fit(ink: NDArray[np.float32], inside: NDArray[np.bool_]) -> TextLine | None:
    columns = np.flatnonzero(inside.any(0))
    if len(columns) < 4:
        return None
    # What bleeds over the threshold counts as well: the edges of the letters are in it.
    near = cv2.dilate(inside.astype(np.uint8), np.ones((3, 1), np.uint8)).astype(bool)
    weight = np.where(near, ink, 0)[:, columns]
    thick = weight.sum(0)
    rows = (weight * np.arange(len(ink))[:, None]).sum(0) / thick
    x = columns * STRIDE + (STRIDE - 1) / 2 - BLOCK_WIDTH / 2
    y = rows * STRIDE + (STRIDE - 1) / 2
    degree = 2 if len(columns) >= 40 else 1
    coefficients = np.polyfit(x, y, degree, w=np.sqrt(thick))
    off = np.abs(np.polyval(coefficients, x) - y)
    good = off < max(2.0, 2.5 * float(np.median(off)))
    if good.sum() >= 4:
        coefficients = np.polyfit(x[good], y[good], degree, w=np.sqrt(thick[good]))
    *bend, b, a = coefficients
    peak = weight.max(0)
    start = (columns[0] + 1 - float(peak[0])) * STRIDE
    end = (columns[-1] + float(peak[-1])) * STRIDE
    cap = float(np.median(thick)) * STRIDE
    return TextLine((float(a), float(b), float(bend[0]) if bend else 0.0), start, end, cap)


def _aligned(lines: list[TextLine]) -> tuple[TextLine, ...]:
    """The same lines with common ends and heights: those of one code are equally long."""
    cap = float(np.median([line.cap for line in lines]))
    slope = float(np.mean([line.curve[1] for line in lines]))
    # Ends that lie below each other at right angles to the lines.
    shift = [slope * line.curve[0] for line in lines]
    starts = [line.start + off for line, off in zip(lines, shift, strict=True)]
    ends = [line.end + off for line, off in zip(lines, shift, strict=True)]
    letter = cap * 1.02
    start, end = _common(starts, min, letter), _common(ends, max, letter)
    return tuple(
        TextLine(line.curve, start_i - off, end_i - off, cap)
        for line, off, start_i, end_i in zip(lines, shift, start, end, strict=True)
    )


def _common(ends: list[float], outer: object, letter: float) -> list[float]:
    """Each line's own end, or the outermost where it falls short of that by a letter or more."""
    far = outer(ends)  # type: ignore[operator]
    return [end if abs(end - far) < letter else far for end in ends]


def _askew(block: Block) -> bool:
    """Whether the first look was so far off that a second cut is worth while."""
    first, last = block.lines[0], block.lines[-1]
    slope = max(abs(line.curve[1]) for line in block.lines)
    inner = straightening.BLOCK_INNER
    wide = abs((first.end - first.start) / inner - 1)
    middle = abs((first.start + first.end) / 2 - BLOCK_WIDTH / 2) / BLOCK_WIDTH
    high = abs((first.curve[0] + last.curve[0]) / 2 - straightening.BLOCK_HEIGHT / 2)
    return (
        slope > AGAIN_SLOPE
        or wide > AGAIN_OFF
        or middle > AGAIN_OFF / 2
        or high / straightening.BLOCK_HEIGHT > AGAIN_OFF
    )


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return (1 / (1 + np.exp(-logits))).astype(np.float32)
