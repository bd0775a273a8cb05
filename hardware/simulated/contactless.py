"""A contactless chip of our own that answers nfcpy's `udp:` device, block by block.

`Card` is the card side of ISO/IEC 14443-3 (type A) and 14443-4 on bytes; what it does with a
command APDU is handed to it. `serve` puts it on a socket.
"""

import math
import secrets
import socket
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from functools import reduce
from operator import xor

from hardware.readers.iso14443 import (
    CHAINED,
    FRAME_SIZES,
    I_BLOCK,
    R_ACK,
    RATS,
    S_DESELECT,
    S_WTX,
)
from hardware.simulated.plug import Plug

Application = Callable[[bytes], bytes]
"""Answers a command APDU with a response APDU (ISO/IEC 7816-4); may raise `TakenAwayError`."""

AWAY = 2.0
"""Seconds for which a document that is taken away stays away."""


class TakenAwayError(Exception):
    """Instead of an answer: the document is just taken off the reader, and comes back later."""


EMRTD = bytes.fromhex("A0000002471001")
"""The passport application (ICAO Doc 9303 part 10, section 3.3)."""
PAYMENT = b"2PAY.SYS.DDF01"
"""The payment environment of contactless bank cards (EMV)."""

SUCCESS = bytes.fromhex("9000")
FILE_NOT_FOUND = bytes.fromhex("6A82")
INSTRUCTION_UNKNOWN = bytes.fromhex("6D00")

REQA, WUPA = b"\x26", b"\x52"
ATQA = b"\x04\x00"  # a single-size identifier
ANTICOLLISION, SELECT = b"\x93\x20", b"\x93\x70"
SAK_ISO_DEP, SAK_MEMORY = b"\x20", b"\x08"
ATS = bytes.fromhex("067800800280")  # frames of 256 bytes, 106 kbit/s only, FWT 77 ms
_PATIENCE = 10
"""Waiting times (WTXM) that a card asks for while it is at work: 0.77 s."""
_WORK = 0.5
"""Seconds of work after each of them."""

_POLL = 0.1  # seconds between two looks at `stop`


class Chip(StrEnum):
    """What lies on the simulated reader."""

    PASSPORT = "passport"
    """It has the passport application."""
    OTHER = "other"
    """A bank card: it speaks the same protocol, but has another application."""
    SILENT = "silent"
    """It never answers: broken, shielded by its cover, or held too far away."""
    NOT_ISO_DEP = "not-iso-dep"
    """A memory chip, as many travel and entry cards have."""
    LEAVES = "leaves"
    """It is activated, then moves out of reach."""


def application(name: bytes) -> Application:
    """An application that can be selected by this name, and nothing more."""

    def answer(command: bytes) -> bytes:
        if command[:3] != bytes.fromhex("00A404"):
            return INSTRUCTION_UNKNOWN
        length = command[4] if len(command) > 4 else 0
        return SUCCESS if command[5 : 5 + length] == name else FILE_NOT_FOUND

    return answer


class Card:
    """The card side on bytes: activation, blocks both ways, then the application.

    `ats` is its answer to select, byte for byte. Before each block that carries or acknowledges
    a command it asks `extensions` times for more time. A `silent` card never answers; one that
    `leaves` falls silent once it is activated, until it is sensed again. `forget` is called when
    the field is gone. `effort` tells how many seconds the last command is to take; the card asks
    for them bit by bit. When `answer_command` raises `TakenAwayError`, it is away for `AWAY`.
    """

    def __init__(
        self,
        answer_command: Application,
        *,
        iso_dep: bool = True,
        ats: bytes = ATS,
        extensions: int = 0,
        silent: bool = False,
        leaves: bool = False,
        forget: Callable[[], None] = lambda: None,
        effort: Callable[[], float] = lambda: 0.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._answer_command = answer_command
        self._sak = SAK_ISO_DEP if iso_dep else SAK_MEMORY
        self._ats = ats
        self._largest = FRAME_SIZES[ats[1] & 0x0F if len(ats) > 1 else 2]
        self._extensions = extensions
        self._silent = silent
        self._leaves = leaves
        self._forget = forget
        self._effort = effort
        self._clock = clock
        self._sleep = sleep
        self._back_at = -math.inf
        self.power_off()

    def power_off(self) -> None:
        """The field is gone, and with it all that the card remembers."""
        identifier = b"\x08" + secrets.token_bytes(3)  # 08: random, made anew each time
        self._identifier = identifier + bytes([reduce(xor, identifier)])
        self._selected = self._activated = False
        self._number = 1
        self._reader_size = FRAME_SIZES[0]
        self._command = bytearray()
        self._fragments: list[bytes] = []
        self._sent = self._due = b""
        self._still_to_extend = self._still_to_work = 0
        self._forget()

    def answer(self, frame: bytes) -> bytes | None:
        """What the card sends back, None when it keeps silent (ISO/IEC 14443-4 annex B)."""
        if self._silent or self._clock() < self._back_at:
            return None
        if frame in (REQA, WUPA):
            self.power_off()  # a reader that senses has just switched its field on
            return ATQA
        if not self._activated:
            return self._join(frame)
        if self._leaves or len(frame) + 2 > self._largest:
            return None
        return self._answer_block(frame)

    def _join(self, frame: bytes) -> bytes | None:
        if frame == ANTICOLLISION:
            return self._identifier
        if frame == SELECT + self._identifier:
            self._selected = True
            return self._sak
        if self._selected and self._sak == SAK_ISO_DEP and len(frame) == 2 and frame[0] == RATS:
            self._activated = True
            self._reader_size = FRAME_SIZES[min(frame[1] >> 4, len(FRAME_SIZES) - 1)]
            return self._ats
        return None

    def _answer_block(self, block: bytes) -> bytes | None:
        if not block:
            return None
        control, number = block[0], block[0] & 1
        if control & 0xEE == I_BLOCK:
            self._number ^= 1
            self._command += block[1:]
            if control & CHAINED:
                return self._send(bytes([R_ACK | self._number]))
            return self._carry_out()
        if control & 0xEE == R_ACK:  # R(ACK) and R(NAK) differ in the bit that is masked out here
            if number == self._number:
                return self._sent or None
            if control & 0x10:
                return self._send(bytes([R_ACK | self._number]))
            if not self._fragments:
                return None
            self._number ^= 1
            return self._send_fragment()
        if block == self._sent and block[0] == S_WTX:
            if block[1] == _PATIENCE:
                self._sleep(_WORK)
            return self._extend_or_send()
        if block == bytes([S_DESELECT]):
            self.power_off()
            return block
        return None

    def _carry_out(self) -> bytes | None:
        command = bytes(self._command)
        self._command.clear()
        try:
            self._cut(self._answer_command(command))
        except TakenAwayError:
            self.power_off()
            self._back_at = self._clock() + AWAY
            return None
        self._still_to_work = math.ceil(self._effort() / _WORK)
        return self._send_fragment()

    def _cut(self, response: bytes) -> None:
        size = self._reader_size - 3  # the control byte and the two check bytes
        self._fragments = [response[at : at + size] for at in range(0, len(response) or 1, size)]

    def _send_fragment(self) -> bytes:
        fragment = self._fragments.pop(0)
        more = CHAINED if self._fragments else 0
        return self._send(bytes([I_BLOCK | more | self._number]) + fragment)

    def _send(self, block: bytes) -> bytes:
        self._due = block
        self._still_to_extend = self._extensions
        return self._extend_or_send()

    def _extend_or_send(self) -> bytes:
        if self._still_to_work:
            self._still_to_work -= 1
            self._sent = bytes([S_WTX, _PATIENCE])
        elif self._still_to_extend:
            self._still_to_extend -= 1
            self._sent = bytes([S_WTX, 1])
        else:
            self._sent = self._due
        return self._sent


def card(chip: Chip) -> Card:
    """The card that plays this chip."""
    match chip:
        case Chip.PASSPORT:
            return Card(application(EMRTD))
        case Chip.OTHER:
            return Card(application(PAYMENT))
        case Chip.NOT_ISO_DEP:
            return Card(application(b""), iso_dep=False)
        case Chip.LEAVES:
            return Card(application(EMRTD), leaves=True)
        case Chip.SILENT:
            return Card(application(EMRTD), silent=True)


def serve(
    sock: socket.socket, chip: Chip | Card, stop: threading.Event, plug: Plug | None = None
) -> None:
    """Play the chip, or a card made elsewhere, on a bound UDP socket until `stop` or it is closed.

    A datagram is `106A` and the frame in hexadecimal, as nfcpy's `udp` device writes it, or
    `RFOFF` when the reader switches its field off; anything else is not answered. While the plug
    is pulled, whoever asks is refused; `sock` is closed then.
    """
    played = chip if isinstance(chip, Card) else card(chip)
    plug = plug or Plug()
    while not stop.is_set():
        if not plug.there:
            address = sock.getsockname()
            sock.close()
            played.power_off()
            with _udp(address) as deaf:
                deaf.connect(address)  # to itself: it keeps the port, and hears nobody else
                plug.wait_until_there(stop)
                sock = _udp(address)
        if not _answer_one(sock, played, plug):
            return


def _udp(address: tuple[str, int]) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(address)
    return sock


def _answer_one(sock: socket.socket, played: Card, plug: Plug) -> bool:
    """Answer what comes within `_POLL` seconds; False when the socket is closed."""
    sock.settimeout(_POLL)
    try:
        datagram, reader = sock.recvfrom(4096)
        answer = None if plug.hangs else _answer_datagram(played, datagram)
        if answer is not None:
            sock.sendto(b"106A " + answer.hex().encode(), reader)
    except (TimeoutError, ConnectionError):  # nothing came; who asked went before the answer
        return True
    except OSError:
        return False
    return True


def _answer_datagram(played: Card, datagram: bytes) -> bytes | None:
    match datagram.split():
        case [b"RFOFF"]:
            played.power_off()
        case [b"106A", digits]:
            try:
                frame = bytes.fromhex(digits.decode("ascii"))
            except ValueError:
                return None
            return played.answer(frame)
    return None
