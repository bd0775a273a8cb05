"""The pictures on a screen: in the middle, in the stylesheet's colours, described, calm."""

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from kiosk.app_screens import AppScreen
from kiosk.language import AppLabel
from kiosk.visit import Kind, Spot, Visit
from screens.frame import LARGE, Words
from screens.kit import Kit
from screens.question import QuestionScreen
from screens.scene import Scene
from screens.step import picture_of
from screens.widgets import picture
from screens.widgets.chip_drawings import ReaderView
from screens.widgets.hint_view import HintDrawing
from screens.widgets.picture import FRAMES, RESTS, SHOWN, Drawn, PhoneView, PictureView
from tests.screens.spots import all_visits, one_of_each
from tests.screens.test_layout import show
from tests.screens.test_visit_on_screen import Clock, make


class OnePicture(App[None]):
    """A screen that is filled by one picture."""

    CSS = """
    Drawn > .picture--line { color: #010101; }
    Drawn > .picture--mark { color: #020202; }
    Drawn > .picture--text { color: #030303; }
    """

    def __init__(self, shown: Drawn | None = None) -> None:
        super().__init__()
        screen = AppScreen(("title", "text"))
        self.shown = shown or PhoneView(screen, "Title", [AppLabel("[bold]Tap[/bold]")])

    def compose(self) -> ComposeResult:
        yield self.shown


def rows_of(app: App[None]) -> list[str]:
    return ["".join(s.text for s in strip) for strip in app.screen._compositor.render_strips()]


@pytest.mark.parametrize("size", [(24, 14), (44, 26), (120, 40), (480, 135)])
async def test_the_picture_stands_in_the_middle_and_no_larger_than_its_largest(
    size: tuple[int, int],
) -> None:
    app = OnePicture()
    async with app.run_test(size=size):
        rows = rows_of(app)
    drawn = [number for number, row in enumerate(rows) if row.strip()]
    assert len(drawn) <= Drawn.LARGEST[1]
    assert abs(drawn[0] - (size[1] - 1 - drawn[-1])) <= 1
    left = min(len(rows[number]) - len(rows[number].lstrip()) for number in drawn)
    right = min(cell_len(rows[number]) - len(rows[number].rstrip()) for number in drawn)
    assert abs(left - right) <= 2
    assert any("[bold]Tap[/bold]" in row for row in rows), "a label is data and not markup"


@pytest.mark.parametrize("size", [(23, 30), (60, 13)])
async def test_nothing_is_drawn_where_it_could_not_be_told(size: tuple[int, int]) -> None:
    app = OnePicture()
    async with app.run_test(size=size):
        strips = app.screen._compositor.render_strips()
    assert not any(segment.text.strip() for strip in strips for segment in strip)


async def test_the_colours_are_those_of_the_stylesheet() -> None:
    app = OnePicture()
    async with app.run_test(size=(44, 26)):
        colours = {
            text.strip(): style.color.get_truecolor().hex
            for strip in app.screen._compositor.render_strips()
            for text, style, _ in strip
            if text.strip() and style is not None and style.color is not None
        }
    assert colours["Title"] == colours["[bold]Tap[/bold]"] == "#030303"
    assert colours["┃"] == "#020202"
    assert colours["│"] == "#010101"


def assert_told(kit: Kit, drawn: Drawn) -> None:
    """It has words in every language; a hint has those that stand beside its drawing."""
    if isinstance(drawn, HintDrawing) or (isinstance(drawn, ReaderView) and not drawn.drawing):
        return
    for code, language in kit.languages.items():
        assert len(drawn.description(language)) > 20
        assert drawn.utterances(language)[0].language == code
    assert len({drawn.description(language) for language in kit.languages.values()}) > 1


async def test_the_picture_of_every_kind_of_screen_has_words(kit: Kit) -> None:
    app = make(kit, Clock())
    seen: set[Kind] = set()
    async with app.run_test(size=(120, 40)) as pilot:
        for visit in one_of_each(kit.content, "da"):
            await show(pilot, visit)
            for drawn in app.screen.query(Drawn):
                seen.add(visit.spot.kind)
                assert_told(kit, drawn)
    assert seen >= {Kind.NEEDS, Kind.STEP, Kind.TROUBLE, Kind.REHEARSAL, Kind.END}


def test_the_picture_of_every_step_and_question_has_words(kit: Kit) -> None:
    for visit in all_visits(kit.content, "da"):
        scene = Scene(kit, visit)
        if visit.spot.kind is Kind.STEP:
            assert scene.last_step is not None
            assert_told(kit, picture_of(scene, scene.last_step))
        if visit.spot.kind is Kind.QUESTION:
            drawn = QuestionScreen(scene).picture()
            assert (drawn is not None) == (visit.spot.id == "chip-symbol")
            if drawn is not None:
                assert_told(kit, drawn)


def at_step(kit: Kit, step: str, phone: str = "", moving: bool = True) -> PictureView | PhoneView:
    visit = Visit("en", Spot(Kind.STEP, step), situation="app", phone=phone)
    scene = Scene(kit, visit, moving)
    assert scene.situation is not None
    return picture_of(scene, scene.situation.step(step))


async def frames_of(pilot: Pilot[None], app: OnePicture, count: int) -> list[str]:
    frames = []
    for _ in range(count):
        frames.append("\n".join(rows_of(app)))
        app.shown.move()
        await pilot.pause()
    return frames


@pytest.mark.parametrize("step", ["scan-chip", "scan-face"])
async def test_a_movement_is_shown_calmly_and_then_its_end_stays(
    kit: Kit, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "FRAME_SECONDS", 3600.0)
    app = OnePicture(at_step(kit, step))
    still = OnePicture(at_step(kit, step, moving=False))
    async with still.run_test(size=(44, 26)):
        end = "\n".join(rows_of(still))
    async with app.run_test(size=(44, 26)) as pilot:
        once = FRAMES - 1 + RESTS
        frames = await frames_of(pilot, app, SHOWN * once)
    assert len(set(frames[:FRAMES])) >= FRAMES - 1, "it moves"
    assert frames[FRAMES - 1] == end, "its end is what stands where nothing may move"
    for number in range(FRAMES - 1, once):
        assert frames[number] == end, "the end stands longer than the rest"
    assert frames[once : once + FRAMES] == frames[:FRAMES], "it is shown again"


async def test_a_movement_rests_after_it_was_shown_some_times(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "FRAME_SECONDS", 0.01)
    app = OnePicture(at_step(kit, "scan-chip"))
    async with app.run_test(size=(44, 26)) as pilot:
        await pilot.pause(0.01 * SHOWN * (FRAMES + RESTS) + 1.0)
        rested = rows_of(app)
        assert app.shown.progress == 1.0
        await pilot.pause(0.3)
        assert rows_of(app) == rested


def test_nothing_changes_three_times_a_second_or_more_often() -> None:
    assert picture.FRAME_SECONDS >= 0.8


async def test_nothing_moves_where_motion_is_unwanted(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "FRAME_SECONDS", 0.01)
    app = OnePicture(at_step(kit, "scan-chip", moving=False))
    async with app.run_test(size=(44, 26)) as pilot:
        before = rows_of(app)
        await pilot.pause(0.2)
        assert rows_of(app) == before


def test_no_other_step_moves(kit: Kit) -> None:
    for situation in kit.content.situations.values():
        for step in situation.numbered:
            shown = picture_of(
                Scene(kit, Visit("en", situation=situation.id, spot=Spot(Kind.NEEDS))), step
            )
            moves = shown.progress < 1
            assert moves == (step.id in ("scan-chip", "scan-face")), step.id


async def test_the_phone_is_laid_where_its_family_reads(kit: Kit) -> None:
    drawn = {}
    for family in ("", *kit.content.phones):
        app = OnePicture(at_step(kit, "scan-chip", family, moving=False))
        async with app.run_test(size=(44, 26)):
            drawn[family] = "\n".join(rows_of(app))
    assert drawn[""] == drawn["samsung"], "not told: the upper part"
    assert len({drawn["iphone"], drawn["samsung"], drawn["other"]}) == 3


@pytest.mark.slow
async def test_with_large_text_the_picture_stands_beside_the_words(kit: Kit) -> None:
    app = make(kit, Clock())
    with_picture = {Kind.NEEDS, Kind.STEP, Kind.TROUBLE, Kind.END}
    async with app.run_test(size=LARGE) as pilot:
        for visit in one_of_each(kit.content, "da"):
            screen = await show(pilot, visit)
            if visit.spot.kind in with_picture:
                assert screen.query_one("#picture").region, visit.spot
                with_picture.remove(visit.spot.kind)
    assert not with_picture


async def test_at_80_columns_the_sign_of_a_chip_is_shown_and_else_the_picture_gives_way(
    kit: Kit,
) -> None:
    app = make(kit, Clock())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await show(pilot, Visit("da", Spot(Kind.QUESTION, "chip-symbol")))
        assert screen.query_one(PictureView).region.size >= Drawn.SMALLEST
        step = Visit("da", Spot(Kind.STEP, "scan-chip"), situation="app")
        screen = await show(pilot, step)
        assert not screen.query_one("#picture").region


async def test_where_the_words_need_the_room_the_picture_gives_way(kit: Kit) -> None:
    app = make(kit, Clock())
    async with app.run_test(size=LARGE) as pilot:
        step = Visit("da", Spot(Kind.STEP, "scan-chip"), situation="app")
        screen = await show(pilot, step)
        assert screen.query_one("#picture").region
        body = screen.query_one("#words")
        await body.mount(*(Words("word " * 30) for _ in range(5)))
        await pilot.pause()
        assert not screen.query_one("#picture").region
