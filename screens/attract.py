"""What stands on the screen while nobody is there: what this is, and the choice of language."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget

from kiosk.language import Language, mark
from kiosk.speech.utterance import Utterance
from screens.frame import NEVER_ASKS, FrameScreen, Words
from screens.keys import ANSWER_DIGITS, Begin, Key, pressing
from screens.widgets.picture import PictureView

TITLE = mark("Is your MitID temporarily blocked?")
ABOUT = mark("Get help to reactivate it in the MitID app, step by step.")


def words_in(language: Language, sentence: str, classes: str) -> Words:
    """A sentence in one of several languages on one screen, in its own voice."""
    words = language.say(sentence)
    return Words(words, classes, said=[Utterance(words, language.code)])


class AttractScreen(FrameScreen):
    """Every language says the same, and one key begins in it."""

    may_start_over = False

    def __init__(self, languages: Sequence[Language]) -> None:
        self._languages = languages
        keys = [
            Key(
                digit,
                language.name,
                Begin(language.code),
                primary=True,
                spoken=(pressing(language, digit, language.name),),
            )
            for digit, language in zip(ANSWER_DIGITS, languages, strict=False)
        ]
        super().__init__(languages[0], keys)

    def words(self) -> ComposeResult:
        """What this is, in every language, each with its key."""
        for number, language in enumerate(self._languages):
            yield words_in(language, TITLE, "instruction")
            yield words_in(language, ABOUT, "expect")
            if number:
                # The first language's line stands at the bottom of every screen.
                yield words_in(language, NEVER_ASKS, "aside")
        yield from self.answers()

    def picture(self) -> Widget | None:
        """A phone held before a face: what it is about."""
        return PictureView("face")
