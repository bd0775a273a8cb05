"""The self-test: one list of results, a verdict from it, and the same run in every report."""

import json
from itertools import product
from pathlib import Path

import click
import msgspec
import pytest

from hardware.errors import Reason
from hardware.probing import Probed
from hardware.resources import Resource
from hardware.verdicts import DeviceState, Role
from kiosk import settings
from kiosk.cli import selftest
from kiosk.places import Folders, shipped
from kiosk.selftest import checks
from kiosk.selftest.reports import WRITERS, as_json, as_text
from kiosk.selftest.results import EXIT_CODES, Phase, Result, Run, State, Verdict, verdict
from kiosk.settings import Settings, Speech
from tests.sites import site

SHIPPED = Folders(shipped() / "kiosk.toml")
SILENT = Settings(speech=Speech(program=""))
SCANNER = Resource(Role.SCANNER, "serial-swipe", "/dev/null")


def results(*states: State) -> tuple[Result, ...]:
    return tuple(
        Result(f"check-{n}", Phase.CONTENT, None, state, "why") for n, state in enumerate(states)
    )


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ((), Verdict.UNKNOWN),
        ((State.SKIP,), Verdict.UNKNOWN),
        ((State.ERROR,), Verdict.UNKNOWN),
        ((State.PASS,), Verdict.PASS),
        ((State.PASS, State.SKIP), Verdict.PASS),
        ((State.WARN, State.PASS), Verdict.WARN),
        ((State.WARN, State.SKIP), Verdict.WARN),
        ((State.FAIL, State.WARN), Verdict.FAIL),
        ((State.PASS, State.ERROR), Verdict.UNKNOWN),
        ((State.WARN, State.ERROR), Verdict.UNKNOWN),
        ((State.FAIL, State.ERROR), Verdict.FAIL),
    ],
)
def test_the_verdict_is_the_worst_that_is_known(states: tuple[State, ...], found: Verdict) -> None:
    assert verdict(results(*states)) is found


def test_the_order_of_the_checks_does_not_matter() -> None:
    for states in product(State, repeat=3):
        assert (
            len({verdict(results(*s)) for s in (states, states[::-1], states[1:] + states[:1])})
            == 1
        )


def test_exit_codes() -> None:
    assert {v.value: code for v, code in EXIT_CODES.items()} == {
        "pass": 0, "warn": 1, "fail": 2, "unknown": 3,
    }  # fmt: skip
    assert EXIT_CODES.keys() == set(Verdict)


# --- the checks -----------------------------------------------------------------------------------


def test_all_checks_run_and_absent_devices_are_skipped() -> None:
    run = checks.run(SHIPPED, SILENT, [])
    assert [result.id for result in run.checks] == list(checks.IDS)
    assert [r.state for r in run.checks] == [State.PASS] * 3 + [State.SKIP] * 4
    assert (run.schema, run.verdict) == ("kiosk.selftest/1", Verdict.PASS)
    assert run.checks[0].message == "4 situations, 92 steps"


def test_one_check_alone() -> None:
    run = checks.run(SHIPPED, Settings(), [], only="languages")
    assert [(r.id, r.state, r.message) for r in run.checks] == [
        ("languages", State.PASS, "Dansk, English")
    ]


def test_when_nothing_was_really_checked_nothing_is_known() -> None:
    assert checks.run(SHIPPED, Settings(), [], only="device.camera").verdict is Verdict.UNKNOWN


def test_what_speech_lacks_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No program at all, then one that knows no voice, then one that knows every voice."""

    def speech() -> tuple[State, str]:
        told = checks.run(SHIPPED, Settings(), [], only="speech").checks[0]
        return told.state, told.message

    monkeypatch.setenv("PATH", str(tmp_path))
    missing = "nothing is read aloud: not installed: espeak-ng, aplay"
    assert speech() == (State.WARN, missing)
    for name, exit_code in (("aplay", 0), ("espeak-ng", 1)):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {exit_code}\n")
        program.chmod(0o755)
    assert speech() == (State.WARN, "espeak-ng has no voice for: Dansk, English")
    (tmp_path / "espeak-ng").write_text("#!/bin/sh\nexit 0\n")
    assert speech() == (State.PASS, "espeak-ng speaks Dansk, English")


def test_a_fault_in_the_content_fails_with_its_line(tmp_path: Path) -> None:
    folders = site(tmp_path, "situations/app.toml", "\nminutes", "\nminuts")
    result = checks.run(folders, settings.load(folders), [], only="content").checks[0]
    assert result.state is State.FAIL
    assert result.message == "app.toml: 'minuts' is not known; did you mean 'minutes'?"


def test_a_check_that_crashes_is_a_result_without_the_text_of_the_crash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(folders: Folders) -> None:
        raise RuntimeError("something secret")

    monkeypatch.setattr(checks, "load", crash)
    run = checks.run(SHIPPED, Settings(), [])
    assert (run.checks[0].state, run.verdict) == (State.ERROR, Verdict.UNKNOWN)
    assert run.checks[0].message == "the check itself crashed: RuntimeError"
    assert [r.state for r in run.checks[1:3]] == [State.PASS, State.PASS], "the others went on"


@pytest.mark.parametrize(
    ("state", "reason", "told", "message"),
    [
        (DeviceState.READY, None, State.PASS, "answers"),
        (DeviceState.READY, Reason.MODELS_MISSING, State.WARN, "answers, but: models-missing"),
        (DeviceState.OUT_OF_ORDER, Reason.ABSENT, State.FAIL, "out of order: absent"),
        (DeviceState.OUT_OF_ORDER, Reason.TIMEOUT, State.FAIL, "out of order: timeout"),
    ],
)
def test_a_device_is_what_its_probe_says(
    monkeypatch: pytest.MonkeyPatch,
    state: DeviceState,
    reason: Reason | None,
    told: State,
    message: str,
) -> None:
    monkeypatch.setattr(checks, "probe", lambda device: Probed(device, state, reason, 1))
    result = checks.run(SHIPPED, Settings(), [SCANNER], only="device.scanner").checks[0]
    assert (result.state, result.message) == (told, f"{message} (serial-swipe)")


# --- the reports ----------------------------------------------------------------------------------


def test_json_comes_back_as_the_same_run() -> None:
    run = checks.run(SHIPPED, Settings(), [])
    assert msgspec.json.decode(as_json(run), type=Run) == run
    told = json.loads(as_json(run))
    assert list(told)[:2] == ["schema", "run"]


def test_text_has_a_line_for_each_check_and_the_verdict() -> None:
    run = checks.run(SHIPPED, Settings(), [])
    *lines, last = as_text(run).splitlines()
    assert len(lines) == len(run.checks)
    for line, result in zip(lines, run.checks, strict=True):
        assert line.startswith(result.state.value.upper())
        assert result.id in line
        assert result.message in line
    assert last == "verdict: pass"


def test_every_format_of_the_command_has_its_writer() -> None:
    (form,) = (option for option in selftest.params if option.name == "form")
    assert isinstance(form.type, click.Choice)
    assert set(form.type.choices) <= WRITERS.keys()
