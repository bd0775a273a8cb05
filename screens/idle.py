"""Is somebody still there?"""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from kiosk.language import Language, mark
from screens.audible import Audible
from screens.frame import Words
from screens.textual_private import LockedModal

STILL_THERE = mark("Are you still there?")
STAY = mark("Press any key or touch the screen to go on. You can do so as often as you like.")
TOLD_AT = (20, 10, 5)
"""Seconds that are left when it is spoken how many."""
WIPED_IN = mark("Otherwise this visit is erased in {seconds} seconds.")


class IdleWarning(Audible, LockedModal):
    """Counts down; any key or touch stays."""

    class Stay(Message):
        """Somebody is still there."""

    def __init__(self, language: Language, seconds: float) -> None:
        super().__init__()
        self.language = language
        self.set_class(language.direction == "rtl", "-rtl")
        self._seconds = seconds
        self._to_tell = [left for left in TOLD_AT if left < seconds]

    def compose(self) -> ComposeResult:
        """The question, how to stay, and how long there is."""
        with Vertical(id="idle"):
            yield Words(self.language.say(STILL_THERE), classes="instruction")
            yield Words(self.language.say(STAY), classes="expect")
            yield Words(self._left(self._seconds), classes="countdown")

    def on_mount(self) -> None:
        """Somebody who looks at the phone is to hear that there is a question here."""
        self.tell(tone=True)

    def show_left(self, seconds: float) -> None:
        """Updates the countdown; now and then it is spoken."""
        while self._to_tell and seconds <= self._to_tell[0]:
            self._to_tell.pop(0)
            self.tell(self._left(seconds))
        for words in self.query(".countdown").results(Words):
            words.update(self._left(seconds))

    def _left(self, seconds: float) -> str:
        return self.language.say(WIPED_IN, seconds=max(0, round(seconds)))

    def on_key(self, event: events.Key) -> None:
        """Any key stays; what it would press below is not pressed."""
        event.stop()
        self.post_message(self.Stay())

    def on_click(self, event: events.Click) -> None:
        """So does a touch, anywhere."""
        event.stop()
        self.post_message(self.Stay())
