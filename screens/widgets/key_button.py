"""A key on the screen: for a finger, a mouse, the tab key, and by its digit from anywhere."""

from typing import ClassVar

from rich.cells import cell_len
from rich.style import NULL_STYLE, Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from kiosk.language import Language
from kiosk.speech.utterance import Utterance
from screens.keys import Key
from screens.targets import Target, target
from screens.widgets.bidi import drawn_lines, is_mirrored
from screens.widgets.wrapping import wrap

CAP = 3
"""Cells of the digit."""
BESIDE = CAP + 1
"""Cells before the words: those of the digit, and the one of the mark of the focus."""
FOCUSED = "►"
"""Stands before the words of the key that enter presses; no emoji, which terminals draw wider."""
FOCUSED_MIRRORED = "◄"
"""The same where words run from right to left."""
EDGE = "▁"


class KeyButton(Widget, can_focus=True):
    """Shows a key with its digit in front and says when it is pressed."""

    class Pressed(Message):
        """This key was pressed."""

        def __init__(self, key: Key, at: float) -> None:
            super().__init__()
            self.key = key
            self.at = at
            """When, by the monotonic clock."""

    def __init__(self, key: Key, classes: str = "") -> None:
        super().__init__(classes=f"{classes} {'-primary' if key.primary else ''}".strip())
        self.key = key
        self._down_at = 0.0
        """When a finger came down on it, by the monotonic clock."""

    @property
    def _target(self) -> Target:
        return target(self.app.kit.settings.screen, self.app.size)  # type: ignore[attr-defined]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As narrow as the words can be in as many lines as a finger needs rows."""
        columns, rows = self._target
        words = self.key.words
        width = max(map(cell_len, words.split()), default=0)
        while len(wrap(words, width)) > rows:
            width += 1
        return max(BESIDE + width, columns)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the words need, and a finger."""
        return max(len(wrap(self.key.words, width - BESIDE)), self._target.rows)

    def render(self) -> Text:
        """The digit as a cap, the words in a column of their own beside it, and the lower edge."""
        cap, edge = (
            self.get_component_rich_style(f"key-button--{part}", partial=True)
            for part in ("digit", "edge")
        )
        width, height = self.size
        words = drawn_lines(wrap(self.key.words, width - BESIDE)) or [""]
        above = max(0, height - len(words)) // 2
        lines = [""] * above + words + [""] * (height - above - len(words))
        first = above + (len(words) - 1) // 2
        mirrored = is_mirrored(self)
        focused = FOCUSED_MIRRORED if mirrored else FOCUSED
        rows = []
        for number, line in enumerate(lines):
            here = number == first
            mark = focused if here and self.has_focus else " "
            row = _row(
                self.key.digit if here else "",
                _at_right(line + mark, width - CAP) if mirrored else mark + line,
                width,
                cap,
                edge if number == height - 1 else None,
            )
            rows.append(Text.assemble(*(reversed(row) if mirrored else row), no_wrap=True))
        return Text("\n").join(rows)

    def utterances(self, language: Language) -> list[Utterance]:
        """What to press, and what it does."""
        return list(self.key.utterances(language))

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-button--digit", "key-button--edge"}

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A finger or the mouse came down on the key."""
        self._down_at = event.time

    def on_click(self, event: events.Click) -> None:
        """It let go on the key, and has stayed there as long as it must."""
        event.stop()
        held = event.time - self._down_at
        if held >= self.app.kit.settings.input.hold_seconds:  # type: ignore[attr-defined]
            self.post_message(self.Pressed(self.key, event.time))


def _at_right(words: str, width: int) -> str:
    return " " * (width - cell_len(words)) + words


def _row(
    digit: str, words: str, width: int, cap: Style, edge: Style | None
) -> list[tuple[str, Style]]:
    """One row of a key, its cap and its words; with `edge` a line runs below what stands there."""
    shown = digit.center(CAP) if digit or edge is None else EDGE * CAP
    if edge is not None and not words.strip():
        return [(shown, cap), (EDGE * (width - CAP), edge)]
    return [(shown, cap), (words, NULL_STYLE)]
