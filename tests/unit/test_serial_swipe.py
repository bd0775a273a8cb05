"""The driver of serial readers, against simulated ones over a real pseudo-terminal."""

import os
import select
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hardware import drivers
from hardware.errors import HardwareError, Reason
from hardware.mrz.formats import FormatName
from hardware.mrz.specimens import ICAO
from hardware.scanners import serial_swipe
from hardware.scanners.serial_profiles import PROFILES, ReaderKind
from hardware.scanners.serial_swipe import Port, SerialSwipe
from hardware.simulated import swipe_scanner
from hardware.simulated.machine import SimulatedScanner
from hardware.simulated.swipe_scanner import Make
from hardware.verdicts import Role

LONG = 20.0
"""Seconds: a deadline that only a failing test meets."""


class Pty:
    """A pseudo-terminal: the test holds the master side, the driver opens the slave."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        self.path = os.ttyname(slave)
        os.close(slave)

    def send(self, data: bytes) -> None:
        assert os.write(self.master, data) == len(data)

    def received(self) -> bytes:
        """What the driver has sent, once it has sent something."""
        assert select.select([self.master], [], [], LONG)[0]
        return os.read(self.master, 4096)

    def unplug(self) -> None:
        if self.master >= 0:
            os.close(self.master)
        self.master = -1


@pytest.fixture
def pty() -> Iterator[Pty]:
    pair = Pty()
    yield pair
    pair.unplug()


@pytest.fixture
def swipe(pty: Pty) -> Iterator[SerialSwipe]:
    driver = SerialSwipe(f"{pty.path}?reader=listening")
    driver.open(LONG)
    yield driver
    driver.close()


@contextmanager
def played(
    pty: Pty, make: Make, lines: tuple[str, ...] = ICAO["TD3"], **how: Any
) -> Iterator[None]:
    """A simulated reader through which a document is pulled again and again."""
    stop = threading.Event()
    how = {"first_after": 0.1, "every": 0.2} | how
    reader = threading.Thread(
        target=swipe_scanner.serve, args=(pty.master, lines, stop), kwargs={"make": make} | how
    )
    reader.start()
    try:
        yield
    finally:
        stop.set()
        reader.join()


KIND_OF = {
    Make.ELYCTIS: ReaderKind.ELYCTIS,
    Make.HONEYWELL: ReaderKind.HONEYWELL,
    Make.NEWLAND: ReaderKind.NEWLAND,
}
"""The other makes are listened to."""


@pytest.mark.grid
@pytest.mark.parametrize("name", ["TD1", "TD3"])
@pytest.mark.parametrize("make", Make)
def test_every_simulated_reader_is_found_and_read(
    pty: Pty, make: Make, name: FormatName, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = SerialSwipe(pty.path)
    if make in KIND_OF:  # a busy machine may need longer to answer
        monkeypatch.setattr(serial_swipe, "ANSWERS_WITHIN", 2.0)
    with played(pty, make, ICAO[name], every=LONG):
        driver.open(LONG)
        assert driver.found == KIND_OF.get(make, ReaderKind.LISTENING)
        assert driver.read_lines(LONG) == ICAO[name]
        driver.close()
        assert driver.found is None


@pytest.mark.grid
@pytest.mark.parametrize("make", Make)
def test_the_reader_of_the_settings_in_pieces_of_any_size(pty: Pty, make: Make) -> None:
    kind = KIND_OF.get(make, ReaderKind.LISTENING)
    driver = SerialSwipe(f"{pty.path}?baud=115200&reader={kind}")
    # Without an end mark only a pause tells two documents apart.
    every = 2.0 if make in (Make.ROWS, Make.JOINED) else 0.2
    with played(pty, make, every=every, pieces=range(1, 10)):
        driver.open(LONG)
        assert driver.found == kind
        # Readers that stop after each document are told to go on.
        for _ in range(2):
            assert driver.read_lines(LONG) == ICAO["TD3"]
        driver.close()


@pytest.mark.parametrize("make", KIND_OF)
def test_a_reader_that_gave_up_is_told_again(
    pty: Pty, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = replace(PROFILES[KIND_OF[make]], lapses=0.2)
    monkeypatch.setitem(PROFILES, profile.kind, profile)
    driver = SerialSwipe(f"{pty.path}?reader={profile.kind}")
    driver.open(LONG)
    assert driver.read_lines(0.0) is None
    assert pty.received() == profile.arm
    assert driver.read_lines(0.3) is None
    assert pty.received().startswith(profile.arm)
    driver.close()
    assert pty.received().endswith(profile.disarm)


def test_a_reader_that_is_listened_to_is_sent_nothing(pty: Pty) -> None:
    driver = SerialSwipe(f"{pty.path}?reader=listening")
    os.set_blocking(pty.master, False)
    driver.open(LONG)
    assert driver.read_lines(0.05) is None
    with pytest.raises(BlockingIOError):
        os.read(pty.master, 1)
    driver.close()


def test_a_document_that_comes_while_the_reader_is_asked_for_is_not_lost(pty: Pty) -> None:
    driver = SerialSwipe(pty.path)
    held = os.open(pty.path, os.O_RDWR | os.O_NOCTTY)  # else reading before the driver opens fails
    sender = threading.Thread(
        target=lambda: (pty.received(), pty.send(swipe_scanner.frame(ICAO["TD3"])))
    )
    sender.start()
    driver.open(LONG)
    sender.join()
    os.close(held)
    assert driver.found == "listening"
    assert driver.read_lines(LONG) == ICAO["TD3"]
    driver.close()


@pytest.mark.parametrize("noise", [b"", b"\x06.\x02\x01 V\x00", bytes(range(256)) * 3])
def test_an_echo_or_noise_is_no_answer(pty: Pty, noise: bytes) -> None:
    stop = threading.Event()

    def echo() -> None:
        while not stop.wait(0.01):
            if select.select([pty.master], [], [], 0)[0]:
                with suppress(OSError):  # the driver has not opened it yet
                    os.write(pty.master, noise + os.read(pty.master, 4096))

    driver = SerialSwipe(pty.path)
    echoing = threading.Thread(target=echo)
    echoing.start()
    driver.open(LONG)
    stop.set()
    echoing.join()
    assert driver.found == "listening"
    assert driver.read_lines(0.0) is None
    driver.close()


def test_endless_noise_does_not_hold_it_up(pty: Pty, swipe: SerialSwipe) -> None:
    os.set_blocking(pty.master, False)
    stop = threading.Event()

    def flood() -> None:
        while not stop.wait(0.001):
            with suppress(BlockingIOError):
                os.write(pty.master, b"AB\rC" * 100)

    flooding = threading.Thread(target=flood)
    flooding.start()
    assert swipe.read_lines(0.3) is None  # without an end this would hang
    stop.set()
    flooding.join()


def test_a_port_that_takes_nothing_is_opened_all_the_same(pty: Pty) -> None:
    slave = os.open(pty.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        tty.setraw(slave)
        with suppress(BlockingIOError):
            while True:  # nobody reads at the other side
                os.write(slave, bytes(4096))
        driver = SerialSwipe(f"{pty.path}?reader=elyctis")
        driver.open(LONG)
        pty.send(swipe_scanner.frame(ICAO["TD3"], Make.ELYCTIS))
        assert driver.read_lines(LONG) == ICAO["TD3"]
        driver.close()
    finally:
        os.close(slave)


def test_the_simulated_reader_sends_to_the_next_program_too(pty: Pty) -> None:
    driver = SerialSwipe(f"{pty.path}?reader=listening")
    with played(pty, Make.ACCESS_IS):
        for _ in range(2):
            driver.open(LONG)
            assert driver.read_lines(LONG) == ICAO["TD3"]
            driver.close()


@pytest.mark.parametrize("size", range(1, 10))
def test_chunks_of_any_size(pty: Pty, swipe: SerialSwipe, size: int) -> None:
    stream = b"noise" + swipe_scanner.frame(ICAO["TD3"]) + swipe_scanner.frame(ICAO["TD1"])

    def send() -> None:
        for at in range(0, len(stream), size):
            pty.send(stream[at : at + size])

    sender = threading.Thread(target=send)
    sender.start()
    assert swipe.read_lines(LONG) == ICAO["TD3"]
    assert swipe.read_lines(LONG) == ICAO["TD1"]
    sender.join()


def test_nothing_sent_gives_none_in_time(swipe: SerialSwipe) -> None:
    assert swipe.read_lines(0.05) is None
    assert swipe.read_lines(0.0) is None


def test_two_documents_in_one_go_come_one_by_one(pty: Pty, swipe: SerialSwipe) -> None:
    pty.send(swipe_scanner.frame(ICAO["TD3"]) + swipe_scanner.frame(ICAO["TD2"]))
    assert swipe.read_lines(LONG) == ICAO["TD3"]
    assert swipe.read_lines(0.0) == ICAO["TD2"]


def test_half_a_document_does_not_spoil_the_next(pty: Pty, swipe: SerialSwipe) -> None:
    pty.send(swipe_scanner.frame(ICAO["TD3"])[:30])
    assert swipe.read_lines(0.1) is None
    pty.send(swipe_scanner.frame(ICAO["TD3"]))
    assert swipe.read_lines(LONG) == ICAO["TD3"]


def test_silence_ends_a_last_line_without_an_end(pty: Pty, swipe: SerialSwipe) -> None:
    pty.send("\r".join(ICAO["TD3"]).encode())
    assert swipe.read_lines(LONG) == ICAO["TD3"]


def test_opening_forgets_what_was_sent_before(pty: Pty) -> None:
    slave = os.open(pty.path, os.O_RDWR | os.O_NOCTTY)
    try:
        pty.send(swipe_scanner.frame(ICAO["TD3"]))
        driver = SerialSwipe(pty.path)
        driver.open(LONG)
        assert driver.read_lines(0.2) is None
        driver.close()
    finally:
        os.close(slave)


def test_unplugged_while_reading(pty: Pty, swipe: SerialSwipe) -> None:
    unplugger = threading.Timer(0.2, pty.unplug)
    unplugger.start()
    with pytest.raises(HardwareError) as caught:
        swipe.read_lines(LONG)
    assert caught.value.reason is Reason.LOST
    unplugger.join()


def test_plugged_in_again(tmp_path: Path) -> None:
    address = tmp_path / "by-id"  # as the system names a device by what it is
    driver = SerialSwipe(f"{address}?reader=elyctis")
    first, second = Pty(), Pty()
    try:
        address.symlink_to(first.path)
        driver.open(LONG)
        first.send(swipe_scanner.frame(ICAO["TD1"], Make.ELYCTIS)[:40])
        assert driver.read_lines(0.05) is None
        first.unplug()
        with pytest.raises(HardwareError) as caught:
            driver.read_lines(LONG)
        assert caught.value.reason is Reason.LOST
        driver.close()
        address.unlink()
        assert _reason_of_opening(str(address)) is Reason.ABSENT
        address.symlink_to(second.path)
        driver.open(LONG)
        assert driver.read_lines(0.0) is None
        assert second.received() == PROFILES[ReaderKind.ELYCTIS].arm
        second.send(swipe_scanner.frame(ICAO["TD3"], Make.ELYCTIS))
        assert driver.read_lines(LONG) == ICAO["TD3"]
    finally:
        driver.close()
        first.unplug()
        second.unplug()


def _reason_of_opening(address: str) -> Reason:
    driver = SerialSwipe(address)
    with pytest.raises(HardwareError) as caught:
        driver.open(1.0)
    driver.close()
    return caught.value.reason


def test_held_by_another_program(pty: Pty, swipe: SerialSwipe) -> None:
    assert _reason_of_opening(pty.path) is Reason.BUSY


def test_nothing_plugged_in(tmp_path: Path) -> None:
    assert _reason_of_opening(str(tmp_path / "ttyACM0")) is Reason.ABSENT


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is denied to root")
def test_denied(pty: Pty) -> None:
    os.chmod(pty.path, 0)
    assert _reason_of_opening(pty.path) is Reason.DENIED


def test_denied_by_the_system(pty: Pty, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("serial.serialposix.os.open", refuse)
    assert _reason_of_opening(pty.path) is Reason.DENIED


def test_a_file_is_no_port(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert _reason_of_opening(str(file)) is Reason.BAD_ADDRESS
    assert _reason_of_opening(str(tmp_path)) is Reason.BAD_ADDRESS


@pytest.mark.parametrize(
    "address",
    [
        "", "COM3", "/dev/x?baud=", "/dev/x?baud=ten", "/dev/x?baud=12345", "/dev/x?parity=E",
        "/a?b", "/dev/x?reader=gold", "/dev/x?reader=", "/dev/x?reader=Elyctis",
    ],
)  # fmt: skip
def test_addresses_that_are_not_understood(address: str) -> None:
    assert _reason_of_opening(address) is Reason.BAD_ADDRESS


def test_addresses() -> None:
    assert Port.of("/dev/ttyS0") == Port("/dev/ttyS0", 9600)
    assert Port.of("/dev/ttyACM0?baud=115200") == Port("/dev/ttyACM0", 115200)
    assert Port.of("/dev/ttyACM0?reader=auto") == Port("/dev/ttyACM0", reader=None)
    assert Port.of("/dev/x?reader=elyctis&baud=19200") == Port("/dev/x", 19200, ReaderKind.ELYCTIS)


def test_a_machine_can_have_every_make() -> None:
    for make in Make:
        assert msgspec.convert({"reader": make.value}, SimulatedScanner).reader == make


def test_closing_and_reading_in_any_order(pty: Pty) -> None:
    driver = SerialSwipe(pty.path)
    driver.close()
    driver.open(LONG)
    driver.close()
    driver.close()
    with pytest.raises(HardwareError):
        driver.read_lines(0.0)


def test_it_is_found_by_its_name(pty: Pty) -> None:
    driver = drivers.make(drivers.Resource(Role.SCANNER, "serial-swipe", pty.path))
    assert isinstance(driver, SerialSwipe)
