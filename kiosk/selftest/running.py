"""Runs checks, each in a process of its own, and makes one list of results of them."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from uuid import uuid4

import msgspec

from hardware.errors import Reason
from hardware.host_folder import IN_MEMORY
from kiosk.selftest.busy import VISIT, going_on
from kiosk.selftest.check import Check, Given, Outcome, Phase, State
from kiosk.selftest.results import SCHEMA, Result, Run, Trigger, counted, verdict
from kiosk.text import plain

GOOD_FOR = timedelta(hours=24)
"""So long a pass counts for a device that could not be tested since, because it was in use."""
CLOCK_MAY_DIFFER = timedelta(minutes=5)
"""A result from further in the future says that the clock was set: it proves nothing."""
BUSY = "busy: a citizen is at the kiosk"
_LONGEST_ANSWER = 1 << 16
_LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class Plan:
    """What is to be run, and for whom."""

    checks: Sequence[Check]
    given: Given
    kiosk: str
    """Which kiosk it is."""
    trigger: Trigger = Trigger.SHELL
    passed: Mapping[str, datetime] | None = None
    """When checks have last passed, by id."""


def run(
    plan: Plan,
    begun: Callable[[Check], None] = lambda check: None,
    ended: Callable[[Result], None] = lambda result: None,
) -> Run:
    """Does all checks of the plan, one after the other; never raises for what they do.

    `begun` is told of each check before it runs, `ended` of each result.
    """
    started, since = datetime.now(UTC), time.monotonic()
    results: list[Result] = []
    for check in plan.checks:
        begun(check)
        results.append(_result(check, plan, results))
        ended(results[-1])
    done = tuple(results)
    return Run(
        SCHEMA,
        str(uuid4()),
        plan.kiosk,
        version("reactivation-kiosk"),
        started,
        round(time.monotonic() - since, 3),
        plan.trigger,
        verdict(done),
        counted(done),
        done,
    )


def _result(check: Check, plan: Plan, before: Sequence[Result]) -> Result:
    started = time.monotonic()
    outcome = _not_to_be_done(check, plan, before) or outcome_of(check, plan.given)
    message, stale = _line(outcome.message), False
    if said := _said_before(check, outcome.state, message, before):
        outcome, message = Outcome(State.SKIP, said), said
    if outcome.state is State.SKIP and outcome.reason is Reason.BUSY:
        age = _age(check, plan)
        stale = age is None or age > GOOD_FOR
        message += "; " + _last_pass(age)
    return Result(
        check.id,
        check.phase,
        check.role.value if check.role else None,
        outcome.state,
        message,
        round(time.monotonic() - started, 3),
        outcome.data,
        outcome.reason,
        stale,
    )


def _not_to_be_done(check: Check, plan: Plan, before: Sequence[Result]) -> Outcome | None:
    """Why there is nothing to run; None where there is."""
    if check.on_site and plan.given.simulated:
        why = "a simulated machine stands nowhere: this is about a kiosk in its place"
        return Outcome(State.SKIP, why)
    if check.role and check.role not in {device.role for device in plan.given.devices}:
        who = "the simulated machine has" if plan.given.simulated else "the settings name"
        why = f"{who} no {check.role.value}: this kiosk has none on purpose"
        return Outcome(State.SKIP, why)
    failed = {
        result.phase
        for result in before
        if check.role and result.device == check.role.value and result.state is State.FAIL
    }
    if failed:
        return Outcome(
            State.SKIP, "not plugged in" if Phase.ENUMERATION in failed else "does not open"
        )
    if plan.given.simulated or plan.trigger is Trigger.STAFF or not going_on(VISIT):
        return None
    if check.role:
        return Outcome(State.SKIP, BUSY, reason=Reason.BUSY)
    if check.phase is Phase.END_TO_END:
        # The rehearsals need no device of the kiosk, but they take its processor from the visit.
        return Outcome(State.SKIP, BUSY)
    return None


def _said_before(check: Check, state: State, message: str, before: Sequence[Result]) -> str | None:
    """Which check has said the same: settings that cannot be read fail one check, not five."""
    if check.role is None and state is State.FAIL:
        for result in before:
            if result.state is State.FAIL and result.message == message:
                return f"cannot be done: see {result.id}"
    return None


def _age(check: Check, plan: Plan) -> timedelta | None:
    """How long ago the check has last passed; None where it never has."""
    passed = (plan.passed or {}).get(check.id)
    if passed is None:
        return None
    age = datetime.now(UTC) - passed
    return age if age >= -CLOCK_MAY_DIFFER else None


def _last_pass(age: timedelta | None) -> str:
    if age is None:
        return "when it last passed is not known"
    return f"it last passed {max(0, round(age / timedelta(hours=1)))} h ago"


def outcome_of(check: Check, given: Given) -> Outcome:
    """Runs one check in a process of its own, which is killed with its children at its deadline."""
    try:
        own = _own_folder()
    except OSError as error:
        return Outcome(State.ERROR, f"no folder for temporary files can be made: {error.strerror}")
    with own as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.selftest.checking", check.id],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What a person is to do stands there; else only libraries talk there.
            stderr=None if given.interactive else subprocess.DEVNULL,
            env=os.environ | {"TMPDIR": folder},
            start_new_session=True,
        )
        try:
            answer, _ = process.communicate(msgspec.json.encode(given), timeout=check.timeout)
        except subprocess.TimeoutExpired:
            return Outcome(State.ERROR, f"the check hung: killed after {check.timeout:g} s")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode < 0:
        name = signal.Signals(-process.returncode).name
        return Outcome(State.ERROR, f"the check was ended by {name}")
    if process.returncode > 0:
        return Outcome(State.ERROR, f"the check ended with exit code {process.returncode}")
    return answered(answer)


def _own_folder() -> "tempfile.TemporaryDirectory[str]":
    """For what a check writes: one that is killed cannot tidy up. In memory if the disk is full."""
    try:
        return tempfile.TemporaryDirectory(prefix="kiosk-", ignore_cleanup_errors=True)
    except OSError:
        return tempfile.TemporaryDirectory(
            prefix="kiosk-", dir=IN_MEMORY, ignore_cleanup_errors=True
        )


def answered(answer: bytes) -> Outcome:
    """What a check's process has answered; an error where that is no outcome."""
    try:
        if len(answer) > _LONGEST_ANSWER:
            raise msgspec.ValidationError
        return msgspec.json.decode(answer, type=Outcome)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Outcome(State.ERROR, "the check did not answer as it should")


def _line(text: str) -> str:
    """A message as it may stand in any report: one line, printable, not endless."""
    return plain(" ".join(text.split()))[:_LONGEST_MESSAGE]
