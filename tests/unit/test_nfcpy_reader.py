"""The real nfcpy over real UDP on loopback, with our own chip at the other end."""

import errno
import gc
import io
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import nfc.clf
import pytest
from nfc.clf import transport

from hardware.chip_link import (
    CancelledError,
    ContactLostError,
    LinkError,
    NoChipError,
)
from hardware.drivers import make
from hardware.errors import HardwareError, Reason
from hardware.readers.nfcpy_reader import NfcpyLink, NfcpyReader
from hardware.resources import Resource
from hardware.simulated.contactless import Chip, serve
from hardware.verdicts import ChipVerdict, Role

SELECT_EMRTD = bytes.fromhex("00A4040C07A0000002471001")
SUCCESS = bytes.fromhex("9000")
FILE_NOT_FOUND = bytes.fromhex("6A82")


def never() -> bool:
    return False


@contextmanager
def bound_socket() -> Iterator[tuple[socket.socket, str]]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock, f"udp:127.0.0.1:{sock.getsockname()[1]}"


@contextmanager
def lying_on_the_reader(chip: Chip) -> Iterator[str]:
    """A served chip and its address."""
    stop = threading.Event()
    with bound_socket() as (sock, address):
        thread = threading.Thread(target=serve, args=(sock, chip, stop))
        thread.start()
        try:
            yield address
        finally:
            stop.set()
            thread.join()


@contextmanager
def answering(*answers: bytes) -> Iterator[str]:
    """Something that sends these datagrams in turn, whatever it is asked.

    That the field is to go off, as also when the reader is opened, is no question.
    """

    def play(sock: socket.socket) -> None:
        for answer in answers:
            try:
                asked = b"RFOFF"
                while asked == b"RFOFF":
                    asked, reader = sock.recvfrom(1024)
            except OSError:
                return
            sock.sendto(answer, reader)

    with bound_socket() as (sock, address):
        sock.settimeout(5)
        thread = threading.Thread(target=play, args=(sock,))
        thread.start()
        try:
            yield address
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                for _ in answers:
                    waker.sendto(b"", sock.getsockname())
            thread.join()


@contextmanager
def opened(address: str) -> Iterator[NfcpyReader]:
    reader = NfcpyReader(address)
    reader.open(2)
    try:
        yield reader
    finally:
        reader.close()


@contextmanager
def linked(reader: NfcpyReader, timeout: float = 5) -> Iterator[NfcpyLink]:
    link = reader.connect(timeout, never)
    try:
        yield link
    finally:
        link.close()


def select(reader: NfcpyReader) -> bytes:
    """What the chip on the reader says to the selection of the passport application."""
    with linked(reader) as link:
        return link.transmit(SELECT_EMRTD, 5)


def verdict_of(reader: NfcpyReader, timeout: float = 5) -> ChipVerdict:
    with pytest.raises(NoChipError) as none:
        reader.connect(timeout, never)
    return none.value.verdict


@pytest.mark.parametrize(
    ("chip", "answer"), [(Chip.PASSPORT, SUCCESS), (Chip.OTHER, FILE_NOT_FOUND)]
)
def test_a_chip_is_linked_to_time_and_again(chip: Chip, answer: bytes) -> None:
    with lying_on_the_reader(chip) as address, opened(address) as reader:
        assert [select(reader) for _ in range(2)] == [answer, answer]


@pytest.mark.parametrize(
    ("chip", "timeout", "verdict"),
    [
        (Chip.NOT_ISO_DEP, 5, ChipVerdict.NOT_ISO_DEP),
        (Chip.SILENT, 0.5, ChipVerdict.NONE),
    ],
)
def test_why_there_is_no_link(chip: Chip, timeout: float, verdict: ChipVerdict) -> None:
    with lying_on_the_reader(chip) as address, opened(address) as reader:
        assert [verdict_of(reader, timeout) for _ in range(2)] == [verdict, verdict]


def test_a_chip_that_leaves_is_lost_until_it_is_connected_again() -> None:
    with lying_on_the_reader(Chip.LEAVES) as address, opened(address) as reader:
        with linked(reader) as link:
            for _ in range(2):
                with pytest.raises(ContactLostError):
                    link.transmit(SELECT_EMRTD, 5)
        with linked(reader):
            pass


def test_reconnecting_takes_everything_from_the_chip() -> None:
    with lying_on_the_reader(Chip.PASSPORT) as address, opened(address) as reader:
        link = reader.connect(5, never)
        assert link.transmit(SELECT_EMRTD, 5) == SUCCESS
        link.reconnect(5)
        assert link.transmit(SELECT_EMRTD, 5) == SUCCESS
        link.close()
        link.close()
        with pytest.raises(ContactLostError):
            link.transmit(SELECT_EMRTD, 5)


def test_what_the_chip_says_of_itself_is_kept_and_no_length_is_too_much() -> None:
    with lying_on_the_reader(Chip.PASSPORT) as address, opened(address) as reader:
        link = reader.connect(5, never)
        assert link.abilities.historical_bytes == b"\x80"
        assert link.abilities.largest_command > 60000
        assert link.transmit(bytes(3000), 5) == bytes.fromhex("6D00")
        link.close()


def test_whoever_wants_the_link_no_longer_gets_none() -> None:
    wanted = True
    with lying_on_the_reader(Chip.PASSPORT) as address, opened(address) as reader:
        with pytest.raises(CancelledError):
            reader.connect(5, lambda: True)
        link = reader.connect(5, lambda: not wanted)
        wanted = False
        with pytest.raises(CancelledError):
            link.transmit(SELECT_EMRTD, 5)
        link.close()
        assert select(reader) == SUCCESS


def test_a_type_b_passport_is_found() -> None:
    frames = [b"", b"106B 500102030400000000008180", b"106B 00", b"106B 029000", b"106B C2"]
    with answering(*frames) as address, opened(address) as reader:
        assert select(reader) == SUCCESS


def test_a_type_b_chip_of_another_protocol_is_no_passport() -> None:
    frames = [b"", b"106B 500102030400000000008080"]
    with answering(*frames) as address, opened(address) as reader:
        assert verdict_of(reader) is ChipVerdict.NOT_ISO_DEP


@pytest.mark.parametrize("ats", [b"", b"106A 00", b"106A 0278"])
def test_a_chip_that_is_sensed_and_cannot_be_activated_is_mute(ats: bytes) -> None:
    frames = [b"106A 0400", b"106A 08010203AA", b"106A 20", ats, ats]
    with answering(*frames) as address, opened(address) as reader:
        assert verdict_of(reader, 0.5) is ChipVerdict.MUTE


def test_a_new_reader_finds_a_chip_that_another_left_activated() -> None:
    with lying_on_the_reader(Chip.PASSPORT) as address:
        killed = nfc.clf.ContactlessFrontend(address)
        killed.sense(nfc.clf.RemoteTarget("106A"))
        assert killed.exchange(b"\xe0\x80", 1)[0] == 6
        killed.device.socket.close()  # as when its process is killed: the field goes without a word
        with opened(address) as reader:
            assert select(reader) == SUCCESS


def test_an_empty_field_is_seen_within_a_second_of_the_deadline() -> None:
    with bound_socket() as (_, address), opened(address) as reader:
        began = time.monotonic()
        assert verdict_of(reader, 0.1) is ChipVerdict.NONE
        assert time.monotonic() - began < 5


def test_a_chip_is_found_however_short_the_time() -> None:
    with lying_on_the_reader(Chip.PASSPORT) as address, opened(address) as reader:
        reader.connect(0, never).close()


@pytest.mark.parametrize(
    "answers",
    [
        [b"106A 0400", b"106A 0801020300"],
        [b"106A zz"],
        [b"\xff\xfe"],
        [b"106A 0000"],
        [b"106A 0400", b"106A 08010203AA", b"106A 20", b"106A 00"],
        [b"106A 0400", b"106A 08010203AA", b"106A 20", b"106A 0278", b"106A zz"],
        [b"106A 0400", b"106A 08010203AA", b"106A 20", b"106A 01", b"106A 02"],
    ],
)
def test_nonsense_is_no_passport(answers: list[bytes]) -> None:
    def use(reader: NfcpyReader) -> None:
        with linked(reader, 0.5) as link:
            link.transmit(SELECT_EMRTD, 0.5)

    refused = pytest.raises((NoChipError, LinkError))
    with answering(*answers) as address, opened(address) as reader, refused:
        use(reader)


def test_a_device_that_nfcpy_stumbles_over_is_malformed() -> None:
    frames = [b"106A 0400", b"106A 08010203AA"]
    with answering(*frames, b"106A 20") as address, opened(address) as reader:
        reader._frontend.device.sense_tta = lambda target: bytearray()[0]
        assert reason_of(lambda: reader.connect(1, never)) is Reason.MALFORMED


def reason_of(use) -> Reason:
    with pytest.raises(HardwareError) as failure:
        use()
    return failure.value.reason


@pytest.mark.parametrize(
    "address",
    [
        "",
        "udp",
        "udp:localhost",
        "udp:localhost:0",
        "udp:localhost:65536",
        "udp:localhost:port",
        "udp:::1:5",
        "usb:xyz",
        "usb:054c:06c3:1",
        "tty",
        "tty:USB0:../os",
        "com:1",
        "/dev/ttyUSB0",
        "usb\n",
    ],
)
def test_an_address_of_no_known_form(address: str) -> None:
    assert reason_of(lambda: NfcpyReader(address).open(1)) is Reason.BAD_ADDRESS


def test_a_serial_reader_that_is_not_plugged_in() -> None:
    assert reason_of(lambda: NfcpyReader("tty:USB987:pn532").open(1)) is Reason.ABSENT


def test_usb_without_libusb(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise FileNotFoundError(errno.ENOENT, "cannot find a suitable libusb-1.0")

    monkeypatch.setattr(transport.libusb, "loadLibrary", missing)
    assert reason_of(lambda: NfcpyReader("usb").open(1)) is Reason.LIBRARY_MISSING
    with lying_on_the_reader(Chip.PASSPORT) as address, opened(address) as reader:
        assert select(reader) == SUCCESS


def test_a_usb_reader_that_is_not_plugged_in() -> None:
    try:
        transport.libusb.loadLibrary()
    except OSError:
        expected = Reason.LIBRARY_MISSING
    else:
        expected = Reason.ABSENT
    assert reason_of(lambda: NfcpyReader("usb:ffff:ffff").open(1)) is expected


def test_a_usb_reader_that_this_user_may_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport.libusb, "loadLibrary", lambda: True)
    monkeypatch.setattr(
        transport.USB, "find", lambda path: [(0x1234, 0x5678, 998, 1), (0x054C, 0x06C3, 999, 2)]
    )
    assert reason_of(lambda: NfcpyReader("usb").open(1)) is Reason.DENIED


def test_the_usb_bus_itself_may_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(path: str) -> None:
        raise transport.libusb.USBErrorAccess

    monkeypatch.setattr(transport.libusb, "loadLibrary", lambda: True)
    monkeypatch.setattr(transport.USB, "find", find)
    assert reason_of(lambda: NfcpyReader("usb").open(1)) is Reason.DENIED


def test_a_reader_that_is_not_open_is_lost() -> None:
    reader = NfcpyReader("udp:127.0.0.1:9")
    assert reason_of(lambda: reader.connect(1, never)) is Reason.LOST
    with bound_socket() as (_, address):
        reader = NfcpyReader(address)
        reader.open(1)
        reader.close()
        reader.close()
        assert reason_of(lambda: reader.connect(1, never)) is Reason.LOST


def test_a_reader_over_udp_at_whose_address_nobody_is() -> None:
    with bound_socket() as (sock, address):
        reader = NfcpyReader(address)
        reader.open(1)
        sock.close()
        assert reason_of(lambda: reader.connect(1, never)) is Reason.LOST
        assert reason_of(lambda: reader.open(1)) is Reason.ABSENT


def test_a_reader_closed_while_it_looks_comes_back() -> None:
    with bound_socket() as (_, address):
        reader = NfcpyReader(address)
        reader.open(1)
        closer = threading.Timer(0.2, reader.close)
        closer.start()
        try:
            reader.connect(0.5, never)
        except HardwareError as error:
            outcome: object = error.reason
        except NoChipError as error:
            outcome = error.verdict
        closer.join()
        assert outcome in (ChipVerdict.NONE, Reason.LOST)


def test_the_installed_driver_is_this_one() -> None:
    driver = make(Resource(Role.READER, "nfcpy", "udp:127.0.0.1:9"))
    assert isinstance(driver, NfcpyReader)


def open_sockets() -> set[str]:
    gc.collect()
    found = set()
    for descriptor in os.scandir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # that of scandir itself
            found.add(os.readlink(descriptor.path))
    return {name for name in found if name.startswith("socket:")}


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs Linux's /proc")
@pytest.mark.parametrize("chip", [Chip.PASSPORT, Chip.LEAVES])
def test_nothing_stays_open(chip: Chip) -> None:
    before, threads = open_sockets(), threading.active_count()
    with lying_on_the_reader(chip) as address, opened(address) as reader:
        reader.connect(3, never).close()
        reader.open(1)
        reader.connect(3, never).close()
    assert open_sockets() == before
    assert threading.active_count() == threads


def test_nothing_is_said_and_nothing_of_the_chip_is_kept(
    capfd: pytest.CaptureFixture[str],
) -> None:
    heard = io.StringIO()
    listener = logging.StreamHandler(heard)
    root = logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        with lying_on_the_reader(Chip.PASSPORT) as address, opened(address) as reader:
            select(reader)
            assert reader._frontend.target is None
        with pytest.raises(HardwareError):
            NfcpyReader("tty:USB987:pn532").open(1)
    finally:
        root.removeHandler(listener)
        root.setLevel(level)
    assert heard.getvalue() == ""
    assert capfd.readouterr() == ("", "")
