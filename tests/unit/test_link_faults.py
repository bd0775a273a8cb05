"""The app's end of the device host where the system, the host or the app itself is in trouble."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from hardware import host, host_folder, link
from hardware.errors import Reason
from hardware.host_folder import HostFolder
from hardware.link import Link
from hardware.messages import CodeFound, FromHost, PreviewFrame, Rehearse, Scan, Status, Stop
from hardware.simulated import machine
from hardware.simulated.plug import Do
from hardware.verdicts import CodeVerdict, DeviceState, DocumentKind, Rehearsal, Role
from kiosk.places import shipped
from tests.hosts import Linked, is_a, linked
from tests.processes import LONG, alive, until
from tests.site_driver import install, line

HANGS = """
    def connect(self, timeout, cancelled):
        while True:
            time.sleep(1)
"""
READER_READY = Status(Role.READER, DeviceState.READY)
NO_SCANNER = Status(Role.SCANNER, DeviceState.NOT_CONFIGURED)


async def test_a_hung_driver_does_not_hold_up_the_other_devices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with linked([install(tmp_path, monkeypatch, HANGS)]) as told:
        before = told.host_pid
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(READER_READY)
        told.send(Stop())
        told.send(Rehearse(Rehearsal.CODE))
        began = time.monotonic()
        await told.says(NO_SCANNER)
        assert time.monotonic() - began < host.HUNG_AFTER / 2
        assert told.host_pid == before


async def test_a_hung_driver_that_is_wanted_again_costs_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The host's own patience is longer than a test's.
    top = "import __main__; __main__.HUNG_AFTER = 0.5\n"
    hangs = HANGS.replace("while", "self.say('it hangs')\n        while")
    with line() as wire:
        reader = install(tmp_path, monkeypatch, hangs, top, address=wire.address)
        async with linked([reader]) as told:
            before = told.host_pid
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(READER_READY)
            assert await asyncio.to_thread(wire.says) == "it hangs"
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(Status(Role.READER, DeviceState.OPENING))
            await told.says(READER_READY)
            assert told.host_pid != before


async def test_a_driver_without_memory_costs_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    eats = """
        def connect(self, timeout, cancelled):
            limit = 2**31
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            eaten = []
            while True:
                eaten.append(bytearray(2**24))
    """
    reader = install(tmp_path, monkeypatch, eats, top="import resource\n")
    monkeypatch.setattr(link, "RESTART_AFTER", 0.1)
    async with linked([reader]) as told:
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(Status(Role.READER, DeviceState.OUT_OF_ORDER, Reason.CRASHED))
        told.send(Rehearse(Rehearsal.CODE))
        await told.says(NO_SCANNER)


async def test_where_memory_runs_out_the_kernel_takes_the_host_first() -> None:
    async with linked([]) as told:
        score = Path(f"/proc/{told.host_pid}/oom_score_adj")
        await asyncio.to_thread(
            until, lambda: score.read_text() == "1000\n", "the host offers itself"
        )
        assert Path("/proc/self/oom_score_adj").read_text() != "1000\n"


async def test_a_crash_leaves_no_image_of_the_memory() -> None:
    async with linked([]) as told:
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(is_a(Status))  # from here on it has set its limits
        limits = Path(f"/proc/{told.host_pid}/limits").read_text()
        core = next(line for line in limits.splitlines() if line.startswith("Max core"))
        assert core.split()[4:6] == ["1", "1"]


@pytest.mark.slow
async def test_an_app_that_stood_still_keeps_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "PING_EVERY", 0.1)
    monkeypatch.setattr(link, "SILENT_AFTER", 1.0)
    async with linked([]) as told:
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(Status(Role.READER, DeviceState.NOT_CONFIGURED))
        before = told.host_pid
        time.sleep(2.0)  # the whole loop, as when a terminal does not read
        await asyncio.sleep(2.0)  # and more questions than it may leave unanswered
        assert told.host_pid == before
        assert told.said == []


async def test_what_hears_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    said = []

    def fails(message: object) -> None:
        said.append(message)
        raise ValueError("ERIKS" + "SON")  # not as the line of code has it

    told = Link([], fails)
    try:
        await told.renew()
        before = told.host_pid
        for rehearsal in Rehearsal:
            told.send(Rehearse(rehearsal))
            await asyncio.to_thread(until, lambda: bool(said), "it is told")
            said.clear()
        assert told.host_pid == before
    finally:
        await told.close()
    assert "crash ValueError at Status" in caplog.text
    assert "ERIKSSON" not in caplog.text


async def test_a_host_that_the_kernel_holds_does_not_hold_the_visit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link, "GONE_WITHIN", 0.2)
    told = Linked([])
    await told.renew()
    old = told.host_pid
    assert old
    os.kill(old, signal.SIGSTOP)
    try:
        with monkeypatch.context() as held:
            # What a process in a driver's uninterruptible call does with a signal: nothing, yet.
            held.setattr(os, "killpg", lambda _pid, _name: None)
            async with asyncio.timeout(LONG):
                await told.renew()
        assert alive(old)
        assert told.host_pid not in (None, old)
    finally:
        os.kill(old, signal.SIGKILL)
        await told.close()
    until(lambda: not alive(old), "it is gone once the kernel lets go")
    # And somebody buries it.
    await told.renew()
    await told.close()
    assert not Path(f"/proc/{old}").exists()


# --- a system without room ------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_system_without_room_for_a_host_has_one_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    async with linked([]) as told:
        with monkeypatch.context() as without_room:
            without_room.setattr(subprocess, "Popen", full)
            await told.renew()  # the visit ends all the same
            assert told.host_pid is None
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(Status(Role.READER, DeviceState.OPENING))
            await told.says(Status(Role.READER, DeviceState.OUT_OF_ORDER, Reason.CRASHED))
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(Status(Role.READER, DeviceState.NOT_CONFIGURED))
    assert "no device host can be started: ENOSPC" in caplog.text


async def test_a_visit_that_ends_does_not_wait_for_the_next_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link, "RESTART_AFTER", 10 * LONG)
    async with linked([]) as told:
        await told.renew()
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(is_a(Status))
        os.kill(told.host_pid or 0, signal.SIGKILL)
        await told.says(Status(Role.READER, DeviceState.OPENING))
        async with asyncio.timeout(LONG):
            await told.renew()
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(Status(Role.READER, DeviceState.NOT_CONFIGURED))


def test_a_full_disk_leaves_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_folder.tempfile, "tempdir", str(tmp_path / "full"))
    made = HostFolder()
    try:
        assert str(made.path.parent) == host_folder.IN_MEMORY
        assert made.path.stat().st_mode & 0o777 == 0o700
    finally:
        made.remove()
    assert not made.path.exists()


MAKES = """\
import os, sys, time
from hardware.host_folder import HostFolder
made = HostFolder()
(made.path / "page.pnm").write_text("ERIKSSON")
print(made.path, flush=True)
time.sleep(600)
"""


def test_what_a_killed_app_left_is_removed_by_the_next_and_nobody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_folder.tempfile, "tempdir", str(tmp_path))
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    apps = [
        subprocess.Popen([sys.executable, "-c", MAKES], stdout=subprocess.PIPE, env=environment)
        for _ in range(2)
    ]
    try:
        killed, lives = (Path(app.stdout.readline().decode().strip()) for app in apps if app.stdout)
        apps[0].kill()
        apps[0].wait(LONG)
        assert (killed / "page.pnm").exists()
        other = tmp_path / "kiosk-host-a-file"
        other.write_text("")
        HostFolder().remove()
        assert not killed.exists()
        assert (lives / "page.pnm").exists()
        assert other.exists()
    finally:
        for app in apps:
            app.kill()
            app.communicate()


STARTS = """
import asyncio, sys
from types import SimpleNamespace
from hardware import link

link.sys = SimpleNamespace(executable=sys.argv[1])
link.PING_EVERY = 600.0  # a host that does not answer is not replaced

async def main():
    started = link.Link([], print)
    await started.renew()
    print(started.host_pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""
STOPS = f"""#!/bin/sh
kill -STOP $$
exec {sys.executable} "$@"
"""


def test_a_host_that_was_stopped_as_it_began_is_ended_by_the_next_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_folder.tempfile, "tempdir", str(tmp_path))
    python = tmp_path / "python"
    python.write_text(STOPS)
    python.chmod(0o755)
    apps = [
        subprocess.Popen(
            [sys.executable, "-c", STARTS, python],
            stdout=subprocess.PIPE,
            env=os.environ | {"TMPDIR": str(tmp_path)},
        )
        for _ in range(2)
    ]
    hosts = []
    try:
        for app in apps:
            assert app.stdout
            hosts.append(int(app.stdout.readline()))
            until(lambda: state(hosts[-1]) == "T", "the host is stopped")
        apps[0].kill()
        apps[0].wait(LONG)
        assert all(map(alive, hosts))
        HostFolder().remove()
        until(lambda: not alive(hosts[0]), "the host that was left is ended")
        assert alive(hosts[1])
    finally:
        for app in apps:
            app.kill()
            app.communicate()
        HostFolder().remove()
        until(lambda: not any(map(alive, hosts)), "no host is left")


def state(pid: int) -> str:
    """One letter (proc_pid_stat(5)); T: stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


# --- the scanners that send pictures, in a real host ----------------------------------------------

NO_SCANNER_NOW = (DeviceState.OUT_OF_ORDER, DeviceState.STALLED)


@pytest.mark.grid
@pytest.mark.parametrize(("fault", "undone"), [("unplug", "plug"), ("hang", "go-on")])
async def test_a_document_camera_comes_back(fault: Do, undone: Do) -> None:
    with machine.start(shipped() / "machines" / "document-camera.toml") as running:
        async with linked(running.devices) as told:
            before = told.host_pid
            told.send(Rehearse(Rehearsal.CODE))
            await told.says(is_a(PreviewFrame))
            running.tell(Role.SCANNER, fault)
            await told.says(lambda said: isinstance(said, Status) and said.state in NO_SCANNER_NOW)
            running.tell(Role.SCANNER, undone)
            await told.says(is_a(PreviewFrame))
            assert told.host_pid == before


def _scanner(state: DeviceState) -> Callable[[FromHost], bool]:
    return lambda said: isinstance(said, Status) and said.state is state


def _answers(page: str) -> bool:
    try:
        with urlopen(page, timeout=0.5):
            return True
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("airscan-discover") is None or shutil.which("scanimage") is None,
    reason="sane-utils or sane-airscan is not installed",
)
@pytest.mark.parametrize(("fault", "undone"), [("unplug", "plug"), ("hang", "go-on")])
async def test_a_flatbed_comes_back(fault: Do, undone: Do) -> None:
    with machine.start(shipped() / "machines" / "flatbed.toml") as running:
        async with linked(running.devices) as told:
            before = told.host_pid
            told.send(Rehearse(Rehearsal.CODE))
            await told.says(_scanner(DeviceState.READY))
            # Before its use: who scans is told.
            running.tell(Role.SCANNER, fault)
            page = running.devices[0].address.partition("flatbed:")[2] + "ScannerCapabilities"
            await asyncio.to_thread(until, lambda: not _answers(page), "it takes effect")
            told.send(Scan())
            await told.says(_scanner(DeviceState.OUT_OF_ORDER))
            running.tell(Role.SCANNER, undone)
            await told.says(_scanner(DeviceState.READY))
            # During its use: what hangs for a moment is scanned to its end.
            told.send(Scan())
            await told.says(_scanner(DeviceState.OPENING))
            running.tell(Role.SCANNER, fault)
            if fault == "unplug":
                await told.says(_scanner(DeviceState.OUT_OF_ORDER))
            running.tell(Role.SCANNER, undone)
            if fault == "unplug":
                await told.says(_scanner(DeviceState.READY))
                told.send(Scan())
            assert await told.says(is_a(CodeFound)) == CodeFound(
                CodeVerdict.GOOD, DocumentKind.CARD, "DEU"
            )
            assert told.host_pid == before
