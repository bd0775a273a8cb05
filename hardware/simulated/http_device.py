"""What simulated devices on the network have in common: a small HTTP server, and JPEG files."""

import socket
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from hardware.simulated.plug import Plug, bound, listen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PATIENCE = 0.1
"""Seconds after which a server without clients looks at its plug and whether it is to stop."""
GIVEN_UP_AFTER = 2.0
"""Seconds that a client may leave unread what is sent to it."""


class Server(ThreadingHTTPServer):
    """Answers the clients of `listener`, a TCP socket, and closes it in the end.

    `listener` is listening, or bound where the device is not plugged in.
    """

    daemon_threads = False  # so that leaving the server waits for its clients' threads
    timeout = PATIENCE

    def __init__(
        self,
        listener: socket.socket,
        stop: threading.Event,
        client: type[BaseHTTPRequestHandler],
        plug: Plug | None = None,
    ) -> None:
        super().__init__(listener.getsockname(), client, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.stop = stop
        self.plug = plug or Plug()
        self._clients: set[socket.socket] = set()

    def there(self) -> bool:
        """Whether the device is plugged in."""
        return self.plug.there

    def serve(self) -> None:
        """Answer until `stop` is set; while the device is unplugged, nobody listens."""
        port = self.socket.getsockname()[1]
        with self:
            while not self.stop.is_set():
                if self.there():
                    self.handle_request()
                    continue
                if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    self.socket.close()
                    self._break_off()
                    self.socket = bound(port)
                while not self.there() and not self.stop.is_set():
                    self.stop.wait(PATIENCE)
                listen(self.socket)
            # What waits for a device that hangs would not see that this one has gone.
            self._break_off()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember who has come, to break the connection when the device is unplugged."""
        self._clients.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget who goes."""
        self._clients.discard(request)
        super().shutdown_request(request)

    def _break_off(self) -> None:
        for client in self._clients.copy():
            with suppress(OSError):  # it went just now
                client.shutdown(socket.SHUT_RDWR)

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
