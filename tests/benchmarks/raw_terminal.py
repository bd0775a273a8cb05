"""A program on a pty, read as fast as it writes, with the time of every chunk of bytes."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self


class RawTerminal:
    """Nothing is interpreted: the measuring must cost less than what is measured."""

    def __init__(self, command: Sequence[str], columns: int = 120, rows: int = 40) -> None:
        self.started = time.perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            size = struct.pack("HHHH", rows, columns, 0, 0)
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
            os.execv(command[0], list(command))
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            self.read(0.05)
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
        os.close(self._master)

    def press(self, keys: bytes) -> float:
        """Types keys; when (perf_counter, s)."""
        os.write(self._master, keys)
        return time.perf_counter()

    def read(self, timeout: float) -> bytes:
        """The next chunk of bytes, or none within `timeout` seconds."""
        if not select.select([self._master], [], [], timeout)[0]:
            return b""
        try:
            return os.read(self._master, 1 << 20)
        except OSError:
            return b""

    def wait_for(self, *markers: bytes, timeout: float = 30.0) -> float:
        """When (perf_counter, s) the bytes of a marker had come; TimeoutError when none comes."""
        tail = b""
        deadline = time.perf_counter() + timeout
        while time.perf_counter() < deadline:
            chunk = self.read(0.05)
            if any(marker in tail + chunk for marker in markers):
                return time.perf_counter()
            tail = (tail + chunk)[-max(map(len, markers)) :]
        raise TimeoutError(markers)

    def drain(self, seconds: float) -> list[tuple[float, int]]:
        """Reads for so long; the time and size of every chunk."""
        chunks = []
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            chunk = self.read(left)
            if chunk:
                chunks.append((time.perf_counter(), len(chunk)))
        return chunks
