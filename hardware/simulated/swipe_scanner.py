"""A serial reader without hardware: it sends a document's code on a pseudo-terminal.

It can be of any make that the driver knows, sends what that sends, and takes the same commands.
"""

import fcntl
import os
import re
import select
import struct
import termios
import threading
import tty
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from functools import reduce
from itertools import cycle
from operator import xor
from pathlib import Path
from time import monotonic

from hardware.scanners.framing import CR, ETX, FS, GS, SOH, STX
from hardware.simulated.plug import Plug, plug_in

_TIOCGPTN = 0x80045430
"""Linux: the number of a pseudo-terminal's slave (termios has no name for it before 3.13)."""
_LOOK_EVERY = 0.05
_BETWEEN_ROWS = 0.7
"""Seconds between the rows of a reader that sends them one by one."""
_LONGEST_COMMAND = 64


class Make(StrEnum):
    """What a simulated reader sends, and which commands it takes."""

    ACCESS_IS = "access-is"
    STX_ETX = "stx-etx"
    RTE = "rte"
    ELYCTIS = "elyctis"
    HONEYWELL = "honeywell"
    NEWLAND = "newland"
    ROWS = "rows"
    CR = "cr"
    LF = "lf"
    CR_LF = "cr-lf"
    JOINED = "joined"


def frame(lines: Sequence[str], make: Make = Make.ACCESS_IS) -> bytes:
    """A document as such a reader sends it."""
    text = [line.encode("ascii") for line in lines]
    ended = b"".join(line + bytes([CR]) for line in text)
    match make:
        case Make.ACCESS_IS:
            return bytes([FS, STX]) + ended + bytes([ETX, GS])
        case Make.STX_ETX:
            return bytes([STX]) + ended + bytes([ETX])
        case Make.RTE:
            return _rte_block(text)
        case Make.ELYCTIS:
            return _answer(b"I", b"\r".join(text))
        case Make.HONEYWELL:
            return b"\r".join(text)
        case Make.NEWLAND | Make.CR:
            return ended
        case Make.LF:
            return ended.replace(b"\r", b"\n")
        case Make.CR_LF:
            return ended.replace(b"\r", b"\r\n")
        case Make.ROWS | Make.JOINED:
            return b"".join(text)


def _rte_block(text: Sequence[bytes]) -> bytes:
    """Three lines, of which the last is the document's last; as wide as a passport or a card."""
    width = 30 if len(text) == 3 else 44
    missing = [b""] * (3 - len(text))
    padded = [*missing, *(line.ljust(width, b"_") for line in text)]
    body = b"OU" + bytes([STX]) + b"0" + b"".join(line + b"\r" for line in padded) + bytes([ETX])
    length = struct.pack("<H", len(body) + 3)  # with itself and the check byte
    return bytes([SOH]) + length + body + bytes([reduce(xor, length + body)])


def _answer(letter: bytes, data: bytes) -> bytes:
    return letter + struct.pack(">H", len(data)) + data


class Reader:
    """A reader of one make, with a document that can be pulled through it."""

    def __init__(self, make: Make, lines: Sequence[str]) -> None:
        self._make = make
        self._lines = lines
        self._received = b""
        self.armed = make not in _TAKES
        """Whether it would read a document now."""

    def pull(self) -> list[bytes]:
        """What it sends when a document is pulled through, in pieces with pauses between them."""
        if not self.armed:
            return []
        self.armed = self._make not in _TAKES  # a good read ends what a command had begun
        if self._make is Make.ROWS:
            return [line.encode("ascii") for line in self._lines]
        return [frame(self._lines, self._make)]

    def take(self, received: bytes) -> bytes:
        """What it answers to these bytes; a command may come in several pieces."""
        take = _TAKES.get(self._make)
        if take is None:
            return b""
        answers = b""
        self._received += received
        while answered := take(self, self._received):
            taken, answer = answered
            self._received = self._received[taken:]
            answers += answer
        self._received = self._received[-_LONGEST_COMMAND:]
        return answers

    def _take_elyctis(self, received: bytes) -> tuple[int, bytes] | None:
        if len(received) < 3:
            return None
        letter, length = received[:1], int.from_bytes(received[1:3], "big")
        if len(received) < 3 + length:
            return None
        data = received[3 : 3 + length]
        if letter == b"C":
            self.armed = data == b"\1"
        texts = {b"C": data, b"V": b"1.7.0", b"W": b"OCR 2.3", b"R": b"0000001", b"T": b"IDBOX"}
        texts[b"I"] = b""  # nothing lies on the glass until a document is pulled through
        return 3 + length, _answer(letter, texts[letter]) if letter in texts else b""

    def _take_honeywell(self, received: bytes) -> tuple[int, bytes] | None:
        found = re.search(rb"\x16(?:([TU])\r|M\r([^.!]*)([.!]))", received)
        if not found:
            return None
        if found[1]:
            self.armed = found[1] == b"T"
            return found.end(), b""
        if found[2] == b"TRGMOD?":
            return found.end(), b"TRGMOD0\x06" + found[3]
        return found.end(), found[2] + b"\x05" + found[3]

    def _take_newland(self, received: bytes) -> tuple[int, bytes] | None:
        found = re.search(rb"~\x01(.{4})([@#])([A-Z]+)(\d*);\x03", received, re.DOTALL)
        if not found:
            return None
        name, value, result = found[3], found[4], b"\x06"
        if name == b"SCNTRG":
            self.armed = value == b"1"
        elif name == b"QRYPDN":
            value = b"NLS-FM430"
        else:
            result = b"\x15"
        return found.end(), b"\x02\x01" + found[1] + found[2] + name + value + result + b";\x03"


_TAKES = {
    Make.ELYCTIS: Reader._take_elyctis,
    Make.HONEYWELL: Reader._take_honeywell,
    Make.NEWLAND: Reader._take_newland,
}
"""The makes that read only when they were told to."""


def serve(
    master: int,
    lines: Sequence[str],
    stop: threading.Event,
    first_after: float = 1.5,
    every: float = 4.0,
    make: Make = Make.ACCESS_IS,
    pieces: Sequence[int] = (4096,),
    plug: Plug | None = None,
) -> None:
    """Play a reader on the master side of a pseudo-terminal until `stop` is set.

    While a program has the slave open, a document is pulled through `first_after` seconds after it
    opened it and again each `every` seconds; what is sent goes out in pieces of so many bytes, in
    turn. Returns also when `master` is closed, and when the plug is pulled.
    """
    plug = plug or Plug()
    os.set_blocking(master, False)
    _prepare_slave(master)
    poll = select.poll()
    poll.register(master, select.POLLIN)
    reader: Reader | None = None
    pull_at = 0.0
    to_send: list[tuple[float, bytes]] = []
    while plug.there and not stop.is_set():
        events = dict(poll.poll(_LOOK_EVERY * 1000)).get(master, 0)
        if events & select.POLLNVAL:
            return
        if events & select.POLLHUP:  # no program has the slave open
            reader = None
            stop.wait(_LOOK_EVERY)
            continue
        now = monotonic()
        if reader is None:
            reader, pull_at, to_send = Reader(make, lines), now + first_after, []
        if plug.hangs:
            stop.wait(_LOOK_EVERY)
            continue
        with suppress(OSError):  # the program has just gone: the next look will tell
            if events & select.POLLIN:
                to_send.insert(0, (now, reader.take(os.read(master, 4096))))
            if now >= pull_at and reader.armed:
                pull_at = now + every
                rows = enumerate(reader.pull())
                to_send += [(now + i * _BETWEEN_ROWS, row) for i, row in rows]
            while to_send and now >= to_send[0][0]:
                _write(master, to_send.pop(0)[1], pieces)


def serve_at(
    link: Path,
    master: int | None,
    lines: Sequence[str],
    stop: threading.Event,
    plug: Plug,
    first_after: float,
    every: float,
    make: Make,
) -> None:
    """As `serve`, at a lasting name: a reader that is plugged in again is another terminal there.

    `master` is of the terminal to which `link` leads, and is closed; None: it is not plugged in.
    """
    while not stop.is_set():
        if master is not None:
            serve(master, lines, stop, first_after, every, make, plug=plug)
            link.unlink(missing_ok=True)
            os.close(master)
        plug.wait_until_there(stop)
        master = plug_in(link)
    if master is not None:
        os.close(master)


def _write(master: int, data: bytes, pieces: Sequence[int]) -> None:
    """Send these bytes; what a program that reads nothing leaves no room for is lost."""
    sizes = cycle(pieces)
    while data:
        size = next(sizes)
        with suppress(BlockingIOError):
            os.write(master, data[:size])
        data = data[size:]


def _prepare_slave(master: int) -> None:
    """Make the line carry every byte as it is, and make the master see when nobody is there.

    Only once a slave was opened and closed does Linux report a hang-up on the master.
    """
    (number,) = struct.unpack("I", fcntl.ioctl(master, _TIOCGPTN, bytes(4)))
    slave = os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY)
    try:
        tty.setraw(slave, termios.TCSANOW)
    finally:
        os.close(slave)
