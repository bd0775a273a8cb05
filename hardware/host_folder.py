"""A folder for what one device host writes to files: it is gone with the host, whoever dies first.

The app that made it holds a lock on it. What the folders of apps that were killed still hold is
removed by the next app, and whoever was to write there is ended.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
from pathlib import Path

PREFIX = "kiosk-host-"

IN_MEMORY = "/dev/shm"
"""Where a folder is made when the usual place cannot have one, as on a full disk."""


class HostFolder:
    """A locked folder of its own; `OSError` when none can be made anywhere."""

    def __init__(self) -> None:
        _remove_left_over()
        try:
            self.path, self._lock = _made(None)
        except OSError:
            self.path, self._lock = _made(IN_MEMORY)

    def remove(self) -> None:
        """Removes it with all that is in it, as far as that can be done."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _made(place: str | None) -> tuple[Path, int]:
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        with contextlib.suppress(FileNotFoundError):
            lock = _opened(path)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.exists():
                return path, lock
            # Before it was locked, another app took it for one that was left.
            os.close(lock)


def _remove_left_over() -> None:
    """Removes what killed apps have left; what is locked belongs to one that lives."""
    # A full disk is not taken for the usual place, and yet what was left there is to go.
    places = {os.environ.get("TMPDIR", ""), IN_MEMORY} - {""}
    with contextlib.suppress(OSError):
        places.add(tempfile.gettempdir())
    for folder in (folder for place in places for folder in Path(place).glob(f"{PREFIX}*")):
        with contextlib.suppress(OSError):
            lock = _opened(folder)
            try:
                if os.fstat(lock).st_uid == os.getuid():
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _end_left_over(folder)
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _end_left_over(folder: Path) -> None:
    """Ends a host whose app was killed before it had asked the kernel to end with it.

    It goes by itself as soon as it runs; one that was stopped so early would stay for ever.
    """
    told = f"TMPDIR={folder}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if told in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)


def _opened(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
