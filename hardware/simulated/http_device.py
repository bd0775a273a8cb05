"""What simulated devices on the network have in common: a small HTTP server, and JPEG files."""

import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PATIENCE = 0.2
"""Seconds after which a server without clients looks whether it is to stop."""
GIVEN_UP_AFTER = 2.0
"""Seconds that a client may leave unread what is sent to it."""


class Server(ThreadingHTTPServer):
    """Answers the clients of `listener`, a listening TCP socket, and closes it in the end."""

    daemon_threads = False  # so that leaving the server waits for its clients' threads
    timeout = PATIENCE

    def __init__(
        self, listener: socket.socket, stop: threading.Event, client: type[BaseHTTPRequestHandler]
    ) -> None:
        super().__init__(listener.getsockname(), client, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.stop = stop

    def serve(self) -> None:
        """Answer until `stop` is set."""
        with self:
            while not self.stop.is_set():
                self.handle_request()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Client(BaseHTTPRequestHandler):
    """One client of a `Server`."""

    timeout = GIVEN_UP_AFTER

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Nothing is printed: the screen belongs to the kiosk."""


def as_jpeg(picture: "NDArray[np.uint8]", quality: int) -> bytes:
    """A picture, uint8 grey or BGR, as a JPEG file; quality 0 to 100."""
    # Imported here: a simulated machine starts beside the kiosk and must not slow its first paint.
    from hardware.opencv import cv2

    ok, data = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, quality))
    assert ok, "OpenCV always has a JPEG encoder"
    return data.tobytes()
