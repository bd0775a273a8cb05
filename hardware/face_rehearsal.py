"""The rehearsal of the face in the device host: a live preview, and one hint at a time."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from hardware.drivers import Camera, Driver
from hardware.errors import Reason
from hardware.messages import FaceCoached, FromHost
from hardware.stage import FRAME_INTERVAL, Stage
from hardware.verdicts import DeviceState, FaceHint, Role
from hardware.watching import Watching

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hardware.face.observing import Observation

    Picture = NDArray[np.uint8]


def warm() -> None:
    """Imports what sees faces, before anybody waits."""
    import hardware.cameras.dead_pictures
    import hardware.face.observing
    import hardware.preview  # noqa: F401


def use_camera(driver: Driver, stage: Stage) -> None:
    """Shows what the camera sees and coaches the person, until `stage.stop` is set."""
    from hardware.cameras.dead_pictures import DeadPictures

    camera = cast("Camera", driver)
    dead_pictures = DeadPictures()
    watch = _watch()
    watching = Watching(stage, watch.see) if watch else None
    missing = None if watch else Reason.MODELS_MISSING
    due = 0.0
    stage.shown.set()
    try:
        while not stage.stop.is_set():
            frame = camera.newest_frame(0.2)
            stage.alive()
            if frame is None:
                continue
            now = time.monotonic()
            dead = dead_pictures.see(frame, now)
            if dead is not None:
                stage.status(Role.CAMERA, DeviceState.STALLED, dead)
                if watch:
                    watch.begin()
                continue
            stage.status(Role.CAMERA, DeviceState.READY, missing)
            if watching:
                watching.look_at(frame)
            # Frames do not come to the millisecond: one that is nearly due is due.
            if stage.shown.is_set() and now > due - FRAME_INTERVAL / 4:
                due = max(now, due) + FRAME_INTERVAL
                _show(frame, stage, blurred=bool(watch and watch.several))
    finally:
        if watching:
            watching.end()


def _watch() -> "Watch | None":
    """What coaches; None where the networks are not installed."""
    from hardware.face.models import ModelsMissingError
    from hardware.face.observing import Observer

    try:
        return Watch(Observer().see, time.monotonic)
    except ModelsMissingError:
        return None


def _show(frame: "Picture", stage: Stage, blurred: bool) -> None:
    from hardware.preview import reduce

    columns, rows = stage.columns, stage.rows
    stage.show(Role.CAMERA, columns, rows, reduce(frame, columns, rows, blurred))


class Watch:
    """Turns one picture after another into what the app is told."""

    def __init__(
        self, observe: "Callable[[Picture], Observation]", now: Callable[[], float]
    ) -> None:
        self._observe = observe
        self._now = now
        self.several = False
        """Whether somebody else may be in the picture: then it is to be blurred at once."""
        self.begin()

    def begin(self) -> None:
        """From now on say all anew: the app has said something else meanwhile."""
        from hardware.face.coaching import Coach

        self._coach = Coach(self._now)

    def see(self, picture: "Picture") -> list[FromHost]:
        """What there is to say after one more picture, mostly nothing."""
        seen = self._observe(picture)
        hint = self._coach.see(seen.hints)
        self.several = seen.faces > 1 or self._coach.shown is FaceHint.SEVERAL
        return [] if hint is None else [FaceCoached(hint)]
