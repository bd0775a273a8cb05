"""A key on the screen: for a finger, a mouse, the tab key, and by its digit from anywhere."""

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from kiosk.language import Language
from kiosk.speech.utterance import Utterance
from screens.keys import Key


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

    def render(self) -> Table:
        """The digit as a cap, the words in a column of their own beside it."""
        cap = self.get_component_rich_style("key-button--digit", partial=True)
        columns = Table.grid(padding=(0, 1))
        columns.add_row(Text(f" {self.key.digit} ", cap, no_wrap=True), Text(self.key.words))
        return columns

    def utterances(self, language: Language) -> list[Utterance]:
        """What to press, and what it does."""
        return list(self.key.utterances(language))

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-button--digit"}

    def on_click(self, event: events.Click) -> None:
        """A finger or the mouse let go on the key."""
        event.stop()
        self.post_message(self.Pressed(self.key, event.time))

    def on_key(self, event: events.Key) -> None:
        """Enter and space press the key that has the focus."""
        if event.key in ("enter", "space"):
            event.stop()
            self.post_message(self.Pressed(self.key, event.time))
