"""What Textual keeps of what it has drawn ends with the visit."""

import asyncio
import functools
import gc

import pytest
from rich.segment import Segment

from screens import drawn
from screens.app import ReactivationApp
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


@pytest.mark.slow
async def test_the_end_of_a_visit_forgets_what_it_has_drawn(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = []
    forget = drawn.forget

    def counted() -> None:
        before = kept()
        forget()
        left.append((before, kept()))

    monkeypatch.setattr(drawn, "forget", counted)
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1")
        await pilot.pause()
        app.end_visit()
        async with asyncio.timeout(LONG):
            while not left or app._wiping:
                await pilot.pause(0.05)
        ((before, after),) = left
        assert before > 500
        assert after == 0
