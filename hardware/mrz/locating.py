"""Finds the machine-readable zone in a picture, and the lines in the zone."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hardware.mrz import straightening
from hardware.mrz.networks import Network, normalised
from hardware.mrz.straightening import (
    BLOCK_HEIGHT,
    BLOCK_WIDTH,
    LOOK_HEIGHT,
    STRIDE,
    Grey,
    Points,
    TextLine,
    sides,
)
from hardware.mrz.text_lines import find_lines
from hardware.mrz.zones import Zone, find_zones
from hardware.opencv import cv2

THRESHOLD = 0.4
"""Probability from which a cell belongs to a page, or to a zone."""
NEARER = 0.82
"""Share of the picture's width and height below which what was seen is looked at from nearer."""
ROOM = 0.12
"""How much around it is taken in then, in shares of its longer side."""
SHORT_ZONE = 0.3
"""Share of the picture's longer side below which a zone is looked at from nearer, too."""
ROOM_OF_ZONE = 0.9
LEAST_PAGE = 0.004
"""Share of the picture from which a page is one, and not specks."""
QUARTER = 0.6
"""Width and height of a quarter: they overlap, so that no code is cut by all of them."""
OUTSIDE = 0.15
"""Share of a picture's side that the page must cover to count as going on beyond it."""
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
        found = find_zones(_sigmoid(maps[0]), maps[3:])
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
        lines = find_lines(_sigmoid(maps[1]))
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
