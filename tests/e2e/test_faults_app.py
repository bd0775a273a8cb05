"""Faults in the app: its person sees the first screen, and nobody sees what went wrong."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from screens import attract
from tests.e2e.faulty_app import FAULTS, FROZEN_AFTER, SECRET
from tests.e2e.running import FIRST, QUESTION, RESTART, begin, gone
from tests.e2e.terminal import Terminal
from tests.processes import child, until

APP = "tests.e2e.faulty_app"

CRASHES = {
    "h": "handler",
    "t": "timer",
    "r": "render",
    "p": "paint",
    "c": "compose",
    "m": "mount",
    "l": "call later",
    "n": "call next",
    "w": "worker",
    "d": "thread",
    "e": "memory",
}
HARMLESS = {"a": "task that nobody waits for", "q": "worker that may fail"}


class Faulty(Terminal):
    """A kiosk with a faulty app, and its log."""

    log: Path

    def app(self) -> int:
        """The process id of the app, once there is one."""
        until(lambda: child(self.process.pid, APP) is not None, "an app runs")
        return child(self.process.pid, APP) or 0

    def host(self) -> int:
        """The process id of its device host, once there is one."""
        app = self.app()
        until(lambda: child(app, "hardware.host") is not None, "a device host runs")
        return child(app, "hardware.host") or 0


@contextmanager
def faulty(folder: Path) -> Iterator[Faulty]:
    """A kiosk of the real keeper whose app has faults, with its first screen on it."""
    log = folder / "log"
    options = ["--devices", "[]", "--language", "en", "--log", str(log)]
    with Faulty([sys.executable, "-m", APP, "keep", *options]) as terminal:
        terminal.log = log
        terminal.wait_for(FIRST)
        yield terminal


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    with faulty(tmp_path_factory.mktemp("faulty")) as made:
        yield made


def test_every_fault_is_tried() -> None:
    assert CRASHES.keys() | HARMLESS.keys() | {"f"} == FAULTS.keys()


@pytest.mark.grid
@pytest.mark.parametrize("letter", CRASHES, ids=CRASHES.get)
def test_a_crash_leads_to_the_first_screen(terminal: Faulty, letter: str) -> None:
    begin(terminal)
    before, host = terminal.app(), terminal.host()
    logged, written = len(terminal.log.read_text()), len(terminal.written)
    terminal.press(letter)
    screen = terminal.wait_for(FIRST)
    assert QUESTION not in " ".join(screen.split())
    gone(before, host)
    log = terminal.log.read_text()[logged:]
    if letter != "e":  # without memory there may be none to write that
        assert "crash FaultError" in log
        assert "faulty_app.py" in log  # where, for whoever mends it
    for told in (log, terminal.written[written:].decode(errors="replace")):
        assert SECRET not in told
    assert b"Traceback" not in terminal.written[written:]


@pytest.mark.slow
@pytest.mark.parametrize("letter", HARMLESS, ids=HARMLESS.get)
def test_what_nobody_waits_for_may_fail(terminal: Faulty, letter: str) -> None:
    begin(terminal)
    before, written = terminal.app(), len(terminal.written)
    logged = len(terminal.log.read_text())
    terminal.press(letter)
    time.sleep(0.5)
    terminal.press("9")
    terminal.wait_for(RESTART)
    assert terminal.app() == before
    if letter == "a":
        assert "crash FaultError" in terminal.log.read_text()[logged:]
    assert SECRET not in terminal.log.read_text()
    assert SECRET.encode() not in terminal.written[written:]
    terminal.press("1")
    terminal.wait_for(FIRST)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["frozen", "stopped"])
def test_an_app_that_stands_still_is_replaced(terminal: Faulty, how: str) -> None:
    begin(terminal)
    before, host = terminal.app(), terminal.host()
    if how == "frozen":
        terminal.press("f")
    else:
        os.kill(before, signal.SIGSTOP)
    screen = terminal.wait_for(FIRST)
    assert QUESTION not in " ".join(screen.split())
    gone(before, host)
    begin(terminal)
    terminal.press("9")
    terminal.wait_for(RESTART)
    terminal.press("1")
    terminal.wait_for(attract.TITLE)


# --- the terminal ---------------------------------------------------------------------------------

MOVES = "50" * 20
"""Keys each of which paints a whole screen anew: more than a terminal takes that does not read."""


def not_read(terminal: Faulty, moves: str = MOVES) -> None:
    """The terminal stops reading, while the kiosk has much to paint."""
    terminal.reads.clear()
    for key in moves:
        terminal.press(key)
        time.sleep(0.02)


@pytest.mark.slow
def test_a_terminal_that_does_not_read_for_a_moment(terminal: Faulty) -> None:
    begin(terminal)
    before = terminal.app()
    not_read(terminal, MOVES[:12])
    time.sleep(FROZEN_AFTER / 3)
    terminal.reads.set()
    terminal.wait_for(QUESTION)
    assert terminal.app() == before
    terminal.standing_still()
    terminal.press("9")
    terminal.wait_for(RESTART)
    terminal.press("1")
    terminal.wait_for(FIRST)
    assert terminal.app() == before


def test_a_terminal_that_does_not_read_for_long(terminal: Faulty) -> None:
    begin(terminal)
    before, host = terminal.app(), terminal.host()
    not_read(terminal)
    gone(before, host)
    until(lambda: terminal.app() != before, "another app")
    terminal.reads.set()
    screen = terminal.wait_for(FIRST)
    assert QUESTION not in " ".join(screen.split())
    assert terminal.process.poll() is None
    begin(terminal)
    terminal.press("9")
    terminal.wait_for(RESTART)
    terminal.press("1")
    terminal.wait_for(FIRST)


@pytest.mark.slow
def test_a_keeper_whose_terminal_does_not_read_leaves_when_told(tmp_path: Path) -> None:
    with faulty(tmp_path) as terminal:
        begin(terminal)
        app = terminal.app()
        not_read(terminal)
        terminal.process.terminate()
        until(lambda: terminal.process.poll() is not None, "it leaves")
        gone(app)
        terminal.reads.set()
