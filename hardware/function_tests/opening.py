"""What a device is once it is open, and how long that takes."""

import re
import time

import msgspec

from hardware import drivers
from hardware.errors import HardwareError
from hardware.resources import Resource
from hardware.usb import UsbDevice
from hardware.usb_addresses import usb_of

OPEN_TIMEOUT = 4.0
_WORD = re.compile(r"[a-z0-9-]{1,24}")
LONGEST = 60
"""Characters of what a device says of itself that are taken."""


class Opened(msgspec.Struct, frozen=True):
    """A device that could be opened."""

    seconds: float
    found: str | None
    """What the driver found, in a word of its own."""
    identity: str
    """What the device calls itself, with its firmware: its own text, to be cleaned before use."""
    usb: UsbDevice | None


def try_opening(resource: Resource) -> Opened:
    """Opens a device and closes it; `HardwareError` when it cannot be opened."""
    began = time.monotonic()
    with drivers.opened(resource, OPEN_TIMEOUT) as driver:
        seconds = time.monotonic() - began
        return Opened(seconds, _word_of(driver), _identity(driver), usb_of(resource))


def _identity(driver: drivers.Driver) -> str:
    """What a driver that knows it tells; never a reason to fail."""
    try:
        told = getattr(driver, "identity", "")
    except HardwareError:
        return ""
    return told[:LONGEST] if isinstance(told, str) else ""


def _word_of(driver: drivers.Driver) -> str | None:
    """The word of a driver that can find different things at one address; others have none."""
    word = getattr(driver, "found", None)
    return str(word) if isinstance(word, str) and _WORD.fullmatch(word) else None
