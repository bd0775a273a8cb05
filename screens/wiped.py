"""A visit is wiped, visibly: nothing of it is kept."""

from textual.app import ComposeResult

from kiosk.language import Language, mark
from screens.frame import FrameScreen, Words

ERASING = mark("Everything from this visit is being erased")
ERASED = mark("Everything from this visit has been erased")
WHAT_WAS = mark("Your place in the guide, and all that the scanner, the reader and the camera saw.")
TAKE_ALL = mark("Take your phone and your passport or ID card with you. Goodbye.")


class WipedScreen(FrameScreen):
    """Shown while the visit is wiped, and that it has been."""

    may_start_over = False

    def __init__(self, language: Language) -> None:
        super().__init__(language)

    def words(self) -> ComposeResult:
        """First that it is being erased; `done` says that it has been."""
        yield Words(self.language.say(ERASING), classes="instruction")
        yield Words(self.language.say(WHAT_WAS), classes="expect")
        yield Words(self.language.say(TAKE_ALL), classes="expect last-said")

    def done(self) -> None:
        """The device host is gone and the visit forgotten."""
        self.query_one(".instruction", Words).update(self.language.say(ERASED))
        # What to take along is among the rest, which is said after this.
        self.tell(self.language.say(ERASED), tone=True)
