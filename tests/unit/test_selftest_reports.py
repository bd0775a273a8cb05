"""The reports of a self-test: five writers, one list of results, and each is read back."""

import json
import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console

from kiosk.selftest.command import FORMATS
from kiosk.selftest.on_terminal import progress, table
from kiosk.selftest.reports import (
    WRITERS,
    as_json,
    as_junit,
    as_nagios,
    as_prometheus,
    as_text,
    schema,
)
from kiosk.selftest.results import (
    SCHEMA,
    Phase,
    Result,
    Run,
    State,
    Trigger,
    counted,
    verdict,
)
from kiosk.selftest.writing import write

CHECKS = (
    Result("clock", Phase.ENVIRONMENT, None, State.PASS, "fine", 0.25),
    Result("disk", Phase.ENVIRONMENT, None, State.WARN, "little | is free", 0.1, {"temp_mb": 9.5}),
    Result(
        "device.reader.works", Phase.FUNCTION, "reader", State.FAIL, 'no "chip" <&> \\ æ', 1.5,
        {"round_trip_ms": 12.0, "pictures_per_second": 14.5, "free_percent": 3.0},
    ),
    Result("device.camera.works", Phase.OPEN, "camera", State.SKIP, "busy: [bold]x", stale=True),
    Result("content", Phase.CONTENT, None, State.ERROR, "the check hung: killed after 1 s", 1.0),
)  # fmt: skip


def run_of(*results: Result) -> Run:
    """A run with these results."""
    return Run(
        SCHEMA, "7d9a8f0e-0000-4000-8000-000000000000", "hall-1", "0.1.0",
        datetime(2026, 11, 25, 7, 30, tzinfo=UTC), 2.875, Trigger.TIMER,
        verdict(results), counted(results), results,
    )  # fmt: skip


RUN = run_of(*CHECKS)
GOOD = run_of(CHECKS[0])


def test_every_format_of_the_command_has_its_writer() -> None:
    assert set(FORMATS) == set(WRITERS)


# --- JSON -----------------------------------------------------------------------------------------


def test_json_comes_back_as_the_same_run() -> None:
    assert msgspec.json.decode(as_json(RUN), type=Run) == RUN
    told = json.loads(as_json(RUN))
    assert list(told) == [
        "schema", "run", "kiosk", "app", "started", "seconds", "trigger", "verdict", "counts",
        "checks",
    ]  # fmt: skip
    assert list(told["checks"][0]) == [
        "id", "phase", "device", "state", "message", "seconds", "data", "reason", "stale",
    ]  # fmt: skip
    assert told["counts"] == {"pass": 1, "warn": 1, "fail": 1, "skip": 1, "error": 1}
    assert told["started"] == "2026-11-25T07:30:00Z"


def test_the_published_schema_is_that_of_the_report() -> None:
    file = Path(__file__).parents[2] / "docs" / "schema" / "kiosk.selftest-1.json"
    assert json.loads(file.read_text()) == schema(), "kiosk selftest --schema"


# --- text -----------------------------------------------------------------------------------------


def test_text_has_a_line_for_each_check_and_the_verdict() -> None:
    *lines, last = as_text(RUN).splitlines()
    assert len(lines) == len(CHECKS)
    for line, result in zip(lines, CHECKS, strict=True):
        assert line.startswith(result.state.value.upper())
        assert result.id in line
        assert result.message in line
    assert last == "verdict: fail"
    assert as_text(run_of()) == "verdict: unknown"


def test_the_table_of_the_terminal_says_the_same() -> None:
    console = Console(file=StringIO(), width=120, force_terminal=True, color_system=None)
    with progress(console, 1):
        pass
    console.print(table(RUN))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for result in CHECKS:
        assert result.id in shown
        assert result.message in shown, "as it is, whatever looks like markup in it"
    assert "Self-test of hall-1" in shown


# --- JUnit ----------------------------------------------------------------------------------------


def test_junit_says_fail_error_and_skip_and_a_warning_passes() -> None:
    (suite,) = ElementTree.fromstring(as_junit(RUN))
    assert suite.tag == "testsuite"
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "1", "errors": "1", "skipped": "1"}
    assert suite.get("timestamp") == "2026-11-25T07:30:00+00:00"
    tags = {case.get("name"): [child.tag for child in case] for case in suite}
    assert tags == {
        "clock": ["system-out"],
        "disk": ["system-out"],
        "device.reader.works": ["failure"],
        "device.camera.works": ["skipped"],
        "content": ["error"],
    }
    failure = suite.find(".//failure")
    assert failure is not None
    assert failure.get("message") == CHECKS[2].message
    assert suite.findtext("./testcase[@name='disk']/system-out") == "warn: little | is free"


# --- Prometheus -----------------------------------------------------------------------------------


def samples(run: Run) -> dict[str, list[tuple[dict[str, str], float]]]:
    """What Prometheus reads, by the name of the metric."""
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(as_prometheus(run) + "\n"):
        assert family.type == "gauge"
        assert family.documentation
        for sample in family.samples:
            found.setdefault(sample.name, []).append((dict(sample.labels), sample.value))
    return found


def test_prometheus_reads_what_was_found() -> None:
    read = samples(RUN)
    assert read["kiosk_selftest_last_run_timestamp_seconds"] == [
        ({"kiosk": "hall-1"}, RUN.started.timestamp())
    ]
    verdicts = {labels["verdict"]: value for labels, value in read["kiosk_selftest_verdict"]}
    assert verdicts == {"pass": 0, "warn": 0, "fail": 1, "unknown": 0}
    states = {
        labels["check"]: labels["state"]
        for labels, value in read["kiosk_selftest_check_state"]
        if value == 1
    }
    assert states == {result.id: result.state.value for result in CHECKS}
    took = {
        labels["check"]: value for labels, value in read["kiosk_selftest_check_duration_seconds"]
    }
    assert took == {result.id: result.seconds for result in CHECKS}
    data = {
        (labels["check"], labels["name"]): value
        for labels, value in read["kiosk_selftest_check_data"]
    }
    assert data == {
        (result.id, name): value for result in CHECKS for name, value in result.data.items()
    }


def test_prometheus_reads_names_that_are_none_of_ours() -> None:
    named = msgspec.structs.replace(RUN, kiosk='a"b\\c\nd')
    assert samples(named)["kiosk_selftest_duration_seconds"] == [({"kiosk": 'a"b\\c\nd'}, 2.875)]


# --- Nagios ---------------------------------------------------------------------------------------

FIGURE = re.compile(
    r"(?P<label>[^ ='|]+|'(?:[^'=|]|'')+')=(?P<value>-?[0-9.e+-]+)(?P<unit>s|us|ms|%|B|KB|MB|GB|c|)"
)


def figures(line: str) -> dict[str, str]:
    """The performance data of a line of a plug-in of Nagios, by its guidelines."""
    told, _, data = line.partition("|")
    assert "\n" not in line
    assert told
    found = {}
    for figure in data.split(" "):
        match = FIGURE.fullmatch(figure)
        assert match, figure
        found[match["label"]] = match["value"] + match["unit"]
    return found


@pytest.mark.parametrize(
    ("states", "begin"),
    [
        ((State.PASS,), "KIOSK OK - 1 pass|"),
        ((State.PASS, State.WARN), "KIOSK WARNING - check-1: why; 1 pass, 1 warn|"),
        ((State.FAIL, State.WARN), "KIOSK CRITICAL - check-0: why; check-1: why; 1 warn, 1 fail|"),
        ((State.ERROR,), "KIOSK UNKNOWN - check-0: why; 1 error|"),
        ((), "KIOSK UNKNOWN - nothing was tested|"),
    ],
)
def test_nagios_has_one_line_with_the_worst_first(states: tuple[State, ...], begin: str) -> None:
    results = [
        Result(f"check-{n}", Phase.CONTENT, None, state, "why") for n, state in enumerate(states)
    ]
    assert as_nagios(run_of(*results)).startswith(begin)


def test_nagios_gets_what_was_measured_with_its_unit() -> None:
    read = figures(as_nagios(RUN))
    assert read["seconds"] == "2.875s"
    assert (read["pass"], read["fail"]) == ("1", "1")
    assert read["device.reader.works.round_trip_ms"] == "12ms"
    assert read["device.reader.works.free_percent"] == "3%"
    assert read["device.reader.works.pictures_per_second"] == "14.5"
    assert read["disk.temp_mb"] == "9.5MB"


def test_nothing_in_a_message_ends_the_line_of_nagios_early() -> None:
    line = as_nagios(RUN)
    assert line.count("|") == 1
    assert "disk: little / is free" in line
    assert "device.camera.works: busy: [bold]x" in line, "a device that is unknown is named"
    odd = Result("it's = odd", Phase.CONTENT, None, State.PASS, "fine", 0, {"a_ms": 1.0})
    assert "'it''s _ odd.a_ms'=1ms" in as_nagios(run_of(odd))
    figures(as_nagios(run_of(odd)).replace("it''s _ odd", "its_odd"))


# --- files ----------------------------------------------------------------------------------------


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "report.prom"
    write(file, b"old")
    assert file.stat().st_mode & 0o777 == 0o644
    write(file, b"new")
    assert file.read_bytes() == b"new"
    with pytest.raises(TypeError):
        write(file, "no bytes")  # type: ignore[arg-type]
    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file], "nothing is left beside it"
