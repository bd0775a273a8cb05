"""Large text on a real terminal, with the settings that are shipped, measured in what is drawn."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.settings import Screen, Settings
from screens.text_size import set_text_size
from tests.e2e.compositor import FOOT_INI, MISSING, SCALE_COMMAND, WIDTH, Compositor
from tests.processes import until

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

SCREEN = Settings().screen
NORMAL = (147, 43)
LARGE = (102, 29)
"""Columns and rows, as deploy/foot/foot.ini says."""
NORMAL_H, LARGE_H = 16, 23
"""Pixels of a capital, by the same file."""
H_MM = 6.1
"""0.7 degrees at 50 cm (EN 301 549, 5.1.4)."""

CARD = r"""
import sys, time
sys.stdout.write("\033[?25l\033[2J\033[HHHHH")
sys.stdout.flush()
time.sleep(3600)
"""


@pytest.fixture
def compositor() -> Iterator[Compositor]:
    with Compositor() as running:
        yield running


def test_foot_takes_the_settings_that_are_shipped() -> None:
    subprocess.run(["foot", "--check-config", f"--config={FOOT_INI}"], check=True)


def height(picture: NDArray[np.uint8]) -> int:
    """How many pixels high the one line of letters in a picture is; 0 while there is none."""
    away = np.abs(picture.astype(int) - picture[-1, -1]).sum(axis=2)
    inked = np.flatnonzero(away.max(axis=1) > away.max() / 2)
    return int(np.ptp(inked)) + 1 if inked.size else 0


def drawn(compositor: Compositor) -> NDArray[np.uint8]:
    """What the screen shows once it stands still."""
    picture = compositor.picture()

    def still() -> bool:
        nonlocal picture
        last, picture = picture, compositor.picture()
        return np.array_equal(last, picture)

    until(still, "the screen stands still")
    return picture


async def test_capitals_are_large_enough(
    compositor: Compositor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_RUNTIME_DIR", "WAYLAND_DISPLAY"):
        monkeypatch.setenv(name, compositor.environment[name])
    screen = Screen(
        scale_command=SCALE_COMMAND,
        normal_scale=SCREEN.normal_scale,
        large_scale=SCREEN.large_scale,
    )

    def capitals_are(pixels: int) -> None:
        until(lambda: height(compositor.picture()) == pixels, f"capitals of {pixels} pixels")

    foot = compositor.foot(sys.executable, "-c", CARD)
    foot.wait_for_grid(NORMAL)
    capitals_are(NORMAL_H)
    assert await set_text_size(screen, large=True)
    foot.wait_for_grid(LARGE)
    capitals_are(LARGE_H)
    assert LARGE_H * SCREEN.width_mm / WIDTH >= H_MM
    assert await set_text_size(screen, large=False)
    foot.wait_for_grid(NORMAL)
    capitals_are(NORMAL_H)


@pytest.mark.slow
def test_a_person_makes_the_text_large_and_the_next_finds_it_as_it_was(
    compositor: Compositor, tmp_path: Path
) -> None:
    settings = tmp_path / "kiosk.toml"
    settings.write_text(
        f"[screen]\nscale_command = {json.dumps(SCALE_COMMAND)}\nmotion = false\n"
        "[input]\ndebounce_seconds = 0\n"
    )
    kiosk = [sys.executable, "-m", "kiosk", "run", "--no-sound", "--simulate", "no-devices"]
    foot = compositor.foot(*kiosk, "--config", str(settings))
    # The first screen is there: light paper, up to the black rim.
    until(lambda: np.median(compositor.picture()) > 200, "the first screen")

    def press(key: str) -> None:
        before = drawn(compositor)
        compositor.press(key)
        until(lambda: not np.array_equal(compositor.picture(), before), f"{key} did something")

    def press_for(key: str, grid: tuple[int, int]) -> None:
        drawn(compositor)
        compositor.press(key)
        foot.wait_for_grid(grid)

    assert foot.grid() == NORMAL
    press("KP_2")
    press("KP_5")
    press_for("KP_7", LARGE)
    press_for("KP_7", NORMAL)
    press_for("KP_7", LARGE)
    # Back to the question, and the visit is ended.
    press("KP_0")
    press("KP_9")
    press_for("KP_1", NORMAL)


HEARD = r"""
import os, pathlib, sys, tty
note = pathlib.Path(sys.argv[1])
tty.setraw(0)
note.touch()
while True:
    told = os.read(0, 32)
    with note.open("ab") as file:
        file.write(told)
"""


@pytest.mark.parametrize(
    ("config", "taken"),
    [
        (FOOT_INI, ()),
        (Path(os.devnull), ("plus", "minus", "0")),  # foot as it comes: the size of the text
    ],
)
def test_no_key_belongs_to_the_terminal(
    compositor: Compositor, tmp_path: Path, config: Path, taken: tuple[str, ...]
) -> None:
    """A key that the terminal takes for itself never comes to the program in it."""
    note = tmp_path / "note"
    compositor.foot(sys.executable, "-c", HEARD, str(note), config=config)
    until(note.exists, "the program listens")
    until(lambda: np.ptp(compositor.picture()) > 0, "the terminal is on the screen")
    for held, keys in ((("ctrl",), "plus minus 0"), (("ctrl", "shift"), "c v r n u x z")):
        for key in keys.split():
            note.write_bytes(b"")
            if not taken or key in taken:
                compositor.press(key, *held)
                compositor.press("q")
                until(lambda: note.read_bytes().endswith(b"q"), f"{key} and q came")
                assert (note.read_bytes() == b"q") is (key in taken), key
