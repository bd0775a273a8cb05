"""A network camera that knows when it sent which of its numbered frames."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence

from hardware.simulated.http_device import Client, Server, as_jpeg
from hardware.simulated.machine import SimulatedCamera
from hardware.simulated.person import Show
from hardware.simulated.webcam import BOUNDARY, QUALITY
from tests.benchmarks.numbered_frames import numbered

FPS = 15.0


def film() -> list[bytes]:
    """What the specimen machine's camera shows, every picture with its number, as JPEG files."""
    show = Show(SimulatedCamera().shows)
    return [
        as_jpeg(numbered(show.draw(number / FPS), number), QUALITY)
        for number in range(round(show.loop * FPS))
    ]


class NumberedCamera(Server):
    """Sends the pictures of a film over and over; to be used by one client at a time."""

    def __init__(self, listener: socket.socket, pictures: Sequence[bytes], fps: float) -> None:
        self.ending = threading.Event()
        super().__init__(listener, self.ending, _Viewer)
        self.pictures = pictures
        self.fps = fps
        self.sent = [0.0] * len(pictures)
        """When the sending of each picture began the last time (CLOCK_MONOTONIC, s)."""

    @property
    def address(self) -> str:
        """Where the stream is."""
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Viewer(Client):
    server: NumberedCamera

    def do_GET(self) -> None:
        """Send pictures until the client goes."""
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        self.end_headers()
        began = time.monotonic()
        count = 0
        while not self.server.ending.is_set():
            number = count % len(self.server.pictures)
            jpeg = self.server.pictures[number]
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}"
            self.server.sent[number] = time.monotonic()
            self.wfile.write(head.encode() + b"\r\n\r\n" + jpeg + b"\r\n")
            count += 1
            self.server.ending.wait(began + count / self.server.fps - time.monotonic())


@contextlib.contextmanager
def filming(pictures: Sequence[bytes], fps: float) -> Iterator[NumberedCamera]:
    """A camera that sends so many pictures a second, until the block is left."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        camera = NumberedCamera(listener, pictures, fps)
        thread = threading.Thread(target=camera.serve)
        thread.start()
        try:
            yield camera
        finally:
            camera.ending.set()
            thread.join()
