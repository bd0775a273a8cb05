"""Commands to a chip and its responses, as bytes (ISO/IEC 7816-4 section 5)."""

from dataclasses import dataclass

SHORT = 256
"""The largest number of bytes that a command in short form can ask for; it carries 255 at most."""
EXTENDED = 65536

SUCCESS = 0x9000


class MalformedApduError(ValueError):
    """The bytes are no command, or no response."""


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """One command: header, data, and how many bytes it asks for (`ne`, 0 to 65,536).

    It has no repr, so that no log can hold its data.
    """

    cla: int
    ins: int
    p1: int = 0
    p2: int = 0
    data: bytes = b""
    ne: int = 0

    @property
    def header(self) -> bytes:
        """CLA, INS, P1 and P2."""
        return bytes([self.cla, self.ins, self.p1, self.p2])

    def encode(self) -> bytes:
        """The command in short form where that is enough, else in extended form."""
        nc = len(self.data)
        if nc <= 255 and self.ne <= SHORT:
            lc = bytes([nc]) if nc else b""
            le = bytes([self.ne & 0xFF]) if self.ne else b""
        elif nc < EXTENDED and self.ne <= EXTENDED:
            lc = b"\0" + nc.to_bytes(2) if nc else b""
            le = (self.ne & 0xFFFF).to_bytes(2) if self.ne else b""
            if le and not lc:
                le = b"\0" + le
        else:
            raise MalformedApduError("longer than a command can be")
        return self.header + lc + self.data + le

    @classmethod
    def parse(cls, apdu: bytes) -> "Command":
        """The command in these bytes, in any of the seven forms; raises `MalformedApduError`."""
        if len(apdu) < 4:
            raise MalformedApduError("a command has at least 4 bytes")
        body = apdu[4:]
        data, ne = _short_body(body) if not body or body[0] or len(body) == 1 else _extended(body)
        cla, ins, p1, p2 = apdu[:4]
        return cls(cla, ins, p1, p2, data, ne)


def _short_body(body: bytes) -> tuple[bytes, int]:
    if not body:
        return b"", 0
    if len(body) == 1:
        return b"", body[0] or SHORT
    nc = body[0]
    data, rest = body[1 : 1 + nc], body[1 + nc :]
    if len(data) < nc or len(rest) > 1:
        raise MalformedApduError("its length does not fit")
    return data, (rest[0] or SHORT) if rest else 0


def _extended(body: bytes) -> tuple[bytes, int]:
    if len(body) == 3:
        return b"", int.from_bytes(body[1:]) or EXTENDED
    nc = int.from_bytes(body[1:3])
    data, rest = body[3 : 3 + nc], body[3 + nc :]
    if not nc or len(data) < nc or len(rest) not in (0, 2):
        raise MalformedApduError("its length does not fit")
    return data, (int.from_bytes(rest) or EXTENDED) if rest else 0


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """What a chip answers: data and a status word. It has no repr, as `Command`."""

    data: bytes
    status: int

    @property
    def ok(self) -> bool:
        """Whether the status word is 9000."""
        return self.status == SUCCESS

    def encode(self) -> bytes:
        """The response as it goes over the air."""
        return self.data + self.status.to_bytes(2)

    @classmethod
    def parse(cls, apdu: bytes) -> "Response":
        """The response in these bytes; raises `MalformedApduError`."""
        if not 2 <= len(apdu) <= EXTENDED + 2:
            raise MalformedApduError("a response has 2 to 65,538 bytes")
        return cls(apdu[:-2], int.from_bytes(apdu[-2:]))
