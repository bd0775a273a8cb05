"""The report of a campaign tells what the fuzzer has told, and no time that was not spent."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fuzz import campaign
from tests.fuzz.campaign import Tally, report, run_slice

SAID = """\
#9142	REDUCE cov: 193 ft: 381 corp: 50/23Kb lim: 610 exec/s: 461 rss: 54Mb L: 486/610
#16605	DONE   cov: 194 ft: 382 corp: 51/23Kb lim: 610 exec/s: 412 rss: 54Mb
stat::number_of_executed_units: 16605
"""
FUZZER = """\
import sys, time
from pathlib import Path
print(Path("said").read_text())
until = time.process_time() + {work}
while time.process_time() < until:
    pass
Path("build/fuzz/some.target-crash-1").write_bytes(b"x") if {breaks} else None
sys.exit({breaks})
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout, in which `python -m tests.fuzz` is a program of ours."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build" / "fuzz").mkdir(parents=True)
    (tmp_path / "tests" / "fuzz").mkdir(parents=True)
    for package in ("tests", "tests/fuzz"):
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "said").write_text(SAID)
    monkeypatch.setattr(campaign, "_commit", lambda: "abc")
    return tmp_path


def put(folder: Path, *, work: float, breaks: int) -> None:
    text = FUZZER.format(work=work, breaks=breaks)
    (folder / "tests" / "fuzz" / "__main__.py").write_text(text)


def test_a_slice_adds_up_what_the_fuzzer_says_and_the_time_of_its_processor(folder: Path) -> None:
    put(folder, work=0.3, breaks=0)
    tally = Tally()
    for seed in (1, 2):
        run_slice("some.target", 60, seed, tally)
    assert tally.executions == 2 * 16605
    assert (tally.edges, tally.features, tally.inputs) == (194, 382, 51)
    assert tally.findings == []
    assert 0.6 <= tally.processor <= tally.wall + 0.1


def test_what_broke_something_is_a_finding(folder: Path) -> None:
    put(folder, work=0, breaks=1)
    tally = Tally()
    run_slice("some.target", 60, 1, tally)
    assert tally.findings == ["build/fuzz/some.target-crash-1"]
    put(folder, work=0, breaks=0)
    run_slice("some.target", 60, 2, tally)
    assert len(tally.findings) == 1


def test_a_slice_ends_when_its_processor_time_is_over(folder: Path) -> None:
    put(folder, work=3600, breaks=0)  # it knows no signal that asks it to end: it is ended by it
    tally = Tally()
    run_slice("some.target", 0.5, 1, tally)
    assert tally.processor < 60
    assert tally.findings == []


def test_the_report_has_both_times_and_each_target() -> None:
    told = {
        "a.b": Tally(1000, 12.4, 30.0, 5, 6, 7),
        "c.d": Tally(50, 7.6, 20.0, 1, 1, 1, ["x-crash"]),
    }
    text = report(told, datetime(2026, 11, 26, 5, tzinfo=UTC), "abc", "3.0")
    assert "2 targets, 1,050 inputs, 20 s of processor time in " in text
    assert "findings: 1." in text
    assert "| a.b | 1,000 | 12 | 30 | 5 | 6 | 7 | 0 |" in text
    assert "- c.d: x-crash" in text
