"""The whole kiosk on a terminal, as its four processes: none outlives what it is there for."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.host import FIRST_VICTIM
from hardware.verdicts import CodeVerdict, Rehearsal
from kiosk import advice, settings
from kiosk.keeper import RESET
from kiosk.language import Language, load_labels
from kiosk.places import Folders
from kiosk.visit import DIRECT
from screens import needs, rehearsal
from tests.e2e.running import (
    CONTENT,
    FIRST,
    KIOSK,
    QUESTION,
    RESTART,
    begin,
    found,
    gone,
    started,
)
from tests.e2e.terminal import Terminal
from tests.processes import alive, child, until

CTRL_C, CTRL_D, CTRL_Q, CTRL_S, CTRL_Z, CTRL_BACKSLASH = (
    "\x03",
    "\x04",
    "\x11",
    "\x13",
    "\x1a",
    "\x1c",
)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with started() as made:
        yield made


@pytest.mark.grid
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


def test_a_host_that_was_stopped_does_not_outlive_a_killed_app(terminal: Terminal) -> None:
    begin(terminal)
    running = found(terminal.process.pid)
    # Until it has said so it is just starting, knows nothing, and is not yet bound to its app.
    score = Path(f"/proc/{running.host}/oom_score_adj")
    until(lambda: score.read_text() == f"{FIRST_VICTIM}\n", "the host has begun")
    os.kill(running.host, signal.SIGSTOP)
    os.kill(running.app, signal.SIGKILL)
    gone(running.host)
    terminal.wait_for(FIRST)


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
