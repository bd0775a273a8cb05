"""The app on the phone in another language than the kiosk: told by a key, and shown from then."""

from textual.pilot import Pilot

from kiosk.visit import Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.frame import FrameScreen
from screens.kit import Kit
from screens.widgets.key_cap import KeyCaps
from tests.screens.test_layout import show, text_of

STEP = Spot(Kind.STEP, "get-started")
SMALL = (80, 24)


async def press(pilot: Pilot[int], digit: str) -> str:
    """What stands on the screen after a digit was pressed."""
    app = pilot.app
    assert isinstance(app, ReactivationApp)
    before = app.screen
    await pilot.press(digit)
    for _ in range(500):
        await pilot.pause()
        if app.screen is not before and app.screen.is_mounted and app.screen.query("KeyButton"):
            await pilot.pause()
            return text_of(app)
    raise AssertionError(f"{digit} changed nothing")


def words_of(digit: str, app: ReactivationApp) -> str:
    assert isinstance(app.screen, FrameScreen)
    key = app.screen.key_for(digit)
    assert key is not None
    return key.words


async def test_before_the_guide_one_key_says_in_which_language_the_app_is(kit: Kit) -> None:
    app = ReactivationApp(kit, [])
    async with app.run_test(size=SMALL) as pilot:
        await show(pilot, Visit("en", Spot(Kind.NEEDS), situation="app"))
        assert words_of("4", app) == "App on the phone: English. Press for Danish."
        await press(pilot, "4")
        assert words_of("4", app) == "App on the phone: Danish. Press for English."
        assert app.visit is not None
        assert app.visit.phone_language == "da"
        app.visit = Visit("en", STEP, situation="app", phone_language="da")
        await show(pilot, app.visit)
        text = text_of(app)
        assert "Kom i gang" in text
        said = app.screen.query_one(KeyCaps).utterances(kit.languages["en"])
        assert (said[0].text, said[0].language) == ("Kom i gang", "da")


async def test_where_the_words_do_not_match_a_key_shows_the_others_at_the_same_step(
    kit: Kit,
) -> None:
    app = ReactivationApp(kit, [])
    async with app.run_test(size=SMALL) as pilot:
        trouble = Spot(Kind.TROUBLE, STEP.id)
        await show(pilot, Visit("en", trouble, (STEP,), situation="app", tries={STEP.id: 1}))
        assert "Is the app on the phone in Danish?" in text_of(app)
        text = await press(pilot, "4")
        assert app.visit is not None
        assert app.visit.spot == STEP
        assert "Kom i gang" in text
        assert "Get started" not in text


async def test_the_phones_language_follows_the_kiosks_until_it_is_told(kit: Kit) -> None:
    app = ReactivationApp(kit, [])
    async with app.run_test(size=SMALL) as pilot:
        await show(pilot, Visit("en", STEP, situation="app"))
        assert "Kom i gang" in await press(pilot, "8")
        app._pressed = ("", 0.0)  # as if some time had gone by
        await show(pilot, Visit("en", STEP, situation="app", phone_language="en"))
        text = await press(pilot, "8")
        assert app.visit is not None
        assert app.visit.language == "da"
        assert "Get started" in text


async def test_a_step_without_words_on_the_phone_does_not_ask_for_their_language(
    kit: Kit,
) -> None:
    app = ReactivationApp(kit, [])
    step = next(s for s in kit.content.situations["app"].numbered if not s.labels and
                not s.app_screen and not s.branches)  # fmt: skip
    async with app.run_test(size=SMALL) as pilot:
        here = Spot(Kind.TROUBLE, step.id)
        screen = await show(
            pilot, Visit("en", here, (Spot(Kind.STEP, step.id),), situation="app",
                         tries={step.id: 1})
        )  # fmt: skip
        assert screen.key_for("4") is None
