"""A webcam before an invented scene: an MJPEG stream over HTTP, as network cameras send."""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Literal

from hardware.simulated.http_device import Client, Server, as_jpeg
from hardware.simulated.plug import Plug

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BOUNDARY = "frame"
QUALITY = 85

Fault = Literal["none", "stalls", "drops", "frozen", "black", "malformed"]
"""What is wrong with the camera.

stalls: now and then nothing comes, but the connection stays; drops: now and then it is unplugged;
frozen: after a while the same picture comes again and again; black: nothing is on the pictures;
malformed: what comes as pictures are none.
"""

GOOD_FOR = 6.0
"""Seconds from the first client on, and after each fault, for which all is well."""
STALLS_FOR = 30.0
DROPS_FOR = 5.0


@dataclass(frozen=True)
class Scene:
    """What the webcam sees, over and over."""

    loop: float
    """Seconds after which the same happens again."""
    draw: "Callable[[float], NDArray[np.uint8]]"
    """The picture so many seconds after the beginning, uint8 BGR."""


def serve(
    listener: socket.socket,
    stop: threading.Event,
    scene: Callable[[], Scene],
    fps: float = 15.0,
    fault: Fault = "none",
    plug: Plug | None = None,
) -> None:
    """Serve the stream to every client of `listener` until `stop` is set.

    `listener` is as `Server` wants it; it is closed on return. Every client sees the scene from
    the beginning; it is made for the first one. Frames are drawn when they are first needed and
    kept.
    """
    _Webcam(listener, stop, scene, fps, fault, plug).serve()


class _Webcam(Server):
    def __init__(
        self,
        listener: socket.socket,
        stop: threading.Event,
        scene: Callable[[], Scene],
        fps: float,
        fault: Fault,
        plug: Plug | None,
    ) -> None:
        super().__init__(listener, stop, _Viewer, plug)
        self.fps = fps
        self.fault = fault
        self._make = scene
        self._scene: Scene | None = None
        self._frames: dict[int, bytes] = {}
        self._drawing = threading.Lock()
        self._began: float | None = None

    def there(self) -> bool:
        """Whether the camera is plugged in: by its plug, and by the rhythm of its fault."""
        return super().there() and not (self.fault == "drops" and self.fails_for())

    def began(self) -> None:
        """A client came: from the first one on, time counts."""
        self._began = self._began or monotonic()

    def fails_for(self) -> float:
        """Seconds for which the camera fails now; 0 while it works."""
        lasts = {"stalls": STALLS_FOR, "drops": DROPS_FOR}.get(self.fault)
        if lasts is None or self._began is None:
            return 0.0
        since = (monotonic() - self._began) % (GOOD_FOR + lasts)
        return GOOD_FOR + lasts - since if since >= GOOD_FOR else 0.0

    def jpeg(self, number: int) -> bytes:
        """The frame of this number, from 0, as a JPEG file, or what a fault makes of it."""
        if self.fault == "malformed":
            return b"\xff\xd8" + bytes(range(200)) * 20  # begins like a picture
        if self.fault == "frozen":
            number = min(number, round(GOOD_FOR * self.fps))
        with self._drawing:
            if self._scene is None:
                self._scene = self._make()
            number %= round(self._scene.loop * self.fps)
            if number not in self._frames:
                picture = self._scene.draw(number / self.fps)
                picture = picture * 0 if self.fault == "black" else picture
                self._frames[number] = as_jpeg(picture, QUALITY)
            return self._frames[number]


class _Viewer(Client):
    server: _Webcam

    def do_GET(self) -> None:
        """Send frames until the client goes, the server stops or the camera is unplugged."""
        server, stop = self.server, self.server.stop
        server.plug.wait_while_hanging(stop)
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        fps = server.fps
        server.began()
        began = monotonic()
        number = 0
        while not stop.is_set():
            server.plug.wait_while_hanging(stop)
            if seconds := server.fails_for():
                stop.wait(seconds)
                continue
            jpeg = server.jpeg(number)
            head = (
                f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            )
            self.wfile.write(head.encode() + jpeg + b"\r\n")
            number = max(number + 1, int((monotonic() - began) * fps))
            stop.wait(began + number / fps - monotonic())
