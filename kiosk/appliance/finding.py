"""What was found of a machine, and what to do about it."""

from collections.abc import Callable, Iterable

import msgspec

from kiosk.appliance.machine import Machine
from kiosk.selftest.results import State


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    id: str
    state: State
    message: str
    remedy: str = ""
    """One line of what to do; empty where there is nothing to do."""


Look = Callable[[Machine], Iterable[Finding]]
"""What looks at a machine and says what it found."""


def judged(
    name: str, lacking: Iterable[str], good: str, remedy: str, state: State = State.FAIL
) -> Finding:
    """Pass where nothing is lacking, else `state` with what is."""
    told = "; ".join(lacking)
    if told:
        return Finding(name, state, told, remedy)
    return Finding(name, State.PASS, good)


EXIT_CODES = {State.PASS: 0, State.SKIP: 0, State.WARN: 1, State.FAIL: 2, State.ERROR: 2}


def verdict(findings: Iterable[Finding]) -> State:
    """The worst of them: pass, warn or fail."""
    codes = [EXIT_CODES[finding.state] for finding in findings]
    return (State.PASS, State.WARN, State.FAIL)[max(codes, default=0)]
