"""Devices of a simulated machine that are unplugged and hung, through the real drivers."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest

from hardware import drivers
from hardware.cameras.opencv_camera import OpenCVCamera
from hardware.chip_link import NoChipError
from hardware.errors import HardwareError, Reason
from hardware.readers.nfcpy_reader import NfcpyReader
from hardware.scanners.serial_swipe import SerialSwipe
from hardware.simulated import machine
from hardware.simulated.machine import Running
from hardware.verdicts import Role
from kiosk.places import Folders, shipped
from kiosk.settings import load
from tests.machines import at_site
from tests.processes import LONG, until

QUICK = """
about = "All three devices, quick"
[scanner]
issuer = "DNK"
first_after = 0.1
every = 0.2
{scanner}
[reader]
chip = "passport"
[camera]
shows = ["ready"]
"""


@contextmanager
def running(folder: Path, scanner: str = "") -> Iterator[Running]:
    file = folder / "quick.toml"
    file.write_text(QUICK.format(scanner=scanner))
    with machine.start(file) as played:
        yield played


def comes(driver: drivers.Driver) -> bool:
    """Whether something comes from the device: a document, a chip or a picture."""
    if isinstance(driver, NfcpyReader):
        try:
            driver.connect(0.3, lambda: False).close()
        except NoChipError:
            return False
        return True
    if isinstance(driver, OpenCVCamera):  # the document camera is one, too
        return driver.newest_frame(0.3) is not None
    assert isinstance(driver, SerialSwipe)
    return driver.read_lines(0.3) is not None


def outcome(driver: drivers.Driver) -> bool | Reason:
    """Whether something came, or why the device failed."""
    try:
        return comes(driver)
    except HardwareError as failure:
        return failure.reason


def opens(driver: drivers.Driver) -> bool | Reason:
    try:
        driver.open(LONG)
    except HardwareError as failure:
        return failure.reason
    return True


@pytest.mark.parametrize(
    ("role", "scanner"),
    [
        (Role.SCANNER, ""),
        (Role.SCANNER, "scene = 'document'\nshows = ['read']"),
        (Role.READER, ""),
        (Role.CAMERA, ""),
    ],
    ids=["swipe", "document-camera", "reader", "camera"],
)
def test_a_device_is_unplugged_and_plugged_in_again(
    tmp_path: Path, role: Role, scanner: str
) -> None:
    with running(tmp_path, scanner) as played:
        resource = next(device for device in played.devices if device.role is role)
        with closing(drivers.make(resource)) as driver:
            until(lambda: opens(driver) is True, "it opens")
            until(lambda: outcome(driver) is True, "something from the device")
            for _ in range(2):
                played.tell(role, "unplug")
                until(lambda: outcome(driver) is Reason.LOST, "what was open breaks")
                until(lambda: opens(driver) is Reason.ABSENT, "nobody at the address")
                played.tell(role, "plug")
                until(lambda: opens(driver) is True, "it is there again")
                until(lambda: outcome(driver) is True, "something from it again")


@pytest.mark.grid
@pytest.mark.parametrize(
    ("role", "silent"),
    [(Role.SCANNER, {False}), (Role.READER, {False}), (Role.CAMERA, {False, Reason.STALLED})],
)
def test_a_device_hangs_and_goes_on(tmp_path: Path, role: Role, silent: set[bool | Reason]) -> None:
    with running(tmp_path) as played:
        resource = next(device for device in played.devices if device.role is role)
        with closing(drivers.make(resource)) as driver:
            until(lambda: opens(driver) is True, "it opens")
            until(lambda: outcome(driver) is True, "something from the device")
            played.tell(role, "hang")
            until(lambda: outcome(driver) is not True, "it falls silent")
            began = monotonic()
            while monotonic() - began < 1.0:
                assert outcome(driver) in silent
            played.tell(role, "go-on")
            if Reason.STALLED in silent:
                until(lambda: opens(driver) is True, "it opens again")
            until(lambda: outcome(driver) is True, "it goes on")


def test_a_flatbed_is_unplugged_and_hangs() -> None:
    with machine.start(shipped() / "machines" / "flatbed.toml") as played:
        port = urlsplit(played.devices[0].address.partition("bed:")[2]).port

        def answer() -> int | type[Exception]:
            wire = HTTPConnection("127.0.0.1", port, timeout=0.5)
            with closing(wire):
                try:
                    wire.request("GET", "/eSCL/ScannerStatus")
                    return wire.getresponse().status
                except OSError as failure:
                    return type(failure)

        until(lambda: answer() == 200, "an answer")
        played.tell(Role.SCANNER, "unplug")
        until(lambda: answer() is ConnectionRefusedError, "nobody at the address")
        played.tell(Role.SCANNER, "plug")
        until(lambda: answer() == 200, "it is there again")
        played.tell(Role.SCANNER, "hang")
        until(lambda: answer() is TimeoutError, "it hangs")
        played.tell(Role.SCANNER, "go-on")
        until(lambda: answer() == 200, "it goes on")


def test_a_machine_that_has_no_such_device() -> None:
    with (
        machine.start(shipped() / "machines" / "specimen.toml", Role.CAMERA) as played,
        pytest.raises(ValueError, match="no scanner"),
    ):
        played.tell(Role.SCANNER, "unplug")


def test_the_settings_of_a_kiosk_with_the_devices_of_a_machine(tmp_path: Path) -> None:
    with machine.start(shipped() / "machines" / "specimen.toml") as played:
        file = at_site(tmp_path, played, idle={"seconds": 5}, screen={"scale_command": []})
        settings = load(Folders(file))
        assert settings.devices.resources() == played.devices
        assert settings.idle.seconds == 5
        assert [path.name for path in (tmp_path / "trust").iterdir()] == ["simulated-csca.der"]
