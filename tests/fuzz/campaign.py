"""`python -m tests.fuzz.campaign SECONDS [TARGET...]`: all targets in turn, and what came of it.

SECONDS are of processor time, over all targets. Each gets its share in slices, so that a run that
is ended early has seen all of them. What was found lies in build/fuzz; the report, in Markdown, is
build/fuzz/report.md. Exit code 1 when anything was found.
"""

import os
import platform
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.fuzz import FOLDER, names

SLICES = 8
LEAST_SLICE = 5.0
"""Processor seconds of the shortest slice: the imports and seeds are read anew for each."""
WALL_LIMIT = 20.0
"""A slice is ended after so many times its processor seconds, however busy the machine is."""
# libFuzzer's clock is on the wall: where others want the processor, too, it says nothing.
OPTIONS = [
    *("-timeout=600", "-report_slow_units=600"),
    *("-rss_limit_mb=3000", "-print_final_stats=1", "-use_value_profile=1"),
]
_TICKS = os.sysconf("SC_CLK_TCK")
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_STATE = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")


@dataclass
class Tally:
    """What became of one target."""

    executions: int = 0
    processor: float = 0.0
    wall: float = 0.0
    edges: int = 0
    features: int = 0
    inputs: int = 0
    findings: list[str] = field(default_factory=list)


def run_slice(name: str, seconds: float, seed: int, tally: Tally) -> None:
    """One target for so many seconds of processor time; adds up what its process has told."""
    before = set(FOLDER.glob(f"{name}-*"))
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    log = FOLDER / f"{name}.log"
    with tempfile.TemporaryDirectory(prefix="kiosk-fuzz-") as scratch, log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz", name, f"-seed={seed}", *OPTIONS],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            env=os.environ | {"TMPDIR": scratch},
        )
        while process.poll() is None:
            time.sleep(0.2)
            late = time.monotonic() - began > seconds * WALL_LIMIT + 60
            if late or _processor_of(process.pid) > seconds:
                # libFuzzer ends in order at this signal, and tells its figures.
                process.send_signal(signal.SIGUSR1)
                try:
                    process.wait(120)
                except subprocess.TimeoutExpired:
                    process.kill()
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    tally.processor += now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    tally.wall += time.monotonic() - began
    said = log.read_text(errors="replace")
    if found := _EXECUTED.search(said):
        tally.executions += int(found[1])
    if states := _STATE.findall(said):
        edges, features, inputs = (int(number) for number in states[-1])
        tally.edges, tally.features, tally.inputs = edges, features, inputs
    new = sorted(str(file) for file in set(FOLDER.glob(f"{name}-*")) - before)
    tally.findings += new
    # A slice may be over before the fuzzer was so far that it knew the signal.
    if not new and process.returncode not in (0, -signal.SIGUSR1):
        tally.findings.append(f"{log} (exit code {process.returncode})")


def _processor_of(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return 0.0
    return (int(stat[11]) + int(stat[12])) / _TICKS


def report(tallies: dict[str, Tally], began: datetime, commit: str, fuzzer: str) -> str:
    """The figures as a page of Markdown."""
    told = list(tallies.values())
    processor, executions = sum(t.processor for t in told), sum(t.executions for t in told)
    wall = (datetime.now(UTC) - began).total_seconds()
    lines = [
        f"Begun {began:%Y-%m-%d %H:%M} UTC, commit {commit}, atheris {fuzzer},"
        f" Python {platform.python_version()}, {platform.machine()}, one process at a time.",
        "",
        f"{len(told)} targets, {executions:,} inputs, {processor:,.0f} s of processor time in"
        f" {wall:,.0f} s of wall time, findings: {sum(len(t.findings) for t in told)}.",
        "",
        "| target | inputs | processor s | wall s | edges | features | kept | findings |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {t.executions:,} | {t.processor:.0f} | {t.wall:.0f} | {t.edges:,}"
        f" | {t.features:,} | {t.inputs:,} | {len(t.findings)} |"
        for name, t in tallies.items()
    ]
    found = [f"- {name}: {one}" for name, t in tallies.items() for one in t.findings]
    return "\n".join([*lines, "", *found, ""])


def _commit() -> str:
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or "unknown"


def main() -> None:
    """Runs the slices, and writes the report after each of them."""
    seconds, wanted = float(sys.argv[1]), sys.argv[2:] or names()
    FOLDER.mkdir(parents=True, exist_ok=True)
    began, commit, fuzzer = datetime.now(UTC), _commit(), version("atheris")
    tallies = {name: Tally() for name in wanted}
    slices = max(1, min(SLICES, int(seconds / len(wanted) / LEAST_SLICE)))
    for number in range(slices):
        for at, name in enumerate(wanted):
            used = sum(tally.processor for tally in tallies.values())
            left = slices * len(wanted) - number * len(wanted) - at
            run_slice(name, max(1.0, (seconds - used) / left), number + 1, tallies[name])
            told = report(tallies, began, commit, fuzzer)
            (FOLDER / "report.md").write_text(told, encoding="utf-8")
    print(report(tallies, began, commit, fuzzer))
    sys.exit(any(tally.findings for tally in tallies.values()))


if __name__ == "__main__":
    main()
