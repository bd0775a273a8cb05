"""Turns over what the kiosk and a console have kept on the disk, and read again."""

import json
import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import msgspec

from hardware.errors import Reason
from kiosk import last_good
from kiosk.fleet import audit, statistics, statistics_store
from kiosk.fleet.audit import Audit, AuditError
from kiosk.fleet.outbox import Outbox
from kiosk.fleet.reports import AuditHead, Ending, Event, Happened
from kiosk.fleet.statistics_store import StoreError
from kiosk.fleet.topics import Place
from kiosk.selftest import last, running
from kiosk.selftest.check import Outcome, State
from kiosk.selftest.results import SCHEMA, Phase, Result, Run, Trigger, Verdict
from kiosk.staff import out_of_order, wrong_pins

LONGEST = 40_000
SLOW = ("outbox", "audit", "audit_rows", "statistics", "statistics_rows")
_FOLDER = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-")
_STATE = Path(_FOLDER.name, "state")
_STATE.mkdir(mode=0o700)
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_AUDIT = ("row", "at", "operator", "deed", "nonce", "result", "why", "hash")
_COUNTS = ("day", "centre", "type", "situation", "step", "detail", "slot", "n")


def _in_state(name: str, data: bytes, read: Callable[[], object]) -> object:
    """What is read where this lies in the state folder."""
    (_STATE / name).parent.mkdir(exist_ok=True)
    (_STATE / name).write_bytes(data)
    before = os.environ.get("STATE_DIRECTORY")
    os.environ["STATE_DIRECTORY"] = str(_STATE)
    try:
        return read()
    finally:
        if before is None:
            del os.environ["STATE_DIRECTORY"]
        else:
            os.environ["STATE_DIRECTORY"] = before


def fuzz_selftest(data: bytes) -> None:
    """The last self-test: read, and written the same; or there was none."""
    found = _in_state(last.NAME, data, last.load)
    if found is not None:
        assert msgspec.json.decode(msgspec.json.encode(found), type=last.Last) == found


def fuzz_outcome(data: bytes) -> None:
    """What a check in a process of its own has answered."""
    found = running.answered(data)
    assert isinstance(found, Outcome)
    assert running._line(found.message).isprintable()


def fuzz_out_of_order(data: bytes) -> None:
    """Why the kiosk is out of order, or that it is not."""
    found = _in_state(out_of_order.NAME, data, out_of_order.load)
    assert found is None or found in out_of_order.REASONS


def fuzz_pins(data: bytes) -> None:
    """Wrong PINs: whatever stands there, nobody waits longer than the longest pause."""
    file = _STATE / wrong_pins.NAME
    file.write_bytes(data)
    left = wrong_pins.WrongPins(file, now=lambda: 1_790_000_000.0).left()
    assert 0 <= left <= wrong_pins.LONGEST


def fuzz_last_good(data: bytes) -> None:
    """The note beside the configuration that was kept."""
    found = _in_state("last-good/kept.json", data, lambda: last_good.find(Path("/etc/x.toml")))
    assert found is None


def _database(data: bytes) -> Path:
    file = Path(_FOLDER.name, "some.sqlite")
    for old in file.parent.glob("some.*"):
        old.unlink()
    file.write_bytes(data)
    return file


def fuzz_outbox(data: bytes) -> None:
    """A damaged outbox is put aside, or cannot be used: it never holds the kiosk up."""
    file = _database(data)
    with suppress(sqlite3.Error, OSError):
        box = Outbox(file)
        with closing(box):
            for number, payload in box.first():
                assert isinstance(payload, bytes)
                box.take_out(number)
            box.put(b"{}")
            assert len(box) >= 1


def fuzz_audit(data: bytes) -> None:
    """A file that says to be an audit."""
    _look_at_audit(_database(data))


def fuzz_audit_rows(data: bytes) -> None:
    """An audit whose rows and anchors hold anything that JSON can name."""
    told = _table_of(data)
    file = _database(b"")
    with closing(sqlite3.connect(file)) as store:
        _filled(store, "audit", _AUDIT, told.get("audit"))
        _filled(store, "anchor", ("row", "hash"), told.get("anchor"))
    _look_at_audit(file)


def _look_at_audit(file: Path) -> None:
    with suppress(AuditError):
        for row in audit.rows(file):
            assert row.operator.isascii()
    for head in (None, AuditHead(rows=2, head="0" * 64)):
        with suppress(AuditError):
            wrong = audit.verify(file, head)
            assert wrong is None or wrong >= 0
    with suppress(AuditError):
        audit.last(file)


def fuzz_statistics(data: bytes) -> None:
    """A file that says to hold statistics."""
    _look_at_statistics(_database(data))


def fuzz_statistics_rows(data: bytes) -> None:
    """Statistics whose rows hold anything that JSON can name."""
    told = _table_of(data)
    file = _database(b"")
    with closing(sqlite3.connect(file)) as store:
        _filled(store, "counts", _COUNTS, told.get("counts"))
        _filled(store, "counted", ("boot", "ranges", "day"), told.get("counted"))
    _look_at_statistics(file)


def _look_at_statistics(file: Path) -> None:
    with suppress(StoreError):
        found = statistics.read(file, days=3, now=NOW)
        assert len(found.days) == 3
        msgspec.json.encode(found)
    with suppress(StoreError):
        statistics_store.centres(file)
    with suppress(StoreError):
        statistics_store.take(file, [(Place("lyngby", "kiosk-1"), _event(1))], NOW)


def _table_of(data: bytes) -> dict[str, object]:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _filled(store: sqlite3.Connection, table: str, names: tuple[str, ...], rows: object) -> None:
    """A table without types, as somebody may have made it, with these rows."""
    store.execute(f"CREATE TABLE {table} ({', '.join(names)})")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, list) and len(row) == len(names):
            with suppress(sqlite3.Error, OverflowError, UnicodeError):
                store.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(names))})", row)
    store.commit()


TARGETS = {
    "selftest": fuzz_selftest,
    "outcome": fuzz_outcome,
    "out_of_order": fuzz_out_of_order,
    "pins": fuzz_pins,
    "last_good": fuzz_last_good,
    "outbox": fuzz_outbox,
    "audit": fuzz_audit,
    "audit_rows": fuzz_audit_rows,
    "statistics": fuzz_statistics,
    "statistics_rows": fuzz_statistics_rows,
}


def _event(number: int) -> Event:
    return Event(
        id="0" * 16 + f"-{number}",
        type=Happened.VISIT_ENDED,
        at=int(NOW.timestamp()),
        situation="app",
        step="scan-chip",
        ending=Ending.FINISHED,
        ms=90_000,
    )


@cache
def seeds(target: str) -> list[bytes]:
    """What our own code has kept."""
    checks = (
        Result("device.reader.opens", Phase.OPEN, "reader", State.FAIL, "absent", 0.1,
               {"a_ms": 1.5}, Reason.ABSENT),
    )  # fmt: skip
    run = Run(SCHEMA, "0-1", "kiosk-1", "0.1.0", NOW, 1.5, Trigger.TIMER, Verdict.FAIL,
              {State.FAIL: 1}, checks)  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "made.sqlite")
        match target:
            case "selftest":
                kept = last.Last(run, {"device.reader.opens": NOW})
                return [msgspec.json.encode(kept), msgspec.json.encode(last.Last(None))]
            case "outcome":
                told = [Outcome(State.PASS, "opens", {"a_ms": 1.0}),
                        Outcome(State.SKIP, "busy", reason=Reason.BUSY)]  # fmt: skip
                return [msgspec.json.encode(one) for one in told]
            case "out_of_order":
                return [msgspec.json.encode({"why": why}) for why in out_of_order.REASONS]
            case "pins":
                return [b'{"wrong":4,"at":1789999990.5}', b'{"wrong":0,"at":0.0}']
            case "last_good":
                return [json.dumps({"source": "/etc/x.toml", "digest": "0" * 64}).encode()]
            case "outbox":
                box = Outbox(file)
                for number in range(3):
                    box.put(b'{"n":%d}' % number)
                box._database.execute("PRAGMA journal_mode = DELETE")
                box.close()
                return [file.read_bytes()]
            case "audit":
                for number in range(3):
                    Audit(file, now=lambda: NOW.timestamp()).append(
                        "anna", "guide", f"{number:032x}"
                    )
                return [file.read_bytes()]
            case "statistics":
                events = [(Place("lyngby", "kiosk-1"), _event(number)) for number in range(7)]
                statistics_store.take(file, events, NOW)
                return [file.read_bytes()]
            case "audit_rows":
                row = [1, 1_790_000_000, "anna", "guide", "0" * 32, "done", None, "0" * 64]
                told_rows = {"audit": [row, [2, *row[1:]]], "anchor": [[0, "0" * 64]]}
                return [json.dumps(told_rows).encode(), json.dumps({"audit": [row]}).encode()]
            case _:
                row = [str(date(2026, 11, 1)), "lyngby", "visit-ended", "app", "scan-chip",
                       "finished", 40, 7]  # fmt: skip
                counted = [["lyngby/kiosk-1 0000000000000000", "[[1, 9]]", "2026-11-01"]]
                return [json.dumps({"counts": [row] * 2, "counted": counted}).encode()]
