"""Turns over all that reads what comes from the broker: our own words come out, or a refusal."""

from collections.abc import Callable
from functools import cache

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.fleet import commands, reports, topics
from kiosk.fleet.gate import Gate, Refused, _decoded
from kiosk.fleet.operators import Operator

LONGEST = 4096
NOW = 1_790_000_000
HERE = topics.Place("lyngby", "kiosk-1")
SID = "a" * 24
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
_HARMLESS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./+")
REPORTS = (
    reports.KioskState, reports.StepReport, reports.Help, reports.SelfTestReport,
    reports.AuditHead, reports.Event, reports.Ack, reports.Presence,
)  # fmt: skip


class _AnyKey:
    """A public key to which every signature is right, so that what is behind it is reached."""

    def verify(self, signature: bytes, data: bytes) -> None:
        if len(signature) != 64 or not data.startswith(commands.CONTEXT):
            raise InvalidSignature


def _gate() -> Gate:
    known = Operator(commands.Rank.SUPERVISOR, _AnyKey(), frozenset({"*"}))  # type: ignore[arg-type]
    return Gate(HERE, {"anna": known}, lambda: float(NOW), lambda: float(NOW))


def fuzz_command(data: bytes) -> None:
    """A payload, and the same bytes as a command that its operator has signed."""
    for payload in (data, b'{"command":' + data + b',"signature":"' + b"A" * 86 + b'=="}'):
        try:
            envelope, command = _decoded(payload)
        except Refused:
            continue
        assert msgspec.json.encode(envelope) == payload
        _all_harmless(msgspec.to_builtins(command))
        try:
            obeyed = _gate().judge(payload, SID)
        except Refused:
            continue
        assert obeyed == command
        assert obeyed.to == str(HERE)
        assert not isinstance(obeyed.deed, commands.OF_VISIT) or obeyed.sid == SID
        assert -5 <= NOW - obeyed.ts < 65


_FIELDS = (
    ("to",), ("op",), ("n",), ("ts",), ("ttl",), ("sid",), ("v",), ("deed",), ("deed", "deed"),
    ("deed", "step"), ("deed", "situation"), ("deed", "key"), ("deed", "language"),
    ("deed", "to"), ("deed", "call"), ("deed", "seconds"), ("more",), ("deed", "more"),
)  # fmt: skip


def fuzz_field(data: bytes) -> None:
    """A right command with one field that is not.

    The first byte says which command, the second which field, the third whether what follows is its
    text or JSON.
    """
    if len(data) < 3:
        return
    payloads = seeds("command")
    envelope = msgspec.json.decode(payloads[data[0] % len(payloads)], type=commands.Signed)
    table = msgspec.json.decode(envelope.command)
    *path, field = _FIELDS[data[1] % len(_FIELDS)]
    inner = table[path[0]] if path else table
    try:
        value = msgspec.json.decode(data[3:]) if data[2] & 1 else data[3:].decode()
        inner[field] = value
        raw = msgspec.json.encode(table)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError):
        return
    fuzz_command(raw)


def fuzz_report(data: bytes) -> None:
    """Each kind of report that a console or a kiosk reads."""
    for kind in REPORTS:
        try:
            report = reports.decode(data, kind)
        except reports.BadReportError:
            continue
        _all_harmless(msgspec.to_builtins(report))
        assert reports.decode(reports.encode(report), kind) == report


def fuzz_topic(data: bytes) -> None:
    """Topics; those that are read are written the same."""
    topic = data.decode("utf-8", "replace")
    if found := topics.parsed(topic):
        assert found[0].topic(found[1]) == topic
    if presence := topics.parsed_presence(topic):
        assert topics.presence(*presence) == topic


def _all_harmless(value: object) -> None:
    """No string in it can do anything to a terminal, a broker or a file's path."""
    match value:
        case str():
            assert _HARMLESS.issuperset(value), value
            assert not value.startswith(("/", ".")), value
            assert len(value) <= 65
        case dict():
            for key, inner in value.items():
                _all_harmless(key)
                _all_harmless(inner)
        case list() | tuple():
            for inner in value:
                _all_harmless(inner)


Target = Callable[[bytes], None]

TARGETS: dict[str, Target] = {
    "command": fuzz_command,
    "field": fuzz_field,
    "report": fuzz_report,
    "topic": fuzz_topic,
}


@cache
def seeds(target: str) -> list[bytes]:
    """Inputs that are right."""
    match target:
        case "command":
            deeds: list[commands.Deed] = [
                commands.TakeCall("0" * 16), commands.EndCall(), commands.HandOver("sue"),
                commands.Guide("scan-chip"), commands.SayPhrase("please-wait"),
                commands.SetLanguage("da"), commands.Mute(60), commands.EndVisit(),
                commands.ResetVisit(), commands.TestKiosk(),
            ]  # fmt: skip
            told = [commands.command(HERE, "anna", deed, SID, now=NOW) for deed in deeds]
            return [commands.signed(one, _KEY) for one in told]
        case "field":
            texts = ("lyngby/kiosk-1", "anna", "0" * 32, SID, "scan-chip", "app", "da", "guide")
            return [
                bytes([deed, field, 0]) + text.encode()
                for deed in range(10)
                for field in range(len(_FIELDS))
                for text in texts
            ]
        case "report":
            told_reports: list[reports.Report] = [
                reports.KioskState(state=reports.Doing.IDLE, boot="0" * 16, app="0.1.0"),
                reports.Help(id="0" * 16, sid=SID, reason=reports.Why.CITIZEN, since=NOW),
                reports.AuditHead(rows=1, head="0" * 64),
                reports.Event(id="0" * 16 + "-1", type=reports.Happened.STEP, at=NOW, ms=1),
                reports.Ack(n="0" * 32, result=reports.Result.DONE, step="scan-chip"),
                reports.Presence(online=True, boot="0" * 16),
            ]
            return [reports.encode(report) for report in told_reports]
        case _:
            places = [HERE.topic(leaf) for leaf in topics.Leaf]
            return [topic.encode() for topic in [*places, topics.presence("lyngby", "anna")]]
