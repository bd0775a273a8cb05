"""One self-test from the command's options to its exit code."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

import msgspec

from hardware.resources import Resource
from kiosk import places, settings
from kiosk.reading import ConfigError, suggestion
from kiosk.selftest import busy, last, running
from kiosk.selftest.check import Check, Given, installed
from kiosk.selftest.reports import WRITERS
from kiosk.selftest.results import EXIT_CODES, Result, Run, Trigger, Verdict
from kiosk.selftest.writing import write
from kiosk.text import plain

UNKNOWN = EXIT_CODES[Verdict.UNKNOWN]
OTHER_RUN = 180.0
"""Seconds to wait for another self-test of this kiosk that is just running."""


@dataclass(frozen=True)
class Report:
    """How a result is told, and where."""

    form: str
    output: Path | None = None
    """The file; None: standard output."""
    progress: bool = False
    """Each result goes to standard error, too, as soon as it is there, as a line of JSON."""

    @property
    def on_terminal(self) -> bool:
        """Whether a person watches."""
        if self.form != "text" or self.output is not None or sys.stdout is None:
            return False
        return sys.stdout.isatty()


def chosen(only: str | None) -> list[Check]:
    """The checks of this id, or of ids that begin with it up to a dot; all where it is None."""
    checks = installed()
    if only is None:
        return checks
    found = [check for check in checks if check.id == only or check.id.startswith(f"{only}.")]
    if not found:
        refuse(f"there is no check '{only}'{suggestion(only, [check.id for check in checks])}")
    return found


def manifest(folders: places.Folders) -> tuple[str, list[Resource] | None]:
    """Which kiosk this is, and what it is supposed to have: None where that cannot be read."""
    try:
        told = settings.load(folders)
    except ConfigError:
        return socket.gethostname(), None
    return told.kiosk.name or socket.gethostname(), told.devices.resources()


def run_all(
    given: Given, kiosk: str, only: str | None, trigger: Trigger, report: Report
) -> NoReturn:
    """Runs the self-test, writes its report, and ends the process with its exit code."""
    checks = chosen(only)
    if not given.devices and manifest(given.folders)[1] is None:
        # The check of the settings says what is wrong; which devices there should be is not known.
        checks = [check for check in checks if check.role is None]
    places.export_runtime()
    before = last.load()
    plan = running.Plan(checks, given, kiosk, trigger, before.passed if before else {})
    if given.simulated:
        # It is about no kiosk: it waits for no other, and its result is not the kiosk's.
        finish(_run(plan, report), report)
    with _alone():
        run = _run(plan, report)
    try:
        last.keep(run, whole=only is None)
    except OSError as error:
        warn(f"the result is not kept: {error}")
    finish(run, report)


def tell_last(report: Report) -> NoReturn:
    """Writes the report of the last self-test that was kept, and ends with its exit code.

    One that is too long ago says nothing about now: its verdict is unknown.
    """
    kept = last.load()
    if kept is None or kept.run is None:
        refuse("no self-test has been kept")
    run = kept.run
    if not -running.CLOCK_MAY_DIFFER <= run.age() <= running.GOOD_FOR:
        run = msgspec.structs.replace(run, verdict=Verdict.UNKNOWN)
        warn(f"the last self-test is of {run.started:%Y-%m-%d %H:%M} UTC: that is too long ago")
    finish(run, report)


def finish(run: Run, report: Report) -> NoReturn:
    """Writes the report, and ends the process; a report that cannot be written is unknown."""
    try:
        if report.output is not None:
            write(report.output, f"{WRITERS[report.form](run)}\n".encode())
        elif report.on_terminal:
            from rich.console import Console

            from kiosk.selftest.on_terminal import table

            Console().print(table(run))
        else:
            sys.stdout.write(f"{WRITERS[report.form](run)}\n")
            sys.stdout.flush()
    except (OSError, AttributeError) as error:  # AttributeError: there is no standard output
        # Nobody hears the verdict. Python would fail once more when it closes what is broken.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        why = error.strerror if isinstance(error, OSError) else "it is closed"
        refuse(f"{report.output or 'standard output'}: cannot be written: {why}")
    sys.exit(EXIT_CODES[run.verdict])


@contextmanager
def interruptible() -> Iterator[None]:
    """Ends with the exit code for unknown when it crashes, or somebody breaks it off."""

    def leave(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    except KeyboardInterrupt:
        refuse("the self-test was broken off")
    except OSError as error:
        refuse(f"the self-test itself failed: {error}")
    except Exception as error:  # Python's own exit code would be that of a warning
        refuse(f"the self-test itself failed: {type(error).__name__}")
    finally:
        signal.signal(signal.SIGTERM, before)


def warn(line: str) -> None:
    """One line on standard error."""
    print(f"kiosk: {plain(' '.join(line.split()))}", file=sys.stderr)


def refuse(line: str) -> NoReturn:
    """Ends with one line on standard error and the exit code for unknown: nothing was tested."""
    warn(line)
    sys.exit(UNKNOWN)


def _run(plan: running.Plan, report: Report) -> Run:
    if report.progress:
        return running.run(plan, ended=_tell)
    if not report.on_terminal:
        return running.run(plan)
    from rich.console import Console

    from kiosk.selftest.on_terminal import progress

    with progress(Console(), len(plan.checks)) as begun:
        return running.run(plan, begun=begun)


def _tell(result: Result) -> None:
    print(msgspec.json.encode(result).decode(), file=sys.stderr, flush=True)


@contextmanager
def _alone() -> Iterator[None]:
    """While no other self-test of this kiosk runs: they would find each other's devices busy."""
    deadline = time.monotonic() + OTHER_RUN
    try:
        while (held := busy.begin(busy.RUN)) is None:
            if time.monotonic() > deadline:
                refuse("another self-test of this kiosk is running")
            time.sleep(0.2)
    except OSError as error:
        warn(f"whether another self-test is running is not known: {error}")
        yield
        return
    try:
        yield
    finally:
        busy.end(held)
