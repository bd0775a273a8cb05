"""A webcam before an invented scene: an MJPEG stream over HTTP, as network cameras send."""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from hardware.simulated.http_device import Client, Server, as_jpeg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BOUNDARY = "frame"


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
    _Webcam(listener, stop, scene, fps).serve()


class _Webcam(Server):
    def __init__(
        self,
        listener: socket.socket,
        stop: threading.Event,
        scene: Callable[[], Scene],
        fps: float,
    ) -> None:
        super().__init__(listener, stop, _Viewer)
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
                self._frames[number] = as_jpeg(self._scene.draw(number / self.fps), 85)
            return self._frames[number]


class _Viewer(Client):
    server: _Webcam

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
