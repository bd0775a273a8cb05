"""Secure messaging as the card does it (ICAO Doc 9303 part 11 section 9.8)."""

from hardware.emrtd import tlv
from hardware.emrtd.apdu import EXTENDED, SHORT, Command, Response
from hardware.emrtd.ciphers import Suite, decrypt, encrypt, encrypt_block, mac, pad, same, unpad

PROTECTED = 0x0C
"""Bits of CLA of a protected command (ISO/IEC 7816-4 section 5.4.1)."""
_DATA, _DATA_ODD, _LE, _STATUS, _CHECKSUM = 0x87, 0x85, 0x97, 0x99, 0x8E


class CardMessaging:
    """One session on the card: cipher, keys, and the counter of messages (9.8.2)."""

    def __init__(self, suite: Suite, enc_key: bytes, mac_key: bytes, counter: int = 0) -> None:
        self._suite = suite
        self._enc = enc_key
        self._mac = mac_key
        self._counter = counter

    def open(self, command: Command) -> Command:
        """The plain command in a protected one, ValueError unless its MAC is right (9.8.4)."""
        self._counter += 1
        found: dict[int, bytes] = {}
        covered = b""
        for item in tlv.each(command.data):
            if item.tag in found or _CHECKSUM in found:
                raise ValueError("an object more than once, or behind the checksum")
            found[item.tag] = item.value
            if item.tag != _CHECKSUM:
                covered += command.data[len(covered) : len(covered) + item.size]
        header = self._padded(command.header)
        checksum = self._checksum(header + (covered and self._padded(covered)))
        if not same(found.pop(_CHECKSUM, b""), checksum):
            raise ValueError("no checksum, or a wrong one")
        le = found.pop(_LE, None)
        data = self._plain(found, command.ins)
        cla = command.cla & ~PROTECTED
        return Command(cla, command.ins, command.p1, command.p2, data, _asked(le))

    def seal(self, response: Response, ins: int) -> Response:
        """The response to this instruction, protected; its own status word stays readable."""
        self._counter += 1
        objects = b""
        if response.data:
            padded = self._padded(response.data)
            sealed = encrypt(self._suite, self._enc, padded, self._iv())
            objects = tlv.wrap(_DATA_ODD, sealed) if ins & 1 else tlv.wrap(_DATA, b"\1" + sealed)
        objects += tlv.wrap(_STATUS, response.status.to_bytes(2))
        checksum = self._checksum(self._padded(objects))
        return Response(objects + tlv.wrap(_CHECKSUM, checksum), response.status)

    def _plain(self, found: dict[int, bytes], ins: int) -> bytes:
        """The data of the command: of an odd instruction in 85, else in 87 (ISO/IEC 7816-4)."""
        sealed = found.pop(_DATA_ODD if ins & 1 else _DATA, None)
        if found:
            raise ValueError("an object that does not belong here")
        if sealed is None:
            return b""
        if not ins & 1:
            if sealed[:1] != b"\1":
                raise ValueError("not padded as it must be")
            sealed = sealed[1:]
        return unpad(decrypt(self._suite, self._enc, sealed, self._iv()))

    def _iv(self) -> bytes | None:
        if self._suite is Suite.DES3:
            return None
        return encrypt_block(self._suite, self._enc, self._ssc())

    def _ssc(self) -> bytes:
        size = self._suite.block_size
        return (self._counter % (1 << 8 * size)).to_bytes(size)

    def _checksum(self, data: bytes) -> bytes:
        return mac(self._suite, self._mac, self._ssc() + data)

    def _padded(self, data: bytes) -> bytes:
        return pad(data, self._suite.block_size)


def _asked(le: bytes | None) -> int:
    if le is None:
        return 0
    if len(le) not in (1, 2):
        raise ValueError("not a length")
    return int.from_bytes(le) or (SHORT if len(le) == 1 else EXTENDED)
