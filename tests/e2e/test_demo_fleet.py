"""`make demo-fleet`: three kiosks come to the console, and nothing of it is left afterwards."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.processes import LONG, alive, children, until

DEMO = Path(__file__).parents[2] / "deploy" / "demo_fleet.py"


@pytest.mark.slow
def test_three_kiosks_at_a_console_and_nothing_left(tmp_path: Path) -> None:
    for program in ("mosquitto", "tmux"):
        if shutil.which(program) is None and shutil.which(program, path="/usr/sbin") is None:
            pytest.skip(f"{program} is not installed")
    places = {"TMPDIR": str(tmp_path), "TMUX_TMPDIR": str(tmp_path)}
    with Terminal([sys.executable, str(DEMO)], 100, 30, environment=places) as terminal:
        terminal.wait_until(
            lambda screen: (
                all(f"kiosk-{number}" in screen for number in (1, 2, 3)) and "kiosks: 3" in screen
            ),
            "all three are at the console",
            3 * LONG,
        )
        (broker,) = [
            pid for pid, told in children(terminal.process.pid).items() if "mosquitto" in told
        ]
        terminal.press("\x02d")
        assert terminal.wait() == 0
        until(lambda: not alive(broker), "the broker is gone")
    assert not list(tmp_path.glob("kiosk-demo-*"))
