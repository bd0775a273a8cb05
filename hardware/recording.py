"""Recordings of what a device and its driver say to each other, to run the driver on without it.

A file of JSON lines: a `Header`, then a `Passed` for each piece, in the order in which they came.
Named `.gz` it is packed. It holds all that the device saw: for specimen documents only.
"""

import gzip
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Final, Literal, cast

import msgspec

from hardware import drivers, tap
from hardware.chip_link import LinkError, NoChipError
from hardware.drivers import Driver, Flatbed, LineScanner, PictureScanner, Reader
from hardware.resources import Resource
from hardware.tap import Way
from hardware.verdicts import Role

SCHEMA: Final = "kiosk.recording/1"

OPEN_TIMEOUT = 4.0
"""Seconds within which a driver must have opened its device."""
LOOK = 0.5
"""Seconds for one look whether there is something."""
EVERY = 0.2
"""Seconds between two pictures of a camera that are recorded."""
SCAN_WITHIN = 60.0
"""Seconds for which a scan that was begun is waited for, whatever time was given."""
ANSWERS_WITHIN = 2.0
"""Seconds for a chip to answer one command."""

COMMANDS = (
    bytes.fromhex("00A4000C023F00"),  # SELECT the master file
    bytes.fromhex("00A4020C02011C"),  # SELECT EF.CardAccess
    bytes.fromhex("00B0000000"),  # READ it
    bytes.fromhex("00A4040C07A0000002471001"),  # SELECT the application of travel documents
)
"""What a chip is asked: what it tells everybody, without a key. Every time the same, without
chance, so that the driver says the same again when the recording is played."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line: what was recorded, and when (UTC)."""

    schema: Literal["kiosk.recording/1"]
    role: Role
    driver: str
    recorded: datetime


class Passed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One piece: seconds since the beginning, its way, and its bytes (base64 in the file)."""

    at: float
    way: Way
    bytes: bytes
    channel: str = ""
    """Where there are several: "errors" and "exit" of a program, the name of a PC/SC call."""


@dataclass(frozen=True)
class Recording:
    """A recording as it was read."""

    header: Header
    passed: list[Passed]


class BadRecordingError(ValueError):
    """A file is no recording; the text says in which line."""


def load(file: Path) -> Recording:
    """The recording in a file; `OSError`, `BadRecordingError`."""
    number = 0
    passed: list[Passed] = []
    with _unpacked(file) as lines:
        try:
            number = 1
            header = msgspec.json.decode(next(lines, b""), type=Header)
            for number, line in enumerate(lines, 2):  # noqa: B007 - for the error
                passed.append(msgspec.json.decode(line, type=Passed))
        except (msgspec.MsgspecError, ValueError, EOFError, zlib.error) as error:
            raise BadRecordingError(f"line {number} is not of a recording") from error
    return Recording(header, passed)


@contextmanager
def _unpacked(file: Path) -> Iterator[Iterator[bytes]]:
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
        yield iter(lines)


class Tape:
    """A recording that is being made: takes what passes the tap, from any thread."""

    def __init__(self, file: BinaryIO, resource: Resource) -> None:
        self._file = file
        self._began = time.monotonic()
        self._lock = Lock()
        self.pieces = 0
        self.size = 0
        """Bytes that have passed, before they are packed or written as text."""
        self.failure: OSError | None = None
        """Why it could not be written; a driver is not to fail for that."""
        recorded = datetime.now(UTC).replace(microsecond=0)
        self._write(Header(SCHEMA, resource.role, resource.driver, recorded))

    def take(self, way: Way, data: bytes, channel: str) -> None:
        """Writes down one piece."""
        with self._lock:
            at = round(time.monotonic() - self._began, 4)
            self._write(Passed(at, way, data, channel))
            self.pieces += 1
            self.size += len(data)

    def _write(self, line: Header | Passed) -> None:
        if self.failure is not None:
            return
        try:
            self._file.write(msgspec.json.encode(line) + b"\n")
            self._file.flush()  # a recording that is killed has what came until then
        except OSError as error:
            self.failure = error


@dataclass(frozen=True)
class Recorded:
    """What a recording came to."""

    pieces: int
    size: int
    found: int
    """Documents, pictures or answers of a chip that the driver made of it."""
    seconds: float


@contextmanager
def new_file(file: Path) -> Iterator[BinaryIO]:
    """A file for this user's eyes alone; `FileExistsError` where there is one of that name."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as plain:
        if file.suffix == ".gz":
            with gzip.GzipFile("", "wb", fileobj=plain, mtime=0) as packed:
                yield cast("BinaryIO", packed)
        else:
            yield plain


def record(
    resource: Resource, tape: Tape, seconds: float, may: Callable[[], bool] = lambda: True
) -> Recorded:
    """Uses a device for some seconds once it is open, and writes down what passes.

    A scan is waited for, however long it takes. It ends at once when `may` says no. `HardwareError`
    when the device fails, and `OSError` when the file does: what had come until then is in it.
    """
    began = time.monotonic()
    with tap.listening(tape.take), drivers.opened(resource, OPEN_TIMEOUT) as driver:
        found = _use(driver, resource.role, lambda: tape.failure is None and may(), seconds)
    if tape.failure is not None:
        raise tape.failure
    return Recorded(tape.pieces, tape.size, found, round(time.monotonic() - began, 1))


def _use(driver: Driver, role: Role, goes_on: Callable[[], bool], seconds: float) -> int:
    """Uses a driver as a rehearsal does; how often it found something."""
    until = time.monotonic() + seconds

    def wanted() -> bool:
        return goes_on() and time.monotonic() < until

    if role is Role.READER:
        return _read_chip(cast("Reader", driver), wanted, goes_on)
    if isinstance(driver, Flatbed):
        return _scan(driver, goes_on)
    found = 0
    while wanted():
        if role is Role.SCANNER and not isinstance(driver, PictureScanner):
            found += cast("LineScanner", driver).read_lines(LOOK) is not None
        else:
            found += cast("PictureScanner", driver).newest_frame(LOOK) is not None
            time.sleep(EVERY)
    return found


def _scan(scanner: Flatbed, goes_on: Callable[[], bool]) -> int:
    """One scan, of what lies on the glass."""
    scanner.scan()
    until = time.monotonic() + SCAN_WITHIN
    while goes_on() and scanner.scanning and time.monotonic() < until:
        if scanner.newest_frame(LOOK) is not None:
            return 1
    return 0


def _read_chip(reader: Reader, wanted: Callable[[], bool], goes_on: Callable[[], bool]) -> int:
    """Waits for a chip and asks it what it tells everybody; how many answers there were."""
    while wanted():
        try:
            link = reader.connect(LOOK, lambda: not goes_on())
        except (NoChipError, LinkError):
            continue
        answers = 0
        try:
            for command in COMMANDS:
                link.transmit(command, ANSWERS_WITHIN)
                answers += 1
        except LinkError:
            continue
        finally:
            link.close()
        return answers
    return 0
