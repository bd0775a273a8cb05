"""What devices need beyond memory and processor, by their drivers and addresses."""

import shutil
from pathlib import Path

import pytest

from hardware import confinement_needs
from hardware.confinement_needs import Needs, Socket
from hardware.resources import Resource
from hardware.verdicts import Role
from tests.site_driver import install

ONLY_TCP = frozenset({Socket.TCP})
BY_NAME = frozenset({Socket.TCP, Socket.UDP})
ANY = frozenset(Socket)
USB = Path("/dev/bus/usb")
PROGRAM = Path("/usr/bin/scanimage")


def needs(driver: str, address: str, role: Role = Role.SCANNER) -> Needs:
    return confinement_needs.of([Resource(role, driver, address)])


@pytest.fixture(autouse=True)
def scanimage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: str(PROGRAM.with_name(name)))


@pytest.mark.parametrize(
    ("driver", "address", "sockets", "ports"),
    [
        ("serial-swipe", "/dev/ttyACM0?baud=9600", frozenset(), frozenset()),
        ("opencv", "/dev/video0?size=1920x1080", frozenset(), frozenset()),
        ("opencv", "http://127.0.0.1:35889/", ONLY_TCP, frozenset({35889})),
        ("opencv", "http://localhost/", ONLY_TCP, frozenset({80})),
        ("opencv", "http://camera.hall:8080/", BY_NAME, frozenset({8080})),
        ("document-camera", "http://[::1]:7/", ONLY_TCP, frozenset({7})),
        ("opencv", "http://127.0.0.1:no/", frozenset(), frozenset()),
        ("nfcpy", "usb", frozenset(), frozenset()),
        ("nfcpy", "udp:127.0.0.1:51743", frozenset({Socket.UDP}), frozenset()),
        ("pcsc", "", frozenset({Socket.UNIX}), frozenset()),
        ("sane", "sane:genesys:libusb:001:004", frozenset(), frozenset()),
        (
            "sane",
            "sane:airscan:escl:Office: a name:https://10.0.0.7/eSCL/?source=ADF",
            ONLY_TCP | {Socket.ROUTE},
            frozenset({443}),
        ),
        ("sane", "sane:airscan:e0:Office", ANY, None),
        ("sane", "sane:net:10.0.0.7:genesys", ANY, None),
    ],
)
def test_a_network_only_for_what_is_reached_by_one(
    driver: str, address: str, sockets: frozenset[Socket], ports: frozenset[int] | None
) -> None:
    found = needs(driver, address)
    assert (found.sockets, found.ports) == (sockets, ports)


@pytest.mark.parametrize(
    ("driver", "address", "devices"),
    [
        ("serial-swipe", "/dev/ttyACM0?baud=9600", {Path("/dev/ttyACM0")}),
        ("opencv", "/dev/video0?size=1920x1080", {Path("/dev/video0")}),
        ("nfcpy", "tty:USB0:pn532", {Path("/dev/ttyUSB0")}),
        ("nfcpy", "tty:/dev/serial/by-id/usb-x:pn532", {Path("/dev/serial/by-id/usb-x")}),
        ("nfcpy", "usb:054c:06c3", {USB}),
        ("sane", "sane:genesys:libusb:001:004", {USB}),
        ("sane", "sane:epson:/dev/sg3", {Path("/dev/sg3"), USB}),
        ("opencv", "http://127.0.0.1:35889/", set()),
        ("pcsc", "", set()),
        ("serial-swipe", "port:9-9", set()),  # nothing is plugged in there
    ],
)
def test_the_device_that_is_named_and_no_other(
    driver: str, address: str, devices: set[Path]
) -> None:
    assert needs(driver, address).devices == devices


def test_a_node_by_a_name_of_its_own_is_a_device_and_a_recording_is_only_read(
    tmp_path: Path,
) -> None:
    (tmp_path / "scanner").symlink_to("/dev/null")
    (tmp_path / "film.avi").touch()
    assert needs("serial-swipe", str(tmp_path / "scanner")).devices == {tmp_path / "scanner"}
    film = needs("opencv", str(tmp_path / "film.avi"))
    assert (film.devices, film.files) == (set(), {tmp_path / "film.avi"})


def test_only_sane_starts_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PROGRAM in needs("sane", "sane:test:0").programs
    for driver in ("serial-swipe", "document-camera", "nfcpy", "pcsc", "opencv"):
        assert needs(driver, "/dev/ttyACM0").programs == frozenset()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert needs("sane", "sane:test:0").programs == frozenset()


def test_what_one_device_needs_all_have() -> None:
    devices = [
        Resource(Role.SCANNER, "serial-swipe", "/dev/ttyACM0"),
        Resource(Role.READER, "pcsc", ""),
        Resource(Role.CAMERA, "opencv", "http://127.0.0.1:80/"),
    ]
    found = confinement_needs.of(devices)
    assert found.sockets == {Socket.UNIX, Socket.TCP}
    assert found.ports == {80}
    assert found.devices == {Path("/dev/ttyACM0")}


@pytest.mark.parametrize(
    ("declared", "sockets", "programs"),
    [
        ("", frozenset(), frozenset()),
        ("network", ANY, frozenset()),
        ("programs", frozenset(), frozenset({Path("/usr")})),
        ("network.programs", ANY, frozenset({Path("/usr")})),
        ("everything", frozenset(), frozenset()),
    ],
)
def test_somebody_elses_driver_has_what_its_package_says(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    declared: str,
    sockets: frozenset[Socket],
    programs: frozenset[Path],
) -> None:
    device = install(tmp_path, monkeypatch, "", address="/dev/ttyACM0", needs=declared)
    monkeypatch.syspath_prepend(tmp_path)
    found = confinement_needs.of([device])
    assert (found.sockets, found.programs) == (sockets, programs)
    assert found.ports == (None if sockets else frozenset())
    assert found.devices == {Path("/dev/ttyACM0")}
