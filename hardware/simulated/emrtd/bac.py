"""Basic access control on the chip's side (ICAO Doc 9303 part 11 section 4.3)."""

from hardware.emrtd.ciphers import ENC, MAC, Suite, decrypt, derive, encrypt, mac, pad, same
from hardware.simulated.emrtd.keys import Random
from hardware.simulated.emrtd.session import Session


def authenticate(
    seed: bytes, challenge: bytes, data: bytes, random: Random
) -> tuple[bytes, Session] | None:
    """The chip's answer to EXTERNAL AUTHENTICATE and the session; None for a wrong key.

    `seed`: SHA-1 of the printed key; `challenge`: the 8 bytes that the chip gave before.
    """
    enc, code = (derive(Suite.DES3, seed[:16], use) for use in (ENC, MAC))
    sealed, checksum = data[:32], data[32:]
    if len(data) != 40 or not same(mac(Suite.DES3, code, pad(sealed, 8)), checksum):
        return None
    plain = decrypt(Suite.DES3, enc, sealed)
    theirs, echoed, their_part = plain[:8], plain[8:16], plain[16:]
    if echoed != challenge:
        return None
    part = random(16)
    answer = encrypt(Suite.DES3, enc, challenge + theirs + part)
    answer += mac(Suite.DES3, code, pad(answer, 8))
    shared = bytes(a ^ b for a, b in zip(their_part, part, strict=True))
    enc, code = (derive(Suite.DES3, shared, use) for use in (ENC, MAC))
    return answer, Session(Suite.DES3, enc, code, int.from_bytes(challenge[4:] + theirs[4:]))
