"""The kiosk in a terminal that is not ours: tmux draws what a person would see."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

TIMEOUT = 20.0


class Tmux:
    """One tmux server of its own, with one window."""

    def __init__(self, socket: Path, command: list[str]) -> None:
        self._tmux = ["tmux", "-S", str(socket)]
        size = ["-x", "80", "-y", "24"]
        self._run("-f", "/dev/null", "new-session", "-d", *size, *command)

    def _run(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], capture_output=True, check=True)
        return done.stdout.decode()

    def press(self, key: str) -> None:
        """Types one key."""
        self._run("send-keys", key)

    def wait_for(self, text: str) -> None:
        """Waits until the window shows this text."""
        deadline = time.monotonic() + TIMEOUT
        while text not in (shown := self._run("capture-pane", "-p")):
            assert time.monotonic() < deadline, f"not in the window: {text}\n{shown}"
            time.sleep(0.1)

    def close(self) -> None:
        """Ends the server and what runs in it."""
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Tmux]:
    command = [sys.executable, "-m", "kiosk", "run", "--simulate", "--allow-quit"]
    tmux = Tmux(tmp_path / "tmux", command)
    yield tmux
    tmux.close()


def test_a_person_sees_both_languages_and_gets_to_the_first_question(window: Tmux) -> None:
    window.wait_for("Er dit MitID midlertidigt spærret?")
    window.wait_for("Is your MitID temporarily blocked?")
    window.press("2")
    window.wait_for("Is somebody on the phone with you now")
    window.press("8")
    window.wait_for("Maskinen beder aldrig om koder")
