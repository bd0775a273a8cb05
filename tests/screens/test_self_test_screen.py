"""The self-test on the screen: for the clerk, between visits, and not while somebody is there."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from textual.geometry import Region

from hardware.resources import Resource
from hardware.simulated import machine
from hardware.verdicts import Role
from kiosk.access import Theme
from kiosk.places import Folders, shipped
from kiosk.selftest import busy, last
from kiosk.selftest.results import SCHEMA, Result, Run, State, Trigger, Verdict
from kiosk.visit import Kind, Spot, Visit
from screens import app as app_module
from screens import self_test, self_testing
from screens.app import ReactivationApp
from screens.kit import Kit, load_kit
from screens.self_testing import SelfTesting, Stage
from screens.themes import name_of
from screens.widgets.key_button import KeyButton
from tests.machines import at_site
from tests.processes import LONG, alive, child
from tests.screens.audit import contrast_faults
from tests.screens.hearing import hearing_faults
from tests.screens.spots import all_visits
from tests.screens.test_layout import key_faults, show, text_of
from tests.screens.test_speech_on_screen import SPEAKING, Recorder
from tests.screens.test_visit_on_screen import Clock, press
from tests.unit.test_selftest_words import of_device, of_rest

PASS, WARN, FAIL, SKIP, ERROR = State
ALL_ROLES = [Resource(role, "none", "none") for role in Role]
STEP = Spot(Kind.STEP, "get-started")
HERE = Visit("en", Spot(Kind.SELF_TEST), (STEP, Spot(Kind.STAFF)), situation="app")
A_RUN = 120.0
"""Seconds for a whole self-test, on a busy machine too."""

WORST = [
    *of_device(Role.SCANNER, PASS, PASS, FAIL),
    *of_device(Role.READER, PASS, FAIL, SKIP),
    *of_device(Role.CAMERA, PASS, PASS, ERROR),
    of_rest(FAIL),
]
STANDS = {
    "running": (Stage.RUNS, of_device(Role.READER, FAIL)),
    "worst": (Stage.ENDED, WORST),
    "absent": (Stage.ENDED, [r for role in Role for r in of_device(role, FAIL, SKIP, SKIP)]),
    "weak": (Stage.ENDED, [r for role in Role for r in of_device(role, PASS, PASS, WARN)]),
    "answers": (Stage.ENDED, [r for role in Role for r in of_device(role, PASS, PASS, SKIP)]),
    "set up": (Stage.ENDED, [r for role in Role for r in of_device(role, PASS, WARN, PASS)]),
    "well": (Stage.ENDED, [r for role in Role for r in of_device(role, PASS, PASS, PASS)]),
    "other": (Stage.OTHER, []),
    "failed": (Stage.FAILED, []),
}


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was tested yet, and nobody is there."""
    for name in ("STATE_DIRECTORY", "KIOSK_RUNTIME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))


def keep(results: list[Result], ago: timedelta = timedelta(hours=23)) -> None:
    """As a timer has left it."""
    last.keep(run_of(results, ago), whole=True)


def run_of(results: list[Result], ago: timedelta) -> Run:
    started = datetime.now(UTC) - ago
    return Run(
        SCHEMA, "", "", "", started, 1, Trigger.TIMER, Verdict.PASS, {}, tuple(results)
    )  # fmt: skip


def kit_with(kit: Kit, **selftest: int) -> Kit:
    """On which keys may follow closely, and with these settings of the self-test."""
    settings = msgspec.structs.replace(
        kit.settings,
        input=msgspec.structs.replace(kit.settings.input, debounce_seconds=0),
        selftest=msgspec.structs.replace(kit.settings.selftest, **selftest),
    )
    return replace(kit, settings=settings)


async def until(condition: Callable[[], bool], what: str, timeout: float = LONG) -> None:
    """Waits for a condition while the app goes on."""
    try:
        async with asyncio.timeout(timeout):
            while not condition():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {timeout} s") from None


def stand(testing: SelfTesting, stage: Stage, results: list[Result]) -> None:
    """As if a run had come so far."""
    testing.stage, testing.results = stage, results


SMALL = (80, 24)
SIZES = [
    *(("en", size) for size in (SMALL, (100, 28), (120, 40))),
    ("da", SMALL),
    ("da", (120, 40)),
    ("de", SMALL),
    ("uk", SMALL),
]


@pytest.mark.grid
@pytest.mark.parametrize(("language", "size"), SIZES, ids=str)
async def test_all_fits_and_is_spoken_however_the_test_stands(
    language: str, size: tuple[int, int]
) -> None:
    """In every theme it can be read, too; the colours are the same in every language."""
    kit = load_kit(Folders(), first=language)
    app = ReactivationApp(kit, ALL_ROLES)
    faults: list[str] = []
    async with app.run_test(size=size) as pilot:
        for name, (stage, results) in STANDS.items():
            stand(app.self_testing, stage, results)
            screen = await show(pilot, msgspec.structs.replace(HERE, language=language))
            if hidden := screen.query_one("#words").max_scroll_y:
                faults.append(f"{name}: {hidden} rows do not fit")
            faults += [f"{name}: {it}" for it in key_faults(screen, size, kit.settings.screen)]
            faults += [f"{name}: {it}" for it in hearing_faults(screen, screen.language)]
            for theme in Theme if (language, size) == ("en", SMALL) else ():
                app.theme = name_of(theme)
                await pilot.pause()
                faults += [f"{name}: {it}" for it in contrast_faults(screen, theme)]
    assert faults == []


@pytest.mark.parametrize("language", ["en", "da", "de", "uk"])
async def test_the_staff_screen_has_room_for_the_worst(language: str) -> None:
    """All that was learned, and nothing of the kiosk works."""
    kit = load_kit(Folders(), first=language)
    keep(WORST)
    longest = (v for v in all_visits(kit.content, language) if v.spot.kind is Kind.STAFF)
    app = ReactivationApp(kit, [])
    async with app.run_test(size=SMALL) as pilot:
        for visit in longest:
            screen = await show(pilot, visit)
            assert screen.query_one("#words").max_scroll_y == 0
            assert list(key_faults(screen, SMALL, kit.settings.screen)) == []
            assert list(hearing_faults(screen, screen.language)) == []


async def test_the_clerk_reads_when_the_kiosk_was_last_tested(kit: Kit) -> None:
    app = ReactivationApp(kit, [])
    staff = Visit("en", Spot(Kind.STAFF), (STEP,), situation="app")
    async with app.run_test(size=SMALL) as pilot:
        await show(pilot, staff)
        assert "– This kiosk has not been tested yet." in text_of(app)
        keep(WORST)
        await show(pilot, staff)
        text = " ".join(text_of(app).split())
        assert "Last test of this kiosk: 23 hours ago. Scanner: does not work as it" in text
        keep(STANDS["well"][1])
        await show(pilot, staff)
        assert "23 hours ago. Everything works." in text_of(app)


async def test_what_was_found_is_told_and_stands_there_with_what_to_do(kit: Kit) -> None:
    """As the results come in, without another screen."""
    app = ReactivationApp(kit, ALL_ROLES)
    recorder = Recorder()
    app.loudspeaker._speaker._voice = recorder
    async with app.run_test(size=SMALL) as pilot:
        app.access = SPEAKING
        stand(app.self_testing, Stage.RUNS, [])
        screen = await show(pilot, HERE)
        assert text_of(app).count("being tested") == 3
        await until(lambda: self_test.AGAIN in " ".join(recorder.texts), "the screen is read")
        absent = of_device(Role.READER, FAIL)
        app.self_testing._change(Stage.RUNS, absent)
        await pilot.pause()
        assert "– Chip reader: not plugged in." in text_of(app)
        assert "  Push its cable in at both ends." in text_of(app)
        assert text_of(app).count("being tested") == 2
        results = [
            *of_device(Role.READER, FAIL, SKIP, SKIP),
            *of_device(Role.SCANNER, PASS, PASS, SKIP),
            *of_device(Role.CAMERA, PASS, PASS, WARN),
        ]
        app.self_testing._change(Stage.ENDED, results)
        await pilot.pause()
        text = text_of(app)
        assert app.screen is screen
        for shown in (self_test.NOT_ALL, "Scanner: answers.", "Wipe the lens", self_test.STILL):
            assert shown in text
        assert self_test.TAKES[:20] not in text
        await until(lambda: recorder.texts[-1] == self_test.STILL, "the result is told")
        told = recorder.texts
    assert told.index("Chip reader: not plugged in.") < told.index(self_test.NOT_ALL)
    assert told.count("Chip reader: not plugged in.") == 1


@pytest.fixture
def at_a_kiosk(tmp_path: Path) -> Iterator[tuple[machine.Running, Kit]]:
    """A kiosk with a scanner and a reader that can be unplugged."""
    with machine.start(shipped() / "machines" / "quick.toml") as running:
        running.devices = [d for d in running.devices if d.role is not Role.CAMERA]
        settings = at_site(
            tmp_path, running, kiosk={"languages": ["en"]}, input={"debounce_seconds": 0}
        )
        yield running, load_kit(Folders(settings))


@pytest.mark.slow
async def test_the_clerk_has_the_kiosk_tested_twice(
    at_a_kiosk: tuple[machine.Running, Kit],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """By its real devices: one is unplugged, and works when it is plugged in again."""
    running, kit = at_a_kiosk
    clock = Clock()
    app = ReactivationApp(kit, running.devices, clock=clock, trust=running.trust)
    testing = app.self_testing
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, clock, "11")
        before = app.visit
        running.tell(Role.READER, "unplug")
        await press(pilot, clock, "#3")
        assert app.visit is not None
        assert app.visit.spot.kind is Kind.SELF_TEST
        assert testing.stage is Stage.RUNS
        assert self_test.RUNNING in text_of(app)
        # Somebody who only wants it in another size, or to hear it, loses nothing.
        await press(pilot, clock, "50")
        await until(lambda: testing.stage is Stage.ENDED, "a whole test", A_RUN)
        await pilot.pause()
        text = text_of(app)
        assert "– Scanner: answers." in text
        assert "– Chip reader: not plugged in." in text
        assert "Camera" not in text
        assert "self-test: reader: absent" in caplog.text
        running.tell(Role.READER, "plug")
        await press(pilot, clock, "3")
        assert testing.stage is Stage.RUNS
        await until(lambda: testing.stage is Stage.ENDED, "a second test", A_RUN)
        await pilot.pause()
        assert "– Chip reader: works." in text_of(app)
        await press(pilot, clock, "0")
        assert "Last test of this kiosk: just now." in text_of(app)
        assert "not plugged in" not in text_of(app)
        await press(pilot, clock, "1")
        assert app.visit == before
    kept = last.load()
    assert kept is not None
    assert kept.run is not None
    assert kept.run.trigger is Trigger.STAFF


def running_test() -> int | None:
    """The process of a self-test that this process has started."""
    return child(os.getpid(), "selftest")


async def test_a_test_that_is_left_is_ended(kit: Kit) -> None:
    """Its process is gone, and what it has started; coming back begins anew."""
    clock = Clock()
    app = ReactivationApp(kit_with(kit), [], clock=clock)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, clock, "21#3")
        await until(lambda: running_test() is not None, "a test begins")
        first = running_test()
        assert first is not None
        await press(pilot, clock, "0")
        await until(lambda: not alive(first), "its process ends")
        assert app.self_testing.stage is Stage.NONE
        await press(pilot, clock, "3")
        await until(lambda: running_test() is not None, "another test begins")
        second = running_test()
        assert second not in (None, first)
        await press(pilot, clock, "3")  # twice at once they would disturb each other
        await until(lambda: running_test() not in (None, second), "a third one begins")
        assert not alive(second or 0)
        third = running_test()
        assert third is not None
    assert not alive(third), "an app that leaves takes it along"


async def test_a_test_that_hangs_holds_nobody_up(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is killed, and the next one begins."""
    monkeypatch.setattr(self_testing, "PATIENCE", 0.2)
    clock = Clock()
    app = ReactivationApp(kit_with(kit), [], clock=clock)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, clock, "21#3")
        await until(lambda: running_test() is not None, "a test begins")
        first = running_test()
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        await press(pilot, clock, "03")
        assert self_test.RUNNING in text_of(app)
        await until(lambda: running_test() not in (None, first), "another test begins")
        assert not alive(first)


async def test_a_test_of_somebody_else_is_waited_for(kit: Kit) -> None:
    clock = Clock()
    app = ReactivationApp(kit_with(kit), [], clock=clock)
    held = busy.begin(busy.RUN)
    assert held is not None
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, clock, "21#3")
        await until(lambda: app.self_testing.stage is Stage.OTHER, "it sees the other one")
        await pilot.pause()
        assert self_test.OTHER in text_of(app)
        assert running_test() is None
        busy.end(held)
        await press(pilot, clock, "3")
        await until(lambda: running_test() is not None, "a test begins")


async def test_a_test_that_comes_to_nothing_says_so(
    kit: Kit, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever its process does: dies, or says something else than results."""
    clock = Clock()
    app = ReactivationApp(kit_with(kit), [], clock=clock)
    commands = [["/nowhere"], ["/bin/false"], ["/bin/sh", "-c", "echo '[]'; echo nonsense >&2"]]
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, clock, "21#")
        for command in commands:
            app.self_testing._command = command
            await press(pilot, clock, "3")
            await until(lambda: app.self_testing.stage is not Stage.RUNS, "it ends")
            await pilot.pause()
            assert app.self_testing.stage is Stage.FAILED
            assert self_test.NOT_DONE in text_of(app)
    assert "the self-test gave no result" in caplog.text


@pytest.mark.parametrize("kept", [True, False])
async def test_the_app_keeps_only_a_result_that_is_kept_nowhere_else(
    kit: Kit, tmp_path: Path, kept: bool
) -> None:
    run = run_of(WORST, timedelta())
    report = tmp_path / "report.json"
    report.write_bytes(msgspec.json.encode(run))
    if kept:
        last.keep(run, whole=True)
    app = ReactivationApp(kit_with(kit), [])
    app.self_testing._command = ["sh", "-c", f"cat {report}", "sh"]
    async with app.run_test(size=SMALL):
        app.self_testing.begin(Trigger.STAFF)
        await until(lambda: app.self_testing.stage is Stage.ENDED, "it ends")
        assert app.self_testing.latest() == run
        (Path(os.environ["STATE_DIRECTORY"]) / last.NAME).unlink(missing_ok=True)
        assert app.self_testing.latest() == (None if kept else run)


async def test_a_finger_has_it_tested_again(kit: Kit) -> None:
    app = ReactivationApp(kit, ALL_ROLES)
    app.self_testing._command = ["/bin/sh", "-c", "exec sleep 60"]
    async with app.run_test(size=SMALL) as pilot:
        stand(app.self_testing, Stage.ENDED, WORST)
        screen = await show(pilot, HERE)
        again = next(b for b in screen.query(KeyButton) if b.key.digit == "3")
        assert again.region in Region(0, 0, 80, 24)
        await pilot.click(again)
        await pilot.pause()
        assert app.self_testing.stage is Stage.RUNS
        assert self_test.RUNNING in text_of(app)


# --- the visit, and between visits ----------------------------------------------------------------


async def test_a_visit_is_told_until_it_has_been_wiped(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "WIPED_SHOWN", 0.0)
    clock = Clock()
    app = ReactivationApp(kit_with(kit), [], clock=clock)
    async with app.run_test(size=SMALL) as pilot:
        assert not busy.going_on(busy.VISIT)
        await press(pilot, clock, "2")
        assert busy.going_on(busy.VISIT)
        await press(pilot, clock, "11")
        assert busy.going_on(busy.VISIT)
        await press(pilot, clock, "91")
        await until(lambda: not busy.going_on(busy.VISIT), "the visit is wiped")
        await until(lambda: not app._wiping, "the first screen is there")
        await press(pilot, clock, "1")
        assert busy.going_on(busy.VISIT), "the next one is told, too"
    assert not busy.going_on(busy.VISIT), "it ended with the app"


async def test_a_visit_goes_on_where_it_cannot_be_told(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder cannot be written."""
    monkeypatch.setenv("KIOSK_RUNTIME", "/proc/nowhere")
    clock = Clock()
    app = ReactivationApp(kit_with(kit), [], clock=clock)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, clock, "21")
        assert app.visit is not None


@pytest.mark.slow
async def test_between_visits_the_kiosk_tests_itself(
    at_a_kiosk: tuple[machine.Running, Kit], caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody sees it, but a device that is out of order is in the log and on the staff screen."""
    caplog.set_level(logging.INFO)
    running, kit = at_a_kiosk
    running.tell(Role.SCANNER, "unplug")
    clock = Clock()
    app = ReactivationApp(kit, running.devices, clock=clock, trust=running.trust)
    testing = app.self_testing
    async with app.run_test(size=SMALL) as pilot:
        first = text_of(app)
        clock.now += app_module.QUIET + 1
        await until(lambda: testing.stage is Stage.RUNS, "a test begins")
        assert text_of(app) == first
        await until(lambda: testing.stage is Stage.ENDED, "a whole test", A_RUN)
        assert text_of(app) == first
        assert "self-test: scanner: absent" in caplog.text
        await press(pilot, clock, "1#")
        text = " ".join(text_of(app).split())
        assert "Last test of this kiosk: just now. Scanner: not plugged in." in text
    kept = last.load()
    assert kept is not None
    assert kept.run is not None
    assert kept.run.trigger is Trigger.VISITS


async def test_a_visit_ends_the_test_that_runs_between_visits(kit: Kit) -> None:
    clock = Clock()
    app = ReactivationApp(kit_with(kit), [], clock=clock)
    async with app.run_test(size=SMALL) as pilot:
        clock.now += app_module.QUIET + 1
        await until(lambda: running_test() is not None, "a test begins")
        process = running_test()
        assert process is not None
        await until(lambda: os.getpriority(os.PRIO_PROCESS, process) > 0, "others come first")
        await press(pilot, clock, "2")
        assert app.self_testing.stage is Stage.NONE
        await until(lambda: not alive(process), "its process ends")


async def test_a_machine_that_lets_nobody_be_nicer_is_tested_all_the_same(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under the kiosk's unit, whose filter of system calls forbids it."""

    def refused(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refused)
    app = ReactivationApp(kit_with(kit), [])
    async with app.run_test(size=SMALL):
        app.self_testing.begin(Trigger.VISITS)
        await until(lambda: bool(app.self_testing.results), "a first result")
        assert app.self_testing.stage is Stage.RUNS


@pytest.mark.parametrize(
    ("every", "ago", "begins"),
    [
        (0, timedelta(days=3), False),
        (60, timedelta(minutes=50), False),
        (60, timedelta(minutes=70), True),
        (60, -timedelta(days=1), True),
    ],
)
async def test_it_begins_when_the_last_test_is_long_ago_whoever_wanted_it(
    kit: Kit, every: int, ago: timedelta, begins: bool
) -> None:
    """One from the future was before the clock was set: it counts for nothing."""
    keep(WORST, ago)
    app = ReactivationApp(kit_with(kit, every_minutes=every), [])
    app.self_testing._command = ["/bin/false"]
    async with app.run_test(size=SMALL):
        app._test_itself(app.last_input + app_module.QUIET - 1)
        assert app.self_testing.stage is Stage.NONE
        now = app.last_input + app_module.QUIET + 1
        app._test_itself(now)
        assert (app.self_testing.stage is Stage.RUNS) is begins
        if begins:
            await until(lambda: app.self_testing.stage is Stage.FAILED, "it ends")
            app._test_itself(now + every * 60 - 1)
            assert app.self_testing.stage is Stage.FAILED, "not again and again"
        elif every:
            app._test_itself(now + 9 * 60)
            assert app.self_testing.stage is Stage.NONE
            keep(WORST, timedelta(minutes=61))
            app._test_itself(now + 10 * 60 + 1)
            assert app.self_testing.stage is Stage.RUNS
