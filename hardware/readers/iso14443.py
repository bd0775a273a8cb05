"""The block protocol between a reader and a contactless chip (ISO/IEC 14443-4), bytes in and out.

The device below hands frames over without their two check bytes (CRC), as `Exchange` says.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from hardware.chip_link import (
    Abilities,
    CancelledError,
    ContactLostError,
    DeadlineError,
    ProtocolError,
)

Exchange = Callable[[bytes, float], bytes]
"""Sends one frame, waits so many seconds, returns the chip's; raises `NoAnswerError`."""

FRAME_SIZES = (16, 24, 32, 40, 48, 64, 96, 128, 256, 512, 1024, 2048, 4096)
"""Bytes of the largest frame, its check bytes included, by code (FSDI and FSCI)."""

RATS = 0xE0
ATTRIB = 0x1D
ATQB = 0x50

I_BLOCK = 0x02
CHAINED = 0x10
R_ACK = 0xA2
R_NAK = 0xB2
S_DESELECT = 0xC2
S_WTX = 0xF2

_OVERHEAD = 3  # the block's control byte and the two check bytes
_TIME_UNIT = 256 * 16 / 13.56e6  # seconds; FWT and SFGT are this times a power of two
_LONGEST_WAIT = _TIME_UNIT * 2**14
_ACTIVATION_WAIT = 65536 / 13.56e6
_MARGIN = 0.1  # seconds that host, cable and operating system may add to any wait
_ATTEMPTS = 4  # at one block, before it is given up
_MOST_EXTENSIONS = 1000  # of one block: a chip that asks without end has no clock to stop it
_LONGEST_COMMAND = 4 + 3 + 65535 + 2  # bytes: header, extended Lc, data, Le (ISO/IEC 7816-4)
_LONGEST_RESPONSE = 65536 + 2  # bytes: extended length and the status word


class NoAnswerError(Exception):
    """No frame, or only a damaged one, came back in time: `Exchange` raises it."""


@dataclass(frozen=True, slots=True)
class Activation:
    """What the chip said of its blocks when it was activated: sizes in bytes, times in seconds."""

    frame_size: int = 32
    waiting_time: float = _TIME_UNIT * 2**4
    guard_time: float = 0.0
    historical_bytes: bytes = b""


def read_ats(ats: bytes) -> Activation:
    """The answer to select of a type A chip; `ProtocolError` when it is none.

    ISO/IEC 14443-4 section 5.2: TL, then T0 with FSCI, then TA, TB and TC where T0 says so. What
    is absent has its default; codes reserved for the future count as that default or the largest.
    """
    if not ats or not 1 <= ats[0] <= len(ats):
        raise ProtocolError
    rest = list(ats[1 : ats[0]])
    if not rest:
        return Activation()
    t0 = rest.pop(0)
    present = [bool(t0 & bit) for bit in (0x10, 0x20, 0x40)]
    if len(rest) < sum(present):
        raise ProtocolError
    _ta, tb, _tc = [rest.pop(0) if there else None for there in present]
    waiting, guard = (4, 0) if tb is None else (tb >> 4, tb & 0x0F)
    return Activation(
        frame_size=_frame_size(t0 & 0x0F),
        waiting_time=_waiting_time(waiting),
        guard_time=_TIME_UNIT * 2**guard if 0 < guard < 15 else 0.0,
        historical_bytes=bytes(rest),
    )


def read_atqb(atqb: bytes) -> Activation:
    """The answer to request of a type B chip (ISO/IEC 14443-3 section 7.9).

    50, identifier (4 bytes), application data (4), protocol info (3); `ProtocolError` when it is
    none, or that of a chip that does not speak this protocol.
    """
    if len(atqb) < 12 or atqb[0] != ATQB or not atqb[10] & 0x01:
        raise ProtocolError
    return Activation(
        frame_size=_frame_size(atqb[10] >> 4), waiting_time=_waiting_time(atqb[11] >> 4)
    )


def _frame_size(code: int) -> int:
    return FRAME_SIZES[min(code, len(FRAME_SIZES) - 1)]


def _waiting_time(code: int) -> float:
    return _TIME_UNIT * (1 << (code if code < 15 else 4))


class Iso14443:
    """One chip in the field, from activation to deselection, at 106 kbit/s and without CID.

    `frame_size` is the largest frame in bytes, check bytes included, that the reader can send and
    receive. `transmit` follows an `activate`; after any `LinkError` the chip has to be sensed and
    activated anew. Whatever `exchange` raises besides `NoAnswerError` passes through. `cancelled`
    is asked before each frame; when it says so, `CancelledError` is raised.
    """

    def __init__(
        self,
        exchange: Exchange,
        frame_size: int = 256,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._exchange = exchange
        self._cancelled = cancelled
        self._largest = max(size for size in FRAME_SIZES if size <= frame_size)
        self._clock = clock
        self._sleep = sleep
        self._number = 0
        self.activation = Activation()

    @property
    def abilities(self) -> Abilities:
        """What reader and chip can do: blocks are chained, so that no APDU is too long."""
        return Abilities(self.activation.historical_bytes, _LONGEST_COMMAND, _LONGEST_RESPONSE)

    def activate(self, timeout: float = 5.0) -> None:
        """Begin with a sensed type A chip: RATS (section 5); `LinkError` when it does not join."""
        deadline = self._clock() + timeout
        ats = self._request(bytes([RATS, self._size_code << 4]), _ACTIVATION_WAIT, deadline)
        self._begin(read_ats(ats), deadline)

    def activate_type_b(self, atqb: bytes, timeout: float = 5.0) -> None:
        """Begin with a type B chip by its ATQB: ATTRIB (ISO/IEC 14443-3 section 7.10)."""
        activation = read_atqb(atqb)
        deadline = self._clock() + timeout
        attrib = bytes([ATTRIB, *atqb[1:5], 0x00, self._size_code, atqb[10] & 0x0F, 0x00])
        answer = self._request(attrib, activation.waiting_time, deadline)
        if not answer or answer[0] & 0x0F:
            raise ProtocolError
        self._begin(activation, deadline)

    def transmit(self, apdu: bytes, timeout: float) -> bytes:
        """Send one command APDU and return its response, both chained as their size demands.

        Raises `LinkError`, within `timeout` seconds and one more wait of the device at most.
        """
        deadline = self._clock() + timeout
        size = min(self._largest, self.activation.frame_size) - _OVERHEAD
        last = (len(apdu) - 1) // size * size if apdu else 0
        for start in range(0, last, size):
            control = I_BLOCK | CHAINED | self._number
            self._deliver(bytes([control]) + apdu[start : start + size], deadline)
        answer = self._deliver(bytes([I_BLOCK | self._number]) + apdu[last:], deadline)
        response = bytearray(answer[1:])
        while answer[0] & CHAINED:
            if len(answer) == 1 or len(response) > _LONGEST_RESPONSE:
                raise ProtocolError
            answer = self._deliver(bytes([R_ACK | self._number]), deadline)
            response += answer[1:]
        if len(response) < 2:
            raise ProtocolError  # not even a status word
        return bytes(response)

    def deselect(self) -> None:
        """Send the chip to rest (section 8), whether or not it still listens."""
        for _ in range(2):
            with suppress(NoAnswerError):
                if self._exchange(bytes([S_DESELECT]), _ACTIVATION_WAIT + _MARGIN) == bytes(
                    [S_DESELECT]
                ):
                    return

    @property
    def _size_code(self) -> int:
        return FRAME_SIZES.index(self._largest)

    def _begin(self, activation: Activation, deadline: float) -> None:
        self.activation = activation
        self._number = 0
        self._sleep(max(0.0, min(activation.guard_time, deadline - self._clock())))

    def _request(self, command: bytes, wait: float, deadline: float) -> bytes:
        for _ in range(2):
            with suppress(NoAnswerError):
                return self._once(command, wait, deadline)
        raise ContactLostError

    def _once(self, frame: bytes, wait: float, deadline: float) -> bytes:
        if self._cancelled():
            raise CancelledError
        left = deadline - self._clock()
        if left <= 0:
            raise DeadlineError
        return bytes(self._exchange(frame, min(wait + _MARGIN, left)))

    def _deliver(self, block: bytes, deadline: float) -> bytes:
        """Send a block until the one that must follow it has come, and turn the block number.

        What must follow is R(ACK) to an I-block that is to be continued, and an I-block to all
        else. The rules (section 7.5.4): a wanted extension of time is granted; silence or a
        damaged block is met with R(NAK), or with R(ACK) again while the chip is chaining; an
        R(ACK) of the other number says that our block never arrived.
        """
        is_i_block = block[0] & 0xC0 == 0
        to_be_continued = is_i_block and bool(block[0] & CHAINED)
        recovery = bytes([R_NAK | self._number]) if is_i_block else block
        frame, wait, extensions = block, self.activation.waiting_time, 0
        silent = False
        for _ in range(_ATTEMPTS):
            try:
                answer = self._once(frame, wait, deadline)
                while _extension(answer) and extensions < _MOST_EXTENSIONS:
                    extensions += 1
                    granted = _extension(answer)
                    wait = min(self.activation.waiting_time * granted, _LONGEST_WAIT)
                    answer = self._once(bytes([S_WTX, granted]), wait, deadline)
                silent = False
            except NoAnswerError:
                answer, silent = b"", True
            wait = self.activation.waiting_time
            if _is_ack(answer, self._number) if to_be_continued else _is_i(answer, self._number):
                self._number ^= 1
                return answer
            never_arrived = is_i_block and _is_ack(answer, self._number ^ 1)
            frame = block if never_arrived else recovery
        raise ContactLostError if silent else ProtocolError


def _is_i(answer: bytes, number: int) -> bool:
    return bool(answer) and answer[0] & ~CHAINED == I_BLOCK | number


def _is_ack(answer: bytes, number: int) -> bool:
    return answer == bytes([R_ACK | number])


def _extension(answer: bytes) -> int:
    """How many waiting times the chip asks for (WTXM, 1 to 59), 0 when it does not."""
    if len(answer) != 2 or answer[0] != S_WTX:
        return 0
    asked = answer[1] & 0x3F
    return asked if asked < 60 else 0
