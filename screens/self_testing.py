"""The self-test that the app has done in its own process: for the clerk, and between visits."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

import msgspec

from hardware.resources import Resource
from hardware.verdicts import Role
from kiosk.places import Folders
from kiosk.selftest import busy, last, words
from kiosk.selftest.results import Result, Run, Trigger

PATIENCE = 3.0
"""Seconds that a run which is broken off has to end by itself."""
LOWEST = 19
"""The priority of a run between visits: what a person waits for comes first."""
log = logging.getLogger("kiosk")


class Stage(StrEnum):
    """How far the self-test is."""

    NONE = "none"
    """None is wanted."""
    RUNS = "runs"
    ENDED = "ended"
    OTHER = "other"
    """It was not begun, because another one runs: that of the timer, or a technician's."""
    FAILED = "failed"
    """It did not get as far as a result."""


class SelfTesting:
    """At most one self-test at a time; it ends with whoever wanted it."""

    def __init__(
        self,
        folders: Folders,
        devices: Sequence[Resource],
        trust: Path | None,
        on_news: Callable[[], None],
    ) -> None:
        """`on_news`: told whenever `stage` or `results` have changed."""
        self.roles = [role for role in Role if any(device.role is role for device in devices)]
        """The devices that this kiosk is supposed to have."""
        self.stage = Stage.NONE
        self.results: list[Result] = []
        """What has been found so far."""
        self._on_news = on_news
        self._latest: Run | None = None
        """The last run, if it is kept nowhere else: of a simulated machine, or on a full disk."""
        self._due = float("-inf")
        """When the kiosk is to test itself next, by the app's clock."""
        self._task: asyncio.Task[None] | None = None
        self._command = [sys.executable, "-m", "kiosk", "selftest", "--format", "json"]
        self._command += ["--config", str(folders.settings_file), "--progress"]
        self._command += ["--devices", msgspec.json.encode(list(devices)).decode()]
        if trust is not None:
            self._command += ["--trust", str(trust)]

    def latest(self) -> Run | None:
        """The last test of this kiosk, whoever wanted it."""
        kept = last.load()
        runs = [run for run in (self._latest, kept and kept.run) if run]
        return max(runs, key=lambda run: run.started, default=None)

    def begin(self, trigger: Trigger) -> None:
        """Begins a run; one that is going on is broken off."""
        before = self._break_off()
        self._change(Stage.RUNS, [])
        self._task = asyncio.create_task(self._run(trigger, before))

    def between_visits(self, now: float, every: float) -> None:
        """Begins a run if none was for `every` seconds, whoever wanted it; 0: never."""
        if not every or now < self._due or self._going_on():
            return
        latest = self.latest()
        age = latest.age().total_seconds() if latest else every
        if 0 <= age < every:
            self._due = now + every - age
        else:
            self._due = now + every
            self.begin(Trigger.VISITS)

    def stop(self) -> None:
        """Nobody wants a result any more."""
        if self._break_off():
            self._due = float("-inf")
        self.stage, self.results = Stage.NONE, []

    async def close(self) -> None:
        """The same, and returns when the process is gone."""
        task = self._break_off()
        if task is not None:
            await asyncio.wait([task])

    def _going_on(self) -> bool:
        return self._task is not None and not self._task.done()

    def _break_off(self) -> asyncio.Task[None] | None:
        """The run that is ending now; None where there was none."""
        if self._task is None or self._task.done():
            return None
        if not self._task.cancelling():  # a second time it would not wait for its process
            self._task.cancel()
        return self._task

    def _change(self, stage: Stage, results: list[Result]) -> None:
        self.stage, self.results = stage, results
        self._on_news()

    async def _run(self, trigger: Trigger, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        if busy.going_on(busy.RUN):
            self._change(Stage.OTHER, [])
            return
        process: Process | None = None
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, "--trigger", trigger.value,
                stdin=DEVNULL, stdout=PIPE, stderr=PIPE, start_new_session=True,
            )  # fmt: skip
            if trigger is Trigger.VISITS:
                with suppress(PermissionError):  # where the unit's filter forbids it: as nice as we
                    os.setpriority(os.PRIO_PROCESS, process.pid, LOWEST)
            assert process.stdout is not None
            report, _ = await asyncio.gather(process.stdout.read(), self._follow(process))
            run = msgspec.json.decode(report, type=Run)
        except (OSError, ValueError) as error:  # ValueError: a report that is none
            log.warning("the self-test gave no result: %s", type(error).__name__)
            self._change(Stage.FAILED, [])
        else:
            _note(run.checks, self.roles)
            kept = last.load()
            self._latest = None if kept and kept.run == run else run
            self._change(Stage.ENDED, list(run.checks))
        finally:
            if process is not None:
                await _end(process)

    async def _follow(self, process: Process) -> None:
        """Takes in each result as soon as it is there."""
        assert process.stderr is not None
        async for line in process.stderr:
            with suppress(ValueError):  # what a library says there is no result
                self._change(Stage.RUNS, [*self.results, msgspec.json.decode(line, type=Result)])


async def _end(process: Process) -> None:
    """The process is gone when this returns; it takes what it has started with it."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(PATIENCE):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _note(results: Sequence[Result], roles: Sequence[Role]) -> None:
    """What is not well goes to the log, in words of ours alone."""
    for role in roles:
        found = words.finding(results, role)
        if found not in words.WELL:
            log.warning("self-test: %s: %s", role.value, found.value)
    if not words.rest_is_well(results):
        log.warning("self-test: something else is not well")
