"""What goes between app and device host, and what must not come through."""

import string
import struct
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import messages
from hardware.errors import Reason
from hardware.messages import (
    HEADER_SIZE,
    LARGEST,
    BadMessageError,
    ChipFound,
    ChipProgress,
    CodeCoached,
    CodeFound,
    FaceCoached,
    FrameShown,
    Healed,
    Ping,
    Pong,
    PreviewFrame,
    Rehearse,
    Resize,
    Scan,
    Status,
    Stop,
    decode_from_host,
    decode_to_host,
    encode,
    length_of,
)
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

COUNTS = st.integers(0, 2**64 - 1)
COLUMNS, ROWS = st.integers(1, 160), st.integers(1, 60)
COUNTRIES = st.text(string.ascii_uppercase, max_size=3)
FRAMES = st.builds(
    lambda sequence, columns, rows, fill, role: PreviewFrame(
        sequence, columns, rows, bytes([fill]) * (columns * rows * 2 * 3), role
    ),
    COUNTS,
    COLUMNS,
    ROWS,
    st.integers(0, 255),
    st.sampled_from(Role),
)
TO_HOST = {
    Rehearse: st.builds(Rehearse, st.sampled_from(Rehearsal), COLUMNS, ROWS, COUNTS, st.booleans()),
    Resize: st.builds(Resize, COLUMNS, ROWS),
    FrameShown: st.builds(FrameShown, COUNTS),
    Scan: st.just(Scan()),
    Stop: st.just(Stop()),
    Ping: st.builds(Ping, COUNTS),
}
FROM_HOST = {
    Status: st.builds(
        Status,
        st.sampled_from(Role),
        st.sampled_from(DeviceState),
        st.none() | st.sampled_from(Reason),
        st.none() | st.sampled_from(ScannerKind),
    ),
    Healed: st.builds(Healed, st.sampled_from(Role), st.sampled_from(HealingStep)),
    CodeCoached: st.builds(CodeCoached, st.sampled_from(CodeHint)),
    CodeFound: st.builds(
        CodeFound,
        st.sampled_from(CodeVerdict),
        st.sampled_from(DocumentKind),
        COUNTRIES,
        st.sampled_from(ChipExpected),
    ),
    ChipFound: st.builds(ChipFound, st.sampled_from(ChipVerdict), st.none() | st.integers(0, 15)),
    FaceCoached: st.builds(FaceCoached, st.sampled_from(FaceHint)),
    ChipProgress: st.builds(ChipProgress, st.sampled_from(ChipPhase), st.integers(0, 100)),
    PreviewFrame: FRAMES,
    Pong: st.builds(Pong, COUNTS),
}
DECODERS = pytest.mark.parametrize("decode", [decode_to_host, decode_from_host])


def body_of(message: messages.ToHost | messages.FromHost) -> bytes:
    wire = encode(message)
    assert length_of(wire[:HEADER_SIZE]) == len(wire) - HEADER_SIZE
    return wire[HEADER_SIZE:]


def raw(**fields: object) -> bytes:
    """A body with these fields, whether they make a message or not."""
    return msgspec.msgpack.encode(fields)


def test_every_message_is_tried() -> None:
    assert set(TO_HOST) == set(get_args(messages.ToHost))
    assert set(FROM_HOST) == set(get_args(messages.FromHost))


@given(st.one_of(*TO_HOST.values()))
def test_to_the_host_and_back(message: messages.ToHost) -> None:
    assert decode_to_host(body_of(message)) == message


@given(st.one_of(*FROM_HOST.values()))
def test_from_the_host_and_back(message: messages.FromHost) -> None:
    assert decode_from_host(body_of(message)) == message


@given(st.one_of(*TO_HOST.values()))
def test_what_is_for_the_host_is_not_taken_from_it(message: messages.ToHost) -> None:
    with pytest.raises(BadMessageError):
        decode_from_host(body_of(message))


@given(st.one_of(*FROM_HOST.values()))
def test_what_is_from_the_host_is_not_taken_by_it(message: messages.FromHost) -> None:
    with pytest.raises(BadMessageError):
        decode_to_host(body_of(message))


@DECODERS
@given(body=st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(decode, body: bytes) -> None:
    try:
        message = decode(body)
    except BadMessageError:
        return
    assert decode(body_of(message)) == message


@DECODERS
@given(data=st.data())
def test_damaged_messages_are_refused_or_still_messages(decode, data: st.DataObject) -> None:
    kinds = TO_HOST if decode is decode_to_host else FROM_HOST
    body = bytearray(body_of(data.draw(st.one_of(*kinds.values()))))
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=3)):
        body[place] = data.draw(st.integers(0, 255))
    try:
        message = decode(bytes(body))
    except BadMessageError:
        return
    assert type(message) in kinds


@DECODERS
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xa2\xff\xff", id="text that is not UTF-8"),
        pytest.param(b"\x91" * 100_000, id="nested without end"),
        pytest.param(b"\xdf\xff\xff\xff\xff", id="a map of four thousand million keys"),
        pytest.param(b"\x82\xa4type\xa2\xff\xff\xa6number\x01", id="a tag that is not UTF-8"),
    ],
)
def test_known_traps_are_refused(decode, body: bytes) -> None:
    with pytest.raises(BadMessageError):
        decode(body)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "Ping", "number": -1},
        {"type": "Ping", "number": 1, "name": "ERIKSSON"},
        {"type": "Rehearse", "rehearsal": "iris"},
        {"type": "Resize", "columns": 161, "rows": 1},
        {"type": "Resize", "columns": 1, "rows": 0},
        {"type": "Shell", "command": "ls"},
    ],
)
def test_the_host_takes_no_other_fields_or_values(fields: dict[str, object]) -> None:
    with pytest.raises(BadMessageError):
        decode_to_host(raw(**fields))


@pytest.mark.parametrize("country", ["dnk", "DNKX", "D1", "DNK\n", "\x1b[2J", "Æ"])
def test_a_country_is_three_letters_at_most(country: str) -> None:
    with pytest.raises(BadMessageError):
        decode_from_host(raw(type="CodeFound", verdict="good", kind="passport", country=country))


@given(FRAMES, st.integers(-3, 3).filter(bool))
def test_a_frame_has_the_pixels_that_it_says(frame: PreviewFrame, surplus: int) -> None:
    pixels = frame.pixels[:surplus] if surplus < 0 else frame.pixels + bytes(surplus)
    with pytest.raises(BadMessageError):
        decode_from_host(body_of(msgspec.structs.replace(frame, pixels=pixels)))


@given(st.integers(0, 2**32 - 1))
def test_a_length_is_taken_up_to_the_largest(length: int) -> None:
    header = struct.pack(">I", length)
    if length <= LARGEST:
        assert length_of(header) == length
    else:
        with pytest.raises(BadMessageError):
            length_of(header)


@pytest.mark.parametrize("length", [LARGEST + 1, 2**32 - 1])
def test_a_length_above_the_largest_is_refused(length: int) -> None:
    with pytest.raises(BadMessageError):
        length_of(struct.pack(">I", length))


def test_nothing_too_large_is_sent() -> None:
    with pytest.raises(BadMessageError):
        encode(PreviewFrame(1, 160, 60, bytes(LARGEST)))


def test_the_largest_preview_fits() -> None:
    assert len(encode(PreviewFrame(1, 160, 60, bytes(160 * 60 * 2 * 3)))) < LARGEST
