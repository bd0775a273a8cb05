"""OpenPACE (Debian's libeac3, LGPL/GPL), called by ctypes: another project's PACE and messaging.

Tests alone use it, in a process of its own: it brings an OpenSSL beside the one of `cryptography`.
Nothing of `hardware` is imported here, so that a mistake of ours is not made twice.

`Agreement` is one side of one run of PACE, `ChipKey` the card's of chip authentication (BSI
TR-03110 part 3); afterwards each enciphers and authenticates the messages of its session.
"""

import ctypes
import os
from ctypes import c_char_p, c_int, c_size_t, c_ulong, c_void_p
from typing import Any

DES3, AES128, AES192, AES256 = "3DES", "AES-128", "AES-192", "AES-256"
CIPHERS = (DES3, AES128, AES192, AES256)
"""In the order of the last arc of a protocol's identifier."""
MAPPINGS = {"DH-GM": 1, "ECDH-GM": 2}
"""The arc before it; this library has no other mapping of today's specification."""
MRZ, CAN = 1, 2

_LIBRARY = "libeac.so.3"
_PACE_OID = bytes.fromhex("04007F0007020204")
_CHIP_OID = bytes.fromhex("04007F0007020203")
_PACE_CONTEXT, _CHIP_CONTEXT = 0, 1


class PeerError(Exception):
    """The library says no."""


def missing() -> str | None:
    """Why this peer cannot be had here, None where it can."""
    try:
        _load()
    except OSError as error:
        return f"libeac3 is not installed (Debian: libeac3): {error}"
    return None


def oid(mapping: str, cipher: str) -> bytes:
    """The identifier of a protocol, as it goes into commands: `oid("ECDH-GM", "AES-128")`."""
    return _PACE_OID + bytes([MAPPINGS[mapping], CIPHERS.index(cipher) + 1])


def chip_oid(cipher: str) -> bytes:
    """That of chip authentication on a curve."""
    return _CHIP_OID + bytes([2, CIPHERS.index(cipher) + 1])


class _Buffer(ctypes.Structure):
    """OpenSSL's BUF_MEM."""

    _fields_ = (
        ("length", c_size_t),
        ("data", c_void_p),
        ("max", c_size_t),
        ("flags", c_ulong),
    )


_BUFFER = ctypes.POINTER(_Buffer)

_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "EAC_init": (None, []),
    "EAC_CTX_new": (c_void_p, []),
    "EAC_CTX_clear_free": (None, [c_void_p]),
    "EAC_CTX_init_pace": (c_int, [c_void_p, c_int, c_int]),
    "EAC_CTX_set_encryption_ctx": (c_int, [c_void_p, c_int]),
    "EAC_CTX_init_ca": (c_int, [c_void_p, c_int, c_int]),
    "CA_set_key": (c_int, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t]),
    "CA_STEP4_compute_shared_secret": (c_int, [c_void_p, _BUFFER]),
    "CA_STEP6_derive_keys": (c_int, [c_void_p, _BUFFER, _BUFFER]),
    "PACE_SEC_new": (c_void_p, [c_char_p, c_size_t, c_int]),
    "PACE_SEC_clear_free": (None, [c_void_p]),
    "PACE_STEP2_dec_nonce": (c_int, [c_void_p, c_void_p, _BUFFER]),
    "PACE_STEP3A_generate_mapping_data": (_BUFFER, [c_void_p]),
    "PACE_STEP3A_map_generator": (c_int, [c_void_p, _BUFFER]),
    "PACE_STEP3B_generate_ephemeral_key": (_BUFFER, [c_void_p]),
    "PACE_STEP3B_compute_shared_secret": (c_int, [c_void_p, _BUFFER]),
    "PACE_STEP3C_derive_keys": (c_int, [c_void_p]),
    "PACE_STEP3D_compute_authentication_token": (_BUFFER, [c_void_p, _BUFFER]),
    "PACE_STEP3D_verify_authentication_token": (c_int, [c_void_p, _BUFFER]),
    "EAC_increment_ssc": (c_int, [c_void_p]),
    "EAC_add_iso_pad": (_BUFFER, [c_void_p, _BUFFER]),
    "EAC_remove_iso_pad": (_BUFFER, [_BUFFER]),
    "EAC_encrypt": (_BUFFER, [c_void_p, _BUFFER]),
    "EAC_decrypt": (_BUFFER, [c_void_p, _BUFFER]),
    "EAC_authenticate": (_BUFFER, [c_void_p, _BUFFER]),
    "BUF_MEM_create_init": (_BUFFER, [c_char_p, c_size_t]),
    "BUF_MEM_clear_free": (None, [_BUFFER]),
}

_loaded: list[tuple[ctypes.CDLL, ctypes.CDLL]] = []


def _load() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    """The library and the OpenSSL that it uses; single DES is in OpenSSL's legacy provider."""
    if not _loaded:
        library = ctypes.CDLL(_LIBRARY)
        crypto = ctypes.CDLL("libcrypto.so.3")
        crypto.OSSL_PROVIDER_load.restype = c_void_p
        crypto.OSSL_PROVIDER_load.argtypes = [c_void_p, c_char_p]
        for provider in (b"default", b"legacy"):
            if not crypto.OSSL_PROVIDER_load(None, provider):
                raise OSError(f"OpenSSL's provider {provider.decode()} is missing")
        crypto.ERR_get_error.restype = c_ulong
        crypto.ERR_clear_error.restype = None
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
        library.EAC_init()
        _loaded.append((library, crypto))
    return _loaded[0]


class _Messages:
    """What both kinds of agreement do with the session that they lead to."""

    def __init__(self, cipher: str) -> None:
        self._library, self._crypto = _load()
        self._context = self._library.EAC_CTX_new()
        self.block = 8 if cipher == DES3 else 16
        self._key_size = {DES3: 16, AES128: 16, AES192: 24, AES256: 32}[cipher]

    def count(self) -> None:
        """Moves the counter on: once for each message, before it; it begins at 0."""
        self._must("EAC_increment_ssc")

    def encrypt(self, data: bytes) -> bytes:
        """Pads and encrypts."""
        return self._with("EAC_encrypt", self.pad(data))

    def decrypt(self, data: bytes) -> bytes:
        """Decrypts and takes the padding off."""
        with self._lent(self._with("EAC_decrypt", data)) as buffer:
            return self._taken(self._library.EAC_remove_iso_pad(buffer), "EAC_remove_iso_pad")

    def checksum(self, padded: bytes) -> bytes:
        """The MAC over the counter and whole blocks."""
        return self._with("EAC_authenticate", padded)

    def pad(self, data: bytes) -> bytes:
        """80 and zeros up to whole blocks."""
        return self._with("EAC_add_iso_pad", data)

    def _protocol(self, prefix: str, cipher: str) -> int:
        suffix = "3DES_CBC_CBC" if cipher == DES3 else f"AES_CBC_CMAC_{cipher[-3:]}"
        return c_int.in_dll(self._library, f"NID_id_{prefix}_{suffix}").value

    def _with(self, name: str, data: bytes) -> bytes:
        with self._lent(data) as buffer:
            return self._given(name, buffer)

    def _must(self, name: str, *arguments: Any) -> None:
        if getattr(self._library, name)(self._context, *arguments) != 1:
            raise self._refusal(name)

    def _given(self, name: str, *arguments: Any) -> bytes:
        return self._taken(getattr(self._library, name)(self._context, *arguments), name)

    def _taken(self, buffer: Any, name: str) -> bytes:
        if not buffer:
            raise self._refusal(name)
        data = ctypes.string_at(buffer.contents.data, buffer.contents.length)
        self._library.BUF_MEM_clear_free(buffer)
        return data

    def _refusal(self, name: str) -> PeerError:
        code = self._crypto.ERR_get_error()
        self._crypto.ERR_clear_error()
        return PeerError(f"{name}: {code:x}")

    def _lent(self, data: bytes) -> "_Lent":
        return _Lent(self._library, data)


class Agreement(_Messages):
    """One side of one run of PACE with one password, card or terminal.

    `parameters` is the number of standardized domain parameters; the secret of `MRZ` is the code
    of a card (TD1, 90 characters), of which the library takes what it needs. Raises `PeerError`
    where the library refuses what it is given.
    """

    def __init__(
        self, mapping: str, cipher: str, parameters: int, password: int, secret: bytes
    ) -> None:
        super().__init__(cipher)
        self._secret = self._library.PACE_SEC_new(secret, len(secret), password)
        if not self._context or not self._secret:
            raise PeerError("PACE_SEC_new")
        protocol = self._protocol(f"PACE_{mapping.replace('-', '_')}", cipher)
        self._must("EAC_CTX_init_pace", protocol, parameters)
        self._theirs = b""

    def close(self) -> None:
        """Gives the memory back."""
        self._library.PACE_SEC_clear_free(self._secret)
        self._library.EAC_CTX_clear_free(self._context)

    def encrypted_nonce(self) -> bytes:
        """Card: a new nonce, under the password.

        What is drawn is its cipher text, which is as good: so it has as many bytes as the key at
        least, which is the rule; the library's own has one block, whatever the key.
        """
        encrypted = os.urandom(32 if self._key_size > 16 else 16)
        self.take_nonce(encrypted)
        return encrypted

    def take_nonce(self, encrypted: bytes) -> None:
        """The nonce, from the card."""
        with self._lent(encrypted) as buffer:
            self._must("PACE_STEP2_dec_nonce", self._secret, buffer)

    def mapping_data(self) -> bytes:
        """Our half of the mapping."""
        return self._given("PACE_STEP3A_generate_mapping_data")

    def map(self, theirs: bytes) -> None:
        """The generator, with their half."""
        with self._lent(theirs) as buffer:
            self._must("PACE_STEP3A_map_generator", buffer)

    def public_key(self) -> bytes:
        """Our public key upon the new generator."""
        return self._given("PACE_STEP3B_generate_ephemeral_key")

    def agree(self, theirs: bytes) -> None:
        """The session's keys, from their public key."""
        self._theirs = theirs
        with self._lent(theirs) as buffer:
            self._must("PACE_STEP3B_compute_shared_secret", buffer)
        self._must("PACE_STEP3C_derive_keys")

    def token(self) -> bytes:
        """What proves that we have them."""
        return self._with("PACE_STEP3D_compute_authentication_token", self._theirs)

    def accepts(self, token: bytes) -> bool:
        """Whether theirs proves that they have them; from then on messages are protected."""
        with self._lent(token) as buffer:
            verify = self._library.PACE_STEP3D_verify_authentication_token
            right = verify(self._context, buffer) == 1
        if right:
            self._must("EAC_CTX_set_encryption_ctx", _PACE_CONTEXT)
        return right


class ChipKey(_Messages):
    """The card side of chip authentication, version 1: its key pair is this one.

    `private` is an EC key as OpenSSL writes it in DER; `parameters` its curve's number.
    """

    def __init__(self, cipher: str, parameters: int, private: bytes) -> None:
        super().__init__(cipher)
        self._must("EAC_CTX_init_ca", self._protocol("CA_ECDH", cipher), parameters)
        self._must("CA_set_key", private, len(private), None, 0)

    def agree(self, theirs: bytes) -> None:
        """The session's keys, from the terminal's public key."""
        with self._lent(theirs) as buffer:
            self._must("CA_STEP4_compute_shared_secret", buffer)
            # Keys without a nonce are version 1's. The token, which only version 2 has, cannot be
            # right: what the call returns says nothing of the keys, which it derives before that.
            self._library.CA_STEP6_derive_keys(self._context, None, buffer)
        self._crypto.ERR_clear_error()
        self._must("EAC_CTX_set_encryption_ctx", _CHIP_CONTEXT)


class _Lent:
    """Bytes as a BUF_MEM for the length of a call."""

    def __init__(self, library: ctypes.CDLL, data: bytes) -> None:
        self._library = library
        self._buffer = library.BUF_MEM_create_init(data, len(data))
        if not self._buffer:
            raise PeerError("BUF_MEM_create_init")

    def __enter__(self) -> Any:
        return self._buffer

    def __exit__(self, *_: object) -> None:
        self._library.BUF_MEM_clear_free(self._buffer)
