"""Is somebody still there?"""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from kiosk.language import Language, mark
from screens.frame import Words
from screens.textual_private import LockedModal

STILL_THERE = mark("Are you still there?")
STAY = mark("Press any key or touch the screen to go on. You can do so as often as you like.")
WIPED_IN = mark("Otherwise this visit is erased in {seconds} seconds.")


class IdleWarning(LockedModal):
    """Counts down; any key or touch stays."""

    class Stay(Message):
        """Somebody is still there."""

    def __init__(self, language: Language, seconds: float) -> None:
        super().__init__()
        self._language = language
        self._seconds = seconds

    def compose(self) -> ComposeResult:
        """The question, how to stay, and how long there is."""
        with Vertical(id="idle"):
            yield Words(self._language.say(STILL_THERE), classes="instruction")
            yield Words(self._language.say(STAY), classes="expect")
            yield Words(self._left(self._seconds), classes="countdown")

    def show_left(self, seconds: float) -> None:
        """Updates the countdown."""
        for words in self.query(".countdown").results(Words):
            words.update(self._left(seconds))

    def _left(self, seconds: float) -> str:
        return self._language.say(WIPED_IN, seconds=max(0, round(seconds)))

    def on_key(self, event: events.Key) -> None:
        """Any key stays; what it would press below is not pressed."""
        event.stop()
        self.post_message(self.Stay())

    def on_click(self, event: events.Click) -> None:
        """So does a touch, anywhere."""
        event.stop()
        self.post_message(self.Stay())
