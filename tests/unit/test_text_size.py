"""The size of the text is changed by a program of the site, whatever that program does."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from kiosk.settings import Screen
from screens import text_size
from screens.text_size import set_text_size
from tests.processes import alive, until

NOTE = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(' '.join(sys.argv[2:]))"


def python(code: str, *words: str) -> Screen:
    return Screen(scale_command=(sys.executable, "-c", code, *words), large_scale=1.75)


def hanging(folder: Path) -> tuple[Screen, Path]:
    """A program that starts another and never ends; both write their numbers into a file."""
    note = folder / "running"
    script = folder / "scale"
    script.write_text(f"#!/bin/sh\nsleep 1000 &\necho $$ $! > {note}\nwait\n")
    script.chmod(0o755)
    return Screen(scale_command=(str(script), "{scale}")), note


async def test_the_program_is_told_the_scale(tmp_path: Path) -> None:
    note = tmp_path / "note"
    screen = python(NOTE, str(note), "--output", "A 1", "--scale", "{scale}", "x{scale}y")
    assert await set_text_size(screen, large=True)
    assert note.read_text() == "--output A 1 --scale 1.75 x1.75y"
    assert await set_text_size(screen, large=False)
    assert note.read_text() == "--output A 1 --scale 1 x1y"


async def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    note = tmp_path / "note"
    assert await set_text_size(python(NOTE, str(note), "$HOME; exit 1"), large=True)
    assert note.read_text() == "$HOME; exit 1"


async def test_what_the_program_says_is_never_on_the_terminal(
    capfd: pytest.CaptureFixture[str],
) -> None:
    talks = "import sys; print('out'); print('error', file=sys.stderr); print(sys.stdin.read())"
    assert await set_text_size(python(talks), large=True)
    assert capfd.readouterr() == ("", "")


async def test_without_a_program_there_is_one_size(caplog: pytest.LogCaptureFixture) -> None:
    assert not await set_text_size(Screen(), large=True)
    assert not caplog.records


async def test_a_program_that_fails_or_is_missing_is_told_by_kind_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert not await set_text_size(python("raise SystemExit(3)"), large=True)
    missing = Screen(scale_command=(str(tmp_path / "secret"), "{scale}"))
    assert not await set_text_size(missing, large=True)
    assert caplog.messages == [
        "screen.scale_command has failed: the text keeps its size",
        "screen.scale_command cannot be started: the text keeps its size",
    ]


async def test_a_program_that_hangs_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(text_size, "DEADLINE", 2.0)
    screen, note = hanging(tmp_path)
    started = time.monotonic()
    assert not await set_text_size(screen, large=True)
    assert time.monotonic() - started < 10
    assert caplog.messages == ["screen.scale_command took too long: the text keeps its size"]
    pids = [int(pid) for pid in note.read_text().split()]
    assert len(pids) == 2
    until(lambda: not any(alive(pid) for pid in pids), "both programs are gone")


async def test_a_call_that_is_cancelled_ends_its_program(tmp_path: Path) -> None:
    screen, note = hanging(tmp_path)
    call = asyncio.create_task(set_text_size(screen, large=True))
    while not (note.exists() and note.read_text().endswith("\n")):
        await asyncio.sleep(0.02)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    pids = [int(pid) for pid in note.read_text().split()]
    until(lambda: not any(alive(pid) for pid in pids), "both programs are gone")
