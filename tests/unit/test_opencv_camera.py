"""The OpenCV driver against a simulated webcam, files, and servers that misbehave."""

import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import numpy as np
import pytest

from hardware import drivers
from hardware.cameras import opencv_camera, video_source
from hardware.cameras.opencv_camera import OpenCVCamera
from hardware.drivers import Flatbed, PictureScanner
from hardware.errors import HardwareError, Reason
from hardware.opencv import cv2
from hardware.resources import Resource
from hardware.scanners.document_camera import DocumentCamera
from hardware.simulated import webcam
from hardware.simulated.person import Show
from hardware.verdicts import FaceHint, Role

PATIENT = 20.0
"""Seconds that a test waits on a busy machine before it gives up."""
PERSON = Show([FaceHint.READY])


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if thread.name == "camera":
            thread.join(PATIENT)
            assert not thread.is_alive()


@contextmanager
def simulated_webcam() -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def scene() -> webcam.Scene:
        return webcam.Scene(PERSON.loop, PERSON.draw)

    thread = threading.Thread(target=webcam.serve, args=(listener, stop, scene))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    thread.start()
    try:
        yield url
    finally:
        stop.set()
        thread.join(PATIENT)
        assert not thread.is_alive()


@contextmanager
def server_of(*parts: bytes, hold: bool) -> Iterator[str]:
    """A server that sends these bytes to its client and then holds the line, or drops it."""
    listener = socket.create_server(("127.0.0.1", 0))
    finished = threading.Event()

    def answer() -> None:
        client, _ = listener.accept()
        with client:
            for part in parts:
                client.sendall(part)
            if hold:
                finished.wait(PATIENT)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        finished.set()
        thread.join(PATIENT)
        listener.close()


HEADER = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


def parts(pictures: int, cut: bool = False) -> list[bytes]:
    """Frames of a multipart stream; with `cut`, each one's JPEG data breaks off."""
    found = []
    for number in range(pictures):
        _, data = cv2.imencode(".jpg", PERSON.draw(number / 15))
        jpeg = data.tobytes()[: 4000 if cut else None]
        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        found.append(head.encode() + jpeg + b"\r\n")
    return found


@contextmanager
def opened(address: str) -> Iterator[OpenCVCamera]:
    camera = OpenCVCamera(address)
    camera.open(PATIENT)
    try:
        yield camera
    finally:
        camera.close()


def frames_until_failure(camera: OpenCVCamera) -> tuple[list[np.ndarray], Reason]:
    frames = []
    give_up = monotonic() + PATIENT
    while monotonic() < give_up:
        try:
            frame = camera.newest_frame(0.2)
        except HardwareError as error:
            return frames, error.reason
        if frame is not None:
            frames.append(frame)
    raise AssertionError("the camera neither failed nor ended")


def brightness_video(path: Path, count: int, fps: float) -> None:
    """A film whose n-th frame has brightness 4 n."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (64, 48))
    for number in range(count):
        writer.write(np.full((48, 64, 3), 4 * number, np.uint8))
    writer.release()


def test_the_simulated_webcam_shows_the_person() -> None:
    with simulated_webcam() as url, opened(url) as camera:
        frame = camera.newest_frame(PATIENT)
    assert frame is not None
    assert frame.shape == (480, 640, 3)
    assert frame.dtype == np.uint8
    expected = PERSON.draw(0.0).astype(int)
    assert np.abs(frame.astype(int) - expected).mean() < 12  # JPEG, and a little movement


def test_two_clients_see_the_webcam_and_one_may_go_away(capfd: pytest.CaptureFixture[str]) -> None:
    with simulated_webcam() as url, opened(url) as stays:
        with opened(url) as goes:
            assert goes.newest_frame(PATIENT) is not None
        for _ in range(5):
            assert stays.newest_frame(PATIENT) is not None
    assert capfd.readouterr() == ("", "")


def test_a_stopped_webcam_is_lost_and_can_be_opened_again() -> None:
    camera = OpenCVCamera("")
    with simulated_webcam() as url:
        camera = OpenCVCamera(url)
        camera.open(PATIENT)
        assert camera.newest_frame(PATIENT) is not None
    _, reason = frames_until_failure(camera)
    assert reason is Reason.LOST
    with pytest.raises(HardwareError):
        camera.open(PATIENT)  # nobody listens there now
    camera.close()


def test_a_film_is_played_in_order_and_at_its_pace_and_then_lost(tmp_path: Path) -> None:
    film = tmp_path / "film.avi"
    brightness_video(film, 12, fps=20)
    for _ in range(2):  # and it can be opened again
        began = monotonic()
        with opened(str(film)) as camera:
            frames, reason = frames_until_failure(camera)
        assert monotonic() - began > 0.5  # 12 frames at 20 a second
        levels = [int(frame.mean()) for frame in frames]
        assert levels == sorted(levels)
        assert levels[-1] == pytest.approx(44, abs=3)
        assert reason is Reason.LOST


def test_only_the_newest_frame_is_kept(tmp_path: Path) -> None:
    film = tmp_path / "film.avi"
    brightness_video(film, 60, fps=30)
    with opened(str(film)) as camera:
        first = camera.newest_frame(PATIENT)
        sleep(0.7)
        second = camera.newest_frame(PATIENT)
        assert first is not None
        assert second is not None
        assert second.mean() - first.mean() > 4 * 3  # 20 on a quiet machine


def test_an_image_sequence_is_a_camera(tmp_path: Path) -> None:
    for number in range(4):
        cv2.imwrite(str(tmp_path / f"f_{number:03d}.png"), np.full((8, 8, 3), 9, np.uint8))
    with opened(str(tmp_path / "f_%03d.png")) as camera:
        frames, reason = frames_until_failure(camera)
    assert frames
    assert all((frame == 9).all() for frame in frames)
    assert reason is Reason.LOST


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/dev/video-nothing", Reason.ABSENT),
        ("/dev/null", Reason.BAD_ADDRESS),
        ("/dev/video0?size=", Reason.BAD_ADDRESS),
        ("/dev/video0?size=0x480", Reason.BAD_ADDRESS),
        ("/dev/video0?speed=640x480", Reason.BAD_ADDRESS),
        ("", Reason.BAD_ADDRESS),
        ("camera", Reason.BAD_ADDRESS),
        ("http://", Reason.BAD_ADDRESS),
        ("http://kiosk:port/", Reason.BAD_ADDRESS),
        ("rtsp://127.0.0.1/", Reason.BAD_ADDRESS),
        ("/tmp/a\0b.avi", Reason.BAD_ADDRESS),
        ("/tmp/%d-%s.png", Reason.BAD_ADDRESS),
        ("/nowhere/film.avi", Reason.ABSENT),
        ("/nowhere/f_%03d.png", Reason.ABSENT),
        ("http://127.0.0.1:1/", Reason.ABSENT),
    ],
)
def test_what_cannot_be_opened_says_why(address: str, reason: Reason) -> None:
    camera = OpenCVCamera(address)
    with pytest.raises(HardwareError) as caught:
        camera.open(PATIENT)
    assert caught.value.reason is reason
    camera.close()
    with pytest.raises(HardwareError):
        camera.newest_frame(0)


def test_a_file_that_is_no_film_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "film.avi").write_text("no film")
    with pytest.raises(HardwareError) as caught:
        OpenCVCamera(str(tmp_path / "film.avi")).open(PATIENT)
    assert caught.value.reason is Reason.MALFORMED


def test_a_device_that_may_not_be_opened_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(video_source.os, "open", refuse)
    with pytest.raises(HardwareError) as caught:
        OpenCVCamera("/dev/video0").open(1)
    assert caught.value.reason is Reason.DENIED


@pytest.mark.parametrize(
    ("driver", "address", "size"),
    [
        (OpenCVCamera, "/dev/video0", (640, 480)),
        (DocumentCamera, "/dev/video0", (1280, 720)),
        (DocumentCamera, "/dev/video0?size=1920x1080", (1920, 1080)),
        (OpenCVCamera, "/dev/v4l/by-id/usb-1?size=320x240", (320, 240)),
    ],
)
def test_a_device_is_asked_for_mjpeg_before_the_size(
    driver: type[OpenCVCamera],
    address: str,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, float]] = []

    class Device:
        """What OpenCV does with a webcam, as far as the driver uses it."""

        def open(self, name: str, backend: int, parameters: object) -> bool:
            assert (name, backend) == (address.partition("?")[0], cv2.CAP_V4L2)
            return True

        def set(self, what: int, value: float) -> bool:
            asked.append((what, value))
            return True

        def read(self) -> tuple[bool, Any]:
            sleep(0.01)
            return True, np.zeros((480, 640, 3), np.uint8)

        def release(self) -> None: ...

    monkeypatch.setattr(video_source, "_check_device", lambda path: None)
    monkeypatch.setattr(opencv_camera.cv2, "VideoCapture", Device)
    camera = driver(address)
    camera.open(PATIENT)
    assert camera.newest_frame(PATIENT) is not None
    camera.close()
    assert asked == [
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, size[0]),
        (cv2.CAP_PROP_FRAME_HEIGHT, size[1]),
    ]


def test_a_document_camera_is_a_scanner() -> None:
    driver = drivers.make(Resource(Role.SCANNER, "document-camera", "/dev/video0"))
    assert isinstance(driver, PictureScanner)
    assert not isinstance(driver, Flatbed)
    assert not isinstance(OpenCVCamera("/dev/video0"), PictureScanner)
    with pytest.raises(HardwareError):
        drivers.make(Resource(Role.CAMERA, "document-camera", "/dev/video0"))


@pytest.mark.parametrize(("hold", "reason"), [(True, Reason.STALLED), (False, Reason.LOST)])
def test_a_server_that_falls_silent_is_not_one_that_drops(hold: bool, reason: Reason) -> None:
    with server_of(HEADER, *parts(20), hold=hold) as url, opened(url) as camera:
        frames, found = frames_until_failure(camera)
        assert frames
        assert found is reason
        with pytest.raises(HardwareError):
            camera.newest_frame(0)  # and it stays so


def test_opening_and_closing_keep_their_deadlines_with_a_server_that_never_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(video_source, "NETWORK_TIMEOUT_MS", 15_000)
    with server_of(hold=True) as url:
        camera = OpenCVCamera(url)
        began = monotonic()
        with pytest.raises(HardwareError) as caught:
            camera.open(0.1)
        assert caught.value.reason is Reason.TIMEOUT
        assert monotonic() - began < 8  # OpenCV itself gives up after 15 s


def test_no_frame_outlives_its_use() -> None:
    with simulated_webcam() as url:
        camera = OpenCVCamera(url)
        camera.open(PATIENT)
        frame = camera.newest_frame(PATIENT)
        assert frame is not None
        handed_out = weakref.ref(frame)
        del frame
        assert handed_out() is None
        capture = camera._capture
        assert capture is not None
        sleep(0.3)  # the slot fills again
        camera.close()
        assert capture._frame is None
        camera.close()


SILENT = """
import sys
from hardware.cameras.opencv_camera import OpenCVCamera
from hardware.errors import HardwareError

for address in sys.argv[1:]:
    camera = OpenCVCamera(address)
    try:
        camera.open(5)
        while True:
            camera.newest_frame(0.2)
    except HardwareError as error:
        print(error.reason)
    camera.close()
"""


@pytest.mark.parametrize(
    "broken",
    [
        lambda: server_of(HEADER, *parts(20, cut=True), hold=False),
        lambda: server_of(b"HTTP/1.0 404 Not Found\r\n\r\n", hold=False),
        lambda: server_of(b"nothing of the kind", hold=False),
    ],
    ids=["broken-pictures", "not-found", "no-http"],
)
def test_nothing_reaches_the_terminal(broken: Callable[[], Any], tmp_path: Path) -> None:
    (tmp_path / "no.avi").write_bytes(b"RIFF" + bytes(200))
    (tmp_path / "cut.avi").touch()
    brightness_video(tmp_path / "cut.avi", 9, fps=30)
    film = (tmp_path / "cut.avi").read_bytes()
    (tmp_path / "cut.avi").write_bytes(film[: len(film) // 2])
    (tmp_path / "g_0.png").write_bytes(b"no picture")
    with broken() as url:
        run = subprocess.run(
            [
                *(sys.executable, "-c", SILENT, url, "/dev/video99", "/dev/null"),
                *(str(tmp_path / name) for name in ("no.avi", "cut.avi", "g_%d.png")),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert run.stderr == ""
    assert len(run.stdout.split()) == 6
