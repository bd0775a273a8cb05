"""Private keys of the simulated issuer and chip. They are made at run time and protect nothing.

Signatures are made here without care for time: never use this for a key that matters.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hardware.emrtd.domain_parameters import STANDARDIZED, EcDomain
from hardware.simulated.emrtd import der

Random = Callable[[int], bytes]
Hash = Literal["sha1", "sha224", "sha256", "sha384", "sha512"]

HASHES: dict[Hash, str] = {
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_ECDSA: dict[Hash, str] = {
    "sha1": "1.2.840.10045.4.1",
    "sha224": "1.2.840.10045.4.3.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
_RSA_PKCS1: dict[Hash, str] = {
    "sha1": "1.2.840.113549.1.1.5",
    "sha224": "1.2.840.113549.1.1.14",
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
_CURVES = {
    8: "1.2.840.10045.3.1.1",
    9: "1.3.36.3.3.2.8.1.1.3",
    10: "1.3.132.0.33",
    11: "1.3.36.3.3.2.8.1.1.5",
    12: "1.2.840.10045.3.1.7",
    13: "1.3.36.3.3.2.8.1.1.7",
    14: "1.3.36.3.3.2.8.1.1.9",
    15: "1.3.132.0.34",
    16: "1.3.36.3.3.2.8.1.1.11",
    17: "1.3.36.3.3.2.8.1.1.13",
    18: "1.3.132.0.35",
}


class Signature(StrEnum):
    """How a key signs."""

    RSA_PKCS1 = "rsa-pkcs1"
    RSA_PSS = "rsa-pss"
    ECDSA = "ecdsa"
    """The curve is named in the certificate."""
    ECDSA_EXPLICIT = "ecdsa-explicit"
    """The curve is written out in the certificate (p, a, b, G, n), as many states do."""


@dataclass(frozen=True, repr=False)
class EcKey:
    """A key on a curve of the standardized domain parameters."""

    parameter_id: int
    private: int
    hash: Hash = "sha256"
    explicit: bool = False

    @property
    def domain(self) -> EcDomain:
        """Its curve."""
        domain = STANDARDIZED[self.parameter_id]
        assert isinstance(domain, EcDomain)
        return domain

    @property
    def public(self) -> bytes:
        """Its public key: the whole point."""
        return self.domain.public(self.private)

    @property
    def info(self) -> bytes:
        """SubjectPublicKeyInfo."""
        curve = _explicit(self.domain) if self.explicit else der.oid(_CURVES[self.parameter_id])
        return der.sequence(
            der.sequence(der.oid("1.2.840.10045.2.1"), curve), der.bits(self.public)
        )

    @property
    def algorithm(self) -> bytes:
        """AlgorithmIdentifier of its signatures."""
        return der.sequence(der.oid(_ECDSA[self.hash]))

    def sign(self, data: bytes) -> bytes:
        """ECDSA, as a SEQUENCE of r and s (RFC 3279 section 2.2.3)."""
        r, s = self._sign(data)
        return der.sequence(der.integer(r), der.integer(s))

    def sign_plain(self, data: bytes) -> bytes:
        """ECDSA, r and s of the same length in a row (TR-03111 section 5.2.1)."""
        size = (self.domain.order.bit_length() + 7) // 8
        return b"".join(part.to_bytes(size) for part in self._sign(data))

    def _sign(self, data: bytes) -> tuple[int, int]:
        n = self.domain.order
        digest = hashlib.new(self.hash, data, usedforsecurity=False).digest()
        e = int.from_bytes(digest) >> max(0, len(digest) * 8 - n.bit_length())
        while True:
            k = self.domain.generate(secrets.token_bytes)
            point = self.domain.public(k)
            r = int.from_bytes(point[1 : 1 + self.domain.coordinate_size]) % n
            s = pow(k, -1, n) * (e + r * self.private) % n
            if r and s:
                return r, s


@dataclass(frozen=True, repr=False)
class RsaKey:
    """A key modulo two primes."""

    private: rsa.RSAPrivateKey
    hash: Hash = "sha256"
    pss: bool = False

    @property
    def info(self) -> bytes:
        """SubjectPublicKeyInfo."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def algorithm(self) -> bytes:
        """AlgorithmIdentifier of its signatures (RFC 4055)."""
        if not self.pss:
            return der.sequence(der.oid(_RSA_PKCS1[self.hash]), der.NULL)
        hashed = der.sequence(der.oid(HASHES[self.hash]), der.NULL)
        return der.sequence(
            der.oid("1.2.840.113549.1.1.10"),
            der.sequence(
                der.context(0, hashed),
                der.context(1, der.sequence(der.oid("1.2.840.113549.1.1.8"), hashed)),
                der.context(2, der.integer(self._hash.digest_size)),
            ),
        )

    @property
    def _hash(self) -> hashes.HashAlgorithm:
        algorithm = getattr(hashes, self.hash.upper())()
        assert isinstance(algorithm, hashes.HashAlgorithm)
        return algorithm

    def sign(self, data: bytes) -> bytes:
        """RSASSA-PSS or RSASSA-PKCS1-v1_5 (RFC 8017)."""
        if self.pss:
            masked = padding.PSS(padding.MGF1(self._hash), self._hash.digest_size)
            return self.private.sign(data, masked, self._hash)
        return self.private.sign(data, padding.PKCS1v15(), self._hash)


Key = EcKey | RsaKey


def make_key(
    signature: Signature = Signature.ECDSA,
    *,
    parameter_id: int = 12,
    bits: int = 2048,
    hash_name: Hash = "sha256",
    random: Random = secrets.token_bytes,
) -> Key:
    """A new key that signs in this way; RSA keys take about 100 ms, and no heed of `random`."""
    if signature in (Signature.RSA_PKCS1, Signature.RSA_PSS):
        private = rsa.generate_private_key(65537, bits)
        return RsaKey(private, hash_name, signature is Signature.RSA_PSS)
    private_number = STANDARDIZED[parameter_id].generate(random)
    return EcKey(parameter_id, private_number, hash_name, signature is Signature.ECDSA_EXPLICIT)


def _explicit(domain: EcDomain) -> bytes:
    """SpecifiedECDomain (SEC 1 appendix C.2)."""
    size = domain.coordinate_size
    a, b = (
        int(number % domain.p).to_bytes(size) for number in (domain.curve.a(), domain.curve.b())
    )
    return der.sequence(
        der.integer(1),
        der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(domain.p)),
        der.sequence(der.octets(a), der.octets(b)),
        der.octets(domain.encode(domain.generator)),
        der.integer(domain.order),
        der.integer(1),
    )
