"""The real kiosk, running on a terminal: its processes, and how a visit begins."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.places import Folders
from kiosk.situations.loading import load
from screens import attract, frame, staff
from tests.e2e.terminal import Terminal
from tests.processes import alive, child, until

KIOSK_AT_SITE = [str(Path(sys.executable).with_name("kiosk")), "run", "--language", "en"]
KIOSK = [*KIOSK_AT_SITE, "--simulate"]
FIRST = attract.TITLE
NEVER_ASKS = frame.NEVER_ASKS
CONTENT = load(Folders())
QUESTION = CONTENT.questions[CONTENT.first_question].text
RESTART = staff.SURE


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
def started(
    *options: str, before: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """The real kiosk on a terminal of 80x24, with its first screen on it."""
    with Terminal([*before, *KIOSK, *options], environment=environment) as terminal:
        terminal.wait_for(FIRST)
        yield terminal


def begin(terminal: Terminal) -> None:
    """Begins a visit in English, so that something of it is on the screen."""
    terminal.press("1")
    # The last line, too: a screen is painted in more than one piece.
    terminal.wait_until(
        lambda screen: QUESTION in screen and NEVER_ASKS in screen.splitlines()[-1],
        "the first question, whole",
    )


def gone(*pids: int) -> None:
    """Waits until none of these runs any more."""
    until(lambda: not any(map(alive, pids)), "they are gone")
