"""The ciphers of a chip: 3DES and AES, their MACs, and keys derived from a secret.

ICAO Doc 9303 part 11 sections 9.7 (key derivation) and 9.8 (secure messaging).
"""

import hashlib
import hmac
from enum import Enum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

ENC, MAC, PASSWORD = 1, 2, 3
"""The counters of the key derivation function: for encryption, for the MAC, for PACE's password."""


class Suite(Enum):
    """A cipher with its key length in bytes, which are also its MAC's."""

    DES3 = ("3DES", 16, 8)
    AES128 = ("AES-128", 16, 16)
    AES192 = ("AES-192", 24, 16)
    AES256 = ("AES-256", 32, 16)

    def __init__(self, label: str, key_size: int, block_size: int) -> None:
        self.label = label
        self.key_size = key_size
        self.block_size = block_size


def derive(suite: Suite, secret: bytes, counter: int) -> bytes:
    """The key of `suite.key_size` bytes for this purpose (9.7.1): 3DES with parity bits set."""
    data = secret + counter.to_bytes(4)
    if suite in (Suite.AES192, Suite.AES256):
        return hashlib.sha256(data).digest()[: suite.key_size]
    key = hashlib.sha1(data, usedforsecurity=False).digest()[:16]
    return with_parity(key) if suite is Suite.DES3 else key


def with_parity(key: bytes) -> bytes:
    """A DES key with the lowest bit of each byte set so that its number of ones is odd."""
    return bytes(byte & 0xFE | (byte & 0xFE).bit_count() % 2 ^ 1 for byte in key)


def encrypt(suite: Suite, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
    """Whole blocks in CBC mode; `iv` None: zeros."""
    mode = modes.CBC(iv or bytes(suite.block_size))
    encryptor = Cipher(_algorithm(suite, key), mode).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def decrypt(suite: Suite, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
    """Whole blocks in CBC mode; `iv` None: zeros. ValueError when the last one is not whole."""
    mode = modes.CBC(iv or bytes(suite.block_size))
    decryptor = Cipher(_algorithm(suite, key), mode).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def encrypt_block(suite: Suite, key: bytes, block: bytes) -> bytes:
    """One block by itself, as the IV of AES secure messaging is made (9.8.6.1)."""
    return encrypt(suite, key, block)


def mac(suite: Suite, key: bytes, data: bytes) -> bytes:
    """8 bytes: of 3DES the retail MAC (ISO/IEC 9797-1 algorithm 3) on padded data, else CMAC.

    `data` is padded already where 3DES is used; CMAC pads by itself (9.8.4).
    """
    if suite is Suite.DES3:
        single = key[:8] * 3  # a triple of the same key is single DES
        chained = encrypt(suite, single, data)[-16:]
        before = chained[:8] if len(data) > 8 else bytes(8)
        return encrypt(suite, key, _xor(before, data[-8:]))
    code = CMAC(AES(key))
    code.update(data)
    return code.finalize()[:8]


def same(left: bytes, right: bytes) -> bool:
    """Whether two MACs are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(left, right)


def pad(data: bytes, size: int) -> bytes:
    """80, then zeros up to whole blocks (ISO/IEC 9797-1 padding method 2)."""
    return data + b"\x80" + bytes(-(len(data) + 1) % size)


def unpad(data: bytes) -> bytes:
    """The data without that padding; ValueError when it has none."""
    stripped = data.rstrip(b"\0")
    if not stripped.endswith(b"\x80"):
        raise ValueError("no padding")
    return stripped[:-1]


def _algorithm(suite: Suite, key: bytes) -> TripleDES | AES:
    if suite is not Suite.DES3:
        return AES(key)
    return TripleDES(key if len(key) == 24 else key + key[:8])


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
