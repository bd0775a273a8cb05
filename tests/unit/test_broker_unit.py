"""The unit of systemd that runs a fleet's broker: whole, and locked up."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "deploy" / "systemd" / "kiosk-broker.service"
pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None or not Path("/usr/sbin/mosquitto").exists(),
    reason="systemd or Mosquitto is not installed",
)


def test_systemd_finds_nothing_to_say_of_it() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", str(UNIT)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_it_is_locked_up() -> None:
    exposure = ["security", "--offline=true", "--threshold=15", str(UNIT)]
    done = subprocess.run(
        ["systemd-analyze", *exposure], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout
