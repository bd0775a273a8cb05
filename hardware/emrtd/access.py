"""Opening a chip: PACE where the chip has it and we know it, basic access control else.

ICAO Doc 9303 part 11 section 4.2.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from hardware.chip_link import ContactLostError, DeadlineError, ProtocolError
from hardware.emrtd.access_keys import AccessKey, MrzKey
from hardware.emrtd.apdu import Command
from hardware.emrtd.bac import open_bac
from hardware.emrtd.channel import Channel
from hardware.emrtd.errors import ChipError
from hardware.emrtd.files import CARD_ACCESS, CARD_SECURITY, FileReader
from hardware.emrtd.pace import Pace, open_pace, supported
from hardware.emrtd.security_infos import Mapping, PaceInfo, SecurityInfos, parse
from hardware.verdicts import ChipVerdict

EMRTD = bytes.fromhex("A0000002471001")
"""The passport application (ICAO Doc 9303 part 10 section 3.3)."""
MASTER_FILE = Command(0x00, 0xA4, 0x00, 0x0C, bytes.fromhex("3F00"))

MASTER_FILE_WAIT = 2.0
"""Seconds for it: some chips never answer."""

_FINAL = {ChipVerdict.WRONG_KEY, ChipVerdict.DELAYED, ChipVerdict.NOT_EMRTD}
"""What no other way of opening could better."""


@dataclass(frozen=True, repr=False)
class Opened:
    """How a chip was opened."""

    name: str
    """`BAC`, or as `PACE ECDH-GM AES-128 brainpoolP256r1`."""
    pace: Pace | None = None
    card_security: bytes | None = None
    """EF.CardSecurity, where the chip-authentication mapping needs it."""


def presence(channel: Channel) -> bool:
    """Whether this is a travel document's chip, without a key; raises `LinkError`.

    A chip that wants PACE first may keep the application to itself, but shows EF.CardAccess.
    """
    return _select_application(channel) or bool(_offered(_card_access(channel)).pace)


def open_chip(channel: Channel, key: AccessKey, random: Callable[[int], bytes]) -> Opened:
    """Opens the chip and selects the passport application; the channel is protected from then on.

    Raises `ChipError`: NOT_EMRTD, WRONG_KEY, DELAYED, UNSUPPORTED or MESSAGING_BROKEN; `LinkError`.
    After a wrong key the other protocol is not tried: it would only make the chip wait longer.
    """
    card_access = _card_access(channel)
    try:
        return _open(channel, key, card_access, random)
    except ChipError as failed:
        known = card_access is not None
        if known or failed.verdict not in (ChipVerdict.UNSUPPORTED, ChipVerdict.NOT_EMRTD):
            raise
        failure = failed
    # Neither way: on some chips EF.CardAccess is found only once the master file was selected,
    # which others, Danish ones among them, must not be asked for.
    channel.reconnect()
    try:
        channel.send(MASTER_FILE, MASTER_FILE_WAIT)
    except (ContactLostError, DeadlineError, ProtocolError):
        raise failure from None
    return _open(channel, key, _card_access(channel), random)


def _open(
    channel: Channel, key: AccessKey, card_access: bytes | None, random: Callable[[int], bytes]
) -> Opened:
    infos = _offered(card_access)
    failure = None
    able = [info for info in infos.pace if supported(info, channel.abilities)]
    for info in sorted(able, key=_preference):
        ambiguous = Counter(each.oid for each in infos.pace)[info.oid] > 1
        try:
            pace = open_pace(channel, info, key, random, ambiguous=ambiguous)
            channel.protection = pace.messaging
            security = _card_security(channel) if pace.proof else None
            if not _select_application(channel):
                raise ChipError(ChipVerdict.NOT_EMRTD)
            name = f"PACE {info.name} {pace.domain.name}"
            return Opened(name, pace, security)
        except ChipError as failed:
            if failed.verdict in _FINAL:
                raise
            failure = failed
        channel.reconnect()  # a failed PACE leaves some chips in no state to go on
    if not _select_application(channel) and not infos.pace:
        raise ChipError(ChipVerdict.NOT_EMRTD)
    if not isinstance(key, MrzKey):
        raise failure or ChipError(ChipVerdict.UNSUPPORTED)
    try:
        channel.protection = open_bac(channel, key, random)
    except ChipError as failed:
        # That the chip has no BAC either says less than how PACE failed.
        raise (
            failure if failure and failed.verdict is ChipVerdict.UNSUPPORTED else failed
        ) from None
    return Opened("BAC")


def _card_access(channel: Channel) -> bytes | None:
    try:
        return FileReader(channel).read(CARD_ACCESS, select=True)
    except ChipError:
        return None


def _card_security(channel: Channel) -> bytes | None:
    with suppress(ChipError):  # without it the chip only proves itself in another way
        return FileReader(channel).read(CARD_SECURITY, select=True)
    return None


def _offered(card_access: bytes | None) -> SecurityInfos:
    """What EF.CardAccess offers; nothing where there is none, or none that is one."""
    try:
        return parse(card_access) if card_access else SecurityInfos()
    except ChipError:
        return SecurityInfos()


def _select_application(channel: Channel) -> bool:
    # No answer is asked for: German chips refuse the command otherwise.
    return channel.send(Command(0x00, 0xA4, 0x04, 0x0C, EMRTD)).ok


def _preference(info: PaceInfo) -> tuple[bool, int]:
    """Curves before the slower residues; the generic mapping, which needs the least, first."""
    return info.kind == "DH", list(Mapping).index(info.mapping)
