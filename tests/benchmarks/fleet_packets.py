"""Just enough of MQTT 5 for thousands of simulated kiosks in one process: packets out and in."""

from collections.abc import Iterator
from typing import NamedTuple

CONNACK, PUBLISH, PUBACK, PINGRESP = 0x20, 0x30, 0x40, 0xD0
PING = b"\xc0\x00"


class Packet(NamedTuple):
    """One packet that came in."""

    kind: int
    """The upper half of its first byte."""
    flags: int
    body: bytes


def connect(name: str, keepalive: int, will_topic: str, will: bytes, delay: int) -> bytes:
    """CONNECT with a clean start and a retained will (QoS 1), told after `delay` seconds."""
    properties = b"\x18" + delay.to_bytes(4, "big")
    body = (
        _text("MQTT") + b"\x05" + bytes([0x02 | 0x04 | 0x08 | 0x20]) + keepalive.to_bytes(2, "big")
        + b"\x00" + _text(name)
        + _length(len(properties)) + properties + _text(will_topic) + _binary(will)
    )  # fmt: skip
    return b"\x10" + _length(len(body)) + body


def subscribe(number: int, filters: list[str]) -> bytes:
    """SUBSCRIBE at QoS 1."""
    body = number.to_bytes(2, "big") + b"\x00" + b"".join(_text(one) + b"\x01" for one in filters)
    return b"\x82" + _length(len(body)) + body


def publish(number: int, topic: str, payload: bytes, retain: bool = False) -> bytes:
    """PUBLISH at QoS 1."""
    body = _text(topic) + number.to_bytes(2, "big") + b"\x00" + payload
    return bytes([0x32 | retain]) + _length(len(body)) + body


def puback(number: int) -> bytes:
    """PUBACK."""
    return b"\x40\x02" + number.to_bytes(2, "big")


def published(packet: Packet) -> tuple[str, int, bytes]:
    """Topic, number (0 at QoS 0) and payload of a PUBLISH."""
    body = packet.body
    end = 2 + int.from_bytes(body[:2], "big")
    topic, number = body[2:end].decode(), 0
    if packet.flags & 0x06:
        number = int.from_bytes(body[end : end + 2], "big")
        end += 2
    size, end = _read_length(body, end) or (0, end)
    return topic, number, body[end + size :]


def packets(buffer: bytearray) -> Iterator[Packet]:
    """The whole packets at the beginning of a buffer, which are taken out of it."""
    while len(buffer) >= 2:
        read = _read_length(buffer, 1)
        if read is None or len(buffer) < read[0] + read[1]:
            return
        size, begin = read
        first, body = buffer[0], bytes(buffer[begin : begin + size])
        del buffer[: begin + size]
        yield Packet(first & 0xF0, first & 0x0F, body)


def _text(text: str) -> bytes:
    return _binary(text.encode())


def _binary(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def _length(size: int) -> bytes:
    out = bytearray()
    while size > 0x7F:
        out.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes([*out, size])


def _read_length(data: bytes | bytearray, at: int) -> tuple[int, int] | None:
    """A length and where what it counts begins; None while it is not there as a whole."""
    size = 0
    for place in range(4):
        if at + place >= len(data):
            return None
        byte = data[at + place]
        size |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return size, at + place + 1
    raise ValueError("no length")
