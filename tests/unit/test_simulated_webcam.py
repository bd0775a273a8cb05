"""A simulated webcam and its faults, as a plain HTTP client sees them."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from urllib.parse import urlsplit

import numpy as np
import pytest

from hardware.opencv import cv2
from hardware.simulated import machine, webcam
from hardware.simulated.machine import SimulatedCamera
from hardware.simulated.webcam import Fault, Scene
from hardware.verdicts import FaceHint, Role
from kiosk.places import shipped
from tests.processes import LONG

FPS = 30.0
SHORT = 0.6
"""Seconds of each part of a fault's rhythm here."""
MACHINES = shipped() / "machines"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOD_FOR", "STALLS_FOR", "DROPS_FOR"):
        monkeypatch.setattr(webcam, name, SHORT)


def grey(t: float) -> np.ndarray:
    return np.full((48, 64, 3), 20 + int(t * 200) % 200, np.uint8)


@contextmanager
def camera(fault: Fault) -> Iterator[int]:
    """The port of a webcam with this fault."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    stop = threading.Event()
    thread = threading.Thread(
        target=webcam.serve, args=(listener, stop, lambda: Scene(4.0, grey), FPS, fault)
    )
    thread.start()
    try:
        yield port
    finally:
        stop.set()
        thread.join(LONG)
        assert not thread.is_alive()


class Stream:
    """What comes from a webcam, part by part."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONG)
        self._connection.request("GET", "/")
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200
        assert self._answer.headers.get_content_type() == "multipart/x-mixed-replace"

    def part(self) -> bytes:
        """The next part's content; nothing at the end."""
        length = 0
        while line := self._answer.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        content = self._answer.read(length)
        self._answer.readline()
        return content

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def picture(jpeg: bytes) -> np.ndarray | None:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def test_a_good_camera_goes_on_and_on() -> None:
    with camera("none") as port, Stream(port) as stream:
        began = monotonic()
        found = [picture(stream.part()) for _ in range(round(3 * SHORT * FPS))]
        assert monotonic() - began < LONG
    assert all(p is not None and p.shape == (48, 64, 3) for p in found)


def test_a_camera_that_stalls_keeps_the_connection_and_goes_on() -> None:
    with camera("stalls") as port, Stream(port) as stream:
        times = [monotonic()]
        while times[-1] - times[0] < 2.4 * SHORT:
            assert stream.part()
            times.append(monotonic())
        assert (np.diff(times) > 0.8 * SHORT).sum() == 1
        # To those who come meanwhile it sends nothing either.
        sleep(max(0.0, times[0] + 3.3 * SHORT - monotonic()))
        with Stream(port) as other:
            came = monotonic()
            assert other.part()
            assert monotonic() - came > 0.3 * SHORT


def test_a_camera_that_drops_refuses_for_a_while_and_comes_back() -> None:
    with camera("drops") as port:
        with Stream(port) as stream:
            parts = list(iter(stream.part, b""))
            assert 3 < len(parts) < 2 * SHORT * FPS
        ended = monotonic()
        refused = 0
        while monotonic() - ended < LONG:
            with suppress(ConnectionError), Stream(port) as stream:
                assert picture(stream.part()) is not None
                break
            refused += 1
            sleep(0.05)
        assert refused > 2
        assert monotonic() - ended > 0.5 * SHORT


def test_a_frozen_camera_sends_the_same_again_and_again() -> None:
    with camera("frozen") as port, Stream(port) as stream:
        parts = [stream.part() for _ in range(round(2 * SHORT * FPS))]
    assert len(set(parts[: round(SHORT * FPS / 2)])) > 3
    assert len(set(parts[-5:])) == 1


def test_a_black_camera_sees_nothing() -> None:
    with camera("black") as port, Stream(port) as stream:
        for _ in range(3):
            seen = picture(stream.part())
            assert seen is not None
            assert not seen.any()


def test_what_a_malformed_camera_sends_are_no_pictures() -> None:
    with camera("malformed") as port, Stream(port) as stream:
        for _ in range(3):
            part = stream.part()
            assert part.startswith(b"\xff\xd8")
            assert picture(part) is None


@pytest.mark.parametrize("fault", ["stalls", "drops", "frozen", "black", "malformed"])
def test_a_machine_has_the_fault_that_its_file_tells(fault: str) -> None:
    loaded = machine.load(MACHINES / f"camera-{fault}.toml")
    assert loaded.camera
    assert loaded.camera.fault == fault


def test_the_camera_of_a_machine_is_black() -> None:
    with machine.start(MACHINES / "camera-black.toml", Role.CAMERA) as running:
        port = urlsplit(running.devices[0].address).port
        assert port
        with Stream(port) as stream:
            seen = picture(stream.part())
        assert seen is not None
        assert seen.shape == (480, 640, 3)
        assert not seen.any()


def test_an_unplugged_camera_refuses_and_keeps_its_address_from_others() -> None:
    with machine.start(MACHINES / "camera-unplugged.toml", Role.CAMERA) as running:
        url = urlsplit(running.devices[0].address)
        assert url.port
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", url.port), LONG)
        with pytest.raises(OSError, match="in use"):
            socket.create_server(("127.0.0.1", url.port))


def test_all_that_a_camera_can_show_is_played_by_a_machine() -> None:
    shown: set[FaceHint] = set(SimulatedCamera().shows)
    for file in MACHINES.glob("face-*.toml"):
        loaded = machine.load(file)
        assert loaded.camera
        assert loaded.camera.shows[-1] is FaceHint.READY
        shown |= set(loaded.camera.shows)
    assert shown == set(FaceHint)
