"""Secure messaging on the chip's side (ICAO Doc 9303 part 11 section 9.8)."""

from dataclasses import replace

from hardware.emrtd import tlv
from hardware.emrtd.apdu import EXTENDED, SHORT, Command, Response
from hardware.emrtd.ciphers import Suite, decrypt, encrypt, encrypt_block, mac, pad, same, unpad

WRONG_LENGTH, OBJECTS_MISSING, OBJECTS_WRONG = 0x6700, 0x6987, 0x6988


class MessagingError(Exception):
    """A command is not protected as it must be; `status` is what the chip says to that."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


class Session:
    """The keys that were agreed, and the counter of messages."""

    def __init__(self, suite: Suite, enc: bytes, code: bytes, counter: int = 0) -> None:
        self.suite = suite
        self._enc = enc
        self._mac = code
        self._counter = counter

    def unwrap(self, command: Command) -> Command:
        """The command that was protected; raises `MessagingError`."""
        self._count()
        try:
            objects = list(tlv.each(command.data))
        except tlv.MalformedTlvError as malformed:
            raise MessagingError(OBJECTS_WRONG) from malformed
        if not objects or objects[-1].tag != 0x8E:
            raise MessagingError(OBJECTS_MISSING)
        body = command.data[: -objects[-1].size]
        covered = pad(command.header, self.suite.block_size)
        covered += pad(body, self.suite.block_size) if body else b""
        if not same(self._code(covered), objects[-1].value):
            raise MessagingError(OBJECTS_WRONG)
        plain, ne = b"", 0
        for item in objects[:-1]:
            match item.tag:
                case 0x87 if command.ins % 2 == 0:
                    plain = self._decrypt(item.value[1:])
                case 0x85 if command.ins % 2 == 1:
                    plain = self._decrypt(item.value)
                case 0x97 if len(item.value) == 1:
                    ne = item.value[0] or SHORT
                case 0x97 if len(item.value) == 2:
                    ne = int.from_bytes(item.value) or EXTENDED
                case _:
                    raise MessagingError(OBJECTS_WRONG)
        return replace(command, cla=command.cla & ~0x0C, data=plain, ne=ne)

    def wrap(self, response: Response, *, odd: bool = False, room: int = EXTENDED) -> Response:
        """The response as it goes over the air; `odd`: to an odd instruction.

        6700 in its place where it would have more than `room` bytes of data.
        """
        self._count()
        wrapped = self._wrapped(response, odd)
        if len(wrapped.data) > room:
            return self._wrapped(Response(b"", WRONG_LENGTH), odd)
        return wrapped

    def _wrapped(self, response: Response, odd: bool) -> Response:
        objects = b""
        if response.data:
            sealed = self._encrypt(response.data)
            objects = tlv.wrap(0x85, sealed) if odd else tlv.wrap(0x87, b"\x01" + sealed)
        objects += tlv.wrap(0x99, response.status.to_bytes(2))
        code = self._code(pad(objects, self.suite.block_size))
        return Response(objects + tlv.wrap(0x8E, code), 0x9000)

    def _count(self) -> None:
        self._counter = (self._counter + 1) % (1 << 8 * self.suite.block_size)

    def _sequence(self) -> bytes:
        return self._counter.to_bytes(self.suite.block_size)

    def _iv(self) -> bytes | None:
        if self.suite is Suite.DES3:
            return None
        return encrypt_block(self.suite, self._enc, self._sequence())

    def _encrypt(self, data: bytes) -> bytes:
        return encrypt(self.suite, self._enc, pad(data, self.suite.block_size), self._iv())

    def _decrypt(self, data: bytes) -> bytes:
        try:
            return unpad(decrypt(self.suite, self._enc, data, self._iv()))
        except ValueError as malformed:
            raise MessagingError(OBJECTS_WRONG) from malformed

    def _code(self, data: bytes) -> bytes:
        return mac(self.suite, self._mac, self._sequence() + data)
