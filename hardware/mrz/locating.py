"""Finds the machine-readable zone in a picture, and the lines in the zone."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hardware.mrz import straightening
from hardware.mrz.networks import Network, normalised
from hardware.mrz.straightening import (
    BLOCK_HEIGHT,
    BLOCK_WIDTH,
    LOOK_HEIGHT,
    Grey,
    Points,
    TextLine,
    sides,
)
from hardware.opencv import cv2

STRIDE = 4
"""Pixels of what is looked at for one cell of the maps."""
THRESHOLD = 0.4
SMALLEST = 6
"""Cells that a zone must have."""
NEARER = 0.82
"""Share of the picture's width and height below which what was seen is looked at from nearer."""
ROOM = 0.12
"""How much around it is taken in then, in shares of its longer side."""
SHORT_ZONE = 0.3
"""Share of the picture's longer side below which a zone is looked at from nearer, too."""
ROOM_OF_ZONE = 0.9
LEAST_PAGE = 0.004
"""Share of the picture from which a page is one, and not specks."""
SAME_WAY = 0.9
"""Cosine of the angle between the directions of two parts of one zone, at least."""
QUARTER = 0.6
"""Width and height of a quarter: they overlap, so that no code is cut by all of them."""
OUTSIDE = 0.15
"""Share of a picture's side that the page must cover to count as going on beyond it."""
SHORTEST = 0.35
"""A line shorter than this share of the longest is a piece of one, or none."""
WIDE_GAP = 3.5
"""Heights of a capital from one line to the next: from here on one between them is missing."""
LONGEST_OF_THREE = 34.0
"""Heights of a capital that lines of 30 characters are long, at most."""
FACING = 0.6
"""How clearly lines are seen to run one way, from 0 to 1, so that the other need not be tried."""
MOST_CUTS = 4
GROWTH = 0.4
"""How much longer a line is taken for where it goes on outside, in shares of the block's width."""
AGAIN_SLOPE, AGAIN_OFF = 0.06, 0.14
"""From which slope, and which share of the block out of place, a zone is cut out anew."""


Part = tuple[int, int, int, int]
"""Left, top, right and bottom of a part of a picture, the last two outside."""


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
    lines: tuple[TextLine, ...]
    facing: float
    """From 1, the lines run from left to right, to -1, they stand on their head."""

    @property
    def seen(self) -> tuple[TextLine, ...]:
        """The lines that were seen, without those that were guessed."""
        return tuple(line for line in self.lines if not line.guessed)

    def quad(self, growth: float = 0.0) -> Points:
        """The corners of the lines that were seen, in the picture, in reading order.

        Where the lines go on outside the block, `growth` lets them be so much longer, in shares
        of its width.
        """
        first, last = self.seen[0], self.seen[-1]
        left, right = -growth * BLOCK_WIDTH * self.leaves[0], growth * BLOCK_WIDTH * self.leaves[1]
        x = np.array([first.start, first.end, last.end, last.start], np.float32)
        x += np.array([left, right, right, left], np.float32)
        y = np.concatenate([first.middle(x[:2]) - first.cap / 2, last.middle(x[2:]) + last.cap / 2])
        return _moved(np.stack([x, y], 1).astype(np.float32), np.linalg.inv(self.matrix))

    @property
    def leaves(self) -> tuple[bool, bool]:
        """Whether the lines reach the block's left and right edge, and so may go on outside."""
        start = min(line.start for line in self.lines)
        end = max(line.end for line in self.lines)
        return start < 2 * STRIDE, end > BLOCK_WIDTH - 2 * STRIDE


class Locator:
    """The network that looks twice: at the whole picture for zones, at a zone for its lines."""

    def __init__(self) -> None:
        self._network = Network("locator.onnx")

    def glance(self, grey: Grey) -> Glance:
        """What is in a picture, (height, width) uint8: its page, and where a code may be.

        A small code is lost when a large picture is made small. Where what was seen is small, it
        is looked at again from nearer; where nothing was seen, the picture's quarters are.
        """
        glance, page = self._look(grey)
        height, width = grey.shape
        parts: list[Part] = []
        if page is not None:
            parts.append(_around(page, ROOM, width, height))
        if glance.zones:
            zone = glance.zones[0].quad
            if sides(zone)[0] < SHORT_ZONE * max(width, height):
                parts.append(_around(zone, ROOM_OF_ZONE, width, height))
        elif page is None and min(grey.shape) >= 2 * LOOK_HEIGHT:
            w, h = round(width * QUARTER), round(height * QUARTER)
            corners = [(x, y) for y in (0, height - h) for x in (0, width - w)]
            parts = [(x, y, x + w, y + h) for x, y in corners]
        zones = list(glance.zones)
        for x0, y0, x1, y1 in parts:
            if max((x1 - x0) / width, (y1 - y0) / height) < NEARER:
                nearer, _ = self._look(grey[y0:y1, x0:x1])
                corner = np.array([x0, y0], np.float32)
                zones += [Zone(zone.quad + corner, zone.weight) for zone in nearer.zones]
        return replace(glance, zones=tuple(sorted(zones, key=lambda zone: -zone.weight)))

    def block(self, grey: Grey, quad: Points) -> Block | None:
        """The zone at these corners, straightened, with its lines; None when no line is there."""
        # A first look that found only a piece of a zone is too close for the second.
        block = self._cut(grey, quad) or self._cut(grey, _longer(quad))
        for _ in range(MOST_CUTS - 1):
            if block is None or not _askew(block):
                break
            block = self._cut(grey, block.quad(GROWTH)) or block
        return block

    def _look(self, grey: Grey) -> tuple[Glance, Points | None]:
        """What is in a picture, and the corners of a box around its page, if there is any."""
        look, matrix = straightening.cut_look(grey)
        maps = self._network(normalised(look[None]))[0]
        back = np.linalg.inv(matrix)
        found = _zones(_sigmoid(maps[0]), maps[3:])
        zones = [Zone(_moved(zone.quad, back), zone.weight) for zone in found]
        # Without the even borders around the picture: their cells are those of no pixel.
        corners = np.array([[0, 0], grey.shape[::-1]], np.float32)
        (x0, y0), (x1, y1) = np.round(_moved(corners, matrix) / STRIDE).astype(int)
        y1, x1 = max(y1, y0 + 1), max(x1, x0 + 1)  # a picture can be thinner than a cell
        page = _sigmoid(maps[2, y0:y1, x0:x1]) > THRESHOLD
        edges = (page[0], page[-1], page[:, 0], page[:, -1])
        box = _largest(page)
        if box is not None:
            box = _moved((box + np.array([x0, y0], np.float32)) * STRIDE, back)
        return Glance(
            tuple(sorted(zones, key=lambda zone: -zone.weight)),
            float(page.mean()),
            sum(bool(edge.mean() > OUTSIDE) for edge in edges),
        ), box

    def _cut(self, grey: Grey, quad: Points) -> Block | None:
        matrix = straightening.to_block(quad)
        block = straightening.cut_block(grey, matrix)
        maps = self._network(normalised(block[None]))[0]
        lines = _lines(_sigmoid(maps[1]))
        if not lines:
            return None
        inside = _sigmoid(maps[0]) > THRESHOLD
        facing = float(maps[3][inside].mean()) if inside.any() else 0.0
        return Block(matrix, lines, facing)


def _around(corners: Points, share: float, width: int, height: int) -> Part:
    """The part of a picture with these corners and some room, a share of its longer side."""
    low, high = corners.min(0), corners.max(0)
    room = (high - low).max() * share
    (x0, y0), (x1, y1) = low - room, high + room
    return max(0, int(x0)), max(0, int(y0)), min(width, int(x1) + 1), min(height, int(y1) + 1)


def _largest(page: NDArray[np.bool_]) -> Points | None:
    """Two corners around the largest piece of a page map, in cells; None if that is a speck."""
    count, _, found, _ = cv2.connectedComponentsWithStats(page.astype(np.uint8))
    if count < 2:
        return None
    x, y, w, h, area = max(found[1:], key=lambda piece: piece[cv2.CC_STAT_AREA])
    if area < LEAST_PAGE * page.size:
        return None
    return np.array([[x, y], [x + w, y + h]], np.float32)


def _longer(quad: Points) -> Points:
    """The same lines, three times as long."""
    a, b, c, d = quad
    return np.array([a - (b - a), b + (b - a), c + (c - d), d - (c - d)], np.float32)


def _moved(points: Points, matrix: NDArray[np.floating]) -> Points:
    return np.asarray(cv2.perspectiveTransform(points[None], matrix)[0], np.float32)


@dataclass(frozen=True)
class _Blob:
    """Cells of the zone map that hang together, (n, 2) x, y, and the direction they are read in."""

    cells: Points
    way: Points
    weight: float

    def spans(self, along: Points) -> tuple[float, float]:
        """From where to where it reaches in that direction."""
        reach = self.cells @ along
        return float(reach.min()), float(reach.max())

    def goes_on_in(self, other: "_Blob") -> bool:
        """Whether the other stands behind or before it in the same lines, as glare parts them."""
        along = _unit(self.way)
        if along @ _unit(other.way) < SAME_WAY:
            return False
        across = np.array([-along[1], along[0]], np.float32)
        (a0, a1), (b0, b1) = self.spans(along), other.spans(along)
        (c0, c1), (d0, d1) = self.spans(across), other.spans(across)
        beside = max(a0, b0) - min(a1, b1)
        return beside < max(a1 - a0, b1 - b0) and max(c0, d0) - min(c1, d1) < 1

    def joined(self, other: "_Blob") -> "_Blob":
        """Both as one."""
        share = self.weight / (self.weight + other.weight)
        way = self.way * share + other.way * (1 - share)
        return _Blob(np.vstack([self.cells, other.cells]), way, self.weight + other.weight)

    def zone(self) -> Zone:
        """The smallest rectangle around it whose first side runs in the reading direction."""
        (cx, cy), (w, h), angle = cv2.minAreaRect(self.cells)
        turn = np.deg2rad(angle)
        sides = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
        if w < h:
            sides, w, h = sides[::-1], h, w
        along, across = sides
        if self.way @ along < 0:
            along = -along
        across = np.array([-along[1], along[0]], np.float32)
        u, v = along * (w + 1) / 2, across * (h + 1) / 2
        middle = np.array([cx, cy], np.float32)
        corners = np.array([middle - u - v, middle + u - v, middle + u + v, middle - u + v])
        # A cell's middle is 1.5 pixels from its first.
        return Zone((corners * STRIDE + (STRIDE - 1) / 2).astype(np.float32), self.weight)


def _zones(zone: NDArray[np.float32], ways: NDArray[np.float32]) -> list[Zone]:
    """The zones in a zone map and the maps of its reading direction, in the look's pixels."""
    count, labels = cv2.connectedComponents((zone > THRESHOLD).astype(np.uint8))
    blobs = []
    for label in range(1, count):
        inside = labels == label
        rows, columns = np.nonzero(inside)
        if len(rows) >= SMALLEST:
            cells = np.stack([columns, rows], 1).astype(np.float32)
            blobs.append(_Blob(cells, ways[:, inside].mean(1), float(zone[inside].sum())))
    blobs.sort(key=lambda blob: -blob.weight)
    joined: list[_Blob] = []
    for blob in blobs:
        for i, larger in enumerate(joined):
            if larger.goes_on_in(blob):
                joined[i] = larger.joined(blob)
                break
        else:
            joined.append(blob)
    return [blob.zone() for blob in joined]


def _unit(way: Points) -> Points:
    return way / max(float(np.linalg.norm(way)), 1e-6)


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
    return _completed(_aligned(kept))


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


def _aligned(lines: list[TextLine]) -> list[TextLine]:
    """The same lines with common ends and heights: those of one code are equally long."""
    cap = float(np.median([line.cap for line in lines]))
    slope = float(np.mean([line.curve[1] for line in lines]))
    # Ends that lie below each other at right angles to the lines.
    shift = [slope * line.curve[0] for line in lines]
    starts = [line.start + off for line, off in zip(lines, shift, strict=True)]
    ends = [line.end + off for line, off in zip(lines, shift, strict=True)]
    letter = cap * 1.02
    start, end = _common(starts, min, letter), _common(ends, max, letter)
    return [
        TextLine(line.curve, start_i - off, end_i - off, cap)
        for line, off, start_i, end_i in zip(lines, shift, start, end, strict=True)
    ]


def _completed(lines: list[TextLine]) -> tuple[TextLine, ...]:
    """The same lines, and those that were overlooked between them or beside them."""
    cap = lines[0].cap
    whole = lines[:1]
    for line in lines[1:]:
        if line.curve[0] - whole[-1].curve[0] > WIDE_GAP * cap:
            whole.append(_between(whole[-1], line, 0.5))
        whole.append(line)
    few = (lines[0].end - lines[0].start) / cap < LONGEST_OF_THREE
    if len(whole) == 2 and few:
        # Three lines belong together: the third may be above or below, and the reader will tell.
        first, second = whole
        whole = [_between(first, second, -1), first, second, _between(first, second, 2)]
    return tuple(whole)


def _between(one: TextLine, other: TextLine, share: float) -> TextLine:
    """A line that lies so far from one to the other, from 0 to 1, or outside of them."""

    def mix(a: float, b: float) -> float:
        return a + (b - a) * share

    a, b, c = (mix(x, y) for x, y in zip(one.curve, other.curve, strict=True))
    start, end = mix(one.start, other.start), mix(one.end, other.end)
    return TextLine((a, b, c), start, end, one.cap, guessed=True)


def _common(ends: list[float], outer: Callable[[list[float]], float], letter: float) -> list[float]:
    """Each line's own end, or the outermost where it falls short of that by a letter or more."""
    far = outer(ends)
    return [end if abs(end - far) < letter else far for end in ends]


def _askew(block: Block) -> bool:
    """Whether the first look was so far off that a second cut is worth while."""
    first, last = block.lines[0], block.lines[-1]
    slopes = [line.curve[1] for line in block.lines]
    wide = (first.end - first.start) / straightening.BLOCK_INNER
    middle = (first.start + first.end) / 2 / BLOCK_WIDTH
    high = (first.curve[0] + last.curve[0]) / 2 / BLOCK_HEIGHT
    return (
        any(block.leaves)
        or max(abs(slope) for slope in slopes) > AGAIN_SLOPE
        or max(slopes) - min(slopes) > AGAIN_SLOPE / 2
        or abs(wide - 1) > AGAIN_OFF
        or abs(middle - 0.5) > AGAIN_OFF / 2
        or abs(high - 0.5) > AGAIN_OFF
    )


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return (1 / (1 + np.exp(-np.clip(logits, -50, 50)))).astype(np.float32)
