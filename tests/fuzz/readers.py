"""Turns over what chip readers say: blocks, frames of a PN532 below nfcpy, PC/SC; and addresses."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from nfc.clf import ContactlessFrontend, pn532, transport

from hardware.chip_link import LinkError, NoChipError
from hardware.errors import HardwareError
from hardware.names import address_of, file_of, may_change
from hardware.readers import nfcpy_reader, pcsc_answers
from hardware.readers.iso14443 import Iso14443, NoAnswerError
from hardware.readers.uris import reader
from hardware.resources import Resource
from hardware.scanners.sane import Place
from hardware.scanners.serial_swipe import Port
from hardware.simulated.contactless import ATS
from hardware.simulated.pn532 import Pn532, frame_of
from hardware.usb import usb_devices
from hardware.usb_addresses import is_known_reader, is_usb, usb_device_of
from hardware.verdicts import Role

APDU = bytes.fromhex("00A4040C07A0000002471001")
NOWHERE = Path("/nonexistent")
MOST_EXCHANGES = 20_000
"""Frames after which a chip counts as having held us up without end."""
SLOW = ("pn532",)
_SILENCE = 0xFF
_TOLD = ("idVendor", "idProduct", "bcdDevice", "busnum", "devnum", "product")
_FOLDER = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-")
nfcpy_reader._FIELD_OFF = 0.0  # nothing here forgets by being switched off for long enough


def _pieces(data: bytes) -> Iterator[bytes]:
    """The bytes cut into pieces, each behind its length; a length of 255 is a piece of silence."""
    at = 0
    while at < len(data):
        size = data[at]
        if size == _SILENCE:
            yield b""
            at += 1
        else:
            yield data[at + 1 : at + 1 + size]
            at += 1 + size


def _joined(*pieces: bytes) -> bytes:
    return b"".join(bytes([len(piece)]) + piece for piece in pieces)


def _blocks(answers: Iterator[bytes]) -> Iso14443:
    """The block protocol on a chip that gives these answers, and a clock that goes by itself."""
    now = [0.0]

    def clock() -> float:
        now[0] += 1e-4
        assert now[0] < MOST_EXCHANGES * 1e-3, "it goes on without end"
        return now[0]

    def exchange(frame: bytes, wait: float) -> bytes:
        assert 0 < wait < 6
        assert len(frame) <= 256
        answer = next(answers, b"")
        now[0] += 1e-4 if answer else wait
        if not answer:
            raise NoAnswerError
        return answer

    return Iso14443(exchange, clock=clock, sleep=lambda _: None)


def fuzz_blocks(data: bytes) -> None:
    """A chip of either type that is activated and asked: the first byte says which type."""
    if not data:
        return
    answers = _pieces(data[1:])
    chip = _blocks(answers)
    with suppress(LinkError):
        if data[0] & 1:
            chip.activate_type_b(next(answers, b""))
        else:
            chip.activate()
        for command in (APDU, bytes(700)):
            assert len(chip.transmit(command, 5.0)) >= 2
    with suppress(NoAnswerError):
        chip.deselect()


class _Line:
    """A serial port on which a PN532 of ours answers, or what the fuzzer has made up."""

    port = "/dev/null"

    def __init__(self) -> None:
        self._chip: Pn532 | None = Pn532([])
        self._framed = False
        self._answers: Iterator[bytes] = iter(())
        self._waiting = b""
        self.timeout = 0.0
        self.baudrate = 115200

    def play(self, answers: Iterator[bytes], framed: bool) -> None:
        self._chip, self._answers, self._framed, self._waiting = None, answers, framed, b""

    def write(self, frame: bytes) -> None:
        if self._chip is not None:
            self._waiting += self._chip.answer(bytes(frame))
            return
        body = next(self._answers, b"")
        if self._framed and len(frame) > 6 and body:
            # A right frame, so that what is in it is looked at, and not only its check bytes.
            begin = frame.index(b"\x00\xff") + 2
            code = frame[begin + 3 if frame[begin] != 0xFF else begin + 6]
            body = bytes.fromhex("0000FF00FF00") + frame_of(bytes([0xD5, (code + 1) & 255]) + body)
        self._waiting += body

    def read(self, size: int) -> bytes:
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken

    def flushInput(self) -> None: ...  # noqa: N802 - pyserial's old name, as nfcpy calls it


@cache
def _device() -> tuple[Any, _Line]:
    """nfcpy's own driver of a PN532, once it has made friends with ours."""
    wire = transport.TTY.__new__(transport.TTY)
    wire.tty = _Line()
    frontend = ContactlessFrontend()
    frontend.device = pn532.Device(pn532.Chipset(wire, logger=pn532.log), logger=pn532.log)
    frontend.device._path = "/dev/null"
    return frontend, wire.tty


def fuzz_pn532(data: bytes) -> None:
    """A reader that answers anything: nfcpy and we above it, from the sensing to an APDU.

    The first byte says whether what follows are frames as they are, or what is in right ones.
    """
    if not data:
        return
    frontend, line = _device()
    line.play(_pieces(data[1:]), framed=bool(data[0] & 1))
    link = nfcpy_reader.NfcpyLink(frontend, lambda: False)
    with suppress(HardwareError, NoChipError, LinkError):
        link.connect(0.5)
        assert len(link.transmit(APDU, 0.5)) >= 2
    link.close()


def fuzz_pcsc(data: bytes) -> None:
    """An ATR, a list of features, and a list of properties."""
    atr = pcsc_answers.read_atr(data)
    if atr is not None:
        assert atr.historical_bytes in data
        assert atr.contactless or not atr.memory
    code = pcsc_answers.tlv_control(data)
    assert code is None or 0 <= code < 1 << 32
    assert pcsc_answers.largest_data(data) >= 0


def fuzz_addresses(data: bytes) -> None:
    """Addresses of devices as settings and command lines name them; none is opened."""
    address = data.decode("utf-8", "replace")
    for parse in (Port.of, Place.of, reader):
        _refused(parse, address)
    for role in Role:
        resource = Resource(role, "any", address)
        _refused(lambda named: address_of(named, NOWHERE, NOWHERE), resource)
    file_of(address)
    may_change(address)
    if is_usb(address):
        assert usb_device_of(address, NOWHERE) is None


def fuzz_usb(data: bytes) -> None:
    """What the kernel tells of a device on USB, each on a line: its name is the device's own."""
    folder = Path(_FOLDER.name, "bus/usb/devices/1-1")
    folder.mkdir(parents=True, exist_ok=True)
    for name, told in zip(_TOLD, data.split(b"\n"), strict=False):
        (folder / name).write_bytes(told)
    for found in usb_devices(Path(_FOLDER.name)):
        assert found.vendor
        assert found.product
        assert is_known_reader(found) in (True, False)


def _refused(parse: Callable[[Any], object], told: object) -> None:
    with suppress(HardwareError):
        parse(told)


TARGETS = {
    "blocks": fuzz_blocks,
    "pn532": fuzz_pn532,
    "pcsc": fuzz_pcsc,
    "addresses": fuzz_addresses,
    "usb": fuzz_usb,
}


def seeds(target: str) -> list[bytes]:
    """Chips that answer rightly; the addresses of the documents."""
    select = b"\x02\x90\x00"
    match target:
        case "blocks":
            acks = (b"\xa3", b"\xa2", b"\xa3")
            atqb = bytes.fromhex("501122334400000000007781")
            return [
                b"\0" + _joined(ATS, select, *acks, b"\x03\x90\x00"),
                b"\0" + _joined(ATS, b"\xf2\x01", select),
                b"\0" + _joined(ATS, b"\x12" + bytes(20), b"\x03\x90\x00"),
                b"\0" + _joined(ATS) + b"\xff" + _joined(b"\xb2", select),
                b"\1" + _joined(atqb, b"\x00", select),
            ]
        case "pn532":
            card = b"\1\1\0\4\x20\x04\x08\xa1\xb2\xc3"
            done = b"\0"
            framed = [
                card,
                done,
                b"\2",
                *[done] * 4,
                card,
                *[done] * 8,
                b"\0" + ATS,
                b"\0" + select,
            ]
            raw = bytes.fromhex("0000FF00FF00") + frame_of(b"\xd5\x4b" + card)
            return [b"\1" + _joined(*framed), b"\1" + _joined(*[card] * 20), b"\0" + _joined(raw)]
        case "pcsc":
            return [
                bytes.fromhex("3B8880010000000077818100E9"),
                bytes.fromhex("3B8F8001804F0CA000000306030001000000006A"),
                bytes.fromhex("1204420000010604420000020A040000FF00"),
                bytes.fromhex("0A0400000100") + bytes.fromhex("12044200000C"),
            ]
        case "usb":
            return [
                b"054c\n06c3\n0104\n1\n4\nRC-S380/P",
                b"072f\n2200\n0211\n003\n12\nACR122U\xff",
            ]
        case _:
            told = (
                "/dev/serial/by-id/usb-X?baud=9600&reader=auto", "sane:airscan:e0:Name?source=ADF",
                "usb:054c:06c3", "usb:001:004", "tty:/dev/serial/by-id/x:pn532", "tty:USB0:pn532",
                "udp:127.0.0.1:51743", "pcsc:ACS", "port:1-1.4?size=640x480", "usb:port:1-1.4",
                "sane:epson2:port:1-1.4", "sane:epson2:libusb:001:004",
                "/dev/video0?size=1920x1080",
            )  # fmt: skip
            return [address.encode() for address in told]
