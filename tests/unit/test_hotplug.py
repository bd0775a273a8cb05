"""Hot-plug: real events of the kernel in a network namespace of its own, and real files."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hardware import hotplug
from hardware.hotplug import Plugs
from hardware.resources import Resource
from hardware.verdicts import Role
from tests.processes import LONG, until

NEVER = Resource(Role.READER, "nfcpy", "usb")

LISTENER = """
import sys, time
from pathlib import Path
from hardware.hotplug import Plugs
from hardware.resources import Resource
from hardware.verdicts import Role

events = Path("/sys/class/net/lo/uevent")
plugs = Plugs(Resource(Role.READER, "nfcpy", "usb"), sys.argv[2:])
if plugs._monitor is None:
    sys.exit("no events")
print(plugs.wait(0.3, lambda: False))
events.write_text("remove")
print(plugs.wait(0.3, lambda: False))
events.write_text("add")
events.write_text("add")
print(plugs.wait(float(sys.argv[1]), lambda: False))
print(plugs.wait(0.3, lambda: False))
"""


def listened(patience: float, *subsystems: str) -> list[str]:
    """What a process hears in a namespace of its own: nothing, a removal, two additions, nothing.

    In its own because there nobody else plugs in anything, and its lo is nobody's.
    """
    script = 'mount -t sysfs sysfs /sys && exec "$0" -c "$@"'
    done = subprocess.run(
        [
            "unshare",
            "--net",
            "--mount",
            "sh",
            "-c",
            script,
            sys.executable,
            LISTENER,
            str(patience),
            *subsystems,
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode:
        pytest.skip(f"no events in a namespace of its own: {done.stderr.strip()[-200:]}")
    return done.stdout.split()


def test_what_is_plugged_in_is_noticed_by_the_event_of_the_kernel() -> None:
    assert listened(LONG, "net") == ["False", "False", "True", "False"]


def test_what_happens_to_other_kinds_of_devices_is_not() -> None:
    assert listened(0.5, *hotplug.SUBSYSTEMS) == ["False"] * 4


def there(file: Path) -> Resource:
    return Resource(Role.SCANNER, "serial-swipe", f"{file}?baud=9600")


def test_a_file_that_appears_at_the_address_is_noticed_where_there_are_no_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotplug, "_monitor", lambda subsystems: None)
    file = tmp_path / "ttyACM0"
    plugs = Plugs(there(file))
    heard: list[bool] = []
    waiting = threading.Thread(target=lambda: heard.append(plugs.wait(LONG, lambda: False)))
    began = time.monotonic()
    waiting.start()
    file.symlink_to("/dev/null")
    waiting.join()
    assert heard == [True]
    assert time.monotonic() - began < LONG / 2
    assert not plugs.wait(0.0, lambda: False)  # it was there before: no news
    file.unlink()
    assert not plugs.wait(0.0, lambda: False)
    file.symlink_to("/dev/null")
    assert plugs.wait(0.0, lambda: False)


def test_a_wait_ends_with_its_time_and_when_it_is_not_wanted() -> None:
    began = time.monotonic()
    assert not Plugs(NEVER, ("none",)).wait(0.25, lambda: False)
    assert time.monotonic() - began >= 0.25
    asked: list[None] = []

    def ended() -> bool:
        asked.append(None)
        return len(asked) > 2

    assert not Plugs(NEVER, ("none",)).wait(1e6, ended)


def test_a_process_without_events_takes_no_processor_while_it_waits() -> None:
    began = time.process_time()
    Plugs(NEVER, ("none",)).wait(1.0, lambda: False)
    assert time.process_time() - began < 0.5


def test_the_monitor_is_gone_with_who_listened() -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    Plugs(NEVER)
    before = open_files()
    for _ in range(20):
        Plugs(NEVER)
    until(lambda: open_files() <= before, "its sockets are closed")
