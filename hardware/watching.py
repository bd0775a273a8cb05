"""Looks at the newest picture again and again in a thread of its own, beside the preview."""

import time
from collections.abc import Callable, Iterable
from threading import Condition, Thread
from typing import TYPE_CHECKING

from hardware.messages import FromHost
from hardware.stage import Stage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

LOOK_INTERVAL = 1 / 15
"""Seconds from one look to the next, at least: a look takes 7 to 40 ms of a core."""


class Watching:
    """One thread that is shown pictures and tells the app what it sees in them."""

    def __init__(self, stage: Stage, see: Callable[["Picture"], Iterable[FromHost]]) -> None:
        """`see` is called in that thread with the newest picture; what it gives is sent."""
        self._stage = stage
        self._see = see
        self._changed = Condition()
        self._frame: Picture | None = None
        self._ended = False
        self._due = 0.0
        self._failure: Exception | None = None
        self._thread = Thread(target=self._run, name="watching", daemon=True)
        self._thread.start()

    def look_at(self, frame: "Picture") -> None:
        """Has a frame looked at, unless one was a moment ago; raises what the thread failed with.

        In a frame that comes too early for the next look something newer is worth waiting for.
        """
        now = time.monotonic()
        with self._changed:
            if self._failure is not None:
                raise self._failure
            # Frames do not come to the millisecond: one that is nearly due is due.
            if now > self._due - LOOK_INTERVAL / 4:
                self._due = max(now, self._due) + LOOK_INTERVAL
                self._frame = frame
                self._changed.notify()

    def end(self) -> None:
        """Ends the thread and forgets the frame."""
        with self._changed:
            self._ended = True
            self._frame = None
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        try:
            while (frame := self._next()) is not None:
                for message in self._see(frame):
                    if not self._stage.stop.is_set():
                        self._stage.send(message)
        except Exception as failure:
            with self._changed:
                self._failure = failure

    def _next(self) -> "Picture | None":
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._ended)
            frame, self._frame = self._frame, None
            return frame
