"""The passport of our own: opened, read and asked for its proofs as a reader does it."""

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from hardware.emrtd import tlv
from hardware.emrtd.access import open_chip
from hardware.emrtd.access_keys import AccessKey, CanKey, MrzKey
from hardware.emrtd.apdu import Command, Response
from hardware.emrtd.channel import Channel
from hardware.emrtd.ciphers import ENC, MAC, Suite, derive
from hardware.emrtd.domain_parameters import STANDARDIZED
from hardware.emrtd.errors import ChipError
from hardware.emrtd.secure_messaging import SecureMessaging
from hardware.emrtd.security_infos import parse as parse_infos
from hardware.mrz.specimens import ICAO
from hardware.simulated.contactless import Card, TakenAwayError
from hardware.simulated.emrtd.chip import Behaviour, Chip
from hardware.simulated.emrtd.faults import Fault
from hardware.simulated.emrtd.faulty import certificate_to_trust, make
from hardware.simulated.emrtd.issuing import make_authority, master_list
from hardware.simulated.emrtd.keys import Signature
from hardware.simulated.emrtd.personalisation import (
    BARE,
    CAM,
    GM,
    IM,
    SOD,
    PaceOffer,
    Passport,
    Profile,
    personalise,
)
from hardware.verdicts import ChipVerdict
from tests.unit.chip_scripts import link_to

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


def channel_to(chip: Chip) -> Channel:
    return Channel(link_to(chip), 60.0, clock=lambda: 0.0)


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
    for profile, status in ((QUICK, 0x6700), (replace(QUICK, extended=True), 0x9000)):
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


def agreed(channel: Channel, passport: Passport) -> Response:
    """Chip authentication, and the answer to a first command under its keys."""
    key, suite = passport.chip_key, passport.profile.chip_authentication
    assert key
    assert suite
    private = key.domain.generate(made_up())
    ours = key.domain.public(private)
    told = tlv.first(passport.files[0x010E]).value
    info = parse_infos(told)
    assert info.chip_keys[0].public == key.public
    if suite is Suite.DES3:
        data = tlv.wrap(0x91, ours)
        assert channel.send(Command(0, 0x22, 0x41, 0xA6, data)).ok
    else:
        oid = tlv.wrap(0x80, info.chip_authentication[0].oid)
        assert channel.send(Command(0, 0x22, 0x41, 0xA4, oid)).ok
        data = tlv.wrap(0x7C, tlv.wrap(0x80, ours))
        assert channel.send(Command(0, 0x86, 0, 0, data, ne=256)).data == b"\x7c\0"
    secret = key.domain.shared(private, info.chip_keys[0].public)
    keys = [derive(suite, secret, use) for use in (ENC, MAC)]
    channel.protection = SecureMessaging(suite, *keys)
    return channel.send(Command(0, 0xB0, 0x81, 0, ne=4))


@pytest.mark.parametrize("suite", list(Suite))
@pytest.mark.parametrize("parameter_id", [0, 12, 13])
def test_chip_authentication_gives_new_keys(suite: Suite, parameter_id: int) -> None:
    profile = replace(QUICK, chip_authentication=suite, chip_parameter_id=parameter_id)
    passport = personalise(LINES, profile)
    _, channel = opened(passport)
    answer = agreed(channel, passport)
    assert (answer.data, answer.status) == (passport.files[0x0101][:4], 0x9000)


def test_a_copy_cannot_go_on_after_chip_authentication() -> None:
    chip = make(LINES, Fault.COPY, profile=QUICK).chip
    channel = channel_to(chip)
    open_chip(channel, KEY, made_up())
    genuine = replace(chip.passport, chip_key=chip.passport.chip_key)
    told = parse_infos(tlv.first(genuine.files[0x010E]).value).chip_keys[0]
    assert chip.passport.chip_key
    assert told.public != chip.passport.chip_key.public


@pytest.mark.parametrize("genuine", [True, False])
def test_active_authentication_with_ecdsa(genuine: bool) -> None:
    chip = make(LINES, Fault.NONE if genuine else Fault.COPY, profile=QUICK).chip
    channel = channel_to(chip)
    open_chip(channel, KEY, made_up())
    challenge = bytes(range(8))
    signature = channel.send(Command(0, 0x88, 0, 0, challenge, ne=256)).data
    assert len(signature) == 64
    r, s = (int.from_bytes(part) for part in (signature[:32], signature[32:]))
    public = load_der_public_key(tlv.first(chip.passport.files[0x010F]).value)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    verify = (encode_dss_signature(r, s), challenge, ec.ECDSA(hashes.SHA256()))
    if genuine:
        public.verify(*verify)
    else:
        with pytest.raises(InvalidSignature):
            public.verify(*verify)


def test_active_authentication_with_rsa_recovers_the_message() -> None:
    profile = replace(QUICK, active_authentication=Signature.RSA_PKCS1)
    passport = personalise(LINES, profile)
    _, channel = opened(passport)
    challenge = bytes(range(8))
    signature = channel.send(Command(0, 0x88, 0, 0, challenge, ne=128)).data
    public = load_der_public_key(tlv.first(passport.files[0x010F]).value)
    assert isinstance(public, rsa.RSAPublicKey)
    numbers = public.public_numbers()
    opened_up = pow(int.from_bytes(signature), numbers.e, numbers.n).to_bytes(len(signature))
    assert (opened_up[0], opened_up[-2:]) == (0x6A, b"\x34\xcc")
    assert hashlib.sha256(opened_up[1:-34] + challenge).digest() == opened_up[-34:-2]


def test_a_document_that_is_taken_away_comes_back() -> None:
    chip = make(LINES, Fault.REMOVED, profile=QUICK, after=100).chip
    channel = channel_to(chip)
    open_chip(channel, KEY, made_up())
    with pytest.raises(TakenAwayError):
        read(channel, SOD)
    channel.reconnect()
    open_chip(channel, KEY, made_up())
    assert read(channel, SOD) == chip.passport.files[SOD]


def test_a_card_that_is_taken_away_is_silent_for_a_while() -> None:
    now = [100.0]

    def answer(command: bytes) -> bytes:
        if command == b"gone":
            raise TakenAwayError
        return b"\x90\x00"

    card = Card(answer, clock=lambda: now[0])
    activate(card)
    assert card.answer(b"\x02gone") is None
    now[0] += 1.9
    assert card.answer(b"\x26") is None
    now[0] += 0.2
    activate(card)
    assert card.answer(b"\x02here") == b"\x02\x90\x00"


def test_a_card_at_work_asks_for_time() -> None:
    slept: list[float] = []
    card = Card(lambda command: b"\x90\x00", effort=lambda: 1.0, sleep=slept.append)
    activate(card)
    block = card.answer(b"\x02work")
    while block and block[0] == 0xF2:
        block = card.answer(block)
    assert (block, sum(slept)) == (b"\x02\x90\x00", 1.0)


def activate(card: Card) -> None:
    assert card.answer(b"\x26")
    identifier = card.answer(b"\x93\x20")
    assert identifier
    assert card.answer(b"\x93\x70" + identifier) == b"\x20"
    assert card.answer(b"\xe0\x80")


def test_without_field_the_chip_forgets() -> None:
    faulty = make(LINES, profile=QUICK)
    card = faulty.card()
    activate(card)
    assert card.answer(b"\x02" + APPLICATION) == b"\x02\x90\x00"
    assert card.answer(b"\x03" + bytes.fromhex("0084000008"))
    card.power_off()
    activate(card)
    answer = card.answer(b"\x02" + bytes.fromhex("0084000008"))
    assert answer == b"\x02\x69\x85"  # the application is not selected any more


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (Fault.WRONG_KEY, ChipVerdict.WRONG_KEY),
        (Fault.BLOCKED, ChipVerdict.DELAYED),
        (Fault.UNSUPPORTED, ChipVerdict.UNSUPPORTED),
    ],
)
def test_faults_that_keep_it_closed(fault: Fault, verdict: ChipVerdict) -> None:
    channel = channel_to(make(LINES, fault, profile=QUICK).chip)
    with pytest.raises(ChipError) as refused:
        open_chip(channel, KEY, made_up())
    assert refused.value.verdict is verdict


def test_one_that_answers_naked_is_not_believed() -> None:
    channel = channel_to(make(LINES, Fault.NAKED, profile=QUICK).chip)
    open_chip(channel, KEY, made_up())
    with pytest.raises(ChipError) as refused:
        channel.send(Command(0, 0xB0, 0x81, 0, ne=4))
    assert refused.value.verdict is ChipVerdict.MESSAGING_BROKEN


@pytest.mark.parametrize(
    ("fault", "file", "status"),
    [
        (Fault.DENIED, 0x0101, 0x6982),
        (Fault.STATUS_WORD, 0x0101, 0x6F00),
        (Fault.MISSING_SOD, SOD, 0x6A82),
    ],
)
def test_files_that_are_not_handed_out(fault: Fault, file: int, status: int) -> None:
    channel = channel_to(make(LINES, fault, profile=QUICK).chip)
    open_chip(channel, KEY, made_up())
    assert channel.send(Command(0, 0xA4, 2, 0x0C, file.to_bytes(2))).status == status


@pytest.mark.parametrize("lines", [ICAO["TD1"], ICAO["TD2"], ICAO["TD3"]], ids=len)
def test_altered_and_signed_are_not_the_same(lines: tuple[str, ...]) -> None:
    altered = make(lines, Fault.ALTERED_GROUP, profile=QUICK).chip.passport
    other = make(lines, Fault.OTHER_DOCUMENT, profile=QUICK).chip.passport
    genuine = make(lines, profile=QUICK).chip.passport
    assert altered.files[0x0101] == other.files[0x0101] != genuine.files[0x0101]
    assert hashlib.sha256(altered.files[0x0101]).digest() not in altered.files[SOD]
    assert hashlib.sha256(other.files[0x0101]).digest() in other.files[SOD]
    assert other.mrz_key == genuine.mrz_key


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_makes_a_chip(fault: Fault) -> None:
    authority = make_authority(country="UT")
    faulty = make(LINES, fault, authority, profile=QUICK)
    assert faulty.ats[0] == len(faulty.ats)
    trusted = x509.load_der_x509_certificate(certificate_to_trust(authority, fault))
    if fault in (Fault.MISSING_SOD, Fault.MALFORMED_SOD):
        return
    data = cms.ContentInfo.load(tlv.first(faulty.chip.passport.files[SOD]).value)["content"]
    signer = x509.load_der_x509_certificate(data["certificates"][0].dump())
    if fault in (Fault.UNKNOWN_ISSUER, Fault.FALSE_ISSUER):
        with pytest.raises((InvalidSignature, ValueError)):
            signer.verify_directly_issued_by(trusted)
    else:
        signer.verify_directly_issued_by(trusted)
