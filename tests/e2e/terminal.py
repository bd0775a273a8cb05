"""A terminal without a window: it runs a program on a pty, keeps its screen and presses keys."""

import errno
import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import pyte

TIMEOUT = 20.0
"""Seconds that a test waits for what is to come on a busy machine."""

# What pyte would draw as text or stumble over: sequences with a private mark (keyboard protocol,
# mode queries), with an intermediate byte (soft reset), and strings to the terminal (DCS, OSC).
_FOREIGN = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[ -/]*[@-~]"
    rb"|\x1b\[\?[0-9;:]*[ -/]*[@-gi-km-~]"
    rb"|\x1b\[[0-9;:]*[ -/]+[@-~]"
    rb"|\x1b[P_^X][^\x1b]*\x1b\\"
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
)
_UNFINISHED = re.compile(
    rb"\x1b(?:\[[<>=?]?[0-9;:]*[ -/]*|[P_^X][^\x1b]*\x1b?|\][^\x07\x1b]*\x1b?)?\Z"
)


class Terminal:
    """A program on a terminal of its own, which controls it as a person's terminal does.

    Used as a context manager: at the end the program is terminated, and killed if it stays.
    """

    def __init__(
        self,
        command: Sequence[str],
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`environment` is added to that of the tests."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = threading.Condition()
        self._written = bytearray()
        self._closing = threading.Event()
        self.reads = threading.Event()
        """Cleared, nothing is read any more of what the program writes, until it is set again."""
        self.reads.set()
        spoken = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self._master, slave = os.openpty()
        self.initial = termios.tcgetattr(slave)
        """How the terminal was set before the program was started (termios.tcgetattr)."""
        try:
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            # The terminal controls the program, so that Ctrl+C could send it a signal.
            self.process = subprocess.Popen(
                ["setsid", "--ctty", *command],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env={**os.environ, **spoken, **(environment or {})},
            )
        except BaseException:
            os.close(self._master)
            raise
        finally:
            os.close(slave)
        self._reader = threading.Thread(target=self._read, name="terminal")
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def press(self, keys: str) -> None:
        """Types these keys, all at once."""
        os.write(self._master, keys.encode())

    def text(self) -> str:
        """What stands on the screen now, a line for each row, without the spaces at the ends."""
        with self._changed:
            return "\n".join(line.rstrip() for line in self._screen.display)

    def standing_still(self, seconds: float = 0.5) -> str:
        """Waits until nothing has been written for so long; returns the screen."""
        with self._changed:
            while self._changed.wait(seconds):
                pass
            return self.text()

    def wait_for(self, text: str, timeout: float = TIMEOUT) -> str:
        """Waits until the screen shows this text, on one line or wrapped; returns the screen."""
        return self.wait_until(lambda screen: text in " ".join(screen.split()), repr(text), timeout)

    def wait_until(
        self, condition: Callable[[str], bool], what: str, timeout: float = TIMEOUT
    ) -> str:
        """Waits until the text on the screen fits the condition, and returns it."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not condition(screen := self.text()):
                left = deadline - time.monotonic()
                assert left > 0, f"not on the screen: {what}\n{screen}"
                self._changed.wait(left)
            return screen

    @property
    def written(self) -> bytes:
        """Every byte that the program has written so far."""
        with self._changed:
            return bytes(self._written)

    @property
    def attributes(self) -> list[Any]:
        """How the terminal is set now (termios.tcgetattr)."""
        return termios.tcgetattr(self._master)

    def wait(self, timeout: float = TIMEOUT) -> int:
        """Waits until the program has ended and all that it wrote was read; its exit code."""
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        assert not self._reader.is_alive(), "the program has ended, but left one on the terminal"
        return code

    def close(self) -> None:
        """Ends the program and the terminal; may be called more than once."""
        if self._closing.is_set():
            return
        self.process.terminate()
        try:
            self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._closing.set()
        self._reader.join()
        os.close(self._master)

    def _read(self) -> None:
        pending = b""
        while not self._closing.is_set():
            if not self.reads.wait(0.1) or not select.select([self._master], [], [], 0.1)[0]:
                continue
            try:
                chunk = os.read(self._master, 65536)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                return  # nobody has the terminal open any more
            pending = _FOREIGN.sub(b"", pending + chunk)
            unfinished = _UNFINISHED.search(pending)
            end = unfinished.start() if unfinished else len(pending)
            with self._changed:
                self._written += chunk
                self._stream.feed(pending[:end])
                self._changed.notify_all()
            pending = pending[end:]
