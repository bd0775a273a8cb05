"""A kiosk that is out of order: what the public reads, and where staff says so."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from kiosk.access import Hear
from kiosk.fleet.reports import OutOfOrder
from kiosk.language import Language, mark
from kiosk.speech.utterance import Utterance
from kiosk.staff.out_of_order import REASONS
from screens.frame import FrameScreen, Words
from screens.keys import ANSWER_DIGITS, HEAR, HEAR_DIGIT, Key, pressing
from screens.staff_menu.gesture import OPENS, TouchedThrice
from screens.staff_menu.menu import OUT_OF_ORDER, StaffPage
from screens.staff_menu.wishes import PutOutOfOrder
from screens.widgets.key_button import KeyButton

CLOSED = mark("This kiosk is out of order.")
TO_DESK = mark("Please ask the staff at the desk.")
WHY = mark("Why? The public reads it, until somebody says in this menu that it is in order again.")
ENDS = mark("A visit that is going on ends and is erased.")
SURE = mark("Is this kiosk in order again?")
YES = mark("Yes, the public may use it")


def said_in(language: Language, sentence: str, kind: type[Words], classes: str) -> Words:
    """A sentence in one of several languages on one screen, in its own voice."""
    words = language.say(sentence)
    return kind(words, classes, said=[Utterance(words, language.code)])


class OutOfOrderScreen(FrameScreen):
    """What stands there instead of the first screen, in every language."""

    may_start_over = False
    crowded = True

    def __init__(self, languages: Sequence[Language], why: OutOfOrder) -> None:
        self._languages = languages
        self._why = why
        words = dict.fromkeys(language.say(HEAR) for language in languages)
        spoken = tuple(pressing(each, HEAR_DIGIT, each.say(HEAR)) for each in languages)
        hear = Key(HEAR_DIGIT, " / ".join(words), Hear(), spoken=spoken)
        super().__init__(languages[0], (), [hear])
        self.head_keys = []

    def key_for(self, digit: str) -> Key | None:
        """The menu for staff can be opened here, too."""
        return OPENS if digit == OPENS.digit else super().key_for(digit)

    def foot(self) -> ComposeResult:
        """What reads this aloud."""
        yield KeyButton(self.foot_keys[0], classes="-foot -in-all")

    def words(self) -> ComposeResult:
        """That it is, why, and where to go: in every language."""
        for language in self._languages:
            with Vertical(classes=f"greeting out -{language.direction}"):
                yield said_in(language, CLOSED, TouchedThrice, "instruction")
                yield said_in(language, REASONS[self._why], Words, "expect")
                yield said_in(language, TO_DESK, Words, "expect")


class OrderScreen(StaffPage):
    """Where staff puts the kiosk out of order and in order again."""

    title_words = OUT_OF_ORDER

    def __init__(self, language: Language, other: Language | None, now: OutOfOrder | None) -> None:
        """`now`: why it is out of order; None: it is not."""
        self._now = now
        say = language.say
        if now is None:
            keys = [
                Key(digit, say(REASONS[why]), PutOutOfOrder(why))
                for digit, why in zip(ANSWER_DIGITS, REASONS, strict=False)
            ]
        else:
            keys = [Key("1", say(YES), PutOutOfOrder(None))]
        super().__init__(language, other, keys)

    def words(self) -> ComposeResult:
        """Why it is to be, or whether it is not any more."""
        say = self.language.say
        if self._now is None:
            yield Words(say(WHY), classes="instruction")
            yield Words(say(ENDS), classes="expect")
        else:
            yield Words(say(SURE), classes="instruction")
            yield Words(say(REASONS[self._now]), classes="expect")
        yield from self.answers()
