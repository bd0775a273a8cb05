"""What runs: looked up in /proc, which knows no grace and no cache."""

import time
from collections.abc import Callable
from pathlib import Path

LONG = 20.0
"""Seconds: a deadline that only a failing test meets, on a busy machine too."""


def alive(pid: int) -> bool:
    """Whether a process still runs; one that is dead and not yet buried does not."""
    try:
        return _state(pid) not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _state(pid: int) -> str:
    """The letter of proc(5) for what its first thread does."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def at_rest(pid: int) -> bool:
    """Whether a process has nothing to do: it sleeps each time we look, a fifth of a second long.

    One that is busy runs, or waits for a processor of a busy machine; both are told as R.
    """
    for _ in range(10):
        if _state(pid) != "S":
            return False
        time.sleep(0.02)
    return True


def children(pid: int) -> dict[int, str]:
    """The living children of a process, each with its command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid and alive(int(folder.name)):
            found[int(folder.name)] = command
    return found


def child(pid: int, word: str) -> int | None:
    """The child of a process whose command line has this word in it, or None."""
    return next((found for found, command in children(pid).items() if word in command), None)


def until(condition: Callable[[], bool], what: str, timeout: float = LONG) -> None:
    """Waits for a condition; fails the test when it has not come true in time."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {timeout} s"
        time.sleep(0.02)
