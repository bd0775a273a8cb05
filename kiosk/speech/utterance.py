"""One thing to be said, in one language; and what of a text on the screen can be said."""

import re

import msgspec

_DRAWN = re.compile("[\u2190-\u21ff\u2500-\u25ff\u2713\u2714\u2022\u00b7]+")
"""Arrows, frames, blocks, dots and ticks: for the eye alone."""
_DASH = re.compile(r"(^|\s)[–—-](?=\s)")
_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans("", "", '“”„«»"')


class Utterance(msgspec.Struct, frozen=True):
    """One sentence or a few, spoken by one voice."""

    text: str
    language: str
    """The code of the language whose voice says it."""
    private: bool = False
    """It speaks of the person's document: in headphones alone (EN 301 549, 5.1.3.9)."""


def spoken(text: str) -> str:
    """The words of a text as they are spoken: without what only the eye understands."""
    words = _DRAWN.sub(" ", text.translate(_QUOTES))
    words = _DASH.sub(lambda dash: "," if dash.start() else "", words)
    return _SPACE.sub(" ", words).replace(" ,", ",").strip()
