"""What stands on the screen while nobody is there: what this is, and the choice of language."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget

from kiosk.language import Language, mark
from screens.frame import NEVER_ASKS, FrameScreen, Words
from screens.keys import Begin, Key
from screens.widgets.picture import PictureView

TITLE = mark("Is your MitID temporarily blocked?")
ABOUT = mark("Get help to reactivate it in the MitID app, step by step.")


class AttractScreen(FrameScreen):
    """Every language says the same, and one key begins in it."""

    may_start_over = False

    def __init__(self, languages: Sequence[Language]) -> None:
        self._languages = languages
        keys = [
            Key(str(number), language.name, Begin(language.code), primary=True)
            for number, language in enumerate(languages, start=1)
        ]
        super().__init__(languages[0], keys)

    def words(self) -> ComposeResult:
        """What this is, in every language, each with its key."""
        for number, language in enumerate(self._languages):
            yield Words(language.say(TITLE), classes="instruction")
            yield Words(language.say(ABOUT), classes="expect")
            if number:
                # The first language's line stands at the bottom of every screen.
                yield Words(language.say(NEVER_ASKS), classes="aside")
        yield from self.answers()

    def picture(self) -> Widget | None:
        """A phone held before a face: what it is about."""
        return PictureView("face")
