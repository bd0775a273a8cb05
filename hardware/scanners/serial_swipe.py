"""A reader of machine-readable zones on a serial port, or on USB as one (CDC)."""

import errno
import select
import termios
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar
from urllib.parse import parse_qsl

import serial

from hardware.errors import HardwareError, Reason
from hardware.scanners.framing import Framing
from hardware.verdicts import Role

QUIET = 0.5
"""Seconds without a byte after which what was begun will not go on: a document at 9600 baud takes
0.1 s, and its bytes come in one go."""

_CHUNK = 4096
_REASONS = {
    errno.EBUSY: Reason.BUSY,
    errno.EWOULDBLOCK: Reason.BUSY,  # another program holds the lock
    errno.EACCES: Reason.DENIED,
    errno.EPERM: Reason.DENIED,
    errno.ENOTTY: Reason.BAD_ADDRESS,
    errno.EINVAL: Reason.BAD_ADDRESS,
    errno.EISDIR: Reason.BAD_ADDRESS,
}


@dataclass(frozen=True)
class Port:
    """Where a serial reader is plugged in."""

    path: str
    baud: int = 9600

    @classmethod
    def of(cls, address: str) -> "Port":
        """The port of an address `/dev/NAME` or `/dev/NAME?baud=115200`; `HardwareError` else."""
        path, _, query = address.partition("?")
        try:
            options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
            baud = int(options.pop("baud", cls.baud))
        except ValueError as error:
            raise HardwareError(Reason.BAD_ADDRESS) from error
        if not path.startswith("/") or options or baud not in serial.Serial.BAUDRATES:
            raise HardwareError(Reason.BAD_ADDRESS)
        return cls(path, baud)


class SerialSwipe:
    """A swipe reader that sends each document by itself, 8N1, in a framing of `Framing`.

    `address` is a device path with an optional speed: `/dev/ttyACM0?baud=115200` (default 9600).
    """

    role: ClassVar[Role] = Role.SCANNER

    def __init__(self, address: str) -> None:
        self._address = address
        self._port: serial.Serial | None = None
        self._framing = Framing()
        self._documents: deque[tuple[str, ...]] = deque(maxlen=8)
        self._last_byte = 0.0

    def open(self, timeout: float) -> None:
        """Take the port for this process alone and forget what was sent before.

        Opening never waits, so `timeout` is not needed. Raises `HardwareError`.
        """
        self.close()
        port = Port.of(self._address)
        try:
            self._port = serial.Serial(port.path, port.baud, timeout=0, exclusive=True)
        except (OSError, ValueError) as error:
            raise HardwareError(_reason(error)) from error

    def close(self) -> None:
        """Give the port back and forget what was read."""
        port, self._port = self._port, None
        self._framing = Framing()
        self._documents.clear()
        if port is not None:
            with suppress(OSError):  # it was unplugged: there is nothing left to give back
                port.close()

    def read_lines(self, timeout: float) -> tuple[str, ...] | None:
        """The next document's lines as the reader sent them, or None after `timeout` seconds.

        Raises `HardwareError` (`LOST`) when the reader was unplugged.
        """
        deadline = monotonic() + timeout
        while not self._documents:
            left = deadline - monotonic()
            wait = min(left, QUIET) if self._framing.pending else left
            chunk = self._read(max(wait, 0.0))
            if chunk:
                self._last_byte = monotonic()
                self._documents.extend(self._framing.feed(chunk))
            elif self._framing.pending and monotonic() - self._last_byte >= QUIET:
                self._documents.extend(self._framing.silence())
            if monotonic() >= deadline:
                break
        return self._documents.popleft() if self._documents else None

    def _read(self, wait: float) -> bytes:
        """What has come, or comes within `wait` seconds; empty if nothing does."""
        port = self._port
        if port is None:
            raise HardwareError(Reason.LOST)
        try:
            ready, _, _ = select.select([port], [], [], wait)
            return bytes(port.read(_CHUNK)) if ready else b""
        except (OSError, ValueError, TypeError) as error:
            # pyserial raises TypeError where the port is closed under it.
            raise HardwareError(Reason.LOST) from error


def _reason(error: Exception) -> Reason:
    """Why the port could not be opened."""
    number = getattr(error, "errno", None)
    if number is None and isinstance(error.__context__, termios.error):
        number = error.__context__.args[0]  # pyserial keeps the number of these to itself
    return _REASONS.get(number, Reason.ABSENT) if number is not None else Reason.BAD_ADDRESS
