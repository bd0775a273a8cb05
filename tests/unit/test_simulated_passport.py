"""The passport of our own: opened, read and asked for its proofs as a reader does it."""

import hashlib
import itertools
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hardware.chip_link import Abilities
from hardware.emrtd import tlv
from hardware.emrtd.access import open_chip
from hardware.emrtd.access_keys import AccessKey, CanKey, MrzKey
from hardware.emrtd.apdu import Command, Response
from hardware.emrtd.channel import Channel
from hardware.emrtd.ciphers import ENC, MAC, Suite, derive
from hardware.emrtd.domain_parameters import STANDARDIZED
from hardware.emrtd.errors import ChipError
from hardware.emrtd.secure_messaging import SecureMessaging
from hardware.mrz.specimens import ICAO
from hardware.simulated.contactless import TakenAwayError
from hardware.simulated.emrtd.chip import Behaviour, Chip
from hardware.simulated.emrtd.issuing import make_authority, master_list
from hardware.simulated.emrtd.keys import EcKey, RsaKey, Signature, make_key
from hardware.simulated.emrtd.personalisation import (
    BARE,
    CAM,
    DANISH,
    GM,
    IM,
    SOD,
    PaceOffer,
    Passport,
    Profile,
    personalise,
)
from hardware.verdicts import ChipVerdict

LINES = ICAO["TD3"]
KEY = MrzKey.of("L898902C3", "740812", "120415")
QUICK = Profile(signature=Signature.ECDSA, portrait=False)
APPLICATION = bytes.fromhex("00A4040C07A0000002471001")


def made_up() -> Callable[[int], bytes]:
    """Bytes that look random and are the same each time."""
    counter = itertools.count()

    def random(size: int) -> bytes:
        return hashlib.shake_256(next(counter).to_bytes(4)).digest(size)

    return random


class Wire:
    """A link with nothing in between."""

    def __init__(self, chip: Chip) -> None:
        self.chip = chip
        self.abilities = Abilities(chip.passport.historical_bytes, 65544, 65538)

    def transmit(self, apdu: bytes, timeout: float) -> bytes:
        return self.chip.answer(apdu)

    def reconnect(self, timeout: float) -> None:
        self.chip.power_off()

    def close(self) -> None:
        pass


def channel_to(chip: Chip) -> Channel:
    return Channel(Wire(chip), 60.0, clock=lambda: 0.0)


def opened(passport: Passport, key: AccessKey = KEY, **behaviour: object) -> tuple[str, Channel]:
    channel = channel_to(Chip(passport, Behaviour(**behaviour)))  # type: ignore[arg-type]
    return open_chip(channel, key, made_up()).name, channel


def read(channel: Channel, name: int, step: int = 0x80) -> bytes:
    assert channel.send(Command(0, 0xA4, 2, 0x0C, name.to_bytes(2))).ok
    content = b""
    while True:
        at = len(content)
        answer = channel.send(Command(0, 0xB0, at >> 8, at & 0xFF, ne=step))
        content += answer.data
        if answer.status != 0x9000 or not answer.data:
            return content


@pytest.mark.parametrize("signature", list(Signature))
def test_the_security_object_is_signed_by_the_document_signer(signature: Signature) -> None:
    authority = make_authority(country="DK")
    passport = personalise(LINES, Profile(signature=signature, portrait=False), authority=authority)
    data = cms.ContentInfo.load(tlv.first(passport.files[SOD]).value)["content"]
    certificate = data["certificates"][0].chosen
    assert certificate.issuer.native["country_name"] == "DK"
    if signature is Signature.ECDSA_EXPLICIT:
        curve = certificate.public_key["algorithm"]["parameters"]
        assert curve.name == "specified"
        return  # no peer here reads it: hardware.emrtd's tests do
    signer = x509.load_der_x509_certificate(certificate.dump())
    signer.verify_directly_issued_by(x509.load_der_x509_certificate(authority.certificate()))
    assert signer.not_valid_before_utc < datetime.now(UTC) < signer.not_valid_after_utc
    content = data["encap_content_info"]["content"].native
    told = cms.CMSAttributes.load(data["signer_infos"][0]["signed_attrs"].untag().dump()).native
    assert told[1]["values"] == [hashlib.sha256(content).digest()]
    assert hashlib.sha256(passport.files[0x0101]).digest() in content


def test_a_master_list_holds_the_certificates() -> None:
    authorities = [make_authority(country=country) for country in ("DK", "SE")]
    listed = master_list(authorities[0], [each.certificate() for each in authorities])
    content = cms.ContentInfo.load(listed)["content"]["encap_content_info"]
    assert content["content_type"].dotted == "2.23.136.1.1.2"
    for each in authorities:
        assert each.certificate()[-20:] not in content["content"].native  # signed anew each time
        assert each.key.info in content["content"].native


def test_group_1_holds_the_lines() -> None:
    group = personalise(LINES, BARE).files[0x0101]
    assert tlv.find(tlv.first(group).value, 0x5F1F) == "".join(LINES).encode()


def test_group_2_holds_a_small_jpeg() -> None:
    group = personalise(LINES, BARE).files[0x0102]
    at = group.index(b"FAC\x00010\x00")
    assert group[at + 14 + 4 + 16 + 12 :].startswith(b"\xff\xd8\xff")
    assert int.from_bytes(group[at + 8 : at + 12]) == len(group) - at
    assert 10_000 < len(group) < 20_000


def test_basic_access_control_opens_it() -> None:
    passport = personalise(LINES, BARE)
    name, channel = opened(passport)
    assert name == "BAC"
    for file, data in passport.files.items():
        assert read(channel, file) == data


OFFERS = [
    PaceOffer(number, suite, mapping)
    for number, domain in STANDARDIZED.items()
    for suite in Suite
    for mapping in (GM, IM, CAM)
    if number in (0, 13, 18) or suite is Suite.AES128
    if mapping != CAM or (domain.kind == "ECDH" and suite is not Suite.DES3)
    if mapping != IM or number in (0, 12, 13)
]


@pytest.mark.parametrize(
    "offer", OFFERS, ids=lambda o: f"{o.mapping}-{o.domain.name}-{o.suite.label}"
)
def test_pace_opens_it(offer: PaceOffer) -> None:
    profile = Profile(
        bac=False, pace=(offer,), can="123456", signature=Signature.ECDSA, portrait=False
    )
    passport = personalise(LINES, profile)
    for key in (KEY, CanKey.of("123456")):
        name, channel = opened(passport, key)
        assert name == (
            f"PACE {offer.domain.kind}-{offer.mapping} {offer.suite.label} {offer.domain.name}"
        )
        assert read(channel, SOD) == passport.files[SOD]


@pytest.mark.parametrize("profile", [BARE, QUICK, Profile(bac=False, signature=Signature.ECDSA)])
def test_another_key_does_not_open_it(profile: Profile) -> None:
    with pytest.raises(ChipError) as refused:
        opened(personalise(LINES, profile), MrzKey.of("L898902C4", "740812", "120415"))
    assert refused.value.verdict is ChipVerdict.WRONG_KEY


def test_nothing_is_read_without_a_key() -> None:
    chip = Chip(personalise(LINES, BARE))
    assert chip.answer(APPLICATION) == b"\x90\x00"
    assert chip.answer(bytes.fromhex("00A4020C020101")) == b"\x69\x82"
    assert chip.answer(bytes.fromhex("00B0810004")) == b"\x69\x82"


def test_a_plain_command_ends_the_session() -> None:
    _, channel = opened(personalise(LINES, QUICK))
    wire = channel._link
    assert wire.transmit(bytes.fromhex("00B0810004"), 1) == b"\x69\x87"
    assert channel._link.transmit(channel.protection.protect(  # type: ignore[union-attr]
        Command(0, 0xB0, 0x81, 0, ne=4)).encode(), 1) == b"\x69\x87"  # fmt: skip


def test_a_wrong_checksum_ends_the_session() -> None:
    _, channel = opened(personalise(LINES, QUICK))
    assert channel.protection
    sent = bytearray(channel.protection.protect(Command(0, 0xB0, 0x81, 0, ne=4)).encode())
    sent[-2] ^= 1
    assert channel._link.transmit(bytes(sent), 1) == b"\x69\x88"


def test_without_power_it_forgets_the_session() -> None:
    _, channel = opened(personalise(LINES, QUICK))
    channel._link.reconnect(1)
    with pytest.raises(ChipError):
        channel.send(Command(0, 0xB0, 0x81, 0, ne=4))


def test_reading_by_short_identifier_and_by_odd_instruction() -> None:
    passport = personalise(LINES, QUICK)
    long = tlv.wrap(0x65, bytes(range(256)) * 140)
    passport = passport.with_files({0x0105: long})
    _, channel = opened(passport)
    answer = channel.send(Command(0, 0xB0, 0x80 | 5, 3, ne=20))
    assert (answer.data, answer.status) == (long[3:23], 0x9000)
    answer = channel.send(Command(0, 0xB1, 0, 0, bytes.fromhex("54028210"), ne=0x42))
    assert answer.data == b"\x53\x40" + long[0x8210:0x8250]
    answer = channel.send(Command(0, 0xB0, 0x7F, 0xFF, ne=4))
    assert answer.data == long[0x7FFF:0x8003]
    assert channel.send(Command(0, 0xB1, 0, 5, bytes.fromhex("5402FFFF"), ne=8)).status == 0x6B00
    assert channel.send(Command(0, 0xB0, 0x81, 0x50, ne=40)).status == 0x6282


def test_extended_length_only_where_it_is_announced() -> None:
    command = Command(0, 0xB0, 0, 0, ne=900)
    for profile, status in ((QUICK, 0x6700), (Profile(**vars_of(QUICK, extended=True)), 0x9000)):
        passport = personalise(LINES, profile)
        _, channel = opened(passport)
        channel.send(Command(0, 0xA4, 2, 0x0C, SOD.to_bytes(2)))
        if status == 0x9000:
            size = len(passport.files[SOD])
            answer = channel.send(Command(0, 0xB0, 0, 0, ne=size))
            assert (answer.data, answer.status) == (passport.files[SOD], status)
        else:
            answer = Response.parse(channel._link.transmit(command.encode(), 1))
            assert answer.status == status


def vars_of(profile: Profile, **changed: object) -> dict[str, object]:
    return {**{name: getattr(profile, name) for name in profile.__dataclass_fields__}, **changed}
