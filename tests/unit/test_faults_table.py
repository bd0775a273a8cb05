"""The table of faults names tests that exist, and every test of a fault stands in it."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "faults.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)(?:\[([^]`]+)\])?`")


def rows() -> list[list[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [row for row in cells if row[0] != "fault" and set(row[0]) != {"-"}]


def test_every_row_is_whole_and_stands_once() -> None:
    assert len(rows()) > 60
    assert all(len(row) == 5 and all(row) for row in rows())
    named = [row[4] for row in rows()]
    assert len(set(named)) == len(named)


def test_the_test_of_every_row_exists() -> None:
    wanted = [row[4].strip("`") for row in rows()]
    assert [test for test in wanted if not NAMED.fullmatch(f"`{test}`")] == []
    files = {test.partition("::")[0] for test in wanted}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    told = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True, check=True)
    there = set(told.stdout.splitlines())
    there |= {test.partition("[")[0] for test in there}  # a row may speak of all of them
    assert sorted(set(wanted) - there) == []


def test_every_test_of_a_fault_stands_in_the_table() -> None:
    named = {found[2] for found in NAMED.finditer(TABLE.read_text(encoding="utf-8"))}
    for file in [*ROOT.glob("tests/e2e/test_faults_*.py"), ROOT / "tests/unit/test_link_faults.py"]:
        for name in re.findall(r"def (test_\w+)\(", file.read_text(encoding="utf-8")):
            assert name in named | HELPERS, f"{file.name}: {name}"


HELPERS = {"test_every_fault_is_tried", "test_a_visit_that_ends_does_not_wait_for_the_next_try"}
"""Tests of the tests, and of how quick something is."""
