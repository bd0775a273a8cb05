"""The audit of what operators asked of a kiosk and staff did at it: rows that hang on each other.

Each row holds the SHA-256 of itself and the row before, and the kiosk tells the last one (its head)
to the consoles. So a row that was changed is found, and with a head that was told also rows that
were cut off at the end. No row says anything about a citizen: there is no free text in it.
"""

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import msgspec

from kiosk.fleet.commands import Nonce
from kiosk.fleet.reports import AuditHead, Refusal, Result
from kiosk.fleet.topics import Name
from kiosk.places import made

KEPT_SECONDS = 396 * 86400
"""13 months: for so long the Danish recommendation on logging (CFCS) wants logs to be kept."""
BEGINNING = "0" * 64
"""What the first row hangs on."""
_WAIT = 5.0
_FORM = """
CREATE TABLE IF NOT EXISTS audit (
    row INTEGER PRIMARY KEY, at INTEGER NOT NULL, operator TEXT NOT NULL, deed TEXT NOT NULL,
    nonce TEXT, result TEXT NOT NULL, why TEXT, hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS anchor (row INTEGER PRIMARY KEY, hash TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'a row of the audit is never changed'); END;
CREATE TRIGGER IF NOT EXISTS never_cut BEFORE DELETE ON audit
    WHEN OLD.row > (SELECT coalesce(max(row), 0) FROM anchor)
    BEGIN SELECT RAISE(ABORT, 'a row of the audit stays for 13 months'); END;
CREATE TRIGGER IF NOT EXISTS anchor_never_changed BEFORE UPDATE ON anchor
    BEGIN SELECT RAISE(ABORT, 'an anchor of the audit is never changed'); END;
CREATE TRIGGER IF NOT EXISTS anchor_never_cut BEFORE DELETE ON anchor
    BEGIN SELECT RAISE(ABORT, 'an anchor of the audit stays'); END;
"""


class AuditError(Exception):
    """The audit cannot be read or written; the message says why."""


class Row(msgspec.Struct, frozen=True):
    """One thing that was done or refused."""

    row: Annotated[int, msgspec.Meta(ge=1)]
    at: Annotated[int, msgspec.Meta(ge=0)]
    """Seconds since 1970 (UTC)."""
    operator: Name
    """`kiosk`: somebody at the kiosk."""
    deed: Name
    """As a command names it, or as the staff menu does; `pruned`: older rows were erased."""
    nonce: Nonce | None
    result: Result
    why: Refusal | None
    hash: str

    def hashed(self, before: str) -> str:
        """What `hash` is to be, after the hash of the row before."""
        fields = [self.row, self.at, self.operator, self.deed, self.nonce, self.result, self.why]
        told = json.dumps([before, *fields], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(told.encode()).hexdigest()


class Audit:
    """The audit in one file, which may be written by several processes in turn."""

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    def append(
        self,
        operator: str,
        deed: str,
        nonce: str | None = None,
        result: Result = Result.DONE,
        why: Refusal | None = None,
    ) -> AuditHead:
        """Adds a row, on the disk when this returns (some ms), and tells the new head.

        `AuditError` where the file cannot be written or a word is none of ours.
        """
        now = int(self._now())
        with _opened(self._file) as store:
            store.execute("BEGIN IMMEDIATE")
            with store:
                head = _append(store, now, operator, deed, nonce, result, why)
                gone = _old(store, now)
                if gone is not None:
                    head = _append(store, now, "kiosk", "pruned", None, Result.DONE, None)
                    store.execute("INSERT INTO anchor VALUES (?, ?)", gone)
                    store.execute("DELETE FROM audit WHERE row <= ?", gone[:1])
        return head

    def head(self) -> AuditHead:
        """How many rows there were ever, and the hash of the last one; `AuditError`."""
        with _opened(self._file) as store:
            rows, last = _last(store)
        return AuditHead(rows=rows, head=last)


def rows(file: Path) -> list[Row]:
    """All rows that are kept, the oldest first; `AuditError`."""
    with _read(file) as store:
        return [_row(found) for found in store.execute("SELECT * FROM audit ORDER BY row")]


def last(file: Path) -> AuditHead:
    """The head of a file that is only read; `AuditError`."""
    with _read(file) as store:
        number, end = _last(store)
    return AuditHead(rows=number, head=end)


def verify(file: Path, head: AuditHead | None = None) -> int | None:
    """The number of the first row that is not as it was written or is missing; None: all are.

    `head` is one that the kiosk has told at any time: with it, a missing end is found, too.
    """
    with _read(file) as store:
        anchors = dict(store.execute("SELECT row, hash FROM anchor"))
        found = store.execute("SELECT * FROM audit ORDER BY row").fetchall()
    number, before = max(anchors.items(), default=(0, BEGINNING))
    hashes = {0: BEGINNING} | anchors
    for values in found:
        number += 1
        try:
            row = _row(values)
        except AuditError:
            return number
        if row.row != number or row.hash != row.hashed(before):
            return number
        before = hashes[number] = row.hash
    if head is None or (head.rows <= number and hashes.get(head.rows, head.head) == head.head):
        # A head from before the oldest anchor says nothing about what is kept.
        return None
    return number + 1 if head.rows > number else head.rows


def _append(
    store: sqlite3.Connection,
    now: int,
    operator: str,
    deed: str,
    nonce: str | None,
    result: Result,
    why: Refusal | None,
) -> AuditHead:
    number, before = _last(store)
    row = _row((number + 1, now, operator, deed, nonce, result, why, ""))
    row = msgspec.structs.replace(row, hash=row.hashed(before))
    store.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", msgspec.structs.astuple(row))
    return AuditHead(rows=row.row, head=row.hash)


def _last(store: sqlite3.Connection) -> tuple[int, str]:
    found = store.execute(
        "SELECT row, hash FROM audit UNION ALL SELECT row, hash FROM anchor ORDER BY row DESC"
        " LIMIT 1"
    ).fetchone()
    return (int(found[0]), str(found[1])) if found else (0, BEGINNING)


def _old(store: sqlite3.Connection, now: int) -> tuple[int, str] | None:
    """The last of the rows that are too old, if there are any.

    Only those before the first young one: after a clock that was wrong the order of time is none.
    """
    young = store.execute(
        "SELECT min(row) FROM audit WHERE at >= ?", (now - KEPT_SECONDS,)
    ).fetchone()[0]
    found = store.execute("SELECT row, hash FROM audit WHERE row = ?", (young - 1,)).fetchone()
    return (int(found[0]), str(found[1])) if found else None


def _row(values: tuple[object, ...]) -> Row:
    try:
        return msgspec.convert(dict(zip(Row.__struct_fields__, values, strict=True)), Row)
    except msgspec.ValidationError as error:
        raise AuditError("a row holds what no row of the audit may hold") from error


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """The file, made for us alone where there is none."""
    try:
        made(file.parent)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with closing(sqlite3.connect(file, timeout=_WAIT, isolation_level=None)) as store:
            store.execute("PRAGMA synchronous=FULL")
            if store.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] < 6:
                store.executescript(_FORM)
            yield store
    # sqlite3 itself cannot decode what SQLite says of a damaged file, where that quotes it.
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise AuditError(f"{file}: {error}") from error


@contextmanager
def _read(file: Path) -> Iterator[sqlite3.Connection]:
    """The file as it is, which is not written."""
    if not file.is_file():
        raise AuditError(f"{file}: there is no such file")
    try:
        name = f"{file.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(name, uri=True, timeout=_WAIT)) as store:
            yield store
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise AuditError(f"{file}: is no audit ({error})") from error
