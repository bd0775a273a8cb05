"""The reports of a self-test, all written from the same run."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import msgspec

from kiosk.selftest.results import SCHEMA, Result, Run, State, Verdict
from kiosk.text import plain

NAGIOS = {
    Verdict.PASS: "OK",
    Verdict.WARN: "WARNING",
    Verdict.FAIL: "CRITICAL",
    Verdict.UNKNOWN: "UNKNOWN",
}
_UNITS = {"ms": "ms", "s": "s", "seconds": "s", "percent": "%", "mb": "MB", "kb": "KB"}
"""The end of a figure's name, and its unit as the plug-ins of Nagios write it."""


def as_text(run: Run) -> str:
    """One line a check, and the verdict; for people."""
    width = max((len(result.id) for result in run.checks), default=0)
    lines = [
        f"{result.state.value.upper():5}  {result.id:{width}}  {result.message}"
        f"  ({result.seconds:.2f} s)"
        for result in run.checks
    ]
    return "\n".join([*lines, f"verdict: {run.verdict.value}"])


def as_json(run: Run) -> str:
    """The run as one JSON object, schema `kiosk.selftest/1`."""
    return msgspec.json.format(msgspec.json.encode(run)).decode()


def schema() -> dict[str, Any]:
    """The JSON Schema of `as_json`."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, "$id": SCHEMA, **msgspec.json.schema(Run)}


def as_junit(run: Run) -> str:
    """JUnit's XML: fail is a failure, error an error, skip skipped; warn passes and says why."""
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(
        suites,
        "testsuite",
        name="kiosk-selftest",
        hostname=run.kiosk,
        timestamp=run.started.isoformat(timespec="seconds"),
        tests=str(len(run.checks)),
        failures=str(run.counts[State.FAIL]),
        errors=str(run.counts[State.ERROR]),
        skipped=str(run.counts[State.SKIP]),
        time=f"{run.seconds:.3f}",
    )
    for result in run.checks:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=f"kiosk.{result.phase.value}",
            name=result.id,
            time=f"{result.seconds:.3f}",
        )
        tag = {State.FAIL: "failure", State.ERROR: "error", State.SKIP: "skipped"}.get(result.state)
        if tag:
            ElementTree.SubElement(case, tag, message=result.message)
        else:
            told = f"{result.state.value}: {result.message}"
            ElementTree.SubElement(case, "system-out").text = told
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True)


def as_prometheus(run: Run) -> str:
    """Prometheus' text format, for the textfile collector of its node exporter."""
    lines: list[str] = []

    def metric(name: str, told: str, samples: list[tuple[dict[str, str], float]]) -> None:
        lines.append(f"# HELP kiosk_selftest_{name} {told}")
        lines.append(f"# TYPE kiosk_selftest_{name} gauge")
        for labels, value in samples:
            inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            lines.append(f"kiosk_selftest_{name}{{{inside}}} {float(value):.15g}")

    def of(result: Result) -> dict[str, str]:
        return {"kiosk": run.kiosk, "check": result.id, "device": result.device or ""}

    kiosk = {"kiosk": run.kiosk}
    metric(
        "info",
        "What was tested, by which version.",
        [(kiosk | {"version": run.app, "trigger": run.trigger.value}, 1)],
    )
    metric(
        "last_run_timestamp_seconds",
        "When the last self-test was begun.",
        [(kiosk, round(run.started.timestamp(), 3))],
    )
    metric("duration_seconds", "How long the self-test took.", [(kiosk, run.seconds)])
    metric(
        "verdict",
        "How the self-test ended: 1 for the verdict, 0 for the others.",
        [(kiosk | {"verdict": verdict.value}, verdict is run.verdict) for verdict in Verdict],
    )
    metric(
        "check_state",
        "How a check ended: 1 for its state, 0 for the others.",
        [
            (of(result) | {"state": state.value}, state is result.state)
            for result in run.checks
            for state in State
        ],
    )
    metric(
        "check_duration_seconds",
        "How long a check took.",
        [(of(result), result.seconds) for result in run.checks],
    )
    metric(
        "check_data",
        "What a check measured; the unit is at the end of its name.",
        [
            (of(result) | {"name": name}, value)
            for result in run.checks
            for name, value in result.data.items()
        ],
    )
    return "\n".join(lines)


def as_nagios(run: Run) -> str:
    """One line as the plug-ins of Nagios write it: the worst first, then what was measured."""
    worst = [
        f"{result.id}: {result.message}"
        for state in (State.FAIL, State.ERROR, State.WARN)
        for result in run.checks
        if result.state is state
    ]
    worst += [f"{result.id}: {result.message}" for result in run.checks if result.stale]
    counts = ", ".join(f"{count} {state.value}" for state, count in run.counts.items() if count)
    told = "; ".join([*worst, counts or "nothing was tested"])
    figures = [f"seconds={run.seconds:g}s"]
    figures += [f"{state.value}={count}" for state, count in run.counts.items()]
    figures += [
        f"{_label(f'{result.id}.{name}')}={value:.6g}{_unit(name)}"
        for result in run.checks
        for name, value in result.data.items()
    ]
    # A bar would end the text, a line the answer.
    told = plain(" ".join(told.split())).replace("|", "/")
    return f"KIOSK {NAGIOS[run.verdict]} - {told}|{' '.join(figures)}"


def _label(text: str) -> str:
    """A label of performance data: quoted where anything stands in it that could end it."""
    if re.fullmatch(r"[A-Za-z0-9_.-]+", text):
        return text
    return "'" + text.replace("'", "''").replace("=", "_") + "'"


def _unit(name: str) -> str:
    return _UNITS.get(name.rpartition("_")[2], "")


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


WRITERS: dict[str, Callable[[Run], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "prometheus": as_prometheus,
    "nagios": as_nagios,
}
