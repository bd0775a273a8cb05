"""What is counted in a fleet: once, by day and centre, without persons, from five visits on."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from hardware.verdicts import CodeVerdict, HealingStep, Rehearsal, Role
from kiosk.fleet import statistics
from kiosk.fleet.reports import Ending, Event, Happened
from kiosk.fleet.statistics_command import stats
from kiosk.fleet.statistics_store import (
    KEPT_DAYS,
    StoreError,
    centres,
    seconds,
    slot,
    take,
    with_number,
)
from kiosk.fleet.topics import Place

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ONE, FAR = Place("lyngby", "kiosk-1"), Place("aarhus", "kiosk-1")
_numbers = count(1)


def event(happened: Happened, when: datetime = NOW, boot: str = "a" * 16, **more: Any) -> Event:
    return Event(id=f"{boot}-{next(_numbers)}", type=happened, at=int(when.timestamp()), **more)


def visit(ending: Ending = Ending.FINISHED, minutes: float = 10, **more: Any) -> Event:
    given = {"situation": "app", "ending": ending, "ms": int(minutes * 60_000)} | more
    return event(Happened.VISIT_ENDED, **given)


def taken(file: Path, events: list[Event], place: Place = ONE) -> int:
    return take(file, [(place, one) for one in events], NOW)


def test_visits_their_endings_and_their_times(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    taken(file, [visit(minutes=n) for n in (4, 6, 8, 10, 12, 14, 60)])
    taken(file, [visit(Ending.IDLE, step="scan-chip") for _ in range(6)])
    told = statistics.read(file, now=NOW)
    assert told.enough
    assert told.visits == 13
    assert told.endings == {"finished": 7, "idle": 6}
    assert told.minutes == pytest.approx(10, rel=0.1)
    assert told.situations[0].situation == "app"
    assert (told.situations[0].visits, told.situations[0].finished) == (13, 7)
    assert told.days[-1] == statistics.Day("2026-11-26", 13, 7)
    assert len(told.days) == 30


def test_the_steps_where_people_give_up_come_first(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    on = [("open-app", 5_000), ("scan-chip", 90_000), ("choose", 4_000)]
    for step, ms in on:
        taken(file, [event(Happened.STEP, situation="app", step=step, ms=ms) for _ in range(8)])
    taken(file, [visit(Ending.LEFT, step="scan-chip") for _ in range(2)])
    taken(file, [visit(step="choose") for _ in range(6)])
    taken(file, [event(Happened.DID_NOT_WORK, situation="app", step="choose") for _ in range(3)])
    told = statistics.read(file, now=NOW)
    assert [one.step for one in told.steps] == ["scan-chip", "choose", "open-app"]
    chip = told.steps[0]
    assert (chip.people, chip.gave_up) == (10, 2)
    assert chip.seconds == pytest.approx(90, rel=0.1)
    assert (told.steps[1].gave_up, told.steps[1].did_not_work) == (0, 3)


def test_a_second_copy_of_an_event_is_not_counted(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    visits = [visit() for _ in range(5)]
    assert taken(file, [*visits, visits[0]]) == 5
    assert taken(file, visits) == 0
    assert taken(file, visits, FAR) == 5, "a kiosk cannot use up another one's numbers"
    assert statistics.read(file, "lyngby", now=NOW).visits == 5


def test_nothing_is_told_of_fewer_than_five_visits(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    taken(file, [visit(Ending.LEFT, step="scan-chip") for _ in range(4)])
    taken(file, [event(Happened.STEP, situation="app", step="scan-chip", ms=1) for _ in range(9)])
    told = statistics.read(file, now=NOW)
    assert not told.enough
    assert told.days[-1] == statistics.Day("2026-11-26", None, None)
    assert told.days[-2] == statistics.Day("2026-11-25", 0, 0)
    assert (told.visits, told.endings, told.steps, told.situations) == (0, {}, (), ())
    taken(file, [visit()])
    told = statistics.read(file, now=NOW)
    assert told.visits == 5
    assert told.endings == {"other": 5}, "four that left are fewer than five"
    assert told.days[-1].visits == 5


def test_help_rehearsals_and_healing(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    taken(file, [visit() for _ in range(5)])
    taken(file, [event(Happened.HELP_CALLED) for _ in range(6)])
    taken(file, [event(Happened.HELP_TAKEN, ms=20_000) for _ in range(5)])
    code = {"rehearsal": Rehearsal.CODE, "code": CodeVerdict.EXPIRED}
    taken(file, [event(Happened.REHEARSED, **code) for _ in range(7)])
    taken(file, [event(Happened.HEALED, role=Role.READER, healing=HealingStep.RESET)])
    told = statistics.read(file, now=NOW)
    assert (told.calls, told.calls_taken) == (6, 5)
    assert told.wait == pytest.approx(20, rel=0.1)
    assert told.rehearsals == {"code": {"expired": 7}}
    assert told.healed == {"reader reset": 1}


def test_a_day_is_a_day_in_denmark_and_each_centre_counts_for_itself(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # 00:30 in Denmark
    taken(file, [visit(when=late) for _ in range(5)])
    taken(file, [visit(when=late) for _ in range(6)], FAR)
    assert centres(file) == ["aarhus", "lyngby"]
    for centre, visits in (("lyngby", 5), ("aarhus", 6), (None, 11)):
        days = {day.day: day.visits for day in statistics.read(file, centre, now=NOW).days}
        assert (days["2026-11-25"], days["2026-11-24"]) == (visits, 0)
    assert statistics.read(file, "nowhere", now=NOW).days[-2].visits == 0


def test_after_thirteen_months_a_count_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    oldest = NOW - timedelta(days=KEPT_DAYS)
    too_old = oldest - timedelta(days=1)
    future = NOW + timedelta(days=3)
    assert taken(file, [visit(when=when) for when in (oldest, too_old, future)]) == 1
    take(file, [(ONE, visit())], NOW + timedelta(days=1))
    with sqlite3.connect(file) as store:
        assert store.execute("SELECT day, n FROM counts").fetchall() == [("2026-11-26", 1)]


def test_no_event_visit_or_kiosk_is_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    taken(file, [visit(step="scan-chip") for _ in range(3)], Place("lyngby", "kiosk-77"))
    with sqlite3.connect(file) as store:
        counts = store.execute("SELECT * FROM counts").fetchall()
        counted = store.execute("SELECT * FROM counted").fetchall()
    assert counts == [
        ("2026-11-26", "lyngby", "visit-ended", "app", "scan-chip", "finished", slot(600_000), 3)
    ]
    assert len(counted) == 1
    assert len(json.loads(counted[0][1])) == 1, "numbers in a row are one range"


def test_a_kiosk_with_a_wrong_clock_spoils_nobody_elses_counts(tmp_path: Path) -> None:
    far = msgspec.structs.replace(visit(), at=2**40)
    assert taken(tmp_path / "counts", [visit(), far, visit()]) == 2


def test_all_of_what_is_taken_is_counted_or_nothing(tmp_path: Path) -> None:
    file, first = tmp_path / "counts", visit()
    taken(file, [visit()])
    with sqlite3.connect(file) as store:
        store.execute("INSERT INTO counted VALUES ('lyngby/kiosk-1 bad', 'no JSON', '2026-11-26')")
    with pytest.raises(StoreError):
        taken(file, [first, event(Happened.VISIT_BEGUN, boot="bad")])
    assert taken(file, [first]) == 1


def test_a_file_that_is_no_database_is_one_error(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    file.write_text("no database at all, " * 100)
    with pytest.raises(StoreError, match="counts"):
        taken(file, [visit()])
    with pytest.raises(StoreError, match="counts"):
        statistics.read(file, now=NOW)


@given(st.lists(st.integers(0, 60), max_size=60))
def test_ranges_hold_what_was_put_in(numbers: list[int]) -> None:
    ranges: list[tuple[int, int]] = []
    seen: set[int] = set()
    for number in numbers:
        more = with_number(ranges, number)
        assert (more is ranges) == (number in seen)
        ranges, seen = more, seen | {number}
    assert {n for first, last in ranges for n in range(first, last + 1)} == seen
    assert all(a[1] + 1 < b[0] for a, b in pairwise(ranges))


def test_gaps_without_end_take_no_room_without_end() -> None:
    ranges: list[tuple[int, int]] = []
    for number in range(0, 2000, 2):
        ranges = with_number(ranges, number)
    assert len(ranges) == 200
    assert with_number(ranges, 1998) is ranges


@given(st.integers(100, 10**8))
def test_a_class_of_times_is_near_the_time(ms: int) -> None:
    assert seconds(slot(ms)) == pytest.approx(ms / 1000, rel=0.1)


def test_the_command_prints_what_was_counted(tmp_path: Path) -> None:
    file, today = tmp_path / "counts", datetime.now(UTC)
    with_step = [event(Happened.STEP, today, situation="app", step="scan-chip", ms=9000)] * 1
    with_step += [
        event(Happened.STEP, today, situation="app", step="scan-chip", ms=9000) for _ in range(6)
    ]
    take(file, [(ONE, one) for one in with_step])
    take(file, [(ONE, visit(when=today)) for _ in range(5)])
    run = CliRunner()
    printed = run.invoke(stats, ["--file", str(file), "--days", "7", "--format", "json"])
    assert printed.exit_code == 0
    told = json.loads(printed.stdout)
    assert told["visits"] == 5
    assert len(told["days"]) == 7
    assert told["steps"][0]["step"] == "scan-chip"
    text = run.invoke(stats, ["--file", str(file), "--centre", "lyngby"])
    assert text.exit_code == 0
    assert "scan-chip" in text.stdout
    assert "lyngby" in text.stdout
    none = run.invoke(stats, ["--file", str(tmp_path / "none")])
    assert none.exit_code == 0
    assert "fewer than 5 visits" in none.stdout.lower()
    (tmp_path / "bad").write_text("x" * 4096)
    bad = run.invoke(stats, ["--file", str(tmp_path / "bad")])
    assert bad.exit_code == 2
    assert "bad" in bad.stderr
    assert "Traceback" not in bad.output
