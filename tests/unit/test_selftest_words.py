"""What a clerk is told of a self-test: a finding for each device, and one thing to do about it."""

from datetime import UTC, datetime, timedelta

import pytest

from hardware.errors import Reason
from hardware.verdicts import Role
from kiosk.language import Language, load_labels
from kiosk.places import Folders
from kiosk.selftest import words
from kiosk.selftest.results import (
    SCHEMA,
    Phase,
    Result,
    Run,
    State,
    Trigger,
    Verdict,
)
from kiosk.selftest.words import Finding, finding, last_test, remedy, trouble, when

PASS, WARN, FAIL, SKIP, ERROR = State
OF_A_DEVICE = (Phase.ENUMERATION, Phase.OPEN, Phase.FUNCTION)
FOLDERS = Folders()
ENGLISH = Language("en", FOLDERS, load_labels(FOLDERS))
CAN_BE_USED = {Finding.WORKS, Finding.NONE}


def of_device(role: Role, *states: State, reason: Reason | None = None) -> list[Result]:
    """The results of the checks of one device, in their order."""
    return [
        Result(f"device.{role}.{phase}", phase, role.value, state, "", reason=reason)
        for phase, state in zip(OF_A_DEVICE, states, strict=False)
    ]


def of_rest(state: State) -> Result:
    """The result of a check that is about no device."""
    return Result("disk", Phase.ENVIRONMENT, None, state, "")


def run_of(results: list[Result], ago: timedelta) -> Run:
    """A run that was begun so long ago."""
    started = datetime.now(UTC) - ago
    return Run(
        SCHEMA, "", "", "", started, 1, Trigger.TIMER, Verdict.PASS, {}, tuple(results)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ((PASS, PASS, PASS), Finding.WORKS),
        ((SKIP, PASS, PASS), Finding.WORKS),
        ((PASS, PASS, SKIP), Finding.ANSWERS),
        ((FAIL, SKIP, SKIP), Finding.ABSENT),
        ((PASS, FAIL, SKIP), Finding.MUTE),
        ((PASS, PASS, FAIL), Finding.BROKEN),
        ((PASS, WARN, PASS), Finding.INCOMPLETE),
        ((PASS, PASS, WARN), Finding.WEAK),
        ((PASS, WARN, WARN), Finding.INCOMPLETE),
        ((PASS, WARN, FAIL), Finding.BROKEN),
        ((PASS, PASS, ERROR), Finding.UNTESTED),
        ((ERROR, PASS, PASS), Finding.UNTESTED),
        ((SKIP, SKIP, SKIP), Finding.NONE),
        ((), Finding.NONE),
    ],
)
def test_what_the_checks_of_a_device_come_to(states: tuple[State, ...], found: Finding) -> None:
    other = of_device(Role.CAMERA, FAIL, SKIP, SKIP)
    assert finding([*of_device(Role.READER, *states), *other], Role.READER) is found


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        (Reason.ABSENT, Finding.ABSENT),
        (Reason.LOST, Finding.ABSENT),
        (Reason.COVER_OPEN, Finding.BROKEN),
        (Reason.DENIED, Finding.SET_UP),
        (Reason.HELD_BY_KERNEL, Finding.SET_UP),
        (Reason.MALFORMED, Finding.MUTE),
        (None, Finding.MUTE),
    ],
)
def test_a_reason_says_more_than_the_check_that_failed(
    reason: Reason | None, found: Finding
) -> None:
    results = of_device(Role.SCANNER, PASS, FAIL, SKIP, reason=reason)
    assert finding(results, Role.SCANNER) is found


def test_a_device_that_somebody_uses_is_busy() -> None:
    results = of_device(Role.CAMERA, SKIP, SKIP, SKIP, reason=Reason.BUSY)
    assert finding(results, Role.CAMERA) is Finding.BUSY


def test_a_device_is_being_tested_until_all_is_known_or_something_is_wrong() -> None:
    for states, found in (
        ((), Finding.TESTING),
        ((PASS,), Finding.TESTING),
        ((PASS, WARN), Finding.TESTING),
        ((FAIL,), Finding.ABSENT),
        ((PASS, FAIL), Finding.MUTE),
        ((PASS, PASS, PASS), Finding.WORKS),
    ):
        results = of_device(Role.READER, *states)
        assert finding(results, Role.READER, ended=False) is found


def test_for_every_finding_that_is_not_well_there_is_one_thing_to_do() -> None:
    for role in Role:
        for found in set(Finding) - CAN_BE_USED - {Finding.TESTING, Finding.ANSWERS}:
            said = remedy(role, found, ENGLISH)
            assert said.endswith("."), (role, found)
        for found in CAN_BE_USED:
            assert remedy(role, found, ENGLISH) == ""
    assert set(words.STATES) == set(Finding)
    assert set(words.DEVICES) == set(Role)


def test_what_only_a_technician_can_change_is_not_blamed_on_a_plug() -> None:
    cannot_be_told = {Reason.BUSY, Reason.CRASHED, Reason.MALFORMED, Reason.MODELS_MISSING}
    assert set(words._OF_REASON) == set(Reason) - cannot_be_told


def test_only_what_is_not_well_is_told() -> None:
    well = [*of_device(Role.SCANNER, PASS, PASS, SKIP), *of_device(Role.CAMERA, PASS, PASS, WARN)]
    assert trouble([*well, of_rest(WARN)], ENGLISH) == []
    results = [*well, *of_device(Role.READER, FAIL, SKIP, SKIP), of_rest(ERROR)]
    assert trouble(results, ENGLISH) == ["Chip reader: not plugged in.", words.REST]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-1000, "just now"),
        (0, "just now"),
        (299, "just now"),
        (300, "5 minutes ago"),
        (3599, "55 minutes ago"),
        (7199, "115 minutes ago"),
        (7200, "2 hours ago"),
        (48 * 3600 - 1, "47 hours ago"),
        (48 * 3600, "2 days ago"),
        (40 * 24 * 3600, "40 days ago"),
    ],
)
def test_how_long_ago_it_was(seconds: float, said: str) -> None:
    assert when(seconds, ENGLISH) == said


def test_the_last_test_in_one_line() -> None:
    assert last_test(None, ENGLISH) == "This kiosk has not been tested yet."
    well = of_device(Role.READER, PASS, PASS, PASS)
    said = last_test(run_of(well, timedelta(hours=2, minutes=30)), ENGLISH)
    assert said == "Last test of this kiosk: 2 hours ago. Everything works."
    absent = of_device(Role.READER, FAIL, SKIP, SKIP)
    said = last_test(run_of(absent, timedelta()), ENGLISH)
    assert said == "Last test of this kiosk: just now. Chip reader: not plugged in."
