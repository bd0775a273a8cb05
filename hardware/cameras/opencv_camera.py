"""A camera through OpenCV: a thread that captures, and one slot that holds the newest frame.

Reading frames one by one from a slow consumer lets them queue up inside the driver until the
picture is seconds old; the thread reads as fast as they come and forgets all but the last.
"""

import threading
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, cast

from hardware import tap
from hardware.cameras.video_source import DEFAULT_FPS, VideoSource, source_of
from hardware.errors import HardwareError, Reason
from hardware.opencv import cv2
from hardware.verdicts import Role

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STALLED_AFTER = 1.5
"""Seconds without a frame after which the camera counts as stalled."""
ALMOST = 0.9
"""A wait that the system cut short by this much was still the whole wait."""
CLOSED_WITHIN = 0.8


class OpenCVCamera:
    """A webcam (`/dev/video0`), an MJPEG stream (`http://...`), a video file or an image sequence.

    A webcam is asked for `size`, or for another in its address: `/dev/video0?size=1920x1080`.
    After STALLED or LOST it stays so: close it and open it again.
    """

    role: ClassVar[Role] = Role.CAMERA
    size: ClassVar[tuple[int, int]] = (640, 480)
    """Width and height in pixels that are asked for; the camera takes the nearest that it has."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._capture: _Capture | None = None

    def open(self, timeout: float) -> None:
        """Open the camera, or raise `HardwareError` within `timeout` seconds."""
        self.close()
        self._capture = _Capture(source_of(self._address), self.size)
        try:
            self._capture.wait_until_open(timeout)
        except HardwareError:
            self.close()
            raise

    def close(self) -> None:
        """Release the camera and forget its frame, within a second; never raises."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.close()

    def newest_frame(self, timeout: float) -> "NDArray[np.uint8] | None":
        """The newest frame not yet handed out, (height, width, 3) uint8 BGR, or None in time.

        `HardwareError`: STALLED when nothing came for `STALLED_AFTER` seconds, LOST when the
        stream ended or the camera went away, MALFORMED when what it sends is no colour picture.
        """
        if self._capture is None:
            raise HardwareError(Reason.LOST)
        frame = self._capture.take(timeout)
        if frame is not None and tap.listened():
            tap.heard(cv2.imencode(".jpg", frame)[1].tobytes())
        return frame


class _Capture:
    """One opening of a camera: its thread, its slot, and how it ended."""

    def __init__(self, source: VideoSource, size: tuple[int, int]) -> None:
        self._source = source
        self._size = source.size or size
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._open = False
        self._seen = False
        """Whether there was a picture."""
        self._frame: NDArray[np.uint8] | None = None
        self._last_arrival = monotonic()
        self._ended: Reason | None = None
        # A daemon, because nothing can interrupt a driver that hangs.
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def wait_until_open(self, timeout: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._open or self._ended is not None, timeout)
            if not self._open:
                raise HardwareError(self._ended or Reason.TIMEOUT)

    def take(self, timeout: float) -> "NDArray[np.uint8] | None":
        with self._changed:
            patience = self._last_arrival + STALLED_AFTER - monotonic()
            self._changed.wait_for(
                lambda: self._frame is not None or self._ended is not None,
                max(0.0, min(timeout, patience)),
            )
            if self._frame is not None:
                frame, self._frame = self._frame, None
                return frame
            if self._ended is not None:
                raise HardwareError(self._ended)
            if monotonic() - self._last_arrival >= STALLED_AFTER:
                raise HardwareError(Reason.STALLED)
            return None

    def close(self) -> None:
        self._closing.set()
        self._thread.join(CLOSED_WITHIN)
        with self._changed:
            self._frame = None

    def _run(self) -> None:
        device = cv2.VideoCapture()
        try:
            ended = self._open_device(device) or self._capture_all(device)
        except cv2.error:
            ended = Reason.MALFORMED
        finally:
            device.release()
        with self._changed:
            self._ended = ended
            self._changed.notify_all()

    def _open_device(self, device: cv2.VideoCapture) -> Reason | None:
        source = self._source
        if not device.open(source.name, source.backend, source.parameters):
            if source.is_device:
                return Reason.BUSY  # it is there and may be opened, but does not start
            if source.backend == cv2.CAP_FFMPEG and source.is_recording:
                return Reason.MALFORMED
            return Reason.TIMEOUT if self._silent() else Reason.ABSENT
        if source.is_device:
            # The format first: at its own choice, raw pictures, USB is too slow for the size.
            device.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            width, height = self._size
            device.set(cv2.CAP_PROP_FRAME_WIDTH, width)
            device.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        with self._changed:
            self._open = True
            self._last_arrival = monotonic()
            self._changed.notify_all()
        return None

    def _capture_all(self, device: cv2.VideoCapture) -> Reason:
        """Fill the slot until the camera is closed or ends; the reason why it did."""
        interval = 0.0
        if self._source.is_recording:
            fps = device.get(cv2.CAP_PROP_FPS)  # -1 for a sequence of pictures
            interval = 1.0 / (fps if fps > 0 else DEFAULT_FPS)
        due = monotonic()
        while True:
            ok, frame = device.read()
            if self._closing.is_set():
                return Reason.LOST
            if not ok:
                return self._failure()
            if frame.ndim != 3 or frame.shape[2] != 3:
                return Reason.MALFORMED
            self._seen = True
            with self._changed:
                self._frame = cast("NDArray[np.uint8]", frame)
                self._last_arrival = monotonic()
                self._changed.notify_all()
            del frame  # the next read may hang, and no frame is to outlive its use
            if interval:
                due = max(due + interval, monotonic())
                self._closing.wait(due - monotonic())

    def _failure(self) -> Reason:
        """Why no further frame can be had."""
        if self._silent():
            return Reason.STALLED
        # What is open and yet never was a picture is of a kind that nobody can read.
        return Reason.LOST if self._seen or self._source.is_device else Reason.MALFORMED

    def _silent(self) -> bool:
        return monotonic() - self._last_arrival >= STALLED_AFTER * ALMOST
