"""Tag, length, value: how everything on a chip is wrapped (ISO/IEC 7816-4 section 5.2.2)."""

from collections.abc import Iterator
from dataclasses import dataclass


class MalformedTlvError(ValueError):
    """The bytes are not well-formed; the text says what is wrong and holds nothing of them."""


@dataclass(frozen=True, slots=True, repr=False)
class Tlv:
    """One object: its tag as a number (0x87, 0x7F49) and its value. No repr: it may be personal."""

    tag: int
    value: bytes
    size: int
    """Bytes that the whole object took, tag and length included."""


def header(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """Tag, length of the value, and bytes of tag and length together, of the object at `at`.

    Tags of up to 3 bytes, definite lengths of up to 3 bytes. Raises `MalformedTlvError`.
    """
    start = at
    tag = _byte(data, at)
    at += 1
    if tag & 0x1F == 0x1F:
        for _ in range(2):
            following = _byte(data, at)
            tag, at = tag << 8 | following, at + 1
            if not following & 0x80:
                break
        else:
            raise MalformedTlvError("a tag of more than 3 bytes")
    length = _byte(data, at)
    at += 1
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 3:
            raise MalformedTlvError("a length of no form that is used here")
        length = 0
        for _ in range(count):
            length, at = length << 8 | _byte(data, at), at + 1
    return tag, length, at - start


def first(data: bytes, at: int = 0) -> Tlv:
    """The object at `at`; raises `MalformedTlvError`, also when its value is cut short."""
    tag, length, head = header(data, at)
    value = data[at + head : at + head + length]
    if len(value) < length:
        raise MalformedTlvError("a value is cut short")
    return Tlv(tag, value, head + length)


def each(data: bytes) -> Iterator[Tlv]:
    """All objects of these bytes in a row; raises `MalformedTlvError` where one is none."""
    at = 0
    while at < len(data):
        found = first(data, at)
        yield found
        at += found.size


def find(data: bytes, tag: int) -> bytes | None:
    """The value of the first object with this tag, None when there is none."""
    return next((found.value for found in each(data) if found.tag == tag), None)


def wrap(tag: int, value: bytes) -> bytes:
    """The object with this tag and value, its length in the shortest form."""
    length = len(value)
    if length < 0x80:
        size = bytes([length])
    else:
        octets = (length.bit_length() + 7) // 8
        size = bytes([0x80 | octets]) + length.to_bytes(octets)
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1) + size + value


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise MalformedTlvError("the bytes end within a tag or a length")
    return data[at]
