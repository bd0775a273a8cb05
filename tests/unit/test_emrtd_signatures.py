"""Signatures of every kind, against those that OpenSSL and `cryptography` make."""

import pytest
from asn1crypto import algos, core, keys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from hardware.emrtd.signatures import UnsupportedError, verify
from tests.unit import pki

MESSAGE = b"abc"
DIGESTS = ["sha1", "sha224", "sha256", "sha384", "sha512"]

OPENSSL = {
    "brainpoolP192r1": (
        "304a301406072a8648ce3d020106092b240303020801010303320004552a81e9d6e1d929dd9c46dfa7162fbc"
        "733783039be0799ba5b7fa4f40e615be20fa176d884a7cf4329d5549c8ddb99b",
        "30350219008cd5e78208d7b48ac42185a275d75977537e6bddb0a2c9c802187251e90f60b89e8d5d29bd415e"
        "e126e7d84fe3c14f1758e8",
    ),
    "brainpoolP224r1": (
        "3052301406072a8648ce3d020106092b2403030208010105033a000447cbd5950137ec4b4ba3cf07fc7760a8"
        "61f5a56fa1dc6a60b6f23f81cfc1c89d14db0b2c4a6d667f10907a09f5f2a980da3b45cf4945d0e9",
        "303d021d0090487480a2f3539d08f39d8a5639ada79e24870251f4edc5c3ea5d08021c0c970b270e3b205459"
        "6af2998ded14292bcd02b81b8ddd58b862b662",
    ),
    "brainpoolP320r1": (
        "306a301406072a8648ce3d020106092b24030302080101090352000419bebdcee831eb75c851bc39b1189555"
        "e1427c814a6af992fa8401361485854d890fe37eb3639917b0327b487d8ca440b6ef03c5b5300109c2867e3e"
        "5ebf069075fc595b60c891b2f657a8fb72d3b524",
        "3055022900bb4a459676d96b5b9b831159504e28d144498db693388e6c15d2bd95de22c86f5bd7513fffdabc"
        "2902287ca8a65129bf1f86d986e0b1958923a79ebf76ec41ddab705f58c9b3b5b66bf0f5abaa38d2127e12",
    ),
}
"""Public key and signature over "abc" with SHA-512, made by OpenSSL 3.0."""


def algorithm(oid: str) -> algos.SignedDigestAlgorithm:
    return algos.SignedDigestAlgorithm({"algorithm": oid})


ECDSA = {name: algorithm(f"1.2.840.10045.4.{number}") for name, number in
         zip(DIGESTS, ("1", "3.1", "3.2", "3.3", "3.4"), strict=True)}  # fmt: skip


@pytest.mark.parametrize("curve", OPENSSL)
def test_curves_that_cryptography_has_not_got(curve: str) -> None:
    key, signature = (bytes.fromhex(told) for told in OPENSSL[curve])
    public = keys.PublicKeyInfo.load(key)
    assert verify(public, ECDSA["sha512"], signature, MESSAGE)
    assert not verify(public, ECDSA["sha512"], signature, b"abd")
    assert not verify(public, ECDSA["sha256"], signature, MESSAGE)
    assert not verify(public, ECDSA["sha512"], signature[:-1] + b"\0", MESSAGE)


@pytest.mark.parametrize("digest", DIGESTS)
@pytest.mark.parametrize("curve", [ec.SECP192R1(), ec.SECP224R1(), ec.SECP256R1(), ec.SECP384R1(),
                                   ec.SECP521R1(), ec.BrainpoolP256R1(), ec.BrainpoolP384R1(),
                                   ec.BrainpoolP512R1()], ids=lambda curve: curve.name)  # fmt: skip
def test_every_curve_with_every_hash(curve: ec.EllipticCurve, digest: str) -> None:
    private = ec.generate_private_key(curve)
    public = info(private.public_key())
    signature = private.sign(MESSAGE, ec.ECDSA(getattr(hashes, digest.upper())()))
    assert verify(public, ECDSA[digest], signature, MESSAGE)
    assert not verify(public, ECDSA[digest], signature, b"abd")


def info(public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> keys.PublicKeyInfo:
    der = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return keys.PublicKeyInfo.load(public.public_bytes(*der))


@pytest.mark.parametrize("curve", pki.CURVES)
@pytest.mark.parametrize("plain", [True, False])
def test_parameters_that_are_written_out(curve: str, plain: bool) -> None:
    key = pki.EcKey(curve, explicit=True, plain=plain)
    assert len(key.info.dump()) > 200
    signature = key.sign(MESSAGE, "sha256")
    assert verify(key.info, key.algorithm("sha256"), signature, MESSAGE)
    assert not verify(key.info, key.algorithm("sha256"), signature, b"abd")


def test_a_generator_of_somebodys_own_choice() -> None:
    """CVE-2020-0601: with its own generator anybody can sign for any public key."""
    key = pki.EcKey("secp256r1", explicit=True)
    der, point = key.info.dump(), bytes(key.info["public_key"])
    generator = bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
    assert der.count(generator) == 1
    forged = der.replace(generator, point[1:33])
    with pytest.raises(UnsupportedError):
        verify(keys.PublicKeyInfo.load(forged), ECDSA["sha256"], b"", MESSAGE)


@pytest.mark.parametrize("curve", ["secp256r1", "brainpoolP320r1"])
@pytest.mark.parametrize("signature", [
    "", "3006020100020100", "3006020101020100", "300602010102", "020101", "3003020101",
    "3006020101020101", "300602017f0201ff", "30260220" + "ff" * 32 + "020101",
])  # fmt: skip
def test_what_is_no_signature(curve: str, signature: str) -> None:
    assert not verify(pki.EcKey(curve).info, ECDSA["sha256"], bytes.fromhex(signature), MESSAGE)


@pytest.mark.parametrize("curve", ["secp256r1", "brainpoolP320r1"])
@pytest.mark.parametrize("point", [b"", b"\0", b"\4" + bytes(64), b"\4" + bytes(80), b"\x04\x01"])
def test_a_key_that_is_no_point_has_signed_nothing(curve: str, point: bytes) -> None:
    key = pki.EcKey(curve)
    public = key.info.copy()
    public["public_key"] = keys.ECPointBitString(point)
    signature = key.sign(MESSAGE, "sha256")
    assert not verify(keys.PublicKeyInfo.load(public.dump()), ECDSA["sha256"], signature, MESSAGE)


@pytest.mark.parametrize("digest", DIGESTS)
def test_rsa_pkcs_1(digest: str) -> None:
    key = pki.RsaKey(0)
    signature = key.sign(MESSAGE, digest)
    assert verify(key.info, key.algorithm(digest), signature, MESSAGE)
    assert not verify(key.info, key.algorithm(digest), signature, b"abd")
    assert not verify(pki.RsaKey(1).info, key.algorithm(digest), signature, MESSAGE)
    other = "sha512" if digest == "sha1" else "sha1"
    assert not verify(key.info, key.algorithm(other), signature, MESSAGE)


PSS = "1.2.840.113549.1.1.10"


@pytest.mark.parametrize("parameters", [("sha256", "sha1", 0), ("sha1", "sha512", 11),
                                        ("sha384", "sha384", 48)])  # fmt: skip
def test_rsa_pss(parameters: tuple[str, str, int]) -> None:
    key = pki.RsaKey(0, parameters)
    signature = key.sign(MESSAGE, "")
    assert verify(key.info, key.algorithm(""), signature, MESSAGE)
    for changed in ({0: "sha224"}, {1: "sha224"}, {2: 12}):
        told = [changed.get(at, value) for at, value in enumerate(parameters)]
        other = pki.RsaKey(0, tuple(told))
        assert not verify(key.info, other.algorithm(""), signature, MESSAGE)
        # The hash beside it changes nothing.
        assert not verify(key.info, other.algorithm(""), signature, MESSAGE, hashes.SHA256())


@pytest.mark.parametrize("parameters", [b"", b"\x30\x00"])
def test_rsa_pss_with_parameters_left_out(parameters: bytes) -> None:
    scheme = padding.PSS(padding.MGF1(hashes.SHA1()), 20)
    key = pki.RsaKey(0)
    signature = pki._rsa(0).sign(MESSAGE, scheme, hashes.SHA1())
    told = pki.wrap(0x30, core.ObjectIdentifier(PSS).dump() + parameters)
    assert verify(key.info, algos.SignedDigestAlgorithm.load(told), signature, MESSAGE)


def test_a_key_that_is_for_pss_only() -> None:
    key = pki.RsaKey(0, ("sha256", "sha256", 32))
    der = key.info.dump()
    oid = core.ObjectIdentifier("1.2.840.113549.1.1.1").dump()
    public = keys.PublicKeyInfo.load(der.replace(oid, core.ObjectIdentifier(PSS).dump()))
    assert verify(public, key.algorithm(""), key.sign(MESSAGE, ""), MESSAGE)


@pytest.mark.parametrize(("kind", "oid"), [
    (pki.RsaKey(0), "1.2.840.10045.4.3.2"), (pki.EcKey("secp256r1"), "1.2.840.113549.1.1.11"),
    (pki.RsaKey(0), "1.2.840.113549.1.1.4"), (pki.RsaKey(0), "1.3.101.112"),
    (pki.RsaKey(0), "1.2.840.113549.1.1.1"), (pki.EcKey("secp256r1"), "1.2.840.10045.2.1"),
])  # fmt: skip
def test_algorithms_that_are_not_known_or_not_of_this_key(kind: pki.Key, oid: str) -> None:
    with pytest.raises(UnsupportedError):
        verify(kind.info, algorithm(oid), b"\0" * 256, MESSAGE)


@pytest.mark.parametrize("key", [pki.RsaKey(0), pki.EcKey("secp256r1"),
                                 pki.EcKey("brainpoolP224r1")])  # fmt: skip
def test_the_hash_beside_the_algorithm_is_tried_too(key: pki.Key) -> None:
    signature = key.sign(MESSAGE, "sha512")
    assert not verify(key.info, key.algorithm("sha256"), signature, MESSAGE)
    assert not verify(key.info, key.algorithm("sha256"), signature, MESSAGE, hashes.SHA1())
    assert verify(key.info, key.algorithm("sha256"), signature, MESSAGE, hashes.SHA512())


def test_an_rsa_key_that_is_none_has_signed_nothing() -> None:
    told = keys.RSAPublicKey({"modulus": 15, "public_exponent": 3})
    public = keys.PublicKeyInfo.wrap(told, "rsa")
    assert not verify(public, algorithm("1.2.840.113549.1.1.11"), b"\1", MESSAGE)
