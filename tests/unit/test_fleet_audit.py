"""The audit: rows that are never changed or cut unseen, and that go after 13 months."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.fleet import audit
from kiosk.fleet.audit import KEPT_SECONDS, Audit, AuditError
from kiosk.fleet.audit_command import audit as command
from kiosk.fleet.reports import AuditHead, Refusal, Result

NOW = 1_790_000_000


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
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "audit.sqlite"


@pytest.fixture
def written(file: Path, clock: Clock) -> Audit:
    """Five rows."""
    kept = Audit(file, clock)
    kept.append("kiosk", "staff-menu-opened")
    kept.append("anna", "take-call", "0" * 32)
    kept.append("anna", "guide", "1" * 32)
    kept.append("vera", "reset-visit", "2" * 32, Result.REJECTED, Refusal.RANK)
    kept.append("anna", "end-call", "3" * 32)
    return kept


def tampered(file: Path, *statements: str, triggers: bool = False) -> None:
    """Changes the file as somebody would who has it; `triggers`: after taking them out."""
    with closing(sqlite3.connect(file)) as store, store:
        if triggers:
            for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                store.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            store.execute(statement)


def test_what_was_done_and_refused_is_told_in_its_order(file: Path, written: Audit) -> None:
    rows = audit.rows(file)
    assert [row.row for row in rows] == [1, 2, 3, 4, 5]
    assert [(row.operator, row.deed, row.result, row.why) for row in rows[2:4]] == [
        ("anna", "guide", Result.DONE, None),
        ("vera", "reset-visit", Result.REJECTED, Refusal.RANK),
    ]
    assert audit.verify(file, written.head()) is None
    assert written.head().rows == 5


def test_only_the_kiosk_itself_may_read_it(file: Path, written: Audit) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_empty_one_has_a_head(file: Path) -> None:
    assert Audit(file).head() == AuditHead(rows=0, head=audit.BEGINNING)
    assert audit.verify(file, Audit(file).head()) is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET operator = 'bob' WHERE row = 3", "DELETE FROM audit WHERE row = 5",
     "DELETE FROM audit", "UPDATE anchor SET row = 9", "DELETE FROM anchor"],
)  # fmt: skip
def test_rows_cannot_be_changed_or_erased(file: Path, written: Audit, statement: str) -> None:
    tampered(file, "INSERT INTO anchor VALUES (0, '')")
    with pytest.raises(sqlite3.IntegrityError):
        tampered(file, statement)
    assert len(audit.rows(file)) == 5


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET operator = 'bob' WHERE row = 3", 3),
        ("UPDATE audit SET why = NULL WHERE row = 4", 4),
        ("UPDATE audit SET at = at - 1 WHERE row = 1", 1),
        ("UPDATE audit SET deed = '[red]x' WHERE row = 2", 2),
        ("UPDATE audit SET hash = replace(hash, 'a', 'b') WHERE row = 2", 2),
        ("DELETE FROM audit WHERE row = 3", 3),
        ("DELETE FROM audit WHERE row = 1", 1),
        ("UPDATE audit SET row = row + 10 WHERE row = 5", 5),
        ("INSERT INTO audit SELECT 6, at, operator, deed, nonce, result, why, hash FROM audit"
         " WHERE row = 5", 6),
    ],
)  # fmt: skip
def test_who_takes_the_triggers_out_is_found_at_the_row(
    file: Path, written: Audit, statement: str, broken: int
) -> None:
    tampered(file, statement, triggers=True)
    assert audit.verify(file) == broken


def test_who_cuts_the_end_off_is_found_by_a_head_that_was_told(file: Path, written: Audit) -> None:
    told = written.head()
    tampered(file, "DELETE FROM audit WHERE row >= 4", triggers=True)
    assert audit.verify(file) is None
    assert audit.verify(file, told) == 4


def test_who_writes_the_end_anew_is_found_too(file: Path, written: Audit) -> None:
    told = written.head()
    tampered(file, "DELETE FROM audit WHERE row >= 4", triggers=True)
    for number in range(4):
        written.append("anna", "guide", str(number) * 32)
    assert audit.verify(file) is None
    assert audit.verify(file, told) == 5


def test_a_head_that_was_told_holds_for_ever(file: Path, written: Audit) -> None:
    told = written.head()
    written.append("anna", "end-visit", "4" * 32)
    assert audit.verify(file, told) is None


def test_rows_go_after_13_months_and_the_rest_still_hangs_together(
    file: Path, written: Audit, clock: Clock
) -> None:
    old = written.head()
    clock.time += KEPT_SECONDS
    written.append("anna", "guide", "4" * 32)
    assert len(audit.rows(file)) == 6, "rows of exactly 13 months are kept"
    clock.time += 1
    head = written.append("anna", "end-call", "5" * 32)
    kept = audit.rows(file)
    assert [(row.row, row.deed) for row in kept] == [(6, "guide"), (7, "end-call"), (8, "pruned")]
    assert head.rows == 8
    assert audit.verify(file, head) is None
    assert audit.verify(file, old) is None
    tampered(file, "UPDATE audit SET at = 1 WHERE row = 6", triggers=True)
    assert audit.verify(file) == 6


def test_a_row_that_is_not_old_cannot_be_pruned_by_sql(
    file: Path, written: Audit, clock: Clock
) -> None:
    clock.time += KEPT_SECONDS + 1
    written.append("anna", "guide", "4" * 32)
    with pytest.raises(sqlite3.IntegrityError):
        tampered(file, "DELETE FROM audit WHERE row = 6")


def test_two_processes_write_one_chain(file: Path, clock: Clock) -> None:
    first, second = Audit(file, clock), Audit(file, clock)
    for number in range(10):
        (first, second)[number % 2].append("anna", "guide", str(number) * 32)
    assert audit.verify(file, first.head()) is None
    assert first.head() == second.head()


@pytest.mark.parametrize(
    ("operator", "deed", "nonce"),
    [("Anna Berg", "guide", None), ("anna", "guide\n", None), ("anna", "\x1b[2J", None),
     ("anna", "guide", "010190-1234"), ("", "guide", None), ("anna", "x" * 33, None)],
)  # fmt: skip
def test_no_free_text_gets_into_a_row(
    file: Path, written: Audit, operator: str, deed: str, nonce: str | None
) -> None:
    with pytest.raises(AuditError):
        written.append(operator, deed, nonce)
    assert audit.verify(file, written.head()) is None
    assert written.head().rows == 5


def test_a_file_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    bad = tmp_path / "bad.sqlite"
    bad.write_bytes(b"no database at all" * 100)
    with pytest.raises(AuditError):
        Audit(bad).append("anna", "guide")
    for wrong in (bad, tmp_path / "none.sqlite", tmp_path):
        with pytest.raises(AuditError):
            audit.verify(wrong)


def test_the_command_shows_and_verifies(file: Path, written: Audit) -> None:
    run = CliRunner().invoke
    shown = run(command, ["show", str(file)])
    assert shown.exit_code == 0
    assert "vera             reset-visit              rejected: rank" in shown.output
    head = written.head()
    good = run(command, ["verify", str(file), "--head", f"{head.rows}:{head.head}"])
    assert (good.exit_code, good.output) == (0, f"all rows hold; head 5:{head.head}\n")
    tampered(file, "UPDATE audit SET operator = 'bob' WHERE row = 3", triggers=True)
    bad = run(command, ["verify", str(file)])
    assert (bad.exit_code, bad.output) == (1, "row 3 was changed or is missing\n")
    assert run(command, ["verify", str(file), "--head", "x"]).exit_code == 2
    assert run(command, ["show", str(file) + "x"]).exit_code == 2
