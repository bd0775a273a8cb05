"""Where drivers let what they send and hear pass by, so that it can be recorded.

Nobody listens, unless this process makes a recording (`hardware.recording`): the device host never
does, and may not import what would.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum


class Way(StrEnum):
    """Which way bytes go: into the driver, or out of it."""

    IN = "in"
    OUT = "out"


Listener = Callable[[Way, bytes, str], None]
"""Takes the way, the bytes, and which of several channels they took: "" where there is one."""

_listener: Listener | None = None


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Gives the listener all that drivers of this process send and hear, in the block."""
    global _listener
    _listener = listener
    try:
        yield
    finally:
        _listener = None


def listened() -> bool:
    """Whether somebody listens: for what would cost something to put into bytes."""
    return _listener is not None


def heard(data: bytes, channel: str = "") -> None:
    """The device has sent this."""
    if _listener is not None and data:
        _listener(Way.IN, bytes(data), channel)


def said(data: bytes, channel: str = "") -> None:
    """The driver has sent this to the device."""
    if _listener is not None and data:
        _listener(Way.OUT, bytes(data), channel)
