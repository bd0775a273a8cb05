"""The menu for staff on the screen: opened by a PIN, by digits alone or by touch."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from hardware.resources import Resource
from hardware.verdicts import Role
from kiosk.access import Theme
from kiosk.fleet import audit
from kiosk.fleet.reports import OutOfOrder
from kiosk.places import Folders
from kiosk.staff import out_of_order, pin, record
from kiosk.visit import Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.attract import AttractScreen
from screens.frame import FrameScreen
from screens.kit import Kit, load_kit
from screens.self_testing import Stage
from screens.staff import StaffScreen
from screens.staff_menu import pin_pad
from screens.staff_menu.devices import DevicesScreen
from screens.staff_menu.gesture import TouchedThrice
from screens.staff_menu.menu import MenuScreen
from screens.staff_menu.mode import PIN_PATIENCE
from screens.staff_menu.out_of_order import OutOfOrderScreen
from screens.staff_menu.pin_pad import NoPinScreen, PinPadScreen
from screens.staff_menu.wishes import Page, Where
from screens.step import StepScreen
from screens.themes import name_of
from screens.widgets.key_button import KeyButton
from tests.processes import LONG
from tests.screens.audit import contrast_faults
from tests.screens.hearing import hearing_faults
from tests.screens.spots import SEEN
from tests.screens.test_layout import key_faults, laid_out, show, text_of
from tests.screens.test_self_test_screen import WORST, keep
from tests.screens.test_speech_on_screen import SPEAKING, Recorder
from tests.screens.test_visit_on_screen import Clock, press, to_first_step

RIGHT, WRONG = "482913", "482914"
SMALL = (80, 24)
ALL_ROLES = [Resource(role, "none", "none") for role in Role]


@pytest.fixture(scope="session")
def kept() -> str:
    """The hash of the right PIN."""
    return pin.hashed(RIGHT)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kiosk on which nobody has typed a wrong PIN yet."""
    for name in ("STATE_DIRECTORY", "KIOSK_RUNTIME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path / "STATE_DIRECTORY"


def make(kit: Kit, clock: Clock, kept: str = "", devices: list[Resource] = []) -> ReactivationApp:  # noqa: B006
    """A kiosk with this PIN, on which keys may follow closely."""
    settings = msgspec.structs.replace(
        kit.settings,
        input=msgspec.structs.replace(kit.settings.input, debounce_seconds=0),
        staff=msgspec.structs.replace(kit.settings.staff, pin=kept),
    )
    return ReactivationApp(replace(kit, settings=settings), devices, clock=clock)


async def until(pilot: Pilot[int], condition: Callable[[], bool], what: str) -> None:
    """Waits for a condition while the app goes on."""
    try:
        async with asyncio.timeout(LONG):
            while not condition():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {LONG} s\n{text_of(app_of(pilot))}") from None
    await pilot.pause()


def app_of(pilot: Pilot[int]) -> ReactivationApp:
    """The app under test."""
    assert isinstance(pilot.app, ReactivationApp)
    return pilot.app


async def shown(pilot: Pilot[int], kind: type[FrameScreen]) -> None:
    """Waits for a screen of this kind."""
    app = app_of(pilot)
    there = lambda: isinstance(app.screen, kind) and laid_out(app.screen)  # noqa: E731
    await until(pilot, there, kind.__name__)


async def open_menu(pilot: Pilot[int], clock: Clock) -> None:
    """From a step of a visit to the menu, by digits alone."""
    await to_first_step(pilot, clock)
    await press(pilot, clock, "#7")
    await shown(pilot, PinPadScreen)
    await press(pilot, clock, RIGHT + "#")
    await shown(pilot, MenuScreen)


HERE = Spot(Kind.STEP, "scan-chip")
LONGEST = Visit(
    "en", Spot(Kind.STAFF), (HERE,), situation="app", learned=SEEN,
    tries={"scan-code": 3, "tap-scan-chip": 1, "scan-chip": 3, "scan-face": 2},
)  # fmt: skip
SIZES = [
    *(("en", size) for size in (SMALL, (100, 28), (120, 40))),
    ("da", SMALL), ("da", (120, 40)), ("de", SMALL), ("uk", SMALL),
]  # fmt: skip


@pytest.mark.grid
@pytest.mark.parametrize(("language", "size"), SIZES, ids=str)
async def test_every_page_fits_and_is_spoken(
    language: str, size: tuple[int, int], kept: str
) -> None:
    """Every part of the lists of every situation, too; in every theme it can be read."""
    kit = load_kit(Folders(), first=language)
    keep(WORST)
    app = make(kit, Clock(), kept, ALL_ROLES)
    faults: list[str] = []
    pages = [Where(page, situation="app") for page in Page]
    pages += [
        Where(page, number, situation)
        for page in (Page.STEPS, Page.OVERVIEW)
        for situation in kit.content.situations
        for number in range(6)
    ]
    async with app.run_test(size=size) as pilot:
        for where in pages:
            app.staff_menu.where = where
            visit = msgspec.structs.replace(
                LONGEST, language=language, situation=where.situation or "app"
            )
            if where.page is Page.STEPS and not number_exists(kit, where, 5):
                continue
            screen = await show(pilot, visit)
            name = f"{where.page.name} {where.situation} {where.number}"
            if hidden := screen.query_one("#words").max_scroll_y:
                faults.append(f"{name}: {hidden} rows do not fit")
            faults += [f"{name}: {it}" for it in key_faults(screen, size, kit.settings.screen)]
            faults += [f"{name}: {it}" for it in hearing_faults(screen, screen.language)]
            for theme in Theme if (language, size) == ("en", SMALL) and not where.number else ():
                app.theme = name_of(theme)
                await pilot.pause()
                faults += [f"{name}: {it}" for it in contrast_faults(screen, theme)]
    assert faults == []


def number_exists(kit: Kit, where: Where, size: int) -> bool:
    """Whether the list of this situation has such a part."""
    assert where.situation is not None
    return (where.number or 0) * size < len(kit.content.situations[where.situation].numbered)


async def test_without_a_pin_the_menu_stays_closed(kit: Kit) -> None:
    clock = Clock()
    app = make(kit, clock)
    async with app.run_test(size=SMALL) as pilot:
        await to_first_step(pilot, clock)
        before = app.visit
        await press(pilot, clock, "#7")
        await shown(pilot, NoPinScreen)
        assert pin_pad.COMMAND in text_of(app)
        await press(pilot, clock, "0")
        await shown(pilot, StaffScreen)
        await press(pilot, clock, "1")
        assert app.visit == before, "nothing of it is in the visit"


async def test_the_right_pin_opens_it_by_digits_alone(kit: Kit, kept: str) -> None:
    """The pad shows dots; the digits are on no screen and in no visit."""
    clock = Clock()
    app = make(kit, clock, kept)
    async with app.run_test(size=SMALL) as pilot:
        await to_first_step(pilot, clock)
        await press(pilot, clock, "#7")
        await shown(pilot, PinPadScreen)
        before = app.visit
        await press(pilot, clock, RIGHT)
        assert "●●●●●●" in text_of(app)
        assert RIGHT not in text_of(app).replace(" ", "")
        await press(pilot, clock, "*")
        assert "●●●●●●" not in text_of(app)
        await press(pilot, clock, RIGHT[-1] + "#")
        await shown(pilot, MenuScreen)
        assert app.staff_menu.typed == ""
        await press(pilot, clock, "0")
        await shown(pilot, StaffScreen)
        assert app.visit == before
        await press(pilot, clock, "7")
        await shown(pilot, PinPadScreen)  # it is asked for each time


async def test_three_touches_open_the_pad_and_a_finger_types(kit: Kit, kept: str) -> None:
    """By touch alone; the erase key leaves a pad on which nothing is typed."""
    clock = Clock()
    app = make(kit, clock, kept)
    async with app.run_test(size=SMALL) as pilot:
        await to_first_step(pilot, clock)
        await press(pilot, clock, "#")
        await shown(pilot, StaffScreen)
        await pilot.click(TouchedThrice)
        await pilot.click(TouchedThrice)
        await pilot.pause()
        assert isinstance(app.screen, StaffScreen), "two are not enough"
        await pilot.click(TouchedThrice)
        await shown(pilot, PinPadScreen)
        for digit in RIGHT + "#":
            key = next(b for b in app.screen.query(KeyButton) if b.key.digit == digit)
            await pilot.click(key)
            await pilot.pause()
        await shown(pilot, MenuScreen)
        await press(pilot, clock, "0")
        await shown(pilot, StaffScreen)
        await press(pilot, clock, "7")
        await shown(pilot, PinPadScreen)
        await press(pilot, clock, "*")
        await shown(pilot, StaffScreen)


@pytest.mark.slow
async def test_wrong_pins_must_wait_and_a_new_app_knows_it(kit: Kit, kept: str) -> None:
    clock = Clock()
    app = make(kit, clock, kept)
    async with app.run_test(size=SMALL) as pilot:
        await to_first_step(pilot, clock)
        await press(pilot, clock, "#7")
        await shown(pilot, PinPadScreen)
        for number in range(3):
            assert app.staff_menu.wait == 0
            await press(pilot, clock, WRONG + "#")
            await until(pilot, lambda: not app.staff_menu.looking, f"try {number}")
        assert 25 < app.staff_menu.wait <= 30
        assert "Too many wrong ones. Wait" in " ".join(text_of(app).split())
        await press(pilot, clock, RIGHT + "#")
        assert app.staff_menu.typed == ""
        assert isinstance(app.screen, PinPadScreen)
    again = make(kit, clock, kept)
    assert 20 < again.staff_menu.wait <= 30


async def test_what_is_typed_is_told_as_a_number_of_digits(kit: Kit, kept: str) -> None:
    """Whoever hears it does not hear the PIN."""
    clock = Clock()
    app = make(kit, clock, kept)
    recorder = Recorder()
    app.loudspeaker._speaker._voice = recorder
    async with app.run_test(size=SMALL) as pilot:
        await to_first_step(pilot, clock)
        await press(pilot, clock, "#7")
        await shown(pilot, PinPadScreen)
        app.access = SPEAKING
        await press(pilot, clock, "4829")
        await until(pilot, lambda: "Digits typed: 4" in recorder.texts, "the number is told")
        assert not {"4", "8", "2", "9", "4829"} & set(recorder.texts)


async def test_it_closes_by_itself_and_nobody_is_wiped_meanwhile(kit: Kit, kept: str) -> None:
    clock = Clock()
    app = make(kit, clock, kept)
    async with app.run_test(size=SMALL) as pilot:
        await open_menu(pilot, clock)
        clock.now += kit.settings.staff.minutes * 60 - 1
        app._check_idle()
        await pilot.pause()
        assert isinstance(app.screen, MenuScreen)
        clock.now += 2
        app._check_idle()
        assert app.staff_menu.where is None
        app.last_input = clock.now  # else it is asked at once whether somebody is still there
        await shown(pilot, StaffScreen)
        await press(pilot, clock, "7")
        await shown(pilot, PinPadScreen)
        clock.now += PIN_PATIENCE + 1
        app._check_idle()
        assert app.staff_menu.where is None


@pytest.mark.slow
async def test_the_visit_goes_on_at_any_step(kit: Kit, kept: str) -> None:
    """By number, and in another situation, too."""
    clock = Clock()
    app = make(kit, clock, kept)
    async with app.run_test(size=SMALL) as pilot:
        await open_menu(pilot, clock)
        await press(pilot, clock, "2")
        assert "1: Open the MitID app on the phone." in text_of(app)
        await press(pilot, clock, "443")  # steps 11 to 15
        await shown(pilot, StepScreen)
        assert "Step 13 of 17" in text_of(app)
        assert app.staff_menu.where is None
        await press(pilot, clock, "#7")
        await shown(pilot, PinPadScreen)
        await press(pilot, clock, RIGHT + "#")
        await shown(pilot, MenuScreen)
        await press(pilot, clock, "274")  # the steps, another situation, the fourth
        await press(pilot, clock, "2")
        await shown(pilot, StepScreen)
        assert app.visit is not None
        assert (app.visit.situation, app.visit.spot.id) == ("new-app", "open-app")
        assert "Step 2 of 30" in text_of(app)


async def test_who_helps_sees_all_steps_what_was_tried_and_the_desk(kit: Kit, kept: str) -> None:
    app = make(kit, Clock(), kept)
    async with app.run_test(size=SMALL) as pilot:
        app.staff_menu.where = Where(Page.OVERVIEW)
        await show(pilot, LONGEST)
        assert "► now: 11: Lay the top half of the phone" in text_of(app)
        clock = Clock()
        await press(pilot, clock, "2")
        text = " ".join(text_of(app).split())
        assert "Step 11 did not work. Tries: 3." in text
        assert "Chip, read here: answers" in text
        await press(pilot, clock, "2")
        text = " ".join(text_of(app).split())
        for fact in ("18 or older", "more than 30 days", "3 times in 120 days", "health card"):
            assert fact in text


@pytest.mark.slow
async def test_a_visit_is_ended_only_when_staff_is_sure(kit: Kit, kept: str) -> None:
    clock = Clock()
    app = make(kit, clock, kept)
    async with app.run_test(size=SMALL) as pilot:
        await open_menu(pilot, clock)
        await press(pilot, clock, "7")
        assert "Do you want to end this visit?" in text_of(app)
        await press(pilot, clock, "2")
        assert app.visit is not None
        await press(pilot, clock, "71")
        assert app.visit is None
        assert app.staff_menu.where is None
        await shown(pilot, AttractScreen)


@pytest.mark.slow
async def test_out_of_order_stays_so_over_restarts_until_staff_says_otherwise(
    kit: Kit, kept: str, state: Path
) -> None:
    clock = Clock()
    app = make(kit, clock, kept)
    async with app.run_test(size=SMALL) as pilot:
        await open_menu(pilot, clock)
        await press(pilot, clock, "63")
        assert app.visit is None
        await shown(pilot, OutOfOrderScreen)
        deeds = ["staff-menu-opened", "out-of-order-cleaning"]
        kept_rows = lambda: [row.deed for row in audit.rows(state / record.NAME)]  # noqa: E731
        await until(pilot, lambda: kept_rows() == deeds, "the record of what staff did")
    assert audit.verify(state / record.NAME) is None
    assert out_of_order.load() is OutOfOrder.CLEANING
    again = make(kit, clock, kept)
    async with again.run_test(size=SMALL) as pilot:
        await shown(pilot, OutOfOrderScreen)
        text = text_of(again)
        for language in kit.languages.values():
            assert language.say("This kiosk is out of order.") in text
        await press(pilot, clock, "12#0589")
        assert again.visit is None
        assert isinstance(again.screen, OutOfOrderScreen), "the public cannot leave it"
        await press(pilot, clock, "7")
        await shown(pilot, PinPadScreen)
        await press(pilot, clock, RIGHT + "#")
        await shown(pilot, MenuScreen)
        await press(pilot, clock, "21")
        await shown(pilot, AttractScreen)
    assert not (state / out_of_order.NAME).exists()


async def test_out_of_order_fits_in_six_languages() -> None:
    kit = load_kit(Folders())
    six = replace(kit, languages={**kit.languages, **load_kit(Folders(), first="de").languages,
                                  **load_kit(Folders(), first="uk").languages})  # fmt: skip
    app = ReactivationApp(six, [])
    async with app.run_test(size=SMALL) as pilot:
        app.out_of_order = OutOfOrder.BROKEN
        app._show()
        await shown(pilot, OutOfOrderScreen)
        screen = app.screen
        assert isinstance(screen, OutOfOrderScreen)
        assert screen.query_one("#words").max_scroll_y == 0
        assert list(key_faults(screen, SMALL)) == []
        assert list(hearing_faults(screen, screen.language)) == []


async def test_a_device_is_restarted_and_tested(kit: Kit, kept: str) -> None:
    """Its host is another process afterwards, and the test runs by itself."""
    clock = Clock()
    app = make(kit, clock, kept, ALL_ROLES)
    async with app.run_test(size=SMALL) as pilot:
        await open_menu(pilot, clock)
        await until(pilot, lambda: app.link.host_pid is not None, "a device host")
        host = app.link.host_pid
        await press(pilot, clock, "1")
        await shown(pilot, DevicesScreen)
        assert "Restart: Chip reader" in text_of(app)
        await press(pilot, clock, "3")
        await until(pilot, lambda: Role.READER in app.staff_menu.restarted, "the restart")
        assert app.link.host_pid not in (None, host)
        assert app.staff_menu.restarted == {Role.READER: False}, "it is no USB device"
        assert "Chip reader: was restarted." in text_of(app)
        await until(pilot, lambda: app.self_testing.stage is Stage.RUNS, "the test")
        await press(pilot, clock, "8")
        assert "Chiplæser: blev genstartet." in text_of(app)
        assert app.self_testing.stage is Stage.RUNS, "another language does not end it"
        await press(pilot, clock, "00")
        await shown(pilot, StaffScreen)
        assert app.self_testing.stage is Stage.NONE


async def test_the_language_and_the_sound_are_changed_from_the_menu(kit: Kit, kept: str) -> None:
    clock = Clock()
    app = make(kit, clock, kept)
    async with app.run_test(size=SMALL) as pilot:
        await open_menu(pilot, clock)
        await press(pilot, clock, "8")
        assert app.visit is not None
        assert app.visit.language == "da"
        assert isinstance(app.screen, MenuScreen)
        await press(pilot, clock, "56")
        assert app.access.volume == 3
        await press(pilot, clock, "0")
        assert isinstance(app.screen, MenuScreen)
