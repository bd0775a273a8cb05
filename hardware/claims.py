"""Who of the kiosk's own processes has a device: a lock on a file, held while the device is open.

A visit, the self-test and the commands never open one device at the same time. The kernel lets go
of a lock with the process that holds it, however that ends. Other programs are not kept off; their
hold on a device shows when it is opened.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hardware.errors import HardwareError, Reason
from hardware.resources import Resource

RUNTIME = "KIOSK_RUNTIME"
"""The variable that names the runtime folder; who starts us sets it, so that all have the same."""

_RUN = Path("/run/kiosk")
_LOOK_EVERY = 0.05
"""Seconds from one try to take a lock to the next."""


def folder() -> Path:
    """Where the locks lie: the runtime folder of the kiosk; it may not exist yet."""
    if given := os.environ.get(RUNTIME):
        return Path(given)
    if given := os.environ.get("RUNTIME_DIRECTORY"):
        return Path(given.split(":")[0])
    if os.access(_RUN, os.W_OK):
        return _RUN
    if given := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(given) / "kiosk"
    return Path(os.environ.get("TMPDIR") or "/tmp", f"kiosk-{os.getuid()}")


@contextmanager
def claimed(
    resource: Resource, timeout: float, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Holds a device against the kiosk's other processes; `HardwareError` (BUSY) when one has it.

    Waits up to `timeout` seconds, or until `cancelled` says that it is not wanted any more. Where
    the folder cannot be written nobody is kept off: better a kiosk without locks than none.
    """
    lock = _file(resource)
    try:
        if lock is not None:
            _take(lock, time.monotonic() + timeout, cancelled)
        yield
    finally:
        if lock is not None:
            os.close(lock)


def is_claimed(resource: Resource) -> bool:
    """Whether one of the kiosk's processes, this one included, has the device now."""
    try:
        with claimed(resource, 0.0):
            return False
    except HardwareError:
        return True


def lock_file(resource: Resource) -> Path | None:
    """The file that is locked for a device, made if need be; None where it cannot be made."""
    opened = _file(resource)
    if opened is None:
        return None
    os.close(opened)
    return folder() / _name(resource)


def _name(resource: Resource) -> str:
    # The name of a device may hold anything, and be longer than a file's name.
    words = f"{resource.role}\0{resource.driver}\0{resource.address}".encode()
    return f"device-{hashlib.sha256(words).hexdigest()[:16]}"


def _file(resource: Resource) -> int | None:
    place = folder()
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        # In a folder that anybody may make (/tmp) it could be another user's: then not there.
        if place.is_symlink() or place.stat().st_uid not in (0, os.getuid()):
            return None
        return os.open(
            place / _name(resource), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
    except OSError:
        return None


def _take(lock: int, deadline: float, cancelled: Callable[[], bool]) -> None:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if cancelled() or time.monotonic() >= deadline:
                raise HardwareError(Reason.BUSY) from None
            time.sleep(_LOOK_EVERY)
        else:
            return
