"""The reports of a self-test, all written from the same run."""

from collections.abc import Callable

import msgspec

from kiosk.selftest.results import Run


def as_text(run: Run) -> str:
    """One line a check, and the verdict; for people."""
    width = max(len(result.id) for result in run.checks)
    lines = [
        f"{result.state.value.upper():5}  {result.id:{width}}  {result.message}"
        f"  ({result.seconds:.2f} s)"
        for result in run.checks
    ]
    return "\n".join([*lines, f"verdict: {run.verdict.value}"])


def as_json(run: Run) -> str:
    """The run as one JSON object, schema `kiosk.selftest/1`."""
    return msgspec.json.format(msgspec.json.encode(run)).decode()


WRITERS: dict[str, Callable[[Run], str]] = {"text": as_text, "json": as_json}
