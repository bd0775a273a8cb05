"""How good the pictures of a live camera are, whatever is before it."""

import time
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from hardware.cameras.dead_pictures import DEAD_AFTER, DeadPictures
from hardware.drivers import Camera, PictureScanner
from hardware.errors import HardwareError, Reason
from hardware.face.measuring import softness
from hardware.opencv import cv2

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

WATCHED = 8.5
"""Seconds: a bad hub, or a camera that freezes, is often well for a while."""
MEASURED_EVERY = 0.5
"""Seconds between two pictures that are measured; every one is looked at for life."""
DARK, BRIGHT = 0.14, 0.92
"""Mean grey, 0 to 1. A lit room has 0.2 to 0.8, also with a window behind or a lamp at the side."""
SOFT = 0.66
"""Softness from which no edge is sharp: in focus 0.4 to 0.55, far out of it 0.7 to 0.95."""
CONTRAST = 0.16
"""From dark to bright, 0 to 1: with less there is a bare wall before the camera, and no edge."""
SLOW = 5.0
"""Pictures a second below which nobody finds the right place before it."""
_SMALL = (160, 120)


class Seen(msgspec.Struct, frozen=True):
    """The pictures of one look."""

    width: int
    height: int
    first_seconds: float
    """Until the first picture was there."""
    per_second: float
    brightness: float
    """Mean grey of the middle one, 0 to 1."""
    softness: float
    """Of the sharpest one; 0 where there was nothing before the camera that could be sharp."""

    @property
    def is_dark(self) -> bool:
        """Whether there is too little light for anything."""
        return self.brightness < DARK

    @property
    def is_bright(self) -> bool:
        """Whether there is so much light that hardly anything is seen."""
        return self.brightness > BRIGHT

    @property
    def is_unsharp(self) -> bool:
        """Whether there was something to see, and no picture of it was in focus."""
        return self.softness > SOFT and not self.is_dark

    @property
    def is_slow(self) -> bool:
        """Whether too few pictures come."""
        return self.per_second < SLOW


def watch(
    camera: Camera | PictureScanner,
    seconds: float = WATCHED,
    show: "Callable[[Picture], bool]" = lambda _: False,
    frozen_after: float = DEAD_AFTER,
) -> Seen:
    """What an open camera shows in so many seconds.

    `show` is given a picture now and then and ends the look by True. `HardwareError`: BLACK or
    FROZEN where the pictures are dead, STALLED where there are fewer than two, or the driver's own.
    """
    began = now = time.monotonic()
    dead_pictures, due, arrivals = DeadPictures(frozen_after), began, []
    measured: list[tuple[float, float]] = []
    size = (0, 0)
    while now < began + seconds:
        frame = camera.newest_frame(0.2)
        now = time.monotonic()
        if frame is None:
            continue
        arrivals.append(now)
        if dead := dead_pictures.see(frame, now):
            raise HardwareError(dead)
        if now >= due:
            due = now + MEASURED_EVERY
            size = frame.shape[1], frame.shape[0]
            measured.append(_measure(frame))
            if show(frame) and len(arrivals) > 1:
                break
    if len(arrivals) < 2:
        raise HardwareError(Reason.STALLED)
    per_second = (len(arrivals) - 1) / max(arrivals[-1] - arrivals[0], 1e-3)
    bright, soft = zip(*measured, strict=True)
    return Seen(
        *size,
        arrivals[0] - began,
        per_second,
        median(bright),
        min(filter(None, soft), default=0.0),
    )


def _measure(frame: "Picture") -> tuple[float, float]:
    """Brightness and softness of a picture, uint8 grey or BGR; softness 0 where it has no edges."""
    import numpy as np

    colour = frame if frame.ndim == 3 else np.asarray(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    grey = cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, _SMALL, interpolation=cv2.INTER_AREA)  # without the camera's noise
    dark, bright = np.percentile(small, (1, 99))
    soft = 0.0
    if bright - dark >= 255 * CONTRAST:
        soft = softness(np.asarray(colour, np.uint8), np.ones(grey.shape, np.bool_))
    return float(small.mean()) / 255, soft
