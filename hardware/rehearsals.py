"""The three rehearsals in the device host: open the device, use it, say what it found."""

import time
from collections.abc import Callable
from typing import cast

from hardware import drivers
from hardware.chip_rehearsal import reader_verdict, use_reader
from hardware.code_rehearsal import kind_of, load, use_scanner
from hardware.drivers import Camera, Driver
from hardware.errors import HardwareError, Reason
from hardware.messages import ChipFound
from hardware.resources import Resource
from hardware.stage import FRAME_INTERVAL, Stage
from hardware.verdicts import ROLE_OF, DeviceState, Rehearsal, Role

OPEN_TIMEOUT = 4.0
"""Seconds within which a driver must have opened its device."""

RETRY = 1.0
"""Seconds until a device that is out of order is tried again."""


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
            load(driver)
            driver.open(OPEN_TIMEOUT)
            stage.alive()
            kind = kind_of(driver) if role is Role.SCANNER else None
            stage.status(role, DeviceState.READY, scanner=kind)
            _USES[rehearsal](driver, stage)
        except HardwareError as failure:
            stalled = failure.reason is Reason.STALLED
            state = DeviceState.STALLED if stalled else DeviceState.OUT_OF_ORDER
            stage.status(role, state, failure.reason)
            if role is Role.READER:
                stage.chip(ChipFound(reader_verdict(failure.reason)))
        finally:
            if driver is not None:
                driver.close()
        stage.stop.wait(RETRY)
        stage.alive()


def _use_camera(driver: Driver, stage: Stage) -> None:
    from hardware.preview import reduce

    camera = cast("Camera", driver)
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
        stage.show(Role.CAMERA, columns, rows, reduce(frame, columns, rows))


_USES: dict[Rehearsal, Callable[[Driver, Stage], None]] = {
    Rehearsal.CODE: use_scanner,
    Rehearsal.CHIP: use_reader,
    Rehearsal.FACE: _use_camera,
}
