"""A PN532 of our own on a serial line (NXP user manual UM0701-02), with chips in its field.

It speaks the frames and commands that a host needs to sense type A chips and to exchange blocks
with them; the chip side is `contactless.Card`. Its timing is not played: silence is said at once.
"""

import os
import pty
import select
import termios
import threading
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from hardware.simulated.contactless import ANTICOLLISION, REQA, SELECT, Card

START = bytes.fromhex("00FF")
ACK = bytes.fromhex("0000FF00FF00")
NACK = bytes.fromhex("0000FFFF0000")
SYNTAX_ERROR = bytes.fromhex("0000FF01FF7F8100")
FIRMWARE = bytes.fromhex("32010607")  # PN532, version 1.6, type A, type B and ISO 18092

TO_HOST, FROM_HOST = 0xD5, 0xD4
DONE, NO_ANSWER, NOT_NOW = 0x00, 0x01, 0x27
FIFO_DATA = 0x6339
LARGEST = 265
"""Bytes of the largest packet, TFI included (section 6.2.1.2)."""

_POLL = 0.1  # seconds between two looks at `stop`


class Pn532:
    """The chip set, on bytes: `answer` takes what came over the line and gives what goes back."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = list(cards)
        self._received = bytearray()
        self._registers: dict[int, int] = {}
        self._selected: Card | None = None
        self._last = b""
        self._commands: dict[int, Callable[[bytes], bytes | None]] = {
            0x00: self._diagnose,
            0x02: lambda _: FIRMWARE,
            0x04: lambda _: bytes([DONE, self._selected is not None, 0, 0]),
            0x06: self._read_registers,
            0x08: self._write_registers,
            0x10: lambda _: b"",  # SetSerialBaudRate
            0x12: lambda _: b"",  # SetParameters
            0x14: lambda _: b"",  # SAMConfiguration
            0x16: self._power_down,
            0x32: self._configure_field,
            0x40: lambda data: self._exchange(data[1:]),  # InDataExchange, the target first
            0x42: self._exchange,  # InCommunicateThru
            0x44: self._release,  # InDeselect
            0x4A: self._list_targets,
            0x52: self._release,
        }

    def answer(self, received: bytes) -> bytes:
        """What is sent for all whole frames received by now; the rest is kept."""
        self._received += received
        sent = b""
        while True:
            begin = self._received.find(START)
            if begin < 0:
                del self._received[:-1]
                return sent
            del self._received[:begin]
            size = _frame_size(self._received)
            if size is None or len(self._received) < size:
                return sent
            frame = bytes(self._received[:size])
            del self._received[:size]
            sent += self._answer_frame(frame)

    def power_off(self) -> None:
        """Switch the field off."""
        self._selected = None
        for card in self.cards:
            card.power_off()

    def _answer_frame(self, frame: bytes) -> bytes:
        if frame == ACK[1:-1]:
            return b""  # the host gives up a command, which is done already
        if frame == NACK[1:-1]:
            return self._last
        packet = _packet(frame)
        if packet is None:
            return NACK
        known = len(packet) > 1 and packet[0] == FROM_HOST and self._commands.get(packet[1])
        result = known(packet[2:]) if known else None
        if result is None:
            self._last = SYNTAX_ERROR
        else:
            self._last = frame_of(bytes([TO_HOST, packet[1] + 1]) + result)
        return ACK + self._last

    def _diagnose(self, data: bytes) -> bytes | None:
        if data[:1] == b"\x00":
            return data  # the communication line: the same back
        return bytes([DONE]) if data[:1] in (b"\x01", b"\x02") else None

    def _read_registers(self, data: bytes) -> bytes:
        named = [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data) - 1, 2)]
        return bytes(self._registers.get(register, 0) for register in named)

    def _write_registers(self, data: bytes) -> bytes:
        for at in range(0, len(data) - 2, 3):
            self._registers[int.from_bytes(data[at : at + 2], "big")] = data[at + 2]
        return b""

    def _power_down(self, data: bytes) -> bytes:
        self.power_off()
        return bytes([DONE])

    def _configure_field(self, data: bytes) -> bytes | None:
        if data[:1] == b"\x01" and not data[1:2] >= b"\x01":
            return None
        if data[:1] == b"\x01" and not data[1] & 0x01:
            self.power_off()
        return b""

    def _list_targets(self, data: bytes) -> bytes | None:
        """InListPassiveTarget (section 7.3.5): type A only, one chip or two."""
        if len(data) < 2 or not 1 <= data[0] <= 2:
            return None
        self._selected = None
        found = b""
        count = 0
        if data[1] == 0x00:
            self._registers[FIFO_DATA] = REQA[0]  # stays there when nothing answers
            for card in self.cards:
                told = _join(card)
                if told is not None and count < data[0]:
                    count += 1
                    found += bytes([count]) + told
                    self._selected = self._selected or card
        return bytes([count]) + found

    def _exchange(self, data: bytes) -> bytes:
        if self._selected is None:
            return bytes([NOT_NOW])
        answer = self._selected.answer(data)
        return bytes([NO_ANSWER]) if answer is None else bytes([DONE]) + answer

    def _release(self, data: bytes) -> bytes:
        self._selected = None
        return bytes([DONE])


def _join(card: Card) -> bytes | None:
    """Anticollision with a chip: SENS_RES, SEL_RES, length and identifier as the PN532 says it."""
    atqa = card.answer(REQA)
    identifier = card.answer(ANTICOLLISION)
    if atqa is None or identifier is None:
        return None
    sak = card.answer(SELECT + identifier)
    return None if sak is None else atqa[::-1] + sak + b"\x04" + identifier[:4]


def frame_of(packet: bytes) -> bytes:
    """A packet in its frame, the extended one where it is longer than 255 bytes (section 6.2.1)."""
    if len(packet) < 256:
        head = bytes([len(packet), -len(packet) & 0xFF])
    else:
        length = len(packet).to_bytes(2, "big")
        head = b"\xff\xff" + length + bytes([-sum(length) & 0xFF])
    return b"\x00" + START + head + packet + bytes([-sum(packet) & 0xFF, 0])


def _frame_size(received: bytes | bytearray) -> int | None:
    """Bytes of the frame that begins here, without preamble and postamble; None: not yet known."""
    if len(received) < 4:
        return None
    if received[2:4] in (b"\x00\xff", b"\xff\x00"):
        return 4  # ACK and NACK
    if received[2:4] != b"\xff\xff":
        return 4 + received[2] + 1
    return 7 + int.from_bytes(received[4:6], "big") + 1 if len(received) >= 7 else None


def _packet(frame: bytes) -> bytes | None:
    """What is in a frame, None when a check sum is wrong or it is too long."""
    extended = frame[2:4] == b"\xff\xff"
    head, begin = (frame[4:7], 7) if extended else (frame[2:4], 4)
    packet = frame[begin:-1]
    if sum(head) & 0xFF or sum(frame[begin:]) & 0xFF or not 0 < len(packet) <= LARGEST:
        return None
    return packet


@contextmanager
def plugged_in(cards: Sequence[Card]) -> Iterator[tuple[Pn532, str]]:
    """A PN532 that is played until the block is left, and the line that it is plugged in to."""
    played = Pn532(cards)
    master, slave = pty.openpty()
    tty.setraw(slave, termios.TCSANOW)
    stop = threading.Event()
    player = threading.Thread(target=serve, args=(master, played, stop))
    player.start()
    try:
        yield played, os.ttyname(slave)
    finally:
        stop.set()
        player.join()
        os.close(master)
        os.close(slave)


def serve(line: int, played: Pn532, stop: threading.Event) -> None:
    """Play on the master side of a pseudo-terminal until `stop` is set."""
    while not stop.is_set():
        ready, _, _ = select.select([line], [], [], _POLL)
        if not ready:
            continue
        with suppress(OSError):  # nobody has the other side open just now
            os.write(line, played.answer(os.read(line, 4096)))
