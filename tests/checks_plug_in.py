"""A plug-in with checks that end in all ways, installed into a folder as pip would do it."""

import os
from pathlib import Path

import pytest

CODE = """
import os, signal, subprocess, sys, time
from pathlib import Path
from hardware.errors import Reason
from hardware.verdicts import Role
from kiosk.selftest.check import Check, Given, Outcome, Phase, State

def passes(given): return Outcome(State.PASS, "fine", {"round_trip_ms": 1.5})
def warns(given): return Outcome(State.WARN, "soft | blurred\\nand\\x1b[31m more")
def fails(given): return Outcome(State.FAIL, "broken")
def skips(given): return Outcome(State.SKIP, "not here")
def raises(given): raise RuntimeError("something secret")
def aborts(given): os.abort()
def leaves(given): os._exit(7)
def killed(given): os.kill(os.getpid(), signal.SIGKILL)
def garbage(given):
    os.write(3, b"{{{"); os.close(3); os._exit(0)
def prints(given):
    print("noise"); os.write(1, b"{}"); sys.stdout.flush()
    return Outcome(State.PASS, "fine")
def wrong_figure(given): return Outcome(State.PASS, "fine", {"Not A Name": 1.0})
def hangs(given):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(os.environ["PIDS"]).write_text(f"{os.getpid()} {child.pid}")
    time.sleep(600)
def told(given): return Outcome(State.PASS, given.trust)
def nice(given): return Outcome(State.PASS, str(os.nice(0)))
def busy(given):
    return Outcome(State.SKIP, "held by another process of the kiosk", reason=Reason.BUSY)

CHECKS = (
    Check("plug.passes", Phase.ENVIRONMENT, passes),
    Check("plug.warns", Phase.ENVIRONMENT, warns),
    Check("plug.fails", Phase.ENVIRONMENT, fails),
    Check("plug.skips", Phase.ENVIRONMENT, skips),
    Check("plug.raises", Phase.ENVIRONMENT, raises),
    Check("plug.aborts", Phase.ENVIRONMENT, aborts),
    Check("plug.leaves", Phase.ENVIRONMENT, leaves),
    Check("plug.killed", Phase.ENVIRONMENT, killed),
    Check("plug.garbage", Phase.ENVIRONMENT, garbage),
    Check("plug.prints", Phase.ENVIRONMENT, prints),
    Check("plug.wrong_figure", Phase.ENVIRONMENT, wrong_figure),
    Check("plug.hangs", Phase.ENVIRONMENT, hangs, timeout=1.0),
    Check("ill-made", Phase.ENVIRONMENT, passes, timeout="soon"),
    Check("waits", Phase.ENVIRONMENT, hangs, timeout=60.0),
    Check("plug.told", Phase.ENVIRONMENT, told),
    Check("plug.nice", Phase.ENVIRONMENT, nice),
    Check("plug.camera.present", Phase.ENUMERATION, fails, role=Role.CAMERA),
    Check("plug.camera.opens", Phase.OPEN, passes, role=Role.CAMERA),
    Check("plug.reader.opens", Phase.OPEN, fails, role=Role.READER),
    Check("plug.reader.works", Phase.FUNCTION, passes, role=Role.READER),
    Check("plug.scanner.opens", Phase.OPEN, passes, role=Role.SCANNER),
    Check("plug.scanner.busy", Phase.OPEN, busy, role=Role.SCANNER),
    Check("plug.site", Phase.ENVIRONMENT, passes, on_site=True),
    Check("plug.long", Phase.END_TO_END, passes),
)
"""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str = CODE) -> None:
    """Puts the plug-in where this process and those that it starts find it."""
    folder.mkdir(exist_ok=True)
    (folder / "kiosk_plug.py").write_text(code)
    told = folder / "kiosk_plug-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: kiosk-plug\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(
        "[reactivation_kiosk.checks]\nplug = kiosk_plug:CHECKS\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    before = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", f"{folder}:{before}" if before else str(folder))
    monkeypatch.setenv("PIDS", str(folder / "pids"))
