"""What a self-test found: one list of results, from which every report is written."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from hardware.errors import Reason

SCHEMA: Literal["kiosk.selftest/1"] = "kiosk.selftest/1"
"""What a report in JSON is; docs/schema has it."""


class State(StrEnum):
    """How one check ended."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"
    """Not done, for the reason in the message."""
    ERROR = "error"
    """The check itself crashed or hung: nothing is known."""


class Verdict(StrEnum):
    """How a whole run ended."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


EXIT_CODES = {Verdict.PASS: 0, Verdict.WARN: 1, Verdict.FAIL: 2, Verdict.UNKNOWN: 3}


class Trigger(StrEnum):
    """Who wanted the run."""

    SHELL = "shell"
    """A person at a command line."""
    TIMER = "timer"
    """The timer of the machine."""
    VISITS = "visits"
    """The kiosk itself, between two visits."""
    STAFF = "staff"
    """The clerk, at the staff screen: the visit in progress is theirs."""


class Phase(StrEnum):
    """What a check is about; they are done in this order."""

    ENVIRONMENT = "environment"
    ENUMERATION = "enumeration"
    OPEN = "open"
    FUNCTION = "function"
    END_TO_END = "end-to-end"
    CONTENT = "content"


Figures = dict[Annotated[str, msgspec.Meta(pattern="^[a-z_]+$")], float]
"""What was measured, by names with the unit at the end: `round_trip_ms`."""


class Result(msgspec.Struct, frozen=True):
    """One check: what was checked, how it ended, one line on why, and how long it took (s)."""

    id: str
    phase: Phase
    device: str | None
    """The role of the device that it is about."""
    state: State
    message: str
    seconds: float = 0.0
    data: Figures = {}
    reason: Reason | None = None
    """Why the device cannot be used, where that is known."""
    stale: bool = False
    """Skipped because the device was in use, and its last pass is too long ago to count."""


class Run(msgspec.Struct, frozen=True):
    """One run of the self-test."""

    schema: Literal["kiosk.selftest/1"]
    run: str
    """A name of this run alone (UUID)."""
    kiosk: str
    """Which kiosk: the name in its settings, or of its machine."""
    app: str
    """The version of this program."""
    started: Annotated[datetime, msgspec.Meta(tz=True)]
    seconds: float
    trigger: Trigger
    verdict: Verdict
    counts: dict[State, int]
    """How many checks ended in each state."""
    checks: tuple[Result, ...]

    def age(self) -> timedelta:
        """How long ago it was begun; less than nothing where the clock was set back since."""
        return datetime.now(UTC) - self.started


def verdict(results: tuple[Result, ...]) -> Verdict:
    """The worst of the results; unknown where a check crashed or none was really done."""
    states = {result.state for result in results}
    if State.FAIL in states:
        return Verdict.FAIL
    if State.ERROR in states or not states - {State.SKIP}:
        return Verdict.UNKNOWN
    if any(result.stale for result in results):
        return Verdict.UNKNOWN
    return Verdict.WARN if State.WARN in states else Verdict.PASS


def counted(results: tuple[Result, ...]) -> dict[State, int]:
    """How many results there are in each state."""
    return {state: sum(result.state is state for result in results) for state in State}
