"""A window in which nothing can be read must not end the app: it may grow again."""

import pytest

from screens.app import ReactivationApp
from screens.kit import Kit
from tests.screens.spots import one_of_each

SIZES = [(20, 5), (9, 3), (4, 2), (1, 1), (80, 24)]


@pytest.mark.slow
async def test_every_screen_lives_in_any_window(kit: Kit) -> None:
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        for visit in one_of_each(kit.content, "da"):
            app.visit = visit
            app._show()
            for size in SIZES:
                await pilot.resize_terminal(*size)
                await pilot.pause()
