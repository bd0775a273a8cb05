"""Which columns of a line's evidence are the middles of its characters.

The line reader says for every column of a strip which character it sees there, or none. It is
known how many characters a line has, and that they stand at about even distances: exactly so many
middles are picked, by dynamic programming. That holds where the usual collapse of repeated columns
loses or doubles a filler.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.check_digits import ALPHABET

Array = NDArray[np.float64]
Rows = NDArray[np.float32]

BLANK = len(ALPHABET)
"""The class of a column that shows no character: between two, or beside the line."""

PITCHES = (3.4, 3.8, 4.2, 4.6)
"""Columns from one character to the next: the strip's scale is known to about 15 %."""
GAPS = range(2, 8)
"""From one middle to the next, in columns; a font that is not OCR-B is uneven."""
SLACK = 0.4
"""Columns by which a gap may be off for nothing: middles are whole columns."""
STIFFNESS = 2.0
"""Cost of a gap that is one more column off (nats, growing with the square)."""
MISSING = -6.0
"""No more than this is lost by a middle where the reader sees no character."""
SKIPPED = -4.0
"""No more than this is lost by a column left out where the reader sees a character."""
ROOMY = 4
"""Gap from which the columns next to a middle show the same character."""
RUN_TOGETHER = -4.0
"""No more than this is lost by two middles with no blank column between them."""

_NEVER = np.float32(-1e6)
TWIN_RISKS = {"0O": 0.1} | dict.fromkeys(("1I", "2Z", "5S", "8B", "<K", "6G"), 0.0003)
"""Of so many characters read, the look-alike stood there: no reader is surer than that. 0 and O
differ in width alone, and some fields of letters and digits have no check digit."""
FLOOR = 1e-7
"""Of so many characters read, any other stood there."""


def _confusion() -> Rows:
    table = np.eye(BLANK)
    for pair, risk in TWIN_RISKS.items():
        a, b = (ALPHABET.index(character) for character in pair)
        table[a, a] = table[b, b] = 1 - risk
        table[a, b] = table[b, a] = risk
    return ((1 - FLOOR) * table + FLOOR / BLANK).astype(np.float32)


_CONFUSION = _confusion()


def doubted(probabilities: Rows) -> Array:
    """The log-probabilities (..., 37) of what stands there, given those of what was read.

    They allow for look-alikes and for a reader too sure of itself.
    """
    result: Array = np.log(probabilities @ _CONFUSION).astype(np.float64)
    return result


class Columns:
    """The evidence of some lines, and the ways of picking characters out of it.

    `lines` are arrays (T, 38) of log-probabilities: `ALPHABET`, then `BLANK`. T may differ. Lines
    of up to `longest` characters can be picked.
    """

    def __init__(self, lines: Sequence[Rows], longest: int) -> None:
        count, length = len(lines), max(len(line) for line in lines)
        logs = np.full((count, length, BLANK + 1), SKIPPED * 3, np.float32)
        logs[:, :, BLANK] = 0  # past the end of a shorter strip there is nothing
        for i, line in enumerate(lines):
            logs[i, : len(line)] = line
        seen = np.exp(logs)
        around = seen * 0.5
        around[:, 1:] += seen[:, :-1] * 0.25
        around[:, :-1] += seen[:, 1:] * 0.25
        self._length = length
        self._seen = seen
        # A column that says nothing, as under glare, is as good a character as a gap.
        likeliest = np.log(around[:, :, :BLANK].max(axis=2) / around.max(axis=2))
        self._forward(likeliest, logs[:, :, BLANK] - logs.max(axis=2), longest)

    def _forward(self, character: Rows, blank: Rows, longest: int) -> None:
        """Find the best way to each column as the n-th middle, for every line and pitch at once."""
        length = self._length
        count, pad = len(blank), GAPS[-1]
        middle = np.maximum(character, MISSING)
        passed = np.zeros((count, length + 3), np.float32)  # cost of leaving out all before
        np.cumsum(np.maximum(blank, SKIPPED), axis=1, out=passed[:, 1:-2])
        passed[:, -2:] = passed[:, -3:-2]
        columns = np.arange(length)

        off = np.abs(np.array(GAPS)[:, None] - np.array(PITCHES, np.float32)) - SLACK
        bend = -STIFFNESS * np.maximum(off, 0) ** 2
        step = np.empty((len(GAPS), count, len(PITCHES), length), np.float32)
        parted = np.full((count, length), RUN_TOGETHER, np.float32)
        for i, gap in enumerate(GAPS):
            parted[:, gap - 1 :] = np.maximum(parted[:, gap - 1 :], blank[:, : length - gap + 1])
            # The columns next to a middle are neither nor: only those between are left out.
            between = passed[:, np.maximum(columns - 1, 0)]
            between = between - passed[:, np.maximum(columns - max(gap, 3) + 2, 0)]
            step[i] = (between + parted + middle)[:, None, :] + bend[i][None, :, None]

        best = np.full((longest, count, len(PITCHES), pad + length), _NEVER, np.float32)
        best[0, :, :, pad:] = (middle + passed[:, np.maximum(columns - 1, 0)])[:, None, :]
        ways = np.empty_like(step)
        for n in range(1, longest):
            for i, gap in enumerate(GAPS):
                np.add(best[n - 1, :, :, pad - gap : pad - gap + length], step[i], out=ways[i])
            ways.max(axis=0, out=best[n, :, :, pad:])
        self._best, self._step, self._pad = best, step, pad
        self._rest = (passed[:, -1:] - passed[:, columns + 2])[:, None, :]

    def fit(self, first: int, lines: int, width: int) -> tuple[float, int]:
        """How well these lines fit so many characters each, in nats a line, and the pitch.

        The pitch is an index into `PITCHES`, the same for all the lines. The fits of different
        runs and widths can be compared: every column is accounted for.
        """
        at_end = self._best[width - 1, first : first + lines, :, self._pad :]
        total = (at_end + self._rest[first : first + lines]).max(axis=2).sum(axis=0)
        pitch = int(total.argmax())
        return float(total[pitch]) / lines, pitch

    def pick(self, first: int, lines: int, width: int, pitch: int) -> NDArray[np.intp]:
        """The columns (lines, width) of the characters' middles."""
        rows = np.arange(first, first + lines)
        best = self._best[:width, rows, pitch]
        step = self._step[:, rows, pitch]
        middles = np.empty((width, lines), np.intp)
        middles[-1] = (best[-1, :, self._pad :] + self._rest[rows, 0]).argmax(axis=1)
        line, gaps = np.arange(lines), np.array(GAPS)[:, None]
        for n in range(width - 1, 0, -1):
            here = middles[n]
            ways = best[n - 1, line, here + self._pad - gaps] + step[:, line, here]
            middles[n - 1] = here - gaps[ways.argmax(axis=0), 0]
        return middles.T

    def read(self, first: int, middles: NDArray[np.intp]) -> Array:
        """The log-probabilities (lines, width, 37) of the characters at these middles.

        Where the reader saw no character all are about as likely.
        """
        rows = np.arange(first, first + len(middles))[:, None, None]
        near = np.clip(middles[..., None] + np.array([-1, 0, 1]), 0, self._length - 1)
        seen = self._seen[rows, near]
        presence = 1 - seen[..., BLANK].min(axis=2)[..., None]
        # A column beside the middle is the neighbour's where two stand close.
        roomy = np.pad(np.diff(middles, axis=1) >= ROOMY, ((0, 0), (1, 1)), constant_values=True)
        weights = np.stack([roomy[:, :-1] / 2, np.ones(middles.shape), roomy[:, 1:] / 2], axis=2)
        seen = np.einsum("lwjc,lwj->lwc", seen[..., :BLANK], weights)
        seen /= np.maximum(seen.sum(axis=2, keepdims=True), 1e-9)
        absent = (1 - presence) ** 3  # that there is one is known: a faint one is still read
        return doubted(seen * (1 - absent) + absent / BLANK)
