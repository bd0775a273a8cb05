"""The accessibility sheet: each clause has a verdict, and what is said to be met has a test."""

import re
from pathlib import Path

SHEET = Path(__file__).parents[2] / "docs" / "accessibility.md"
VERDICTS = {"met", "met; site", "partly", "not", "site", "n/a"}
TEST = re.compile(r"`tests/[\w/]+\.py`")
WITHOUT = {"4.2.6", "5.1.7", "8.1.3", "12.1.1,"}
"""Clauses that are met because there is nothing: no voice, no lamp; and the sheet itself."""


def rows() -> list[list[str]]:
    """The rows that speak of a clause: their cells begin with the clause and the verdict."""
    lines = SHEET.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [row for row in cells if re.match(r"[\d(]", row[0])]


def test_every_clause_has_a_verdict_and_stands_once() -> None:
    assert len(rows()) > 60
    assert {row[1] for row in rows()} == VERDICTS
    assert len({row[0] for row in rows()}) == len(rows())


def test_what_is_met_is_shown_by_a_test() -> None:
    for row in rows():
        if row[1].startswith("met") and row[0].split()[0] not in WITHOUT:
            assert TEST.search(" ".join(row)), row[0]
