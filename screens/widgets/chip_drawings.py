"""Drawings for the chip reader: where the document goes, and what to do with it.

Every function draws for a width and a height in cells, from 24 x 14.
"""

from collections.abc import Callable
from typing import Literal

from rich.text import Text

from kiosk.language import Language, mark
from screens.widgets.canvas import BOLD, HEAVY, PLAIN, Canvas, Inks, pixels_of
from screens.widgets.descriptions import PICTURES
from screens.widgets.document_drawings import (
    CARD_SHAPE,
    COVER_SHAPE,
    card,
    cover,
    document_code,
    lay_phone,
)
from screens.widgets.hints import RIGHT, TURN
from screens.widgets.picture import Drawn

ChipDrawing = Literal["lay-on", "lies", "once-more", "alone", "turn-over", "phone", "code"]
"""What can be drawn: a document laid on the reader, one that lies there, one to be lifted and laid
down again, one without others beside it, one to be turned over; a phone on a passport, and a
document's code."""

DOWN = pixels_of("""
...##...
...##...
.######.
...##...
""")
UP = DOWN[::-1]
WAVES = "(((●)))"
SLAB = 3
"""Rows of a reader that is seen from the side."""


def _width(height: int) -> int:
    """The width of a closed passport of so many rows."""
    return round(height * COVER_SHAPE)


def _slab(canvas: Canvas, x: int, y: int, width: int, inks: Inks) -> None:
    """The reader."""
    canvas.frame(x, y, width, SLAB, inks.mark, HEAVY)
    canvas.centre(x, width, y + 1, WAVES, inks.mark + BOLD)


def _arrow(canvas: Canvas, x: int, width: int, y: int, inks: Inks, up: bool = False) -> None:
    canvas.pixels(x + (width - len(DOWN[0])) // 2, y, UP if up else DOWN, inks.mark)


def _group(canvas: Canvas, tallest: int) -> tuple[int, int]:
    """Rows of the document above an arrow and the reader, and the row at which it begins."""
    below = len(DOWN) // 2 + SLAB
    tall = min(canvas.height - below, tallest)
    return tall, (canvas.height - tall - below) // 2


def lay_on(canvas: Canvas, inks: Inks) -> None:
    """A closed passport and a card, each flat, that go down on the reader."""
    tall, y = _group(canvas, round(canvas.width * 0.32))
    wide = _width(tall)
    beside = canvas.width - wide - 2
    low = min(tall, max(4, round(beside / CARD_SHAPE)))
    cover(canvas, 0, y, tall, inks)
    card(canvas, wide + 2, y + tall - low, beside, low, inks)
    _arrow(canvas, 0, wide, y + tall, inks)
    _arrow(canvas, wide + 2, beside, y + tall, inks)
    _slab(canvas, 0, y + tall + len(DOWN) // 2, canvas.width, inks)


def lies(canvas: Canvas, inks: Inks) -> None:
    """The reader from above, a closed passport flat on the middle of it."""
    high = min(canvas.height, round(canvas.width * 0.5))
    y = (canvas.height - high) // 2
    canvas.frame(0, y, canvas.width, high, inks.mark, HEAVY)
    tall = high - 4
    x = (canvas.width - _width(tall)) // 2
    wide = cover(canvas, x, y + 2, tall, inks)
    middle = y + high // 2
    canvas.write(x - 4, middle, "(((", inks.mark + BOLD)
    canvas.write(x + wide + 1, middle, ")))", inks.mark + BOLD)


def once_more(canvas: Canvas, inks: Inks) -> None:
    """A passport that is lifted off the reader and laid down again."""
    tall, y = _group(canvas, round(canvas.width * 0.42))
    wide = _width(tall)
    x = (canvas.width - wide) // 2
    cover(canvas, x, y, tall, inks)
    half = wide // 2
    _arrow(canvas, x - 1, half, y + tall, inks, up=True)
    _arrow(canvas, x + wide - half + 1, half, y + tall, inks)
    _slab(canvas, 0, y + tall + len(DOWN) // 2, canvas.width, inks)


def alone(canvas: Canvas, inks: Inks) -> None:
    """A passport goes down on the reader, and a card goes away from it."""
    tall, y = _group(canvas, round(canvas.width * 0.32))
    wide = _width(tall)
    left = wide + 2
    cover(canvas, 1, y, tall, inks)
    _arrow(canvas, 1, wide, y + tall, inks)
    _slab(canvas, 0, y + tall + len(DOWN) // 2, left, inks)
    beside = canvas.width - left - 1
    low = min(tall, max(4, round(beside / CARD_SHAPE)))
    card(canvas, left + 1, y, beside, low, inks)
    canvas.pixels(left + 1 + (beside - len(RIGHT[0])) // 2, y + low + 1, RIGHT, inks.mark)


def turn_over(canvas: Canvas, inks: Inks) -> None:
    """A passport that is turned from its front to its back, and then laid on the reader."""
    apart = len(TURN[0]) + 2
    tall, y = _group(canvas, int((canvas.width - apart) // 2 / 1.5))
    wide = _width(tall)
    x = (canvas.width - apart - 2 * wide) // 2
    cover(canvas, x, y, tall, inks)
    canvas.pixels(x + wide + 1, y + (tall - len(TURN) // 2) // 2, TURN, inks.mark)
    cover(canvas, x + wide + apart, y, tall, inks, sign_at=None)
    _arrow(canvas, x + wide + apart, wide, y + tall, inks)
    _slab(canvas, 0, y + tall + len(DOWN) // 2, canvas.width, inks)


_DRAWN: dict[ChipDrawing, Callable[[Canvas, Inks], None]] = {
    "lay-on": lay_on,
    "lies": lies,
    "once-more": once_more,
    "alone": alone,
    "turn-over": turn_over,
}


def draw(drawing: ChipDrawing, width: int, height: int, inks: Inks = PLAIN) -> list[Text]:
    """The drawing in so many columns and rows."""
    if drawing == "phone":
        return lay_phone(width, height, inks)
    if drawing == "code":
        return document_code(width, height, inks)
    canvas = Canvas(width, height)
    _DRAWN[drawing](canvas, inks)
    return canvas.lines()


SHOWS: dict[ChipDrawing, str] = {
    "lay-on": mark(
        "The picture shows a closed passport and an ID card. "
        "An arrow points from each of them down to the reader."
    ),
    "lies": mark("The picture shows a closed passport flat on the middle of the reader."),
    "once-more": mark(
        "The picture shows a passport that is lifted off the reader and laid down again."
    ),
    "alone": mark("The picture shows a passport that is laid on the reader. A card is taken away."),
    "turn-over": mark(
        "The picture shows a passport that is turned over and laid on the reader with its back up."
    ),
    "phone": PICTURES["chip"],
    "code": PICTURES["code"],
}
"""What each drawing shows, for somebody who cannot see it."""


class ReaderView(Drawn):
    """What to do with the document at the chip reader, as a drawing that changes."""

    drawing: ChipDrawing | None = None

    def show(self, drawing: ChipDrawing | None) -> None:
        """Shows another drawing, or none."""
        if drawing != self.drawing:
            self.drawing = drawing
            self.refresh()

    def draw(self, width: int, height: int, inks: Inks) -> list[Text]:
        """That which was last shown."""
        return draw(self.drawing, width, height, inks) if self.drawing else []

    def description(self, language: Language) -> str:
        """What that shows."""
        return language.say(SHOWS[self.drawing]) if self.drawing else ""
