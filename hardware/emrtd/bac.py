"""Basic access control: the older way to open a chip (ICAO Doc 9303 part 11 section 4.3)."""

from collections.abc import Callable

from hardware.emrtd.access_keys import MrzKey
from hardware.emrtd.apdu import Command
from hardware.emrtd.channel import Channel
from hardware.emrtd.ciphers import ENC, MAC, Suite, decrypt, derive, encrypt, mac, pad, same
from hardware.emrtd.errors import ChipError
from hardware.emrtd.refusals import PATIENCE, refused
from hardware.emrtd.secure_messaging import SecureMessaging
from hardware.verdicts import ChipVerdict

RANDOM_SIZE = 8
KEY_SIZE = 16
DATA_NOT_FOUND = 0x6A88


def open_bac(channel: Channel, key: MrzKey, random: Callable[[int], bytes]) -> SecureMessaging:
    """Agrees on a session with the selected passport application.

    Raises `ChipError`: WRONG_KEY, DELAYED, UNSUPPORTED where the chip wants PACE instead, or
    MESSAGING_BROKEN where its own proof is not right; and `LinkError`.
    """
    enc, code = (derive(Suite.DES3, key.seed[:KEY_SIZE], use) for use in (ENC, MAC))
    began = channel.clock()
    challenge = channel.send(Command(0x00, 0x84, ne=RANDOM_SIZE))
    if not challenge.ok or len(challenge.data) != RANDOM_SIZE:
        raise ChipError(ChipVerdict.UNSUPPORTED)
    theirs, ours, our_part = challenge.data, random(RANDOM_SIZE), random(KEY_SIZE)

    sealed = encrypt(Suite.DES3, enc, ours + theirs + our_part)
    sealed += mac(Suite.DES3, code, pad(sealed, 8))
    answer = channel.send(Command(0x00, 0x82, data=sealed, ne=len(sealed)), PATIENCE)
    if answer.status == DATA_NOT_FOUND:
        raise ChipError(ChipVerdict.UNSUPPORTED)  # newer German passports: no BAC any more
    if not answer.ok:
        raise refused(answer.status, channel.clock() - began)

    reply, checksum = answer.data[:-8], answer.data[-8:]
    if len(reply) != len(sealed) - 8 or not same(checksum, mac(Suite.DES3, code, pad(reply, 8))):
        raise ChipError(ChipVerdict.MESSAGING_BROKEN)
    plain = decrypt(Suite.DES3, enc, reply)
    if plain[: 2 * RANDOM_SIZE] != theirs + ours:
        raise ChipError(ChipVerdict.MESSAGING_BROKEN)
    seed = bytes(a ^ b for a, b in zip(our_part, plain[2 * RANDOM_SIZE :], strict=True))
    enc, code = (derive(Suite.DES3, seed, use) for use in (ENC, MAC))
    return SecureMessaging(Suite.DES3, enc, code, theirs[4:] + ours[4:])
