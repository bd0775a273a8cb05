"""Large text on a real terminal, with the settings that are shipped, measured in what is drawn."""

import subprocess
import sys
from collections.abc import Iterator

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


def height_mm(picture: NDArray[np.uint8]) -> float:
    """How high the one line of letters in a picture is, on the screen of the settings."""
    away = np.abs(picture.astype(int) - picture[-1, -1]).sum(axis=2)
    inked = np.flatnonzero(away.max(axis=1) > away.max() / 2)
    return float((inked[-1] - inked[0] + 1) * SCREEN.width_mm / WIDTH)


def drawn(compositor: Compositor) -> NDArray[np.uint8]:
    """What the screen shows once it shows something and stands still."""
    before = compositor.picture()

    def still() -> bool:
        nonlocal before
        last, before = before, compositor.picture()
        return bool(np.ptp(before)) and np.array_equal(last, before)

    until(still, "the screen stands still")
    return before


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
    foot = compositor.foot(sys.executable, "-c", CARD)
    foot.wait_for_grid(NORMAL)
    normal = height_mm(drawn(compositor))
    assert await set_text_size(screen, large=True)
    foot.wait_for_grid(LARGE)
    large = height_mm(drawn(compositor))
    assert large >= H_MM
    assert large == pytest.approx(normal * SCREEN.large_scale, rel=0.05)
    assert await set_text_size(screen, large=False)
    foot.wait_for_grid(NORMAL)
    assert height_mm(drawn(compositor)) == normal
