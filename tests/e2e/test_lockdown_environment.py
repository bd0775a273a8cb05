"""Switches in the environment, of Textual and of Python, that would open the real kiosk."""

import os
import signal
import sys
import time
from pathlib import Path

from tests.e2e.attacked import attacked
from tests.e2e.running import FIRST, begin, found, gone
from tests.e2e.terminal import Terminal
from tests.processes import until

EVIL = """\
import pathlib
pathlib.Path({note!r}).write_text("ran")
from textual.drivers.linux_driver import LinuxDriver as Driver
"""


def open_environment(folder: Path) -> dict[str, str]:
    """Everything that would show, write, press or run something."""
    evil = folder / "evil"
    evil.mkdir()
    (evil / "opened.py").write_text(EVIL.format(note=str(folder / "ran")))
    return {
        "TEXTUAL": "devtools,debug",
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_LOG": str(folder / "textual.log"),
        "TEXTUAL_SCREENSHOT": "0",
        "TEXTUAL_SCREENSHOT_LOCATION": str(folder),
        "TEXTUAL_SCREENSHOT_FILENAME": "screen.svg",
        "TEXTUAL_PRESS": "1,1,1,ctrl+q",
        "TEXTUAL_SHOW_RETURN": "1",
        "TEXTUAL_ALLOW_SIGNALS": "1",
        "TEXTUAL_FILTERS": "dim",
        "TEXTUAL_THEME": "dracula",
        "TEXTUAL_DISABLE_KITTY_KEY": "1",
        "TEXTUAL_SMOOTH_SCROLL": "1",
        "TEXTUAL_DRIVER": "opened:Driver",
        "PYTHONPATH": os.pathsep.join([str(evil), os.environ.get("PYTHONPATH", "")]),
        "PYTHONINSPECT": "1",
        "PYTHONSTARTUP": str(evil / "opened.py"),
        "PYTHONBREAKPOINT": "opened.Driver",
        "PYTHONFAULTHANDLER": "1",
        "PYTHONASYNCIODEBUG": "1",
        "PYTHONMALLOCSTATS": "1",
        "PYTHONPROFILEIMPORTTIME": "1",
        "ESCDELAY": "1000000",
        "COLUMNS": "20",
        "LINES": "5",
        "BROWSER": f"touch {folder / 'ran'}",
        "EDITOR": f"touch {folder / 'ran'}",
        "PAGER": f"touch {folder / 'ran'}",
    }


def test_no_switch_shows_writes_presses_or_runs_anything(tmp_path: Path) -> None:
    folder = tmp_path / "k"
    folder.mkdir()
    with attacked(folder, environment=open_environment(tmp_path)) as kiosk:
        before = kiosk.processes
        # It stands where somebody led it: nothing was pressed. Escape sequences are read.
        kiosk.send(b"\x1b[A")
        kiosk.answers()
        kiosk.is_as_before()
        # Ctrl+C, Ctrl+\ and Ctrl+Z send no signal.
        kiosk.send(b"\x03\x1c\x1a")
        kiosk.answers()
        kiosk.is_alive()
        written = len(kiosk.written)
        # An app that crashes leaves neither a prompt nor a stack.
        os.kill(before.app, signal.SIGABRT)
        gone(before.app)
        until(lambda: found(before.keeper).app != before.app, "another app")
        kiosk.wait_for(FIRST)
        after = kiosk.written[written:]
        assert b">>>" not in after
        assert b"Fatal Python error" not in after
        assert b"File " not in after
        assert kiosk.files() == kiosk._files | {
            name: size for name, size in kiosk.files().items() if "device-" in name
        }
    assert not (tmp_path / "ran").exists(), "a module that the environment names was imported"
    assert not list(tmp_path.glob("*.svg"))
    assert not (tmp_path / "textual.log").exists()


def test_a_kiosk_that_leaves_gives_nobody_a_prompt() -> None:
    """The keeper itself was started with these switches, too."""
    switches = {"PYTHONINSPECT": "1", "PYTHONSTARTUP": "/dev/null"}
    command = [sys.executable, "-m", "kiosk", "run", "--simulate", "no-devices", "--no-sound"]
    with Terminal([*command, "--language", "en"], environment=switches) as kiosk:
        kiosk.wait_for(FIRST)
        begin(kiosk)
        kiosk.process.terminate()
        ended_by = time.monotonic() + 20
        while kiosk.process.poll() is None and time.monotonic() < ended_by:
            assert b">>>" not in kiosk.written, "a prompt of Python stands on the terminal"
            time.sleep(0.05)
        assert kiosk.process.poll() is not None, "it does not leave"
        assert b">>>" not in kiosk.written
