"""The menu for staff on a real terminal: without a network, and over crashes of the app."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.staff import pin
from tests.e2e.running import FIRST, KIOSK, begin
from tests.e2e.terminal import Terminal
from tests.processes import child, until

RIGHT, WRONG = "482913", "482914"
ALONE = (
    "unshare",
    "--user",
    "--map-root-user",
    "--net",
    "sh",
    "-c",
    'ip link set lo up && exec "$@"',
)
CLOSED = "This kiosk is out of order."
PAD = "Only for the staff of this office"
MENU = "Choose with a digit."


def alone() -> tuple[str, ...]:
    """What goes in front of a command that is to have no network but its own loopback."""
    done = shutil.which("ip") and subprocess.run([*ALONE, "sh", "true"], capture_output=True)
    return (*ALONE, "sh") if done and done.returncode == 0 else ()


@contextmanager
def at_site(folder: Path, *before: str) -> Iterator[Terminal]:
    """A kiosk on a simulated machine, whose PIN is `RIGHT`."""
    (folder / "kiosk.toml").write_text(f'[staff]\npin = "{pin.hashed(RIGHT)}"\n')
    (folder / "state").mkdir(exist_ok=True)
    environment = {"STATE_DIRECTORY": str(folder / "state")}
    command = [*before, *KIOSK, "--config", str(folder / "kiosk.toml")]
    with Terminal(command, environment=environment) as terminal:
        yield terminal


def typed(terminal: Terminal, digits: str) -> None:
    """A PIN, on the pad."""
    terminal.press("7")
    terminal.wait_for(PAD)
    for number, digit in enumerate(digits, start=1):
        terminal.press(digit)
        terminal.wait_for("●" * number)
    terminal.press("#")


def kill_app(terminal: Terminal, before: tuple[str, ...] = ()) -> None:
    """The app crashes; the keeper starts another one."""
    keeper = terminal.process.pid
    app = child(keeper, "-m screens")
    assert app
    os.kill(app, signal.SIGKILL)
    until(lambda: child(keeper, "-m screens") not in (None, app), "another app runs")


@pytest.mark.slow
@pytest.mark.parametrize("network", [True, False], ids=["network", "no network"])
def test_staff_helps_and_closes_the_kiosk_and_opens_it_again(tmp_path: Path, network: bool) -> None:
    before = () if network else alone()
    if not (network or before):
        pytest.skip("no network namespace can be made here")
    with at_site(tmp_path, *before) as terminal:
        terminal.wait_for(FIRST)
        begin(terminal)
        terminal.press("#")
        terminal.wait_for("For staff")
        typed(terminal, RIGHT)
        terminal.wait_for(MENU)
        terminal.press("2")
        terminal.wait_for("Which situation is it?")
        terminal.press("1")
        terminal.wait_for("At which step is the visit to go on?")
        terminal.press("6")
        terminal.wait_for("Step 4 of 17")
        terminal.press("#")
        terminal.wait_for("For staff")
        typed(terminal, RIGHT)
        terminal.wait_for(MENU)
        terminal.press("6")
        terminal.wait_for("A visit that is going on ends and is erased.")
        terminal.press("2")
        terminal.wait_for(CLOSED)
        terminal.wait_for("It is being repaired.")
        kill_app(terminal)
        terminal.wait_for(CLOSED)
        typed(terminal, RIGHT)
        terminal.wait_for(MENU)
        terminal.press("2")
        terminal.wait_for("Is this kiosk in order again?")
        terminal.press("1")
        terminal.wait_for(FIRST)
    assert RIGHT not in "".join(
        path.read_text(errors="replace") for path in (tmp_path / "state").rglob("*.json")
    )


def test_who_types_wrong_pins_must_wait_whatever_happens_to_the_app(tmp_path: Path) -> None:
    with at_site(tmp_path) as terminal:
        terminal.wait_for(FIRST)
        begin(terminal)
        terminal.press("#")
        terminal.wait_for("For staff")
        typed(terminal, WRONG)
        for _ in range(2):
            terminal.wait_for("That was not the PIN of this kiosk.")
            for number, digit in enumerate(WRONG, start=1):
                terminal.press(digit)
                terminal.wait_for("●" * number)
            terminal.press("#")
        terminal.wait_for("Too many wrong ones. Wait")
        kill_app(terminal)
        terminal.wait_for(FIRST)
        begin(terminal)
        terminal.press("#")
        terminal.wait_for("For staff")
        terminal.press("7")
        terminal.wait_for("Too many wrong ones. Wait")
