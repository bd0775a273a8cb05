"""A chip of our own in the virtual reader of PC/SC: vpcd, Debian's vsmartcard-vpcd.

vpcd is a reader driver inside pcscd that listens for a chip on TCP. Each message has its length
in front (2 bytes, big-endian); one of length 1 from the reader is a control: 0 power off, 1 power
on, 2 reset, 4 send the answer to reset. Its ports are open on every address of the machine: use
it in a network namespace only.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import reduce
from operator import xor

from hardware.simulated.contactless import AWAY, Application, TakenAwayError

PORT = 35963
"""Of the first of vpcd's readers; the second has the next one."""

POWER_OFF, RESET, SEND_ATR = 0, 2, 4

_POLL = 0.1  # seconds between two looks at `stop`


def contactless_atr(historical_bytes: bytes = b"\x80") -> bytes:
    """The ATR that PC/SC makes up for a contactless chip (PC/SC part 3 section 3.1.3.2.3)."""
    checked = bytes([0x80 | len(historical_bytes), 0x80, 0x01]) + historical_bytes
    return b"\x3b" + checked + bytes([reduce(xor, checked)])


def memory_atr(kind: int = 0x0001) -> bytes:
    """The ATR of a memory card: MIFARE Classic 1K unless told."""
    return contactless_atr(bytes.fromhex("804F0CA00000030603") + kind.to_bytes(2, "big") + bytes(4))


def serve(
    application: Application,
    power_off: Callable[[], None],
    stop: threading.Event,
    *,
    atr: bytes | None = None,
    address: tuple[str, int] = ("127.0.0.1", PORT),
) -> None:
    """Play the chip until `stop` is set; it is laid down whenever vpcd listens.

    `power_off` is called when the chip loses its power or is reset. When `application` raises
    `TakenAwayError`, the chip is away for `AWAY` seconds.
    """
    away = 0.0
    while not stop.wait(away):
        away = _POLL
        with suppress(OSError), socket.create_connection(address, 1.0) as reader:
            power_off()
            try:
                _play(reader, application, power_off, stop, atr or contactless_atr())
            except TakenAwayError:
                away = AWAY
    power_off()


def _play(
    reader: socket.socket,
    application: Application,
    power_off: Callable[[], None],
    stop: threading.Event,
    atr: bytes,
) -> None:
    reader.settimeout(_POLL)
    while not stop.is_set():
        message = _receive(reader, stop)
        if message is None:
            return
        if len(message) == 1:
            if message[0] in (POWER_OFF, RESET):
                power_off()
            if message[0] != SEND_ATR:
                continue
            answer = atr
        else:
            answer = application(message)
        reader.sendall(len(answer).to_bytes(2, "big") + answer)


def _receive(reader: socket.socket, stop: threading.Event) -> bytes | None:
    """One message, None when the reader has gone or `stop` is set."""
    head = _exactly(reader, 2, stop)
    return None if head is None else _exactly(reader, int.from_bytes(head, "big"), stop)


def _exactly(reader: socket.socket, size: int, stop: threading.Event) -> bytes | None:
    got = bytearray()
    while len(got) < size:
        # Without it Linux keeps the acknowledgement back for 40 ms, and vpcd waits for it.
        reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        try:
            part = reader.recv(size - len(got))
        except TimeoutError:
            if stop.is_set():
                return None
            continue
        if not part:
            return None
        got += part
    reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
    return bytes(got)
