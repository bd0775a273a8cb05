"""What holds on every screen: nothing is cut off, everything can be pressed, by digit or finger."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import msgspec
import pytest
from textual.geometry import Region, Size
from textual.pilot import Pilot
from textual.screen import Screen

from hardware.messages import Scan
from kiosk import settings
from kiosk.access import Theme, Wish
from kiosk.visit import Kind, Spot, Visit, advance
from screens.app import ReactivationApp
from screens.frame import NEVER_ASKS, FrameScreen, Words
from screens.keys import Begin, CancelCall, NextLink, OpenAccess, PhraseRead
from screens.kit import Kit
from screens.targets import target
from screens.themes import name_of
from screens.widgets.key_button import KeyButton
from tests.screens.audit import contrast_faults, looks
from tests.screens.hearing import hearing_faults
from tests.screens.spots import all_visits, one_of_each

LANGUAGES = ["da", "en"]
BUILT = settings.Screen()
"""The screen of a kiosk where nothing is said about it: 24 inches, felt by a finger."""


def text_of(app: ReactivationApp) -> str:
    """What stands on the screen, one line of text a row."""
    rows = app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in rows)


def laid_out(screen: Screen[None]) -> bool:
    """Whether a screen of the guide has its places."""
    return any(words.region for words in screen.query("#words"))


async def show(pilot: Pilot[int], visit: Visit) -> FrameScreen:
    """Brings a visit to the screen and waits until it has been laid out."""
    app = pilot.app
    assert isinstance(app, ReactivationApp)
    app.visit = visit
    before = app.screen
    app._show()
    for _ in range(20_000):
        await asyncio.sleep(0)
        screen = app.screen
        if screen is not before and screen.is_mounted and laid_out(screen):
            assert isinstance(screen, FrameScreen)
            await pilot.pause()
            return screen
    raise AssertionError(f"{visit.spot} never came to the screen")


def key_faults(
    screen: FrameScreen, size: tuple[int, int], built: settings.Screen = BUILT
) -> Iterable[str]:
    """What is wrong with the keys of one screen, where the terminal is on a screen like this."""
    window = Region(0, 0, *size)
    least = target(built, Size(*size))
    buttons = list(screen.query(KeyButton))
    digits = [button.key.digit for button in buttons]
    for button in buttons:
        digit, region = button.key.digit, button.region
        if not region or region not in window:
            yield f"key {digit} is not wholly on the screen"
        if region.width < least.columns or region.height < least.rows:
            yield f"key {digit} is {region.size}, less than a finger: {least}"
        if is_cut_off(button):
            yield f"the words of key {digit} do not fit: {button.key.words}"
        if screen.key_for(digit) is not button.key:
            yield f"digit {digit} presses another key"
        if any(region.overlaps(other.region) for other in buttons if other is not button):
            yield f"key {digit} lies over another one"
    if len(set(digits)) != len(digits):
        yield f"a digit stands on two keys: {digits}"
    if missing := {key.digit for key in screen.foot_keys} - set(digits):
        yield f"keys without a place in the foot: {missing}"
    if len({button.size.height for button in buttons if button.has_class("-foot")}) > 1:
        yield "the keys of the foot are not equally high"


def is_cut_off(button: KeyButton) -> bool:
    """Whether some of a key's words are not to be seen: in so few columns they need more rows."""
    return button.get_content_height(button.size, button.size, button.size.width) > (
        button.size.height
    )


def dead_keys(kit: Kit, visit: Visit, screen: FrameScreen) -> Iterable[str]:
    """The keys of one screen that mean nothing to the visit that stands there."""
    for button in screen.query(KeyButton):
        event = button.key.event
        if isinstance(event, Begin | CancelCall | NextLink | OpenAccess | PhraseRead | Scan | Wish):
            continue  # the app's own, and the device host's
        if advance(visit, event, kit.content) == visit:
            yield f"key {button.key.digit} does nothing"


async def faults_of(
    kit: Kit,
    visits: Iterable[Visit],
    size: tuple[int, int],
    different: dict[object, Visit] | None = None,
) -> list[str]:
    """What is wrong with these screens at this size, one line each.

    `different` takes one of all visits that look the same, and has the colours looked at.
    """
    built = kit.settings.screen
    faults: list[str] = []
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=size) as pilot:
        for visit in visits:
            screen = await show(pilot, visit)
            at = f"{visit.language} {visit.situation} {visit.spot.kind} {visit.spot.id}"
            hidden = screen.query_one("#words").max_scroll_y
            if hidden:
                faults.append(f"{at}: {hidden} rows do not fit")
            faults += [f"{at}: {fault}" for fault in key_faults(screen, size, built)]
            faults += [f"{at}: {fault}" for fault in dead_keys(kit, visit, screen)]
            faults += [f"{at}: {fault}" for fault in hearing_faults(screen, screen.language)]
            if different is not None:
                different.setdefault(looks(screen), visit)
                faults += [f"{at}: {it}" for it in contrast_faults(screen, Theme.LIGHT)]
            phases = (
                str(screen.query_one(".phases", Words).render()) if screen.query(".phases") else ""
            )
            if phases and phases not in text_of(app):
                faults.append(f"{at}: the phases do not fit: {phases}")
            if kit.languages[visit.language].say(NEVER_ASKS)[:20] not in text_of(app):
                faults.append(f"{at}: does not say that the machine never asks for codes")
    return faults


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_fits_the_smallest_terminal(kit: Kit, language: str) -> None:
    """At 80x24 no word of any screen is cut off; all can be read in every theme, and is spoken.

    A screen that is made of the same kinds of widgets as one before has the same colours: in dark
    and in high contrast one of each such group is looked at, in the language that is first.
    """
    different: dict[object, Visit] = {}
    visits = all_visits(kit.content, language)
    assert await faults_of(kit, visits, (80, 24), different) == []
    for theme in (Theme.DARK, Theme.CONTRAST) if language == "da" else ():
        assert await unreadable(kit, different.values(), theme) == []


async def unreadable(kit: Kit, visits: Iterable[Visit], theme: Theme) -> list[str]:
    """What can hardly be read on these screens in these colours."""
    faults: list[str] = []
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = name_of(theme)
        for visit in visits:
            screen = await show(pilot, visit)
            faults += [f"{theme} {visit.spot}: {it}" for it in contrast_faults(screen, theme)]
    return faults


@pytest.mark.grid
@pytest.mark.parametrize(
    "size", [(80, 24), (100, 28), (120, 34), (120, 40), (200, 60), (480, 135)], ids=str
)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_kind_of_screen_fits(kit: Kit, language: str, size: tuple[int, int]) -> None:
    """The same holds for one of each kind of screen, on larger terminals, too."""
    assert await faults_of(kit, one_of_each(kit.content, language), size) == []


@pytest.mark.slow
async def test_keys_are_large_enough_on_a_smaller_screen(kit: Kit) -> None:
    """At 21.5 inches, too, a finger has its 20 mm on every kind of screen."""
    smaller = msgspec.structs.replace(kit.settings.screen, width_mm=476, height_mm=268)
    there = replace(kit, settings=msgspec.structs.replace(kit.settings, screen=smaller))
    assert await faults_of(there, one_of_each(kit.content, "da"), (80, 24)) == []


@pytest.mark.parametrize(
    ("grid", "least"),
    [
        ((80, 24), (4, 2)),
        ((100, 28), (4, 2)),
        ((120, 34), (5, 3)),
        ((120, 40), (5, 3)),
        ((200, 60), (8, 5)),
        ((480, 135), (19, 10)),
    ],
)
def test_a_finger_in_cells(grid: tuple[int, int], least: tuple[int, int]) -> None:
    """20 mm of a screen that is 531 by 299 mm, rounded up to whole cells."""
    assert target(BUILT, Size(*grid)) == least


def test_a_finger_in_cells_of_other_screens() -> None:
    """Exactly 20 mm are enough; a screen that feels no finger needs no more than a cell."""
    assert target(settings.Screen(width_mm=400, height_mm=240), Size(80, 24)) == (4, 2)
    assert target(settings.Screen(width_mm=476, height_mm=268), Size(80, 24)) == (4, 2)
    assert target(settings.Screen(height_mm=239), Size(80, 24)).rows == 3
    assert target(settings.Screen(touch=False), Size(200, 60)) == (1, 1)


async def test_the_same_keys_are_in_the_same_places(kit: Kit) -> None:
    """Wherever one of the keys of head and foot is, it is in the same columns and rows."""
    app = ReactivationApp(kit, [])
    places: dict[str, set[Region]] = {}
    async with app.run_test(size=(80, 24)) as pilot:
        for visit in one_of_each(kit.content, "da"):
            if visit.spot.kind is Kind.LINKS:
                continue  # a QR code leaves no room for a head and a foot
            screen = await show(pilot, visit)
            for button in screen.query(".-head, .-foot").results(KeyButton):
                places.setdefault(button.key.digit, set()).add(button.region)
    for digit in "12058*#":
        assert len(places[digit]) == 1, f"key {digit}: {places[digit]}"


@pytest.mark.slow
async def test_the_focus_goes_round_all_keys_and_is_trapped_nowhere(kit: Kit) -> None:
    """On every kind of screen (EN 301 549, 5.1.6.2)."""
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        for visit in one_of_each(kit.content, "en"):
            screen = await show(pilot, visit)
            screen.set_focus(None)
            keys = {button.key.digit for button in screen.query(KeyButton)}
            passed: list[str] = []
            for _ in range(len(keys) + 1):
                await pilot.press("tab")
                assert isinstance(screen.focused, KeyButton)
                passed.append(screen.focused.key.digit)
            assert set(passed) == keys, visit.spot
            assert passed[-1] == passed[0]


async def test_keys_stand_apart_where_there_is_room(kit: Kit) -> None:
    """A row lies between answers; only where it is needed for words it does not."""
    app = ReactivationApp(kit, [])
    question = Visit("da", Spot(Kind.QUESTION, "stop-check"))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await show(pilot, question)
        one, other, *_ = screen.query(".-answer").results(KeyButton)
        assert other.region.y == one.region.bottom + 1
        screen.query_one("#words").mount(*(Words(f"{number}") for number in range(12)), before=0)
        await pilot.pause()
        assert other.region.y == one.region.bottom


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
