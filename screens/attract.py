"""What stands on the screen while nobody is there: what this is, and the choice of language."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from kiosk.access import Hear
from kiosk.language import Language, Status, mark
from kiosk.speech.utterance import Utterance
from kiosk.visit import CallStaff
from screens.frame import NEVER_ASKS, FrameScreen, Words
from screens.keys import (
    ACCESS,
    ACCESS_DIGIT,
    ANSWER_DIGITS,
    HEAR,
    HEAR_DIGIT,
    STAFF,
    Begin,
    Key,
    OpenAccess,
    pressing,
)
from screens.widgets.key_button import KeyButton
from screens.widgets.picture import PictureView

TITLE = mark("Is your MitID temporarily blocked?")
ABOUT = mark("Get help to reactivate it in the MitID app, step by step.")
MACHINE_MADE = mark("A machine translated this. No person has read it yet.")
MOST_GREETINGS = 3
"""So many languages have room for more than one sentence each at 80x24."""


def words_in(language: Language, sentence: str, classes: str) -> Words:
    """A sentence in one of several languages on one screen, in its own voice."""
    words = language.say(sentence)
    return Words(words, classes, said=[Utterance(words, language.code)])


class AttractScreen(FrameScreen):
    """Every language says the same, and one key begins in it."""

    may_start_over = False

    def __init__(self, languages: Sequence[Language]) -> None:
        self._languages = languages
        self._short = len(languages) > MOST_GREETINGS
        keys = [
            Key(
                digit,
                f"{language.name}: {language.say(TITLE)}" if self._short else language.name,
                Begin(language.code),
                primary=True,
                spoken=(pressing(language, digit, language.name),),
            )
            for digit, language in zip(ANSWER_DIGITS, languages, strict=False)
        ]
        foot = [self._in_all(HEAR_DIGIT, HEAR, Hear()), self._in_all("#", STAFF, CallStaff())]
        super().__init__(languages[0], keys, foot)
        self.head_keys = [self._in_all(ACCESS_DIGIT, ACCESS, OpenAccess())]
        # No language is the one that enter presses.
        self.AUTO_FOCUS = ""

    def _in_all(self, digit: str, sentence: str, event: CallStaff | Hear | OpenAccess) -> Key:
        """A key with its words in every language, each once."""
        words = dict.fromkeys(language.say(sentence) for language in self._languages)
        spoken = [pressing(each, digit, each.say(sentence)) for each in self._languages]
        return Key(digit, " / ".join(words), event, spoken=tuple(spoken))

    def top(self) -> ComposeResult:
        """Where sound and text are chosen."""
        yield Words("", classes="where")
        yield KeyButton(self.head_keys[0], classes="-head -in-all")

    def foot(self) -> ComposeResult:
        """What reads this aloud, and what calls staff."""
        for key in self.foot_keys:
            yield KeyButton(key, classes="-foot -in-all")

    def words(self) -> ComposeResult:
        """What this is, in every language, each with its key."""
        # The first language's line stands at the bottom of every screen.
        told = {self.language.say(NEVER_ASKS)}
        for language, key in zip(self._languages, self.body_keys, strict=False):
            with Vertical(classes=f"greeting -{language.direction}"):
                if not self._short:
                    yield words_in(language, TITLE, "instruction")
                    yield words_in(language, ABOUT, "expect")
                yield KeyButton(key, classes="-answer")
                if language.status is Status.MACHINE_MADE:
                    yield words_in(language, MACHINE_MADE, "aside")
                if (line := language.say(NEVER_ASKS)) not in told:
                    told.add(line)
                    yield words_in(language, NEVER_ASKS, "aside")

    def picture(self) -> Widget | None:
        """A phone held before a face: what it is about."""
        return PictureView("face")
