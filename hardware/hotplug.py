"""Notices that something is plugged in, while a device is out of order.

By the events of udev, or of the kernel where udev does not run; besides, the address itself is
looked at, since events may be kept from a process (a network namespace of its own) or be missing.
"""

import ctypes.util
import select
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hardware.errors import HardwareError
from hardware.names import address_of, file_of
from hardware.resources import Resource

SUBSYSTEMS = ("usb", "tty", "video4linux")
UDEV = Path("/run/udev/control")
"""There while udev runs: its events come when its links and rights are in place."""
LIBUDEV = "libudev.so.1"

_LOOK_EVERY = 0.1
"""Seconds between two looks at the address, and at whether the wait is wanted any more."""
_CAME = ("add", "bind")


class Plugs:
    """Listens from when it is made, also between two waits."""

    def __init__(self, resource: Resource, subsystems: Sequence[str] = SUBSYSTEMS) -> None:
        self._resource = resource
        self._was_there = _is_there(resource)
        self._monitor = _monitor(subsystems)

    def wait(self, timeout: float, ended: Callable[[], bool]) -> bool:
        """Whether something was plugged in within `timeout` seconds, or since the last wait.

        Returns at once when it was, or when `ended` says so.
        """
        deadline = time.monotonic() + timeout
        while not ended():
            wait = max(0.0, min(_LOOK_EVERY, deadline - time.monotonic()))
            if self._came(wait) or self._appeared():
                return True
            if time.monotonic() >= deadline:
                break
        return False

    def _came(self, wait: float) -> bool:
        if self._monitor is None:
            time.sleep(wait)
            return False
        if not select.select([self._monitor], [], [], wait)[0]:
            return False
        came = False
        try:
            # All at once: a device comes with several events, and needs one try.
            while (device := self._monitor.poll(timeout=0)) is not None:
                came = came or device.action in _CAME
        except OSError:  # more events than the kernel keeps for us
            came = True
        return came

    def _appeared(self) -> bool:
        before, self._was_there = self._was_there, _is_there(self._resource)
        return self._was_there and not before


def _is_there(resource: Resource) -> bool:
    """Whether there is something at the address, as far as that is to be seen in a file."""
    try:
        file = file_of(address_of(resource))
        return file is None or file.exists()
    except (HardwareError, OSError, ValueError):
        return False


def _pyudev() -> Any:
    """The library, which is not imported before something is out of order: it takes 30 ms.

    It looks for libudev by a program, which a confined process may not start.
    """
    find_library = ctypes.util.find_library
    ctypes.util.find_library = lambda name: LIBUDEV if name == "udev" else find_library(name)
    try:
        import pyudev
    finally:
        ctypes.util.find_library = find_library
    return pyudev


def _monitor(subsystems: Sequence[str]) -> Any:
    """What receives the events; None where there are none to be had."""
    try:
        pyudev = _pyudev()

        monitor = pyudev.Monitor.from_netlink(
            pyudev.Context(), source="udev" if UDEV.exists() else "kernel"
        )
        for subsystem in subsystems:
            monitor.filter_by(subsystem)
        monitor.start()
    except (ImportError, OSError):
        return None
    return monitor
