"""What can be pressed: every key has a digit, a place on the screen for a finger, and an event."""

from dataclasses import dataclass

from hardware.messages import Scan
from kiosk.language import Language, mark
from kiosk.visit import Back, CallStaff, Event, StartOver


@dataclass(frozen=True)
class Begin:
    """Somebody begins a visit in this language."""

    language: str


@dataclass(frozen=True)
class NextLink:
    """The person wants to see the next QR code of this screen."""


@dataclass(frozen=True)
class Key:
    """One thing to press; its digit stands in front of its words."""

    digit: str
    words: str
    event: Event | Begin | NextLink | Scan
    primary: bool = False


LANGUAGE_DIGIT = "8"

DONE = mark("Done")
DID_NOT_WORK = mark("It did not work")
BACK = mark("Back")
START_OVER = mark("Start over")
STAFF = mark("Call staff")


def always(language: Language) -> list[Key]:
    """The keys that stand in the same place on every screen of a visit."""
    return [
        Key("0", language.say(BACK), Back()),
        Key("9", language.say(START_OVER), StartOver()),
        Key("#", language.say(STAFF), CallStaff()),
    ]
