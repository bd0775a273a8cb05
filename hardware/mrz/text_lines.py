"""From the locator's map of a block to the lines of text in it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.straightening import BLOCK_WIDTH, STRIDE, TextLine
from hardware.opencv import cv2

THRESHOLD = 0.4
"""Probability from which a cell belongs to a line."""
SHORTEST = 0.35
"""A line shorter than this share of the longest is a piece of one, or none."""
WIDE_GAP = 3.5
"""Heights of a capital from one line to the next: from here on one between them is missing."""
LONGEST_OF_THREE = 34.0
"""Heights of a capital that lines of 30 characters are long, at most."""


def find_lines(ink: NDArray[np.float32]) -> tuple[TextLine, ...]:
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
