"""Help at the kiosk: staff can be called from every screen; what comes of it is seen and heard."""

import pytest
from textual.pilot import Pilot

from kiosk.fleet.helping import Call, Helped
from kiosk.visit import Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.frame import CALLED, NEVER_ASKS, FrameScreen
from screens.kit import Kit
from screens.phrase import PhraseScreen
from screens.reading_aloud import script_of
from tests.screens.spots import one_of_each
from tests.screens.test_layout import key_faults, show, text_of

SMALL = (80, 24)
HERE = Spot(Kind.STEP, "scan-code")
STEP = Visit("en", HERE, situation="app")
OPEN = Helped(True, Call.OPEN)
TAKEN = Helped(True, Call.TAKEN, "anna")


def words_of(screen: FrameScreen) -> str:
    """All that this screen says aloud."""
    script = script_of(screen, screen.language)
    return " ".join(said.text for said in (*script.first, *script.rest))


@pytest.mark.slow
async def test_staff_can_be_called_from_every_kind_of_screen(kit: Kit) -> None:
    """`#` stands on every screen but the one that says whom to ask, and leads there."""
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=SMALL) as pilot:
        kinds = set()
        visits = [
            *one_of_each(kit.content, "en"),
            Visit("en", Spot(Kind.SELF_TEST), (Spot(Kind.STAFF),)),
        ]
        for visit in visits:
            screen = await show(pilot, visit)
            kinds.add(visit.spot.kind)
            offered = any(key.digit == "#" for key in screen.foot_keys)
            assert offered is (visit.spot.kind is not Kind.STAFF), visit.spot
            app._pressed = ("", 0.0)
            await pilot.press("#")
            assert app.visit is not None
            assert app.visit.spot == Spot(Kind.STAFF), visit.spot
        assert kinds == set(Kind) - {Kind.OVER}


async def test_whoever_has_no_visit_yet_begins_one_on_the_staff_screen(kit: Kit) -> None:
    """At the first screen, and on the screen for sound and text in the language chosen there."""
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    called: list[str] = []
    async with app.run_test(size=SMALL) as pilot:
        app.on_call = lambda: called.append(app.visit.language if app.visit else "")
        await pilot.press("#")
        assert app.visit is not None
        assert app.visit.spot == Spot(Kind.STAFF)
        assert app.visit.trail == (Spot(Kind.QUESTION, kit.content.first_question),)
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=SMALL) as pilot:
        app.on_call = lambda: called.append(app.visit.language if app.visit else "")
        await pilot.press("5", "8")
        await pilot.pause()
        await pilot.press("#")
        assert app.visit is not None
        assert app.visit.spot == Spot(Kind.STAFF)
    assert called == ["da", "en"]


@pytest.mark.grid
@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("helped", [OPEN, TAKEN], ids=["called", "taken"])
async def test_the_banner_fits_on_every_kind_of_screen(
    kit: Kit, helped: Helped, language: str
) -> None:
    """It says what has become of the call, is spoken, and hides neither words nor keys."""
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=SMALL) as pilot:
        app.helped = helped
        told = kit.languages[language]
        line = "anna" if helped.by else told.say(CALLED)
        for visit in one_of_each(kit.content, language):
            screen = await show(pilot, visit)
            text = text_of(app)
            assert line in text, visit.spot
            assert line in words_of(screen)
            assert told.say(NEVER_ASKS)[:20] in text
            assert screen.query_one("#words").max_scroll_y == 0, visit.spot
            assert list(key_faults(screen, SMALL)) == [], visit.spot


async def test_the_banner_follows_the_call(kit: Kit) -> None:
    """Without a new screen: what is going on there goes on."""
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=SMALL) as pilot:
        screen = await show(pilot, STEP)
        for helped, line in ((OPEN, "Staff has been called."), (TAKEN, "anna helps you.")):
            app.show_helped(helped)
            await pilot.pause()
            assert app.screen is screen
            assert line in text_of(app)
        app.show_helped(Helped(True))
        await pilot.pause()
        assert app.screen is screen
        assert "helps you" not in text_of(app)


async def staff_screen(pilot: Pilot[int], helped: Helped) -> str:
    app = pilot.app
    assert isinstance(app, ReactivationApp)
    app.show_helped(helped)
    await pilot.pause()
    await pilot.pause()
    assert app.visit is not None
    assert app.visit.spot.kind is Kind.STAFF
    return text_of(app)


async def test_the_staff_screen_says_who_comes_and_a_key_cancels(kit: Kit) -> None:
    """Alone it says whom to ask; with somebody at a console it calls, until that is cancelled."""
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    pressed: list[str] = []
    app.on_call = lambda: pressed.append("call")
    app.on_cancel = lambda: pressed.append("cancel")
    async with app.run_test(size=SMALL) as pilot:
        await show(pilot, Visit("en", Spot(Kind.STAFF), (HERE,), situation="app"))
        assert "Ask the staff at the desk" in text_of(app)
        assert "Call staff" not in text_of(app)
        assert "Call staff" in await staff_screen(pilot, Helped(True))
        await pilot.press("#")
        text = await staff_screen(pilot, OPEN)
        assert "You can wait here, or go on." in text
        assert "Call staff" not in text
        assert "anna helps you from the desk." in await staff_screen(pilot, TAKEN)
        await pilot.press("4")
        assert "Ask the staff at the desk" in await staff_screen(pilot, Helped(True))
        assert pressed == ["call", "cancel"]


@pytest.mark.parametrize("key", ["1", "enter", "0", "#", "9"])
async def test_a_phrase_stays_until_a_key_is_pressed(kit: Kit, key: str) -> None:
    """It has the screen for itself, in the language of the visit, and is read aloud."""
    read: list[str] = []
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    app.on_phrase_read = lambda: read.append("read")
    async with app.run_test(size=SMALL) as pilot:
        await show(pilot, STEP)
        app.show_helped(Helped(True, Call.TAKEN, "anna", "coming"))
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, PhraseScreen)
        assert "Somebody is coming to you." in text_of(app)
        assert "Somebody is coming to you." in words_of(screen)
        assert NEVER_ASKS in text_of(app)
        assert list(key_faults(screen, SMALL)) == []
        await pilot.press(key)
        await pilot.pause()
        assert not isinstance(app.screen, PhraseScreen)
        assert read == ["read"]
        assert app.helped == TAKEN
        assert len(app.screen_stack) == 2
        assert app.visit is not None
        assert app.visit.spot == {"#": Spot(Kind.STAFF), "9": Spot(Kind.RESTART)}.get(key, HERE)


async def test_a_phrase_takes_the_place_of_the_warning_that_nobody_is_there(kit: Kit) -> None:
    """Who is helped is not alone: the warning goes, and comes back later if nobody presses."""
    now = [0.0]
    app = ReactivationApp(kit, [], clock=lambda: now[0])
    async with app.run_test(size=SMALL) as pilot:
        await show(pilot, STEP)
        now[0] += kit.settings.idle.on_phone_seconds + 1
        app._check_idle()
        await pilot.pause()
        assert len(app.screen_stack) == 3
        app.show_helped(Helped(True, Call.TAKEN, "anna", "coming"))
        await pilot.pause()
        assert isinstance(app.screen, PhraseScreen)
        assert len(app.screen_stack) == 2
        app._check_idle()
        assert len(app.screen_stack) == 2


async def test_every_phrase_fits_and_help_ends_with_the_visit(kit: Kit) -> None:
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=SMALL) as pilot:
        for phrase in kit.phrases:
            app.helped = Helped(True, Call.TAKEN, "anna", phrase)
            screen = await show(pilot, STEP)
            assert screen.query_one("#words").max_scroll_y == 0
        app.end_visit()
        assert app.helped == Helped(True)
