"""The screen for sound and text: every key says in words what is switched on, and switches it."""

from dataclasses import replace

import msgspec
import pytest
from textual.pilot import Pilot

from kiosk.access import PACES, VOLUMES, Access, Theme
from kiosk.visit import Kind, Spot, Visit
from screens.access import AccessScreen
from screens.app import ReactivationApp
from screens.attract import AttractScreen
from screens.kit import Kit
from screens.loudspeaker import Loudspeaker
from screens.widgets.key_button import KeyButton
from tests.screens.test_layout import LANGUAGES, key_faults, show, text_of
from tests.screens.test_speech_on_screen import Recorder

QUESTION = Visit("en", Spot(Kind.QUESTION, "stop-check"))


def with_sizes(kit: Kit) -> Kit:
    """A kiosk whose compositor can be told how large all is to be."""
    screen = msgspec.structs.replace(kit.settings.screen, scale_command=("true",))
    return replace(kit, settings=msgspec.structs.replace(kit.settings, screen=screen))


class Chooser:
    """Somebody who presses keys, never too fast."""

    def __init__(self, pilot: Pilot[int]) -> None:
        assert isinstance(pilot.app, ReactivationApp)
        self.pilot = pilot
        self.app = pilot.app
        self.at = 1000.0

    async def press(self, digit: str) -> None:
        """Presses a key of the screen."""
        self.at += 10
        key = self.app.screen.key_for(digit)
        assert key is not None
        self.app.press(key, self.at)
        await self.pilot.pause()
        await self.pilot.pause()

    def words(self, digit: str) -> str:
        """What stands on a key, as it is painted."""
        (button,) = [key for key in self.app.screen.query(KeyButton) if key.key.digit == digit]
        return str(button.render()).replace("▁", " ")


@pytest.mark.grid
@pytest.mark.parametrize("size", [(80, 24), (100, 28), (120, 40), (480, 135)], ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_everything_fits(kit: Kit, language: str, size: tuple[int, int]) -> None:
    """With every key there is, in every state, and with the sentence that there is no sound."""
    sizes = with_sizes(kit)
    other = kit.language_after(language)
    said = kit.languages[language].say(
        "Reading aloud does not work here just now. Ask at the desk for help."
    )
    app = ReactivationApp(sizes, [])
    async with app.run_test(size=size) as pilot:
        for theme in Theme:
            for on in (False, True):
                access = Access(on, 7, 3, on, theme, on)
                screen = AccessScreen(kit.languages[language], access, sizes.settings, other, said)
                await app.switch_screen(screen)
                await pilot.pause()
                assert not list(key_faults(screen, size))
                assert screen.query_one("#words").max_scroll_y == 0
                assert {key.key.digit for key in screen.query(KeyButton)} == set("1234679580*#")


async def test_it_is_opened_and_left_from_the_first_screen_and_from_a_visit(kit: Kit) -> None:
    """Key 5 opens it, and 0 leads back to where one was."""
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        somebody = Chooser(pilot)
        await pilot.pause()
        await somebody.press("5")
        assert isinstance(app.screen, AccessScreen)
        await somebody.press("0")
        assert isinstance(app.screen, AttractScreen)
        before = await show(pilot, QUESTION)
        await somebody.press("5")
        assert isinstance(app.screen, AccessScreen)
        await somebody.press("0")
        assert type(app.screen) is type(before)
        assert app.visit == QUESTION


async def test_every_key_says_what_is_switched_on(kit: Kit) -> None:
    """In words, before and after it was pressed; the keys stay, and so does the focus."""
    loudspeaker = Loudspeaker(kit, silent=True, voice=Recorder())
    app = ReactivationApp(with_sizes(kit), [], loudspeaker=loudspeaker)
    async with app.run_test(size=(80, 24)) as pilot:
        somebody = Chooser(pilot)
        await show(pilot, QUESTION)
        await somebody.press("5")
        for digit, before, after in (
            ("1", "Read aloud: off", "Read aloud: on"),
            ("2", "now: 4 of 8", "now: 3 of 8"),
            ("3", "now: 3 of 8", "now: 4 of 8"),
            ("4", "now: 3 of 4", "now: 2 of 4"),
            ("6", "now: 2 of 4", "now: 3 of 4"),
            ("7", "Text: normal", "Text: large"),
            ("9", "Colours: light", "Colours: dark"),
            ("9", "Colours: dark", "Colours: high"),
            ("9", "Colours: high", "Colours: light"),
            ("5", "Pictures: moving", "Pictures: still"),
        ):
            assert before in somebody.words(digit)
            (button,) = [key for key in app.screen.query(KeyButton) if key.key.digit == digit]
            button.focus()
            await somebody.press(digit)
            assert after in somebody.words(digit)
            assert app.focused is button
        assert app.access == Access(speaking=True, large=True, motion=False)


async def test_there_is_an_end_to_slower_and_louder(kit: Kit) -> None:
    """At the end the number stays; nothing breaks."""
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        somebody = Chooser(pilot)
        await show(pilot, QUESTION)
        await somebody.press("5")
        for _ in PACES:
            await somebody.press("2")
        assert "now: 1 of 8" in somebody.words("2")
        for _ in VOLUMES:
            await somebody.press("6")
        assert "now: 4 of 4" in somebody.words("6")


async def test_text_size_is_there_only_where_it_can_be_changed(kit: Kit) -> None:
    """No key for what the kiosk cannot do."""
    for there, digits in ((kit, ""), (with_sizes(kit), "7")):
        app = ReactivationApp(there, [])
        async with app.run_test(size=(80, 24)) as pilot:
            await show(pilot, QUESTION)
            await Chooser(pilot).press("5")
            keys = {key.key.digit for key in app.screen.query(KeyButton)}
            assert keys & set("7") == set(digits)


async def test_why_nothing_is_heard_is_said(kit: Kit) -> None:
    """The sentence that the app hands over stands above the keys of sound."""
    english = kit.languages["en"]
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        screen = AccessScreen(english, Access(), kit.settings, None, "This kiosk has no sound.")
        await app.switch_screen(screen)
        await pilot.pause()
        assert "This kiosk has no sound." in text_of(app)


async def test_the_first_screen_says_in_every_language_how_to_hear_it(kit: Kit) -> None:
    """Keys 5 and star have words in Danish and English; the languages skip 5."""
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = app.screen
        shown = {key.key.digit: key.key.words for key in screen.query(KeyButton)}
        assert shown["5"] == "Lyd og tekst / Sound and text"
        assert shown["*"] == "Læs op / Hear this"
        assert not list(key_faults(screen, (80, 24)))


@pytest.mark.grid
@pytest.mark.parametrize("size", [(80, 24), (100, 28), (120, 40), (200, 60), (480, 135)], ids=str)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
async def test_as_many_languages_as_can_be_on_offer_fit(
    kit: Kit, count: int, size: tuple[int, int]
) -> None:
    """Six at most; none of them on key 5."""
    languages = [kit.languages["da"], kit.languages["en"]] * 3
    app = ReactivationApp(kit, [])
    async with app.run_test(size=size) as pilot:
        screen = AttractScreen(languages[:count])
        await app.switch_screen(screen)
        await pilot.pause()
        await pilot.pause()
        assert not list(key_faults(screen, size))
        assert screen.query_one("#words").max_scroll_y == 0
        assert [key.digit for key in screen.body_keys] == list("123467")[:count]
