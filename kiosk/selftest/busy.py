"""What is going on at this kiosk, told by locks on files.

A file that is locked says that it is going on; whether it is there says nothing. The kernel lets go
of a lock when its process ends, however it ends.
"""

import fcntl
import os
import time

from kiosk.places import made, runtime_folder

VISIT = "visit"
"""Held by the app from the begin of a citizen's visit until it is wiped."""
RUN = "selftest"
"""Held by a self-test as long as it runs."""

_PATIENCE = 0.1
"""Seconds to take a lock that somebody is just looking at (`going_on`)."""


def begin(what: str) -> int | None:
    """Says that this is going on; the descriptor that holds it, None where somebody else does it.

    `OSError` where the runtime folder cannot be written.
    """
    held = os.open(made(runtime_folder()) / what, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(held)
                return None
            time.sleep(0.005)
        else:
            return held


def end(held: int) -> None:
    """Says that it has ended."""
    os.close(held)


def going_on(what: str) -> bool:
    """Whether somebody does this now."""
    try:
        seen = os.open(runtime_folder() / what, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(seen, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(seen)
    return False
