"""What holds on every screen: nothing is cut off, everything can be pressed, by digit or finger."""

from collections.abc import Iterable

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from hardware.messages import Scan
from kiosk.access import Wish
from kiosk.visit import Kind, Visit, advance
from screens.app import ReactivationApp
from screens.frame import NEVER_ASKS, FrameScreen, Words
from screens.keys import Begin, NextLink, OpenAccess
from screens.kit import Kit
from screens.widgets.key_button import KeyButton
from tests.screens.spots import all_visits, one_of_each

LANGUAGES = ["en", "da"]


def text_of(app: ReactivationApp) -> str:
    """What stands on the screen, one line of text a row."""
    rows = app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in rows)


async def show(pilot: Pilot[int], visit: Visit) -> FrameScreen:
    """Brings a visit to the screen and waits until it has been laid out."""
    app = pilot.app
    assert isinstance(app, ReactivationApp)
    app.visit = visit
    before = app.screen
    app._show()
    for _ in range(500):
        await pilot.pause()
        screen = app.screen
        if screen is not before and screen.is_mounted and screen.query_one("#words").region:
            assert isinstance(screen, FrameScreen)
            await pilot.pause()
            return screen
    raise AssertionError(f"{visit.spot} never came to the screen")


def key_faults(screen: FrameScreen, size: tuple[int, int]) -> Iterable[str]:
    """What is wrong with the keys of one screen."""
    digits: list[str] = []
    window = Region(0, 0, *size)
    for button in screen.query(KeyButton):
        digits.append(button.key.digit)
        if not button.region or button.region not in window:
            yield f"key {button.key.digit} is not wholly on the screen"
        if "-foot" in button.classes and button.region.height < 3:
            yield f"key {button.key.digit} is too low for a finger"
        if screen.key_for(button.key.digit) is not button.key:
            yield f"digit {button.key.digit} presses another key"
    if len(set(digits)) != len(digits):
        yield f"a digit stands on two keys: {digits}"


def dead_keys(kit: Kit, visit: Visit, screen: FrameScreen) -> Iterable[str]:
    """The keys of one screen that mean nothing to the visit that stands there."""
    for button in screen.query(KeyButton):
        event = button.key.event
        if isinstance(event, Begin | NextLink | OpenAccess | Scan | Wish):
            continue  # the app's own, and the device host's
        if advance(visit, event, kit.content) == visit:
            yield f"key {button.key.digit} does nothing"


async def faults_of(kit: Kit, visits: Iterable[Visit], size: tuple[int, int]) -> list[str]:
    """What is wrong with these screens at this size, one line each."""
    faults: list[str] = []
    app = ReactivationApp(kit, [])
    async with app.run_test(size=size) as pilot:
        for visit in visits:
            screen = await show(pilot, visit)
            at = f"{visit.language} {visit.situation} {visit.spot.kind} {visit.spot.id}"
            hidden = screen.query_one("#words").max_scroll_y
            if hidden:
                faults.append(f"{at}: {hidden} rows do not fit")
            faults += [f"{at}: {fault}" for fault in key_faults(screen, size)]
            faults += [f"{at}: {fault}" for fault in dead_keys(kit, visit, screen)]
            phases = (
                str(screen.query_one(".phases", Words).render()) if screen.query(".phases") else ""
            )
            if phases and phases not in text_of(app):
                faults.append(f"{at}: the phases do not fit: {phases}")
            if kit.languages[visit.language].say(NEVER_ASKS)[:20] not in text_of(app):
                faults.append(f"{at}: does not say that the machine never asks for codes")
    return faults


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_fits_the_smallest_terminal(kit: Kit, language: str) -> None:
    """At 80x24 no word of any screen is cut off, in either language."""
    assert await faults_of(kit, all_visits(kit.content, language), (80, 24)) == []


@pytest.mark.parametrize("size", [(120, 40), (200, 60), (480, 135)], ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_kind_of_screen_fits_larger_terminals(
    kit: Kit, language: str, size: tuple[int, int]
) -> None:
    """The same holds for each kind of screen on larger terminals."""
    assert await faults_of(kit, one_of_each(kit.content, language), size) == []


async def test_the_picture_gives_way_never_the_instruction(kit: Kit) -> None:
    """At 80x24 there is no drawing, at 120x40 there is; the instruction is there at both."""
    step = next(v for v in all_visits(kit.content, "en") if v.spot.kind is Kind.STEP)
    for size, drawn in (((80, 24), False), ((120, 40), True)):
        app = ReactivationApp(kit, [])
        async with app.run_test(size=size) as pilot:
            await show(pilot, step)
            assert app.screen.query_one("#picture").display is drawn
            assert "Open the MitID app on the phone." in text_of(app)


@pytest.mark.parametrize("size", [(60, 24), (80, 20), (20, 5)], ids=str)
async def test_a_window_too_small_says_so(kit: Kit, size: tuple[int, int]) -> None:
    """Below 80x24 the kiosk says what it needs instead of showing half of a screen."""
    app = ReactivationApp(kit, [])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "80" in text_of(app)
        assert not app.screen.query_one("#page").display
