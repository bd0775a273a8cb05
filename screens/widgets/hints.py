"""A drawing for every hint at a document's code: what is wrong, and what to do about it.

Every function draws for a width and a height in cells, from 24 x 9. Where there are two documents
with an arrow between them, the left one is how it is and the right one is how it should be.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from hardware.verdicts import CodeHint
from screens.widgets.canvas import BOLD, HEAVY, PLAIN, Canvas, Inks, pixels_of
from screens.widgets.document_drawings import (
    CARD_CODE,
    CHIP_SIGN,
    PASSPORT_CODE,
    SMALL_SIGN,
    photo_page,
)

Drawing = CodeHint | Literal["lay-down", "scanning", "put-in"]
"""What can be drawn: a hint, or a document that is laid on a scanner's glass, or lies there, or is
put into a scanner."""

RIGHT = pixels_of("""
...##..
....##.
#######
#######
....##.
...##..
""")
LEFT = [row[::-1] for row in RIGHT]
TURN = pixels_of("""
..###....
.##.##...
##...##..
##.######
##..####.
##...##..
.##......
..###....
""")
"""Round by half a turn."""
TICK = pixels_of("""
.........##
........###
.......###.
##....###..
###..###...
.######....
..####.....
...##......
""")
FINGER = pixels_of("""
.##.
####
####
####
####
####
####
####
""")
LAMP = ("╲│╱", "─●─", "╱│╲")
"""A light, or its reflection."""
CAMERA = (" ▄▄    ", "┏━━━━━┓", "┃ (●) ┃", "┗━━━━━┛")
TURNED = str.maketrans("╭╮╰╯▄▀", "╯╰╮╭▀▄")
"""Characters that become others when they stand on their head; letters become arrows."""

ARROW_WIDTH = len(RIGHT[0])
NEAR, FAR = 1.8, 1.2
"""The width of a page, in cells, as a share of the drawing's height."""
LEAST_PAGE = 6
"""Rows of the lowest page: the code, a row or two above it, and the edges."""


class _Box(NamedTuple):
    """Where a page is drawn, in cells."""

    x: int
    y: int
    width: int
    height: int

    @property
    def code(self) -> "_Box":
        """The rows of a passport's code with a frame around them; it reaches out at the sides."""
        return _Box(self.x - 1, self.y + self.height - 4, self.width + 2, 4)


def _size(room: int, height: int, share: float = NEAR) -> tuple[int, int]:
    """Columns and rows of a page for which there is so much room."""
    across = min(room, round(height * share))
    return across, min(height, max(LEAST_PAGE, round(across * 0.6)))


def _pages(width: int, height: int, between: int) -> tuple[_Box, _Box]:
    """A page at the left and one at the right, in the middle, `between` cells apart."""
    across, tall = _size((width - between) // 2, height)
    x, y = (width - between - 2 * across) // 2, (height - tall) // 2
    return _Box(x, y, across, tall), _Box(x + across + between, y, across, tall)


def _page(canvas: Canvas, box: _Box, inks: Inks, marked: bool = False) -> None:
    """A passport's photo page with its code; `marked`: in a frame, as it is to be looked at."""
    canvas.frame(*box, inks.line)
    photo_page(canvas, box.x + 1, box.y + 1, box.width - 2, box.height - 4, inks)
    if marked:
        canvas.frame(*box.code, inks.mark, HEAVY)
    _code(canvas, box.x + 1, box.y + box.height - 3, box.width - 2, PASSPORT_CODE, inks)


def _code(canvas: Canvas, x: int, y: int, width: int, lines: tuple[str, ...], inks: Inks) -> None:
    for row, line in enumerate(lines, start=y):
        canvas.write(x, row, line[: width - 3].ljust(width, "<"), inks.text + BOLD)


def _cover(canvas: Canvas, box: _Box, inks: Inks) -> None:
    """A passport's cover: the side without a code."""
    canvas.frame(*box, inks.line)
    canvas.fill(box.x + 1, box.y + 1, box.width - 2, box.height - 2, "░", inks.line)
    sign = f" {CHIP_SIGN} " if box.width >= 12 else SMALL_SIGN
    canvas.centre(box.x, box.width, box.y + box.height // 2, sign, inks.text + BOLD)


def _middle(canvas: Canvas, pixels: list[list[bool]], x: int, inks: Inks) -> None:
    """Pixels from column `x` on, half-way down the drawing."""
    canvas.pixels(x, (canvas.height - (len(pixels) + 1) // 2) // 2, pixels, inks.mark)


def _change(canvas: Canvas, inks: Inks, turn: bool = False, around: int = 0) -> tuple[_Box, _Box]:
    """How it is and how it should be: the arrow between the two, and their places.

    `around`: cells that are kept free at the left and at the right of the second one.
    """
    arrow = TURN if turn else RIGHT
    wide = len(arrow[0])
    before, after = _pages(canvas.width - 2 * around, canvas.height, wide + 2)
    _middle(canvas, arrow, before.x + before.width + 1, inks)
    return before, after._replace(x=after.x + around)


def _rows(canvas: Canvas, x: int, y: int, rows: tuple[str, ...], inks: Inks) -> None:
    for row, characters in enumerate(rows, start=y):
        canvas.write(x, row, characters, inks.mark + BOLD)


def no_document(canvas: Canvas, inks: Inks) -> None:
    """A passport's photo page and a card's back, the code of both framed."""
    page, card = _pages(canvas.width - 2, canvas.height, 4)
    page, card = page._replace(x=page.x + 1), card._replace(x=card.x + 1)
    _page(canvas, page, inks, marked=True)
    canvas.frame(*card, inks.line)
    x, y, width, height = card.code
    canvas.frame(x, y - 1, width, height + 1, inks.mark, HEAVY)
    _code(canvas, card.x + 1, y, card.width - 2, CARD_CODE, inks)


def wrong_side(canvas: Canvas, inks: Inks) -> None:
    """From the cover to the photo page."""
    before, after = _change(canvas, inks)
    _cover(canvas, before, inks)
    _page(canvas, after, inks)


def too_far(canvas: Canvas, inks: Inks) -> None:
    """A camera, and a small page that is to move towards it."""
    page = _beside_camera(canvas, ARROW_WIDTH + 2, FAR, inks)
    _page(canvas, page, inks)
    _middle(canvas, LEFT, page.x - ARROW_WIDTH - 1, inks)


def too_near(canvas: Canvas, inks: Inks) -> None:
    """A camera, and a large page right before it that is to move away."""
    page = _beside_camera(canvas, 1, NEAR, inks)
    _page(canvas, page, inks)
    _middle(canvas, RIGHT, page.x + page.width + 1, inks)


def _beside_camera(canvas: Canvas, away: int, share: float, inks: Inks) -> _Box:
    """Draws a camera; the place of a page so many cells to the right of it."""
    wide = len(CAMERA[1])
    around = wide + ARROW_WIDTH + 3
    across, tall = _size(canvas.width - around, canvas.height, share)
    x = (canvas.width - around - across) // 2
    _rows(canvas, x, (canvas.height - len(CAMERA)) // 2, CAMERA, inks)
    return _Box(x + wide + away, (canvas.height - tall) // 2, across, tall)


def cut_off(canvas: Canvas, inks: Inks) -> None:
    """A frame, and a page that lies half outside it and is to move in."""
    across, tall = _size(canvas.width * 2 // 3, canvas.height)
    left = (canvas.width - across * 3 // 2) // 2
    page = _Box(left + across // 2, (canvas.height - tall) // 2, across, tall)
    _page(canvas, page, inks)
    code = page.code
    canvas.outline(left, code.y, across + 2, code.height, inks.mark, HEAVY)
    above = (code.y - page.y - len(LEFT) // 2) // 2
    canvas.pixels(page.x - ARROW_WIDTH - 1, page.y + max(0, above), LEFT, inks.mark)


def tilted(canvas: Canvas, inks: Inks) -> None:
    """From a page at an angle to a straight one."""
    before, after = _change(canvas, inks)
    tall = min(before.height - 1, before.width // 2)
    inner = before.width - tall - 1
    y = before.y + (before.height - tall) // 2
    for row in range(tall):
        x = before.x + tall - 1 - row
        edge = row in (0, tall - 1)
        code = "<" * inner if row >= tall - 3 else " " + "─" * (inner - 2) + " "
        canvas.write(x, y + row, "╱" + ("─" * inner if edge else code) + "╱", inks.line)
    _page(canvas, after, inks)


def blurred(canvas: Canvas, inks: Inks) -> None:
    """From a page that is seen twice to a sharp one."""
    before, after = _change(canvas, inks)
    for shift in (1, 0):
        x, y = before.x + shift, before.y + shift
        canvas.frame(x, y, before.width - 1, before.height - 1, inks.line)
    canvas.fill(x + 1, y + before.height - 4, before.width - 3, 2, "▒", inks.line)
    _page(canvas, after, inks)


def too_dark(canvas: Canvas, inks: Inks) -> None:
    """From a page in the dark to one with a lamp above it."""
    before, after = _change(canvas, inks)
    y = min(max(len(LAMP), after.y), canvas.height - after.height)
    canvas.frame(*before, inks.line)
    canvas.fill(before.x + 1, before.y + 1, before.width - 2, before.height - 2, "▓", inks.line)
    _page(canvas, after._replace(y=y), inks)
    _rows(canvas, after.x + (after.width - len(LAMP[0])) // 2, y - len(LAMP), LAMP, inks)


def glare(canvas: Canvas, inks: Inks) -> None:
    """From a page with a light on its code to one without."""
    before, after = _change(canvas, inks)
    for box in (before, after):
        _page(canvas, box, inks)
    _rows(canvas, before.x + before.width // 2 - 1, before.y + before.height - 4, LAMP, inks)


def covered(canvas: Canvas, inks: Inks) -> None:
    """From a finger on the code to fingers at the edges."""
    before, after = _change(canvas, inks, around=2)
    _page(canvas, before, inks)
    canvas.pixels(before.x + before.width // 2 - 2, before.y + before.height - 3, FINGER, inks.mark)
    _held(canvas, after, inks)


def _held(canvas: Canvas, page: _Box, inks: Inks, marked: bool = False) -> None:
    """A page with a finger at its left and at its right edge."""
    y = page.y + page.height // 2 - 2
    for x in (page.x - 2, page.x + page.width - 2):
        canvas.pixels(x, y, FINGER, inks.mark)
    _page(canvas, page, inks, marked)


def upside_down(canvas: Canvas, inks: Inks) -> None:
    """From a page that stands on its head round to an upright one."""
    before, after = _change(canvas, inks, turn=True)
    upright = Canvas(before.width, before.height)
    _page(upright, _Box(0, 0, before.width, before.height), PLAIN)
    for row, line in enumerate(reversed(upright.lines()), start=before.y):
        turned = "".join(">" if c.isalnum() or c == "<" else c for c in reversed(line.plain))
        canvas.write(before.x, row, turned.translate(TURNED), inks.line)
    _page(canvas, after, inks)


def hold_still(canvas: Canvas, inks: Inks) -> None:
    """A page that is held by its edges, its code in the frame."""
    across, tall = _size(canvas.width - 6, canvas.height)
    x, y = (canvas.width - across) // 2, (canvas.height - tall) // 2
    _held(canvas, _Box(x, y, across, tall), inks, marked=True)


def read(canvas: Canvas, inks: Inks) -> None:
    """A page with its code in the frame, and a tick."""
    beside = len(TICK[0]) + 4
    across, tall = _size(canvas.width - beside, canvas.height)
    x = (canvas.width - beside - across) // 2 + 1
    _page(canvas, _Box(x, (canvas.height - tall) // 2, across, tall), inks, marked=True)
    _middle(canvas, TICK, x + across + 2, inks)


def lay_down(canvas: Canvas, inks: Inks) -> None:
    """From a page with its code up to the cover up, on the glass."""
    before, glass = _change(canvas, inks, turn=True)
    _page(canvas, before, inks)
    canvas.frame(*glass, inks.mark, HEAVY)
    _cover(canvas, _Box(glass.x + 1, glass.y + 1, glass.width - 2, glass.height - 2), inks)


def scanning(canvas: Canvas, inks: Inks) -> None:
    """A passport face down on the glass, and the light that goes over it."""
    across, tall = _size(canvas.width - 4, canvas.height)
    x, y = (canvas.width - across) // 2, (canvas.height - tall) // 2
    canvas.frame(x, y, across, tall, inks.mark, HEAVY)
    _cover(canvas, _Box(x + 2, y + 1, across - 4, tall - 2), inks)
    canvas.fill(x - 1, y + tall - 3, across + 2, 1, "━", inks.mark)


def put_in(canvas: Canvas, inks: Inks) -> None:
    """A page with its code, and the scanner that it goes into."""
    page, scanner = _change(canvas, inks)
    _page(canvas, page, inks)
    canvas.frame(*scanner, inks.mark, HEAVY)
    canvas.fill(scanner.x + 1, scanner.y + 1, scanner.width - 2, scanner.height - 2, "▒", inks.line)


DRAWN: dict[Drawing, Callable[[Canvas, Inks], None]] = {
    CodeHint.NO_DOCUMENT: no_document,
    CodeHint.WRONG_SIDE: wrong_side,
    CodeHint.TOO_FAR: too_far,
    CodeHint.TOO_NEAR: too_near,
    CodeHint.CUT_OFF: cut_off,
    CodeHint.TILTED: tilted,
    CodeHint.BLURRED: blurred,
    CodeHint.TOO_DARK: too_dark,
    CodeHint.GLARE: glare,
    CodeHint.COVERED: covered,
    CodeHint.UPSIDE_DOWN: upside_down,
    CodeHint.HOLD_STILL: hold_still,
    CodeHint.READ: read,
    "lay-down": lay_down,
    "scanning": scanning,
    "put-in": put_in,
}
"""What draws each of them on a canvas."""
