"""Text that runs from right to left, as a terminal must be given it: joined, and in cells' order.

Terminals draw characters one after another from the left. So a text is first wrapped in the order
in which it is read, and then each line is turned into the order in which it is drawn (UAX #9), its
Arabic letters joined. Labels and numbers in it keep their own order.
"""

import re
from collections.abc import Iterable
from unicodedata import bidirectional

from rich.console import Console
from rich.text import Text
from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

_FROM_RIGHT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters of Hebrew, Arabic and the other scripts that run from right to left."""
_APART = re.compile(r"(?<=“)[^“”]+(?=”)|\+?\d+(?:[ .:/-]\d+)+")
"""Labels in quotation marks; numbers in groups: those to call, times and dates."""
_ISOLATE, _END = "\u2068", "\u2069"
"""Stand around such a part while its line is turned: it is in an order of its own (UAX #9, 2.7)."""
_PAIRS = ("()", "[]", "{}", "<>", "«»", "‹›")
_STRONG = {"L": "L", "R": "R", "AL": "R"}


def runs_from_right(text: str) -> bool:
    """Whether a text runs from right to left: no other one has such letters."""
    return _FROM_RIGHT.search(text) is not None


def drawn(line: str) -> str:
    """One line as its cells follow each other from the left."""
    return _turned(line) if runs_from_right(line) else line


def drawn_lines(lines: list[str]) -> list[str]:
    """The lines of one text; those without a letter that runs from the right belong to it, too."""
    return list(map(_turned, lines)) if any(map(runs_from_right, lines)) else lines


def _turned(line: str) -> str:
    # Most kiosks never need these.
    from arabic_reshaper import reshape
    from bidi import get_display

    apart = _APART.sub(f"{_ISOLATE}\\g<0>{_END}", reshape(line))
    turned = str(get_display(apart, base_dir="R"))
    return _facing(turned.replace(_ISOLATE, "").replace(_END, ""))


def _facing(line: str) -> str:
    """Turns brackets round that stand among letters from the right (rule L4), which bidi does not.

    Of a pair in such a place the closing one comes first. Of one whose other half is on another
    line, the letters around it tell.
    """
    chars = list(line)
    for opening, closing in _PAIRS:
        opened: list[int] = []
        closed: list[int] = []
        for at, char in enumerate(line):
            if char == opening and closed:
                chars[closed.pop()], chars[at] = opening, closing
            elif char == closing and opened:
                opened.pop()
            elif char in (opening, closing):
                (opened if char == opening else closed).append(at)
        for at in (*opened, *closed):
            if not _among_latin(line, at):
                chars[at] = closing if chars[at] == opening else opening
    return "".join(chars)


def _among_latin(line: str, at: int) -> bool:
    sides = (reversed(line[:at]), line[at:])
    nearest = [next(filter(None, map(_STRONG.get, map(bidirectional, s))), "R") for s in sides]
    return nearest == ["L", "L"]


def is_mirrored(widget: Widget) -> bool:
    """Whether what is left elsewhere is right here."""
    for node in widget.ancestors_with_self:
        if node.has_class("-rtl") or node.has_class("-ltr"):
            return node.has_class("-rtl")
    return False


class Paragraph(Static):
    """Text that is data: no markup, in the order in which it is drawn."""

    def __init__(self, text: object = "", classes: str = "") -> None:
        super().__init__(text, classes=classes, markup=False)  # type: ignore[arg-type]

    def render(self) -> RenderResult:
        """The text in lines as wide as the widget."""
        lines = self._lines(self.content_size.width)
        return Text("\n").join(lines) if lines else super().render()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are lines."""
        lines = self._lines(width)
        return len(lines) or super().get_content_height(container, viewport, width)

    def _lines(self, width: int) -> list[Text]:
        """The lines of a text that runs from right to left; none of another one, or of a drawing,
        whose words are in their cells already.
        """
        content = self.content
        text = content if isinstance(content, Text) else Text(str(content))
        drawing = text.no_wrap and "\n" in text.plain
        if width < 1 or drawing or not runs_from_right(text.plain):
            return []
        console = self.app.console
        lines: Iterable[Text] = [text] if text.no_wrap else text.wrap(console, width)
        return [_drawn_text(line, console) for line in lines]


def _drawn_text(line: Text, console: Console) -> Text:
    """A line with styles: its parts from the last to the first, each of them turned."""
    line.rstrip()
    parts = [(part.text, part.style or "") for part in line.render(console)]
    turned = [(_turned(text), style) for text, style in reversed(parts)]
    return Text.assemble(*turned, no_wrap=True, end="")
