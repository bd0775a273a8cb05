"""What staff can press: where to look in the menu, and what to do from there."""

from dataclasses import dataclass
from enum import Enum, auto

from hardware.verdicts import Role
from kiosk.fleet.reports import OutOfOrder
from kiosk.situations.model import SituationId


class Page(Enum):
    """The pages of the menu."""

    NO_PIN = auto()
    """This kiosk has no PIN: the menu stays closed."""
    PIN = auto()
    MENU = auto()
    DEVICES = auto()
    SITUATIONS = auto()
    """Of which situation a step is to be shown."""
    STEPS = auto()
    OVERVIEW = auto()
    """All steps, for somebody who helps."""
    TRIED = auto()
    """Why the rehearsals failed."""
    DESK = auto()
    """What the person needs at the desk when the scan does not work."""
    ORDER = auto()
    """Out of order, or in order again."""
    END = auto()
    """Really end the visit?"""


@dataclass(frozen=True)
class Where:
    """One screen of the menu."""

    page: Page
    number: int | None = None
    """Which part of a list, from 0; None: the one that matters now."""
    situation: SituationId | None = None


@dataclass(frozen=True)
class OpenMenu:
    """Staff wants the menu."""


@dataclass(frozen=True)
class Digit:
    """One digit of the PIN."""

    digit: str


@dataclass(frozen=True)
class Erase:
    """The last digit was wrong; where there is none, nobody wants to type a PIN."""


@dataclass(frozen=True)
class Enter:
    """The PIN is whole."""


@dataclass(frozen=True)
class Look:
    """Staff wants another screen of the menu."""

    where: Where


@dataclass(frozen=True)
class Leave:
    """Back to the menu, and from there to what the public sees."""


@dataclass(frozen=True)
class Restart:
    """A device is to be started anew."""

    role: Role


@dataclass(frozen=True)
class GoToStep:
    """The visit is to go on at this step."""

    situation: SituationId
    step: str


@dataclass(frozen=True)
class PutOutOfOrder:
    """The kiosk is out of order from now on; None: it is in order again."""

    why: OutOfOrder | None


@dataclass(frozen=True)
class EndNow:
    """The visit is to be ended and erased."""


StaffWish = (
    OpenMenu | Digit | Erase | Enter | Look | Leave | Restart | GoToStep | PutOutOfOrder | EndNow
)  # fmt: skip
