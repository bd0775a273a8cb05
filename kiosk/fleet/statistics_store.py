"""What happened in a fleet, as counts by day and centre; no event, visit or kiosk is kept.

An event becomes one more in a row of equal ones and is forgotten. Of its id the number stays, among
the ranges of numbers that were counted, for as long as a copy of it may come.
"""

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.fleet.reports import Event
from kiosk.fleet.topics import Place
from kiosk.places import made, state_folder

KEPT_DAYS = 396
"""13 months."""
REMEMBERED_DAYS = 14
"""For so long a copy of an event is recognised; the broker keeps one for 7 days."""
HERE = ZoneInfo("Europe/Copenhagen")
_MOST_RANGES = 200
_NO_TIME = -1
_SLOTS_A_DOUBLING = 4
_WAIT = 5.0
_FORM = """
CREATE TABLE IF NOT EXISTS counts (
    day TEXT, centre TEXT, type TEXT, situation TEXT, step TEXT, detail TEXT, slot INTEGER,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, centre, type, situation, step, detail, slot)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counted (
    boot TEXT PRIMARY KEY, ranges TEXT NOT NULL, day TEXT NOT NULL
) WITHOUT ROWID;
"""
Range = tuple[int, int]


class StoreError(Exception):
    """The file of the statistics cannot be read or written; the message says why."""


def default_file() -> Path:
    """Where the statistics of this machine are."""
    return state_folder() / "statistics.sqlite"


def take(file: Path, events: Iterable[tuple[Place, Event]], now: datetime | None = None) -> int:
    """Counts what was not counted yet, all of it or nothing; how many that were. `StoreError`."""
    today = (now or datetime.now(UTC)).astimezone(HERE).date()
    by_boot: dict[str, list[tuple[Place, Event]]] = {}
    for place, event in events:
        by_boot.setdefault(f"{place} {event.id.partition('-')[0]}", []).append((place, event))
    counted = 0
    with _opened(file) as store, store:
        for boot, told in by_boot.items():
            ranges = _ranges(store, boot)
            for place, event in told:
                more = with_number(ranges, int(event.id.partition("-")[2]))
                if more is not ranges:
                    ranges = more
                    counted += _add(store, place, event, today)
            store.execute(
                "INSERT OR REPLACE INTO counted VALUES (?, ?, ?)",
                (boot, json.dumps(ranges), today.isoformat()),
            )
        for table, days in (("counts", KEPT_DAYS), ("counted", REMEMBERED_DAYS)):
            old = (today - timedelta(days=days)).isoformat()
            store.execute(f"DELETE FROM {table} WHERE day < ?", (old,))
    return counted


def rows(
    file: Path, first: date, last: date, centre: str | None
) -> list[tuple[str, str, str, str, str, int, int]]:
    """Day, type, situation, step, detail, slot of time and count; nothing where no file is.

    `centre`: None for all of them. `StoreError`.
    """
    if not file.exists():
        return []
    with _opened(file) as store:
        return store.execute(
            "SELECT day, type, situation, step, detail, slot, SUM(n) FROM counts"
            " WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR centre = ?3)"
            " GROUP BY 1, 2, 3, 4, 5, 6",
            (first.isoformat(), last.isoformat(), centre),
        ).fetchall()


def centres(file: Path) -> list[str]:
    """The centres of which anything was counted. `StoreError`."""
    if not file.exists():
        return []
    with _opened(file) as store:
        return [name for (name,) in store.execute("SELECT DISTINCT centre FROM counts ORDER BY 1")]


def slot(ms: int | None) -> int:
    """The class of a time: four to a doubling, from a tenth of a second on; -1 for none."""
    if ms is None:
        return _NO_TIME
    return max(0, round(_SLOTS_A_DOUBLING * math.log2(max(ms, 1) / 100)))


def seconds(of_slot: int) -> float:
    """The middle of a class of times."""
    return float(0.1 * 2 ** (of_slot / _SLOTS_A_DOUBLING))


def with_number(ranges: list[Range], number: int) -> list[Range]:
    """The ranges with this number, too; the same object where it is in one already."""
    if any(first <= number <= last for first, last in ranges):
        return ranges
    joined: list[Range] = []
    for first, last in sorted([*ranges, (number, number)]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    if len(joined) > _MOST_RANGES:  # a kiosk that leaves so many gaps has lost those events
        joined[:2] = [(joined[0][0], joined[1][1])]
    return joined


def _ranges(store: sqlite3.Connection, boot: str) -> list[Range]:
    found = store.execute("SELECT ranges FROM counted WHERE boot = ?", (boot,)).fetchone()
    return [(first, last) for first, last in json.loads(found[0])] if found else []


def _add(store: sqlite3.Connection, place: Place, event: Event, today: date) -> int:
    if event.at >= datetime(today.year + 2, 1, 1, tzinfo=UTC).timestamp():
        return 0  # no calendar goes so far
    day = datetime.fromtimestamp(event.at, HERE).date()
    if not today - timedelta(days=KEPT_DAYS) <= day <= today + timedelta(days=1):
        return 0  # a kiosk whose clock is wrong
    details = (event.ending, event.code, event.chip, event.hint, event.role, event.healing)
    store.execute(
        "INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1",
        (
            day.isoformat(),
            place.centre,
            str(event.type),
            event.situation or "",
            event.step or "",
            " ".join(str(detail) for detail in (event.rehearsal, *details) if detail is not None),
            slot(event.ms),
        ),
    )
    return 1


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        made(file.parent)
        with closing(sqlite3.connect(file, timeout=_WAIT)) as store:
            store.executescript(_FORM)
            yield store
    except (sqlite3.Error, OSError, ValueError) as error:
        raise StoreError(f"{file}: {error}") from error
