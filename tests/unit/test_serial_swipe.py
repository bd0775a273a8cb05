import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware import drivers
from hardware.errors import HardwareError, Reason
from hardware.mrz.specimens import ICAO
from hardware.scanners.serial_swipe import Port, SerialSwipe
from hardware.simulated import swipe_scanner
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
    driver = SerialSwipe(pty.path)
    driver.open(LONG)
    yield driver
    driver.close()


@pytest.mark.parametrize("name", ["TD1", "TD2", "TD3"])
def test_the_simulated_reader_is_read(pty: Pty, name) -> None:
    stop = threading.Event()
    reader = threading.Thread(
        target=swipe_scanner.serve, args=(pty.master, ICAO[name], stop), kwargs={"first_after": 0.1}
    )
    driver = SerialSwipe(pty.path)
    reader.start()
    try:
        driver.open(LONG)
        assert driver.read_lines(LONG) == ICAO[name]
    finally:
        driver.close()
        stop.set()
        reader.join()


def test_the_simulated_reader_sends_again_and_to_the_next_program(pty: Pty) -> None:
    stop = threading.Event()
    reader = threading.Thread(
        target=swipe_scanner.serve, args=(pty.master, ICAO["TD3"], stop, 0.1, 0.2)
    )
    driver = SerialSwipe(f"{pty.path}?baud=115200")
    reader.start()
    try:
        for _ in range(2):
            driver.open(LONG)
            assert driver.read_lines(LONG) == ICAO["TD3"]
            assert driver.read_lines(LONG) == ICAO["TD3"]
            driver.close()
    finally:
        driver.close()
        stop.set()
        reader.join()


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


def test_plugged_in_again(pty: Pty, swipe: SerialSwipe) -> None:
    pty.unplug()
    with pytest.raises(HardwareError) as caught:
        swipe.read_lines(LONG)
    assert caught.value.reason is Reason.LOST
    swipe.close()
    again = Pty()
    try:
        driver = SerialSwipe(again.path)
        driver.open(LONG)
        again.send(swipe_scanner.frame(ICAO["TD3"]))
        assert driver.read_lines(LONG) == ICAO["TD3"]
        driver.close()
    finally:
        again.unplug()


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
    ["", "COM3", "/dev/x?baud=", "/dev/x?baud=ten", "/dev/x?baud=12345", "/dev/x?parity=E", "/a?b"],
)
def test_addresses_that_are_not_understood(address: str) -> None:
    assert _reason_of_opening(address) is Reason.BAD_ADDRESS


def test_addresses() -> None:
    assert Port.of("/dev/ttyS0") == Port("/dev/ttyS0", 9600)
    assert Port.of("/dev/ttyACM0?baud=115200") == Port("/dev/ttyACM0", 115200)


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
