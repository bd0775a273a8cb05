"""The three rehearsals in the device host: open the device, use it, say what it found."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Event, Lock
from typing import cast

from hardware import drivers
from hardware.drivers import Camera, Driver, Reader, Scanner
from hardware.errors import HardwareError, Reason
from hardware.messages import ChipFound, CodeFound, FromHost, PreviewFrame, Status
from hardware.resources import Resource
from hardware.verdicts import ROLE_OF, ChipVerdict, CodeVerdict, DeviceState, Rehearsal, Role

OPEN_TIMEOUT = 4.0
"""Seconds within which a driver must have opened its device."""

RETRY = 1.0
"""Seconds until a device that is out of order is tried again."""

FRAME_INTERVAL = 1 / 15
"""Seconds between two preview frames: more costs the terminal much and shows little."""


@dataclass
class Stage:
    """What one running rehearsal shares with the host's main thread."""

    send: Callable[[FromHost], None]
    columns: int = 1
    rows: int = 1
    stop: Event = field(default_factory=Event)
    shown: Event = field(default_factory=Event)
    """Set when the app has painted the last frame and wants the next."""
    beat: float = field(default_factory=time.monotonic)
    """When the rehearsal last came back from its driver: a hung driver shows here."""
    _state: Status | None = None
    _lock: Lock = field(default_factory=Lock)

    def alive(self) -> None:
        """Notes that the driver returned."""
        self.beat = time.monotonic()

    def status(self, role: Role, state: DeviceState, reason: Reason | None = None) -> None:
        """Tells the app the state of the device, once for each change."""
        status = Status(role, state, reason)
        with self._lock:
            if status == self._state:
                return
            self._state = status
        self.send(status)


def rehearse(rehearsal: Rehearsal, resource: Resource | None, stage: Stage) -> None:
    """Runs one rehearsal until `stage.stop` is set; a device that is lost is tried again."""
    role = ROLE_OF[rehearsal]
    if resource is None:
        stage.status(role, DeviceState.NOT_CONFIGURED)
        return
    stage.status(role, DeviceState.OPENING)
    while not stage.stop.is_set():
        driver: Driver | None = None
        try:
            driver = drivers.make(resource)
            driver.open(OPEN_TIMEOUT)
            stage.alive()
            stage.status(role, DeviceState.READY)
            _USES[rehearsal](driver, stage)
        except HardwareError as failure:
            stalled = failure.reason is Reason.STALLED
            state = DeviceState.STALLED if stalled else DeviceState.OUT_OF_ORDER
            stage.status(role, state, failure.reason)
        finally:
            if driver is not None:
                driver.close()
        stage.alive()
        stage.stop.wait(RETRY)


def _use_scanner(driver: Driver, stage: Stage) -> None:
    # Imported here: a kiosk without a scanner never needs it.
    from hardware.mrz.judging import judge
    from hardware.mrz.parsing import MalformedCodeError, parse

    scanner = cast("Scanner", driver)
    while not stage.stop.is_set():
        lines = scanner.read_lines(0.2)
        stage.alive()
        if lines is None:
            continue
        try:
            document = parse(lines)
        except MalformedCodeError:
            stage.send(CodeFound(CodeVerdict.UNREADABLE))
        else:
            stage.send(CodeFound(*judge(document, date.today())))


def _use_reader(driver: Driver, stage: Stage) -> None:
    reader = cast("Reader", driver)
    last: ChipVerdict | None = None
    while not stage.stop.is_set():
        verdict = reader.find_chip(1.0)
        stage.alive()
        if verdict is not last:
            stage.send(ChipFound(verdict))
            last = verdict
        stage.stop.wait(0.3)


def _use_camera(driver: Driver, stage: Stage) -> None:
    from hardware.preview import reduce

    camera = cast("Camera", driver)
    sequence = 0
    due = 0.0
    stage.shown.set()
    while not stage.stop.is_set():
        stage.stop.wait(max(0.0, due - time.monotonic()))
        stage.alive()
        # Without the app's word that it painted the last frame none is sent: the newest, not all.
        if not stage.shown.wait(0.2):
            continue
        frame = camera.newest_frame(0.5)
        stage.alive()
        if frame is None:
            continue
        stage.status(Role.CAMERA, DeviceState.READY)
        due = time.monotonic() + FRAME_INTERVAL
        columns, rows = stage.columns, stage.rows
        sequence += 1
        stage.shown.clear()
        stage.send(PreviewFrame(sequence, columns, rows, reduce(frame, columns, rows)))


_USES: dict[Rehearsal, Callable[[Driver, Stage], None]] = {
    Rehearsal.CODE: _use_scanner,
    Rehearsal.CHIP: _use_reader,
    Rehearsal.FACE: _use_camera,
}
