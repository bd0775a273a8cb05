"""A language from right to left on every kind of screen: nothing cut, in order, in a mirror."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.widget import Widget

from kiosk.speech.utterance import Utterance
from kiosk.visit import Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.frame import FrameScreen, Words
from screens.idle import IdleWarning
from screens.kit import Kit
from screens.reading_aloud import script_of
from screens.widgets.bidi import Paragraph, drawn
from screens.widgets.key_button import CAP, KeyButton
from tests.screens.pseudo_arabic import LATIN, LETTERS, invented, pseudo_kit
from tests.screens.spots import one_of_each
from tests.screens.test_layout import dead_keys, key_faults, show, text_of

STEP = Visit("ar", Spot(Kind.STEP, "get-started"), situation="app")


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return pseudo_kit(tmp_path_factory.mktemp("arabic"))


def rows_of(app: ReactivationApp, region: Region) -> list[str]:
    """What stands in a part of the screen."""
    rows = text_of(app).split("\n")[region.y : region.bottom]
    return [row[region.x : region.right] for row in rows]


def letters(text: str) -> str:
    """The letters of a text without their joints, in its order."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c in LETTERS)


def read(rows: list[str]) -> str:
    """The letters of rows of cells, each row read from the right."""
    return letters("".join(c for row in rows for c in reversed(row)))


def shown(screen: FrameScreen) -> Iterator[tuple[Widget, str]]:
    """Every text that is on the screen, and what it says."""
    for paragraph in screen.query(Paragraph):
        if paragraph.region:
            yield paragraph, str(paragraph.content)
    for button in screen.query(KeyButton):
        yield button, button.key.words


def order_faults(app: ReactivationApp, screen: FrameScreen) -> Iterator[str]:
    """Texts that do not stand there whole, from the right to the left."""
    for widget, text in shown(screen):
        if widget.has_class("signs") or widget.has_class("large-signs"):
            continue  # a drawing with words beside it
        # A ligature of two letters is one cell: it is taken apart in their order.
        if read(rows_of(app, widget.region)) != letters(text):
            yield f"{widget}: {text!r} stands there as {rows_of(app, widget.region)}"
        for word in (word for word in LATIN if word in text):
            if not any(word in row for row in rows_of(app, widget.region)):
                yield f"{widget}: {word} is not in its own order"


def mirror_faults(app: ReactivationApp, screen: FrameScreen) -> Iterator[str]:
    """What is not seen as in a mirror."""
    buttons = {button.key.digit: button for button in screen.query(KeyButton)}
    for digit, button in buttons.items():
        cells = rows_of(app, button.region)
        if not any(digit in row[-CAP:] for row in cells):
            yield f"the digit of key {digit} is not at its right end"
    for row in ("589", "1270*#"):
        places = [b.region.x for d in row if (b := buttons.get(d)) and "-answer" not in b.classes]
        on_links = bool(screen.query("#links"))
        if not on_links and places != sorted(places, reverse=True):
            yield f"the keys {row} do not stand from the right to the left: {places}"
    for where in screen.query(".where"):
        if where.region and where.region.right < app.size.width - 2:
            yield "where one is does not stand at the right"
    for picture in screen.query("#picture"):
        if picture.region and picture.region.x > screen.query_one("#words").region.x:
            yield "the picture does not stand at the left"
    for paragraph in screen.query(".instruction, .expect, .who, .list, .cap").results(Paragraph):
        rows = rows_of(app, paragraph.content_region)
        if rows and rows[0].endswith("  "):
            yield f"{paragraph} does not begin at the right: {rows}"


@pytest.mark.grid
@pytest.mark.parametrize("size", [(80, 24), (100, 28), (120, 40)], ids=str)
async def test_every_kind_of_screen_is_whole_in_order_and_mirrored(
    arabic: Kit, size: tuple[int, int]
) -> None:
    faults: list[str] = []
    app = ReactivationApp(arabic, [])
    async with app.run_test(size=size) as pilot:
        for visit in one_of_each(arabic.content, "ar"):
            screen = await show(pilot, visit)
            found = [*key_faults(screen, size), *dead_keys(arabic, visit, screen)]
            found += [*order_faults(app, screen), *mirror_faults(app, screen)]
            if screen.query_one("#words").max_scroll_y:
                found.append("not all fits")
            faults += [f"{visit.spot.kind} {visit.spot.id}: {fault}" for fault in found]
    assert faults == []


async def test_the_words_beside_signs_that_look_alike_are_in_order(arabic: Kit) -> None:
    trail = (Spot(Kind.STEP, "scan-code"), Spot(Kind.TROUBLE, "scan-code"))
    app = ReactivationApp(arabic, [])
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await show(pilot, Visit("ar", Spot(Kind.TYPING), trail, situation="app"))
        rows = rows_of(app, screen.query_one(".signs").region)
        zero = drawn(invented("zero,"))
        assert any(row.strip("▀▄█ ").startswith(zero) for row in rows), rows
        assert rows[0].startswith("▄▀▀▄")


async def test_numbers_and_labels_keep_their_order(arabic: Kit) -> None:
    app = ReactivationApp(arabic, [])
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, STEP)
        text = text_of(app)
        assert "17" in text
        assert "Kom i gang" in text
        step = next(s for s in arabic.content.situations["app"].numbered if s.app_screen)
        assert step.app_screen is not None
        await show(pilot, Visit("ar", Spot(Kind.STEP, step.id), situation="app"))
        assert arabic.languages["ar"].label(step.app_screen).text in text_of(app)


async def test_the_warning_begins_at_the_right(arabic: Kit) -> None:
    app = ReactivationApp(arabic, [])
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, STEP)
        await app.push_screen(IdleWarning(arabic.languages["ar"], 20))
        for _ in range(500):
            await pilot.pause()
            if "20" in text_of(app):
                break
        await pilot.pause()
        for words in app.screen.query(Words):
            rows = rows_of(app, words.content_region)
            assert read(rows) == letters(str(words.content))
            assert not any(row.endswith("  ") for row in rows), rows


async def test_what_is_spoken_is_what_is_read(arabic: Kit) -> None:
    app = ReactivationApp(arabic, [])
    language = arabic.languages["ar"]
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await show(pilot, STEP)
        script = script_of(screen, language)
        told = [*script.first, *script.rest]
        step = arabic.content.situations["app"].step("get-started")
        assert Utterance(invented(step.instruction), "ar") in told
        assert Utterance("Kom i gang", "da") in told
        assert not any(unicodedata.name(c).endswith("FORM") for t in told for c in t.text)


async def test_the_labels_of_an_app_from_right_to_left_are_drawn_in_order(
    tmp_path: Path,
) -> None:
    kit = pseudo_kit(tmp_path, labels=True)
    label = kit.languages["ar"].label("get-started")
    assert label.text == invented("Get started")
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await show(pilot, STEP)
        (cap,) = screen.query(".cap")
        rows = rows_of(app, cap.region)
        assert label.english == "Get started"
        assert "Get started" in "".join(rows)
        assert read(rows).startswith(letters(label.text))
        phone = rows_of(app, screen.query_one("#picture").region)
        assert letters(label.text) in read(phone)


async def test_the_first_screen_shows_each_language_its_own_way(arabic: Kit) -> None:
    app = ReactivationApp(arabic, [])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, FrameScreen)
        assert list(order_faults(app, screen)) == []
        keys = {b.key.digit: rows_of(app, b.region) for b in screen.query(".-answer")}
        assert any("1" in row[:CAP] for row in keys["1"])
        assert any("3" in row[-CAP:] for row in keys["3"])
