"""The QR codes can be read from the screen as it is painted."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from rich.color import Color
from rich.segment import Segment
from textual.app import App, ComposeResult

from hardware.opencv import cv2
from screens.widgets.qr_code import QRCode, matrix

LINKS = Path(__file__).parents[2] / "config" / "links.toml"
URLS = [link["url"] for link in tomllib.loads(LINKS.read_text("utf-8"))["links"].values()]
LONG = "https://example.org/".ljust(100, "a")
HELP_PAGE = "https://example.org/".ljust(92, "b")

HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
"""Which half of a cell has the colour in front."""


class OneCode(App[None]):
    """A dark screen with one code in the middle."""

    CSS = """
    Screen { align: center middle; background: #202020; }
    QRCode { width: auto; height: auto; }
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def compose(self) -> ComposeResult:
        yield QRCode(self._url)


def grey(color: Color | None) -> int:
    return round(sum(color.get_truecolor()) / 3) if color else 0


def bitmap(rows: list[list[Segment]]) -> np.ndarray:
    """The screen as grey pixels, one column and two rows a cell."""
    lines = []
    for row in rows:
        halves: list[tuple[int, int]] = []
        for text, style, _ in row:
            assert style is not None
            colours = grey(style.bgcolor), grey(style.color)
            halves += [tuple(colours[front] for front in HALVES[cell]) for cell in text]
        lines += [list(line) for line in zip(*halves, strict=True)]
    return np.array(lines, np.uint8)


def decode(pixels: np.ndarray) -> str:
    large = cv2.resize(pixels, None, fx=6, fy=6, interpolation=cv2.INTER_NEAREST)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(large)
    return text


@pytest.mark.parametrize("url", [*URLS, HELP_PAGE, LONG])
async def test_a_phone_reads_the_address_from_the_screen(url: str) -> None:
    app = OneCode(url)
    async with app.run_test(size=(80, 30)):
        rows = [list(strip) for strip in app.screen._compositor.render_strips()]
        code = app.query_one(QRCode)
        modules = len(matrix(url))
        assert (code.size.width, code.size.height) == (modules, (modules + 1) // 2)
    assert decode(bitmap(rows)) == url


@pytest.mark.parametrize("url", [*URLS, HELP_PAGE, LONG])
def test_the_codes_are_small_enough_for_a_small_screen(url: str) -> None:
    assert len(url) <= 100
    columns, rows = (45, 23) if len(url) <= 92 else (49, 25)
    assert len(matrix(url)) <= columns
    assert (len(matrix(url)) + 1) // 2 <= rows


def test_four_modules_around_the_code_are_light() -> None:
    modules = np.array(matrix(LONG))
    assert modules.shape[0] == modules.shape[1]
    assert modules[4:-4, 4:-4][0, 0], "the finder pattern begins at once"
    modules[4:-4, 4:-4] = False
    assert not modules.any()


def test_correction_is_stronger_where_that_makes_the_code_no_larger() -> None:
    def level(url: str) -> str:
        """ISO/IEC 18004, 7.9.1: the first two bits of the format information, unmasked."""
        first, second = matrix(url)[12][4:6]
        return {(0, 1): "L", (0, 0): "M"}[first ^ 1, second ^ 0]

    assert level("https://example.org/".ljust(62, "a")) == "M"
    assert level(LONG) == "L"


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_the_code_is_black_on_white_in_every_theme(theme: str) -> None:
    app = OneCode(LONG)
    app.theme = theme
    async with app.run_test(size=(60, 30)):
        styles = {
            (style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex)
            for y in range(app.query_one(QRCode).size.height)
            for _, style, _ in app.query_one(QRCode).render_line(y)
            if style is not None and style.color and style.bgcolor
        }
    assert styles == {("#000000", "#ffffff")}
