"""What a chip says of its protocols: EF.CardAccess, EF.CardSecurity and DG14 hold such lists.

ICAO Doc 9303 part 11 section 9.2, BSI TR-03110 part 3 A.1.1. What is not known is passed over.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from asn1crypto.core import ObjectIdentifier

from hardware.emrtd import tlv
from hardware.emrtd.ciphers import Suite
from hardware.emrtd.domain_parameters import Domain, public_key_domain
from hardware.emrtd.errors import ChipError
from hardware.verdicts import ChipVerdict

SUITES = {1: Suite.DES3, 2: Suite.AES128, 3: Suite.AES192, 4: Suite.AES256}
"""The last arc of a protocol's identifier."""

SEQUENCE, INTEGER, OID, SET = 0x30, 0x02, 0x06, 0x31

_BSI = "0.4.0.127.0.7.2.2"
_PUBLIC_KEY = f"{_BSI}.1"
_CHIP_AUTHENTICATION = f"{_BSI}.3"
_PACE = f"{_BSI}.4"
_ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"


class Mapping(StrEnum):
    """How PACE turns the nonce into a generator."""

    GENERIC = "GM"
    CHIP_AUTHENTICATION = "CAM"
    INTEGRATED = "IM"


_KINDS = {1: "DH", 2: "ECDH"}
_PACE_KINDS = {
    1: ("DH", Mapping.GENERIC),
    2: ("ECDH", Mapping.GENERIC),
    3: ("DH", Mapping.INTEGRATED),
    4: ("ECDH", Mapping.INTEGRATED),
    6: ("ECDH", Mapping.CHIP_AUTHENTICATION),
}


@dataclass(frozen=True)
class PaceInfo:
    """One way of PACE that the chip offers."""

    oid: bytes
    """Its object identifier's value, as it goes into commands."""
    kind: str
    """`DH` or `ECDH`."""
    mapping: Mapping
    suite: Suite
    parameter_id: int | None
    """Of the standardized domain parameters, None for parameters of the chip's own."""

    @property
    def name(self) -> str:
        """As `ECDH-GM AES-128`."""
        return f"{self.kind}-{self.mapping} {self.suite.label}"


@dataclass(frozen=True)
class ChipAuthenticationInfo:
    """One way of chip authentication that the chip offers."""

    oid: bytes
    kind: str
    suite: Suite
    version: int
    key_id: int | None


@dataclass(frozen=True)
class ChipAuthenticationKey:
    """A public key of the chip's; `domain` is None where its group is not known."""

    kind: str
    domain: Domain | None
    public: bytes
    key_id: int | None


@dataclass(frozen=True)
class ActiveAuthenticationInfo:
    """With which signature the chip answers in active authentication, by dotted identifier."""

    signature: str


@dataclass(frozen=True)
class SecurityInfos:
    """All that a chip offers and that we know, in its own order."""

    pace: tuple[PaceInfo, ...] = ()
    chip_authentication: tuple[ChipAuthenticationInfo, ...] = ()
    chip_keys: tuple[ChipAuthenticationKey, ...] = ()
    active_authentication: tuple[ActiveAuthenticationInfo, ...] = ()


def parse(data: bytes) -> SecurityInfos:
    """The infos in these bytes, a SET OF SecurityInfo; what follows the set does not count.

    Raises `ChipError` (FILE_MALFORMED).
    """
    try:
        outer = tlv.first(data)
        if outer.tag != SET:
            raise ValueError("not a set")
        infos = [_info(item) for item in tlv.each(outer.value)]
    except (ValueError, TypeError, IndexError) as malformed:
        raise ChipError(ChipVerdict.FILE_MALFORMED) from malformed
    return SecurityInfos(
        tuple(info for info in infos if isinstance(info, PaceInfo)),
        tuple(info for info in infos if isinstance(info, ChipAuthenticationInfo)),
        tuple(info for info in infos if isinstance(info, ChipAuthenticationKey)),
        tuple(info for info in infos if isinstance(info, ActiveAuthenticationInfo)),
    )


Info = PaceInfo | ChipAuthenticationInfo | ChipAuthenticationKey | ActiveAuthenticationInfo


def _info(item: tlv.Tlv) -> Info | None:
    protocol, *rest = tlv.each(item.value)
    if item.tag != SEQUENCE or protocol.tag != OID or not rest:
        raise ValueError("not a SecurityInfo")
    dotted = _dotted(protocol)
    family, _, last = dotted.rpartition(".")
    family_above, _, before_last = family.rpartition(".")
    known = int(last) in SUITES
    if family_above == _PACE and int(before_last) in _PACE_KINDS and known:
        kind, mapping = _PACE_KINDS[int(before_last)]
        suite = SUITES[int(last)]
        return PaceInfo(protocol.value, kind, mapping, suite, _optional_number(rest, 1))
    if family_above == _CHIP_AUTHENTICATION and int(before_last) in _KINDS and known:
        kind = _KINDS[int(before_last)]
        make = partial(ChipAuthenticationInfo, protocol.value, kind, SUITES[int(last)])
        return make(_number(rest[0]), _optional_number(rest, 1))
    if family == _PUBLIC_KEY and int(last) in _KINDS:
        found = public_key_domain(tlv.wrap(rest[0].tag, rest[0].value))
        domain, public = found or (None, b"")
        return ChipAuthenticationKey(_KINDS[int(last)], domain, public, _optional_number(rest, 1))
    if dotted == _ACTIVE_AUTHENTICATION and len(rest) > 1:
        return ActiveAuthenticationInfo(_dotted(rest[1]))
    return None


def _dotted(item: tlv.Tlv) -> str:
    return str(ObjectIdentifier.load(tlv.wrap(OID, item.value)).dotted)


def _number(item: tlv.Tlv) -> int:
    if item.tag != INTEGER or not 1 <= len(item.value) <= 4:
        raise ValueError("not a small number")
    return int.from_bytes(item.value)


def _optional_number(items: list[tlv.Tlv], at: int) -> int | None:
    return _number(items[at]) if len(items) > at else None
