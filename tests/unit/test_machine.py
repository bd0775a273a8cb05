"""Machines without hardware: their files, and the process that plays one."""

import os
import socket
import termios
import tty
from contextlib import suppress
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hardware.mrz.judging import judge
from hardware.mrz.parsing import parse
from hardware.simulated import machine, swipe_scanner
from hardware.simulated.contactless import ATQA, REQA
from hardware.simulated.machine import MachineError
from hardware.verdicts import CodeVerdict, Role
from kiosk.places import shipped
from tests.processes import LONG, alive, children, until

MACHINES = sorted((shipped() / "machines").glob("*.toml"))
SPECIMEN = shipped() / "machines" / "specimen.toml"


def descriptors() -> set[tuple[str, str]]:
    """What this process has open, each with what it leads to."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # the listing's own
            found.add((name, os.readlink(f"/proc/self/fd/{name}")))
    return found


def test_there_are_machines() -> None:
    names = {file.stem for file in MACHINES}
    assert names >= {
        "specimen", "no-devices", "expired-document", "visa", "silent-chip", "unplugged-scanner",
    }  # fmt: skip


@pytest.mark.parametrize("file", MACHINES, ids=lambda file: file.stem)
def test_every_machine_loads(file: Path) -> None:
    loaded = machine.load(file)
    assert loaded.about
    if loaded.scanner and not loaded.scanner.unplugged:
        today = date(2031, 5, 17)
        told = judge(parse(machine.lines_of(loaded.scanner, today)), today)
        expected = {
            "expired-document": CodeVerdict.EXPIRED,
            "visa": CodeVerdict.VISA,
        }
        assert told.verdict is expected.get(file.stem, CodeVerdict.GOOD)
        assert told.country == (loaded.scanner.issuer or "UTO")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("about = 'x'\nscanner\n", "line 2"),
        ("[scanner]\n", "about"),
        ("about = 'x'\n[printer]\n", "printer"),
        ("about = 'x'\n[reader]\nchip = 'gold'\n", "gold"),
        ("about = 'x'\n[scanner]\nformat = 'TD9'\n", "TD9"),
        ("about = 'x'\n[scanner]\nissuer = 'Denmark'\n", "scanner.issuer"),
        ('about = \'x\'\n[scanner]\nissuer = """DNK\n"""\n', "scanner.issuer"),
        ("about = 'x'\n[camera]\nscene = 3\n", "camera.scene"),
        ("about = 'x'\n[scanner]\nscene = 'person'\n", "person"),
        ("about = 'x'\n[scanner]\nscene = 'document'\nshows = []\n", "scanner.shows"),
        ("about = 'x'\n[scanner]\nscene = 'document'\nshows = ['too-big']\n", "too-big"),
    ],
)
def test_a_bad_machine_gives_one_clear_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(MachineError) as error:
        machine.load(file)
    line = str(error.value)
    assert line.startswith("bad.toml: ")
    assert says in line
    assert "\n" not in line


def test_a_machine_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(b"about = '\xff\xfe'")
    with pytest.raises(MachineError, match=r"^bad\.toml: "):
        machine.load(file)


def test_a_machine_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(MachineError):
        machine.load(tmp_path)


def test_a_machine_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(MachineError, match=r"no machine 'gold'; there are: .*specimen") as error:
        machine.load(SPECIMEN.with_name("gold.toml"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("file", MACHINES, ids=lambda file: file.stem)
def test_nothing_is_left_of_a_machine(file: Path) -> None:
    before = descriptors()
    with machine.start(file) as running:
        assert alive(running.process.pid)
        loaded = machine.load(file)
        parts = {role for role in Role if getattr(loaded, role.value)}
        assert {device.role for device in running.devices} == parts
        during = descriptors()
    assert not alive(running.process.pid)
    assert children(os.getpid()).keys().isdisjoint({running.process.pid})
    assert descriptors() == before
    # While it runs, only the pipe that tells it to end is open here.
    assert len(during - before) == 1


def test_nothing_is_left_when_the_block_fails() -> None:
    before = descriptors()
    with pytest.raises(ZeroDivisionError), machine.start(SPECIMEN) as running:
        raise ZeroDivisionError
    assert not alive(running.process.pid)
    assert descriptors() == before


def test_the_player_ends_with_the_program_that_started_it() -> None:
    with machine.start(SPECIMEN) as running:
        assert running.process.stdin
        running.process.stdin.close()  # as the system does when that program is killed
        assert running.process.wait(LONG) == 0


@pytest.mark.parametrize("role", Role)
def test_one_device_by_itself(role: Role) -> None:
    with machine.start(SPECIMEN, role) as running:
        assert [device.role for device in running.devices] == [role]


def test_a_device_that_the_machine_has_not() -> None:
    with machine.start(SPECIMEN.with_name("no-devices.toml"), Role.CAMERA) as running:
        assert running.devices == []


def test_the_scanner_can_be_opened_at_once_and_does_not_echo() -> None:
    with machine.start(SPECIMEN, Role.SCANNER) as running:
        line = os.open(running.devices[0].address, os.O_RDWR | os.O_NOCTTY)
        try:
            flags = termios.tcgetattr(line)
            assert not flags[tty.LFLAG] & (termios.ECHO | termios.ICANON | termios.ISIG)
            assert not flags[tty.IFLAG] & (termios.ICRNL | termios.IXON)
            # Also to a program that sets nothing up, every byte comes as it was sent.
            scanner = machine.load(SPECIMEN).scanner
            assert scanner
            document = swipe_scanner.frame(machine.lines_of(scanner, date.today()))
            received = b""
            while len(received) < len(document):
                received += os.read(line, 4096)
            assert received == document
        finally:
            os.close(line)


def test_an_unplugged_scanner_is_nowhere_until_it_is_plugged_in() -> None:
    with machine.start(SPECIMEN.with_name("unplugged-scanner.toml"), Role.SCANNER) as running:
        assert not Path(running.devices[0].address).exists()
        running.tell(Role.SCANNER, "plug")
        until(Path(running.devices[0].address).exists, "the scanner")
    assert not Path(running.devices[0].address).parent.exists()


def test_the_reader_can_be_asked_at_once() -> None:
    with (
        machine.start(SPECIMEN, Role.READER) as running,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking,
    ):
        _, host, port = running.devices[0].address.split(":")
        asking.settimeout(LONG)
        asking.sendto(b"106A " + REQA.hex().encode(), (host, int(port)))
        assert asking.recv(4096) == b"106A " + ATQA.hex().encode()


def test_the_camera_can_be_asked_at_once() -> None:
    with machine.start(SPECIMEN, Role.CAMERA) as running:
        url = urlsplit(running.devices[0].address)
        with socket.create_connection((url.hostname, url.port or 0), LONG) as asking:
            asking.sendall(b"GET / HTTP/1.1\r\nHost: kiosk\r\n\r\n")
            received = b""
            while b"\xff\xd8" not in received:  # the beginning of a JPEG picture
                chunk = asking.recv(65536)
                assert chunk
                received += chunk
