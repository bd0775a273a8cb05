"""The table of cases, row by row: what is advised, why, and when to go to the desk."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hardware.verdicts import ChipExpected, ChipVerdict, CodeVerdict, DocumentKind, FaceHint
from kiosk.advising import Case, advise
from kiosk.learned import Learned
from kiosk.situations.loading import load
from kiosk.situations.model import SITUATION_IDS

CONTENT = load()
Row = dict[str, Any]
ROWS: list[Row] = tomllib.loads(Path(__file__).with_name("advice_cases.toml").read_text("utf-8"))[
    "case"
]
KEYS = {
    "at", "code", "kind", "country", "expected", "chip", "face", "phone", "tries", "tried",
    "first", "why", "desk",
}  # fmt: skip


def named(row: Row) -> str:
    """What a row is about, in a line."""
    return " ".join(f"{key}={value}" for key, value in row.items() if key not in ("first", "why"))


def case_of(row: Row) -> Case:
    """The case that a row describes."""
    situation, _, step = row["at"].partition(" ")
    learned = Learned(
        code=CodeVerdict(row["code"]) if "code" in row else None,
        kind=DocumentKind(row["kind"]) if "kind" in row else None,
        country=row.get("country", ""),
        chip=ChipVerdict(row["chip"]) if "chip" in row else None,
        chip_expected=ChipExpected(row["expected"]) if "expected" in row else None,
        face=tuple(FaceHint(word) for word in row.get("face", ())),
    )
    tried = tuple(row.get("tried", ()))
    tries = row.get("tries", 1)
    return Case(situation, step, learned, tries, tried, phone=row.get("phone", ""))


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_the_advice_is_that_of_the_table(row: Row) -> None:
    assert row.keys() <= KEYS
    advised = advise(case_of(row), CONTENT)
    first = advised.suggestions[0] if advised.suggestions else None
    assert (first is None) is (row["first"] == "")
    if first is not None:
        assert first.text.startswith(row["first"]), first.text
        assert first.why.startswith(row.get("why", "")), first.why
        assert bool(first.why) is ("why" in row), first.why
    when, _, why = row.get("desk", "").partition(": ")
    if advised.desk is None:
        assert when == ""
    else:
        assert ("now" if advised.desk.now else "next") == when, advised.desk.why
        assert advised.desk.why.startswith(why), advised.desk.why


def test_the_table_leaves_nothing_out() -> None:
    """Each situation, each step with a scan, each verdict that changes something, each phone."""
    told = [case_of(row) for row in ROWS]
    assert len(told) >= 60
    assert len(set(map(named, ROWS))) == len(ROWS)
    assert {case.situation for case in told} == set(SITUATION_IDS)
    scanned = {step.id for step in CONTENT.situations["app"].numbered if step.rehearsal}
    assert scanned <= {case.step for case in told}
    assert {case.learned.code for case in told} == {None, *CodeVerdict}
    assert {case.phone for case in told} == {"", *CONTENT.phones}
    assert {case.learned.kind for case in told} >= set(DocumentKind) - {DocumentKind.PASSPORT}
    untold = set(ChipVerdict) - {case.learned.chip for case in told}
    # Each of these is advised as another one, which is in the table.
    assert untold <= {
        ChipVerdict.READER_SERVICE_DOWN,
        ChipVerdict.READER_LOST,
        ChipVerdict.FILE_MALFORMED,
        ChipVerdict.GROUPS_ALTERED,
    }
