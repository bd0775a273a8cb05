"""Each check in a process of its own: however it ends, it is a result and leaves nothing."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hardware.resources import Resource
from hardware.verdicts import Role
from kiosk.selftest import busy
from kiosk.selftest.check import Check, Given, Outcome, Phase, State, installed
from kiosk.selftest.results import Result, Run, Trigger, Verdict
from kiosk.selftest.running import Plan, run
from tests import checks_plug_in
from tests.processes import alive, until

DEVICES = tuple(Resource(role, "no-driver", "nowhere") for role in Role)
HERE = Given(None, DEVICES, "/nowhere/trust")


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The checks of tests/checks_plug_in.py are installed; locks lie in a folder of their own."""
    monkeypatch.setenv("KIOSK_RUNTIME", str(tmp_path / "run"))
    checks_plug_in.install(tmp_path, monkeypatch)
    yield tmp_path
    sys.modules.pop("kiosk_plug", None)


def checks(*names: str) -> list[Check]:
    """The plug-in's checks of these names, in the order in which they are run."""
    found = [check for check in installed() if check.id.removeprefix("plug.") in names]
    assert len(found) == len(names)
    return found


def done(
    *names: str, given: Given = HERE, trigger: Trigger = Trigger.SHELL, **passed: datetime
) -> Run:
    """A run of these checks."""
    last = {name.replace("_", "."): when for name, when in passed.items()}
    return run(Plan(checks(*names), given, "hall", trigger, last))


def only(name: str, **more: object) -> Result:
    """The result of one check."""
    (result,) = done(name, **more).checks  # type: ignore[arg-type]
    return result


@pytest.mark.parametrize(
    ("name", "state", "message"),
    [
        ("passes", State.PASS, "fine"),
        ("fails", State.FAIL, "broken"),
        ("skips", State.SKIP, "not here"),
        ("raises", State.ERROR, "the check itself crashed: RuntimeError"),
        ("aborts", State.ERROR, "the check was ended by SIGABRT"),
        ("killed", State.ERROR, "the check was ended by SIGKILL"),
        ("leaves", State.ERROR, "the check ended with exit code 7"),
        ("garbage", State.ERROR, "the check did not answer as it should"),
        ("wrong_figure", State.ERROR, "the check did not answer as it should"),
        ("prints", State.PASS, "fine"),
        ("told", State.PASS, "/nowhere/trust"),
        ("nice", State.PASS, "10"),
    ],
)
def test_however_a_check_ends_it_is_a_result(
    plug_in: Path, name: str, state: State, message: str
) -> None:
    result = only(name)
    assert (result.state, result.message) == (state, message)
    assert (result.id, result.phase, result.device) == (f"plug.{name}", Phase.ENVIRONMENT, None)


def test_what_fails_for_the_same_reason_is_told_once(plug_in: Path) -> None:
    (fails,) = checks("fails")
    told = run(Plan([fails, replace(fails, phase=Phase.CONTENT)], HERE, "hall"))
    assert [result.state for result in told.checks] == [State.FAIL, State.SKIP]
    assert told.checks[1].message == "cannot be done: see plug.fails"
    assert told.verdict is Verdict.FAIL


def test_a_message_is_one_printable_line(plug_in: Path) -> None:
    assert only("warns").message == "soft | blurred and?[31m more"


def test_what_was_measured_stands_in_the_result(plug_in: Path) -> None:
    assert only("passes").data == {"round_trip_ms": 1.5}


def test_a_check_that_hangs_is_killed_with_its_children(plug_in: Path) -> None:
    result = only("hangs")
    assert (result.state, result.message) == (State.ERROR, "the check hung: killed after 1 s")
    assert result.seconds >= 1
    for pid in map(int, (plug_in / "pids").read_text().split()):
        until(lambda pid=pid: not alive(pid), f"{pid} is gone")  # type: ignore[misc]


def test_one_that_ends_badly_keeps_the_others_from_nothing(plug_in: Path) -> None:
    told = done("aborts", "passes", "garbage", "warns")
    states = {result.id.removeprefix("plug."): result.state for result in told.checks}
    assert states == {
        "passes": State.PASS, "warns": State.WARN, "aborts": State.ERROR, "garbage": State.ERROR,
    }  # fmt: skip
    assert told.verdict is Verdict.UNKNOWN
    assert told.counts == {
        State.PASS: 1, State.WARN: 1, State.FAIL: 0, State.SKIP: 0, State.ERROR: 2,
    }  # fmt: skip
    assert (told.kiosk, told.trigger, told.schema) == ("hall", Trigger.SHELL, "kiosk.selftest/1")


def test_who_watches_is_told_what_begins_and_what_was_found(plug_in: Path) -> None:
    told: list[str] = []
    run(
        Plan(checks("passes", "fails"), HERE, "hall"),
        begun=lambda check: told.append(f"begun {check.id}"),
        ended=lambda result: told.append(f"{result.state} {result.id}"),
    )
    assert told == ["begun plug.passes", "pass plug.passes", "begun plug.fails", "fail plug.fails"]


# --- what is not run, and why ---------------------------------------------------------------------


def test_a_device_that_is_absent_on_purpose_is_skipped(plug_in: Path) -> None:
    bare = Given(None, (), "")
    result = only("camera.present", given=bare)
    assert result.state is State.SKIP
    assert result.message == "the settings name no camera: this kiosk has none on purpose"
    assert only("camera.present").state is State.FAIL, "one that should be there is not skipped"
    played = only("camera.present", given=Given(None, (), "", simulated=True))
    assert played.message == "the simulated machine has no camera: this kiosk has none on purpose"


def test_what_is_not_plugged_in_fails_once(plug_in: Path) -> None:
    told = done("camera.present", "camera.opens", "reader.opens", "reader.works", "scanner.opens")
    assert [(result.id, result.state, result.message) for result in told.checks] == [
        ("plug.camera.present", State.FAIL, "broken"),
        ("plug.camera.opens", State.SKIP, "not plugged in"),
        ("plug.reader.opens", State.FAIL, "broken"),
        ("plug.scanner.opens", State.PASS, "fine"),
        ("plug.reader.works", State.SKIP, "does not open"),
    ]


def test_what_is_about_a_place_is_not_asked_of_a_simulated_machine(plug_in: Path) -> None:
    assert only("site").state is State.PASS
    assert only("site", given=Given(None, (), "", simulated=True)).state is State.SKIP


def test_nothing_run_is_unknown() -> None:
    assert run(Plan([], HERE, "hall")).verdict is Verdict.UNKNOWN


# --- a citizen is at the kiosk --------------------------------------------------------------------


@pytest.fixture
def visit(plug_in: Path) -> Iterator[None]:
    """Somebody is at the kiosk."""
    held = busy.begin(busy.VISIT)
    assert held is not None
    assert busy.begin(busy.VISIT) is None, "there is one visit at a time"
    yield
    busy.end(held)
    assert not busy.going_on(busy.VISIT)


@pytest.mark.usefixtures("visit")
def test_a_device_in_use_is_left_alone() -> None:
    result = only("scanner.opens")
    assert result.state is State.SKIP
    assert result.message.startswith("busy: a citizen is at the kiosk")
    assert only("long").state is State.SKIP, "the rehearsals would take the visit's processor"
    assert only("passes").state is State.PASS, "what needs no device goes on"


@pytest.mark.usefixtures("visit")
def test_the_clerk_tests_in_the_middle_of_a_visit() -> None:
    assert only("scanner.opens", trigger=Trigger.STAFF).state is State.PASS


@pytest.mark.usefixtures("visit")
def test_a_simulated_machine_is_nobodys() -> None:
    simulated = Given(None, DEVICES, "", simulated=True)
    assert only("scanner.opens", given=simulated).state is State.PASS
    assert only("long", given=simulated).state is State.PASS


@pytest.mark.usefixtures("visit")
@pytest.mark.parametrize(
    ("ago", "verdict", "message"),
    [
        (timedelta(hours=1), Verdict.PASS, "it last passed 1 h ago"),
        (timedelta(hours=23, minutes=59), Verdict.PASS, "it last passed 24 h ago"),
        (timedelta(hours=24, minutes=1), Verdict.UNKNOWN, "it last passed 24 h ago"),
        (timedelta(hours=-1), Verdict.UNKNOWN, "when it last passed is not known"),
        (None, Verdict.UNKNOWN, "when it last passed is not known"),
    ],
    ids=["an hour", "less than a day", "more than a day", "the future", "never"],
)
def test_a_pass_counts_for_a_day(ago: timedelta | None, verdict: Verdict, message: str) -> None:
    passed = {} if ago is None else {"plug_scanner_opens": datetime.now(UTC) - ago}
    told = done("passes", "scanner.opens", **passed)
    assert told.verdict is verdict
    (result,) = (result for result in told.checks if result.device)
    assert result.state is State.SKIP
    assert result.stale is (verdict is Verdict.UNKNOWN)
    assert result.message == f"busy: a citizen is at the kiosk; {message}"


def test_a_device_that_another_process_of_ours_holds_is_busy_too(plug_in: Path) -> None:
    old = datetime.now(UTC) - timedelta(days=2)
    result = only("scanner.busy", plug_scanner_busy=old)
    assert (result.state, result.stale) == (State.SKIP, True)
    assert result.message == "held by another process of the kiosk; it last passed 48 h ago"


# --- plug-ins -------------------------------------------------------------------------------------


def test_the_phases_are_in_order() -> None:
    order = list(Phase)
    phases = [order.index(check.phase) for check in installed()]
    assert phases == sorted(phases)
    ids = [check.id for check in installed()]
    assert len(ids) == len(set(ids))
    assert {"settings", "clock", "disk", "memory", "terminal", "models", "content"} <= set(ids)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError"),
        ("raise RuntimeError('secret')", "RuntimeError"),
        ("", "AttributeError"),
        ("CHECKS = 7", "TypeError"),
        (
            "from kiosk.selftest.content import CHECKS",
            "another check is called content",
        ),
    ],
)
def test_a_plug_in_that_cannot_be_loaded_is_an_error_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, why: str
) -> None:
    sys.modules.pop("kiosk_plug", None)
    checks_plug_in.install(tmp_path, monkeypatch, code)
    (broken,) = (check for check in installed() if check.id == "plug-in.plug")
    told = run(Plan([broken], HERE, "hall"))
    (result,) = told.checks
    assert result.state is State.ERROR
    assert result.message == f"the checks of this plug-in cannot be loaded: {why}"
    assert told.verdict is Verdict.UNKNOWN
    assert any(check.id == "content" for check in installed()), "the others are still there"
    sys.modules.pop("kiosk_plug", None)


def test_a_check_that_cannot_be_found_any_more_is_an_error() -> None:
    gone = Check("gone", Phase.CONTENT, lambda given: Outcome(State.PASS, "fine"))
    (result,) = run(Plan([gone], HERE, "hall")).checks
    assert (result.state, result.message) == (State.ERROR, "the check ended with exit code 1")
