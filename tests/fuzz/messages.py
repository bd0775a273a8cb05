"""Turns over what app and device host say to each other, in both directions."""

from contextlib import suppress

import msgspec

from hardware import messages
from hardware.errors import Reason
from hardware.messages import BadMessageError, FromHost, ToHost, decode_from_host, decode_to_host
from hardware.resources import Resource
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

_TO_HOST: list[ToHost] = [
    messages.Rehearse(Rehearsal.FACE, 80, 24, 2, True),
    messages.Resize(160, 60),
    messages.FrameShown(7),
    messages.Scan(),
    messages.Stop(),
    messages.Ping(1),
]
_FROM_HOST: list[FromHost] = [
    messages.Status(Role.SCANNER, DeviceState.OUT_OF_ORDER, Reason.ABSENT, ScannerKind.FLATBED),
    messages.Healed(Role.READER, HealingStep.RESET),
    messages.CodeFound(CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK", ChipExpected.YES),
    messages.CodeCoached(CodeHint.TOO_FAR),
    messages.ChipFound(ChipVerdict.WORKS, 3),
    messages.ChipProgress(ChipPhase.READING, 50),
    messages.FaceCoached(FaceHint.READY),
    messages.PreviewFrame(3, 2, 1, bytes(range(12))),
    messages.Pong(1),
]


def fuzz_to_host(data: bytes) -> None:
    """A body for the host: it is one message of ours, or refused."""
    with suppress(BadMessageError):
        message = decode_to_host(data)
        assert decode_to_host(messages.encode(message)[messages.HEADER_SIZE :]) == message


def fuzz_from_host(data: bytes) -> None:
    """A body for the app, from a host that may have been taken over: words of ours, and pixels."""
    with suppress(BadMessageError):
        message = decode_from_host(data)
        again = messages.encode(message)
        assert decode_from_host(again[messages.HEADER_SIZE :]) == message
        if isinstance(message, messages.PreviewFrame):
            assert len(message.pixels) == message.columns * message.rows * 6 <= 57_600
        _only_our_words(msgspec.to_builtins(message, builtin_types=(bytes,)))


def _only_our_words(told: dict[str, object]) -> None:
    """A text from the host is a word of an enum, or the letters of a country: nothing free."""
    for key, value in told.items():
        match value:
            case str():
                assert value.isascii(), key
                assert len(value) < 40, key
                assert set(value) <= set("abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            case int() | bytes() | None:
                pass
            case _:
                raise AssertionError(key)


def fuzz_stream(data: bytes) -> None:
    """Headers and bodies one after the other, as they come out of the socket."""
    at = 0
    while at + messages.HEADER_SIZE <= len(data):
        try:
            length = messages.length_of(data[at : at + messages.HEADER_SIZE])
        except BadMessageError:
            return
        assert 0 <= length <= messages.LARGEST
        at += messages.HEADER_SIZE
        fuzz_from_host(data[at : at + length])
        at += length


def fuzz_devices(data: bytes) -> None:
    """What stands on a host's command line of the devices."""
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):
        told = msgspec.json.decode(data, type=list[Resource])
        assert msgspec.json.decode(msgspec.json.encode(told), type=list[Resource]) == told


TARGETS = {
    "to_host": fuzz_to_host,
    "from_host": fuzz_from_host,
    "stream": fuzz_stream,
    "devices": fuzz_devices,
}


def seeds(target: str) -> list[bytes]:
    """One message of each kind."""
    match target:
        case "to_host":
            return [messages.encode(message)[messages.HEADER_SIZE :] for message in _TO_HOST]
        case "from_host":
            return [messages.encode(message)[messages.HEADER_SIZE :] for message in _FROM_HOST]
        case "stream":
            whole = [messages.encode(message) for message in _FROM_HOST]
            return [*whole, b"".join(whole)]
        case _:
            told = [
                Resource(Role.SCANNER, "serial-swipe", "/dev/ttyACM0?baud=9600"),
                Resource(Role.READER, "nfcpy", "usb:054c:06c3"),
                Resource(Role.CAMERA, "opencv", "/dev/video0"),
            ]
            return [msgspec.json.encode(told[:count]) for count in range(4)]
