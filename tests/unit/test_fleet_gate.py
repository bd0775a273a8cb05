"""What the kiosk's gate lets through, and why it refuses everything else."""

from collections.abc import Callable

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.fleet import commands
from kiosk.fleet.commands import Command, Rank
from kiosk.fleet.gate import SLACK, Gate, Refused
from kiosk.fleet.operators import Operator
from kiosk.fleet.reports import LARGEST, Refusal
from kiosk.fleet.topics import Place

HERE = Place("lyngby", "kiosk-1")
SID = "a" * 24
NEXT_SID = "b" * 24
NOW = 1_790_000_000
KEYS = {name: Ed25519PrivateKey.generate() for name in ("anna", "vera", "tom", "sue", "bob")}
OPERATORS = {
    name: Operator(rank, KEYS[name].public_key(), frozenset({centre}))
    for name, rank, centre in (
        ("anna", Rank.CLERK, "lyngby"),
        ("vera", Rank.VIEWER, "lyngby"),
        ("tom", Rank.TECHNICIAN, "lyngby"),
        ("sue", Rank.SUPERVISOR, "*"),
        ("bob", Rank.CLERK, "aarhus"),
    )
}


class Clock:
    """A time that the test sets."""

    def __init__(self) -> None:
        self.time = float(NOW)

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> Gate:
    return Gate(HERE, OPERATORS, clock, clock)


def asked(deed: commands.Deed, operator: str = "anna", sid: str | None = SID, **changes: object):
    """A command as it would travel, signed by the operator it names."""
    told = commands.command(HERE, operator, deed, sid, now=NOW)
    return commands.signed(msgspec.structs.replace(told, **changes), KEYS[operator])


def refusal(gate: Gate, payload: bytes, sid: str | None = SID) -> Refusal:
    with pytest.raises(Refused) as refused:
        gate.judge(payload, sid)
    return refused.value.why


GUIDE = commands.Guide("scan-chip")


def test_a_clerk_guides_a_citizen_to_a_step(gate: Gate) -> None:
    obeyed = gate.judge(asked(GUIDE), SID)
    assert obeyed.deed == GUIDE
    assert (obeyed.op, obeyed.sid) == ("anna", SID)


def test_a_command_counts_once(gate: Gate) -> None:
    payload = asked(GUIDE)
    gate.judge(payload, SID)
    assert refusal(gate, payload) is Refusal.REPLAY


def test_a_command_that_was_refused_for_its_visit_cannot_be_sent_again(gate: Gate) -> None:
    payload = asked(GUIDE)
    assert refusal(gate, payload, NEXT_SID) is Refusal.SESSION
    assert refusal(gate, payload, SID) is Refusal.REPLAY


def test_a_command_is_good_for_as_long_as_it_says_and_no_longer(gate: Gate, clock: Clock) -> None:
    payload, late = asked(GUIDE), asked(GUIDE)
    clock.time = NOW + 15 + SLACK - 0.5
    gate.judge(payload, SID)
    clock.time = NOW + 15 + SLACK
    assert refusal(gate, late) is Refusal.EXPIRED


def test_a_command_that_was_remembered_is_expired_before_it_is_forgotten(
    gate: Gate, clock: Clock
) -> None:
    payload = asked(GUIDE, ttl=60)
    gate.judge(payload, SID)
    for second in range(1, 200):
        clock.time = NOW + second
        wanted = Refusal.REPLAY if second < 60 + SLACK else Refusal.EXPIRED
        assert refusal(gate, payload) is wanted


def test_a_command_from_the_future_is_refused(gate: Gate, clock: Clock) -> None:
    payload = asked(GUIDE)
    clock.time = NOW - SLACK
    gate.judge(payload, SID)
    clock.time = NOW - SLACK - 1
    assert refusal(gate, asked(GUIDE)) is Refusal.FUTURE


@pytest.mark.parametrize("to", ["lyngby/kiosk-2", "aarhus/kiosk-1"])
def test_a_command_for_another_kiosk_is_refused(gate: Gate, to: str) -> None:
    assert refusal(gate, asked(GUIDE, to=to)) is Refusal.ADDRESS


def test_an_operator_nobody_knows_is_refused(gate: Gate) -> None:
    payload = commands.signed(commands.command(HERE, "mallory", GUIDE, SID, now=NOW), KEYS["anna"])
    assert refusal(gate, payload) is Refusal.UNKNOWN_OPERATOR


def test_nobody_signs_for_somebody_else(gate: Gate) -> None:
    told = commands.command(HERE, "sue", GUIDE, SID, now=NOW)
    assert refusal(gate, commands.signed(told, KEYS["anna"])) is Refusal.SIGNATURE


CHANGES: list[Callable[[Command], Command]] = [
    lambda c: msgspec.structs.replace(c, deed=commands.ResetVisit()),
    lambda c: msgspec.structs.replace(c, sid=NEXT_SID),
    lambda c: msgspec.structs.replace(c, ts=c.ts + 1),
    lambda c: msgspec.structs.replace(c, ttl=60),
    lambda c: msgspec.structs.replace(c, n="0" * 32),
    lambda c: msgspec.structs.replace(c, op="sue"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_of_a_command_can_be_changed_on_its_way(
    gate: Gate, change: Callable[[Command], Command]
) -> None:
    envelope = msgspec.json.decode(asked(GUIDE), type=commands.Signed)
    told = change(msgspec.json.decode(envelope.command, type=Command))
    forged = commands.Signed(msgspec.Raw(msgspec.json.encode(told)), envelope.signature)
    assert refusal(gate, msgspec.json.encode(forged)) is Refusal.SIGNATURE


def test_a_signature_for_something_else_is_none_for_a_command(gate: Gate) -> None:
    raw = msgspec.json.encode(commands.command(HERE, "anna", GUIDE, SID, now=NOW))
    bare = commands.Signed(msgspec.Raw(raw), KEYS["anna"].sign(raw))
    assert refusal(gate, msgspec.json.encode(bare)) is Refusal.SIGNATURE


OF_VISIT: list[commands.Deed] = [
    commands.TakeCall("0" * 16), commands.EndCall(), commands.HandOver("sue"), GUIDE,
    commands.SayPhrase("please-wait"), commands.SetLanguage("da"), commands.Mute(60),
    commands.EndVisit(), commands.ResetVisit(),
]  # fmt: skip
TEST = commands.TestKiosk()


@pytest.mark.parametrize("deed", OF_VISIT)
@pytest.mark.parametrize(
    ("operator", "why"),
    [("anna", None), ("sue", None), ("vera", Refusal.RANK), ("tom", Refusal.RANK),
     ("bob", Refusal.RANK)],
)  # fmt: skip
def test_what_meets_a_citizen_is_for_clerks_of_this_centre(
    gate: Gate, deed: commands.Deed, operator: str, why: Refusal | None
) -> None:
    payload = asked(deed, operator)
    if why is None:
        assert gate.judge(payload, SID).deed == deed
    else:
        assert refusal(gate, payload) is why


@pytest.mark.parametrize(
    ("operator", "why"),
    [("tom", None), ("sue", None), ("anna", Refusal.RANK), ("vera", Refusal.RANK)],
)
def test_the_kiosk_is_tested_for_technicians(
    gate: Gate, operator: str, why: Refusal | None
) -> None:
    payload = asked(TEST, operator, sid=None)
    if why is None:
        assert gate.judge(payload, None).deed == TEST
    else:
        assert refusal(gate, payload, None) is why


@pytest.mark.parametrize("deed", OF_VISIT)
@pytest.mark.parametrize("here", [NEXT_SID, None])
@pytest.mark.parametrize("meant", [SID, None])
def test_what_was_meant_for_one_citizen_never_meets_the_next_one(
    gate: Gate, deed: commands.Deed, here: str | None, meant: str | None
) -> None:
    assert refusal(gate, asked(deed, "sue", meant), here) is Refusal.SESSION


def test_the_first_reason_in_the_order_is_told(gate: Gate, clock: Clock) -> None:
    clock.time = NOW + 1000
    payload = asked(TEST, "vera", sid=NEXT_SID)
    assert refusal(gate, payload) is Refusal.EXPIRED
    clock.time = NOW
    assert refusal(gate, payload) is Refusal.RANK


def test_a_refusal_says_whether_the_operator_really_asked(gate: Gate) -> None:
    told = commands.command(HERE, "sue", GUIDE, SID, now=NOW)
    with pytest.raises(Refused) as forged:
        gate.judge(commands.signed(told, KEYS["anna"]), SID)
    with pytest.raises(Refused) as meant:
        gate.judge(asked(GUIDE, "vera"), SID)
    assert not forged.value.proven
    assert meant.value.proven
    assert meant.value.command is not None


def test_what_is_too_large_is_not_even_read(gate: Gate) -> None:
    assert refusal(gate, b" " * (LARGEST + 1)) is Refusal.OVERSIZED
    assert refusal(gate, b" " * LARGEST) is Refusal.MALFORMED


def test_an_operator_who_floods_must_wait_and_others_need_not(gate: Gate, clock: Clock) -> None:
    for _ in range(20):
        gate.judge(asked(GUIDE), SID)
    flood = asked(GUIDE)
    assert refusal(gate, flood) is Refusal.BUSY
    assert gate.judge(asked(GUIDE, "sue"), SID).op == "sue"
    clock.time += 10
    assert refusal(gate, flood) is Refusal.REPLAY
    assert gate.judge(asked(GUIDE), SID).op == "anna"


def test_a_flood_of_forgeries_costs_few_signatures_and_no_operator_pays_for_it(
    gate: Gate, clock: Clock
) -> None:
    forged = commands.signed(commands.command(HERE, "anna", GUIDE, SID, now=NOW), KEYS["bob"])
    seen = [refusal(gate, forged) for _ in range(1000)]
    assert seen.count(Refusal.SIGNATURE) == 100
    assert seen.count(Refusal.BUSY) == 900
    clock.time += 2
    assert gate.judge(asked(GUIDE), SID).op == "anna"


def test_the_nonces_of_many_operators_stay_few(clock: Clock) -> None:
    gate = Gate(HERE, OPERATORS, clock, clock)
    for _ in range(300):
        clock.time += 1
        for _ in range(2):
            told = commands.command(HERE, "sue", GUIDE, SID, 60, clock.time)
            gate.judge(commands.signed(told, KEYS["sue"]), SID)
    assert len(gate._nonces) <= 4096


def test_where_no_more_nonces_can_be_remembered_nothing_more_is_obeyed(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.fleet.gate._NONCES", 3)
    gate = Gate(HERE, OPERATORS, clock, clock)
    for _ in range(3):
        gate.judge(asked(GUIDE), SID)
    assert refusal(gate, asked(GUIDE)) is Refusal.BUSY
    clock.time += 15 + SLACK
    told = commands.command(HERE, "anna", GUIDE, SID, now=clock.time)
    assert gate.judge(commands.signed(told, KEYS["anna"]), SID).op == "anna"
