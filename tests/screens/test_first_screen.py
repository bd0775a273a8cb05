"""The first screen with more languages than the two that are on offer without a site's settings."""

import pytest

from kiosk import settings
from kiosk.language import Status, load_languages
from kiosk.places import Folders, shipped
from screens.app import ReactivationApp
from screens.attract import MACHINE_MADE
from screens.frame import NEVER_ASKS, FrameScreen
from screens.kit import Kit
from tests.screens.test_layout import key_faults, text_of

FOLDERS = Folders(shipped() / "kiosk.toml")


@pytest.mark.parametrize(
    "codes", [("da", "en"), ("da", "en", "de"), ("da", "en", "uk", "kl"), tuple(FOLDERS.packs())],
    ids=" ".join,
)  # fmt: skip
async def test_a_language_that_a_machine_made_says_so_where_it_begins(
    codes: tuple[str, ...],
) -> None:
    kit = Kit(FOLDERS, settings.load(FOLDERS), load_languages(codes, FOLDERS))
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, FrameScreen)
        text = text_of(app)
        spoken = kit.languages.values()
        told = {each.say(MACHINE_MADE) for each in spoken if each.status is Status.MACHINE_MADE}
        for language in spoken:
            assert language.name in text
            assert text.count(language.say(NEVER_ASKS)) == 1
            line = language.say(MACHINE_MADE)
            assert (line in text) is (line in told)
        assert list(key_faults(screen, (80, 24))) == []
        assert screen.query_one("#words").max_scroll_y == 0


def test_no_language_that_nobody_has_read_is_on_offer_by_itself() -> None:
    offered = load_languages(settings.load(FOLDERS).kiosk.languages, FOLDERS)
    assert {language.status for language in offered.values()} == {Status.COMPLETE}
