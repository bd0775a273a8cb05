"""Each process of a kiosk crashes in each phase of a visit, in each way."""

import os
import signal
from dataclasses import dataclass
from enum import StrEnum

from hardware.verdicts import Rehearsal
from screens import attract
from tests.e2e.forgetting import visits
from tests.e2e.forgetting.kiosk import Kiosk
from tests.e2e.forgetting.tally import Looks
from tests.e2e.running import gone
from tests.processes import until


class Phase(StrEnum):
    """Where the visit is."""

    BEFORE = "before"
    CODE = "code"
    CHIP = "chip"
    FACE = "face"
    AFTER = "after"
    """All three scans were tried and left; the guide goes on."""


WAYS = ("SIGKILL", "SIGSEGV", "SIGABRT", "exception")
PROCESSES = ("host", "app", "keeper")

OF_CODE = ("lines", "names", "number", "dates", "personal number")
OF_CHIP = (*OF_CODE, "files of the chip")
OF_FACE = (*OF_CODE, "face, files", "face, rows")
HELD: dict[Rehearsal, tuple[str, ...]] = {
    Rehearsal.CODE: OF_CODE,
    Rehearsal.CHIP: OF_CHIP,
    Rehearsal.FACE: OF_FACE,
}
"""What the device host must be found to have in each rehearsal: else the search would be blind."""


@dataclass(frozen=True)
class Crash:
    """One process, one phase, one way."""

    process: str
    phase: Phase
    way: str

    def __str__(self) -> str:
        """As a test is named."""
        return f"{self.process}, {self.phase}, {self.way}"


ALL = [Crash(process, phase, way) for process in PROCESSES for phase in Phase for way in WAYS]


def held(kiosk: Kiosk, rehearsal: Rehearsal) -> tuple[str, ...]:
    """What the host must have in this rehearsal, with the pictures of a scanner that sends some."""
    pictures = [name for name in kiosk.played.of_document if name.endswith(("files", "rows"))]
    return (*HELD[rehearsal], *(pictures if rehearsal is Rehearsal.CODE else ()))


def come_to(kiosk: Kiosk, looks: Looks, phase: Phase) -> None:
    """From the first screen to this phase, having tried what comes before it."""
    terminal = kiosk.terminal
    if phase is Phase.BEFORE:
        terminal.wait_for(attract.TITLE, visits.LONG_SCAN)
        until(lambda: "host" in kiosk.processes(), "a host is warm")
        return
    visits.begin(terminal)
    for rehearsal, scan in visits.SCANS.items():
        scan(terminal)
        if phase in (rehearsal.value, Phase.AFTER):
            live = rehearsal is Rehearsal.FACE
            if live:
                until(looks.live_is_there, "a picture on the screen")
            looks.during(*held(kiosk, rehearsal), live=live)
        if phase == rehearsal.value:
            return
        visits.leave(terminal)


def bring_about(kiosk: Kiosk, crash: Crash) -> dict[str, int]:
    """The process crashes; all that ran before, once those that cannot stay have gone."""
    kiosk.written()  # so that it can be seen when nobody is there any more
    before = kiosk.processes()
    pid = before[crash.process]
    if crash.way != "exception":
        os.kill(pid, signal.Signals[crash.way])
    elif crash.process == "keeper":
        os.kill(pid, signal.SIGUSR1)
    else:
        kiosk.terminal.press("h" if crash.process == "app" else "b")
    ended = {"host": [pid], "app": [pid, before["host"]], "keeper": list(before.values())}
    gone(*ended[crash.process])
    return before


def nothing_is_left(kiosk: Kiosk, looks: Looks, crash: Crash) -> None:
    """Looks everywhere after the crash, and after the visit where that goes on."""
    when = f"after a crash ({crash})"
    looks.written(when)
    if crash.process == "keeper":
        return
    if crash.process == "app":
        kiosk.terminal.wait_for(attract.TITLE, visits.LONG_SCAN)
    elif crash.phase is not Phase.BEFORE:
        _end(kiosk)
    until(lambda: "host" in kiosk.processes(), "another host runs")
    looks.over(when)


def _end(kiosk: Kiosk) -> None:
    visits.start_over(kiosk)
    visits.is_over(kiosk.terminal)
