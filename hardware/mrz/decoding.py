"""From the line reader's evidence to the lines of a zone, under the grammar and check digits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hardware.mrz import certainty, grammar
from hardware.mrz.check_digits import ALPHABET
from hardware.mrz.columns import Columns, Rows, doubted
from hardware.mrz.formats import FORMATS, Format
from hardware.mrz.parsing import parse

Array = NDArray[np.float64]

LEGIBLE = 0.4
"""Probability from which a place counts as read."""
LEAST_LEGIBLE = 0.35
"""Share of the places: with fewer read there is no zone, or none worth adding to others."""
LEAST_SCORE = -0.8
"""Nats a character: below this there is no zone, but texture or other text."""
SURE_SCORE = -0.25
"""Nats a character: below this too much was guessed for one look."""
SURE_OF_ALL = 0.98
"""The least probability of a sure read being right in every character. Names have no check digit,
and some characters are the same to one: 0AKU<, 1BLV, 6GQ, 8IS and so on."""
CHEAP = 2.0
"""Nats that the check digits may change a read by; dearer, it is forced and not believed."""
LEAST_FIT = -30.0
"""Nats a line: where characters would have to be picked less evenly than this, none stand."""
CLOSE = 7.0
"""Nats a line by which the columns may fit worse than with the best run of lines: the characters
then decide."""

_CHARACTERS = np.array(list(ALPHABET))
_SIZES = sorted({(layout.lines, layout.width) for layout in FORMATS.values()})
_LONGEST = max(layout.width for layout in FORMATS.values())


@dataclass(frozen=True, repr=False, eq=False)
class Decoded:
    """What one look at a zone says, and how sure that is. Personal: it has no repr."""

    lines: tuple[str, ...]
    layout: Format
    evidence: Array
    """Log-probabilities (lines, width, 37) of each place by itself, before grammar and checks."""
    probabilities: Array
    """Of each character of `lines` (lines, width): given the grammar, and the check digits where
    all of them are right."""
    score: float
    """How well the legible places fit the lines and the format: nats a character, at most 0."""
    cost: float
    """Nats that the check digits asked for, on top of the likeliest read; 0 if that is right."""
    forced: bool
    """The check digits are right only at a cost that makes it unlikely: `lines` are as read."""
    first: int = 0
    """Which of the lines looked at is the zone's first, from 0."""
    middles: NDArray[np.intp] | None = None
    """The columns (lines, width) of each line's evidence where the characters stand."""

    @property
    def legible(self) -> NDArray[np.bool_]:
        """Which places (lines, width) were read at all: glare and fingers leave the others."""
        return _legible(self.evidence)

    @property
    def chance(self) -> float:
        """The probability that every character is right."""
        return float(self.probabilities.prod())

    @property
    def clear(self) -> bool:
        """Whether the characters are beyond doubt, whatever the check digits say of them."""
        return self.score >= SURE_SCORE and self.chance >= SURE_OF_ALL

    @property
    def sure(self) -> bool:
        """Whether this look is enough to believe every character; all check digits are right."""
        return self.clear and not self.forced and self.cost <= CHEAP


def decode(evidence: Sequence[Rows]) -> Decoded | None:
    """The zone among these lines, which stand one below the other; None if there is none.

    Each is an array (T, 38), float32, of log-probabilities: `ALPHABET`, then none of them. More
    lines than the zone has do no harm.
    """
    if not evidence:
        return None
    columns = Columns(evidence, _LONGEST)
    runs = [
        (*columns.fit(first, lines, width), first, lines, width)
        for lines, width in _SIZES
        for first in range(len(evidence) - lines + 1)
    ]
    best = max(runs, default=(0.0,))[0]
    found = []
    for fit, pitch, first, lines, width in runs:
        if fit < max(best - CLOSE, LEAST_FIT):
            continue
        middles = columns.pick(first, lines, width, pitch)
        look = weigh(columns.read(first, middles), first, middles)
        if look:
            found.append((fit + width * look.score, look))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def decode_text(lines: Sequence[str]) -> Decoded | None:
    """The zone in lines read by another device, which marks what it could not read.

    Any character outside `ALPHABET` is such a mark. None if the lengths are no format's.
    """
    if (len(lines), len(lines[0]) if lines else 0) not in _SIZES:
        return None
    if len({len(line) for line in lines}) > 1:
        return None
    read = np.array([list(line) for line in lines])[..., None] == _CHARACTERS
    unread = ~read.any(axis=2, keepdims=True)
    return weigh(doubted(np.where(unread, 1 / len(ALPHABET), read).astype(np.float32)))


def weigh(
    evidence: Array, first: int = 0, middles: NDArray[np.intp] | None = None
) -> Decoded | None:
    """The zone behind log-probabilities (lines, width, 37) of each place, by whatever format fits.

    None where it looks like no zone at all, or has no format's size.
    """
    found = [
        _weigh(layout, evidence, first, middles)
        for layout in FORMATS.values()
        if (layout.lines, layout.width) == evidence.shape[:2]
    ]
    likely = [decoded for decoded in found if decoded and decoded.score >= LEAST_SCORE]
    return max(likely, key=_plausibility, default=None)


def _plausibility(decoded: Decoded) -> float:
    size = decoded.layout.lines * decoded.layout.width
    return decoded.score - (decoded.cost / size)


def _weigh(
    layout: Format, evidence: Array, first: int, middles: NDArray[np.intp] | None
) -> Decoded | None:
    legible = _legible(evidence)
    if legible.mean() < LEAST_LEGIBLE:
        return None
    logs = evidence.reshape(-1, len(ALPHABET))
    leaning = grammar.leanings(layout)
    first_read = _CHARACTERS[(logs + leaning).argmax(axis=1)]
    first_read[~legible.reshape(-1)] = " "
    leaning = np.minimum(leaning, grammar.among_fillers(layout, "".join(first_read)))
    weighed = logs + leaning
    read = weighed.argmax(axis=1)
    if parse(_lines(read, layout)).format != layout.name:
        return None
    place = np.arange(len(read))
    score = float(weighed[place, read][legible.reshape(-1)].mean())
    chances = np.exp(weighed - weighed.max(axis=1, keepdims=True) + grammar.habits(layout))
    chances /= chances.sum(axis=1, keepdims=True)

    _, checked = max(
        (certainty.under(rules, chances) for rules in grammar.ways(layout, _text(read))),
        key=lambda way: way[0],
    )
    cost, forced = 0.0, False
    if not parse(_lines(read, layout)).valid:
        changed = checked.argmax(axis=1)
        cost = float((weighed[place, read] - weighed[place, changed]).sum())
        forced = cost > CHEAP or not parse(_lines(changed, layout)).valid
        read = read if forced else changed
    return Decoded(
        lines=_lines(read, layout),
        layout=layout,
        evidence=evidence,
        probabilities=(chances if forced else checked)[place, read].reshape(evidence.shape[:2]),
        score=score,
        cost=cost,
        forced=forced,
        first=first,
        middles=middles,
    )


def _legible(evidence: Array) -> NDArray[np.bool_]:
    legible: NDArray[np.bool_] = evidence.max(axis=2) >= np.log(LEGIBLE)
    return legible


def _text(read: NDArray[np.intp]) -> str:
    return "".join(_CHARACTERS[read])


def _lines(read: NDArray[np.intp], layout: Format) -> tuple[str, ...]:
    text = _text(read)
    return tuple(text[i : i + layout.width] for i in range(0, len(text), layout.width))
