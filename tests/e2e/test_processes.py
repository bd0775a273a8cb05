"""The whole kiosk on a terminal, as its four processes: none outlives what it is there for."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware.verdicts import CodeVerdict, Rehearsal
from kiosk import advice, settings
from kiosk.keeper import RESET
from kiosk.language import Language, load_labels
from kiosk.places import Folders
from kiosk.situations.loading import load
from kiosk.visit import DIRECT
from screens import attract, frame, needs, rehearsal, staff
from tests.e2e.terminal import Terminal
from tests.processes import alive, child, until

KIOSK = [str(Path(sys.executable).with_name("kiosk")), "run", "--simulate", "--language", "en"]
FIRST = attract.TITLE
NEVER_ASKS = frame.NEVER_ASKS
CONTENT = load(Folders())
QUESTION = CONTENT.questions[CONTENT.first_question].text
RESTART = staff.SURE

CTRL_C, CTRL_D, CTRL_Q, CTRL_S, CTRL_Z, CTRL_BACKSLASH = (
    "\x03",
    "\x04",
    "\x11",
    "\x13",
    "\x1a",
    "\x1c",
)


@dataclass(frozen=True)
class Processes:
    """The four processes of a kiosk on a simulated machine, by id."""

    keeper: int
    simulator: int
    app: int
    host: int

    def all(self) -> list[int]:
        """Each of them."""
        return [self.keeper, self.simulator, self.app, self.host]


def found(keeper: int) -> Processes:
    """The processes of this keeper, once all of them run."""
    looked: list[int | None] = []

    def complete() -> bool:
        app = child(keeper, "-m screens")
        simulator = child(keeper, "hardware.simulated.machine")
        looked[:] = [simulator, app, child(app, "hardware.host") if app else None]
        return None not in looked

    until(complete, "simulator, app and device host run")
    simulator, app, host = looked
    assert simulator
    assert app
    assert host
    return Processes(keeper, simulator, app, host)


@contextmanager
def started(*options: str, before: Sequence[str] = ()) -> Iterator[Terminal]:
    """The real kiosk on a terminal of 80x24, with its first screen on it."""
    with Terminal([*before, *KIOSK, *options]) as terminal:
        terminal.wait_for(FIRST)
        yield terminal


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with started() as made:
        yield made


def begin(terminal: Terminal) -> None:
    """Begins a visit in English, so that something of it is on the screen."""
    terminal.press("1")
    # The last line, too: a screen is painted in more than one piece.
    terminal.wait_until(
        lambda screen: QUESTION in screen and NEVER_ASKS in screen.splitlines()[-1],
        "the first question, whole",
    )


def gone(*pids: int) -> None:
    until(lambda: not any(map(alive, pids)), "they are gone")


@pytest.mark.parametrize("name", [signal.SIGKILL, signal.SIGSEGV, signal.SIGUSR1, signal.SIGTERM])
def test_a_killed_app_is_back_at_the_first_screen(terminal: Terminal, name: signal.Signals) -> None:
    begin(terminal)
    before = found(terminal.process.pid)
    os.kill(before.app, name)
    screen = terminal.wait_for(FIRST)
    assert QUESTION not in " ".join(screen.split())
    # The terminal was wiped in between, with what a terminal scrolls back to.
    assert RESET.encode() in terminal.written
    gone(before.app, before.host)
    after = found(before.keeper)
    assert after.simulator == before.simulator
    assert {after.app, after.host}.isdisjoint({before.app, before.host})
    begin(terminal)


def test_a_killed_host_is_replaced_without_a_word(terminal: Terminal) -> None:
    begin(terminal)
    before = found(terminal.process.pid)
    os.kill(before.host, signal.SIGKILL)
    until(
        lambda: child(before.app, "hardware.host") not in (None, before.host), "a new device host"
    )
    assert alive(before.app)
    terminal.press("9")
    terminal.wait_for(RESTART)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param((), id="session leader"),
        # The terminal's hang-up does not reach the app: only that nobody hears its signs of life.
        pytest.param(("sh", "-c", '"$@"; exec sleep 600', "sh"), id="in a shell"),
    ],
)
def test_nobody_outlives_the_keeper(before: tuple[str, ...]) -> None:
    with started(before=before) as terminal:
        begin(terminal)
        keeper = terminal.process.pid
        if before:
            keeper = child(keeper, "kiosk run") or 0
        running = found(keeper)
        os.kill(keeper, signal.SIGKILL)
        gone(*running.all())


def test_the_keeper_is_terminated(terminal: Terminal) -> None:
    begin(terminal)
    running = found(terminal.process.pid)
    terminal.process.terminate()
    assert terminal.wait() == 0
    gone(*running.all())
    assert terminal.text().strip() == ""


def test_the_host_goes_with_the_visit(terminal: Terminal) -> None:
    begin(terminal)
    before = found(terminal.process.pid)
    terminal.press("9")
    terminal.wait_for(RESTART)
    terminal.press("1")
    gone(before.host)
    terminal.wait_for(FIRST)
    after = found(terminal.process.pid)
    assert after.host != before.host
    assert after.app == before.app


@pytest.mark.parametrize("in_a_visit", [False, True])
def test_no_key_leaves_or_stops_a_public_kiosk(terminal: Terminal, in_a_visit: bool) -> None:
    if in_a_visit:
        begin(terminal)
    before = found(terminal.process.pid)
    screen, written = terminal.standing_still(), terminal.written
    for key in (CTRL_C, CTRL_Q, CTRL_Z, CTRL_BACKSLASH, CTRL_D, CTRL_S):
        terminal.press(key * 2)
        time.sleep(0.1)
    assert terminal.text() == screen
    # And it goes on: the next key is heard, by the same app.
    if in_a_visit:
        terminal.press("9")
        terminal.wait_for(RESTART)
    else:
        begin(terminal)
    assert found(terminal.process.pid) == before
    # Nothing was put on the terminal's clipboard (OSC 52).
    assert b"\x1b]52" not in terminal.written[len(written) :]


def test_ctrl_q_leaves_where_it_may() -> None:
    with started("--allow-quit") as terminal:
        begin(terminal)
        running = found(terminal.process.pid)
        terminal.press(CTRL_Q)
        assert terminal.wait() == 0
        gone(*running.all())
        assert terminal.text().strip() == ""
        assert terminal.attributes == terminal.initial
        # What the app switched on is switched off again, and nothing is said after that.
        assert terminal.written.endswith(RESET.encode())


def test_a_rehearsal_goes_on_in_another_language(terminal: Terminal) -> None:
    begin(terminal)
    time.sleep(settings.load(Folders()).input.debounce_seconds)  # the same key once more
    terminal.press("1")
    terminal.wait_until(lambda screen: "7  " in screen, "a way to choose the situation directly")
    terminal.press("7")
    terminal.wait_for(CONTENT.questions[DIRECT].text)
    terminal.press("1")
    terminal.wait_for(needs.WHAT_YOU_NEED)
    terminal.press("3")
    terminal.wait_for(needs.TRY_WHICH)
    terminal.press("1")
    terminal.wait_for(rehearsal.TITLE[Rehearsal.CODE])
    terminal.press("8")
    danish = Language("da", Folders(), load_labels(Folders()))
    terminal.wait_for(danish.say(rehearsal.TITLE[Rehearsal.CODE]))
    terminal.wait_for(danish.say(advice.CODE[CodeVerdict.GOOD].found))


def test_the_size_is_that_of_the_terminal() -> None:
    """And not what somebody's shell has left behind in the environment."""
    left = {"COLUMNS": "40", "LINES": "10"}
    with Terminal(KIOSK, environment=left) as terminal:
        terminal.wait_for("Is your MitID temporarily blocked?")
