"""The swipe reader of an invented maker: it sends a document as `$LINE|LINE*` and a line end."""

import errno
import re
from time import monotonic
from typing import ClassVar

import serial

from hardware import tap
from hardware.errors import HardwareError, Reason
from hardware.verdicts import Role

LONGEST = 400
"""Bytes that are kept while the end of a document has yet to come."""

DOCUMENT = re.compile(rb"\$([A-Z0-9<|]{20,200})\*\r?\n")

REASONS = {
    errno.EACCES: Reason.DENIED,
    errno.EAGAIN: Reason.BUSY,  # another program holds the lock
}


class TownScanner:
    """`address` is the serial port: `/dev/serial/by-id/...`."""

    role: ClassVar[Role] = Role.SCANNER

    def __init__(self, address: str) -> None:
        self._address = address
        self._port: serial.Serial | None = None
        self._heard = b""

    def open(self, timeout: float) -> None:
        """Take the port for this process alone; `HardwareError` says why not."""
        self.close()
        try:
            self._port = serial.Serial(self._address, 9600, timeout=0, exclusive=True)
        except (OSError, ValueError) as error:
            number = getattr(error, "errno", None) or 0
            raise HardwareError(REASONS.get(number, Reason.ABSENT)) from error

    def close(self) -> None:
        """Give it back, and forget what was read."""
        if self._port is not None:
            self._port.close()
        self._port, self._heard = None, b""

    def read_lines(self, timeout: float) -> tuple[str, ...] | None:
        """The next document's lines as the reader sent them, or None after `timeout` seconds."""
        port = self._port
        if port is None:
            raise HardwareError(Reason.LOST)
        deadline = monotonic() + timeout
        while (left := deadline - monotonic()) > 0:
            try:
                port.timeout = left
                came = port.read(port.in_waiting or 1)
            except (OSError, TypeError) as gone:  # TypeError: it was closed meanwhile
                raise HardwareError(Reason.LOST) from gone
            tap.heard(came)
            self._heard = (self._heard + came)[-LONGEST:]
            if found := DOCUMENT.search(self._heard):
                self._heard = b""
                return tuple(found[1].decode("ascii").split("|"))
        return None
