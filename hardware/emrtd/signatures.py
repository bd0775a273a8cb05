"""Verifies RSA and ECDSA signatures of certificates and signed data (Doc 9303 part 12, 4.4).

Only public data is handled here, and only verified: nothing is secret, no time is watched.
"""

import ecdsa
from asn1crypto.algos import DSASignature, RSASSAPSSParams, SignedDigestAlgorithm
from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hardware.emrtd.domain_parameters import EcDomain, curve_named_by

HASHES: dict[str, hashes.HashAlgorithm] = {
    "1.3.14.3.2.26": hashes.SHA1(),
    "2.16.840.1.101.3.4.2.4": hashes.SHA224(),
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
"""The hash functions by their object identifiers (Doc 9303 part 12 section 4.4.4)."""

_RSA, _PSS, _EC = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1"

_PKCS1 = {
    "1.2.840.113549.1.1.5": hashes.SHA1(),
    "1.2.840.113549.1.1.14": hashes.SHA224(),
    "1.2.840.113549.1.1.11": hashes.SHA256(),
    "1.2.840.113549.1.1.12": hashes.SHA384(),
    "1.2.840.113549.1.1.13": hashes.SHA512(),
}
_ECDSA = {
    "1.2.840.10045.4.1": hashes.SHA1(),
    "1.2.840.10045.4.3.1": hashes.SHA224(),
    "1.2.840.10045.4.3.2": hashes.SHA256(),
    "1.2.840.10045.4.3.3": hashes.SHA384(),
    "1.2.840.10045.4.3.4": hashes.SHA512(),
}
_PLAIN_ECDSA = {
    "0.4.0.127.0.7.1.1.4.1.1": hashes.SHA1(),
    "0.4.0.127.0.7.1.1.4.1.2": hashes.SHA224(),
    "0.4.0.127.0.7.1.1.4.1.3": hashes.SHA256(),
    "0.4.0.127.0.7.1.1.4.1.4": hashes.SHA384(),
    "0.4.0.127.0.7.1.1.4.1.5": hashes.SHA512(),
}
"""r and s one after the other instead of a sequence (BSI TR-03111 section 5.2.1)."""

NAMED_HASHES = {**_PKCS1, **_ECDSA, **_PLAIN_ECDSA}
"""The hash function that a signature algorithm's object identifier names."""

_CURVES: dict[str, ec.EllipticCurve] = {
    curve.name: curve
    for curve in (
        ec.SECP192R1(),
        ec.SECP224R1(),
        ec.SECP256R1(),
        ec.SECP384R1(),
        ec.SECP521R1(),
        ec.BrainpoolP256R1(),
        ec.BrainpoolP384R1(),
        ec.BrainpoolP512R1(),
    )
}
_SLOW_CURVES = {
    "brainpoolP192r1": ecdsa.BRAINPOOLP192r1,
    "brainpoolP224r1": ecdsa.BRAINPOOLP224r1,
    "brainpoolP320r1": ecdsa.BRAINPOOLP320r1,
}
"""The curves that `cryptography` has not got."""


class UnsupportedError(ValueError):
    """An algorithm, a hash function or a curve that is not known here."""


def verify(
    key: PublicKeyInfo,
    algorithm: SignedDigestAlgorithm,
    signature: bytes,
    message: bytes,
    digest: hashes.HashAlgorithm | None = None,
) -> bool:
    """Whether this is the signature over the message by the owner of the key.

    `digest` is the hash function named beside the algorithm: it is used where the algorithm names
    none, and tried second where it names another one, as documents are about that do not agree
    with themselves. For RSASSA-PSS the parameters of the algorithm alone count. A key that is
    none has signed nothing. Raises `UnsupportedError`; also ValueError, TypeError and so on of
    `asn1crypto` where the structures are not what they should be.
    """
    oid = algorithm["algorithm"].dotted
    kind = key["algorithm"]["algorithm"].dotted
    named = NAMED_HASHES.get(oid)
    tried = list({told.name: told for told in (named, digest) if told is not None}.values())
    if kind in (_RSA, _PSS):
        if oid == _PSS:
            return _verify_pss(key, algorithm["parameters"], signature, message)
        if oid == _RSA or oid in _PKCS1:
            return any(_verify_pkcs1(key, one, signature, message) for one in _some(tried))
    # Some write the algorithm of the key where that of the signature belongs.
    elif kind == _EC and (oid == _EC or oid in _ECDSA or oid in _PLAIN_ECDSA):
        plain = oid in _PLAIN_ECDSA
        return any(_verify_ecdsa(key, one, signature, message, plain) for one in _some(tried))
    raise UnsupportedError("a signature algorithm that is not known")


def _some(tried: list[hashes.HashAlgorithm]) -> list[hashes.HashAlgorithm]:
    if not tried:
        raise UnsupportedError("no hash function that is known")
    return tried


def _rsa_key(key: PublicKeyInfo) -> rsa.RSAPublicKey | None:
    told = key["public_key"].parsed
    numbers = rsa.RSAPublicNumbers(told["public_exponent"].native, told["modulus"].native)
    try:
        return numbers.public_key()
    except ValueError:
        return None


def _verify_pkcs1(
    key: PublicKeyInfo, digest: hashes.HashAlgorithm, signature: bytes, message: bytes
) -> bool:
    return _verify_rsa(key, padding.PKCS1v15(), digest, signature, message)


def _verify_pss(key: PublicKeyInfo, told: object, signature: bytes, message: bytes) -> bool:
    # Left out they are SHA-1, MGF1 with SHA-1, and 20 bytes (RFC 4055 section 3.1).
    parameters = told if isinstance(told, RSASSAPSSParams) else RSASSAPSSParams()
    mask = parameters["mask_gen_algorithm"]
    digest = HASHES.get(parameters["hash_algorithm"]["algorithm"].dotted)
    mask_digest = HASHES.get(mask["parameters"]["algorithm"].dotted)
    salt = parameters["salt_length"].native
    if mask["algorithm"].native != "mgf1" or digest is None or mask_digest is None:
        raise UnsupportedError("parameters of RSASSA-PSS that are not known")
    if not 0 <= salt <= 1024:
        return False
    scheme = padding.PSS(padding.MGF1(mask_digest), salt)
    return _verify_rsa(key, scheme, digest, signature, message)


def _verify_rsa(
    key: PublicKeyInfo,
    scheme: padding.AsymmetricPadding,
    digest: hashes.HashAlgorithm,
    signature: bytes,
    message: bytes,
) -> bool:
    public = _rsa_key(key)
    if public is None:
        return False
    try:
        public.verify(signature, message, scheme, digest)
    except (InvalidSignature, ValueError):
        return False
    except UnsupportedAlgorithm as error:
        raise UnsupportedError("an algorithm that this machine does not offer") from error
    return True


def _verify_ecdsa(
    key: PublicKeyInfo, digest: hashes.HashAlgorithm, signature: bytes, message: bytes, plain: bool
) -> bool:
    domain = curve_named_by(key["algorithm"]["parameters"])
    if domain is None:
        raise UnsupportedError("a curve that is not known")
    numbers = _plain_numbers(signature) if plain else _numbers(signature)
    if numbers is None or not all(0 < number < domain.order for number in numbers):
        return False
    point = bytes(key["public_key"])
    if domain.name in _SLOW_CURVES:
        return _verify_slowly(domain, point, digest, numbers, message)
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[domain.name], point)
        public.verify(encode_dss_signature(*numbers), message, ec.ECDSA(digest))
    except (InvalidSignature, ValueError):
        return False
    except UnsupportedAlgorithm as error:
        raise UnsupportedError("a curve that this machine does not offer") from error
    return True


def _verify_slowly(
    domain: EcDomain,
    point: bytes,
    digest: hashes.HashAlgorithm,
    numbers: tuple[int, int],
    message: bytes,
) -> bool:
    hasher = hashes.Hash(digest)
    hasher.update(message)
    try:
        public = ecdsa.VerifyingKey.from_string(point, _SLOW_CURVES[domain.name])
        right: bool = public.verify_digest(
            b"", hasher.finalize(), sigdecode=lambda *_: numbers, allow_truncate=True
        )
    except (ecdsa.BadSignatureError, ecdsa.errors.MalformedPointError):
        return False
    return right


def _numbers(signature: bytes) -> tuple[int, int] | None:
    try:
        told = DSASignature.load(signature)
        return told["r"].native, told["s"].native
    except (ValueError, TypeError):
        return None


def _plain_numbers(signature: bytes) -> tuple[int, int] | None:
    half, odd = divmod(len(signature), 2)
    return None if odd else (int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
