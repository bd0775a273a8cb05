"""libmrtd (Debian's libmrtd0, GPL), called by ctypes: another project's basic access control.

Tests alone use it, in a process of its own; nothing of `hardware` is imported here. Its ciphers
make the card side of a session, `Access`; its reader is in `read_libmrtd.py`.
"""

import ctypes
import os
from typing import Any

_LIBRARY = "libmrtd.so.0"
_BLOCK = 8

_loaded: list[ctypes.CDLL] = []


def missing() -> str | None:
    """Why this peer cannot be had here, None where it can."""
    try:
        load()
    except OSError as error:
        return f"libmrtd is not installed (Debian: libmrtd0): {error}"
    return None


def load() -> ctypes.CDLL:
    """The library; all that is called in `Access` returns nothing."""
    if not _loaded:
        _loaded.append(ctypes.CDLL(_LIBRARY))
    return _loaded[0]


def key_information(number: str, birth: str, expiry: str) -> bytes:
    """Number, birth and expiry with their check digits, 24 characters, as the library has it."""
    found = ctypes.create_string_buffer(25)
    fields = (number.ljust(9, "<").encode(), birth.encode(), expiry.encode())
    load().mrtd_bac_get_kmrz(*fields, found)
    return found.raw[:24]


class Access:
    """The card side of one session: first under the document's keys, then under its own."""

    block = _BLOCK

    def __init__(self, information: bytes) -> None:
        self._library = load()
        self._enc, self._mac = self._pair("mrtd_bac_kmrz_to_kenc_kmac", information)
        self._counter = 0
        self._challenge = b""

    def challenge(self) -> bytes:
        """A new one, 8 bytes."""
        self._challenge = os.urandom(8)
        return self._challenge

    def accept(self, data: bytes) -> bytes | None:
        """The answer to the terminal's 40 bytes; None when it has another key."""
        encrypted, checksum = data[:32], data[32:]
        challenge, self._challenge = self._challenge, b""
        if len(data) != 40 or not challenge or self._code(self.pad(encrypted)) != checksum:
            return None
        plain = self.decipher(encrypted)
        theirs, echoed, their_half = plain[:8], plain[8:16], plain[16:]
        if echoed != challenge:
            return None
        our_half = os.urandom(16)
        sealed = self._encipher(challenge + theirs + our_half)
        answer = sealed + self._code(self.pad(sealed))
        seed = bytes(a ^ b for a, b in zip(their_half, our_half, strict=True))
        self._enc, self._mac = self._pair("mrtd_bac_kenc_kmac", seed)
        self._counter = int.from_bytes(challenge[4:] + theirs[4:])
        return answer

    def count(self) -> None:
        """Moves the counter on: once for each message, before it."""
        self._counter = (self._counter + 1) % 2**64

    def pad(self, data: bytes) -> bytes:
        """80 and zeros up to whole blocks."""
        return self._sized("mrtd_crypto_padding", data, len(data) + _BLOCK)

    def encrypt(self, data: bytes) -> bytes:
        """Pads and encrypts."""
        return self._encipher(self.pad(data))

    def decrypt(self, data: bytes) -> bytes:
        """Decrypts and takes the padding off."""
        return self._sized("mrtd_crypto_padding_remove", self.decipher(data), len(data))

    def checksum(self, padded: bytes) -> bytes:
        """The MAC over the counter and whole blocks."""
        return self._code(self._counter.to_bytes(8) + padded)

    def decipher(self, data: bytes) -> bytes:
        """Whole blocks, padding and all."""
        return self._keyed("mrtd_crypto_decrypt_3des", data, self._enc, len(data))

    def _encipher(self, data: bytes) -> bytes:
        return self._keyed("mrtd_crypto_encrypt_3des", data, self._enc, len(data))

    def _code(self, padded: bytes) -> bytes:
        return self._keyed("mrtd_crypto_mac", padded, self._mac, _BLOCK)

    def _pair(self, name: str, data: bytes) -> tuple[bytes, bytes]:
        keys = [ctypes.create_string_buffer(16) for _ in range(2)]
        getattr(self._library, name)(data, *keys)
        return keys[0].raw, keys[1].raw

    def _keyed(self, name: str, data: bytes, key: bytes, size: int) -> bytes:
        found: Any = ctypes.create_string_buffer(max(size, len(data)))
        getattr(self._library, name)(data, found, len(data), key)
        return bytes(found.raw[:size])

    def _sized(self, name: str, data: bytes, room: int) -> bytes:
        found: Any = ctypes.create_string_buffer(room)
        size = ctypes.c_int()
        getattr(self._library, name)(data, found, len(data), ctypes.byref(size))
        return bytes(found.raw[: size.value])
