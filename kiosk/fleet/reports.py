"""What a kiosk tells on the broker: enums, numbers and times, and no word of a person.

The only strings are names from our own content and files, each held to a pattern. Times are whole
seconds since 1970 (UTC). What a reader does not know of a report is ignored.
"""

from enum import StrEnum
from typing import Annotated, Literal, TypeVar

import msgspec

from hardware.errors import Reason
from hardware.verdicts import (
    ChipVerdict,
    CodeVerdict,
    DeviceState,
    FaceHint,
    HealingStep,
    Rehearsal,
    Role,
)
from kiosk.fleet.helping import Call as Call
from kiosk.fleet.topics import Name
from kiosk.selftest.results import State as CheckState
from kiosk.selftest.results import Verdict
from kiosk.situations.model import Phase, SituationId
from kiosk.visit import Kind

LARGEST = 16_384
"""Bytes of a report or command at most; the broker is told the same."""

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}\Z")]
"""A name out of our content: of a step, a question, a route or a check."""
Sid = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{24}\Z")]
"""A visit: 96 random bits, made when it begins and forgotten when it ends."""
Boot = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
"""One life of a kiosk's app or of a console: 64 random bits."""
CallId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
EventId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}-[0-9]{1,12}\Z")]
"""Of an event: the boot in which it happened and its number; a second one of it is a copy."""
Time = Annotated[int, msgspec.Meta(ge=0, le=2**40)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}\Z")]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Doing(StrEnum):
    """What a kiosk is doing."""

    STARTING = "starting"
    IDLE = "idle"
    """Nobody is at it."""
    VISIT = "in-session"
    OUT_OF_ORDER = "out-of-order"
    """Staff has put it out of order."""
    LOST = "lost"
    """The broker has lost it: its last will, or it left."""


class Why(StrEnum):
    """Why help is called for."""

    CITIZEN = "citizen"
    """Somebody pressed the key."""
    TOO_MANY_TRIES = "too-many-tries"
    DEVICE = "device"
    IDLE = "idle"


class OutOfOrder(StrEnum):
    """Why staff has put a kiosk out of order."""

    BROKEN = "broken"
    CLEANING = "cleaning"
    MAINTENANCE = "maintenance"
    CLOSED = "closed"


class Report(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What all reports share: the version of their form."""

    v: Literal[1] = 1


class KioskState(Report, frozen=True, kw_only=True):
    """What the kiosk is doing; told again every minute, as `at` gives its age."""

    state: Doing
    boot: Boot
    """Of this life: a last will of another one is old."""
    seq: Count = 0
    """Counts within a boot."""
    at: Time = 0
    since: Time = 0
    """When it began to do this."""
    app: Version | None = None
    help: Call = Call.NONE
    by: Name | None = None
    """The operator who has taken the call."""
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}\Z")] | None = None
    reason: OutOfOrder | None = None
    devices: dict[Role, DeviceState] = {}
    """Of those that it is supposed to have; as last seen."""


class StepReport(Report, frozen=True, kw_only=True):
    """Where the visit stands."""

    sid: Sid
    kind: Kind
    """The kind of screen."""
    since: Time
    """Since when this step is on the screen, or was last."""
    situation: SituationId | None = None
    step: Id | None = None
    """The step, or the question or route that is on the screen where there is no step yet."""
    n: Count | None = None
    of: Count | None = None
    """Number of the step, and of how many; None for an extra step."""
    phase: Phase | None = None
    tries: Count = 0
    """How often this step did not work."""
    code: CodeVerdict | None = None
    chip: ChipVerdict | None = None
    hint: FaceHint | None = None
    """What the rehearsals have shown."""


class Help(Report, frozen=True, kw_only=True):
    """A call for help."""

    id: CallId
    sid: Sid
    reason: Why
    since: Time
    step: Id | None = None


class SelfTestReport(Report, frozen=True, kw_only=True):
    """The last self-test."""

    at: Time
    verdict: Verdict
    checks: dict[Id, CheckState] = {}
    reasons: dict[Role, Reason] = {}
    """Why a device cannot be used, where that is known."""


class AuditHead(Report, frozen=True, kw_only=True):
    """How long the audit's chain is and what it ends in, so that nobody can cut it unseen."""

    rows: Count
    head: Hash


class Happened(StrEnum):
    """What an event is about."""

    VISIT_BEGUN = "visit-begun"
    SITUATION = "situation"
    """The situation was chosen."""
    STEP = "step"
    """The person went on from a step, after `ms`."""
    DID_NOT_WORK = "did-not-work"
    REHEARSED = "rehearsed"
    HELP_CALLED = "help-called"
    HELP_TAKEN = "help-taken"
    """After `ms` of waiting."""
    HELP_ENDED = "help-ended"
    VISIT_ENDED = "visit-ended"
    """After `ms`, for `ending`."""
    HEALED = "healed"
    STAFF_MENU = "staff-menu"
    """Somebody opened it with the PIN."""
    OUT_OF_ORDER = "out-of-order"
    IN_SERVICE = "in-service"


class Ending(StrEnum):
    """How a visit ended."""

    FINISHED = "finished"
    """At the end of a situation."""
    ROUTE = "route"
    """With the advice to go another way, the desk for example."""
    LEFT = "left"
    """The person began anew or went back out."""
    IDLE = "idle"
    """Nobody was there any more."""
    STAFF = "staff"
    """Staff ended it, at the kiosk or from the desk."""


class Event(Report, frozen=True, kw_only=True):
    """One thing that happened, for statistics; none says which visit it belongs to."""

    id: EventId
    type: Happened
    at: Time
    """To the minute."""
    situation: SituationId | None = None
    step: Id | None = None
    ms: Count | None = None
    ending: Ending | None = None
    rehearsal: Rehearsal | None = None
    code: CodeVerdict | None = None
    chip: ChipVerdict | None = None
    hint: FaceHint | None = None
    role: Role | None = None
    healing: HealingStep | None = None
    hist: bool = False
    """Whether it was told later, because the broker had been away."""


class Result(StrEnum):
    """What became of a command."""

    DONE = "done"
    REJECTED = "rejected"


class Refusal(StrEnum):
    """Why a command is not obeyed, in the order in which it is looked at."""

    OVERSIZED = "oversized"
    MALFORMED = "malformed"
    ADDRESS = "address"
    """It is for another kiosk."""
    UNKNOWN_OPERATOR = "unknown-operator"
    SIGNATURE = "signature"
    EXPIRED = "expired"
    FUTURE = "future"
    REPLAY = "replay"
    RANK = "rank"
    """This operator may not do that, or not here."""
    SESSION = "session"
    """It is for another visit."""
    TAKEN = "taken"
    """A colleague has taken the call."""
    UNKNOWN = "unknown"
    """There is no such step, phrase, language or colleague, or nothing to do it to."""
    BUSY = "busy"
    """Too many commands, or a self-test while a citizen is there."""


class Ack(Report, frozen=True, kw_only=True):
    """The kiosk's answer to a command."""

    n: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    """The command's nonce."""
    result: Result
    why: Refusal | None = None
    step: Id | None = None
    """Where the visit stands after it."""


class Presence(Report, frozen=True, kw_only=True):
    """A console tells the kiosks of its centre that somebody is there."""

    online: bool
    boot: Boot


R = TypeVar("R", bound=Report)


class BadReportError(ValueError):
    """A payload that is no such report."""


def encode(report: Report) -> bytes:
    """A report as it goes out: JSON in UTF-8."""
    return msgspec.json.encode(report)


def decode(payload: bytes, kind: type[R]) -> R:
    """A report from outside; `BadReportError` where it is none, or too large."""
    if len(payload) > LARGEST:
        raise BadReportError("too large")
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadReportError("not a report of this kind") from error
