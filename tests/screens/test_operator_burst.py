"""What thousands of kiosks tell at once is painted together, and one call at once."""

import pytest

from kiosk.fleet.reports import Call, Doing
from kiosk.fleet.topics import Leaf, Place
from kiosk.places import Folders
from screens.kit import Kit, load_kit
from screens.operator.kiosks import KiosksScreen
from tests.screens.consoles import console, link_of, state


@pytest.fixture(scope="module")
def kit() -> Kit:
    return load_kit(Folders())


async def test_a_burst_of_calls_is_painted_together(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    fresh = KiosksScreen.fresh
    app = console(kit)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        link = link_of(app)
        monkeypatch.setattr(
            KiosksScreen, "fresh", lambda screen: (painted.append(1), fresh(screen))
        )
        for number in range(500):
            place = Place("lyngby", f"kiosk-{number}")
            link.heard(place, Leaf.STATE, state(Doing.VISIT, help=Call.OPEN))
        assert len(painted) == 1, (
            "the first call is painted at once, the others wait for each other"
        )
        while len(painted) < 2:
            await pilot.pause(0.02)
        assert len(app.fleet.order) == 500
        assert len(painted) < 10


async def test_what_is_no_call_waits_for_what_comes_with_it(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    fresh = KiosksScreen.fresh
    app = console(kit)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        monkeypatch.setattr(
            KiosksScreen, "fresh", lambda screen: (painted.append(1), fresh(screen))
        )
        for number in range(500):
            place = Place("lyngby", f"kiosk-{number}")
            link_of(app).heard(place, Leaf.STATE, state(Doing.IDLE))
        assert not painted
        while not painted:
            await pilot.pause(0.02)
        assert len(painted) < 10
