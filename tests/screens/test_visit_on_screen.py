"""A visit on the screen: keys, fingers, the clock, and what is left when it ends."""

import asyncio
import gc
import weakref
from dataclasses import replace

import msgspec
from textual.pilot import Pilot

from kiosk.visit import Kind, Spot
from screens.app import ReactivationApp
from screens.attract import AttractScreen
from screens.frame import FrameScreen
from screens.idle import IdleWarning
from screens.kit import Kit
from screens.step import StepScreen
from screens.widgets.key_button import KeyButton
from screens.wiped import WipedScreen
from tests.processes import LONG
from tests.screens.test_layout import text_of


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make(kit: Kit, clock: Clock) -> ReactivationApp:
    """A kiosk without devices, whose clock the test turns, and on which keys may follow closely."""
    quick = msgspec.structs.replace(kit.settings.input, debounce_seconds=0)
    settings = msgspec.structs.replace(kit.settings, input=quick)
    return ReactivationApp(replace(kit, settings=settings), [], clock=clock)


async def press(pilot: Pilot[int], clock: Clock, keys: str) -> None:
    """Presses one key after the other, each a second later."""
    for key in keys:
        clock.now += 1
        await pilot.press("number_sign" if key == "#" else key)
        await pilot.pause()


async def to_first_step(pilot: Pilot[int], clock: Clock) -> None:
    """In English, own phone with the app, to step 1."""
    await press(pilot, clock, "211111")
    app = pilot.app
    assert isinstance(app, ReactivationApp)
    assert app.visit is not None
    assert app.visit.spot.kind is Kind.STEP


async def test_a_visit_begins_with_the_choice_of_language(kit: Kit) -> None:
    """1 is Danish, 2 is English; other digits do nothing yet."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "7")
        assert app.visit is None
        await press(pilot, clock, "1")
        assert app.visit is not None
        assert app.visit.language == "da"
        assert "Tilbage" in text_of(app)


async def test_the_language_can_be_changed_on_every_screen(kit: Kit) -> None:
    """The place is kept."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_first_step(pilot, clock)
        assert "Step 1 of 17" in text_of(app)
        await press(pilot, clock, "8")
        assert "Trin 1 af 17" in text_of(app)


async def test_a_held_key_or_a_double_strike_counts_once(kit: Kit) -> None:
    """Within 0.3 s of its last strike the same key does not count, however often; another does."""
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        assert app.visit is not None
        struck = 1e9
        for _ in range(8):
            strike(app, "1", struck)
            await pilot.pause()
            struck += 0.1
        assert len(app.visit.trail) == 1
        strike(app, "0", struck)
        assert len(app.visit.trail) == 0
        strike(app, "1", struck + 0.31)
        assert len(app.visit.trail) == 1


def strike(app: ReactivationApp, digit: str, at: float) -> None:
    """Presses a key at a time of the monotonic clock."""
    assert isinstance(app.screen, FrameScreen)
    key = app.screen.key_for(digit)
    assert key is not None
    app.press(key, at)


async def test_a_finger_presses_what_it_touches(kit: Kit) -> None:
    """A click on a key is the same as its digit."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_first_step(pilot, clock)
        clock.now += 1
        done = next(b for b in app.screen.query(KeyButton) if b.key.digit == "1")
        await pilot.click(done)
        await pilot.pause()
        assert "Step 2 of 17" in text_of(app)


async def test_tab_and_enter_press_what_has_the_focus(kit: Kit) -> None:
    """Somebody with a keyboard or a switch gets along without digits."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_first_step(pilot, clock)
        clock.now += 1
        await pilot.press("enter")
        await pilot.pause()
        assert "Step 2 of 17" in text_of(app)
        for _ in range(10):
            await pilot.press("tab")
            focused = app.screen.focused
            assert isinstance(focused, KeyButton)
            if focused.key.digit == "0":
                break
        clock.now += 1
        await pilot.press("enter")
        await pilot.pause()
        assert "Step 1 of 17" in text_of(app)


async def test_enter_alone_answers_no_question(kit: Kit) -> None:
    """The stop-check against fraud, and every question, is answered on purpose or not at all."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "2")
        assert app.screen.focused is None
        await pilot.press("enter")
        await pilot.pause()
        assert app.visit is not None
        assert app.visit.spot.id == kit.content.first_question


async def test_idle_is_warned_of_and_one_key_stays_without_end(kit: Kit) -> None:
    """The warning comes, any key takes it away without acting, and so on for ever."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "2")
        patience = kit.settings.idle.seconds
        for _ in range(12):
            clock.now += patience + 1
            app._check_idle()
            await pilot.pause()
            assert isinstance(app.screen, IdleWarning)
            await press(pilot, clock, "1")
            assert not isinstance(app.screen, IdleWarning)
            assert app.visit is not None
            assert app.visit.spot.id == kit.content.first_question


async def test_working_on_the_phone_has_more_time(kit: Kit) -> None:
    """At a step the warning comes later than at a question."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_first_step(pilot, clock)
        clock.now += kit.settings.idle.seconds + 1
        app._check_idle()
        await pilot.pause()
        assert isinstance(app.screen, StepScreen)
        clock.now += kit.settings.idle.on_phone_seconds
        app._check_idle()
        await pilot.pause()
        assert isinstance(app.screen, IdleWarning)


async def test_without_an_answer_the_visit_is_wiped_visibly(kit: Kit) -> None:
    """After the warning the visit is erased, the screen says so, and nothing of it is left."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_first_step(pilot, clock)
        left = weakref.ref(app.screen)
        seen = weakref.ref(app.screen.query_one(".instruction"))
        clock.now += kit.settings.idle.on_phone_seconds + 1
        app._check_idle()
        await pilot.pause()
        clock.now += kit.settings.idle.warning_seconds + 1
        app._check_idle()
        await pilot.pause()
        assert app.visit is None
        assert isinstance(app.screen, WipedScreen)
        assert "erased" in text_of(app)
        await pilot.pause(4)
        assert isinstance(app.screen, AttractScreen)
        async with asyncio.timeout(LONG):
            # Textual lets go of a screen in its own time.
            while left() is not None or seen() is not None:
                await pilot.pause(0.05)
                gc.collect()


async def test_starting_over_is_asked_and_wipes(kit: Kit) -> None:
    """9 asks; No keeps the place; Yes erases the visit."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_first_step(pilot, clock)
        await press(pilot, clock, "9")
        assert "Do you want to start over?" in text_of(app)
        await press(pilot, clock, "2")
        assert "Step 1 of 17" in text_of(app)
        await press(pilot, clock, "91")
        assert app.visit is None


async def test_the_sms_countdown_runs_on_when_one_goes_back(kit: Kit) -> None:
    """Two minutes are two minutes, whatever is looked at meanwhile; then it says what to do."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "2")
        situation = kit.content.situations["new-app"]
        step = next(step for step in situation.numbered if step.timer)
        assert step.timer is not None
        assert app.visit is not None
        app.visit = msgspec.structs.replace(
            app.visit, situation="new-app", spot=Spot(Kind.STEP, step.id)
        )
        app._show()
        await pilot.pause()
        assert "2:00" in text_of(app)
        clock.now += 30
        await press(pilot, clock, "#1")
        assert "1:28" in text_of(app)
        clock.now += 120
        await press(pilot, clock, "#1")
        assert step.timer.after[:30] in text_of(app)


async def test_textuals_own_ways_out_are_shut(kit: Kit) -> None:
    """No quitting, no palette, no screenshot, no copying, no action from markup."""
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "2")
        for key in ("ctrl+q", "ctrl+c", "ctrl+p", "ctrl+z", "ctrl+d", "escape", "f1"):
            await pilot.press(key)
        await pilot.pause()
        assert app.is_running
        assert app.visit is not None
        assert len(app.screen_stack) == 2
        for action in ("quit", "screenshot", "command_palette", "suspend_process", "toggle_dark"):
            assert not app.check_action(action, ())
        app.copy_to_clipboard("secret")
        assert app.clipboard == ""
