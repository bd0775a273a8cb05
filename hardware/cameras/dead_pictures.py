"""Whether a camera that sends pictures sends any that are of use."""

import numpy as np
from numpy.typing import NDArray

from hardware.errors import Reason

DEAD_AFTER = 1.5
"""Seconds of black, or of one and the same picture, after which it is said: as for a stall."""
STEP = 7
"""Every so many-th pixel of every so many-th line is looked at."""
BLACK_UP_TO = 8
"""The brightest pixel of a black picture, 0 to 255: a sensor in the dark is never quite at 0."""


class DeadPictures:
    """Looks at pictures that follow one another; a camera that lives has noise in each."""

    def __init__(self, frozen_after: float = DEAD_AFTER) -> None:
        """`frozen_after`: seconds, more of them where nothing may move before the camera."""
        self._patience = {Reason.BLACK: DEAD_AFTER, Reason.FROZEN: frozen_after}
        self._before: NDArray[np.uint8] | None = None
        self._alive: dict[Reason, float] = {}
        """When a picture last was not so."""

    def see(self, picture: NDArray[np.uint8], now: float) -> Reason | None:
        """BLACK or FROZEN once that has lasted; `picture` is uint8 BGR, `now` in seconds."""
        sample = picture[::STEP, ::STEP].copy()
        before, self._before = self._before, sample
        alive = {
            Reason.BLACK: bool(sample.max() > BLACK_UP_TO),
            Reason.FROZEN: before is None or not np.array_equal(before, sample),
        }
        for reason, is_alive in alive.items():
            if is_alive or reason not in self._alive:
                self._alive[reason] = now
        dead = (r for r in alive if now - self._alive[r] >= self._patience[r])
        return next(dead, None)
