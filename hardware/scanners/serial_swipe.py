"""A reader of machine-readable zones on a serial port, or on USB as one (CDC)."""

import errno
import os
import select
import termios
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar
from urllib.parse import parse_qsl

import serial

from hardware import tap
from hardware.errors import HardwareError, Reason
from hardware.scanners.framing import Framing
from hardware.scanners.serial_lines import Lines
from hardware.scanners.serial_profiles import LISTENING, PROBES, PROFILES, Profile, ReaderKind
from hardware.verdicts import Role

AUTO = "auto"
"""The reader of an address that names none: it is found by asking."""

ANSWERS_WITHIN = 0.3
"""Seconds; an answer of 30 bytes takes 0.03 s at 9600 baud."""

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
    """Where a serial reader is plugged in, and of which kind it is (None: to be found out)."""

    path: str
    baud: int = 9600
    reader: ReaderKind | None = None

    @classmethod
    def of(cls, address: str) -> "Port":
        """The port of an address `/dev/NAME?baud=115200&reader=elyctis`; `HardwareError` else.

        Both options may be left out. `reader` is one of `ReaderKind`, or "auto".
        """
        path, _, query = address.partition("?")
        try:
            options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
            baud = int(options.pop("baud", cls.baud))
            name = options.pop("reader", AUTO)
            reader = None if name == AUTO else ReaderKind(name)
        except ValueError as error:
            raise HardwareError(Reason.BAD_ADDRESS) from error
        if not path.startswith("/") or options or baud not in serial.Serial.BAUDRATES:
            raise HardwareError(Reason.BAD_ADDRESS)
        return cls(path, baud, reader)


class SerialSwipe:
    """A swipe reader that sends the lines of each document, 8N1, in a framing of `Framing`.

    `address` is a device path with an optional speed (default 9600) and kind of reader (default
    "auto"): `/dev/ttyACM0?baud=115200&reader=elyctis`.
    """

    role: ClassVar[Role] = Role.SCANNER

    def __init__(self, address: str) -> None:
        self._address = address
        self._port: serial.Serial | None = None
        self._profile = LISTENING
        self._framing = Framing()
        self._documents: deque[Lines] = deque(maxlen=8)
        self._last_byte = 0.0
        self._arm_at: float | None = None

    @property
    def found(self) -> str | None:
        """The kind of reader that is there, once it is open."""
        return self._profile.kind.value if self._port else None

    def open(self, timeout: float) -> None:
        """Take the port for this process alone, forget what was sent before, find the reader.

        Asking a reader of unknown kind takes up to two times `ANSWERS_WITHIN`, and no longer than
        `timeout` seconds. Raises `HardwareError`.
        """
        deadline = monotonic() + timeout
        self.close()
        port = Port.of(self._address)
        try:
            # This raises DTR, too, without which Elyctis readers keep silent.
            self._port = serial.Serial(port.path, port.baud, timeout=0, exclusive=True)
        except (OSError, ValueError) as error:
            raise HardwareError(_reason(error)) from error
        self._profile = PROFILES[port.reader] if port.reader else self._probe(deadline)
        self._arm_at = monotonic() if self._profile.arm else None

    def close(self) -> None:
        """Give the port back and forget what was read."""
        if self._port is not None:
            with suppress(HardwareError):
                self._send(self._profile.disarm)
            with suppress(OSError):  # it was unplugged: there is nothing left to give back
                self._port.close()
        self._port = None
        self._profile = LISTENING
        self._framing = Framing()
        self._documents.clear()

    def read_lines(self, timeout: float) -> Lines | None:
        """The next document's lines as the reader sent them, or None after `timeout` seconds.

        Raises `HardwareError` (`LOST`) when the reader was unplugged.
        """
        deadline = monotonic() + timeout
        while not self._documents:
            self._arm()
            self._listen(deadline)
            if monotonic() >= deadline:
                break
        if not self._documents:
            return None
        if self._arm_at is not None:
            self._arm_at = monotonic()  # the reader has read, and stopped
        return self._documents.popleft()

    def _probe(self, deadline: float) -> Profile:
        """The profile of the reader that answers, or of one that is to be listened to."""
        for asked in PROBES:
            self._send(b"".join(profile.inquiry for profile in asked))
            heard = bytearray()
            until = min(monotonic() + ANSWERS_WITHIN, deadline)
            while monotonic() < until:
                chunk = self._read(until - monotonic())
                self._take(chunk)  # somebody may be pulling a document through right now
                heard += chunk
                del heard[:-_CHUNK]
                for profile in asked:
                    if profile.answer.search(heard):
                        self._framing = Framing()  # the answer is no document that was begun
                        return profile
        return LISTENING

    def _arm(self) -> None:
        """Make the reader ready where that is due and it is not sending."""
        if self._arm_at is None or self._framing.patience is not None:
            return
        if monotonic() >= self._arm_at:
            self._send(self._profile.arm)
            self._arm_at = monotonic() + self._profile.lapses

    def _listen(self, deadline: float) -> None:
        """Take what has come, or comes until something else is due."""
        due = deadline
        patience = self._framing.patience
        if patience is not None:
            due = min(due, self._last_byte + patience)
        elif self._arm_at is not None:
            due = min(due, self._arm_at)
        chunk = self._read(max(due - monotonic(), 0.0))
        self._take(chunk)
        if not chunk and patience is not None and monotonic() - self._last_byte >= patience:
            self._documents.extend(self._framing.silence())

    def _take(self, chunk: bytes) -> None:
        if chunk:
            self._last_byte = monotonic()
            self._documents.extend(self._framing.feed(chunk))

    def _read(self, wait: float) -> bytes:
        """What has come, or comes within `wait` seconds; empty if nothing does."""
        port = self._port
        if port is None:
            raise HardwareError(Reason.LOST)
        try:
            ready, _, _ = select.select([port], [], [], wait)
            chunk = bytes(port.read(_CHUNK)) if ready else b""
        except (OSError, ValueError, TypeError) as error:
            # pyserial raises TypeError where the port is closed under it.
            raise HardwareError(Reason.LOST) from error
        tap.heard(chunk)
        return chunk

    def _send(self, command: bytes) -> None:
        """Send a command, or as much of it as the port takes at once.

        pyserial's own `write` would wait for a port that takes nothing.
        """
        if self._port is None or not command:
            return
        try:
            tap.said(command[: os.write(self._port.fileno(), command)])
        except BlockingIOError:
            pass
        except (OSError, TypeError) as error:
            raise HardwareError(Reason.LOST) from error


def _reason(error: Exception) -> Reason:
    """Why the port could not be opened."""
    number = getattr(error, "errno", None)
    if number is None and isinstance(error.__context__, termios.error):
        number = error.__context__.args[0]  # pyserial keeps the number of these to itself
    return _REASONS.get(number, Reason.ABSENT) if number is not None else Reason.BAD_ADDRESS
