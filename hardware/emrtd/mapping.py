"""From PACE's nonce to a generator that only both sides know.

ICAO Doc 9303 part 11 section 4.4.3.3. The chip-authentication mapping maps as the generic one.
"""

from hardware.emrtd.ciphers import Suite, encrypt
from hardware.emrtd.domain_parameters import Domain, EcDomain

_C0 = {16: "a668892a7c41e3ca739f40b057d85904", 32: "d463d65234124ef7897054986dca0a17"
       "4e28df758cbaa03f240616414d5a1676"}  # fmt: skip
_C1 = {16: "a4e136ac725f738b01c1f60217c188ad", 32: "54bd7255f0aaf831bec3423fcf39d69b"
       "6cbf066677d0faae5aadd99df8e53517"}  # fmt: skip
"""Constants of the pseudo-random function, by the bytes of the key (4.4.3.3.2)."""


def integrated(domain: Domain, suite: Suite, nonce: bytes, ours: bytes) -> Domain:
    """The domain with the generator of the integrated mapping; `ours` is the terminal's nonce.

    Raises ValueError for the rare nonces that lead nowhere, and on a curve that has no encoding.
    """
    if len(nonce) < suite.key_size:
        raise ValueError("a nonce that is shorter than the key")
    number = _pseudo_random(suite, nonce, ours, domain.p)
    if isinstance(domain, EcDomain):
        return domain.with_generator(_to_point(domain, number))
    return domain.with_generator(
        pow(number, (domain.p - 1) // domain.q, domain.p).to_bytes(domain.coordinate_size)
    )


def _pseudo_random(suite: Suite, nonce: bytes, ours: bytes, p: int) -> int:
    """R_p(s, t): blocks of CBC under keys that follow from one another, then modulo p."""
    size = suite.key_size
    wide = suite.key_size > 16
    c0, c1 = (bytes.fromhex(constants[32 if wide else 16]) for constants in (_C0, _C1))
    key = encrypt(suite, ours, nonce)
    produced = b""
    while len(produced) * 8 < p.bit_length() + 64:
        produced += encrypt(suite, key[:size], c1)
        key = encrypt(suite, key[:size], c0)
    return int.from_bytes(produced) % p


def _to_point(domain: EcDomain, t: int) -> bytes:
    """A point from a number, in constant time elsewhere (appendix B.2: p is 3 modulo 4)."""
    p, a, b = domain.p, domain.curve.a() % domain.p, domain.curve.b() % domain.p
    alpha = -pow(t, 2, p) % p
    beta = (alpha + alpha * alpha) % p
    x2 = -b * (1 + beta) * pow(a * beta, p - 2, p) % p
    x3 = alpha * x2 % p
    h2 = (pow(x2, 3, p) + a * x2 + b) % p
    u = pow(t, 3, p) * h2 % p
    root = pow(h2, p - 1 - (p + 1) // 4, p)
    if root * root * h2 % p == 1:
        x, y = x2, root * h2 % p
    else:
        x, y = x3, root * u % p
    size = domain.coordinate_size
    return b"\4" + int(x).to_bytes(size) + int(y).to_bytes(size)
