"""What app and device host say to each other: typed, validated on both sides, capped in size.

Out of the host come only enums, counts, the issuing country and pixels already reduced to the
grid on the screen. On the wire every message is a length (4 bytes, big-endian) and msgpack.
"""

import struct
from typing import Annotated

import msgspec

from hardware.errors import Reason
from hardware.verdicts import (
    ChipExpected,
    ChipPhase,
    ChipVerdict,
    CodeHint,
    CodeVerdict,
    DeviceState,
    DocumentKind,
    FaceHint,
    HealingStep,
    Rehearsal,
    Role,
    ScannerKind,
)

LARGEST = 256 * 1024
"""No message is larger than this many bytes; a preview of 160x60 cells has 57,600."""

MOVED = 75
"""The host's exit code when its device was plugged in anew, where only a new host may reach it

(EX_TEMPFAIL of sysexits.h).
"""

Columns = Annotated[int, msgspec.Meta(ge=1, le=160)]
Rows = Annotated[int, msgspec.Meta(ge=1, le=60)]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{0,3}\Z")]
Count = Annotated[int, msgspec.Meta(ge=0)]
Tries = Annotated[int, msgspec.Meta(ge=0, le=15)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class _Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """A message between app and device host."""


class Rehearse(_Message, frozen=True):
    """To the host: begin this rehearsal; its preview, if any, is to fill so many cells."""

    rehearsal: Rehearsal
    columns: Columns = 1
    rows: Rows = 1
    resets_left: Count = 0
    """How often the host may reset its device, should it fail."""
    reset_first: bool = False
    """Whether it is to do so before it opens it: hosts before this one hung or died with it."""


class Resize(_Message, frozen=True):
    """To the host: the preview now fills so many cells."""

    columns: Columns
    rows: Rows


class FrameShown(_Message, frozen=True):
    """To the host: this preview frame is on the screen; the next one may come."""

    sequence: Count


class Scan(_Message, frozen=True):
    """To the host: the document lies on the glass; scan it now."""


class Stop(_Message, frozen=True):
    """To the host: end the rehearsal and close its device."""


class Ping(_Message, frozen=True):
    """To the host: are you alive?"""

    number: Count


class Pong(_Message, frozen=True):
    """From the host: yes."""

    number: Count


class Status(_Message, frozen=True):
    """From the host: the state of the device that the rehearsal uses."""

    role: Role
    state: DeviceState
    reason: Reason | None = None
    scanner: ScannerKind | None = None
    """The kind of scanner, for no other role; the screen shows what belongs to it once READY."""


class Healed(_Message, frozen=True):
    """From the host: it has taken this step to get a device back that had failed."""

    role: Role
    step: HealingStep


class CodeFound(_Message, frozen=True):
    """From the host: a document's code was read, and this is what it means."""

    verdict: CodeVerdict
    kind: DocumentKind = DocumentKind.OTHER
    country: Country = ""
    """The issuing state as ICAO Doc 9303 part 3 section 5 writes it; empty when not known."""
    chip: ChipExpected = ChipExpected.PERHAPS


class CodeCoached(_Message, frozen=True):
    """From the host: what to do so that the camera can read the code."""

    hint: CodeHint


class ChipFound(_Message, frozen=True):
    """From the host: what the chip reader finds now, or what became of a chip that was read."""

    verdict: ChipVerdict
    tries_left: Tries | None = None
    """How often a key may still be tried on the chip, where it said so."""


class ChipProgress(_Message, frozen=True):
    """From the host: a chip is being read, and this much of the whole is done."""

    phase: ChipPhase
    percent: Percent


class FaceCoached(_Message, frozen=True):
    """From the host: what to do before the camera, or that all is right."""

    hint: FaceHint


class PreviewFrame(_Message, frozen=True):
    """From the host: one picture, two pixels a cell, three bytes (RGB) a pixel, row by row."""

    sequence: Count
    columns: Columns
    rows: Rows
    pixels: bytes
    role: Role = Role.CAMERA
    """Whose picture it is: the camera's of the person, or the scanner's of the document."""


ToHost = Rehearse | Resize | FrameShown | Scan | Stop | Ping
FromHost = (
    Status
    | Healed
    | CodeFound
    | CodeCoached
    | ChipFound
    | ChipProgress
    | FaceCoached
    | PreviewFrame
    | Pong
)

_LENGTH = struct.Struct(">I")
HEADER_SIZE = _LENGTH.size
_NO_MESSAGE = (msgspec.MsgspecError, UnicodeDecodeError)  # the second for text that is not UTF-8
_encoder = msgspec.msgpack.Encoder()
_to_host: msgspec.msgpack.Decoder[ToHost] = msgspec.msgpack.Decoder(ToHost)
_from_host: msgspec.msgpack.Decoder[FromHost] = msgspec.msgpack.Decoder(FromHost)


class BadMessageError(Exception):
    """The other side sent something that is no message: it is not to be trusted further."""


def encode(message: ToHost | FromHost) -> bytes:
    """One message as it goes over the wire, its length in front."""
    body = _encoder.encode(message)
    if len(body) > LARGEST:
        raise BadMessageError(f"{type(message).__name__} is larger than {LARGEST} bytes")
    return _LENGTH.pack(len(body)) + body


def length_of(header: bytes) -> int:
    """How many bytes follow this header; `BadMessageError` when they are too many."""
    (length,) = _LENGTH.unpack(header)
    if length > LARGEST:
        raise BadMessageError(f"a message of {length} bytes")
    return int(length)


def decode_to_host(body: bytes) -> ToHost:
    """One message for the host; `BadMessageError` when it is none."""
    try:
        return _to_host.decode(body)
    except _NO_MESSAGE as error:
        raise BadMessageError("not a message to the host") from error


def decode_from_host(body: bytes) -> FromHost:
    """One message from the host; `BadMessageError` when it is none, or a frame of a wrong size."""
    try:
        message = _from_host.decode(body)
    except _NO_MESSAGE as error:
        raise BadMessageError("not a message from the host") from error
    if isinstance(message, PreviewFrame):
        expected = message.columns * message.rows * 2 * 3
        if len(message.pixels) != expected:
            raise BadMessageError(f"a frame of {len(message.pixels)} bytes, not {expected}")
    return message
