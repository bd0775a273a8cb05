"""The pictures on a screen: in the middle, in the stylesheet's colours, and only where they fit."""

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from screens.widgets.picture import PictureView


class OnePicture(App[None]):
    """A screen that is filled by one picture."""

    CSS = """
    PictureView > .picture--line { color: #010101; }
    PictureView > .picture--mark { color: #020202; }
    PictureView > .picture--text { color: #030303; }
    """

    def compose(self) -> ComposeResult:
        yield PictureView("phone", "Title", ["[bold]Tap[/bold]"])


@pytest.mark.parametrize("size", [(24, 14), (44, 26), (120, 40), (480, 135)])
async def test_the_picture_stands_in_the_middle_and_no_larger_than_its_largest(
    size: tuple[int, int],
) -> None:
    app = OnePicture()
    async with app.run_test(size=size):
        rows = ["".join(s.text for s in strip) for strip in app.screen._compositor.render_strips()]
    drawn = [number for number, row in enumerate(rows) if row.strip()]
    assert len(drawn) <= 26
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
