"""Every step of the four situations has a picture: of the app's screen, or one of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from kiosk.app_screens import AppScreen, words_of
from kiosk.language import Language, load_languages
from kiosk.places import Folders, shipped
from kiosk.reading import ConfigError
from kiosk.situations.loading import load as load_content
from kiosk.situations.model import Content, Step
from screens.widgets.app_parts import DRAWABLE
from screens.widgets.descriptions import of_phone
from screens.widgets.phone_picture import phone
from screens.widgets.pictures import DRAWN
from tests.sites import site

SIZES = [(24, 14), (34, 16), (42, 20), (44, 26), (42, 30), (58, 36), (80, 40)]
FOLDERS = Folders(shipped() / "kiosk.toml")


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(FOLDERS)


@pytest.fixture(scope="module")
def languages() -> dict[str, Language]:
    return load_languages(("en", "da"), FOLDERS)


def steps(content: Content) -> Iterator[Step]:
    for situation in content.situations.values():
        yield from situation.numbered
        yield from situation.side_steps


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())


def test_each_of_the_92_steps_has_a_picture(content: Content) -> None:
    numbered = [step for situation in content.situations.values() for step in situation.numbered]
    assert len(numbered) == 92
    for step in steps(content):
        assert step.screen in content.screens
        assert step.picture is None or step.picture in DRAWN


@pytest.mark.parametrize("code", ["en", "da"])
def test_every_step_shows_its_labels_whole_and_marks_what_to_tap(
    content: Content, languages: dict[str, Language], code: str
) -> None:
    language = languages[code]
    for step in steps(content):
        if step.picture is not None:
            continue
        screen = content.screens[step.screen]
        labels = [language.label(key).text for key in step.labels]
        title = language.label(step.app_screen).text if step.app_screen else ""
        for width, height in SIZES:
            lines = [line.plain for line in phone(screen, title, labels, width, height)]
            assert len(lines) == height, step.id
            assert {cell_len(line) for line in lines} == {width}, step.id
            read = letters("".join(lines))
            for text in (title, *labels):
                assert letters(text) in read, (step.id, width, height)
            tapped = labels or any(
                part in DRAWABLE and DRAWABLE[part].tapped for part in screen.parts
            )
            if tapped and not screen.free:
                assert any("█" in line for line in lines), (step.id, "points at nothing")


def test_what_a_screen_is_about_is_drawn_from_the_size_of_a_small_terminal_on(
    content: Content, languages: dict[str, Language]
) -> None:
    for step in steps(content):
        if step.picture is not None or step.screen == "finger":
            continue
        screen = content.screens[step.screen]
        labels = [languages["da"].label(key).text for key in step.labels]
        title = languages["da"].label(step.app_screen).text if step.app_screen else ""
        bare = AppScreen(tuple(part for part in screen.parts if part not in DRAWABLE) or ("title",))
        for width, height in SIZES[1:]:
            with_things = phone(screen, title, labels, width, height)
            without = phone(bare, title, labels, width, height)
            assert with_things != without, step.id


@pytest.mark.parametrize("code", ["en", "da"])
def test_every_screen_is_told_with_its_labels_in_their_order(
    content: Content, languages: dict[str, Language], code: str
) -> None:
    language = languages[code]
    for step in steps(content):
        screen = content.screens[step.screen]
        labels = [language.label(key) for key in step.labels]
        said = of_phone(screen, labels, language)
        assert said[0].text
        told = [utterance.text for utterance in said]
        for label in labels:
            assert label.text in told
            told = told[told.index(label.text) + 1 :]


def test_a_screen_has_room_for_the_labels_of_its_steps(content: Content) -> None:
    for step in steps(content):
        if step.picture is None:
            parts = words_of(content.screens[step.screen], len(step.labels))
            assert parts.count("button") <= 3, step.id


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        (
            "app_screens.toml", '"people"]', '"peple"]',
            "app_screens.toml: screens.users.parts[2]: 'peple' is not known",
        ),
        (
            "app_screens.toml", "says = ", "sais = ",
            "app_screens.toml: screens.home: 'sais' is not known; did you mean 'says'?",
        ),
        (
            "situations/new-app.toml", 'screen = "pin"', 'screen = "pim"',
            "new-app.toml: step 'enter-personal-pin' has screen 'pim', which does not exist; "
            "did you mean 'pin'?",
        ),
    ],
)  # fmt: skip
def test_a_fault_in_a_screen_is_told_by_file_and_key(
    tmp_path: Path, file: str, old: str, new: str, line: str
) -> None:
    with pytest.raises(ConfigError) as failed:
        load_content(site(tmp_path, file, old, new))
    assert str(failed.value) == line
