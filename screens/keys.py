"""What can be pressed: every key has a digit, a place on the screen for a finger, and an event."""

from dataclasses import dataclass

from hardware.messages import Scan
from kiosk.access import Hear, Wish
from kiosk.language import Language, mark
from kiosk.speech.utterance import Utterance, spoken
from kiosk.visit import Back, CallStaff, Event, Speak, StartOver
from screens.staff_menu.wishes import StaffWish


@dataclass(frozen=True)
class Begin:
    """Somebody begins a visit in this language."""

    language: str


@dataclass(frozen=True)
class NextLink:
    """The person wants to see the next QR code of this screen."""


@dataclass(frozen=True)
class TestAgain:
    """The clerk wants the self-test done once more."""

    __test__ = False  # no test of pytest's


@dataclass(frozen=True)
class OpenAccess:
    """The person wants to choose how to hear and see the kiosk."""


@dataclass(frozen=True)
class CancelCall:
    """The person does not need help any more."""


@dataclass(frozen=True)
class PhraseRead:
    """The person has read what the clerk says."""


@dataclass(frozen=True)
class Key:
    """One thing to press; its digit stands in front of its words."""

    digit: str
    words: str
    event: (
        Event | Begin | CancelCall | NextLink | OpenAccess | PhraseRead | Scan | StaffWish
        | TestAgain | Wish
    )  # fmt: skip
    primary: bool = False
    spoken: tuple[Utterance, ...] = ()
    """What is spoken of it where that is more than its digit and words in the screen's language."""

    def utterances(self, language: Language) -> tuple[Utterance, ...]:
        """What to press and what it does, on a screen of this language."""
        return self.spoken or (pressing(language, self.digit, self.words),)


def pressing(language: Language, digit: str, words: str) -> Utterance:
    """'Press 1: Done', to be spoken in this language."""
    key = language.say(KEY_NAMES[digit]) if digit in KEY_NAMES else digit
    return Utterance(spoken(language.say(PRESS, key=key, words=words)), language.code)


ACCESS_DIGIT = "5"
"""The one with the dot, which a finger finds on every keypad (EN 301 549, 8.4.1)."""
LANGUAGE_DIGIT = "8"
START_OVER_DIGIT = "9"
HEAR_DIGIT = "*"

ANSWER_DIGITS = "123467"
"""Those of answers, in order: the others mean the same everywhere."""

PRESS = mark("Press {key}: {words}")
KEY_NAMES = {"*": mark("the star key"), "#": mark("the hash key")}
"""How the keys that are no digits are called."""

DONE = mark("Done")
DID_NOT_WORK = mark("It did not work")
BACK = mark("Back")
START_OVER = mark("Start over")
HEAR = mark("Hear this")
STAFF = mark("Call staff")
ACCESS = mark("Sound and text")


def head_keys(language: Language, other: Language | None, start_over: bool) -> list[Key]:
    """The keys at the head of every screen; `other`: the language to which one changes."""
    keys = [Key(ACCESS_DIGIT, language.say(ACCESS), OpenAccess())]
    if other is not None:
        named = (pressing(language, LANGUAGE_DIGIT, ""), Utterance(other.name, other.code))
        keys.append(Key(LANGUAGE_DIGIT, other.name, Speak(other.code), spoken=named))
    if start_over:
        keys.append(Key(START_OVER_DIGIT, language.say(START_OVER), StartOver()))
    return keys


def always(language: Language) -> list[Key]:
    """The keys that stand in the same place on every screen of a visit."""
    return [
        Key("0", language.say(BACK), Back()),
        *hear_and_staff(language),
    ]


def hear_and_staff(language: Language) -> list[Key]:
    """The keys that stand on every screen, a visit or not."""
    return [
        Key(HEAR_DIGIT, language.say(HEAR), Hear()),
        Key("#", language.say(STAFF), CallStaff()),
    ]
