"""Writing ASN.1 in its distinguished encoding (DER, ITU-T X.690)."""

from datetime import datetime

from asn1crypto.core import ObjectIdentifier

from hardware.emrtd.tlv import wrap

NULL = b"\x05\x00"
TRUE = b"\x01\x01\xff"


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE of these."""
    return wrap(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """A SET OF these, in the order that DER asks for."""
    return wrap(0x31, b"".join(sorted(parts)))


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    return bytes(ObjectIdentifier(dotted).dump())


def integer(number: int) -> bytes:
    """An INTEGER that is not negative."""
    return wrap(0x02, number.to_bytes(number.bit_length() // 8 + 1))


def octets(data: bytes) -> bytes:
    """An OCTET STRING."""
    return wrap(0x04, data)


def bits(data: bytes) -> bytes:
    """A BIT STRING of whole bytes."""
    return wrap(0x03, b"\0" + data)


def printable(text: str) -> bytes:
    """A PrintableString."""
    return wrap(0x13, text.encode("ascii"))


def time(at: datetime) -> bytes:
    """A UTCTime, which goes up to 2049."""
    return wrap(0x17, f"{at:%y%m%d%H%M%SZ}".encode())


def context(number: int, *parts: bytes) -> bytes:
    """A constructed, context-specific object: explicit tagging, or an implicit SET."""
    return wrap(0xA0 | number, b"".join(parts))
