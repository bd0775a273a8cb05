"""Locks on devices: between real processes, in a runtime folder of the test's own."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from hardware import claims, drivers
from hardware.errors import HardwareError, Reason
from hardware.messages import Rehearse, Status
from hardware.probing import probe
from hardware.resources import Resource
from hardware.verdicts import DeviceState, Rehearsal, Role
from kiosk import places
from tests.hosts import linked, plugged_in
from tests.processes import LONG
from tests.site_driver import install

SCANNER = Resource(Role.SCANNER, "serial-swipe", "/dev/ttyACM0")
HOLDER = """
import sys
import msgspec
from hardware.claims import claimed
from hardware.resources import Resource
with claimed(msgspec.json.decode(sys.argv[1], type=Resource), 0.0):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "run"
    monkeypatch.setenv(claims.RUNTIME, str(made))
    return made


@contextmanager
def held_elsewhere(resource: Resource) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the device until its standard input is closed."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, msgspec.json.encode(resource).decode()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def reason_of_claiming(resource: Resource) -> Reason | None:
    try:
        with claims.claimed(resource, 0.0):
            return None
    except HardwareError as failure:
        return failure.reason


def test_a_device_is_held_by_one_process_at_a_time() -> None:
    assert reason_of_claiming(SCANNER) is None
    with held_elsewhere(SCANNER):
        assert reason_of_claiming(SCANNER) is Reason.BUSY
        assert claims.is_claimed(SCANNER)
        assert not claims.is_claimed(Resource(Role.SCANNER, "serial-swipe", "/dev/ttyACM1"))


def test_a_process_that_is_killed_lets_go() -> None:
    with held_elsewhere(SCANNER) as process:
        process.kill()
        process.wait()
        assert reason_of_claiming(SCANNER) is None


def test_who_comes_second_waits_for_the_first() -> None:
    with held_elsewhere(SCANNER) as process:
        assert process.stdin
        process.stdin.close()
        with claims.claimed(SCANNER, LONG):
            pass


def test_a_wait_that_is_not_wanted_any_more_ends() -> None:
    asked = []

    def cancelled() -> bool:
        asked.append(time.monotonic())
        return len(asked) > 2

    with (
        held_elsewhere(SCANNER),
        pytest.raises(HardwareError),
        claims.claimed(SCANNER, 1e6, cancelled),
    ):
        pass
    assert len(asked) == 3


@pytest.mark.slow
def test_an_open_device_is_claimed_and_closed_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = install(tmp_path, monkeypatch, "")
    monkeypatch.syspath_prepend(tmp_path)
    with drivers.opened(resource, 0.0):
        assert claims.is_claimed(resource)
        assert probe(resource).reason is Reason.BUSY
    assert not claims.is_claimed(resource)
    assert probe(resource).state is DeviceState.READY


@pytest.mark.slow
async def test_a_rehearsal_waits_for_the_self_test_and_then_begins() -> None:
    with plugged_in("specimen") as devices:
        reader = next(device for device in devices if device.role is Role.READER)
        with held_elsewhere(reader) as process:
            async with linked(devices) as told:
                told.send(Rehearse(Rehearsal.CHIP))
                await told.says(Status(Role.READER, DeviceState.OUT_OF_ORDER, Reason.BUSY))
                process.kill()
                await told.says(Status(Role.READER, DeviceState.READY))


def test_locks_lie_in_a_folder_for_us_alone_where_the_kiosk_looks_for_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert reason_of_claiming(SCANNER) is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for names in ([], ["XDG_RUNTIME_DIR"], ["XDG_RUNTIME_DIR", "RUNTIME_DIRECTORY"]):
        monkeypatch.delenv(claims.RUNTIME, raising=False)
        for name in ("XDG_RUNTIME_DIR", "RUNTIME_DIRECTORY"):
            monkeypatch.delenv(name, raising=False)
        for name in names:
            monkeypatch.setenv(name, str(tmp_path / name))
        assert claims.folder() == places.runtime_folder()
    assert claims.RUNTIME == places.RUNTIME


@pytest.mark.parametrize("made", ["file", "link", "foreign"])
def test_where_no_lock_can_be_kept_the_device_is_used_all_the_same(
    folder: Path, made: str, tmp_path: Path
) -> None:
    if made == "file":
        folder.write_text("")
    elif made == "link":
        (tmp_path / "elsewhere").mkdir()
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        if os.getuid():
            pytest.skip("only root can make a folder of another user")
        folder.mkdir()
        os.chown(folder, 65534, 65534)
    assert reason_of_claiming(SCANNER) is None
    if folder.is_dir():
        assert not list(folder.iterdir())
