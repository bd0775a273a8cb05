"""How the chip proves that it is no copy: chip and active authentication on its own side.

ICAO Doc 9303 part 11 sections 6.1 (active) and 6.2 (chip authentication).
"""

import hashlib

from hardware.emrtd.ciphers import ENC, MAC, Suite, derive
from hardware.simulated.emrtd.keys import EcKey, Key, Random, RsaKey
from hardware.simulated.emrtd.personalisation import ChipKey
from hardware.simulated.emrtd.session import Session


def agree(key: ChipKey, suite: Suite, public: bytes) -> Session:
    """The session after chip authentication; ValueError for a key that is none."""
    secret = key.domain.shared(key.private, public)
    return Session(suite, derive(suite, secret, ENC), derive(suite, secret, MAC))


def sign_challenge(key: Key, challenge: bytes, random: Random) -> bytes:
    """The answer to INTERNAL AUTHENTICATE.

    ECDSA, plain; or of ISO/IEC 9796-2 digital signature scheme 1 with SHA-1 or, told by its
    trailer, another hash: a part of the message is in the signature, the challenge is not.
    """
    if isinstance(key, EcKey):
        return key.sign_plain(challenge)
    return _sign_with_recovery(key, challenge, random)


_TRAILERS = {"sha1": "BC", "sha224": "38CC", "sha256": "34CC", "sha384": "36CC", "sha512": "35CC"}


def _sign_with_recovery(key: RsaKey, challenge: bytes, random: Random) -> bytes:
    numbers = key.private.private_numbers()
    n = numbers.public_numbers.n
    size = (n.bit_length() + 7) // 8
    trailer = bytes.fromhex(_TRAILERS[key.hash])
    digest_size = hashlib.new(key.hash, usedforsecurity=False).digest_size
    part = random(size - digest_size - len(trailer) - 1)
    digest = hashlib.new(key.hash, part + challenge, usedforsecurity=False).digest()
    message = int.from_bytes(b"\x6a" + part + digest + trailer)
    return pow(message, numbers.d, n).to_bytes(size)
