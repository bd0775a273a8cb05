"""Attacks on what reads a command: what is not as we write it is refused, in our words."""

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.fleet import commands
from kiosk.fleet.gate import Gate, Refused, _decoded
from kiosk.fleet.reports import LARGEST, Refusal
from tests.fuzz.commands import TARGETS, seeds
from tests.unit.test_fleet_gate import HERE, KEYS, NOW, OPERATORS, SID

EVIL = [
    "\x1b[2J", "\x1b]52;c;aGk=\x07", "\x9b31m", "[@click=app.quit]x[/]", "[red]", "a\nb", "a\n",
    "a\r", "a\x00", "../../etc/passwd", "a/b", "+", "#", "$SYS", "\u202e", "\u200b", "\U000e0041",
    "ø", "A", " ", "", "a" * 65, "-a", "％", "١",
]  # fmt: skip


def told(**changes: object) -> dict[str, object]:
    """A right command as a table that can be changed to anything."""
    right = commands.command(HERE, "anna", commands.Guide("scan-chip"), SID, now=NOW)
    table: dict[str, object] = msgspec.to_builtins(right)
    return table | changes


def travelling(command: object) -> bytes:
    """Signed by anna, whatever it is."""
    raw = msgspec.json.encode(command)
    return _signed(raw)


def _signed(raw: bytes) -> bytes:
    signature = KEYS["anna"].sign(commands.CONTEXT + raw)
    return msgspec.json.encode(commands.Signed(msgspec.Raw(raw), signature))


def judged(payload: bytes) -> Refusal | None:
    """Why a kiosk refuses it; None: it obeys."""
    try:
        Gate(HERE, OPERATORS, lambda: NOW, lambda: NOW).judge(payload, SID)
    except Refused as refused:
        return refused.why
    return None


def test_a_right_command_passes_these_tests() -> None:
    assert judged(travelling(told())) is None


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("field", ["to", "op", "n", "sid", "v"])
def test_no_string_of_a_command_can_hold_what_a_terminal_or_a_broker_acts_on(
    field: str, evil: str
) -> None:
    wanted = Refusal.ADDRESS if (field, evil) == ("to", "a/b") else Refusal.MALFORMED
    assert judged(travelling(told(**{field: evil}))) is wanted


DEEDS = [
    {"deed": "take-call", "call": "0" * 16}, {"deed": "hand-over", "to": "sue"},
    {"deed": "guide", "step": "scan-chip"}, {"deed": "guide", "step": "x", "situation": "app"},
    {"deed": "phrase", "key": "please-wait"}, {"deed": "language", "language": "da"},
]  # fmt: skip
FIELDS = [(deed, field) for deed in DEEDS for field in deed]


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize(("deed", "field"), FIELDS)
def test_no_string_of_a_deed_can_either(deed: dict[str, str], field: str, evil: str) -> None:
    assert judged(travelling(told(deed=deed | {field: evil}))) is Refusal.MALFORMED


@pytest.mark.parametrize("ending", ["\n", "\r", " ", "\x00", "\x1b[0m"])
@pytest.mark.parametrize("field", ["to", "op", "n", "sid"])
def test_no_right_string_can_have_a_tail(field: str, ending: str) -> None:
    assert judged(travelling(told(**{field: f"{told()[field]}{ending}"}))) is Refusal.MALFORMED


@pytest.mark.parametrize(
    ("field", "value"),
    [("ts", -1), ("ts", 2**41), ("ts", 1.5), ("ts", "1"), ("ts", True), ("ttl", 0), ("ttl", 61),
     ("ttl", 10**30), ("v", 2), ("v", "1"), ("deed", None), ("deed", {}), ("deed", []),
     ("deed", {"deed": "shell", "command": "id"}), ("deed", {"deed": "mute", "seconds": 601}),
     ("deed", {"deed": "mute", "seconds": 0}), ("deed", {"deed": "end-visit", "more": 1}),
     ("more", 1), ("sid", 1), ("n", None)],
)  # fmt: skip
def test_no_number_or_kind_of_thing_can_be_another(field: str, value: object) -> None:
    assert judged(travelling(told(**{field: value}))) is Refusal.MALFORMED


@pytest.mark.parametrize("missing", ["to", "op", "n", "ts", "ttl", "deed"])
def test_nothing_can_be_left_out(missing: str) -> None:
    table = told()
    del table[missing]
    assert judged(travelling(table)) is Refusal.MALFORMED


def raw_command() -> bytes:
    return msgspec.json.encode(
        commands.command(HERE, "anna", commands.Guide("scan-chip"), SID, now=NOW)
    )


@pytest.mark.parametrize(
    "bend",
    [
        lambda raw: raw[:-1] + b',"op":"anna"}',
        lambda raw: raw.replace(b'"deed":{', b'"deed":{"deed":"reset-visit"},"deed":{'),
        lambda raw: raw.replace(b'"step":', b'"step":"other","step":'),
        lambda raw: raw.replace(b"{", b"{ ", 1),
        lambda raw: raw.replace(b'"anna"', b'"\\u0061nna"'),
        lambda raw: raw.replace(b'"ttl":15', b'"ttl":15.0'),
        lambda raw: raw + b" ",
        lambda raw: raw + b"{}",
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw[:-1],
        lambda raw: raw.decode().encode("utf-16"),
        lambda raw: b"[" + raw + b"]",
        lambda raw: b"null",
    ],
)
def test_a_command_has_one_form_and_no_key_twice(bend) -> None:
    raw = bend(raw_command())
    assert raw != raw_command()
    signature = msgspec.json.encode(KEYS["anna"].sign(commands.CONTEXT + raw))
    payload = b'{"command":' + raw + b',"signature":' + signature + b"}"
    assert judged(payload) is Refusal.MALFORMED


@pytest.mark.parametrize(
    "bend",
    [
        lambda p: p[:-1] + b',"command":{}}',
        lambda p: p.replace(b'{"command":', b'{"command":{},"command":', 1),
        lambda p: p[:-1] + b',"signature":""}',
        lambda p: p[:-1] + b',"more":1}',
        lambda p: p.replace(b'=="}', b'="}'),
        lambda p: p.replace(b'=="}', b'==\\n"}'),
        lambda p: p[:-6] + b'A=="}',
        lambda p: b" " + p,
        lambda p: p + b"\n",
        lambda p: p * 2,
        lambda p: p[: len(p) // 2],
        lambda p: b"",
    ],
)
def test_so_has_what_it_travels_in(bend) -> None:
    payload = _signed(raw_command())
    assert bend(payload) != payload
    assert judged(bend(payload)) is Refusal.MALFORMED


@pytest.mark.parametrize("open_, close", [(b"[", b"]"), (b'{"a":', b"}")])  # noqa: PT006
def test_what_is_nested_deeply_is_refused(open_: bytes, close: bytes) -> None:
    depth = LARGEST // (len(open_) + len(close)) - 100
    nest = open_ * depth + b"1" + close * depth
    for payload in (
        nest,
        open_ * depth,
        b'{"command":' + nest + b',"signature":""}',
        b'{"command":' + nest + b',"signature":"' + b"A" * 86 + b'=="}',
        b'{"more":' + nest + b"}",
        travelling(told())[:-1] + b',"more":' + nest[: LARGEST // 2] + b"}",
    ):
        assert judged(payload) in (Refusal.MALFORMED, Refusal.OVERSIZED)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner,
                                                                max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(list(told())), json_values, min_size=1, max_size=4))
def test_no_table_breaks_the_gate(changes: dict[str, object]) -> None:
    try:
        payload = travelling(told(**changes))
    except (msgspec.MsgspecError, OverflowError, UnicodeEncodeError):
        return
    _check(payload)


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_no_bytes_break_the_gate(payload: bytes) -> None:
    _check(payload)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_bent_command_breaks_the_gate(data: st.DataObject) -> None:
    payload = bytearray(data.draw(st.sampled_from(seeds("command"))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(payload) - 1))
        payload[at] = data.draw(st.integers(0, 255))
    _check(bytes(payload))


@settings(deadline=None, max_examples=500)
@given(st.binary(min_size=2, max_size=2), st.text(max_size=70), json_values, st.booleans())
def test_no_wrong_field_breaks_the_gate(which: bytes, text: str, value: object, raw: bool) -> None:
    try:
        held = msgspec.json.encode(value) if raw else text.encode()
    except (msgspec.MsgspecError, OverflowError, UnicodeEncodeError):
        return
    TARGETS["field"](which + bytes([raw]) + held)


def _check(payload: bytes) -> None:
    for target in TARGETS.values():
        target(payload)


def test_what_the_targets_check_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a gate that takes every name, the same targets find a bad one."""
    loose = msgspec.defstruct("Command", [("op", str)])
    monkeypatch.setattr("kiosk.fleet.gate.Command", loose)
    with pytest.raises(AssertionError):
        TARGETS["command"](travelling({"op": "an\x1b[2Jna"}))


def test_all_seeds_are_right() -> None:
    for payload in seeds("command"):
        _, command = _decoded(payload)
        assert re.fullmatch("[a-z]+", command.op)
