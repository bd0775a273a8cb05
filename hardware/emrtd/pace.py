"""Password authenticated connection establishment: how newer chips are opened.

ICAO Doc 9303 part 11 section 4.4, BSI TR-03110.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hardware.chip_link import Abilities
from hardware.emrtd import tlv
from hardware.emrtd.access_keys import AccessKey, MrzKey
from hardware.emrtd.apdu import EXTENDED, SHORT, Command
from hardware.emrtd.channel import Channel
from hardware.emrtd.ciphers import (
    ENC,
    MAC,
    PASSWORD,
    Suite,
    decrypt,
    derive,
    encrypt_block,
    mac,
    pad,
    same,
    unpad,
)
from hardware.emrtd.domain_parameters import STANDARDIZED, Domain, EcDomain
from hardware.emrtd.errors import ChipError
from hardware.emrtd.mapping import integrated
from hardware.emrtd.refusals import PATIENCE, blocked, refused
from hardware.emrtd.secure_messaging import SecureMessaging
from hardware.emrtd.security_infos import Mapping, PaceInfo
from hardware.verdicts import ChipVerdict

MRZ, CAN = 1, 2
"""Which password is meant (4.4.4.1)."""
CHAINED = 0x10
"""Bit of CLA: more commands of this chain follow (ISO/IEC 7816-4 section 5.3.3)."""
TEMPLATE = 0x7C
PUBLIC_KEY = 0x7F49
_DRAWS = 8
_AROUND = 20
"""Bytes of a command or response beside the public key in it, at most."""


@dataclass(frozen=True, repr=False)
class Pace:
    """What PACE agreed on. With chip-authentication mapping also what the chip proves itself by."""

    messaging: SecureMessaging
    domain: Domain
    mapping_key: bytes = b""
    """The chip's public key of the mapping."""
    proof: bytes = b""
    """The chip authentication data, decrypted; empty without that mapping."""

    def proven_by(self, public: bytes) -> bool:
        """Whether the chip has the private key of this public key of EF.CardSecurity (4.4.3.5)."""
        if not self.proof or not isinstance(self.domain, EcDomain):
            return False
        try:
            point = self.domain.point_times(int.from_bytes(self.proof), public)
        except ValueError:
            return False
        return point == self.mapping_key


def supported(info: PaceInfo, abilities: Abilities) -> bool:
    """Whether we can open a chip in this way through this reader.

    The larger residues need extended length. Points are encoded only where p is 3 modulo 4, which
    it is not for secp224r1 (4.4.3.3.2).
    """
    domain = STANDARDIZED.get(info.parameter_id) if info.parameter_id is not None else None
    if domain is None or domain.kind != info.kind:
        return False
    if info.mapping is Mapping.INTEGRATED and domain.kind == "ECDH" and domain.p % 4 != 3:
        return False
    longest = domain.public_size + _AROUND
    return longest <= min(abilities.largest_command, abilities.largest_response)


def open_pace(
    channel: Channel,
    info: PaceInfo,
    key: AccessKey,
    random: Callable[[int], bytes],
    *,
    ambiguous: bool = False,
) -> Pace:
    """Agrees on a session; `ambiguous`: the chip offers this protocol with several parameters.

    Raises `ChipError`: WRONG_KEY or DELAYED, which only the last step can tell, MESSAGING_BROKEN
    where the chip's own proof is not right, UNSUPPORTED for all else; and `LinkError`.
    """
    try:
        return _Run(channel, info, key, random).open(ambiguous)
    except ValueError as nonsense:  # what should be a point, a number, or an object is none
        raise ChipError(ChipVerdict.UNSUPPORTED) from nonsense


class _Run:
    """One run of the protocol, step by step."""

    def __init__(
        self, channel: Channel, info: PaceInfo, key: AccessKey, random: Callable[[int], bytes]
    ) -> None:
        assert info.parameter_id is not None
        self._channel = channel
        self._info = info
        self._key = key
        self._random = random
        self._domain = STANDARDIZED[info.parameter_id]
        self._mapping_key = b""

    def open(self, ambiguous: bool) -> Pace:
        self._select(ambiguous)
        nonce = self._nonce()
        mapped = self._map(nonce)
        private, ours = self._pair(mapped)
        theirs = self._step(0x83, ours, 0x84)
        if theirs == ours:
            raise ChipError(ChipVerdict.MESSAGING_BROKEN)  # our own key, sent back
        secret = mapped.shared(private, theirs)
        enc, code = (derive(self._info.suite, secret, use) for use in (ENC, MAC))
        proof = self._authenticate(enc, code, ours, theirs)
        messaging = SecureMessaging(self._info.suite, enc, code)
        return Pace(messaging, self._domain, self._mapping_key, proof)

    def _select(self, ambiguous: bool) -> None:
        password = MRZ if isinstance(self._key, MrzKey) else CAN
        data = tlv.wrap(0x80, self._info.oid) + tlv.wrap(0x83, bytes([password]))
        if ambiguous and self._info.parameter_id is not None:
            data += tlv.wrap(0x84, bytes([self._info.parameter_id]))
        # No answer is asked for: German chips refuse the command otherwise.
        answer = self._channel.send(Command(0x00, 0x22, 0xC1, 0xA4, data))
        # 63Cx: only so many tries are left, but this one is allowed.
        if blocked(answer.status):
            raise refused(answer.status, 0)
        if not answer.ok and answer.status & 0xFFF0 != 0x63C0:
            raise ChipError(ChipVerdict.UNSUPPORTED)

    def _nonce(self) -> bytes:
        encrypted = self._step(None, b"", 0x80)
        suite = self._info.suite
        if not encrypted or len(encrypted) > 32 or len(encrypted) % suite.block_size:
            raise ValueError("not a nonce")
        return decrypt(suite, derive(suite, self._key.seed, PASSWORD), encrypted)

    def _map(self, nonce: bytes) -> Domain:
        if self._info.mapping is Mapping.INTEGRATED:
            ours = self._random(self._info.suite.key_size)
            self._step(0x81, ours, None)
            return integrated(self._domain, self._info.suite, nonce, ours)
        private, ours = self._pair(self._domain)
        theirs = self._mapping_key = self._step(0x81, ours, 0x82)
        if theirs == ours:
            raise ChipError(ChipVerdict.MESSAGING_BROKEN)
        return self._domain.mapped(int.from_bytes(nonce), self._shared(private, theirs))

    def _pair(self, domain: Domain) -> tuple[int, bytes]:
        """A private and a public key; the latter has no zero byte in front.

        TR-03110 part 3 D.2.1.1 leaves such zeros out of what the token is a MAC over, and not all
        chips do: so we have none. Of one key in 256 this takes a second draw.
        """
        for _ in range(_DRAWS):
            private = domain.generate(self._random)
            public = domain.public(private)
            if public[0]:
                break
        return private, public

    def _shared(self, private: int, theirs: bytes) -> bytes:
        """H of the generic mapping: a whole point, not its x coordinate alone."""
        if isinstance(self._domain, EcDomain):
            return self._domain.point_times(private, theirs)
        return self._domain.shared(private, theirs)

    def _authenticate(self, enc: bytes, code: bytes, ours: bytes, theirs: bytes) -> bytes:
        """Exchanges the tokens; the chip's chip authentication data, where it has any."""
        suite = self._info.suite
        began = self._channel.clock()
        token = self._token(code, theirs)
        command = Command(0x00, 0x86, data=_template(0x85, token), ne=SHORT)
        answer = self._channel.send(command, PATIENCE)
        if not answer.ok:
            raise refused(answer.status, self._channel.clock() - began)
        objects = tlv.find(answer.data, TEMPLATE) or b""
        if not same(tlv.find(objects, 0x86) or b"", self._token(code, ours)):
            raise ChipError(ChipVerdict.MESSAGING_BROKEN)
        sealed = tlv.find(objects, 0x8A)
        if sealed is None or self._info.mapping is not Mapping.CHIP_AUTHENTICATION:
            return b""
        iv = encrypt_block(suite, enc, b"\xff" * suite.block_size)
        return unpad(decrypt(suite, enc, sealed, iv))

    def _token(self, code: bytes, public: bytes) -> bytes:
        """The MAC over the other side's public key (4.4.3.4)."""
        key = tlv.wrap(0x06, self._info.oid) + tlv.wrap(self._domain.key_tag, public)
        data = tlv.wrap(PUBLIC_KEY, key)
        suite = self._info.suite
        return mac(suite, code, pad(data, 8) if suite is Suite.DES3 else data)

    def _step(self, tag: int | None, value: bytes, wanted: int | None) -> bytes:
        """One command of the chain, and the object that the chip answers with, if one is wanted."""
        data = _template(tag, value)
        ne = EXTENDED if len(data) > 255 else SHORT
        answer = self._channel.send(Command(CHAINED, 0x86, data=data, ne=ne))
        if blocked(answer.status):
            raise refused(answer.status, 0)
        if not answer.ok:
            raise ChipError(ChipVerdict.UNSUPPORTED)
        if wanted is None:
            return b""
        found = tlv.find(tlv.find(answer.data, TEMPLATE) or b"", wanted)
        if found is None:
            raise ValueError("the object that belongs to this step is missing")
        return found


def _template(tag: int | None, value: bytes) -> bytes:
    return tlv.wrap(TEMPLATE, b"" if tag is None else tlv.wrap(tag, value))
