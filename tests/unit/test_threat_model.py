"""The threat model: each row says what shows that it is held, and each test it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "docs" / "threat-model.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
NO_TEST = re.compile(r"no test: (\w.{15,})")
ATTACKS = (
    "tests/e2e/test_lockdown*.py",
    "tests/e2e/test_host_confined.py",
    "tests/e2e/test_forgetting*.py",
    "tests/e2e/test_fleet_attacks.py",
    "tests/e2e/test_fleet_canary.py",
    "tests/e2e/test_serve*.py",
    "tests/unit/test_confinement*.py",
    "tests/unit/test_no_markup.py",
    "tests/screens/test_foreign_text.py",
    "tests/unit/test_terminal_input.py",
    "tests/e2e/test_appliance_locks.py",
    "tests/unit/test_fuzz_targets.py",
    "tests/e2e/test_appliance_booted.py",
    "tests/e2e/test_deb.py",
    "tests/unit/test_appliance_update.py",
)
"""Files of tests that attack: each must be named by a row."""


def rows() -> list[list[str]]:
    """The cells of each row that has a number."""
    lines = MODEL.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [row for row in cells if row[0].isdigit()]


@cache
def names_in(file: Path) -> frozenset[str]:
    """The names of the tests of one file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(part.name for part in tree.body if isinstance(part, functions))


def test_every_row_is_whole_and_they_are_numbered_through() -> None:
    assert [int(row[0]) for row in rows()] == list(range(1, len(rows()) + 1))
    assert len(rows()) > 40
    for number, *cells in rows():
        assert len(cells) == 4, number
        assert all(cells), number


def test_every_row_names_a_test_or_says_why_there_is_none() -> None:
    for number, attack, _, shown, _ in rows():
        assert NAMED.findall(shown) or NO_TEST.fullmatch(shown), f"{number} {attack}: {shown}"


def test_every_test_named_is_there() -> None:
    missing = [
        f"{number}: {file}::{name}"
        for number, _, _, shown, _ in rows()
        for file, name in NAMED.findall(shown)
        if not (ROOT / file).exists() or name not in names_in(ROOT / file)
    ]
    assert missing == []


def test_nothing_else_stands_in_the_column_of_tests() -> None:
    for number, _, _, shown, _ in rows():
        left = NAMED.sub("", shown).replace(",", "").strip()
        assert not left or NO_TEST.fullmatch(shown), f"{number}: {left}"


def test_every_file_of_attacks_stands_in_the_table() -> None:
    named = {file for row in rows() for file, _ in NAMED.findall(row[3])}
    there = {str(file.relative_to(ROOT)) for pattern in ATTACKS for file in ROOT.glob(pattern)}
    assert there
    assert there <= named, there - named


def test_the_page_counts_its_own_rows() -> None:
    told = re.search(r"(\d+) attacks, (\d+) of them without a test", MODEL.read_text("utf-8"))
    assert told
    without = sum(bool(NO_TEST.fullmatch(row[3])) for row in rows())
    assert (int(told[1]), int(told[2])) == (len(rows()), without)
