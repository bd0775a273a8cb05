"""What Textual keeps of what it has drawn ends with the visit."""

import asyncio
import functools
import gc

from rich.segment import Segment

from screens import drawn
from screens.app import ReactivationApp
from screens.attract import AttractScreen
from screens.kit import Kit
from tests.processes import LONG


def kept() -> int:
    """How many results Textual and Rich remember."""
    return sum(
        found.cache_info().currsize
        for found in gc.get_objects()
        if isinstance(found, functools._lru_cache_wrapper)
        and str(getattr(found, "__module__", "")).startswith(("rich.", "textual."))
    )


def test_what_was_drawn_is_forgotten() -> None:
    Segment("Scan the chip of your passport").split_cells(5)
    assert kept() > 0
    drawn.forget()
    assert kept() == 0


async def test_the_end_of_a_visit_forgets_what_it_has_drawn(kit: Kit) -> None:
    drawn.forget()
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        async with asyncio.timeout(LONG):
            while not isinstance(app.screen, AttractScreen):
                await pilot.pause(0.05)
        await pilot.pause()
        for size in ((100, 30), (120, 40), (160, 45), (80, 24)):
            await pilot.resize_terminal(*size)
            for key in ("1", "1", "0", "8", "8"):
                await pilot.press(key)
                await pilot.pause(0.05)
        before = kept()
        app.end_visit()
        await pilot.pause()
        assert not isinstance(app.screen, AttractScreen)
        async with asyncio.timeout(LONG):
            while not isinstance(app.screen, AttractScreen):
                await pilot.pause(0.05)
        await pilot.pause()
        assert kept() < before
