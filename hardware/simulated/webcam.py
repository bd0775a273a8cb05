"""A webcam that shows the simulated person: an MJPEG stream over HTTP, as network cameras send."""

import socket
import sys
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

BOUNDARY = "frame"
PATIENCE = 0.2
"""Seconds after which a server without clients looks whether it is to stop."""
GIVEN_UP_AFTER = 2.0
"""Seconds that a client may leave the stream unread."""


def serve(listener: socket.socket, stop: threading.Event, fps: float = 15.0) -> None:
    """Serve the stream to every client of `listener` until `stop` is set.

    `listener` is a bound and listening TCP socket; it is closed on return. Every client sees the
    person from the beginning. Frames are drawn when they are first needed and kept.
    """
    with _Server(listener, stop, fps) as server:
        while not stop.is_set():
            server.handle_request()


@cache
def _jpeg(number: int, fps: float) -> bytes:
    # Imported here: a simulated machine starts beside the kiosk and must not slow its first paint.
    from hardware.opencv import cv2
    from hardware.simulated import person

    ok, data = cv2.imencode(".jpg", person.draw(number / fps), (cv2.IMWRITE_JPEG_QUALITY, 85))
    assert ok, "OpenCV always has a JPEG encoder"
    return data.tobytes()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that leaving the server waits for its clients' threads
    timeout = PATIENCE

    def __init__(self, listener: socket.socket, stop: threading.Event, fps: float) -> None:
        super().__init__(listener.getsockname(), _Client, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.stop = stop
        self.fps = fps

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
        from hardware.simulated import person

        fps, stop = self.server.fps, self.server.stop
        frames_in_loop = round(person.LOOP * fps)
        began = monotonic()
        number = 0
        while not stop.is_set():
            jpeg = _jpeg(number % frames_in_loop, fps)
            head = (
                f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            )
            self.wfile.write(head.encode() + jpeg + b"\r\n")
            number = max(number + 1, int((monotonic() - began) * fps))
            stop.wait(began + number / fps - monotonic())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Nothing is printed: the screen belongs to the kiosk."""
