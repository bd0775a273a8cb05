"""A swipe reader without hardware: it sends a document's code on a pseudo-terminal."""

import fcntl
import os
import select
import struct
import termios
import threading
import tty
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

from hardware.scanners.framing import CR, ETX, STX

FS, GS = 0x1C, 0x1D
_TIOCGPTN = 0x80045430
"""Linux: the number of a pseudo-terminal's slave (termios has no name for it before 3.13)."""
_LOOK_EVERY = 0.05


def frame(lines: Sequence[str]) -> bytes:
    """A document as Access-IS OCR readers send it: FS STX line CR line CR ... ETX GS."""
    body = b"".join(line.encode("ascii") + bytes([CR]) for line in lines)
    return bytes([FS, STX]) + body + bytes([ETX, GS])


def serve(
    master: int,
    lines: Sequence[str],
    stop: threading.Event,
    first_after: float = 1.5,
    every: float = 4.0,
) -> None:
    """Play a reader on the master side of a pseudo-terminal until `stop` is set.

    While a program has the slave open, the lines are sent `first_after` seconds after it opened
    it and again each `every` seconds. Returns also when `master` is closed.
    """
    os.set_blocking(master, False)
    _prepare_slave(master)
    document = frame(lines)
    poll = select.poll()
    poll.register(master, select.POLLIN | select.POLLOUT)
    send_at: float | None = None
    while not stop.wait(_LOOK_EVERY):
        events = dict(poll.poll(0)).get(master, 0)
        if events & select.POLLNVAL:
            return
        if events & select.POLLHUP:  # no program has the slave open
            send_at = None
            continue
        if send_at is None:
            send_at = monotonic() + first_after
        with suppress(OSError):  # the program has just gone: the next look will tell
            if events & select.POLLIN:
                os.read(master, 4096)  # commands, which this reader does not take
            if monotonic() >= send_at and events & select.POLLOUT:
                send_at = monotonic() + every
                os.write(master, document)


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
