"""What can be pressed: every key has a digit, a place on the screen for a finger, and an event."""

from dataclasses import dataclass

from hardware.messages import Scan
from kiosk.access import Hear, Wish
from kiosk.language import Language, mark
from kiosk.speech.utterance import Utterance
from kiosk.visit import Back, CallStaff, Event, Speak, StartOver


@dataclass(frozen=True)
class Begin:
    """Somebody begins a visit in this language."""

    language: str


@dataclass(frozen=True)
class NextLink:
    """The person wants to see the next QR code of this screen."""


@dataclass(frozen=True)
class OpenAccess:
    """The person wants to choose how to hear and see the kiosk."""


@dataclass(frozen=True)
class Key:
    """One thing to press; its digit stands in front of its words."""

    digit: str
    words: str
    event: Event | Begin | NextLink | OpenAccess | Scan | Wish
    primary: bool = False
    spoken: tuple[Utterance, ...] = ()
    """What is spoken in place of its words: the first in the screen's language."""


ACCESS_DIGIT = "5"
"""The one with the dot, which a finger finds on every keypad (EN 301 549, 8.4.1)."""
LANGUAGE_DIGIT = "8"
START_OVER_DIGIT = "9"
HEAR_DIGIT = "*"

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
        named = (Utterance("", language.code), Utterance(other.name, other.code))
        keys.append(Key(LANGUAGE_DIGIT, other.name, Speak(other.code), spoken=named))
    if start_over:
        keys.append(Key(START_OVER_DIGIT, language.say(START_OVER), StartOver()))
    return keys


def always(language: Language) -> list[Key]:
    """The keys that stand in the same place on every screen of a visit."""
    return [
        Key("0", language.say(BACK), Back()),
        Key(HEAR_DIGIT, language.say(HEAR), Hear()),
        Key("#", language.say(STAFF), CallStaff()),
    ]
