"""An app that somebody stopped and let go on: it goes on where it was, and nothing more."""

import os
import signal

from screens import staff
from tests.e2e.running import begin, found, started
from tests.e2e.terminal import Terminal

STARTS_TO_DRAW = b"\x1b[?1049h"


def draws(terminal: Terminal) -> int:
    """How often an app has taken the terminal for itself."""
    return terminal.written.count(STARTS_TO_DRAW)


def test_an_app_that_goes_on_does_not_take_the_terminal_a_second_time() -> None:
    """With Textual's answer to SIGCONT two threads read the keys, and the app could not leave."""
    with started("no-devices") as terminal:
        begin(terminal)
        app = found(terminal.process.pid).app
        before = draws(terminal)
        assert before == 1
        os.kill(app, signal.SIGSTOP)
        os.kill(app, signal.SIGCONT)
        terminal.press("#")
        terminal.wait_for(staff.ASK)
        assert draws(terminal) == before
