"""A self-test on the terminal of a technician: what runs now, and a table of what was found."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from kiosk.selftest.check import Check
from kiosk.selftest.results import Run, State, Verdict

COLOURS = {
    State.PASS: "green",
    State.WARN: "yellow",
    State.FAIL: "bold red",
    State.SKIP: "dim",
    State.ERROR: "bold magenta",
}
_VERDICTS = {
    Verdict.PASS: "green",
    Verdict.WARN: "yellow",
    Verdict.FAIL: "bold red",
    Verdict.UNKNOWN: "bold magenta",
}


@contextmanager
def progress(console: Console, count: int) -> Iterator[Callable[[Check], None]]:
    """Shows which of so many checks runs now; what comes out is told of each."""
    with console.status("") as status:
        begun = 0

        def show(check: Check) -> None:
            nonlocal begun
            begun += 1
            status.update(f"{begun} of {count}: {escape(check.id)}")

        yield show


def table(run: Run) -> Table:
    """The run for people: state, check, message, how long it took."""
    rows = Table("", "check", "found", "s", title=Text(f"Self-test of {run.kiosk}"), box=None)
    rows.columns[-1].justify = "right"
    rows.columns[1].no_wrap = True
    for result in run.checks:
        rows.add_row(
            Text(result.state.value, COLOURS[result.state]),
            Text(result.id),
            Text(result.message),
            f"{result.seconds:.2f}",
        )
    rows.add_section()
    rows.add_row(Text(run.verdict.value, _VERDICTS[run.verdict]), Text("verdict"))
    return rows
