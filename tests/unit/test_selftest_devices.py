"""The checks of the devices on real wires: simulated devices, pictures in files, locks, /sys."""

import fcntl
import os
import pty
import shutil
import socket
import struct
import sys
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import run

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware import claims, pictures
from hardware.cameras.opencv_camera import OpenCVCamera
from hardware.errors import HardwareError, Reason
from hardware.function_tests.pictures import SLOW, Seen, watch
from hardware.function_tests.presence import is_present
from hardware.function_tests.scanner import CARD, Sight, sight_in
from hardware.opencv import cv2
from hardware.resources import Resource
from hardware.simulated import machine
from hardware.simulated.contactless import Chip, card
from hardware.simulated.pn532 import plugged_in
from hardware.usb_addresses import usb_device_of
from hardware.verdicts import Rehearsal, Role
from kiosk.places import shipped
from kiosk.selftest import devices, rehearsals, test_card
from kiosk.selftest.check import Check, Given, Outcome, State
from kiosk.selftest.remedies import REMEDIES
from kiosk.selftest.running import outcome_of
from tests.processes import LONG, until
from tests.site_driver import install

airscan = pytest.mark.skipif(
    shutil.which("airscan-discover") is None or shutil.which("scanimage") is None,
    reason="sane-utils or sane-airscan is not installed",
)
Picture = NDArray[np.uint8]


@pytest.fixture(autouse=True)
def runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(claims.RUNTIME, str(tmp_path / "run"))


def check(name: str) -> Check:
    (found,) = (check for check in devices.CHECKS if check.id == f"device.{name}")
    return found


def site(folder: Path, *resources: Resource, settings: str = "", asked: bool = False) -> Given:
    """A kiosk with these devices, and with this in its table of the self-test."""
    file = folder / "kiosk.toml"
    file.write_text(f"[selftest]\n{settings}\n")
    return Given(str(file), resources, "", interactive=asked)


def outcome(name: str, given: Given) -> tuple[State, str]:
    found = check(name).run(given)
    assert "\n" not in found.message
    return found.state, found.message


@contextmanager
def playing(folder: Path, text: str) -> Iterator[machine.Running]:
    """A machine of these tables, once its device is really played."""
    file = folder / "machine.toml"
    file.write_text(f'about = "one device"\n{text}\n')
    with machine.start(file) as running:
        yield running


# --- what to do -----------------------------------------------------------------------------------


def test_there_is_one_line_on_what_to_do_for_every_reason() -> None:
    assert REMEDIES.keys() == set(Reason)
    for line in REMEDIES.values():
        assert 10 < len(line) < 100
        assert line.isprintable()


def test_every_role_has_three_checks_in_the_order_of_their_phases() -> None:
    assert [c.id for c in devices.CHECKS] == [
        f"device.{role}.{step}" for role in Role for step in ("present", "opens", "works")
    ]
    assert all(c.role is not None and c.timeout > devices.OPEN_TIMEOUT for c in devices.CHECKS)


# --- there ----------------------------------------------------------------------------------------


@contextmanager
def listening(kind: socket.SocketKind) -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as wire:
        wire.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            wire.listen()
        yield wire.getsockname()[1]


def free_port(kind: socket.SocketKind) -> int:
    with listening(kind) as port:
        return port


@pytest.mark.parametrize(
    ("driver", "address"),
    [
        ("serial-swipe", "/dev/kiosk-nobody?baud=9600"),
        ("nfcpy", "tty:/dev/kiosk-nobody:pn532"),
        ("nfcpy", "tty:USB97"),
        ("nfcpy", "usb:ffff:fffe"),
        ("nfcpy", "usb:port:9-9.9"),
        ("sane", "sane:genesys:libusb:099:099"),
        ("opencv", "/dev/null/video0"),
        ("opencv", "/nowhere/shot-%04d.png"),
    ],
)
def test_what_is_not_plugged_in_is_absent(driver: str, address: str) -> None:
    role = {"opencv": Role.CAMERA, "nfcpy": Role.READER}.get(driver, Role.SCANNER)
    with pytest.raises(HardwareError) as failed:
        is_present(Resource(role, driver, address))
    assert failed.value.reason is Reason.ABSENT


def test_a_file_at_the_address_is_enough_and_is_not_opened(tmp_path: Path) -> None:
    fifo = tmp_path / "scanner"
    os.mkfifo(fifo)  # to open it would wait for ever
    fifo.chmod(0)
    assert is_present(Resource(Role.SCANNER, "serial-swipe", f"{fifo}?reader=elyctis"))
    assert is_present(Resource(Role.READER, "nfcpy", f"tty:{fifo}:pn532"))
    assert is_present(Resource(Role.CAMERA, "opencv", f"{tmp_path}/shot-%04d.png"))
    fifo.unlink()
    fifo.symlink_to(tmp_path / "gone")
    with pytest.raises(HardwareError):
        is_present(Resource(Role.SCANNER, "serial-swipe", str(fifo)))


@pytest.mark.parametrize(
    ("kind", "driver", "address"),
    [
        (socket.SOCK_STREAM, "opencv", "http://127.0.0.1:{}/"),
        (socket.SOCK_STREAM, "sane", "sane:airscan:escl:A name:http://127.0.0.1:{}/eSCL/"),
        (socket.SOCK_DGRAM, "nfcpy", "udp:127.0.0.1:{}"),
    ],
)
def test_somebody_must_be_at_a_port(kind: socket.SocketKind, driver: str, address: str) -> None:
    with listening(kind) as port:
        assert is_present(Resource(Role.READER, driver, address.format(port)))
    with pytest.raises(HardwareError) as failed:
        is_present(Resource(Role.READER, driver, address.format(free_port(kind))))
    assert failed.value.reason is Reason.ABSENT


def test_of_a_pcsc_reader_only_its_service_can_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Resource(Role.READER, "pcsc", "")
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "pcscd.comm"))
    state, message = outcome("reader.present", site(tmp_path, reader))
    assert (state, message) == (State.FAIL, f"service-down: {REMEDIES[Reason.SERVICE_DOWN]}")
    with socket.socket(socket.AF_UNIX) as service:
        service.bind(str(tmp_path / "pcscd.comm"))
        state, message = outcome("reader.present", site(tmp_path, reader))
    assert (state, message) == (State.SKIP, "only opening it tells whether it is there")


def on_bus(sys: Path, port: str, **files: str) -> None:
    folder = sys / "bus/usb/devices" / port
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text + "\n")


def test_usb_readers_are_found_by_their_place_and_by_who_made_them(tmp_path: Path) -> None:
    hub = {"idVendor": "1d6b", "idProduct": "0002", "busnum": "1", "devnum": "1"}
    sony = {"idVendor": "054c", "idProduct": "06c1", "busnum": "1", "devnum": "7"}
    on_bus(tmp_path, "usb1", **hub)
    on_bus(tmp_path, "1-1.4", **sony, bcdDevice="0104", product="RC-S380/P")

    def name(address: str) -> str | None:
        found = usb_device_of(address, tmp_path)
        return found.name if found else None

    for address in ("usb", "usb:054c", "usb:054C:06C1", "usb:001:007", "x:libusb:001:007"):
        assert name(address) == "RC-S380/P", address
    for address in ("usb:054c:06c3", "usb:04e6", "usb:002", "usb:001:008", "libusb:002:007"):
        assert name(address) is None, address


# --- open -----------------------------------------------------------------------------------------


def opened_by_site(folder: Path, patch: pytest.MonkeyPatch, methods: str, wait: float) -> Outcome:
    resource = install(folder, patch, methods)
    return outcome_of(replace(check("reader.opens"), timeout=wait), site(folder, resource))


def test_what_a_device_calls_itself_is_told_without_what_could_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    methods = r"identity = '\x1b]0;I am root\x07 v2 ' + 'x' * 500"
    found = opened_by_site(tmp_path, monkeypatch, methods, LONG)
    assert found.state is State.PASS
    assert found.message.startswith("opens: site-reader, ?]0;I am root? v2 xxx")
    assert len(found.message) < 100
    assert found.data.keys() == {"open_ms"}


@pytest.mark.parametrize(
    ("methods", "state", "message"),
    [
        ("def open(self, timeout): raise HardwareError(Reason.DENIED)", State.FAIL, "denied: "),
        ("def open(self, timeout): 1 / 0", State.ERROR, "the check itself crashed"),
        ("def open(self, timeout): os.abort()", State.ERROR, "the check was ended by SIGABRT"),
        ("identity = property(lambda self: 1 / 0)", State.ERROR, "the check itself crashed"),
    ],
)
def test_a_device_that_does_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, methods: str, state: State, message: str
) -> None:
    found = opened_by_site(tmp_path, monkeypatch, methods, LONG)
    assert found.state is state
    assert found.message.startswith(message)


def test_a_driver_that_hangs_is_an_error_at_its_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = "def open(self, timeout): time.sleep(1000)"
    found = opened_by_site(tmp_path, monkeypatch, hangs, 2.0)
    assert (found.state, found.message) == (State.ERROR, "the check hung: killed after 2 s")


def test_a_device_of_our_own_that_is_in_use_is_skipped_and_others_use_of_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "OPEN_TIMEOUT", 0.3)
    monkeypatch.setattr("hardware.function_tests.opening.OPEN_TIMEOUT", 0.3)
    master, slave = pty.openpty()
    scanner = Resource(Role.SCANNER, "serial-swipe", os.ttyname(slave))
    given = site(tmp_path, scanner)
    try:
        for name in ("scanner.opens", "scanner.works"):
            with claims.claimed(scanner, 0):
                found = check(name).run(given)
            assert (found.state, found.reason) == (State.SKIP, Reason.BUSY)
            fcntl.flock(slave, fcntl.LOCK_EX)  # as another program that uses pyserial does
            found = check(name).run(given)
            fcntl.flock(slave, fcntl.LOCK_UN)
            assert (found.state, found.reason) == (State.FAIL, Reason.BUSY)
            assert found.message == f"busy: {REMEDIES[Reason.BUSY]}"
        assert outcome("scanner.opens", given)[0] is State.PASS
    finally:
        os.close(master)
        os.close(slave)


# --- pictures -------------------------------------------------------------------------------------


def scene(rng: np.random.Generator, kind: str) -> Picture:
    """A picture with the noise that every sensor has."""
    y, x = np.mgrid[:240, :320]
    board = np.where((x // 16 + y // 16) % 2, 200.0, 60.0)
    base = {
        "sharp": board,
        "blurred": cv2.GaussianBlur(board, (0, 0), 8),
        "dark": board * 0.08,
        "bright": np.full(board.shape, 250.0),
        "wall": np.full(board.shape, 128.0),
        "black": board * 0,
    }[kind]
    noise = 0 if kind == "black" else rng.normal(0, 3, base.shape)
    grey = np.clip(base + noise, 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def looked_at(folder: Path, kind: str, seconds: float, moving: bool = True) -> Seen:
    """What our own camera driver makes of 4 s of pictures."""
    rng = np.random.default_rng(1)
    picture = scene(rng, kind)
    for number in range(60):
        picture = scene(rng, kind) if moving else picture
        cv2.imwrite(f"{folder}/shot-{number:02}.png", picture)
    camera = OpenCVCamera(f"{folder}/shot-%02d.png")
    camera.open(LONG)
    try:
        return watch(camera, seconds)
    finally:
        camera.close()


@pytest.mark.grid
@pytest.mark.parametrize(
    ("kind", "state", "word"),
    [
        ("sharp", State.PASS, "pictures a second of 320x240, brightness"),
        ("wall", State.PASS, "brightness 50%"),
        ("blurred", State.WARN, "not sharp"),
        ("dark", State.WARN, "dark"),
        ("bright", State.WARN, "nearly white"),
    ],
)
def test_what_pictures_are_worth(tmp_path: Path, kind: str, state: State, word: str) -> None:
    seen = looked_at(tmp_path, kind, 1.0)
    found = devices._judged(site(tmp_path), seen)
    assert found.state is state
    assert word in found.message
    assert found.message.count(";") == 0, "one fault alone"
    assert found.data["brightness_percent"] == round(100 * seen.brightness)


@pytest.mark.parametrize(
    ("kind", "moving", "reason"), [("black", True, Reason.BLACK), ("sharp", False, Reason.FROZEN)]
)
def test_dead_pictures_are_a_failure(
    tmp_path: Path, kind: str, moving: bool, reason: Reason
) -> None:
    with pytest.raises(HardwareError) as failed:
        looked_at(tmp_path, kind, 3.0, moving)
    assert failed.value.reason is reason


def test_few_pictures_are_a_warning_but_on_a_simulated_machine() -> None:
    seen = Seen(640, 480, 0.1, SLOW - 1, 0.5, 0.5)
    given = Given(None, (), "")
    assert devices._judged(given, seen).state is State.WARN
    assert devices._judged(replace_given(given, simulated=True), seen).state is State.PASS


def replace_given(given: Given, simulated: bool) -> Given:
    return Given(given.settings_file, given.devices, given.trust, simulated, given.interactive)


def test_a_camera_that_is_unplugged_while_it_is_looked_at_fails(tmp_path: Path) -> None:
    with playing(tmp_path, '[camera]\nshows = ["ready"]') as running:
        given = site(tmp_path, *running.devices)
        until(lambda: outcome("camera.opens", given)[0] is not State.FAIL, "it plays", 3 * LONG)
        pull = threading.Timer(1.5, running.tell, (Role.CAMERA, "unplug"))
        pull.start()
        state, message = outcome("camera.works", given)
        pull.join()
        assert state is State.FAIL
        assert message.split(":")[0] in ("lost", "stalled")
        until(lambda: outcome("camera.present", given)[0] is State.FAIL, "it is gone")
        running.tell(Role.CAMERA, "plug")
        until(lambda: outcome("camera.present", given)[0] is State.PASS, "it is back")


# --- the test card --------------------------------------------------------------------------------


def test_the_card_is_read_and_says_how_large_it_is_to_be_printed(tmp_path: Path) -> None:
    file = tmp_path / "card.png"
    test_card.write(file)
    picture = pictures.load(file)
    assert sight_in(picture) is Sight.CARD
    height, width = picture.shape
    assert width / height == pytest.approx(125 / 88, abs=0.01)
    at = file.read_bytes().index(b"pHYs") + 4
    across, down, metre = struct.unpack(">IIB", file.read_bytes()[at : at + 9])
    assert (across, down, metre) == (11811, 11811, 1)
    assert width / across == pytest.approx(0.125, abs=0.0005)
    with pytest.raises(FileExistsError):
        test_card.write(file)


def test_the_command_writes_the_card_and_overwrites_nothing(tmp_path: Path) -> None:
    file = tmp_path / "card.png"
    command = [sys.executable, "-m", "kiosk", "selftest", "--card", str(file)]
    assert run(command, capture_output=True, check=False).returncode == 0
    written = file.read_bytes()
    again = run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 3
    assert again.stderr == f"kiosk: {file}: cannot be written: File exists\n"
    assert file.read_bytes() == written


@pytest.mark.grid
@pytest.mark.parametrize(
    ("document", "state", "message"),
    [
        ('shows = ["read"]', State.PASS, "; the test card was read"),
        ('shows = ["read"]\nissuer = "DNK"', State.FAIL, "another document's code is there"),
        ('shows = ["no-document"]', State.FAIL, "nothing like a code is in the picture"),
    ],
)
def test_a_document_camera_must_read_the_card_where_one_lies(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    document: str,
    state: State,
    message: str,
) -> None:
    """The simulated document of no issuer is the card's: ICAO's specimen."""
    monkeypatch.setattr("hardware.function_tests.pictures.WATCHED", 3.0)
    with playing(tmp_path, f'[scanner]\nscene = "document"\n{document}') as running:
        given = site(tmp_path, *running.devices, settings="test_card = true")
        until(lambda: outcome("scanner.opens", given)[0] is State.PASS, "it plays", 3 * LONG)
        found = outcome("scanner.works", given)
    assert found[0] is state
    assert found[1].endswith(message)


@pytest.mark.grid
@airscan
@pytest.mark.parametrize(
    ("issuer", "state", "message"),
    [
        ("", State.PASS, "; the test card was read"),
        ('issuer = "DNK"', State.FAIL, "another document's code is there"),
    ],
)
def test_a_flatbed_must_read_the_card_where_one_lies(
    tmp_path: Path, issuer: str, state: State, message: str
) -> None:
    with playing(tmp_path, f'[scanner]\nscene = "glass"\n{issuer}') as running:
        given = site(tmp_path, *running.devices, settings="test_card = true")
        until(lambda: outcome("scanner.opens", given)[0] is State.PASS, "it plays", 3 * LONG)
        found = outcome("scanner.works", given)
    assert found[0] is state
    assert found[1].endswith(message)


# --- readers of lines -----------------------------------------------------------------------------


@contextmanager
def sends(data: bytes) -> Iterator[Resource]:
    """A reader of lines that sends this again and again."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    stop = threading.Event()

    def send() -> None:
        while not stop.wait(0.2):
            os.write(master, data)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield Resource(Role.SCANNER, "serial-swipe", f"{os.ttyname(slave)}?reader=listening")
    finally:
        stop.set()
        sender.join()
        os.close(master)
        os.close(slave)


@pytest.mark.grid
@pytest.mark.parametrize(
    ("data", "state", "message"),
    [
        ("\r".join(CARD).encode() + b"\r", State.PASS, "a code was read"),
        (
            "\r".join(CARD).replace("L898902C3", "L898902C4").encode() + b"\r",
            State.FAIL,
            "what it sends",
        ),
        (b"HELLO, WORLD\r", State.FAIL, "nothing came"),
        (b"", State.FAIL, "nothing came"),
    ],
)
def test_a_person_is_asked_to_pull_something_through(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    data: bytes,
    state: State,
    message: str,
) -> None:
    monkeypatch.setattr(devices, "SOMEBODY_ACTS", 3.0 if data else 1.0)
    with sends(data) as scanner:
        found = outcome("scanner.works", site(tmp_path, scanner, asked=True))
    assert found[0] is state
    assert found[1].startswith(message)
    asked = capfd.readouterr().err
    assert asked.startswith("kiosk: pull the test card or a document through the scanner, within")


@pytest.mark.parametrize(
    ("make", "state", "message"),
    [("rte", State.SKIP, devices.WHO_HANDLES), ("elyctis", State.PASS, "answers as elyctis")],
)
def test_without_a_person_a_reader_that_can_be_asked_is_asked(
    tmp_path: Path, make: str, state: State, message: str
) -> None:
    with playing(tmp_path, f'[scanner]\nreader = "{make}"') as running:
        given = site(tmp_path, *running.devices)
        # A busy machine may need longer until the player answers.
        until(lambda: outcome("scanner.works", given)[1].startswith(message), make, 3 * LONG)
        assert outcome("scanner.works", given)[0] is state


# --- chip readers ---------------------------------------------------------------------------------


@pytest.mark.grid
@pytest.mark.parametrize(
    ("chip", "state", "message", "with_own"),
    [
        ("passport", State.PASS, "looks for chips; a chip is there", State.PASS),
        ("silent", State.PASS, "looks for chips; nothing lies on it", State.FAIL),
        ("not-iso-dep", State.PASS, "looks for chips; something lies on it", State.FAIL),
        ("leaves", State.PASS, "looks for chips; a chip is there", State.FAIL),
    ],
)
def test_a_reader_looks_and_where_it_has_a_chip_of_its_own_that_must_answer(
    tmp_path: Path, chip: str, state: State, message: str, with_own: State
) -> None:
    with playing(tmp_path, f'[reader]\nchip = "{chip}"') as running:
        plain = site(tmp_path, *running.devices)
        until(lambda: outcome("reader.works", plain) == (state, message), chip, 3 * LONG)
        own = site(tmp_path, *running.devices, settings="reference_chip = true")
        found = check("reader.works").run(own)
        assert found.state is with_own
        assert ("answer_ms" in found.data) == (with_own is State.PASS)


@pytest.mark.parametrize(
    ("chips", "state"),
    [
        ([Chip.PASSPORT], State.PASS),
        ([], State.FAIL),
        ([Chip.PASSPORT, Chip.OTHER], State.WARN),
    ],
)
def test_the_kiosks_own_chip_on_a_pn532(tmp_path: Path, chips: list[Chip], state: State) -> None:
    with plugged_in([card(chip) for chip in chips]) as (_, line):
        reader = Resource(Role.READER, "nfcpy", f"tty:{line}:pn532")
        given = site(tmp_path, reader, settings="reference_chip = true")
        assert outcome("reader.works", given)[0] is state
        assert "PN532v" in outcome("reader.opens", given)[1]


# --- from end to end ------------------------------------------------------------------------------


def test_a_specimen_document_goes_through_code_and_chip() -> None:
    wanted = (Rehearsal.CODE, Rehearsal.CHIP)
    found = rehearsals.rehearse_all(shipped() / "machines" / "quick.toml", wanted, 3 * LONG)
    assert found.state is State.PASS
    assert found.data.keys() == {"code_ms", "chip_ms"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rehearsal", "told"),
    [
        ("expired-document", Rehearsal.CODE, "expired"),
        ("unplugged-scanner", Rehearsal.CODE, "out-of-order, absent"),
        ("silent-chip", Rehearsal.CHIP, "none"),
        ("camera-unplugged", Rehearsal.FACE, "out-of-order, absent"),
    ],
)
def test_a_rehearsal_that_does_not_end_well_says_how_it_ended(
    name: str, rehearsal: Rehearsal, told: str
) -> None:
    file = shipped() / "machines" / f"{name}.toml"
    began = time.monotonic()
    found = rehearsals.rehearse_all(file, (rehearsal,), within=6.0)
    assert found.state is State.FAIL
    assert found.message == f"the rehearsal of the {rehearsal} did not end well: {told}"
    assert time.monotonic() - began < 6.0 + LONG
