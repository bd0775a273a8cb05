"""The live picture in a running app, as a terminal shows it."""

import subprocess
import sys
from typing import Any

import numpy as np
import pyte
import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widgets import Label

from screens.widgets import half_blocks, outlines
from screens.widgets.pixel_strip import PixelStrip
from screens.widgets.preview import IN_BROWSER, Preview

BLANK = (32, 64, 96)


class Dialog(ModalScreen[None]):
    CSS = "Dialog { align: center middle; background: black 50%; }"

    def compose(self) -> ComposeResult:
        yield Label("Are you still there?")


class PreviewApp(App[None]):
    CSS = """
    Screen { layers: below above; background: rgb(32, 64, 96); }
    Preview { width: 100%; height: 100%; layer: below; }
    #front { layer: above; display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[tuple[int, int]] = []
        self.painted = 0

    def compose(self) -> ComposeResult:
        yield Preview(id="preview")
        yield Label("in front", id="front")

    def on_preview_resized(self, message: Preview.Resized) -> None:
        self.sizes.append((message.columns, message.rows))

    @property
    def preview(self) -> Preview:
        return self.screen_stack[0].query_one(Preview)

    def show(self, pixels: np.ndarray) -> None:
        def painted() -> None:
            self.painted += 1

        lines, columns, _ = pixels.shape
        self.preview.show(pixels.tobytes(), columns, lines // 2, painted)


@pytest.fixture(autouse=True)
def _true_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def picture(columns: int, rows: int, seed: int = 1) -> np.ndarray:
    """Pixels that all differ from their neighbours, as the host sends them: five bits a channel."""
    return np.random.default_rng(seed).integers(0, 256, (2 * rows, columns, 3), np.uint8) & 0xF8


def terminal(app: App[Any]) -> pyte.Screen:
    """A terminal that was sent the whole screen."""
    screen = pyte.Screen(*app.size)
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    pyte.Stream(screen).feed(update.render_segments(app.console))
    return screen


def pixels_of(screen: pyte.Screen) -> np.ndarray:
    """The colours of the two pixels of every cell; both the background where there is text."""
    cells = [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]
    found = np.zeros((2 * screen.lines, screen.columns, 3), np.uint8)
    for y, row in enumerate(cells):
        for x, cell in enumerate(row):
            back = list(bytes.fromhex(cell.bg))
            found[2 * y, x] = list(bytes.fromhex(cell.fg)) if cell.data == "▀" else back
            found[2 * y + 1, x] = back
    return found


async def test_before_the_first_picture_there_is_calm_empty_space() -> None:
    async with PreviewApp().run_test(size=(40, 12)) as pilot:
        assert (pixels_of(terminal(pilot.app)) == BLANK).all()


async def test_a_picture_is_on_the_terminal_pixel_for_pixel() -> None:
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        for seed in (1, 2):
            shown = picture(40, 12, seed)
            app.show(shown)
            await pilot.pause()
            assert (pixels_of(terminal(app)) == shown).all()
        await pilot.pause()
        assert app.painted == 2
        app.preview.clear()
        await pilot.pause()
        assert (pixels_of(terminal(app)) == BLANK).all()


async def test_rows_that_did_not_change_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = picture(40, 12)
        app.show(shown)
        await pilot.pause()
        kept = app.preview.render_lines(Region(0, 0, 40, 12))
        refreshed: list[Region] = []
        monkeypatch.setattr(app.preview, "refresh", lambda *regions: refreshed.extend(regions))
        app.show(shown)
        assert refreshed == []
        shown = shown.copy()
        shown[7, 3] ^= 0x80
        shown[20, 9] ^= 0x80
        app.show(shown)
        assert refreshed == [Region(0, 3, 40, 1), Region(0, 10, 40, 1)]
        monkeypatch.undo()
        new = app.preview.render_lines(Region(0, 0, 40, 12))
        assert [y for y in range(12) if new[y] is not kept[y]] == [3, 10]
        assert (pixels_of(terminal(app)) == shown).all()


async def test_the_room_for_a_picture_is_told_and_capped() -> None:
    app = PreviewApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.sizes == [(80, 24)]
        for size, room in (((120, 40), (120, 40)), ((480, 135), (160, 60)), ((60, 20), (60, 20))):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.sizes[-1] == room


@pytest.mark.parametrize("size", [(50, 20), (41, 13), (30, 10), (50, 9), (21, 30)])
async def test_a_picture_of_another_size_stands_in_the_middle(size: tuple[int, int]) -> None:
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = picture(40, 12)
        app.show(shown)
        await pilot.pause()
        await pilot.resize_terminal(*size)
        await pilot.pause()
        found = pixels_of(terminal(app))
    columns, rows = size
    left, top = (columns - 40) // 2, (rows - 12) // 2 * 2
    for line in range(2 * rows):
        for column in range(columns):
            y, x = line - top, column - left
            expected = shown[y, x] if 0 <= y < 24 and 0 <= x < 40 else BLANK
            assert tuple(found[line, column]) == tuple(expected)


async def test_what_lies_over_the_picture_hides_only_its_own_cells() -> None:
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = picture(40, 12)
        app.show(shown)
        label = app.query_one(Label)
        label.styles.offset = (10, 5)
        label.display = True
        await pilot.pause()
        screen = terminal(app)
        assert screen.display[5][10:18] == "in front"
        hidden = np.zeros((24, 40), bool)
        hidden[10:12, 10:18] = True
        assert (pixels_of(screen)[~hidden] == shown[~hidden]).all()
        label.display = False
        await pilot.pause()
        assert (pixels_of(terminal(app)) == shown).all()


async def test_under_a_dialog_the_picture_is_dimmed_and_goes_on_afterwards() -> None:
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = picture(40, 12)
        app.show(shown)
        await pilot.pause()
        await app.push_screen(Dialog())
        await pilot.pause()
        screen = terminal(app)
        assert "Are you still there?" in screen.display[6] + screen.display[5]
        top = pixels_of(screen)[:8].astype(int)
        assert np.abs(top - shown[:8] / 2).max() <= 2
        painted = app.painted
        app.show(picture(40, 12, seed=2))
        await pilot.pause()
        await pilot.pause()
        assert app.painted == painted + 1  # whoever waits for it is not left waiting
        app.pop_screen()
        await pilot.pause()
        assert (pixels_of(terminal(app)) == picture(40, 12, seed=2)).all()


async def test_the_oval_is_drawn_over_the_picture_and_taken_away() -> None:
    app = PreviewApp()
    async with app.run_test(size=(40, 16)) as pilot:
        app.preview.outline = "oval"
        shown = picture(40, 16)
        app.show(shown)
        await pilot.pause()
        found = pixels_of(terminal(app))
        assert (found == outlines.draw(shown, "oval")).all()
        assert (found != shown).any()
        app.preview.outline = None
        await pilot.pause()
        assert (pixels_of(terminal(app)) == shown).all()


async def test_a_screenshot_shows_the_picture() -> None:
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        app.show(np.full((24, 40, 3), (200, 40, 80), np.uint8))
        await pilot.pause()
        assert "#c82850" in app.export_screenshot()


@pytest.mark.parametrize("system", ["256", "standard"])
async def test_a_terminal_of_fewer_colours_gets_no_others(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", "xterm-256color" if system == "256" else "linux")
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        assert app.console.color_system == system
        app.show(picture(40, 12))
        await pilot.pause()
        (line, *_) = app.preview.render_lines(Region(0, 0, 40, 12))
        written = line.render(app.console)
        assert "38;2;" not in written
        assert ("38;5;" in written) is (system == "256")


async def test_without_colour_the_picture_is_grey(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        app.show(picture(40, 12))
        await pilot.pause()
        found = pixels_of(terminal(app)).astype(int)
        assert np.ptp(found, axis=-1).max() == 0
        assert np.ptp(found) > 100


async def test_a_picture_of_a_wrong_size_is_refused_and_the_last_one_stays() -> None:
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = picture(40, 12)
        app.show(shown)
        with pytest.raises(ValueError, match="reshape"):
            app.preview.show(bytes(7), 40, 12)
        await pilot.pause()
        assert (pixels_of(terminal(app)) == shown).all()


async def test_a_preview_that_is_taken_away_forgets_its_picture() -> None:
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        app.show(picture(40, 12))
        await pilot.pause()
        preview = app.preview
        await preview.remove()
        kept = [value for value in vars(preview).values() if isinstance(value, np.ndarray)]
        assert kept == []
        assert preview._strips == []


def test_a_strip_can_be_cut_anywhere() -> None:
    pixels = picture(20, 1)
    strip = PixelStrip(pixels, "truecolor")
    assert strip.text == "▀" * 20
    assert strip.crop(0, 20) is strip
    assert strip.crop(20).cell_length == 0
    assert [part.cell_length for part in strip.divide([5, 12, 20])] == [5, 7, 8]
    terminal = pyte.Screen(20, 1)
    console = App().console
    pyte.Stream(terminal).feed("".join(part.render(console) for part in strip.divide([5, 12, 20])))
    assert (pixels_of(terminal) == pixels).all()


def test_importing_the_widget_does_not_cost_numpy() -> None:
    check = "import sys, screens.widgets.preview; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], timeout=60, check=False).returncode == 0


def in_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(App, "is_web", property(lambda self: True))


async def test_in_a_browser_every_cell_is_one_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """A coloured space with the mean of its two pixels."""
    in_a_browser(monkeypatch)
    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = picture(40, 12)
        app.show(shown)
        await pilot.pause()
        screen = terminal(app)
        assert {line.strip() for line in screen.display} == {""}
        means = (shown[0::2].astype(int) + shown[1::2]) // 2
        found = pixels_of(screen)
        assert (found[0::2] == means).all()
        assert (found[1::2] == means).all()
        (strip, *_) = app.preview.render_lines(Region(0, 0, 40, 1))
        assert not strip.crop(3, 9).text.strip()
        app.preview.outline = "oval"
        await pilot.pause()
        assert (pixels_of(terminal(app)) == outlines.BRIGHT).all(-1).any()


@pytest.mark.parametrize("system", ["256", "16"])
def test_whole_cells_have_only_a_colour_behind(system: Any) -> None:
    pixels = half_blocks.averaged(picture(20, 1))
    (line,) = half_blocks.encode(pixels, system, whole=True)
    assert "▀" not in line
    assert "38;5;" not in line
    assert line.count(" ") == 20


async def test_in_a_browser_pictures_are_asked_for_ten_times_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first at once, every next one a tenth of a second later; elsewhere all at once."""
    waited: list[float] = []

    def count(widget: Preview, delay: float, callback: Any) -> None:
        waited.append(delay)
        callback()

    app = PreviewApp()
    async with app.run_test(size=(40, 12)) as pilot:
        monkeypatch.setattr(Preview, "set_timer", count)
        app.show(picture(40, 12))
        app.show(picture(40, 12))
        assert waited == []
        in_a_browser(monkeypatch)
        app.preview._next_at = 0.0
        for _ in range(3):
            app.show(picture(40, 12))
        await pilot.pause()
        assert len(waited) == 2
        assert 0 < waited[0] <= IN_BROWSER
        assert waited[0] < waited[1] <= 2 * IN_BROWSER
        assert app.painted == 5


@pytest.mark.parametrize("side", ["left", "right", "up", "down"])
@pytest.mark.parametrize("size", [(42, 16), (67, 25), (96, 50), (20, 9)])
def test_an_arrow_stands_at_its_edge(side: outlines.Side, size: tuple[int, int]) -> None:
    columns, rows = size
    before = np.full((2 * rows, columns, 3), 120, np.uint8)
    drawn = outlines.draw(before, side)
    lines, across = np.nonzero((drawn == outlines.BRIGHT).all(-1))
    middle = {"left": across, "right": columns - 1 - across, "up": lines}
    depth = middle.get(side, 2 * rows - 1 - lines)
    assert depth.size > 0
    assert depth.max() < max(4, 2 * rows / 6)
    # It becomes wider away from the edge.
    wide = lines if side in ("left", "right") else across
    assert np.ptp(wide[depth == depth.max()]) > np.ptp(wide[depth == depth.min()])


@pytest.mark.parametrize("size", [(42, 16), (67, 25), (96, 50)])
def test_the_oval_is_thicker_and_has_a_tick_when_all_is_right(size: tuple[int, int]) -> None:
    columns, rows = size
    before = np.full((2 * rows, columns, 3), 120, np.uint8)
    oval, ready = (
        (outlines.draw(before, mark) == outlines.BRIGHT).all(-1) for mark in ("oval", "ready")
    )
    assert ready[rows].sum() > oval[rows].sum()
    corner = slice(-2 * rows // 4, None), slice(-columns // 4, None)
    assert ready[corner].sum() > oval[corner].sum() + 20
