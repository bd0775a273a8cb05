"""What stands on a drawn phone's screen without words: rows, fields, keys and small pictures."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kiosk.app_screens import Thing
from screens.widgets.canvas import BOLD, HEAVY, LIGHT, Canvas, Inks, pixels_of
from screens.widgets.document_drawings import (
    COVER_SHAPE,
    PASSPORT_CODE,
    code_lines,
    cover,
    photo_page,
)
from screens.widgets.face_picture import oval_face

APP = "MitID"
FLAP = 1.2
"""The depth of an envelope's flap, in pixels, as a share of its height in cells."""
LINES = (0.9, 0.75, 0.85, 0.6)
"""How long lines of a text are, as shares of its width."""
DIGITS = ("123", "456", "789", " 0 ")

PERSON = pixels_of("""
.##.
.##.
####
####
""")
BELL = pixels_of("""
.....##.....
....####....
...######...
..########..
..########..
..########..
..########..
.##########.
############
............
....####....
.....##.....
""")
FINGER = pixels_of("""
....######....
..##......##..
.#...####...#.
#..##....##..#
#.#..####..#.#
#.#.#....#.#.#
#.#.#.##.#.#.#
#.#.#.##.#.#.#
..#.#.##.#.#..
.#..#.##.#..#.
...#..##..#...
..#..#..#..#..
""")


class Box(NamedTuple):
    """A place on the canvas, in cells."""

    x: int
    y: int
    width: int
    height: int

    def middle(self, width: int, height: int) -> "Box":
        """A smaller place in the middle of this one."""
        x = self.x + (self.width - width) // 2
        return Box(x, self.y + (self.height - height) // 2, width, height)


class Look(NamedTuple):
    """How a thing is drawn."""

    inks: Inks
    marked: bool
    """It is what to tap."""
    progress: float
    """Of what moves: from 0 to 1, how it ends."""


Draw = Callable[[Canvas, Box, Look], None]


class Drawable(NamedTuple):
    """A thing, and the rows that it takes at least and at most."""

    draw: Draw
    least: int
    most: int
    tapped: int = 0
    """How many rows of it, from the top, can be tapped."""


def _text(canvas: Canvas, box: Box, look: Look) -> None:
    for row in range(box.height):
        if row % 5 < 4:
            length = int(box.width * LINES[row % 4])
            canvas.write(box.x, box.y + row, "─" * length, look.inks.line)


def _rows(canvas: Canvas, box: Box, look: Look, sign: str, at_end: bool) -> None:
    apart = 2 if box.height >= 3 else 1
    for number, y in enumerate(range(box.y, box.y + box.height, apart)):
        length = int((box.width - 2) * LINES[number % 4])
        line = "─" * length
        if at_end:
            canvas.write(box.x, y, line, look.inks.line)
            canvas.write(box.x + box.width - 1, y, sign, look.inks.line)
        else:
            canvas.write(box.x, y, f"{sign} {line}", look.inks.line)


def _choices(canvas: Canvas, box: Box, look: Look) -> None:
    _rows(canvas, box, look, "○", at_end=False)


def _chosen(canvas: Canvas, box: Box, look: Look) -> None:
    """Choices, one of which has been made."""
    _choices(canvas, box, look)
    apart = 2 if box.height >= 3 else 1
    row = min(1, (box.height - 1) // apart)
    length = int((box.width - 2) * LINES[row])
    canvas.write(box.x, box.y + row * apart, f"◉ {'━' * length}", look.inks.mark + BOLD)


def _entries(canvas: Canvas, box: Box, look: Look) -> None:
    _rows(canvas, box, look, "▸", at_end=True)


def _people(canvas: Canvas, box: Box, look: Look) -> None:
    apart = 3 if box.height >= 5 else 2
    for number, y in enumerate(range(box.y, box.y + box.height - 1, apart)):
        canvas.pixels(box.x, y, PERSON, look.inks.line)
        length = int((box.width - 6) * LINES[number % 4])
        canvas.write(box.x + 6, y + 1, "─" * length, look.inks.line)


def _field(canvas: Canvas, box: Box, look: Look) -> None:
    ink, strokes = (look.inks.mark, HEAVY) if look.marked else (look.inks.line, LIGHT)
    canvas.frame(box.x, box.y, box.width, 3, ink, strokes)


def _fields(canvas: Canvas, box: Box, look: Look) -> None:
    for y in range(box.y, box.y + box.height - 2, 3):
        _field(canvas, box._replace(y=y), look._replace(marked=False))


def _keyboard(canvas: Canvas, box: Box, look: Look) -> None:
    keys = (box.width + 1) // 3
    wide = keys * 3 - 1
    x = box.x + (box.width - wide) // 2
    for row in range(box.height):
        fewer = min(row, keys - 4)
        line = " ".join(["▄▄"] * (keys - fewer)) if row < box.height - 1 else "▄" * (wide // 2)
        canvas.centre(x, wide, box.y + row, line, look.inks.line)


def _keypad(canvas: Canvas, box: Box, look: Look) -> None:
    tall = min(3, box.height // 4)
    wide = min(9, box.width // 3)
    left = box.x + (box.width - 3 * wide) // 2
    for row, digits in enumerate(DIGITS):
        for column, digit in enumerate(digits):
            x, y = left + column * wide, box.y + row * tall
            if tall >= 3 and digit != " ":
                canvas.frame(x, y, wide, 3, look.inks.mark if look.marked else look.inks.line)
            canvas.centre(x, wide, y + (tall >= 3), digit, look.inks.text + BOLD)


def _sms(canvas: Canvas, box: Box, look: Look) -> None:
    if box.height >= 3:
        canvas.frame(box.x, box.y, box.width, 3, look.inks.line)
        canvas.write(box.x + 2, box.y + 1, "SMS", look.inks.text + BOLD)
        canvas.fill(box.x + 6, box.y + 1, box.width - 8, 1, "─", look.inks.line)
    else:
        canvas.write(box.x, box.y, "SMS", look.inks.text + BOLD)
        canvas.fill(box.x + 4, box.y, box.width - 4, 1, "─", look.inks.line)


def _places(count: int) -> Draw:
    """So many empty places for digits."""

    def draw(canvas: Canvas, box: Box, look: Look) -> None:
        for wide in (3, 2, 1):
            row = " ".join(["▁" * wide] * count)
            if len(row) <= box.width:
                break
        canvas.centre(box.x, box.width, box.y + box.height - 1, row, look.inks.mark + BOLD)

    return draw


def _home(canvas: Canvas, box: Box, look: Look) -> None:
    """Icons of apps; the name stands below one of them."""
    wide = len(APP) + 2
    columns = 2 if box.width < 3 * wide + 4 else 3
    apart = (box.width - columns * wide) // (columns - 1) if columns > 1 else 0
    apart = min(apart, 4)
    x = box.x + (box.width - columns * wide - (columns - 1) * apart) // 2
    for y in range(box.y, box.y + box.height - 3, 4):
        for column in range(columns):
            first = y == box.y and column == columns - 1
            at = x + column * (wide + apart)
            ink, strokes = (look.inks.mark, HEAVY) if first else (look.inks.line, LIGHT)
            canvas.frame(at, y, wide, 3, ink, strokes)
            if first:
                canvas.centre(at, wide, y + 3, APP, look.inks.text + BOLD)
            else:
                canvas.centre(at, wide, y + 3, "───", look.inks.line)


def _video(canvas: Canvas, box: Box, look: Look) -> None:
    box = box.middle(min(box.width, box.height * 4), box.height)
    ink, strokes = (look.inks.mark, HEAVY) if look.marked else (look.inks.line, LIGHT)
    canvas.frame(*box, ink, strokes)
    rows = 2 * (box.height - 2)
    size = max(4, rows * 3 // 5 // 2 * 2)
    shown = [
        [column <= 2 * min(row, size - 1 - row) for column in range(size)] for row in range(size)
    ]
    x = box.x + (box.width - size) // 2
    canvas.pixels(x, box.y + (box.height - size // 2) // 2, shown, ink)


def _document(canvas: Canvas, box: Box, look: Look) -> None:
    """A passport open at the page with the photo, its code framed."""
    across = min(box.width, round(box.height * 2.2))
    page = box.middle(across, box.height)
    canvas.frame(*page, look.inks.line)
    photo_page(canvas, page.x + 1, page.y + 1, page.width - 2, page.height - 4, look.inks)
    code_lines(canvas, page.x + 1, page.y + page.height - 3, across - 2, PASSPORT_CODE, look.inks)


def _passport(canvas: Canvas, box: Box, look: Look) -> None:
    tall = min(box.height, int(box.width / COVER_SHAPE))
    at = box.middle(round(tall * COVER_SHAPE), tall)
    cover(canvas, at.x, at.y, tall, look.inks)


def _face(canvas: Canvas, box: Box, look: Look) -> None:
    oval_face(canvas, *box, look.inks, look.progress)


def _bitmap(pixels: Sequence[Sequence[bool]]) -> Draw:
    def draw(canvas: Canvas, box: Box, look: Look) -> None:
        at = box.middle(len(pixels[0]), (len(pixels) + 1) // 2)
        canvas.pixels(at.x, at.y, pixels, look.inks.line)

    return draw


def _letter(canvas: Canvas, box: Box, look: Look) -> None:
    """A letter, as it comes by post."""
    tall = min(box.height, round(box.width * 0.36))
    at = box.middle(min(box.width, round(tall / 0.36)) // 2 * 2, tall)
    envelope(canvas, at, look.inks)


def envelope(canvas: Canvas, box: Box, inks: Inks) -> None:
    """A closed letter."""
    canvas.frame(*box, inks.line, HEAVY)
    inner, depth = box.width - 2, round(box.height * FLAP)
    flap = [
        [row == min(column, inner - 1 - column) * 2 * depth // inner for column in range(inner)]
        for row in range(depth)
    ]
    canvas.pixels(box.x + 1, box.y + 1, flap, inks.line)


def _clock(canvas: Canvas, box: Box, look: Look) -> None:
    """A clock with two hands."""
    size = min(2 * box.height, box.width) // 2 * 2
    at = box.middle(size, size // 2)

    def drawn(x: float, y: float) -> bool:
        ring = size / 2 - 1.2 < math.hypot(x, y) <= size / 2
        minutes = abs(x) < 0.8 and -size * 0.36 < y <= 0.8
        return ring or minutes or (abs(y) < 0.8 and 0 <= x < size * 0.26)

    half = size / 2 - 0.5
    pixels = [[drawn(x - half, y - half) for x in range(size)] for y in range(size)]
    canvas.pixels(at.x, at.y, pixels, look.inks.line)


def _bar(canvas: Canvas, box: Box, look: Look) -> None:
    done = box.width // 2
    canvas.write(box.x, box.y, "━" * done, look.inks.mark + BOLD)
    canvas.write(box.x + done, box.y, "─" * (box.width - done), look.inks.line)


def _tick(canvas: Canvas, box: Box, look: Look) -> None:
    high = 2 * box.height
    wide = min(box.width, round(high * 1.4))
    at = box.middle(wide, box.height)
    corner = (wide * 0.36, high - 1.0)
    strokes = (((0.0, high * 0.55), corner), (corner, (wide - 1.0, 0.0)))
    thick = max(1.0, high / 9)

    def drawn(x: int, y: int) -> bool:
        return any(_distance(x, y, *start, *end) <= thick for start, end in strokes)

    pixels = [[drawn(x, y) for x in range(wide)] for y in range(high)]
    canvas.pixels(at.x, at.y, pixels, look.inks.mark)


def _distance(x: float, y: float, x0: float, y0: float, x1: float, y1: float) -> float:
    """How far a point is from a stroke."""
    long = math.hypot(x1 - x0, y1 - y0)
    along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / long
    along = min(max(along, 0.0), long)
    return math.hypot(
        x - x0 - (x1 - x0) * along / long,
        y - y0 - (y1 - y0) * along / long,
    )


DRAWABLE: dict[Thing, Drawable] = {
    "text": Drawable(_text, 1, 14),
    "choices": Drawable(_choices, 1, 13),
    "chosen": Drawable(_chosen, 1, 13),
    "entries": Drawable(_entries, 1, 7),
    "people": Drawable(_people, 2, 14),
    "field": Drawable(_field, 3, 3, tapped=3),
    "fields": Drawable(_fields, 3, 12),
    "keyboard": Drawable(_keyboard, 3, 5),
    "keypad": Drawable(_keypad, 4, 12, tapped=12),
    "sms": Drawable(_sms, 1, 3),
    "six-digits": Drawable(_places(6), 1, 1),
    "eight-digits": Drawable(_places(8), 1, 1),
    "home": Drawable(_home, 4, 16, tapped=3),
    "video": Drawable(_video, 5, 14, tapped=14),
    "document": Drawable(_document, 6, 18),
    "passport": Drawable(_passport, 4, 18),
    "face": Drawable(_face, 5, 24),
    "finger": Drawable(_bitmap(FINGER), 6, 6),
    "bell": Drawable(_bitmap(BELL), 6, 6),
    "letter": Drawable(_letter, 4, 9),
    "clock": Drawable(_clock, 4, 13),
    "bar": Drawable(_bar, 1, 1),
    "tick": Drawable(_tick, 4, 12),
}
"""Everything that can be drawn without words."""
LEAST_NEEDED: tuple[Thing, ...] = ("text", "keyboard", "bar", "letter")
"""What is left out first where there is no room for all."""
