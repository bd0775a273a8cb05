"""What a chip answers in active authentication, by the `openssl` command.

ICAO Doc 9303 part 11 section 6.1; the scheme for RSA is ISO/IEC 9796-2's first, with SHA-256.
"""

import hashlib
import os
import subprocess

_HEADER = b"\x6a"  # part of the message can be had back from the signature
_TRAILER = bytes.fromhex("34CC")  # SHA-256


def openssl(*arguments: str, given: bytes = b"") -> bytes:
    """What the command writes; raises OSError with what it complains of."""
    done = subprocess.run(["openssl", *arguments], input=given, capture_output=True, timeout=30)
    if done.returncode:
        raise OSError(done.stderr.decode(errors="replace"))
    return done.stdout


def by_rsa(challenge: bytes, file: str, size: int = 128) -> bytes:
    """The signature by the key in this PEM file, whose modulus has `size` bytes."""
    ours = os.urandom(size - 1 - 32 - len(_TRAILER))
    digest = hashlib.sha256(ours + challenge).digest()
    message = _HEADER + ours + digest + _TRAILER
    # The bare private operation; -sign would take a hash alone.
    sign = ("pkeyutl", "-decrypt", "-inkey", file, "-pkeyopt", "rsa_padding_mode:none")
    return openssl(*sign, given=message)


def by_ecdsa(challenge: bytes, file: str, size: int = 32) -> bytes:
    """The same on a curve whose numbers have `size` bytes: plain r and s, upon SHA-256."""
    der = openssl("dgst", "-sha256", "-sign", file, given=challenge)
    numbers, at = [], 2  # a sequence of two numbers, all shorter than 128 bytes
    while at < len(der):
        end = at + 2 + der[at + 1]
        numbers.append(int.from_bytes(der[at + 2 : end]))
        at = end
    return b"".join(number.to_bytes(size) for number in numbers)


SIGNERS = {"RSA": by_rsa, "ECDSA": by_ecdsa}
