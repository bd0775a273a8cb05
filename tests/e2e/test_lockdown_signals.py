"""Signals to the real kiosk: those of a terminal do nothing, others give the app back clean."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.keeper import RESET
from tests.e2e.attacked import Attacked, attacked
from tests.e2e.running import FIRST, begin
from tests.e2e.terminal import Terminal
from tests.processes import alive, child, until

OF_A_TERMINAL = (
    signal.SIGINT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGCONT, signal.SIGWINCH,
    signal.SIGCHLD, signal.SIGURG, signal.SIGPIPE, signal.SIGXFSZ,
)  # fmt: skip
"""What a terminal, its size, or a file sends; Ctrl+C and Ctrl+Z among them."""
ENDS_THE_APP = {
    "it leaves": (signal.SIGHUP, signal.SIGQUIT),
    "it dies": (signal.SIGABRT, signal.SIGALRM, signal.SIGRTMIN),
}


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Attacked]:
    with attacked(tmp_path) as terminal:
        yield terminal


def test_what_a_terminal_sends_changes_nothing(kiosk: Attacked) -> None:
    before = kiosk.standing_still(0.3)
    for name in OF_A_TERMINAL:
        for pid in (kiosk.processes.app, kiosk.processes.keeper):
            os.kill(pid, name)
    os.kill(kiosk.processes.keeper, signal.SIGQUIT)
    assert kiosk.standing_still(0.5) == before
    kiosk.answers()
    kiosk.is_as_before()


def test_the_whole_group_at_once_as_a_terminal_sends_it(kiosk: Attacked) -> None:
    before = kiosk.standing_still(0.3)
    for name in (signal.SIGINT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGCONT):
        os.killpg(os.getpgid(kiosk.processes.app), name)
    assert kiosk.standing_still(0.5) == before
    kiosk.answers()
    kiosk.is_alive()


def test_what_ends_the_app_gives_a_clean_terminal_and_the_first_screen(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.e2e.faulty_app", "keep", "--devices", "[]"]
    with Terminal([*command, "--language", "en"]) as terminal:
        terminal.wait_for(FIRST)
        keeper = terminal.process.pid
        for name in (name for names in ENDS_THE_APP.values() for name in names):
            begin(terminal)
            app = child(keeper, "faulty_app")
            assert app
            written = len(terminal.written)
            os.kill(app, name)
            until(lambda app=app: not alive(app), f"{name!r} ends it")
            terminal.wait_for(FIRST)
            told = terminal.written[written:]
            # Wiped before the next app draws; nothing that the old one has written stays.
            assert RESET.encode() in told.partition(FIRST.encode())[0], name
            assert b"Traceback" not in told
            assert alive(keeper)


@pytest.mark.parametrize("name", [signal.SIGKILL, signal.SIGUSR1])
def test_a_keeper_that_is_killed_leaves_no_app_and_no_visit_on_the_screen(
    tmp_path: Path, name: signal.Signals
) -> None:
    with attacked(tmp_path) as kiosk:
        everyone = kiosk.processes.all()
        os.kill(kiosk.processes.keeper, name)
        until(lambda: not any(map(alive, everyone)), "all of them are gone")
        # The app gives the terminal back itself: no mouse, no alternate screen, echo as before.
        for mode in (1000, 1003, 1049, 2004):
            on, off = (kiosk.written.rfind(f"\x1b[?{mode}{end}".encode()) for end in "hl")
            assert on < off, mode
        assert kiosk.attributes == kiosk.initial
