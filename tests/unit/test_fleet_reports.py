"""Attacks on what reads reports, topics and operators.toml."""

import json
from base64 import b64encode
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.fleet import operators, reports, topics
from kiosk.fleet.commands import Rank
from kiosk.fleet.reports import BadReportError, decode
from kiosk.reading import ConfigError
from tests.fuzz.commands import REPORTS, TARGETS, seeds
from tests.unit.test_fleet_commands import EVIL, json_values

FULL = [
    (reports.KioskState, {"state": "in-session", "boot": "0" * 16, "by": "anna",
                          "language": "da", "reason": "broken"}),
    (reports.StepReport, {"sid": "a" * 24, "kind": "step", "since": 1, "step": "scan-chip",
                          "situation": "app"}),
    (reports.Help, {"id": "0" * 16, "sid": "a" * 24, "reason": "citizen", "since": 1,
                    "step": "scan-chip"}),
    (reports.AuditHead, {"rows": 1, "head": "0" * 64}),
    (reports.Event, {"id": "0" * 16 + "-1", "type": "step", "at": 1, "step": "scan-chip"}),
    (reports.Ack, {"n": "0" * 32, "result": "done", "why": "busy", "step": "scan-chip"}),
    (reports.Presence, {"online": True, "boot": "0" * 16}),
]  # fmt: skip
STRINGS = [
    (kind, table, field)
    for kind, table in FULL
    for field, value in table.items()
    if isinstance(value, str)
]


@pytest.mark.parametrize(("kind", "table"), FULL)
def test_these_reports_are_right(kind: type[reports.Report], table: dict[str, object]) -> None:
    assert isinstance(decode(msgspec.json.encode(table), kind), kind)


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize(("kind", "table", "field"), STRINGS)
def test_no_string_of_a_report_can_hold_anything_else(
    kind: type[reports.Report], table: dict[str, object], field: str, evil: str
) -> None:
    with pytest.raises(BadReportError):
        decode(msgspec.json.encode(table | {field: evil}), kind)


@pytest.mark.parametrize("evil", [one for one in EVIL if one != "A"])
def test_no_version_can_either(evil: str) -> None:
    state = {"state": "idle", "boot": "0" * 16, "app": evil}
    with pytest.raises(BadReportError):
        decode(json.dumps(state).encode(), reports.KioskState)


@pytest.mark.parametrize("ending", ["\n", " ", "\x1b[0m"])
@pytest.mark.parametrize(("kind", "table", "field"), STRINGS)
def test_no_string_of_a_report_can_have_a_tail(
    kind: type[reports.Report], table: dict[str, object], field: str, ending: str
) -> None:
    with pytest.raises(BadReportError):
        decode(msgspec.json.encode(table | {field: f"{table[field]}{ending}"}), kind)


@pytest.mark.parametrize("evil", EVIL)
def test_no_name_of_a_device_or_a_check_can_either(evil: str) -> None:
    state = {"state": "idle", "boot": "0" * 16, "devices": {evil: "ready"}}
    with pytest.raises(BadReportError):
        decode(json.dumps(state).encode(), reports.KioskState)
    tested = {"at": 1, "verdict": "pass", "checks": {evil: "pass"}}
    with pytest.raises(BadReportError):
        decode(json.dumps(tested).encode(), reports.SelfTestReport)


@pytest.mark.parametrize("kind", REPORTS)
def test_what_is_too_large_or_nested_deeply_is_none(kind: type[reports.Report]) -> None:
    deep = b"[" * 8000 + b"]" * 8000
    for payload in (b" " * (reports.LARGEST + 1), deep, b'{"more":' + deep + b"}", b"", b"\xff"):
        with pytest.raises(BadReportError):
            decode(payload, kind)


@settings(deadline=None)
@given(st.sampled_from(FULL), st.dictionaries(st.text(max_size=8), json_values, max_size=4))
def test_no_table_breaks_a_reader(one, more: dict[str, object]) -> None:
    _, table = one
    try:
        payload = msgspec.json.encode(table | more)
    except (msgspec.MsgspecError, OverflowError, UnicodeEncodeError):
        return
    TARGETS["report"](payload)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_a_reader(data: bytes) -> None:
    TARGETS["report"](data)
    TARGETS["topic"](data)


@pytest.mark.parametrize("seed", seeds("topic"))
def test_topics_have_one_form(seed: bytes) -> None:
    topic = seed.decode()
    known = topics.parsed if topic.startswith("kiosk") else topics.parsed_presence
    assert known(topic) is not None
    for bent in (topic + "\n", topic + "/", "/" + topic, topic.upper(), topic.replace("/", "//"),
                 topic.replace("lyngby", "+"), topic.replace("lyngby", "\x1b[2J")):  # fmt: skip
        assert known(bent) is None


ANNAS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = b64encode(ANNAS.public_key().public_bytes_raw()).decode()


def entry(name: str = "anna", **changes: object) -> str:
    """One table of operators.toml."""
    table = {"rank": "clerk", "key": KEY, "centres": ["lyngby"]} | changes
    rows = [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    return f'["{name}"]\n' + "\n".join(rows) + "\n"


def test_operators_are_read_with_rank_key_and_centres(tmp_path: Path) -> None:
    file = tmp_path / "operators.toml"
    file.write_text(entry() + entry("sue", rank="supervisor", centres=["*"]))
    known = operators.load(file)
    assert known["anna"].rank is Rank.CLERK
    assert known["anna"].serves("lyngby")
    assert not known["anna"].serves("aarhus")
    assert known["sue"].serves("aarhus")


@pytest.mark.parametrize(
    "text",
    [
        entry("Anna"), entry("a\\u001b"), entry("kiosk"), entry("a b"), entry("a" * 33),
        entry(rank="root"), entry(key="x"), entry(key="!" * 44), entry(key=KEY[:-4]),
        entry(centres=[]), entry(centres=["Lyngby"]), entry(centres="*"), entry(more=1),
        entry(centres=["lyngby/+"]), "anna = 1\n", "[anna\n", entry() + entry(),
    ],
)  # fmt: skip
def test_operators_that_are_not_right_are_refused_in_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "operators.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        operators.load(file)
    assert str(refused.value).isprintable()


def test_where_the_file_is_missing_nobody_may_do_anything(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        operators.load(tmp_path / "operators.toml")
