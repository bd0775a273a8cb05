"""The real kiosk under the locks of its units: what they forbid is refused, and all of it works.

Not under systemd, which cannot run here as it runs on a machine: `tests/e2e/under_unit.py` lays the
units' own lines on the processes.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.lock_probe import PROGRAMS, probing, was_done
from tests.e2e.running import FIRST, QUESTION, begin
from tests.e2e.seen import PYTHONPATH, ROOT, seen
from tests.e2e.terminal import Terminal
from tests.processes import LONG, child, children

UNITS = ROOT / "deploy" / "systemd"
KIOSK, SELF_TEST, SCREEN = (
    UNITS / name for name in ("kiosk.service", "kiosk-selftest.service", "kiosk-screen.service")
)
FOOT_INI = ROOT / "deploy" / "foot" / "foot.ini"
NOBODY = "nobody"
_HIDDEN = ("/root", "/home", "/tmp", "/var/tmp", "/run")


def _python() -> str:
    """A Python of this version that a locked process can reach; empty where there is none."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for found in (Path(sys.executable).resolve(), Path(f"/usr/bin/python{version}")):
        if found.exists() and not any(found.is_relative_to(home) for home in _HIDDEN):
            return str(found)
    return ""


PYTHON = _python()
_MAY = ["unshare", "--mount", "--net", "true"]
MISSING = [name for name in ("systemd-analyze", "unshare", "ip") if shutil.which(name) is None]
if not PYTHON:
    MISSING.append("a Python outside /root, /home and /tmp")
if os.getuid() != 0 or (not MISSING and subprocess.run(_MAY, capture_output=True).returncode):
    MISSING.append("the right to make mounts")
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not here: {', '.join(MISSING)}")

Locked = Callable[..., list[str]]


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Locked:
    """From a unit and a command to the command line that runs it under the unit's locks."""
    for name in ("state", "run", "tmp"):
        (tmp_path / name).mkdir(mode=0o700)
        shutil.chown(tmp_path / name, NOBODY)
    # What Debian's cage asks for, as systemd makes it in each PrivateTmp.
    (tmp_path / "tmp" / ".X11-unix").mkdir()
    (tmp_path / "tmp" / ".X11-unix").chmod(0o1777)
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)

    def line(unit: Path, *command: str) -> list[str]:
        lock = [sys.executable, "-m", "tests.e2e.under_unit", str(unit), str(tmp_path), NOBODY]
        return ["unshare", "--mount", "--net", *lock, *command]

    return line


@pytest.mark.parametrize("unit", [KIOSK, SELF_TEST], ids=lambda unit: unit.stem)
def test_what_a_taken_over_kiosk_would_try_is_refused(locked: Locked, unit: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/srv") as folder:
        Path(folder).chmod(0o777)
        probe = probing(folder)
        done = subprocess.run(
            locked(unit, PYTHON, "-c", probe), capture_output=True, timeout=3 * LONG
        )
    assert done.returncode == 0, done.stderr.decode()
    # The unit of the self-test has no list of programs: it is not what a citizen stands before.
    programs = PROGRAMS if unit == SELF_TEST else set()
    assert set(was_done(done.stdout)) <= programs


def test_all_three_rehearsals_work_under_the_locks_of_the_self_test(locked: Locked) -> None:
    """A document, its chip and a face; under those of the kiosk a real systemd does it, too."""
    test = ("-m", "kiosk", "selftest", "--simulate", "quick", "--only", "rehearsals")
    done = subprocess.run(
        locked(SELF_TEST, PYTHON, *test), capture_output=True, text=True, timeout=6 * LONG
    )
    assert "verdict: pass" in done.stdout, done.stdout + done.stderr


def test_a_visit_can_be_walked_under_the_locks(locked: Locked, tmp_path: Path) -> None:
    """Where a site has set the limit of core files to 0, which cannot be raised, too."""
    unit = tmp_path / "kiosk.service"
    unit.write_text(KIOSK.read_text() + "\n[Service]\nLimitCORE=0\n")
    kiosk = ("-m", "kiosk", "run", "--language", "en", "--simulate", "quick")
    with Terminal(locked(unit, PYTHON, *kiosk)) as terminal:
        terminal.wait_for(FIRST)
        begin(terminal)
        terminal.press("2")
        terminal.wait_until(lambda screen: QUESTION not in " ".join(screen.split()), "it goes on")
        assert os.stat(f"/proc/{terminal.process.pid}").st_uid != 0


@pytest.mark.skipif(
    shutil.which("cage") is None or shutil.which("foot") is None,
    reason="cage or foot is not installed",
)
def test_in_cage_systemd_hears_of_an_app_that_lives_and_not_of_one_that_is_frozen(
    locked: Locked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unit's own command, on a screen without a monitor; systemd's end is this test."""
    monkeypatch.setenv("WLR_BACKENDS", "headless")
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/kiosk/notify")
    shown = ("/usr/bin/cage", "--", "/usr/bin/foot", f"--config={seen(FOOT_INI)}", "--fullscreen")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "run" / "notify"))
        shutil.chown(tmp_path / "run" / "notify", NOBODY)
        systemd.settimeout(LONG)
        with (tmp_path / "log").open("wb") as log:
            cage = subprocess.Popen(
                locked(KIOSK, *shown, PYTHON, "-m", "kiosk", "run"),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            assert systemd.recv(100) == b"READY=1"
            assert systemd.recv(100) == b"WATCHDOG=1"
            app = _app(cage.pid)
            os.kill(app, signal.SIGSTOP)
            # A beat comes each second while the app's loop turns.
            systemd.settimeout(3.0)
            with pytest.raises(TimeoutError):
                _no_more(systemd)
            os.kill(app, signal.SIGCONT)
            systemd.settimeout(3 * LONG)
            assert systemd.recv(100) in (b"WATCHDOG=1", b"READY=1")
            assert cage.poll() is None, "the screen stays"
        finally:
            cage.terminate()
            cage.wait(LONG)


def _app(pid: int) -> int:
    """The app below this process, or 0."""
    if found := child(pid, "-m screens"):
        return found
    return next((app for below in children(pid) if (app := _app(below))), 0)


def _no_more(systemd: socket.socket) -> None:
    """Listens until nothing comes within the socket's time; a while at most."""
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        systemd.recv(100)
