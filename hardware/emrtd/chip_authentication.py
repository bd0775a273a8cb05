"""The chip proves that it has the private key for its public key in DG14.

ICAO Doc 9303 part 11 section 6.2, BSI TR-03110 part 1 section 3.4 (version 1).
"""

from collections.abc import Callable

from hardware.emrtd import tlv
from hardware.emrtd.apdu import SHORT, Command
from hardware.emrtd.channel import Channel
from hardware.emrtd.checks import PASSED, Check, failed, not_done
from hardware.emrtd.ciphers import ENC, MAC, Suite, derive
from hardware.emrtd.domain_parameters import Domain
from hardware.emrtd.errors import ChipError
from hardware.emrtd.secure_messaging import SecureMessaging
from hardware.emrtd.security_infos import (
    ChipAuthenticationInfo,
    ChipAuthenticationKey,
    SecurityInfos,
)
from hardware.verdicts import CheckReason

_VERSION = 1
"""Of the protocol; version 2 derives its keys otherwise, and is not ICAO's."""
_AROUND = 60
"""Bytes of a protected command around a public key in it."""

_PING = Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex("0101"))
"""SELECT of DG1: a harmless command, whose answer only the owner of the key can protect."""


def authenticate(
    channel: Channel,
    infos: SecurityInfos,
    random: Callable[[int], bytes],
    *,
    longest: int = SHORT + 2,
) -> Check:
    """Whether the chip has the private key of a public one in these infos of DG14.

    After it passed the channel is protected by new keys; after it failed by none that the chip
    knows. `longest`: bytes of the longest response, as `files.largest_response` finds it; a key
    that would need more each way is not used. Raises `LinkError`.
    """
    if not infos.chip_keys:
        return not_done(CheckReason.NOT_THERE)
    carried = min(longest, channel.abilities.largest_command)
    for key in infos.chip_keys:
        way = _way(infos, key)
        if way and key.domain is not None and key.domain.public_size + _AROUND <= carried:
            break
    else:
        return not_done(CheckReason.UNSUPPORTED)
    try:
        return _run(channel, way, key, key.domain, random)
    except ChipError:
        return failed(CheckReason.WRONG_ANSWER)
    except ValueError:  # a public key that is not of its own group
        return failed(CheckReason.MALFORMED)


def _way(infos: SecurityInfos, key: ChipAuthenticationKey) -> ChipAuthenticationInfo | None:
    """The info that goes with the key; None where it is only for what we do not know.

    Where there are no infos at all it is 3DES, as before they were written.
    """
    if not infos.chip_authentication:
        return ChipAuthenticationInfo(b"", key.kind, Suite.DES3, _VERSION, key.key_id)
    ways = [
        info
        for info in infos.chip_authentication
        if info.kind == key.kind and info.version == _VERSION
    ]
    named = [info for info in ways if info.key_id == key.key_id]
    return next(iter(named or ways), None)


def _run(
    channel: Channel,
    way: ChipAuthenticationInfo,
    key: ChipAuthenticationKey,
    domain: Domain,
    random: Callable[[int], bytes],
) -> Check:
    private = domain.generate(random)
    ours = domain.public(private)
    secret = domain.shared(private, key.public)
    reference = b"" if key.key_id is None else tlv.wrap(0x84, _short(key.key_id))
    if way.suite is Suite.DES3:
        commands = [Command(0x00, 0x22, 0x41, 0xA6, tlv.wrap(0x91, ours) + reference)]
    else:
        agreed = tlv.wrap(0x7C, tlv.wrap(0x80, ours))
        commands = [
            Command(0x00, 0x22, 0x41, 0xA4, tlv.wrap(0x80, way.oid) + reference),
            Command(0x00, 0x86, data=agreed, ne=SHORT),
        ]
    for command in commands:
        if not channel.send(command).ok:
            return failed(CheckReason.WRONG_ANSWER)
    enc, code = (derive(way.suite, secret, use) for use in (ENC, MAC))
    channel.protection = SecureMessaging(way.suite, enc, code)
    channel.send(_PING)
    return PASSED


def _short(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8))
