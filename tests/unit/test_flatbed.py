"""The simulated flatbed through SANE's own network backend and the driver."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import numpy as np
import pytest

from hardware.mrz.specimens import ICAO
from hardware.scanners.sane import SaneScanner
from hardware.simulated import flatbed
from hardware.simulated.held_document import laid_on_glass
from tests.processes import LONG, until

airscan = pytest.mark.skipif(
    shutil.which("airscan-discover") is None or shutil.which("scanimage") is None,
    reason="sane-utils or sane-airscan is not installed",
)

GLASS = np.full((3508, 2550), 200, np.uint8)
GLASS[:300, :600] = 0


@contextmanager
def on_the_network(takes: float = 0.0) -> Iterator[int]:
    """The flatbed with something dark in the corner of its glass; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()
    port = listener.getsockname()[1]
    thread = threading.Thread(target=flatbed.serve, args=(listener, stop, lambda: GLASS, takes))
    thread.start()
    try:
        yield port
    finally:
        stop.set()
        thread.join(LONG)
        assert not thread.is_alive()


@airscan
def test_the_corner_of_the_glass_is_scanned() -> None:
    with on_the_network() as port:
        address = f"sane:airscan:escl:Simulated:http://127.0.0.1:{port}/eSCL/"
        with closing(SaneScanner(address)) as scanner:
            scanner.open(LONG)
            for _ in range(2):
                scanner.scan()
                pictures = []
                until(
                    lambda taken=pictures: (
                        taken.append(scanner.newest_frame(0.1)) or taken[-1] is not None
                    ),
                    "a scan",
                )
                picture = pictures[-1]
                assert picture.shape == (2480, 1748)
                assert picture[:290, :590].max() < 40
                assert picture[310:, 610:].min() > 160


@airscan
def test_a_scan_over_the_network_can_be_cancelled() -> None:
    with on_the_network(takes=600) as port:
        address = f"sane:airscan:escl:Simulated:http://127.0.0.1:{port}/eSCL/"
        scanner = SaneScanner(address)
        scanner.open(LONG)
        scanner.scan()
        assert scanner.newest_frame(0.5) is None
        assert scanner.scanning
        scanner.close()
        assert not scanner.scanning


def test_a_page_is_handed_out_once_and_what_is_not_there_is_said() -> None:
    with on_the_network() as port:
        wire = HTTPConnection("127.0.0.1", port, timeout=LONG)
        with closing(wire):

            def ask(method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
                wire.request(method, path, body)
                answer = wire.getresponse()
                answer.read()
                return answer.status, answer.headers.get("Location", "")

            assert ask("GET", "/eSCL/ScannerStatus")[0] == 200
            assert ask("GET", "/eSCL/Nonsense")[0] == 404
            status, job = ask("POST", "/eSCL/ScanJobs", b"<scan:ScanSettings/>")
            assert status == 201
            assert ask("GET", f"{job}/NextDocument")[0] == 200
            assert ask("GET", f"{job}/NextDocument")[0] == 404
            assert ask("DELETE", job)[0] == 200


def test_a_card_lies_in_the_corner_that_is_scanned() -> None:
    glass = laid_on_glass("TD1", ICAO["TD1"])
    assert (glass.shape, glass.dtype) == ((3508, 2550), np.uint8)
    down, right = np.nonzero(glass < 240)
    assert right.max() < 148 / 25.4 * 300
    assert down.max() < 210 / 25.4 * 300
    assert len(right) > 600_000  # a card of 54 x 86 mm
