"""A webcam before an invented scene: an MJPEG stream over HTTP, as network cameras send."""

import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BOUNDARY = "frame"
PATIENCE = 0.2
"""Seconds after which a server without clients looks whether it is to stop."""
GIVEN_UP_AFTER = 2.0
"""Seconds that a client may leave the stream unread."""


@dataclass(frozen=True)
class Scene:
    """What the webcam sees, over and over."""

    loop: float
    """Seconds after which the same happens again."""
    draw: "Callable[[float], NDArray[np.uint8]]"
    """The picture so many seconds after the beginning, uint8 BGR."""


def person() -> Scene:
    """The simulated person before the kiosk."""
    # Imported here: a simulated machine starts beside the kiosk and must not slow its first paint.
    from hardware.simulated import person

    return Scene(person.LOOP, person.draw)


def serve(
    listener: socket.socket,
    stop: threading.Event,
    scene: Callable[[], Scene] = person,
    fps: float = 15.0,
) -> None:
    """Serve the stream to every client of `listener` until `stop` is set.

    `listener` is a bound and listening TCP socket; it is closed on return. Every client sees the
    scene from the beginning; it is made for the first one. Frames are drawn when they are first
    needed and kept.
    """
    with _Server(listener, stop, scene, fps) as server:
        while not stop.is_set():
            server.handle_request()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that leaving the server waits for its clients' threads
    timeout = PATIENCE

    def __init__(
        self,
        listener: socket.socket,
        stop: threading.Event,
        scene: Callable[[], Scene],
        fps: float,
    ) -> None:
        super().__init__(listener.getsockname(), _Client, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.stop = stop
        self.fps = fps
        self._make = scene
        self._scene: Scene | None = None
        self._frames: dict[int, bytes] = {}
        self._drawing = threading.Lock()

    def jpeg(self, number: int) -> bytes:
        """The frame of this number, from 0, as a JPEG file."""
        with self._drawing:
            if self._scene is None:
                self._scene = self._make()
            number %= round(self._scene.loop * self.fps)
            if number not in self._frames:
                self._frames[number] = _as_jpeg(self._scene.draw(number / self.fps))
            return self._frames[number]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Client(BaseHTTPRequestHandler):
    server: _Server
    timeout = GIVEN_UP_AFTER

    def do_GET(self) -> None:
        """Send frames until the client goes or the server stops."""
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        fps, stop = self.server.fps, self.server.stop
        began = monotonic()
        number = 0
        while not stop.is_set():
            jpeg = self.server.jpeg(number)
            head = (
                f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            )
            self.wfile.write(head.encode() + jpeg + b"\r\n")
            number = max(number + 1, int((monotonic() - began) * fps))
            stop.wait(began + number / fps - monotonic())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Nothing is printed: the screen belongs to the kiosk."""


def _as_jpeg(picture: "NDArray[np.uint8]") -> bytes:
    from hardware.opencv import cv2

    ok, data = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, 85))
    assert ok, "OpenCV always has a JPEG encoder"
    return data.tobytes()
