"""PACE on the chip's side, step by step (ICAO Doc 9303 part 11 section 4.4)."""

from hardware.emrtd import tlv
from hardware.emrtd.ciphers import (
    ENC,
    MAC,
    PASSWORD,
    Suite,
    derive,
    encrypt,
    encrypt_block,
    mac,
    pad,
    same,
)
from hardware.emrtd.domain_parameters import Domain, EcDomain
from hardware.emrtd.mapping import integrated
from hardware.simulated.emrtd import der
from hardware.simulated.emrtd.keys import Random
from hardware.simulated.emrtd.personalisation import CAM, IM, ChipKey, PaceOffer
from hardware.simulated.emrtd.session import Session

CONDITIONS, WRONG_DATA = 0x6985, 0x6A80


class PaceError(Exception):
    """This step failed; `status` is what the chip says. `wrong_key`: the last step, the token."""

    def __init__(self, status: int, *, wrong_key: bool = False) -> None:
        super().__init__(f"{status:04X}")
        self.status = status
        self.wrong_key = wrong_key


class Pace:
    """One run, from MSE:Set AT on. `session` is there once it has succeeded."""

    def __init__(self, offer: PaceOffer, seed: bytes, key: ChipKey | None, random: Random) -> None:
        self._offer = offer
        self._seed = seed
        self._key = key
        self._random = random
        self._domain = offer.domain
        self._mapped: Domain | None = None
        self._nonce = self._token = self._expected = self._sealed = b""
        self._mapping_private = 0
        self._keys: tuple[bytes, bytes] | None = None
        self.session: Session | None = None

    def step(self, data: bytes) -> bytes:
        """The answer to a GENERAL AUTHENTICATE; raises `PaceError`."""
        try:
            objects = list(tlv.each(tlv.find(data, 0x7C) or b""))
            tag, value = (objects[0].tag, objects[0].value) if objects else (None, b"")
            return tlv.wrap(0x7C, self._step(tag, value))
        except ValueError as nonsense:
            raise PaceError(WRONG_DATA) from nonsense

    def _step(self, tag: int | None, value: bytes) -> bytes:
        match tag:
            case None if not self._nonce:
                return self._give_nonce()
            case 0x81 if self._nonce and self._mapped is None:
                return self._map(value)
            case 0x83 if self._mapped is not None and self._keys is None:
                return self._agree(self._mapped, value)
            case 0x85 if self._keys is not None and self.session is None:
                return self._authenticate(value)
        raise PaceError(CONDITIONS)

    def _give_nonce(self) -> bytes:
        suite = self._offer.suite
        wide = self._offer.mapping == IM and suite.key_size > 16
        self._nonce = self._random(32 if wide else 16)
        sealed = encrypt(suite, derive(suite, self._seed, PASSWORD), self._nonce)
        return tlv.wrap(0x80, sealed)

    def _map(self, value: bytes) -> bytes:
        if self._offer.mapping == IM:
            self._mapped = integrated(self._domain, self._offer.suite, self._nonce, value)
            return tlv.wrap(0x82, b"")
        private = self._mapping_private = self._domain.generate(self._random)
        if isinstance(self._domain, EcDomain):
            shared = self._domain.point_times(private, value)
        else:
            shared = self._domain.shared(private, value)
        self._mapped = self._domain.mapped(int.from_bytes(self._nonce), shared)
        return tlv.wrap(0x82, self._domain.public(private))

    def _agree(self, mapped: Domain, theirs: bytes) -> bytes:
        private = mapped.generate(self._random)
        ours = mapped.public(private)
        if ours == theirs:
            raise PaceError(WRONG_DATA)
        secret = mapped.shared(private, theirs)
        suite = self._offer.suite
        enc, code = derive(suite, secret, ENC), derive(suite, secret, MAC)
        self._keys = enc, code
        self._token, self._expected = self._mac(code, theirs), self._mac(code, ours)
        if self._offer.mapping == CAM and self._key and isinstance(self._domain, EcDomain):
            # What turns the chip's lasting key into that of the mapping (4.4.3.3.3).
            order = self._domain.order
            number = self._mapping_private * pow(self._key.private, -1, order) % order
            proof = number.to_bytes((order.bit_length() + 7) // 8)
            iv = encrypt_block(suite, enc, b"\xff" * suite.block_size)
            self._sealed = encrypt(suite, enc, pad(proof, suite.block_size), iv)
        return tlv.wrap(0x84, ours)

    def _authenticate(self, token: bytes) -> bytes:
        assert self._keys
        if not same(token, self._expected):
            raise PaceError(0x6300, wrong_key=True)
        self.session = Session(self._offer.suite, *self._keys)
        return tlv.wrap(0x86, self._token) + (tlv.wrap(0x8A, self._sealed) if self._sealed else b"")

    def _mac(self, code: bytes, public: bytes) -> bytes:
        parts = der.oid(self._offer.oid) + tlv.wrap(self._domain.key_tag, public)
        data = tlv.wrap(0x7F49, parts)
        des = self._offer.suite is Suite.DES3
        return mac(self._offer.suite, code, pad(data, 8) if des else data)
