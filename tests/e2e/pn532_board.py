"""A PN532 on a pseudo-terminal that runs the block protocol by itself, as libnfc wants it.

What our own emulation hands to the host, frame by frame, this one does within InDataExchange: so
it is of use for libnfc alone. Frames are those of the PN532 user manual, section 6.2.
"""

import os
import threading
import tty
from collections.abc import Callable

_ACK = bytes.fromhex("0000FF00FF00")
_FIRMWARE = bytes.fromhex("32010607")
_UID = bytes.fromhex("08A1B2C3")
_ATS = bytes.fromhex("0578807002")
_SAK_ISO_DEP = 0x20


class Board:
    """The reader's side of the wire; `device` is what a program opens, `answer` is the card."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer = answer
        self._wire, self._far = os.openpty()
        tty.setraw(self._far)
        self.device = os.ttyname(self._far)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends with the wire: the far end is closed, so that reading fails."""
        os.close(self._far)
        self._thread.join(5)
        os.close(self._wire)

    def _run(self) -> None:
        heard = b""
        while True:
            try:
                heard += os.read(self._wire, 4096)
            except OSError:
                return
            while (found := _frame_in(heard)) is not None:
                command, heard = found
                if command:
                    os.write(self._wire, _ACK)
                    os.write(self._wire, _framed(self._carry_out(command)))

    def _carry_out(self, command: bytes) -> bytes:
        code, parameters = command[1], command[2:]
        reply = bytes([0xD5, code + 1])
        match code:
            case 0x00:  # Diagnose: echoes
                return reply + parameters
            case 0x02:
                return reply + _FIRMWARE
            case 0x06:  # ReadRegister: a byte for each address
                return reply + bytes(len(parameters) // 2)
            case 0x4A:  # InListPassiveTarget
                return reply + b"\1\1\0\4" + bytes([_SAK_ISO_DEP, len(_UID)]) + _UID + _ATS
            case 0x40:  # InDataExchange
                return reply + b"\0" + self._answer(parameters[1:])
            case 0x44 | 0x52 | 0x54 | 0x16:  # InDeselect, InRelease, InSelect, PowerDown
                return reply + b"\0"
        return reply


def _frame_in(heard: bytes) -> tuple[bytes, bytes] | None:
    """The first whole frame's content, empty for an ACK, and what follows; None: not there yet."""
    start = heard.find(b"\x00\xff")
    if start < 0 or len(heard) < start + 6:
        return None
    body = heard[start + 2 :]
    if body[:2] == b"\x00\xff":
        return b"", body[2:]
    long = body[:2] == b"\xff\xff"
    size = int.from_bytes(body[2:4]) if long else body[0]
    body = body[5 if long else 2 :]
    if len(body) < size + 1:
        return None
    return body[:size], body[size + 1 :]


def _framed(content: bytes) -> bytes:
    size = len(content)
    if size < 256:
        head = bytes([size, -size & 0xFF])
    else:
        head = b"\xff\xff" + size.to_bytes(2) + bytes([-sum(size.to_bytes(2)) & 0xFF])
    return b"\x00\x00\xff" + head + content + bytes([-sum(content) & 0xFF, 0])
