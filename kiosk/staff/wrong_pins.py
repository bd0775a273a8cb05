"""How often a wrong PIN was typed, and how long nobody may try again; kept over restarts."""

import errno
import logging
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from kiosk.places import made, state_folder
from kiosk.selftest.writing import write

FREE = 3
"""Wrong ones in a row after which one must wait."""
SHORTEST, LONGEST = 30.0, 900.0
"""Seconds to wait after them, twice as many after each one more, up to the longest."""
NAME = "staff-pin.json"
log = logging.getLogger("kiosk")


class _Kept(msgspec.Struct, frozen=True):
    wrong: int = 0
    at: float = 0.0
    """When the last one was typed, in seconds since 1970 (UTC)."""


class WrongPins:
    """Counts a try before it is looked at: who pulls the plug meanwhile gains nothing."""

    def __init__(self, file: Path | None = None, now: Callable[[], float] = time.time) -> None:
        """`file`: where it is kept; None: in the state folder, or where that fails, in memory."""
        self._file = file
        self._now = now
        self._kept: _Kept | None = None

    def left(self) -> float:
        """Seconds until the next try may be made; 0: now."""
        kept = self._load()
        if kept.wrong < FREE:
            return 0.0
        pause = min(SHORTEST * 2.0 ** min(kept.wrong - FREE, 16), LONGEST)
        # A clock that was set back must not shut staff out for longer than the pause.
        return max(0.0, min(kept.at + pause - self._now(), pause))

    def count(self) -> None:
        """A PIN is about to be looked at."""
        self._keep(_Kept(self._load().wrong + 1, self._now()))

    def forget(self) -> None:
        """It was the right one."""
        self._keep(_Kept())

    def _load(self) -> _Kept:
        if self._kept is None:
            try:
                file = self._file or state_folder() / NAME
                self._kept = msgspec.json.decode(file.read_bytes(), type=_Kept)
            except (FileNotFoundError, NotADirectoryError):
                self._kept = _Kept()
            except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
                # Nobody knows how often it was: as if the free ones had been used up just now.
                self._kept = _Kept(FREE, self._now())
        return self._kept

    def _keep(self, kept: _Kept) -> None:
        self._kept = kept
        try:
            write(self._file or made(state_folder()) / NAME, msgspec.json.encode(kept))
        except OSError as error:
            log.warning(
                "wrong PINs cannot be counted over restarts: %s",
                errno.errorcode.get(error.errno or 0),
            )
