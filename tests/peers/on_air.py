"""The passport of `passport.py` on the air that nfcpy's `udp` device speaks, in its own process.

    python on_air.py < description.json

prints the port that it listens on, and goes on until stdin ends. Card side of ISO/IEC 14443-3
(type A) and 14443-4, written apart from ours. Its frames have 64 bytes, so that longer commands are
chained, and before each answer it asks for more time once.
"""

import json
import socket
import sys
import threading

from passport import Passport, described

UID = bytes.fromhex("08A1B2C3")
BCC = bytes([UID[0] ^ UID[1] ^ UID[2] ^ UID[3]])
ATS = bytes.fromhex("057533A002")  # 64 bytes; faster too; FWI 10, SFGI 0; knows CID, no NAD
CARD_FRAME = 64
READER_FRAMES = (16, 24, 32, 40, 48, 64, 96, 128, 256)
CHECK_BYTES = 2
ONE_MORE_WAIT = bytes([0xF2, 0x01])


class Air:
    """One card in one field: `answer` takes a frame without its check bytes, and gives one."""

    def __init__(self, passport: Passport) -> None:
        self._passport = passport
        self.field_off()

    def field_off(self) -> None:
        """No power: back to the beginning."""
        self._passport.power_off()
        self._state = "idle"
        self._block = 1  # the card begins with 1, so that the reader's first block is 0
        self._room = READER_FRAMES[0]
        self._coming = b""
        self._going: list[bytes] = []
        self._last = b""
        self._after_wait = b""

    def answer(self, frame: bytes) -> bytes | None:
        """None is silence."""
        if frame in (b"\x26", b"\x52"):
            self.field_off()
            self._state = "ready"
            return b"\x04\x00"
        if self._state == "ready" and frame == b"\x93\x20":
            return UID + BCC
        if self._state == "ready" and frame == b"\x93\x70" + UID + BCC:
            self._state = "active"
            return b"\x20"
        if self._state == "active" and len(frame) == 2 and frame[0] == 0xE0:
            self._state = "protocol"
            self._room = READER_FRAMES[min(frame[1] >> 4, 8)]
            return ATS
        if self._state == "protocol" and frame and len(frame) + CHECK_BYTES <= CARD_FRAME:
            return self._protocol(frame)
        return None

    def _protocol(self, frame: bytes) -> bytes | None:
        control = frame[0]
        if control == 0xC2:
            self.field_off()
            return b"\xc2"
        if frame == ONE_MORE_WAIT and self._last == ONE_MORE_WAIT:
            return self._out(self._after_wait)
        if control in (0x02, 0x03):
            self._block ^= 1
            command, self._coming = self._coming + frame[1:], b""
            self._cut(self._passport.answer(command))
            self._after_wait = self._next()
            return self._out(ONE_MORE_WAIT)
        if control in (0x12, 0x13):
            self._block ^= 1
            self._coming += frame[1:]
            return self._out(bytes([0xA2 | self._block]))
        if control in (0xA2, 0xA3, 0xB2, 0xB3) and len(frame) == 1:
            if control & 1 == self._block:
                return self._last  # rule 11: it was not heard
            if control & 0x10:
                return self._out(bytes([0xA2 | self._block]))  # rule 12
            self._block ^= 1
            return self._out(self._next()) if self._going else None
        return None

    def _cut(self, answer: bytes) -> None:
        size = self._room - CHECK_BYTES - 1
        self._going = [answer[at : at + size] for at in range(0, len(answer), size)]

    def _next(self) -> bytes:
        part = self._going.pop(0)
        return bytes([(0x12 if self._going else 0x02) | self._block]) + part

    def _out(self, block: bytes) -> bytes:
        self._last = block
        return block


def serve(sock: socket.socket, air: Air) -> None:
    """Datagrams are `106A` and a frame in hexadecimal, or `RFOFF`."""
    while True:
        words, sender = sock.recvfrom(4096)
        kind, *frame = words.split()
        if kind == b"RFOFF":
            air.field_off()
        elif kind == b"106A" and frame:
            answer = air.answer(bytes.fromhex(frame[0].decode()))
            if answer is not None:
                sock.sendto(b"106A " + answer.hex().encode(), sender)


def main() -> None:
    """One line of stdin is the passport's description; when stdin ends, so does this."""
    air = Air(described(json.loads(sys.stdin.readline())))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    print(sock.getsockname()[1], flush=True)
    threading.Thread(target=serve, args=(sock, air), daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
