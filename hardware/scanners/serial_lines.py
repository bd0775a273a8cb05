"""What the text of a serial reader must look like to be the lines of a machine-readable zone.

A reader sends capital letters, digits, `<`, and a mark of its own for what it could not read. Line
noise, greetings and barcodes look otherwise: that is how they are told from a document that was
read badly, which must be told and not swallowed.
"""

import re
from collections.abc import Sequence

Lines = tuple[str, ...]

CHARACTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<?*_")
"""Those of ICAO Doc 9303-3 section 4.3, and the marks of readers for what they could not read."""

SHORTEST, LONGEST = 20, 96
"""Characters of one line: shorter is not told from noise, longer is no code."""

COUNTS = {30: 3, 36: 2, 44: 2}
"""How many lines a code has, by their width (ICAO Doc 9303 parts 4 to 7)."""

_JOINED = {width * count: width for width, count in COUNTS.items()}
_SHORTEST_JOINED = 60
_DIGITS_OF_A_NAME = 3  # misread letters: O, I, S
_PADDING = "_"
_LINE = re.compile(r"[A-Z0-9<?*_]{%d,%d}" % (SHORTEST, LONGEST))  # noqa: UP031 - braces
_NOT_PRINTABLE = re.compile(rb"[^\x20-\x7e\r\n]+")


def lines_of(text: bytes) -> Lines:
    """The lines of a code in the text of one frame, between CR, LF or both; empty if it is none.

    Control characters are taken out, lines that are no code's are left out, and lines that were
    joined without anything between them are cut apart.
    """
    clean = _NOT_PRINTABLE.sub(b"", text).decode("ascii")
    found = [line for line in map(str.strip, clean.splitlines()) if _LINE.fullmatch(line)]
    if len(found) == 1:
        return apart(found[0])
    return tuple(found) if len(found) <= max(COUNTS.values()) else ()


def apart(line: str) -> Lines:
    """The lines that were joined to this one, or the line itself where its length is no code's."""
    width = _JOINED.get(len(line), len(line))
    return tuple(line[at : at + width] for at in range(0, len(line), width))


def is_joined(line: str) -> bool:
    """Whether this is more than one line of a code can be, so that it holds them all."""
    return len(line) >= _SHORTEST_JOINED


def is_whole(lines: Sequence[str]) -> bool:
    """Whether these are all lines of one code, in their order, each as wide as it must be.

    The order shows in the digits: a line with a name has hardly any, that with the dates many.
    Without it a lost line would mix two documents.
    """
    width = len(lines[0])
    if COUNTS.get(width) != len(lines) or any(len(line) != width for line in lines):
        return False
    digits = [sum(character.isdigit() for character in line) for line in lines]
    if len(lines) == 3:
        return digits[2] < min(digits[:2]) and digits[2] <= _DIGITS_OF_A_NAME
    return digits[0] < digits[1]


def is_begun(lines: Sequence[str]) -> bool:
    """Whether these lines have the width of a code's, but are not yet all of it."""
    width = len(lines[0]) if lines else 0
    return width in COUNTS and all(len(line) == width for line in lines) and not is_whole(lines)


def without_padding(lines: Lines) -> Lines:
    """The lines without the `_` with which a reader filled them up to the width of a wider format.

    A `_` within the width of the code is a character that was not read, and stays.
    """
    lines = tuple(line for line in lines if line.strip(_PADDING))
    longest = max((len(line.rstrip(_PADDING)) for line in lines), default=0)
    width = min((width for width in COUNTS if longest <= width), default=longest)
    return tuple(line[:width] for line in lines)
