"""Commands and responses under session keys (ICAO Doc 9303 part 11 section 9.8)."""

from dataclasses import replace

from hardware.emrtd import tlv
from hardware.emrtd.apdu import EXTENDED, SHORT, Command, Response
from hardware.emrtd.ciphers import Suite, decrypt, encrypt, encrypt_block, mac, pad, same, unpad
from hardware.emrtd.errors import ChipError
from hardware.verdicts import ChipVerdict

PROTECTED = 0x0C
"""Bits of CLA: secure messaging, the header is part of the MAC (ISO/IEC 7816-4 section 5.4.1)."""
DATA, DATA_ODD, LE, STATUS, CHECKSUM = 0x87, 0x85, 0x97, 0x99, 0x8E
PADDED = b"\x01"
"""What stands before padded data in `DATA`."""


class SecureMessaging:
    """One session: its cipher, its two keys, and the counter that every message moves on.

    `ssc` is where it stands before the first command: 0 after PACE and chip authentication, the
    halves of the random numbers after BAC. It wraps at the size of a block.
    """

    def __init__(self, suite: Suite, enc_key: bytes, mac_key: bytes, ssc: int | bytes = 0) -> None:
        self.suite = suite
        self._enc = enc_key
        self._mac = mac_key
        self._counter = int.from_bytes(ssc) if isinstance(ssc, bytes) else ssc

    def protect(self, command: Command) -> Command:
        """The command as it goes over the air: data encrypted, everything under a MAC."""
        self._count()
        sent = replace(command, cla=command.cla | PROTECTED, data=b"", ne=0)
        objects = b""
        if command.data:
            encrypted = encrypt(self.suite, self._enc, self._padded(command.data), self._iv())
            # An odd instruction has its data in BER-TLV, which needs no padding indicator.
            odd = command.ins & 1
            objects += tlv.wrap(DATA_ODD, encrypted) if odd else tlv.wrap(DATA, PADDED + encrypted)
        if command.ne:
            objects += tlv.wrap(LE, _le(command.ne))
        checksum = self._checksum(self._padded(sent.header) + (objects and self._padded(objects)))
        data = objects + tlv.wrap(CHECKSUM, checksum)
        long = len(data) > 255 or command.ne > SHORT
        return replace(sent, data=data, ne=EXTENDED if long else SHORT)

    def unprotect(self, response: Response) -> Response:
        """What the chip meant; `ChipError` (MESSAGING_BROKEN) unless a right MAC vouches for it."""
        self._count()
        try:
            return self._unprotected(response)
        except ValueError as broken:
            raise ChipError(ChipVerdict.MESSAGING_BROKEN) from broken

    def _unprotected(self, response: Response) -> Response:
        found: dict[int, bytes] = {}
        covered = b""
        for item in tlv.each(response.data):
            if item.tag in found or CHECKSUM in found:
                raise ValueError("an object more than once, or behind the checksum")
            found[item.tag] = item.value
            if item.tag != CHECKSUM:
                covered += response.data[len(covered) : len(covered) + item.size]
        if not same(found.get(CHECKSUM, b""), self._checksum(self._padded(covered))):
            raise ValueError("no checksum, or a wrong one")
        status = found.get(STATUS, b"")
        if len(status) != 2 or not set(found) <= {DATA, DATA_ODD, STATUS, CHECKSUM}:
            raise ValueError("no status word, or an object that is not expected")
        return Response(self._data(found), int.from_bytes(status))

    def _data(self, found: dict[int, bytes]) -> bytes:
        if DATA in found:
            if found[DATA][:1] != PADDED:
                raise ValueError("not padded as it must be")
            encrypted = found[DATA][1:]
        elif DATA_ODD in found:
            encrypted = found[DATA_ODD]
        else:
            return b""
        return unpad(decrypt(self.suite, self._enc, encrypted, self._iv()))

    def _count(self) -> None:
        self._counter = (self._counter + 1) % (1 << 8 * self.suite.block_size)

    def _iv(self) -> bytes | None:
        """Zeros for 3DES (9.8.6.2), the encrypted counter for AES (9.8.6.1)."""
        if self.suite is Suite.DES3:
            return None
        return encrypt_block(self.suite, self._enc, self._ssc())

    def _ssc(self) -> bytes:
        return self._counter.to_bytes(self.suite.block_size)

    def _checksum(self, data: bytes) -> bytes:
        return mac(self.suite, self._mac, self._ssc() + data)

    def _padded(self, data: bytes) -> bytes:
        return pad(data, self.suite.block_size)


def _le(ne: int) -> bytes:
    return bytes([ne & 0xFF]) if ne <= SHORT else (ne & 0xFFFF).to_bytes(2)
