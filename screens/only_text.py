"""The last look before the terminal: of every line that is drawn only text is let through.

Whoever brings text in cleans it (`kiosk.language.plain`). This is for what was forgotten there: a
terminal obeys what is written to it, so a control character in a name would be a command.
"""

import re
from collections.abc import Sequence
from unicodedata import category

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

INSTEAD = "?"
"""Stands in each cell that would have been taken by what is not let through."""

_UNSEEN = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
"""What Python takes for printable and nobody sees: fillers, joiners, and selectors of variants,
which some terminals draw in another width than Textual counts.
"""


def only_text(text: str) -> str:
    """Text without control, escape, bidirectional, zero-width, tag, private and unassigned
    characters.
    """
    return "".join(char if _is_text(char) else INSTEAD * cell_len(char) for char in text)


def _is_text(char: str) -> bool:
    return (char.isprintable() or category(char) == "Zs") and not _UNSEEN.match(char)


class OnlyText(LineFilter):
    """Lets text and colours through; no link, which would be an address in an OSC 8 sequence."""

    def __init__(self, before: Sequence[LineFilter] = ()) -> None:
        """`before`: Textual's own filters, applied first and in one go: a line that has passed is
        made anew, which costs four times as much as looking at it.
        """
        super().__init__()
        self.before = before

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments as they are, where nothing has to be taken out, which is nearly always."""
        for line_filter in self.before:
            segments = line_filter.apply(segments, background)
        for text, style, control in segments:
            if control or (style is not None and style.link) or not _harmless(text):
                return [_cleaned(segment) for segment in segments if not segment.control]
        return segments


def _harmless(text: str) -> bool:
    if not text.isprintable():
        return False
    return text.isascii() or not _UNSEEN.search(text)


def _cleaned(segment: Segment) -> Segment:
    text, style, _ = segment
    if style is not None and style.link:
        style = style.update_link(None)
    # Signs that were joined to one are apart now, and may be wider; the line must not be.
    return Segment(set_cell_size(only_text(text), cell_len(text)), style)
