"""Which characters may stand where in a format, and what its check digits ask for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.check_digits import ALPHABET, FILLER, WEIGHTS
from hardware.mrz.formats import Format, Span

Array = NDArray[np.float64]

OUTSIDE = -12.0
"""Log-probability of a character that does not belong into its field.

It outweighs a look-alike, so that O is read as 0 in a date; but not a clear M, which stays and
fails there.
"""
UNUSUAL = -3.0
"""Log-probability of a character that seldom stands there."""

SELDOM = -1.0
"""Log-probability of an O in a number, where its look alone does not tell it from 0.

Dutch and German documents have none (config/document_numbers.toml has the sources). It is not ruled
out: others may have it.
"""

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAMES = ("name", "surname", "given_names")
_FIELDS = {
    "issuer": _LETTERS + FILLER,
    "nationality": _LETTERS + FILLER,
    "sex": "FMX" + FILLER,
    **dict.fromkeys(_NAMES, _LETTERS + FILLER),
}
_DATE = ("01", _DIGITS, "0123", _DIGITS)
"""Month and day: what their two digits begin with."""
_LONE = re.compile("(?<=<<)(?=.<<)")
_USUAL_FIRST_LETTERS = "PIACV"
VALUES = np.array([index % 10 for index in range(len(ALPHABET) - 1)] + [0])
"""Characters of the same value look the same to a check digit."""


def letters_of(characters: str) -> NDArray[np.bool_]:
    """Which of the alphabet (37,) these are."""
    return np.array([character in characters for character in ALPHABET])


_FILLERS = letters_of(FILLER)


def places(layout: Format, span: Span) -> range:
    """The places of a span when the lines are written one after the other, from 0."""
    before = (span.line - 1) * layout.width
    return range(before + span.start - 1, before + span.end)


@cache
def leanings(layout: Format) -> Array:
    """What the format alone says of each place (lines * width, 37): 0, `UNUSUAL` or `OUTSIDE`."""
    table = np.zeros((layout.lines * layout.width, len(ALPHABET)))

    def only(place: int, characters: str, otherwise: float = OUTSIDE) -> None:
        others = ~letters_of(characters)
        table[place, others] = np.minimum(table[place, others], otherwise)

    for field in layout.fields:
        for i, place in enumerate(places(layout, field)):
            if field.name == "document_code":
                only(place, _LETTERS + _DIGITS + FILLER if i else _first_letters(layout))
                if i == 0:
                    only(place, _USUAL_FIRST_LETTERS, UNUSUAL)
            elif field.name.endswith("_date"):
                only(place, _DIGITS + FILLER)
                only(place, _DIGITS if i < 2 else _DATE[i - 2], UNUSUAL)
            elif field.name in _FIELDS:
                only(place, _FIELDS[field.name])
    for digit in layout.check_digits:
        (place,) = places(layout, digit.place)
        only(place, _DIGITS + FILLER if digit.name in ("number", "optional") else _DIGITS)
        only(place, _DIGITS, UNUSUAL)
    if layout.name == "FRA-ID":
        for place, character in enumerate("IDFRA"):
            only(place, character)
        for name in ("number", "optional"):
            for place in places(layout, layout.field(name)):
                only(place, _DIGITS + FILLER, UNUSUAL)  # letters in the Corsican departments alone
    table.setflags(write=False)
    return table


@cache
def habits(layout: Format) -> Array:
    """What is known of numbers beside the format (lines * width, 37): 0 or `SELDOM`.

    It counts where the check digits have to choose, and for how sure a look is; not for what the
    look itself takes a character for.
    """
    table = np.zeros((layout.lines * layout.width, len(ALPHABET)))
    for field in layout.fields:
        if field.name == "number" or field.name.startswith("optional"):
            table[places(layout, field), ALPHABET.index("O")] = SELDOM
    table.setflags(write=False)
    return table


def _first_letters(layout: Format) -> str:
    """A visa is told from another document of its size by its first letter."""
    return "V" if layout.name.startswith("MRV") else _LETTERS.replace("V", "")


def among_fillers(layout: Format, text: str) -> Array:
    """What the fillers of a first read say of the places between and after (lines * width, 37).

    After three fillers a name has ended. A lone character with two fillers on either side is as a
    rule a filler misread. Spaces in `text` are what was not read.
    """
    table = np.zeros((len(text), len(ALPHABET)))
    for field in layout.fields:
        if field.name in _NAMES or field.name.startswith("optional"):
            inside = places(layout, field)
            value = text[inside.start : inside.stop]
            for lone in _LONE.finditer(value + FILLER * 2):
                table[inside.start + lone.end(), ~_FILLERS] = UNUSUAL
            end = value.find(FILLER * 3)
            if end >= 0 and field.name in _NAMES:
                table[inside.start + end + 3 : inside.stop, ~_FILLERS] = OUTSIDE
    table.setflags(write=False)
    return table


@dataclass(frozen=True)
class Rules:
    """One way in which the check digits of a document can be right.

    Every check is an equation: the sum of the characters' values, each times its weight, is 0
    modulo 10. A place belongs to at most one check besides the composite.
    """

    allowed: NDArray[np.bool_]
    """Which characters may stand at each place (lines * width, 37)."""
    weights: NDArray[np.intp]
    """Weights in the composite, and in the place's other check (lines * width, 2)."""
    check: NDArray[np.intp]
    """The check that each place belongs to besides the composite, from 1; 0 for none."""


def ways(layout: Format, text: str) -> Iterator[Rules]:
    """The ways in which the check digits can be right: as a rule one.

    `text` is the best read so far, the lines one after the other: where a number check digit or
    that of an optional field looks like a filler, it tells which exception may be meant.
    """
    yield _regular(layout)
    for digit in layout.check_digits:
        (place,) = places(layout, digit.place)
        if text[place] != FILLER:
            continue
        if digit.name == "optional":
            rules = _regular(layout, without="optional")
            rules.allowed[[*places(layout, layout.field("optional")), place]] = _FILLERS
            yield rules
        if digit.name == "number" and layout.long_numbers:
            optional = places(layout, layout.field("optional"))
            rest = text[optional.start : optional.stop].partition(FILLER)[0]
            if len(rest) > 1:
                yield _long_number(layout, optional[: len(rest)], filler_counts=False)
                yield _long_number(layout, optional[: len(rest)], filler_counts=True)


def _regular(layout: Format, without: str = "") -> Rules:
    size = layout.lines * layout.width
    rules = Rules(
        np.ones((size, len(ALPHABET)), bool),
        np.zeros((size, 2), np.intp),
        np.zeros(size, np.intp),
    )
    for field in layout.fields:
        if field.name.endswith("_date"):
            rules.allowed[places(layout, field)] = letters_of(_DIGITS + FILLER)
    for number, digit in enumerate(layout.check_digits, start=1):
        if digit.name == without:
            continue
        (place,) = places(layout, digit.place)
        over = [place for span in digit.over for place in places(layout, span)]
        if digit.name == "composite":
            _weigh(rules, 0, over, place)
        else:
            rules.check[[*over, place]] = number
            _weigh(rules, 1, over, place)
    return rules


def _long_number(layout: Format, rest: range, filler_counts: bool) -> Rules:
    """The number and its check digit end in `rest`: see `hardware.mrz.long_numbers`."""
    rules = _regular(layout, without="number")
    regular = next(digit for digit in layout.check_digits if digit.name == "number")
    first = [place for span in regular.over for place in places(layout, span)]
    (filler,) = places(layout, regular.place)
    over = [*first, *[filler] * filler_counts, *rest[:-1]]
    rules.check[[*over, rest[-1]]] = len(layout.check_digits) + 1
    _weigh(rules, 1, over, rest[-1])
    rules.allowed[filler] = _FILLERS
    rules.allowed[rest[:-1]] = ~_FILLERS
    if rest.stop < places(layout, layout.field("optional")).stop:
        rules.allowed[rest.stop] = _FILLERS
    return rules


def _weigh(rules: Rules, column: int, over: list[int], place: int) -> None:
    for i, at in enumerate(over):
        rules.weights[at, column] = WEIGHTS[i % 3]
    rules.weights[place, column] = -1
    rules.allowed[place] = letters_of(_DIGITS)
