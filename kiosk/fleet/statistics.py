"""Statistics without persons: visits, how they end, where people give up, and how long it takes.

Nothing is told of fewer than `FEWEST` visits: in a small centre few numbers are somebody.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec

from kiosk.fleet import statistics_store as store
from kiosk.fleet.reports import Ending, Happened

FEWEST = 5
"""Visits, or people at one step, from which on a number is told."""
DAYS = 30
_GAVE_UP = frozenset({Ending.LEFT, Ending.IDLE, Ending.ROUTE, Ending.STAFF})


class Day(msgspec.Struct, frozen=True):
    """One day; None where there were visits, but fewer than `FEWEST`."""

    day: str
    visits: int | None
    finished: int | None


class OfSituation(msgspec.Struct, frozen=True):
    """The visits of one situation."""

    situation: str
    visits: int
    finished: int
    minutes: float | None
    """How long half of them took at most; None where no time was told."""


class OfStep(msgspec.Struct, frozen=True):
    """One step, and what people met there."""

    situation: str
    step: str
    people: int
    """How often somebody went on from it or gave up at it."""
    gave_up: int
    did_not_work: int
    seconds: float | None
    longest: float | None
    """How long half of them took at most, and nine of ten."""


class Statistics(msgspec.Struct, frozen=True):
    """What was counted in some days, in one centre or in all that this console hears."""

    first: str
    last: str
    centre: str | None
    enough: bool
    """Whether there were `FEWEST` visits; otherwise nothing but the days is told."""
    visits: int = 0
    days: tuple[Day, ...] = ()
    """Each day of them, also those without a visit."""
    endings: dict[str, int] = {}
    minutes: float | None = None
    situations: tuple[OfSituation, ...] = ()
    steps: tuple[OfStep, ...] = ()
    """Where people give up first, then where it did not work, then where it takes long."""
    rehearsals: dict[str, dict[str, int]] = {}
    """What they have shown, by rehearsal."""
    calls: int | None = None
    calls_taken: int | None = None
    """None where there were some, but fewer than `FEWEST`."""
    wait: float | None = None
    """Seconds after which half of the calls were answered."""
    healed: dict[str, int] = {}


def read(
    file: Path, centre: str | None = None, days: int = DAYS, now: datetime | None = None
) -> Statistics:
    """The last `days` days, today among them; `StoreError` where the file cannot be read."""
    last = (now or datetime.now(UTC)).astimezone(store.HERE).date()
    first = last - timedelta(days=days - 1)
    counted = [_row(row, file) for row in store.rows(file, first, last, centre)]
    ended = [row for row in counted if row.type == Happened.VISIT_ENDED]
    visits = sum(row.n for row in ended)
    told = Statistics(
        first.isoformat(),
        last.isoformat(),
        centre,
        visits >= FEWEST,
        days=_days(first, days, ended),
    )
    if not told.enough:
        return told
    taken = [row for row in counted if row.type == Happened.HELP_TAKEN]
    return msgspec.structs.replace(
        told,
        visits=visits,
        endings=_told(_by(ended, "detail")),
        minutes=_minutes(ended),
        situations=_situations(ended),
        steps=_steps(counted),
        rehearsals=_rehearsals(counted),
        calls=_unless_few(sum(row.n for row in counted if row.type == Happened.HELP_CALLED)),
        calls_taken=_unless_few(sum(row.n for row in taken)),
        wait=_share(taken, 0.5),
        healed=_by([row for row in counted if row.type == Happened.HEALED], "detail"),
    )


class _Row(msgspec.Struct, frozen=True):
    day: str
    type: str
    situation: str
    step: str
    detail: str
    slot: Annotated[int, msgspec.Meta(ge=-1, le=200)]
    """-1: no time was told; 200 would be three million years."""
    n: Annotated[int, msgspec.Meta(ge=1)]


def _row(values: tuple[object, ...], file: Path) -> _Row:
    try:
        return msgspec.convert(dict(zip(_Row.__struct_fields__, values, strict=True)), _Row)
    except msgspec.ValidationError as error:
        raise store.StoreError(f"{file}: holds what is no count") from error


def _by(rows: Iterable[_Row], what: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[getattr(row, what)] += row.n
    return dict(counts.most_common())


def _told(counts: dict[str, int]) -> dict[str, int]:
    """Those that are enough; all that are not, under `other`, where they are enough together."""
    few = sum(n for n in counts.values() if n < FEWEST)
    return {name: n for name, n in counts.items() if n >= FEWEST} | (
        {"other": few} if few >= FEWEST else {}
    )


def _unless_few(n: int) -> int | None:
    return None if 0 < n < FEWEST else n


def _days(first: date, days: int, ended: list[_Row]) -> tuple[Day, ...]:
    visits = _by(ended, "day")
    finished = _by([row for row in ended if row.detail == Ending.FINISHED], "day")
    told = []
    for at in range(days):
        day = (first + timedelta(days=at)).isoformat()
        n = _unless_few(visits.get(day, 0))
        told.append(Day(day, n, None if n is None else finished.get(day, 0)))
    return tuple(told)


def _situations(ended: list[_Row]) -> tuple[OfSituation, ...]:
    told = []
    for situation, n in _by(ended, "situation").items():
        if n < FEWEST:
            continue
        rows = [row for row in ended if row.situation == situation]
        finished = sum(row.n for row in rows if row.detail == Ending.FINISHED)
        told.append(OfSituation(situation, n, finished, _minutes(rows)))
    return tuple(told)


def _steps(counted: list[_Row]) -> tuple[OfStep, ...]:
    at: dict[tuple[str, str], list[_Row]] = {}
    for row in counted:
        if row.step:
            at.setdefault((row.situation, row.step), []).append(row)
    told = []
    for (situation, step), rows in at.items():
        went = [row for row in rows if row.type == Happened.STEP]
        gave_up = sum(
            row.n for row in rows if row.type == Happened.VISIT_ENDED and row.detail in _GAVE_UP
        )
        people = sum(row.n for row in went) + gave_up
        if people < FEWEST:
            continue
        failed = sum(row.n for row in rows if row.type == Happened.DID_NOT_WORK)
        told.append(
            OfStep(situation, step, people, gave_up, failed, _share(went, 0.5), _share(went, 0.9))
        )
    return tuple(
        sorted(told, key=lambda one: (-one.gave_up, -one.did_not_work, -(one.seconds or 0.0)))
    )


def _rehearsals(counted: list[_Row]) -> dict[str, dict[str, int]]:
    """The detail of such a row is the rehearsal and its verdict."""
    told: dict[str, dict[str, int]] = {}
    for detail, n in _by([r for r in counted if r.type == Happened.REHEARSED], "detail").items():
        name, _, verdict = detail.partition(" ")
        told.setdefault(name, {})[verdict or "none"] = n
    return {name: _told(counts) for name, counts in told.items() if _told(counts)}


def _minutes(rows: list[_Row]) -> float | None:
    took = _share(rows, 0.5)
    return None if took is None else round(took / 60, 1)


def _share(rows: Iterable[_Row], share: float) -> float | None:
    """Seconds in which this share of them was done; None where fewer than `FEWEST` have a time."""
    timed = sorted((row.slot, row.n) for row in rows if row.slot >= 0)
    total = sum(n for _, n in timed)
    if total < FEWEST:
        return None
    reached = 0
    for slot, n in timed:
        reached += n
        if reached >= share * total:
            return round(store.seconds(slot), 1)
    return None
