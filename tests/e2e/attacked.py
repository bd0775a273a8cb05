"""A real kiosk on a terminal that somebody attacks, and whether it is what it was before."""

import fcntl
import os
import struct
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from pathlib import Path

from kiosk.language import load_languages
from kiosk.places import Folders
from screens import wiped
from tests.e2e.running import FIRST, KIOSK, Processes, begin, found
from tests.e2e.terminal import Terminal
from tests.processes import LONG, alive, at_rest, children, until
from tests.wire import foreign

ERASED = [
    language.say(wiped.ERASED) for language in load_languages(("en", "da"), Folders()).values()
]
"""What the screen says after a visit, for a moment in which no key counts."""
FOLDERS = ("home", "state", "cache", "config", "data", "run", "tmp", "cwd")
"""Where a program might leave something: each is the kiosk's own."""
WRITES = ("state/",)
"""The kiosk keeps its last good configuration and the last self-test there, as it should."""


def kinds(pid: int) -> list[str]:
    """What runs below a process, by the beginnings of their command lines."""
    below = []
    for child, command in children(pid).items():
        below += [" ".join(command.split()[:3]), *kinds(child)]
    return sorted(below)


class Attacked(Terminal):
    """A kiosk, and what of it must be the same after an attack."""

    folder: Path
    processes: Processes
    _kinds: list[str]
    _files: dict[str, tuple[int, int]]
    _seen = 0

    def look(self) -> None:
        """Remembers what there is before an attack."""
        self.processes = found(self.process.pid)
        self._kinds = kinds(self.process.pid)
        self._files = self.files()

    def send(self, data: bytes, within: float = LONG) -> None:
        """Types these bytes, as fast as they are read."""
        deadline = time.monotonic() + within
        sent = 0
        while sent < len(data):
            sent += os.write(self._master, data[sent : sent + 2048])
            assert time.monotonic() < deadline, f"{len(data) - sent} bytes are not read"

    def storm(self, struck: Iterator[bytes], each_second: int, seconds: float) -> int:
        """Offers so many keys each second; what the terminal has no room for is lost. The bytes
        that were taken, once the app has done with them.
        """
        os.set_blocking(self._master, False)
        began = time.monotonic()
        offered = taken = 0
        while (gone := time.monotonic() - began) < seconds:
            due = int(gone * each_second) - offered
            offered += due
            with suppress(BlockingIOError):
                taken += os.write(self._master, b"".join(islice(struck, due)))
            time.sleep(0.005)
        os.set_blocking(self._master, True)
        self.has_taken_all()
        return taken

    def has_taken_all(self) -> None:
        """Waits until the app has done with whatever was pressed."""
        until(lambda: at_rest(self.processes.app), "all that was pressed has been taken")

    def resize(self, columns: int, rows: int) -> None:
        """The window gets another size; the kiosk is told."""
        with self._changed:
            self._screen.resize(min(rows or 24, 200), min(columns or 80, 500))
            size = struct.pack("HHHH", rows, columns, 0, 0)
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def cells(self) -> list[list[tuple[object, ...]]]:
        """What stands in each cell, and in which colours."""
        with self._changed:
            screen = self._screen
            return [
                [tuple(screen.buffer[row][column]) for column in range(screen.columns)]
                for row in range(screen.lines)
            ]

    def files(self) -> dict[str, tuple[int, int]]:
        """What is written in the kiosk's folders: size and time of each file."""
        told = {}
        for path in self.folder.rglob("*"):
            name = str(path.relative_to(self.folder))
            if path.is_file() and not name.startswith(WRITES):
                told[name] = (path.stat().st_size, path.stat().st_mtime_ns)
        # A lock is an empty file, touched by each visit.
        return {name: told[name] if told[name][0] else (0, 0) for name in told}

    def is_free(self, seconds: float) -> bool:
        """Whether the first screen comes within so long."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while FIRST not in self.text():
                if (left := deadline - time.monotonic()) <= 0:
                    return False
                self._changed.wait(left)
        return True

    def go_home(self) -> None:
        """To the first screen, from wherever an attack has led: nothing else is pressed there."""
        deadline = time.monotonic() + 2 * LONG
        self.standing_still(0.2)
        for key in cycle("910**"):
            if self.is_free(0.6):
                return
            while any(erased in self.text() for erased in ERASED):
                if self.is_free(0.6):
                    return
            assert time.monotonic() < deadline, f"there is no way back to the start\n{self.text()}"
            self.press(key)
            self.has_taken_all()

    def next_person(self) -> None:
        """From wherever somebody has left the kiosk to the first question of a new visit."""
        self.go_home()
        begin(self)

    def answers(self) -> None:
        """Somebody who is at a question sees it in the other language, and back again."""
        for _ in range(2):
            # The same key twice within debounce_seconds counts once.
            before = self.standing_still(0.4)
            self.press("8")
            self.wait_until(lambda screen, old=before: screen != old, "the other language")

    def is_alive(self, after: str = "") -> None:
        """It is the same keeper and the same app."""
        assert alive(self.processes.keeper), f"the kiosk is gone: {after}"
        assert alive(self.processes.app), f"the app has been started anew: {after}"

    def is_as_before(self) -> None:
        """The same app, nothing new that runs, nothing written, nothing odd on the terminal."""
        self.is_alive()
        before = self.processes
        until(lambda: kinds(before.keeper) == self._kinds, "the same programs run")
        assert self.files() == self._files, "something was written"
        self.standing_still(0.2)  # no sequence is cut in two
        unknown = self.unknown()
        assert not unknown, f"on the terminal: {unknown}"

    def unknown(self) -> set[str]:
        """What has been written since the last time that is neither text nor needed."""
        new = self.written[self._seen :]
        self._seen += len(new)
        return foreign(new.decode())


@contextmanager
def attacked(
    folder: Path, *options: str, environment: Mapping[str, str] | None = None
) -> Iterator[Attacked]:
    """A real kiosk whose every folder lies in `folder`, with its first screen on the terminal."""
    for name in FOLDERS:
        (folder / name).mkdir()
    (folder / "run").chmod(0o700)
    own = {
        "HOME": "home",
        "XDG_STATE_HOME": "state",
        "XDG_CACHE_HOME": "cache",
        "XDG_CONFIG_HOME": "config",
        "XDG_DATA_HOME": "data",
        "XDG_RUNTIME_DIR": "run",
        "TMPDIR": "tmp",
    }
    whole = {name: str(folder / part) for name, part in own.items()} | dict(environment or {})
    command = ["env", "-C", str(folder / "cwd"), *KIOSK, "--no-sound", *options]
    with Attacked(command, environment=whole) as terminal:
        terminal.folder = folder
        terminal.wait_for(FIRST)
        found(terminal.process.pid)
        begin(terminal)
        terminal.look()
        yield terminal
