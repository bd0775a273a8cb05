"""A chip with one of the faults."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hardware.emrtd.access_keys import MrzKey
from hardware.emrtd.tlv import wrap
from hardware.mrz.parsing import parse
from hardware.simulated.contactless import ATS, Card
from hardware.simulated.emrtd import der
from hardware.simulated.emrtd.chip import Behaviour, Chip
from hardware.simulated.emrtd.faults import Fault
from hardware.simulated.emrtd.issuing import Authority, country_of, make_authority
from hardware.simulated.emrtd.keys import EcKey
from hardware.simulated.emrtd.personalisation import (
    BARE,
    CARD_ACCESS,
    DANISH,
    SOD,
    PaceOffer,
    Passport,
    Profile,
    personalise,
)

_GROUP_1 = 0x0101
_ANOTHER_KEY = MrzKey.of("X00000000", "700101", "300101")
_UNKNOWN_PARAMETERS = 31


def authority_of(lines: Sequence[str], private: int) -> Authority:
    """The authority of the country of this document, with this private key."""
    return make_authority(EcKey(13, private), country_of(parse(lines).issuer))


def certificate_to_trust(authority: Authority, fault: Fault) -> bytes:
    """What a kiosk is to trust (DER): this authority, or one of elsewhere (`UNKNOWN_ISSUER`)."""
    if fault is Fault.UNKNOWN_ISSUER:
        return make_authority(country="SE" if authority.country != "SE" else "UT").certificate()
    return authority.certificate()


@dataclass(frozen=True, repr=False)
class Faulty:
    """A chip, and how its card behaves on the air."""

    chip: Chip
    ats: bytes
    extensions: int

    def card(self) -> Card:
        """It as a card in the field."""
        return Card(
            self.chip.answer,
            ats=self.ats,
            extensions=self.extensions,
            forget=self.chip.power_off,
            effort=lambda: self.chip.effort,
        )


def make(
    lines: Sequence[str],
    fault: Fault = Fault.NONE,
    authority: Authority | None = None,
    *,
    profile: Profile = DANISH,
    status: int = 0x6F00,
    after: int = 400,
) -> Faulty:
    """The document with these lines and this fault.

    `status`: the word of `STATUS_WORD`; `after`: bytes of files after which it is taken away.
    """
    authority = authority or make_authority(country=country_of(parse(lines).issuer))
    if fault is Fault.FALSE_ISSUER:
        authority = Authority(make_authority().key, authority.country, posing_as=authority)
    passport = _passport(lines, fault, authority, profile)
    chip = Chip(passport, _behaviour(fault, status, after))
    frames = 2 if fault is Fault.SHORT_FRAMES else ATS[1] & 0x0F
    ats = bytes([ATS[1] & 0xF0 | frames]) + ATS[2:5] + passport.historical_bytes
    return Faulty(chip, bytes([len(ats) + 1]) + ats, 3 if fault is Fault.WAITING else 0)


def _behaviour(fault: Fault, status: int, after: int) -> Behaviour:
    match fault:
        case Fault.REMOVED | Fault.UNSTABLE:
            again = fault is Fault.UNSTABLE
            return Behaviour(taken_after=after, taken_every_time=again)
        case Fault.SLOW:
            return Behaviour(effort=1.0)
        case Fault.HANGS:
            return Behaviour(effort=3600.0)
        case Fault.SHORT_READS:
            return Behaviour(largest_read=0x80)
        case Fault.BLOCKED:
            return Behaviour(wrong_key=0x6983)
        case Fault.NAKED:
            return Behaviour(naked=True)
        case Fault.DENIED:
            return Behaviour(denied={_GROUP_1: 0x6982})
        case Fault.STATUS_WORD:
            return Behaviour(denied={_GROUP_1: status})
    return Behaviour()


def _passport(
    lines: Sequence[str], fault: Fault, authority: Authority, profile: Profile
) -> Passport:
    def made(of: Sequence[str] = lines, like: Profile = profile) -> Passport:
        return personalise(of, like, authority=authority)

    match fault:
        case Fault.PACE_ONLY:
            return made(like=replace(profile, bac=False, pace=profile.pace or (PaceOffer(),)))
        case Fault.BAC_ONLY:
            return made(like=replace(BARE, signature=profile.signature))
        case Fault.UNSUPPORTED:
            passport = made(like=replace(profile, bac=False))
            numbers = der.integer(2), der.integer(_UNKNOWN_PARAMETERS)
            info = der.sequence(der.oid(PaceOffer().oid), *numbers)
            return replace(passport, outside={CARD_ACCESS: der.set_of(info)})
        case Fault.WRONG_KEY | Fault.BLOCKED:
            return replace(made(), mrz_key=_ANOTHER_KEY)
        case Fault.MISSING_SOD:
            return made().with_files({SOD: None})
        case Fault.MALFORMED_SOD:
            return made().with_files({SOD: wrap(0x77, b"\x30\x82\x04\x00" + bytes(600))})
        case Fault.WRONG_SIGNATURE:
            passport = made()
            sod = passport.files[SOD]  # it ends in the signature
            return passport.with_files({SOD: sod[:-1] + bytes([sod[-1] ^ 1])})
        case Fault.MALFORMED_GROUP:
            return made().with_files({_GROUP_1: wrap(0x61, b"\x5f\x1f\x7f" + bytes(20))})
        case Fault.ALTERED_GROUP:
            return made().with_files({_GROUP_1: made(_renamed(lines)).files[_GROUP_1]})
        case Fault.OTHER_DOCUMENT:
            return made(_renamed(lines))
        case Fault.COPY:
            passport, other = made(), made()
            return replace(passport, chip_key=other.chip_key, active_key=other.active_key)
    return made()


def _renamed(lines: Sequence[str]) -> list[str]:
    """The lines with another surname, which no check digit covers."""
    surname = parse(lines).surname.replace(" ", "<")
    other = surname[:-1] + ("X" if surname[-1] != "X" else "Y")
    return [line.replace(f"{surname}<<", f"{other}<<", 1) for line in lines]
