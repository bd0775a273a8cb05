"""What is done to get a device back that has failed, one step after the other.

It is opened anew, every second. Where that failed often, and for a reason that a reset can cure,
the device is reset on its bus, as often as the app allows. After that it is out of order until
somebody does something about it; it is still tried every second.
"""

import time
from collections.abc import Callable

from hardware.errors import HardwareError, Reason
from hardware.resources import Resource
from hardware.usb import reset
from hardware.usb_addresses import usb_of
from hardware.verdicts import HealingStep

RESET_AFTER = 3
"""Failures in a row after which a reset is tried, and again after as many more."""
WORKED = 10.0
"""Seconds of use after which what failed before counts no more."""

CURABLE = frozenset({Reason.TIMEOUT, Reason.LOST, Reason.STALLED, Reason.MALFORMED})
"""A device in these states is there, and behaves as if it had lost its way."""


class Healing:
    """The steps for one device in one rehearsal."""

    def __init__(
        self,
        resource: Resource,
        resets_left: int,
        tell: Callable[[HealingStep], None],
        reset_device: Callable[[Resource], bool] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tell` hears of each step once it is taken; `reset_device` says whether it was reset."""
        self._resource = resource
        self._resets_left = resets_left
        self._tell = tell
        self._reset = reset_device or reset_of
        self._now = now
        self._failures = 0
        self._given_up = False
        self._opened_at: float | None = None

    def opened(self) -> None:
        """The device is open; after a failure that was the first step."""
        self._opened_at = self._now()
        if self._failures:
            self._tell(HealingStep.REOPENED)

    def failed(self, reason: Reason) -> bool:
        """The device could not be opened, or failed in use; whether it was reset now."""
        opened_at, self._opened_at = self._opened_at, None
        if opened_at is not None and self._now() - opened_at >= WORKED:
            self._failures, self._given_up = 0, False
        self._failures += 1
        if reason not in CURABLE or self._failures % RESET_AFTER:
            return False
        return self.reset()

    def reset(self) -> bool:
        """Resets the device where that may and can be done, else gives it up; whether it did."""
        if self._resets_left > 0 and self._reset(self._resource):
            self._resets_left -= 1
            self._tell(HealingStep.RESET)
            return True
        if not self._given_up:
            self._given_up = True
            self._tell(HealingStep.GIVEN_UP)
        return False


def reset_of(resource: Resource) -> bool:
    """Resets the USB device of a resource; False where it is none, or may not be reset."""
    try:
        device = usb_of(resource)
    except HardwareError:
        return False
    return device is not None and reset(device)
