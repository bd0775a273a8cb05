"""What a self-test found: one list of results, from which every report is written."""

from datetime import datetime
from enum import StrEnum

import msgspec


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


class Result(msgspec.Struct, frozen=True):
    """One check: what was checked, how it ended, one line on why, and how long it took."""

    id: str
    state: State
    message: str
    ms: int = 0


class Run(msgspec.Struct, frozen=True):
    """One run of the self-test."""

    schema: str
    started: datetime
    verdict: Verdict
    checks: tuple[Result, ...]


def verdict(results: tuple[Result, ...]) -> Verdict:
    """The worst of the results; unknown where a check crashed or none was really done."""
    states = {result.state for result in results}
    if State.FAIL in states:
        return Verdict.FAIL
    if State.ERROR in states or not states - {State.SKIP}:
        return Verdict.UNKNOWN
    return Verdict.WARN if State.WARN in states else Verdict.PASS
