"""One chip whole: what counts as its proof, and that it is asked for nothing that cannot come."""

import secrets
from dataclasses import replace
from datetime import date

import pytest

from hardware.emrtd import chip_authentication
from hardware.emrtd.access import open_chip
from hardware.emrtd.access_keys import MrzKey
from hardware.emrtd.certificates import Certificate
from hardware.emrtd.channel import Channel
from hardware.emrtd.checks import PASSED, failed, not_done
from hardware.emrtd.inspection import DG14, Inspection, Result
from hardware.emrtd.lds import dg14
from hardware.emrtd.trust import TrustStore
from hardware.mrz.specimens import ICAO
from hardware.simulated.emrtd.chip import Chip
from hardware.simulated.emrtd.issuing import make_authority
from hardware.simulated.emrtd.keys import Signature
from hardware.simulated.emrtd.personalisation import (
    CAM,
    CARD_SECURITY,
    PaceOffer,
    Passport,
    Profile,
    personalise,
)
from hardware.verdicts import CheckReason, ChipCheck, ChipVerdict
from tests.unit.chip_scripts import Link, link_to

LINES = ICAO["TD3"]
KEY = MrzKey.of("L898902C3", "740812", "120415")
AUTHORITY = make_authority()
TRUST = TrustStore([Certificate(AUTHORITY.certificate())])
QUICK = Profile(signature=Signature.ECDSA, portrait=False)
MAPPED = replace(
    QUICK, pace=(PaceOffer(mapping=CAM),), chip_authentication=None, active_authentication=None
)
"""It can prove itself by nothing but the mapping."""


def document(profile: Profile) -> Passport:
    return personalise(LINES, profile, authority=AUTHORITY)


def inspected(link: Link) -> Result:
    inspection = Inspection(KEY, LINES, TRUST, today=date(2012, 1, 1))
    return inspection.run(link, 60.0)


def by_chip_key(passport: Passport) -> object:
    return inspected(link_to(Chip(passport))).checks[ChipCheck.CHIP_AUTHENTICATION]


def test_a_chip_proves_itself_by_the_mapping_of_pace() -> None:
    result = inspected(link_to(Chip(document(MAPPED))))
    assert result.checks[ChipCheck.CHIP_AUTHENTICATION] == PASSED
    assert result.verdict is ChipVerdict.WORKS


def test_a_key_that_no_known_country_signed_proves_nothing() -> None:
    genuine = document(MAPPED)
    forged = personalise(LINES, MAPPED, authority=make_authority())
    outside = {**genuine.outside, CARD_SECURITY: forged.outside[CARD_SECURITY]}
    copy = replace(genuine, outside=outside, mapping_key=forged.mapping_key)
    assert by_chip_key(copy) == not_done(CheckReason.NOT_THERE)


def test_the_good_key_of_one_document_does_not_prove_the_groups_of_another() -> None:
    profile = replace(MAPPED, chip_authentication=QUICK.chip_authentication)
    one, other = document(profile), document(profile)
    copy = replace(
        one, outside=other.outside, mapping_key=other.mapping_key, chip_key=other.chip_key
    )
    assert by_chip_key(one) == PASSED
    assert by_chip_key(copy) == failed(CheckReason.WRONG_ANSWER)


def test_a_proof_by_a_key_of_altered_groups_is_none() -> None:
    one, other = document(QUICK), document(QUICK)
    name = DG14.id
    altered = replace(one.with_files({name: other.files[name]}), chip_key=other.chip_key)
    result = inspected(link_to(Chip(altered)))
    assert result.checks[ChipCheck.CHIP_AUTHENTICATION] == not_done(CheckReason.NOT_SIGNED)
    assert result.verdict is ChipVerdict.GROUPS_ALTERED


LONG_SIGNATURE = replace(
    QUICK, active_authentication=Signature.RSA_PSS, active_rsa_bits=2048, extended=True
)
LONG_KEY = replace(QUICK, chip_parameter_id=1, extended=True)


@pytest.mark.parametrize(
    ("profile", "check"),
    [
        (LONG_SIGNATURE, ChipCheck.ACTIVE_AUTHENTICATION),
        (LONG_KEY, ChipCheck.CHIP_AUTHENTICATION),
    ],
)
def test_what_the_reader_cannot_carry_is_not_asked_for(profile: Profile, check: ChipCheck) -> None:
    passport = document(profile)
    assert inspected(link_to(Chip(passport))).checks[check] == PASSED
    short = inspected(link_to(Chip(passport), extended=False))
    assert short.checks[check] == not_done(CheckReason.UNSUPPORTED)
    assert short.verdict is ChipVerdict.WORKS


def test_a_version_of_chip_authentication_that_is_not_known_is_not_tried() -> None:
    passport = document(QUICK)
    infos = dg14(passport.files[DG14.id])
    newer = tuple(replace(info, version=2) for info in infos.chip_authentication)
    link = link_to(Chip(passport))
    check = chip_authentication.authenticate(
        Channel(link, 60.0, clock=lambda: 0.0),
        replace(infos, chip_authentication=newer),
        lambda size: bytes(size),
    )
    assert check == not_done(CheckReason.UNSUPPORTED)
    assert not link.sent


def test_of_two_keys_the_one_that_goes_with_a_way_is_used() -> None:
    passport = document(replace(QUICK, chip_key_id=7))
    infos = dg14(passport.files[DG14.id])
    unknown = replace(infos.chip_keys[0], kind="DH", domain=None, key_id=1)
    channel = Channel(link_to(Chip(passport)), 60.0, clock=lambda: 0.0)
    open_chip(channel, KEY, secrets.token_bytes)
    both = replace(infos, chip_keys=(unknown, *infos.chip_keys))
    assert chip_authentication.authenticate(channel, both, secrets.token_bytes) == PASSED


class BreaksOff(Chip):
    """A chip that answers without protection, and forgets its session, when asked for so much."""

    def __init__(self, passport: Passport, most: int) -> None:
        super().__init__(passport)
        self._most = most

    def answer(self, apdu: bytes) -> bytes:
        if apdu[:2] == b"\x0c\xb0" and (apdu[apdu.index(b"\x97\x01") + 2] or 256) > self._most:
            self.power_off()
            return bytes.fromhex("6700")
        return super().answer(apdu)


def test_a_chip_that_breaks_off_when_asked_for_much_is_read_in_another_session() -> None:
    link = link_to(BreaksOff(document(QUICK), 192))
    result = inspected(link)
    assert result.verdict is ChipVerdict.WORKS
    assert result.checks[ChipCheck.GROUP_HASHES] == PASSED
    assert link.resets == 1


def test_a_chip_that_breaks_off_whatever_it_is_asked_ends_the_reading() -> None:
    link = link_to(BreaksOff(document(QUICK), 0))
    assert inspected(link).verdict is ChipVerdict.MESSAGING_BROKEN
    assert link.resets == 1
