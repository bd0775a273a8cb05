"""Turns over all that reads what a chip says: only the documented errors may come out."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

from hardware.chip_link import Abilities, ProtocolError
from hardware.emrtd import active_authentication, checks, lds, security_infos, sod, tlv
from hardware.emrtd.apdu import Command, MalformedApduError, Response
from hardware.emrtd.certificates import Certificate
from hardware.emrtd.channel import Channel
from hardware.emrtd.ciphers import Suite, encrypt, encrypt_block, mac, pad
from hardware.emrtd.errors import ChipError
from hardware.emrtd.secure_messaging import CHECKSUM, DATA, PADDED, STATUS, SecureMessaging
from hardware.emrtd.trust import TrustStore
from hardware.mrz.specimens import ICAO
from hardware.readers.iso14443 import FRAME_SIZES, Activation, read_atqb, read_ats
from hardware.simulated.contactless import ATS
from hardware.simulated.emrtd.issuing import make_authority
from hardware.simulated.emrtd.keys import Signature, make_key
from hardware.simulated.emrtd.personalisation import (
    CAM,
    CARD_SECURITY,
    SOD,
    PaceOffer,
    Passport,
    Profile,
    personalise,
)

LONGEST = 4096
"""Bytes of an input, enough for every file but the portrait's."""

_AUTHORITY = make_authority(make_key(parameter_id=13, random=Random(1).randbytes))
_TRUST = TrustStore([Certificate(_AUTHORITY.certificate())])


def passports() -> list[Passport]:
    """Documents whose files are of different kinds, all signed by a country that is known."""
    profiles = (
        Profile(signature=Signature.RSA_PSS, active_authentication=Signature.RSA_PKCS1),
        Profile(signature=Signature.RSA_PKCS1, hash="sha1", chip_parameter_id=0),
        Profile(
            pace=(PaceOffer(mapping=CAM), PaceOffer(0)),
            signature=Signature.ECDSA_EXPLICIT,
            chip_key_id=1,
        ),
    )
    codes = [ICAO[size] for size in ("TD1", "TD2", "TD3")]
    return [
        personalise(lines, profile, authority=_AUTHORITY)
        for lines, profile in zip(codes, profiles, strict=True)
    ]


def fuzz_tlv(data: bytes) -> None:
    """Whole rows of objects, and one object alone."""
    with suppress(tlv.MalformedTlvError):
        found = tlv.first(data)
        assert tlv.first(tlv.wrap(found.tag, found.value)).value == found.value
    with suppress(tlv.MalformedTlvError):
        assert sum(item.size for item in tlv.each(data)) == len(data)


def fuzz_security_infos(data: bytes) -> None:
    """EF.CardAccess, and what DG14 holds."""
    with suppress(ChipError):
        security_infos.parse(data)


def fuzz_sod(data: bytes) -> None:
    """EF.SOD, EF.CardSecurity and passive authentication, which itself raises nothing at all."""
    with suppress(sod.MalformedSodError):
        sod.read(data)
    checks.passive(data, {1: b"", 14: data}, _TRUST)
    checks.card_security(data, _TRUST)


def fuzz_lds(data: bytes) -> None:
    """The data groups and EF.COM."""
    for read in (lds.dg1, lds.dg14, lds.dg15, lds.com, lds.portrait):
        with suppress(ChipError):
            read(data)


def fuzz_ats(data: bytes) -> None:
    """The answers to the activation of both types of chips."""
    for read in (read_ats, read_atqb):
        with suppress(ProtocolError):
            _check_activation(read(data))


def _check_activation(told: Activation) -> None:
    assert told.frame_size in FRAME_SIZES
    assert 0 < told.waiting_time < 5
    assert 0 <= told.guard_time < 5


def fuzz_apdu(data: bytes) -> None:
    """Commands and responses; what could be read is the same when it was written and read again."""
    with suppress(MalformedApduError):
        command = Command.parse(data)
        assert Command.parse(command.encode()) == command
    with suppress(MalformedApduError):
        assert Response.parse(data).encode() == data


_ENC_KEY, _MAC_KEY = bytes(range(32)), bytes(range(32, 64))


def fuzz_unprotect(data: bytes) -> None:
    """Responses under secure messaging; the first byte names the suite.

    With its top bit the rest are objects, and a right MAC is put behind them: what is within
    must not break it either, though only a chip that knows the keys can have sent it.
    """
    if not data:
        return
    suite = list(Suite)[data[0] % len(Suite)]
    response = data[1:]
    if data[0] & 0x80:
        response = _vouched(suite, response)
    session = SecureMessaging(suite, _key(suite, _ENC_KEY), _key(suite, _MAC_KEY))
    with suppress(ChipError, MalformedApduError):
        session.unprotect(Response.parse(response))


def _vouched(suite: Suite, objects: bytes) -> bytes:
    counted = (1).to_bytes(suite.block_size) + pad(objects, suite.block_size)
    checksum = mac(suite, _key(suite, _MAC_KEY), counted)
    return objects + tlv.wrap(CHECKSUM, checksum) + b"\x90\x00"


def _key(suite: Suite, key: bytes) -> bytes:
    return key[: suite.key_size]


def _protected(number: int, suite: Suite) -> bytes:
    """Objects that are right, for `fuzz_unprotect`."""
    key = _key(suite, _ENC_KEY)
    iv = None if suite is Suite.DES3 else encrypt_block(suite, key, (1).to_bytes(16))
    content = PADDED + encrypt(suite, key, pad(b"content", suite.block_size), iv)
    return bytes([0x80 | number]) + tlv.wrap(DATA, content) + tlv.wrap(STATUS, b"\x90\x00")


class _Answering:
    """A link to a chip that gives one answer to everything."""

    abilities = Abilities()

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def transmit(self, apdu: bytes, timeout: float) -> bytes:
        return self._answer + b"\x90\x00"

    def reconnect(self, timeout: float) -> None: ...

    def close(self) -> None: ...


def fuzz_active(data: bytes) -> None:
    """Active authentication: the key of DG15, and what the chip signed with it; it raises nothing.

    The first byte says how long the signature is that stands before the key.
    """
    if not data:
        return
    signature, key = data[1 : 1 + data[0]], data[1 + data[0] :]
    channel = Channel(_Answering(signature), 60.0, clock=lambda: 0.0)
    infos = security_infos.SecurityInfos()
    active_authentication.authenticate(channel, key, infos, lambda size: bytes(size))


Target = Callable[[bytes], None]

TARGETS: dict[str, Target] = {
    "tlv": fuzz_tlv,
    "security_infos": fuzz_security_infos,
    "sod": fuzz_sod,
    "lds": fuzz_lds,
    "ats": fuzz_ats,
    "apdu": fuzz_apdu,
    "unprotect": fuzz_unprotect,
    "active": fuzz_active,
}


def seeds(target: str) -> list[bytes]:
    """Inputs that are right: real files, answers and messages."""
    match target:
        case "ats":
            return [ATS, bytes.fromhex("50112233440000000000778180")]
        case "apdu":
            commands = (
                Command(0, 0xA4, 4, 0x0C, bytes.fromhex("A0000002471001")),
                Command(0, 0xB0, 0x9E, 0, ne=256),
                Command(0, 0xB1, 0, 0, bytes.fromhex("54028000"), 65536),
                Command(0x10, 0x86, 0, 0, bytes(300), 65536),
                Command(0, 0x84, ne=4000),
            )
            return [command.encode() for command in commands]
        case "unprotect":
            return [_protected(number, suite) for number, suite in enumerate(Suite)]
    made = passports()
    files = [data for passport in made for data in passport.files.values()]
    outside = [data for passport in made for data in passport.outside.values()]
    match target:
        case "active":
            keys = [tlv.first(p.files[0x010F]).value for p in made if 0x010F in p.files]
            return [bytes([64]) + bytes(range(1, 65)) + key for key in keys]
        case "security_infos":
            inner = [tlv.first(passport.files[0x010E]).value for passport in made]
            return inner + [data for data in outside if data[0] == security_infos.SET]
        case "sod":
            secured = [p.outside[CARD_SECURITY] for p in made if CARD_SECURITY in p.outside]
            return [passport.files[SOD] for passport in made] + secured
        case _:
            return files + outside + [_small_portrait()]


def _small_portrait() -> bytes:
    """DG2 with a picture of no more than its first bytes."""
    record = b"FAC\x00010\x00" + (80).to_bytes(4) + (1).to_bytes(2)
    record += (66).to_bytes(4) + bytes(16 + 12) + b"\xff\xd8\xff" + bytes(17)
    template = tlv.wrap(0x7F60, tlv.wrap(0xA1, b"") + tlv.wrap(0x5F2E, record))
    return tlv.wrap(0x75, tlv.wrap(0x7F61, tlv.wrap(0x02, b"\x01") + template))
