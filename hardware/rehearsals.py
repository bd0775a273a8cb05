"""The three rehearsals in the device host: open the device, use it, say what it found."""

from collections.abc import Callable

from hardware import drivers
from hardware.chip_rehearsal import reader_verdict, use_reader
from hardware.code_rehearsal import kind_of, use_scanner
from hardware.confinement import is_in_the_way
from hardware.drivers import Driver
from hardware.errors import HardwareError, Reason
from hardware.face_rehearsal import use_camera
from hardware.healing import Healing
from hardware.hotplug import Plugs
from hardware.messages import ChipFound, Healed
from hardware.resources import Resource
from hardware.stage import Stage
from hardware.verdicts import ROLE_OF, DeviceState, Rehearsal, Role

OPEN_TIMEOUT = 4.0
"""Seconds within which a driver must have opened its device."""

RETRY = 1.0
"""Seconds until a device that is out of order is tried again, unless something is plugged in."""


class MovedError(Exception):
    """A device is plugged in where this process may not reach it: a new one may."""


def rehearse(rehearsal: Rehearsal, resource: Resource | None, stage: Stage) -> None:
    """Runs one rehearsal until `stage.stop` is set; a device that is lost is tried again.

    `MovedError` where it was plugged in after this process was confined, at a node of its own.
    """
    role = ROLE_OF[rehearsal]
    if resource is None:
        stage.status(role, DeviceState.NOT_CONFIGURED)
        return
    stage.status(role, DeviceState.OPENING)
    healing = Healing(resource, stage.resets_left, lambda step: stage.send(Healed(role, step)))
    plugs: Plugs | None = None
    if stage.reset_first:
        healing.reset()
    while not stage.stop.is_set():
        try:
            with drivers.opened(resource, OPEN_TIMEOUT, stage.ended) as driver:
                stage.alive()
                healing.opened()
                # A camera is ready when its first picture is there.
                if role is not Role.CAMERA:
                    kind = kind_of(driver) if role is Role.SCANNER else None
                    stage.status(role, DeviceState.READY, scanner=kind)
                _USES[rehearsal](driver, stage)
        except HardwareError as failure:
            if stage.ended():
                break  # it was no longer wanted, and nothing is known of it
            if failure.reason is Reason.DENIED and is_in_the_way(resource):
                raise MovedError from failure
            stalled = failure.reason is Reason.STALLED
            state = DeviceState.STALLED if stalled else DeviceState.OUT_OF_ORDER
            stage.status(role, state, failure.reason)
            if role is Role.READER:
                stage.chip(ChipFound(reader_verdict(failure.reason)))
            healing.failed(failure.reason)
            # Listened for from the first failure on: what comes while it is tried counts, too.
            plugs = plugs or Plugs(resource)
            plugs.wait(RETRY, stage.ended)
        stage.alive()


_USES: dict[Rehearsal, Callable[[Driver, Stage], None]] = {
    Rehearsal.CODE: use_scanner,
    Rehearsal.CHIP: use_reader,
    Rehearsal.FACE: use_camera,
}
