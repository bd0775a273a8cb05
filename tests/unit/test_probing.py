"""Whether a device answers, asked of our drivers and of a site's own that misbehave."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.errors import Reason
from hardware.face import models
from hardware.probing import Probed, probe
from hardware.resources import Resource
from hardware.simulated import machine
from hardware.verdicts import DeviceState, Role
from kiosk.places import shipped
from tests.face_networks import take_away
from tests.processes import LONG, child, until
from tests.site_driver import install, line

SPECIMEN = shipped() / "machines" / "specimen.toml"
OUT_OF_ORDER = DeviceState.OUT_OF_ORDER


@pytest.fixture(scope="module")
def plugged() -> Iterator[dict[Role, Resource]]:
    with machine.start(SPECIMEN) as running:
        yield {device.role: device for device in running.devices}


def found(probed: Probed) -> tuple[DeviceState, Reason | None]:
    return probed.state, probed.reason


@pytest.mark.parametrize("role", Role)
def test_a_simulated_device_is_ready(plugged: dict[Role, Resource], role: Role) -> None:
    lacks = role is Role.CAMERA and not models.installed()
    reason = Reason.MODELS_MISSING if lacks else None
    # A busy machine may need more than the stream's own patience until the webcam plays.
    until(
        lambda: found(probe(plugged[role], LONG)) == (DeviceState.READY, reason),
        f"the {role} is ready",
        3 * LONG,
    )


@pytest.mark.parametrize(
    ("role", "reason"),
    [(Role.CAMERA, Reason.MODELS_MISSING), (Role.SCANNER, None), (Role.READER, None)],
)
def test_a_camera_without_networks_is_ready_and_coaches_nobody(
    plugged: dict[Role, Resource],
    role: Role,
    reason: Reason | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_away(tmp_path, monkeypatch)
    until(
        lambda: found(probe(plugged[role], LONG)) == (DeviceState.READY, reason),
        f"the {role} is ready",
        3 * LONG,
    )


def test_a_camera_that_is_not_there_is_out_of_order_whatever_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away(tmp_path, monkeypatch)
    probed = probe(Resource(Role.CAMERA, "opencv", "/dev/video-that-is-not-there"), LONG)
    assert found(probed) == (OUT_OF_ORDER, Reason.ABSENT)


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (Resource(Role.SCANNER, "serial-swipe", "/nowhere/scanner"), Reason.ABSENT),
        (Resource(Role.CAMERA, "opencv", "/dev/video-that-is-not-there"), Reason.ABSENT),
        (Resource(Role.READER, "nfcpy", "udp:nobody"), Reason.BAD_ADDRESS),
        (Resource(Role.READER, "crystal-ball", "udp:127.0.0.1:1"), Reason.UNKNOWN_DRIVER),
        (Resource(Role.CAMERA, "serial-swipe", "/dev/null"), Reason.UNKNOWN_DRIVER),
    ],
)
def test_what_is_not_there_is_said(resource: Resource, reason: Reason) -> None:
    probed = probe(resource, LONG)
    assert found(probed) == (OUT_OF_ORDER, reason)
    assert probed.resource == resource


@pytest.mark.parametrize("driver", ["document-camera", "sane"])
def test_a_scanner_whose_pictures_cannot_be_read_is_not_ready(
    driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cv2.py").write_text("raise ImportError('libGL.so.1')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    probed = probe(Resource(Role.SCANNER, driver, "sane:test:0"), LONG)
    assert found(probed) == (OUT_OF_ORDER, Reason.LIBRARY_MISSING)


@pytest.mark.parametrize(
    ("make", "kind"), [("elyctis", "elyctis"), ("newland", "newland"), ("rte", "listening")]
)
def test_the_kind_of_serial_reader_is_found(tmp_path: Path, make: str, kind: str) -> None:
    file = tmp_path / "machine.toml"
    file.write_text(f'about = "a reader"\n[scanner]\nreader = "{make}"\n')
    with machine.start(file) as running:
        # A busy machine may need longer until the player answers.
        until(lambda: probe(running.devices[0], LONG).found == kind, kind, 3 * LONG)


@pytest.mark.parametrize(
    ("word", "told"), [("'imager-2'", "imager-2"), ("'Mr. X'", None), ("print", None), ("7", None)]
)
def test_only_a_word_of_the_driver_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, told: str | None
) -> None:
    resource = install(tmp_path, monkeypatch, f"found = {word}")
    probed = probe(resource, LONG)
    assert found(probed) == (DeviceState.READY, None)
    assert probed.found == told


def test_a_driver_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = install(
        tmp_path,
        monkeypatch,
        """
        def open(self, timeout):
            while True:
                time.sleep(1)
        """,
    )
    probed = probe(resource, 1.0)
    assert found(probed) == (OUT_OF_ORDER, Reason.TIMEOUT)
    assert probed.ms >= 1000
    assert child(os.getpid(), "hardware.probing") is None


@pytest.mark.parametrize(
    "failure",
    [
        "raise ZeroDivisionError('ERIKSSON ANNA MARIA')",
        "sys.exit(0)",
        "os.kill(os.getpid(), signal.SIGSEGV)",
    ],
)
def test_a_driver_that_crashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    resource = install(tmp_path, monkeypatch, f"def open(self, timeout): {failure}")
    assert found(probe(resource, LONG)) == (OUT_OF_ORDER, Reason.CRASHED)


def test_a_driver_that_cannot_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = install(tmp_path, monkeypatch, "", top="import a_library_that_nobody_installed\n")
    assert found(probe(resource, LONG)) == (OUT_OF_ORDER, Reason.LIBRARY_MISSING)


def test_a_driver_that_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = install(
        tmp_path,
        monkeypatch,
        """
        def open(self, timeout):
            print("Site reader 1.0, all rights reserved")
            os.write(1, b"firmware 7\\n")
        """,
    )
    assert found(probe(resource, LONG)) == (DeviceState.READY, None)


def test_a_driver_is_closed_also_when_it_does_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    methods = """
        def open(self, timeout): raise HardwareError(Reason.BUSY)
        def close(self): self.say("closed")
    """
    with line() as wire:
        resource = install(tmp_path, monkeypatch, methods, address=wire.address)
        assert found(probe(resource, LONG)) == (OUT_OF_ORDER, Reason.BUSY)
        assert wire.says() == "closed"


def test_a_driver_is_probed_with_as_little_as_it_has_in_the_device_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    methods = """
        def open(self, timeout):
            try:
                socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
            except OSError as error:
                raise HardwareError(Reason.DENIED) from error
    """
    for declared, state in {"": OUT_OF_ORDER, "network": DeviceState.READY}.items():
        folder = tmp_path / f"needs-{declared}"
        folder.mkdir()
        with monkeypatch.context() as patch:
            resource = install(folder, patch, methods, "import socket\n", needs=declared)
            assert probe(resource, LONG).state is state
