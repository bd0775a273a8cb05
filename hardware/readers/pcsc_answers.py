"""What card and reader say of themselves by PC/SC: the ATR, and the reader's properties."""

from dataclasses import dataclass

_DIRECT, _INVERSE = 0x3B, 0x3F
_CONTACTLESS = bytes.fromhex("8001")  # TD1 and TD2 of every contactless chip
_STORAGE = bytes.fromhex("804F0CA000000306")
"""Before the kind of a memory card: its application identifier has PC/SC's own RID."""

_TLV_PROPERTIES = 0x12  # FEATURE_GET_TLV_PROPERTIES
_MAX_DATA = 0x0A  # dwMaxAPDUDataSize


@dataclass(frozen=True, slots=True)
class Atr:
    """An answer to reset (ISO/IEC 7816-3 section 8.2), as far as we need it."""

    historical_bytes: bytes
    contactless: bool
    """It is what PC/SC makes up for a contactless chip (PC/SC part 3 section 3.1.3.2.3)."""
    memory: bool
    """The chip does not speak ISO/IEC 14443-4: the reader only lets its memory be read."""


def read_atr(atr: bytes) -> Atr | None:
    """An ATR, None when it is none."""
    if len(atr) < 2 or atr[0] not in (_DIRECT, _INVERSE):
        return None
    at, flags = 2, atr[1]
    while flags & 0xF0:
        at += (flags >> 4 & 0x0F).bit_count()
        if at > len(atr):
            return None
        flags = atr[at - 1] if flags & 0x80 else 0
    count = atr[1] & 0x0F
    historical = atr[at : at + count]
    if len(historical) < count:
        return None
    contactless = atr[1] & 0xF0 == 0x80 and atr[2:4] == _CONTACTLESS
    return Atr(historical, contactless, contactless and historical.startswith(_STORAGE))


def tlv_control(features: bytes) -> int | None:
    """The control code that asks for the properties, from the list of features (part 10, 2.2).

    Each feature is its tag, the length 4, and its control code, the high byte first.
    """
    for at in range(0, len(features) - 5, 6):
        if features[at] == _TLV_PROPERTIES and features[at + 1] == 4:
            return int.from_bytes(features[at + 2 : at + 6], "big")
    return None


def largest_data(properties: bytes) -> int:
    """How many bytes of data an APDU may have on this reader (part 10, 2.6.14), 0 when not said.

    Each property is a tag, a length and a value, the low byte first.
    """
    at = 0
    while at + 2 <= len(properties):
        tag, end = properties[at], at + 2 + properties[at + 1]
        if tag == _MAX_DATA and end <= len(properties):
            return int.from_bytes(properties[at + 2 : end], "little")
        at = end
    return 0
