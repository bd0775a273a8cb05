"""What a console makes of what kiosks tell: states with their age, calls first, the worst first."""

import random
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.verdicts import DeviceState, Role
from kiosk.fleet.fleet_state import SILENT, Fleet, Grade, Kiosk
from kiosk.fleet.helping import Call
from kiosk.fleet.reports import (
    Doing,
    Help,
    KioskState,
    OutOfOrder,
    Report,
    SelfTestReport,
    StepReport,
    Why,
    encode,
)
from kiosk.fleet.topics import EXPIRES, Leaf, Place
from kiosk.selftest.results import Verdict
from kiosk.visit import Kind

NOW = 1_700_000_000.0
SID = "0" * 24
ONE, TWO, THREE = (Place("lyngby", f"kiosk-{n}") for n in (1, 2, 3))
FAR = Place("aarhus", "kiosk-1")


def state(
    doing: Doing = Doing.IDLE, boot: str = "a" * 16, seq: int = 1, at: float = NOW, **more: object
) -> KioskState:
    return KioskState(state=doing, boot=boot, seq=seq, at=int(at), **more)  # type: ignore[arg-type]


def call(since: float = NOW, number: int = 1) -> Help:
    return Help(id=f"{number:016x}", sid=SID, reason=Why.CITIZEN, since=int(since))


def step(tries: int = 0) -> StepReport:
    return StepReport(sid=SID, kind=Kind.STEP, since=int(NOW), step="scan-chip", tries=tries)


def told(
    fleet: Fleet,
    place: Place,
    leaf: Leaf,
    report: Report | None,
    now: float = NOW,
    retained: bool = False,
) -> Place | None:
    payload = encode(report) if report is not None else b""
    return fleet.heard(place.topic(leaf), payload, retained, now)


def of(fleet: Fleet, place: Place) -> Kiosk:
    kiosk = fleet.get(place)
    assert kiosk is not None
    return kiosk


def test_a_kiosk_is_shown_with_its_state_and_its_age() -> None:
    fleet = Fleet()
    assert told(fleet, ONE, Leaf.STATE, state()) == ONE
    assert of(fleet, ONE).age(NOW + 7) == 7
    assert of(fleet, ONE).grade is Grade.IDLE
    assert not of(fleet, ONE).lost


def test_a_retained_state_is_as_old_as_it_says() -> None:
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state(at=NOW - 40), retained=True)
    told(fleet, TWO, Leaf.STATE, state(at=NOW + 9999), retained=True)
    assert of(fleet, ONE).age(NOW) == 40
    assert of(fleet, TWO).age(NOW) == 0, "a clock that is ahead makes no age below nothing"


def test_a_kiosk_that_says_nothing_more_has_no_contact() -> None:
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state())
    told(fleet, TWO, Leaf.STATE, state(at=NOW - 3600), retained=True)
    fleet.tick(NOW)
    assert of(fleet, TWO).grade is Grade.LOST
    assert fleet.tick(NOW + SILENT - 1) == []
    assert fleet.tick(NOW + SILENT) == [ONE]
    assert of(fleet, ONE).grade is Grade.LOST
    assert of(fleet, ONE).age(NOW + SILENT) == SILENT
    told(fleet, ONE, Leaf.STATE, state(seq=2), now=NOW + 200)
    assert of(fleet, ONE).grade is Grade.IDLE
    assert fleet.tick(NOW + 200 + SILENT) == [ONE], "it is looked at again and again"


def test_a_will_of_an_older_life_is_ignored() -> None:
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state(boot="a" * 16))
    told(fleet, ONE, Leaf.STATE, state(boot="b" * 16), now=NOW + 5)
    assert told(fleet, ONE, Leaf.STATE, state(Doing.LOST, "a" * 16, 0, 0), now=NOW + 8) is None
    assert of(fleet, ONE).grade is Grade.IDLE
    assert told(fleet, ONE, Leaf.STATE, state(Doing.LOST, "b" * 16, 0, 0), now=NOW + 9) == ONE
    assert of(fleet, ONE).grade is Grade.LOST
    assert of(fleet, ONE).age(NOW + 9) == 4, "it was heard last before its will"
    told(fleet, ONE, Leaf.STATE, state(boot="b" * 16, seq=2), now=NOW + 11)
    assert of(fleet, ONE).grade is Grade.IDLE


def test_how_long_a_kiosk_was_lost_before_we_came_is_not_made_up() -> None:
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state(Doing.LOST, at=0), retained=True)
    told(fleet, TWO, Leaf.STATE, state(Doing.LOST, at=NOW - 500), retained=True)
    assert of(fleet, ONE).age(NOW) is None
    assert of(fleet, TWO).age(NOW) == 500


def test_a_state_that_comes_late_does_not_go_back() -> None:
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state(Doing.VISIT, seq=9))
    assert told(fleet, ONE, Leaf.STATE, state(seq=8)) is None
    assert of(fleet, ONE).grade is Grade.VISIT


def test_calls_come_first_and_who_waits_longest_before_the_others() -> None:
    fleet = Fleet()
    for place in (ONE, TWO, THREE, FAR):
        told(fleet, place, Leaf.STATE, state(Doing.VISIT))
    told(fleet, TWO, Leaf.HELP, call(), now=NOW + 2)
    told(fleet, THREE, Leaf.HELP, call(), now=NOW + 1)
    assert list(fleet.order) == [THREE, TWO, FAR, ONE]
    assert of(fleet, THREE).waiting(NOW + 11) == 10
    told(fleet, THREE, Leaf.STATE, state(Doing.VISIT, seq=2, help=Call.TAKEN, by="anna"))
    assert list(fleet.order)[:2] == [TWO, THREE]
    assert of(fleet, THREE).grade is Grade.HELPED
    assert list(fleet.centres["lyngby"]) == [TWO, THREE, ONE]
    assert fleet.centre_order() == ["lyngby", "aarhus"]


def test_a_call_waits_by_our_clock_and_not_anew_when_it_is_read_again() -> None:
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state(Doing.VISIT))
    told(fleet, ONE, Leaf.HELP, call(since=NOW - 9999))
    assert of(fleet, ONE).waiting(NOW) == 0
    told(fleet, ONE, Leaf.HELP, call(since=NOW - 9999), now=NOW + 60, retained=True)
    assert of(fleet, ONE).waiting(NOW + 60) == 60
    told(fleet, ONE, Leaf.HELP, call(number=2), now=NOW + 70)
    assert of(fleet, ONE).waiting(NOW + 70) == 0


def test_a_call_that_has_ended_does_not_ring_again() -> None:
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state(Doing.VISIT))
    told(fleet, ONE, Leaf.HELP, call())
    told(fleet, ONE, Leaf.STATE, state(Doing.VISIT, seq=2, help=Call.TAKEN, by="anna"))
    told(fleet, ONE, Leaf.STATE, state(Doing.VISIT, seq=3))
    assert of(fleet, ONE).grade is Grade.VISIT
    assert of(fleet, ONE).waiting(NOW) is None
    assert told(fleet, ONE, Leaf.HELP, None, now=NOW + 1) is None, "nothing is new"


def test_a_call_of_a_kiosk_that_is_lost_still_waits() -> None:
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state(Doing.VISIT))
    told(fleet, ONE, Leaf.HELP, call())
    told(fleet, ONE, Leaf.STATE, state(Doing.LOST, seq=0, at=0))
    assert of(fleet, ONE).lost
    assert of(fleet, ONE).grade is Grade.CALLING


@pytest.mark.parametrize("leaf", [Leaf.STEP, Leaf.HELP])
def test_what_the_broker_forgets_a_console_forgets_too(leaf: Leaf) -> None:
    fleet = Fleet()
    told(fleet, ONE, leaf, step() if leaf is Leaf.STEP else call())
    told(fleet, ONE, Leaf.STATE, state(), now=NOW + EXPIRES[leaf] - 1)
    fleet.tick(NOW + EXPIRES[leaf] - 1)
    assert getattr(of(fleet, ONE), leaf) is not None
    fleet.tick(NOW + EXPIRES[leaf])
    assert getattr(of(fleet, ONE), leaf) is None
    assert of(fleet, ONE).grade is Grade.IDLE


def test_the_worst_comes_first() -> None:
    fleet = Fleet()
    good = SelfTestReport(at=1, verdict=Verdict.PASS)
    broken = {Role.SCANNER: DeviceState.OUT_OF_ORDER}
    cases: list[tuple[Grade, KioskState, Report | None, Leaf]] = [
        (Grade.CALLING, state(Doing.VISIT), call(), Leaf.HELP),
        (Grade.HELPED, state(Doing.VISIT, help=Call.TAKEN, by="anna"), call(), Leaf.HELP),
        (Grade.STUCK, state(Doing.VISIT), step(tries=3), Leaf.STEP),
        (Grade.LOST, state(Doing.LOST), good, Leaf.SELFTEST),
        (Grade.FAULT, state(devices=broken), good, Leaf.SELFTEST),
        (
            Grade.OUT_OF_ORDER,
            state(Doing.OUT_OF_ORDER, reason=OutOfOrder.CLEANING),
            None,
            Leaf.HELP,
        ),
        (Grade.WARNING, state(), SelfTestReport(at=1, verdict=Verdict.WARN), Leaf.SELFTEST),
        (Grade.VISIT, state(Doing.VISIT), step(tries=2), Leaf.STEP),
        (Grade.IDLE, state(devices={Role.SCANNER: DeviceState.READY}), good, Leaf.SELFTEST),
    ]
    numbered = list(enumerate(cases))
    random.Random(4).shuffle(numbered)
    for number, (_, first, then, leaf) in numbered:
        place = Place("lyngby", f"kiosk-{number}")
        told(fleet, place, Leaf.STATE, first)
        told(fleet, place, leaf, then)
    assert [of(fleet, place).grade for place in fleet.order] == [case[0] for case in cases]
    assert [place.kiosk for place in fleet.order] == [f"kiosk-{n}" for n in range(len(cases))]
    assert fleet.order.part(Grade.CALLING, Grade.STUCK) == range(3)
    assert fleet.order.part(Grade.VISIT, Grade.VISIT) == range(7, 8)
    assert fleet.order.index(Place("lyngby", "kiosk-4")) == 4
    failed = SelfTestReport(at=1, verdict=Verdict.FAIL)
    told(fleet, Place("lyngby", "kiosk-8"), Leaf.SELFTEST, failed)
    assert of(fleet, Place("lyngby", "kiosk-8")).grade is Grade.FAULT


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("kiosk/v1/lyngby/kiosk-1/state", b"{"),
        ("kiosk/v1/lyngby/kiosk-1/state", b'{"v":2,"state":"idle","boot":"aaaaaaaaaaaaaaaa"}'),
        ("kiosk/v1/lyngby/kiosk-1/state", b'{"state":"\\u001b[2J","boot":"aaaaaaaaaaaaaaaa"}'),
        ("kiosk/v1/lyngby/kiosk-1/state", b'{"state":"idle","boot":"[red]aaaaaaaaaaa"}'),
        ("kiosk/v1/lyngby/kiosk-1/state", b" " * 20_000),
        ("kiosk/v1/lyngby/kiosk-1/state", b"[" * 10_000),
        ("kiosk/v1/lyngby/kiosk-1/state", b"\xff\xfe"),
        ("kiosk/v1/lyngby/KIOSK/state", b"{}"),
        ("kiosk/v1/lyngby/kiosk-1/shell", b"{}"),
        ("kiosk/v1/staff/anna/state", b'{"state":"idle","boot":"aaaaaaaaaaaaaaaa"}'),
        ("kiosk/v1/lyngby/kiosk-1\x1b[2J/state", b"{}"),
        ("kiosk/v1/lyngby/kiosk-1/state\n", b"{}"),
    ],
)
def test_junk_is_counted_and_never_shown(topic: str, payload: bytes) -> None:
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state())
    before = fleet.get(ONE)
    assert fleet.heard(topic, payload, True, NOW) is None
    assert fleet.junk == 1
    assert len(fleet) == 1
    assert fleet.get(ONE) == before


def test_a_kiosk_of_which_everything_is_taken_back_is_gone() -> None:
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state())
    assert told(fleet, ONE, Leaf.STATE, None) == ONE
    assert len(fleet) == len(fleet.order) == 0
    assert fleet.centres == {}
    assert told(fleet, TWO, Leaf.HELP, None) is None, "nothing was known of it"
    told(fleet, ONE, Leaf.STATE, state())
    assert fleet.tick(NOW + SILENT) == [ONE]


def test_a_kiosk_that_is_never_heard_is_missed() -> None:
    """One that never came up, or that a broker without its memory knows no more."""
    fleet = Fleet()
    told(fleet, ONE, Leaf.STATE, state())
    fleet.expect([ONE, TWO])
    assert of(fleet, ONE).grade is Grade.IDLE
    missed = of(fleet, TWO)
    assert (missed.grade, missed.lost, missed.age(NOW)) == (Grade.LOST, True, None)
    assert list(fleet.order) == list(fleet.centres["lyngby"]) == [TWO, ONE]
    fleet.tick(NOW + 1)
    assert told(fleet, TWO, Leaf.STATE, state()) == TWO
    assert of(fleet, TWO).grade is Grade.IDLE
    assert told(fleet, TWO, Leaf.STATE, None) == TWO
    assert of(fleet, TWO).grade is Grade.LOST, "what is taken back is not forgotten"


def test_no_more_kiosks_are_kept_than_a_country_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.fleet.fleet_state.MOST", 2)
    fleet = Fleet()
    for place in (ONE, TWO, THREE):
        told(fleet, place, Leaf.STATE, state())
    assert len(fleet) == 2
    assert fleet.junk == 1
    assert told(fleet, ONE, Leaf.STATE, state(Doing.VISIT, seq=2)) == ONE


@given(
    st.lists(
        st.tuples(
            st.sampled_from([ONE, TWO, THREE, FAR]),
            st.sampled_from(["idle", "visit", "lost", "call", "done", "stuck", "gone", "tick"]),
            st.integers(0, 400),
        ),
        max_size=60,
    )
)
def test_the_order_is_that_of_sorting_it_all_whatever_happens(
    things: list[tuple[Place, str, int]],
) -> None:
    fleet, now, seq = Fleet(), NOW, 0
    for place, thing, later in things:
        now, seq = now + later, seq + 1
        match thing:
            case "idle":
                told(fleet, place, Leaf.STATE, state(seq=seq), now)
            case "visit":
                told(fleet, place, Leaf.STATE, state(Doing.VISIT, seq=seq), now)
            case "lost":
                told(fleet, place, Leaf.STATE, state(Doing.LOST, seq=0, at=0), now)
            case "call":
                told(fleet, place, Leaf.HELP, call(number=seq), now)
            case "stuck":
                told(fleet, place, Leaf.STEP, step(tries=3), now)
            case "done":
                told(fleet, place, Leaf.HELP, None, now)
            case "gone":
                for leaf in (Leaf.STATE, Leaf.STEP, Leaf.HELP):
                    told(fleet, place, leaf, None, now)
            case "tick":
                fleet.tick(now)
    known = [kiosk for place in (ONE, TWO, THREE, FAR) if (kiosk := fleet.get(place))]
    wanted = sorted(known, key=lambda kiosk: (kiosk.grade, kiosk.called_at or 0, kiosk.place))
    assert list(fleet.order) == [kiosk.place for kiosk in wanted]
    for name, order in fleet.centres.items():
        assert list(order) == [kiosk.place for kiosk in wanted if kiosk.place.centre == name]
    for kiosk in known:
        assert (kiosk.call is Call.NONE) == (kiosk.called_at is None)


def test_ten_thousand_kiosks_cost_a_change_little() -> None:
    fleet = Fleet()
    places = [Place(f"centre-{n % 100}", f"kiosk-{n}") for n in range(10_000)]
    for place in places:
        told(fleet, place, Leaf.STATE, state())
    fleet.tick(NOW)
    payload = encode(call())
    took = []
    for place in random.Random(1).sample(places, 200):
        began = time.perf_counter()
        fleet.heard(place.topic(Leaf.HELP), payload, False, NOW)
        assert fleet.order.index(place) is not None
        took.append(time.perf_counter() - began)
    assert fleet.order.count(Grade.CALLING) == 200
    assert sorted(took)[100] < 0.005, "as with a few: no work goes over all of them"


def test_not_all_of_a_country_is_looked_at_in_one_tick() -> None:
    fleet = Fleet()
    for number in range(5_000):
        told(fleet, Place("lyngby", f"kiosk-{number}"), Leaf.STATE, state())
    ticks = [len(fleet.tick(NOW + SILENT)) for _ in range(4)]
    assert ticks == [2_000, 2_000, 1_000, 0]
    assert fleet.order.count(Grade.LOST) == 5_000


def test_a_state_is_as_told_without_what_nobody_knows_of_it() -> None:
    fleet = Fleet()
    more = msgspec.json.decode(encode(state())) | {"new": "\x1b[2J"}
    fleet.heard(ONE.topic(Leaf.STATE), msgspec.json.encode(more), False, NOW)
    assert of(fleet, ONE).state == state()
