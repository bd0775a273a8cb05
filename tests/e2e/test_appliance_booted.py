"""The kiosk as a service of a real systemd, on a screen without a monitor."""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import struct
import termios
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from kiosk.selftest.last import Last
from kiosk.selftest.results import SCHEMA, Run, Trigger, Verdict
from tests.e2e.booted import Booted
from tests.e2e.lock_probe import probing, was_done
from tests.e2e.seen import PACKAGES, PYTHONPATH, ROOT, SEEN, seen
from tests.e2e.test_appliance_locks import MISSING, PYTHON
from tests.e2e.test_text_size import LARGE, NORMAL
from tests.processes import LONG, alive, until

DEPLOY = ROOT / "deploy"
LACKING = [
    *MISSING,
    *(name for name in ("systemd-nspawn", "cage", "foot") if shutil.which(name) is None),
    *([] if Path("/usr/lib/systemd/system/seatd.service").exists() or
      Path("/lib/systemd/system/seatd.service").exists() else ["seatd"]),
]  # fmt: skip
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"not here: {', '.join(LACKING)}")

PROGRAM = f"""\
#!{PYTHON}
from kiosk.cli import main
main()
"""
HERE = f"""\
[Service]
Environment=WLR_BACKENDS=headless PYTHONPATH={PYTHONPATH}
ExecPaths={SEEN} {PACKAGES} {PYTHON}
RestartSec=1
"""
"""What is another way here than on a machine: no monitor, and the program in its source tree."""
SOON = "WatchdogSec=6\n"
"""The keeper needs a second; a test has not the 45."""
ADDRESS = "192.0.2.1"
USER = 990


@pytest.fixture(scope="module")
def machine() -> Iterator[Booted]:
    """A machine with the kiosk's units, and what its package would bring."""
    with Booted() as booted:
        booted.put("/usr/bin/kiosk", PROGRAM, 0o755)
        booted.run(
            "useradd", "--system", f"--uid={USER}", "--home-dir=/var/lib/kiosk",
            "--shell=/usr/sbin/nologin", "--groups=video,dialout,audio", "kiosk",
        )  # fmt: skip
        booted.put("/etc/kiosk/foot.ini", (DEPLOY / "foot" / "foot.ini").read_text())
        for unit in (DEPLOY / "systemd").glob("kiosk*"):
            booted.put(f"/etc/systemd/system/{unit.name}", unit.read_text())
        booted.put("/etc/systemd/system/kiosk.service.d/here.conf", HERE + SOON)
        booted.put("/etc/systemd/system/kiosk-selftest.service.d/here.conf", HERE)
        booted.run("ip", "address", "add", f"{ADDRESS}/32", "dev", "lo")
        booted.run("systemctl", "daemon-reload")
        yield booted


@pytest.fixture
def kiosk(machine: Booted) -> Iterator[Booted]:
    """The same with the kiosk started; systemd says so once the app has said that it lives."""
    machine.run("systemctl", "reset-failed", "kiosk", code=None)
    machine.run("systemctl", "start", "kiosk")
    yield machine
    machine.run("systemctl", "stop", "kiosk")
    assert machine.processes("kiosk.service") == {}


def pid_of(machine: Booted, word: str) -> int:
    """The process of the kiosk with this word in its command line, or 0."""
    found = machine.processes("kiosk.service")
    return next((pid for pid, command in found.items() if word in command), 0)


APP, HOST, KEEPER = "-m screens", "hardware.host", f"{PYTHON} /usr/bin/kiosk run"


def test_it_comes_up_as_an_ordinary_user_and_comes_back_when_it_is_killed(kiosk: Booted) -> None:
    until(lambda: bool(pid_of(kiosk, HOST)), "the device host runs")
    running = kiosk.processes("kiosk.service")
    assert {os.stat(f"/proc/{pid}").st_uid for pid in running} <= {USER, 0}
    for pid, command in running.items():
        status = Path(f"/proc/{pid}/status").read_text()
        assert f"Uid:\t{USER}\t{USER}\t{USER}" in status, command
        for line in ("CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"):
            assert line in status, (command, line)
    app = pid_of(kiosk, APP)
    os.kill(app, signal.SIGKILL)
    until(lambda: pid_of(kiosk, APP) not in (app, 0), "the next app")
    assert kiosk.show("kiosk", "NRestarts") == "0", "the keeper's work, not systemd's"
    assert pid_of(kiosk, "cage"), "the screen stays"


@pytest.mark.slow
def test_a_keeper_that_hangs_is_ended_by_systemd_with_all_it_has_started(kiosk: Booted) -> None:
    before = kiosk.processes("kiosk.service")
    keeper = pid_of(kiosk, KEEPER)
    os.kill(keeper, signal.SIGSTOP)
    until(lambda: kiosk.show("kiosk", "NRestarts") == "1", "systemd starts it again", 3 * LONG)
    assert not any(map(alive, before))
    until(lambda: kiosk.show("kiosk", "ActiveState") == "active", "it is up again", 3 * LONG)
    assert "watchdog" in kiosk.journal("kiosk").lower()


def as_a_probe(machine: Booted, command: str, more: str = "") -> str:
    """What a command says that runs once in the very unit of the kiosk."""
    unit = (DEPLOY / "systemd" / "kiosk.service").read_text()
    machine.put("/etc/systemd/system/kiosk-probe.service", unit)
    machine.put(
        "/etc/systemd/system/kiosk-probe.service.d/here.conf",
        HERE + "Type=oneshot\nRestart=no\nWatchdogSec=0\nStandardOutput=file:/run/said\n"
        f"ExecStart=\nExecStart={command}\n{more}",
    )
    machine.put("/run/said", "")
    machine.run("systemctl", "daemon-reload")
    done = machine.run("systemctl", "start", "kiosk-probe", code=None)
    said = machine.path("/run/said").read_text()
    assert done.returncode == 0, said + done.stderr + machine.journal("kiosk-probe")
    return said


def test_what_a_taken_over_kiosk_would_try_is_refused_by_systemd(machine: Booted) -> None:
    machine.path("/srv/everybodys").mkdir()
    machine.path("/srv/everybodys").chmod(0o777)
    machine.put("/srv/probe.py", probing("/srv/everybodys"))
    assert was_done(as_a_probe(machine, f"{PYTHON} /srv/probe.py")) == []


def test_all_three_rehearsals_work_under_systemd(machine: Booted) -> None:
    test = "selftest --simulate quick --only rehearsals"
    assert "verdict: pass" in as_a_probe(machine, f"/usr/bin/kiosk {test}")


def test_the_mornings_self_test_runs_and_its_result_is_kept(machine: Booted) -> None:
    before = Last(
        Run(SCHEMA, "", "", "", datetime.now(UTC), 1, Trigger.TIMER, Verdict.PASS, {}, ())
    )
    kept = machine.path("/var/lib/kiosk/selftest.json")
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(msgspec.json.encode(before))
    os.chown(kept, USER, USER)
    only = "ExecStart=\nExecStart=/usr/bin/kiosk selftest --trigger timer --only languages\n"
    machine.put("/etc/systemd/system/kiosk-selftest.service.d/here.conf", HERE + only)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "start", "kiosk-selftest")
    assert machine.show("kiosk-selftest", "Result") == "success"
    assert "languages" in json.loads(kept.read_bytes())["passed"]
    # For Prometheus' node exporter, which is another user: it may read this, and nothing beside it.
    told = machine.path("/var/lib/kiosk/kiosk-selftest.prom")
    assert told.stat().st_mode & 0o777 == 0o644
    assert told.parent.stat().st_mode & 0o777 == 0o711


ON_SWAY = ("env", "XDG_RUNTIME_DIR=/run/kiosk", "WAYLAND_DISPLAY=wayland-1")
CHORDS = (
    *("-M ctrl -M shift -k n", "-M ctrl -M shift -k u", "-M ctrl -M shift -k r", "-M ctrl -k q"),
    *(
        "-M logo -k Return",
        "-M logo -M shift -k e",
        "-M logo -k d",
        "-M alt -k F4",
        "-M alt -k Tab",
    ),
    *("-M ctrl -M alt -k F2", "-k XF86Switch_VT_2", "-M ctrl -M alt -k Delete", "-M ctrl -k c"),
)
"""What opens something in foot, in sway as it comes, or in a desktop."""


def columns(pid: int) -> int:
    """How many columns the terminal of a process has."""
    terminal = os.open(f"/proc/{pid}/fd/0", os.O_RDONLY | os.O_NOCTTY)
    try:
        told = fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8))
    finally:
        os.close(terminal)
    return int(struct.unpack("HHHH", told)[1])


@pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("sway", "wtype", "grim", "wlr-randr")),
    reason="sway, wtype, grim or wlr-randr is not installed",
)
def test_on_sway_in_place_of_cage_no_chord_does_anything_and_text_can_be_large(
    machine: Booted,
) -> None:
    """As a site on Debian 12 sets it up for large text."""
    units = "/etc/systemd/system"
    # A screen that is none has no size of its own.
    size = "output HEADLESS-1 mode --custom 1920x1080 position 0 0 scale 1\n"
    machine.put("/etc/kiosk/sway.conf", (DEPLOY / "sway" / "sway.conf").read_text() + size)
    drop_in = (DEPLOY / "systemd" / "examples" / "sway.conf").read_text()
    machine.put(f"{units}/kiosk.service.d/sway.conf", drop_in)
    machine.put(f"{units}/kiosk-screen.service.d/here.conf", HERE)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "reset-failed", code=None)
    machine.run("systemctl", "start", "kiosk", code=None)  # the terminal may come before its screen
    until(lambda: machine.show("kiosk", "ActiveState") == "active", "the kiosk is up", 3 * LONG)
    until(lambda: bool(pid_of(machine, HOST)), "the device host runs")

    def picture() -> str:
        machine.run(*ON_SWAY, "grim", "-t", "ppm", "/run/picture")
        return hashlib.sha256(machine.path("/run/picture").read_bytes()).hexdigest()

    def press(*keys: str) -> None:
        machine.run(*ON_SWAY, "wtype", *keys)

    def all_processes() -> dict[int, str]:
        return machine.processes("kiosk.service") | machine.processes("kiosk-screen.service")

    # A keyboard that stays: a terminal first has to learn of one that has just come.
    keyboard = machine.start(*ON_SWAY, "wtype", "-s", "3600000")
    try:
        before = all_processes()
        assert not any("cage" in command for command in before.values())
        first = picture()
        press("-k", "KP_2")
        until(lambda: picture() != first, "a key of the kiosk's own does something")
        for chord in CHORDS:
            press(*chord.split())
        # After them a key still comes to the kiosk, so they have come and done nothing.
        second = picture()
        press("-k", "KP_2")
        until(lambda: picture() != second, "a key of the kiosk's own does something")
        assert all_processes() == before
    finally:
        keyboard.kill()
        keyboard.wait()

    assert columns(pid_of(machine, KEEPER)) == NORMAL[0]
    large = "wlr-randr --output HEADLESS-1 --on --custom-mode 1920x1080 --scale 1.5"
    as_a_probe(machine, f"/usr/bin/{large}", "Environment=WAYLAND_DISPLAY=wayland-1\n")
    until(lambda: columns(pid_of(machine, KEEPER)) == LARGE[0], "the text is large")
    machine.run("systemctl", "stop", "kiosk", "kiosk-screen")


def test_a_locked_machine_has_no_console_and_says_what_it_still_lacks(machine: Booted) -> None:
    """Last: what it changes stays changed."""
    machine.run("sh", str(seen(DEPLOY / "machine" / "lock")))
    for unit in ("getty@tty1", "debug-shell", "ctrl-alt-del.target", "rescue"):
        refused = machine.run("systemctl", "start", unit, code=None)
        assert refused.returncode != 0
        assert "masked" in refused.stderr
    machine.run("systemctl", "enable", "kiosk", "kiosk-selftest.timer")
    python = f"PYTHONPATH={PYTHONPATH}"
    check = ("env", python, "/usr/bin/kiosk", "appliance", "check", "--format", "json")
    found = machine.run(*check, code=None)
    told = {check["id"]: check for check in json.loads(found.stdout)["checks"]}
    for name in ("service.kiosk", "service.locks", "service.start", "service.seatd", "consoles",
                 "service.selftest", "terminal.keys", "user.kiosk", "user.groups", "journal",
                 "service.watchdog", "network.kiosk", "files.state"):  # fmt: skip
        assert told[name]["state"] == "pass", told[name]
    assert found.returncode == 2, "this kernel's settings are the host's, and stay as they are"
    assert told["memory.core-files"]["remedy"]
