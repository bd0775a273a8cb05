"""The chip signs a challenge with the private key for its public key in DG15.

ICAO Doc 9303 part 11 section 6.1; ISO/IEC 9796-2 digital signature scheme 1 for RSA.
"""

from collections.abc import Callable

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.keys import PublicKeyInfo
from cryptography.hazmat.primitives import hashes

from hardware.chip_link import LinkError
from hardware.emrtd.apdu import EXTENDED, SHORT, Command
from hardware.emrtd.channel import Channel
from hardware.emrtd.checks import PASSED, Check, failed, not_done
from hardware.emrtd.ciphers import same
from hardware.emrtd.errors import ChipError
from hardware.emrtd.files import room
from hardware.emrtd.security_infos import SecurityInfos
from hardware.emrtd.signatures import UnsupportedError, verify
from hardware.verdicts import CheckReason

_CHALLENGE = 8  # bytes
_SHORT_TRAILER = 0xBC
_TRAILERS: dict[bytes, hashes.HashAlgorithm] = {
    b"\x33\xcc": hashes.SHA1(),
    b"\x34\xcc": hashes.SHA256(),
    b"\x35\xcc": hashes.SHA512(),
    b"\x36\xcc": hashes.SHA384(),
    b"\x38\xcc": hashes.SHA224(),
}
"""What the end of a recovered message says of its hash (ISO/IEC 10118-3)."""
_LONGEST_KEY = 8192
"""Bits: what is longer, up to a whole file, would keep the processor busy for hours."""
_HEADERS = (0x6A, 0x4A)
"""Its first byte: a part of the message is recovered, more of it is not; or all of it is."""
_PLAIN_ECDSA = [f"0.4.0.127.0.7.1.1.4.1.{last}" for last in (3, 1, 2, 4, 5)]
"""SHA-256, 1, 224, 384, 512: tried where DG14 does not tell (BSI TR-03111 section 5.2.1)."""


def authenticate(
    channel: Channel,
    public_key: bytes,
    infos: SecurityInfos,
    random: Callable[[int], bytes],
    *,
    longest: int = SHORT + 2,
) -> Check:
    """Whether the chip has the private key of this SubjectPublicKeyInfo, DG15's.

    `infos` are DG14's: for ECDSA they name the hash. `longest`: bytes of the longest response, as
    `files.largest_response` finds it; a signature that does not fit is not asked for. Raises
    `LinkError` and `ChipError`.
    """
    challenge = random(_CHALLENGE)
    try:
        key = PublicKeyInfo.load(public_key)
        kind = key.algorithm
        if kind not in ("rsa", "ec"):
            return not_done(CheckReason.UNSUPPORTED)
        suite = channel.protection.suite if channel.protection else None
        long = kind == "rsa" and key.byte_size > room(SHORT, suite)
        if long and key.byte_size > room(longest - 2, suite):
            return not_done(CheckReason.UNSUPPORTED)
        answer = channel.send(Command(0x00, 0x88, data=challenge, ne=EXTENDED if long else SHORT))
        if not answer.ok:
            return failed(CheckReason.WRONG_ANSWER)
        if kind == "rsa":
            right = _recovers(key, answer.data, challenge)
        else:
            right = _signed(key, infos, answer.data, challenge)
    except UnsupportedError:
        return not_done(CheckReason.UNSUPPORTED)
    except (LinkError, ChipError):
        raise
    # asn1crypto reads late, and what it raises for nonsense is not one family.
    except Exception:
        return failed(CheckReason.MALFORMED)
    return PASSED if right else failed(CheckReason.WRONG_ANSWER)


def _signed(key: PublicKeyInfo, infos: SecurityInfos, signature: bytes, message: bytes) -> bool:
    named = [info.signature for info in infos.active_authentication] or _PLAIN_ECDSA
    return any(
        verify(key, SignedDigestAlgorithm({"algorithm": oid}), signature, message) for oid in named
    )


def _recovers(key: PublicKeyInfo, signature: bytes, challenge: bytes) -> bool:
    """Whether the signature opens to a part of a message and the hash over it and the challenge."""
    numbers = key["public_key"].parsed
    n, e = numbers["modulus"].native, numbers["public_exponent"].native
    number = int.from_bytes(signature)
    if max(n, e).bit_length() > _LONGEST_KEY:
        raise UnsupportedError("a key with which reckoning would take too long")
    if number >= n or e < 3:
        return False
    opened = pow(number, e, n)
    # Signers may give n minus the number, the smaller of the two (ISO/IEC 9796-2 annex B).
    return any(_fits(each, n, challenge) for each in (opened, n - opened))


def _fits(opened: int, n: int, challenge: bytes) -> bool:
    message = opened.to_bytes((n.bit_length() + 7) // 8)
    if message[0] not in _HEADERS:
        return False
    if message[-1] == _SHORT_TRAILER:
        digest: hashes.HashAlgorithm | None = hashes.SHA1()
        message = message[1:-1]
    else:
        digest = _TRAILERS.get(message[-2:])
        message = message[1:-2]
    if digest is None or len(message) < digest.digest_size:
        return False
    part, told = message[: -digest.digest_size], message[-digest.digest_size :]
    hasher = hashes.Hash(digest)
    hasher.update(part + challenge)
    return same(hasher.finalize(), told)
