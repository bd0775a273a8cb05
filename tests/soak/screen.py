"""A terminal whose screen is compared with another's, cell by cell, and that changes its size."""

import fcntl
import os
import re
import struct
import termios
import time
from collections.abc import Callable

from tests.e2e.terminal import Terminal

Look = tuple[tuple[tuple[object, ...], ...], ...]
"""What stands in each cell and how it looks, row by row."""

SIZE = (80, 24)
"""Columns and rows at which screens are compared."""

_KEY = re.compile(r"(?:(?<=  )|(?<=^ ))([0-9*#]) (?= ?\S|►)", re.MULTILINE)
"""A key on the screen: its digit, and its words after two spaces or the mark of the focus."""


class SoakScreen(Terminal):
    """The terminal of one kiosk."""

    def resize(self, columns: int, rows: int) -> None:
        """The window gets another size; the program is told."""
        with self._changed:
            if (self._screen.columns, self._screen.lines) == (columns, rows):
                return
            self._screen.resize(rows, columns)
            size = struct.pack("HHHH", rows, columns, 0, 0)
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._screen.columns, self._screen.lines

    def look(self) -> Look:
        """The whole screen, text and colours."""
        with self._changed:
            columns, rows = self.size
            lines = (self._screen.buffer[row] for row in range(rows))
            return tuple(tuple(tuple(line[x]) for x in range(columns)) for line in lines)

    def forget_written(self) -> None:
        """Lets go what was written so far, which would fill the memory."""
        with self._changed:
            self._written.clear()

    def change(self, seconds: float) -> None:
        """Waits until something is written, or so long."""
        with self._changed:
            self._changed.wait(seconds)

    def settle(self, seconds: float) -> None:
        """Waits until nothing was written for so long, at most five times that."""
        deadline = time.monotonic() + 5 * seconds
        with self._changed:
            while self._changed.wait(seconds) and time.monotonic() < deadline:
                pass

    def comes(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Whether the screen comes to fit the condition in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if (left := deadline - time.monotonic()) <= 0:
                return False
            self.change(min(left, 0.25))
        return True

    def offered(self) -> dict[str, tuple[int, int]]:
        """The keys that stand on the screen, each with the column and row (from 1) of its digit."""
        found: dict[str, tuple[int, int]] = {}
        for row, line in enumerate(self.text().split("\n"), start=1):
            for key in _KEY.finditer(line):
                found.setdefault(key[1], (key.start(1) + 1, row))
        return found

    def unread_keys(self) -> bool:
        """Whether there are keys that the program has not read yet."""
        terminal = f"/proc/{self.process.pid}/fd/0"
        slave = os.open(terminal, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            return fcntl.ioctl(slave, termios.FIONREAD, bytes(4)) != bytes(4)
        finally:
            os.close(slave)

    def touch(self, column: int, row: int) -> None:
        """A finger touches there, and lets go."""
        self.press(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")


def differences(one: Look, other: Look) -> str:
    """Where two screens differ, in a few lines."""
    told = []
    for number, (mine, its) in enumerate(zip(one, other, strict=False), start=1):
        if mine != its:
            texts = ["".join(str(cell[0]) for cell in row).rstrip() for row in (mine, its)]
            only = "" if texts[0] != texts[1] else " (its colours)"
            told.append(f"row {number}{only}: {texts[0]!r} instead of {texts[1]!r}")
    return "\n".join(told[:8])
