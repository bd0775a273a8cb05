"""The plug of a simulated device, which whoever controls the machine pulls and puts in.

And that into which it is put: a terminal at a lasting name; a port that is kept meanwhile.
"""

import os
import pty
import socket
import termios
import tty
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Literal

Do = Literal["unplug", "plug", "hang", "go-on"]
"""What can be done to a device.

unplug: nobody is at its address any more, and what is open breaks; plug: it is there again, at
the same address; hang: it is there and can be opened, and no byte comes from it; go-on: it does.
"""

LOOK_EVERY = 0.05
"""Seconds between two looks at a plug."""


@dataclass
class Plug:
    """How one device is: its thread looks, another one does."""

    there: bool = True
    hangs: bool = False

    def do(self, what: Do) -> None:
        """Pull it, put it in, make it hang or let it go on."""
        match what:
            case "unplug" | "plug":
                self.there = what == "plug"
                self.hangs = False  # what hung has no current any more
            case "hang" | "go-on":
                self.hangs = what == "hang"

    def wait_until_there(self, stop: Event) -> None:
        """Returns when it is plugged in, or `stop` is set."""
        while not self.there and not stop.is_set():
            stop.wait(LOOK_EVERY)

    def wait_while_hanging(self, stop: Event) -> None:
        """Returns when it does not hang, or `stop` is set."""
        while self.hangs and not stop.is_set():
            stop.wait(LOOK_EVERY)


def bound(port: int = 0) -> socket.socket:
    """A TCP socket that keeps its port (0: any) from others, and refuses all who come."""
    listener = socket.socket()
    try:
        # A device that is plugged in again gets its port back while old connections end.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(port != 0))
        listener.bind(("127.0.0.1", port))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    except BaseException:
        listener.close()
        raise
    return listener


def listen(listener: socket.socket) -> None:
    """From now on those who come are let in."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.listen()


def plug_in(link: Path) -> int:
    """A new pseudo-terminal, to whose slave `link` leads from now on; its master."""
    master, slave = pty.openpty()
    try:
        # What is sent before a program opens the line must not be echoed back to the reader.
        tty.setraw(slave, termios.TCSANOW)
        link.symlink_to(os.ttyname(slave))
    except BaseException:
        os.close(master)
        raise
    finally:
        os.close(slave)
    return master
