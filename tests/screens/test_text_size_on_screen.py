"""When the text is made large, and when as it was."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from screens.app import ReactivationApp
from screens.kit import Kit


async def scales(pilot: Pilot[int], told: Path, wanted: list[str]) -> None:
    """Waits until the compositor has been told these scales, in this order."""
    for _ in range(1000):
        if told.exists() and told.read_text().split() == wanted:
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{told.read_text().split()}, not {wanted}")


@pytest.mark.slow
async def test_the_text_is_large_for_one_visit(kit: Kit, tmp_path: Path) -> None:
    """As it was at the start, too: an app before this one may have crashed in a large visit."""
    told = tmp_path / "told"
    command = ("sh", "-c", f'echo "$0" >> {told}', "{scale}")
    screen = msgspec.structs.replace(
        kit.settings.screen, scale_command=command, normal_scale=1.0, large_scale=1.5
    )
    quick = msgspec.structs.replace(kit.settings.input, debounce_seconds=0)
    settings = msgspec.structs.replace(kit.settings, screen=screen, input=quick)
    app = ReactivationApp(replace(kit, settings=settings), [])
    async with app.run_test(size=(80, 24)) as pilot:
        await scales(pilot, told, ["1"])
        for key in ("2", "5", "7"):
            await pilot.press(key)
            await pilot.pause()
        await scales(pilot, told, ["1", "1.5"])
        for key in ("0", "9", "1"):
            await pilot.press(key)
            await pilot.pause()
        await scales(pilot, told, ["1", "1.5", "1"])
