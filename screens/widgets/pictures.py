"""The pictures of the guide, drawn in cells: a phone, a document, a face, a letter.

Every function draws for a width and a height in cells, from 24 x 14, and returns that many lines.
Only characters are used that are one cell wide everywhere, and nothing is told by colour alone.
"""

import math
from collections.abc import Callable

from rich.text import Text

from kiosk.situations.model import Picture
from screens.widgets.canvas import HEAVY, PLAIN, Canvas, Inks, pixels_of
from screens.widgets.phone_picture import BOLD, HAND_WIDTH, REACH, outline, phone, placed, point

__all__ = ["DRAWN", "chip", "document_code", "face", "phone", "post", "store"]

"""What every picture shows, to be spoken."""

APP = "MitID"
PUBLISHER = ("Digitaliserings", "styrelsen")
"""The app's name and publisher as the app stores show them; the latter with where it may break."""

PASSPORT_CODE = ("P<UTOERIKSSON<<ANNA<MARIA", "L898902C36UTO7408122F1204159")
CARD_CODE = ("I<UTOD231458907", "7408122F1204159UTO", "ERIKSSON<<ANNA<MARIA")
"""Out of the specimens of ICAO Doc 9303-4 and 9303-5; cut and filled up to the drawing's width."""

DETAILED = 15
"""The width of an oval, in cells, in which a face can be drawn with pixels."""
CHIP_SIGN = " ━━(●)━━ "
"""Much like the sign that a passport with a chip has on its front."""

DOWNLOAD = pixels_of("""
....##....
....##....
.########.
..######..
...####...
....##....
..........
##########
""")
"""An arrow down to a line."""


def document_code(width: int, height: int, inks: Inks = PLAIN) -> list[Text]:
    """A passport open at its photo page, and a card's back; the code of both is framed."""
    canvas = Canvas(width, height)
    hand = width >= 36 and height >= 18
    beside = HAND_WIDTH if hand else 4
    across = min(width - beside, round(height * 1.6))
    x = (width - across - beside) // 2
    card = 6 + (height >= 20) + (height >= 24)
    passport = height - card - (height >= 18)
    fold = max(1, passport // 5)
    canvas.frame(x, 0, across, fold + 1, inks.line)
    canvas.frame(x, fold, across, passport - fold, inks.line, "├─┤│╰╯")
    photo_page(canvas, x + 2, fold + 1, across - 4, passport - fold - 5, inks)
    _code(canvas, x, passport, across, PASSPORT_CODE, inks, hand)
    canvas.frame(x + 1, height - card, across - 2, card, inks.line)
    _code(canvas, x + 1, height, across - 2, CARD_CODE, inks, hand)
    return canvas.lines()


def photo_page(canvas: Canvas, x: int, y: int, width: int, height: int, inks: Inks) -> None:
    """The photo of nobody, and lines in place of the words."""
    photo = min(height, width // 4) * 2
    person = [
        [
            math.hypot(column - photo / 2, row - photo * 0.32) < photo * 0.26
            or math.hypot(column - photo / 2, row - photo * 1.1) < photo * 0.5
            for column in _middles(photo)
        ]
        for row in _middles(photo)
    ]
    canvas.pixels(x, y + height - photo // 2, person, inks.line)
    for row in range(height):
        share = (0.5, 0.9, 0.7)[row % 3]
        canvas.write(x + photo + 2, y + row, "─" * int((width - photo - 2) * share), inks.line)


def _middles(pixels: int) -> list[float]:
    """Where the middle of every pixel in a row of them is."""
    return [pixel + 0.5 for pixel in range(pixels)]


def _code(
    canvas: Canvas,
    x: int,
    bottom: int,
    width: int,
    lines: tuple[str, ...],
    inks: Inks,
    hand: bool,
) -> None:
    """The code at the bottom of a page that ends above row `bottom`, framed and pointed at."""
    top = bottom - len(lines) - 2
    canvas.frame(x, top, width, len(lines) + 2, inks.mark, HEAVY)
    room = width - 4
    for row, line in enumerate(lines, start=top + 1):
        canvas.write(x + 2, row, line[: room - 5].ljust(room, "<"), inks.text + BOLD)
    point(canvas, x + width, top, len(lines) + 2, inks, hand)


def chip(width: int, height: int, inks: Inks = PLAIN) -> list[Text]:
    """A closed passport that lies flat, and the top half of a phone halfway on its front."""
    canvas = Canvas(width, height)
    passport, tall = round(height * 0.6), round(height * 0.7)
    across = min(width - 2, round(passport * 1.6))
    x = (width - across) // 2
    canvas.frame(x, 0, across, passport, inks.line, HEAVY)
    canvas.fill(x + 1, 1, across - 2, passport - 2, "░", inks.line)
    canvas.centre(x, across, (height - tall) // 2, CHIP_SIGN, inks.text + BOLD)
    narrow = round(across * 0.6)
    phone_x, phone_y = (width - narrow) // 2, height - tall
    outline(canvas, phone_x, phone_y, narrow, tall, inks)
    waves = "(((●)))" if narrow > 10 else "((●))"
    canvas.centre(phone_x, narrow, phone_y + (passport - phone_y) // 2, waves, inks.mark + BOLD)
    return canvas.lines()


def face(width: int, height: int, inks: Inks = PLAIN) -> list[Text]:
    """A phone that a hand holds up, with a face in the oval frame on its screen."""
    canvas = Canvas(width, height)
    below = 1 + (height >= 18)
    tall = height - below
    across = min(width - 6, round(tall * 1.3)) // 2 * 2
    x = (width - across) // 2
    outline(canvas, x, 0, across, tall, inks)

    wide, high = across - 6, min(tall - 3, round((across - 6) * 0.68))
    left, top = x + 3, 1 + (tall > 14)
    if wide >= DETAILED:
        rows = 2 * (tall - 1 - top)
        canvas.pixels(left, top, _pixels(wide, rows, high, _person), inks.line)
    else:
        canvas.centre(left, wide, top + high // 2 - 1, "●  ●", inks.text)
        canvas.centre(left, wide, top + high // 2 + 1, "╰──╯", inks.text)
    canvas.pixels(left, top, _pixels(wide, 2 * high, high, _oval), inks.mark)
    _holding_hand(canvas, x, tall, across, below, inks)
    return canvas.lines()


def _holding_hand(canvas: Canvas, x: int, bottom: int, width: int, below: int, inks: Inks) -> None:
    """The thumb, the fingers and the wrist around a phone that ends above row `bottom`."""
    thumb = bottom - max(5, bottom // 3)
    canvas.fill(x + width - 2, thumb, 4, 4, "▄", inks.line)
    canvas.write(x - 2, thumb, "▄██▄", inks.line)
    canvas.fill(x - 2, thumb + 1, 2, bottom - thumb - 1, "█", inks.line)
    canvas.fill(x - 2, bottom, width * 3 // 4, 1, "█", inks.line)
    canvas.fill(x, bottom + 1, width * 3 // 4 - 4, below - 1, "█", inks.line)


def _pixels(
    width: int, rows: int, high: int, drawn: Callable[[float, float, float], bool]
) -> list[list[bool]]:
    """Pixels of what is `drawn` in an oval of `width` pixels by `high` cells, and below it.

    `drawn` is asked with the distance to the oval's middle, to the right and downwards, in halves
    of its size, and with the size of a pixel in the same measure.
    """
    return [
        [
            drawn((column + 0.5) * 2 / width - 1, (row + 0.5) / high - 1, 2 / width)
            for column in range(width)
        ]
        for row in range(rows)
    ]


def _oval(x: float, y: float, pixel: float) -> bool:
    return 1 - 1.1 * pixel < math.hypot(x, y) <= 1


def _person(x: float, y: float, pixel: float) -> bool:
    """A head with hair, eyes, nose and mouth, and shoulders."""
    size = 0.74
    x, y, pixel = x / size, y / size, pixel / size
    radius, side = math.hypot(x, y), abs(x)
    hair = radius <= 1 and y < -0.5 + 0.2 * x * x
    outline = 1 - pixel < radius <= 1
    eyes = abs(side - 0.42) < pixel / 2 + 0.04 and abs(y + 0.1) < 0.1
    nose = side < pixel / 2 + 0.04 and 0.05 < y < 0.25
    mouth = abs(math.hypot(x, y - 0.05) - 0.55) < pixel / 2 and y > 0.45
    neck = side < 0.35 and 0.95 < y < 1.8
    shoulders = math.hypot(x / 1.6, y - 2.5) < 0.9
    return hair or outline or eyes or nose or mouth or neck or shoulders


def store(width: int, height: int, inks: Inks = PLAIN) -> list[Text]:
    """A phone with the name of the app to install, its publisher, and a button to load it."""
    canvas = Canvas(width, height)
    left, across, hand = placed(width, height, pointing=True)
    outline(canvas, left, 0, across, height, inks)
    canvas.centre(left, across, 2, APP, inks.text + BOLD)
    publisher = "".join(PUBLISHER)
    lines = [publisher] if len(publisher) <= across - 4 else [PUBLISHER[0] + "-", PUBLISHER[1]]
    for row, line in enumerate(lines, start=3):
        canvas.centre(left, across, row, line, inks.text)
    tall = len(DOWNLOAD) // 2 + 2
    x, y = left + 2, height - 1 - tall - (height >= 18)
    wide = across - 2 - REACH - 1
    canvas.frame(x, y, wide, tall, inks.mark, HEAVY)
    canvas.pixels(x + (wide - len(DOWNLOAD[0])) // 2, y + 1, DOWNLOAD, inks.mark)
    point(canvas, x + wide, y, tall, inks, hand)
    return canvas.lines()


def post(width: int, height: int, inks: Inks = PLAIN) -> list[Text]:
    """A letter, as it comes by post."""
    canvas = Canvas(width, height)
    across = min(width - 2, height * 2) // 2 * 2
    tall = round(across * 0.36)
    x, y = (width - across) // 2, (height - tall) // 2
    canvas.frame(x, y, across, tall, inks.line, HEAVY)
    inner, depth = across - 2, tall * 6 // 5
    flap = [
        [row == min(column, inner - 1 - column) * 2 * depth // inner for column in range(inner)]
        for row in range(depth)
    ]
    canvas.pixels(x + 1, y + 1, flap, inks.line)
    return canvas.lines()


DRAWN: dict[Picture, Callable[[int, int, Inks], list[Text]]] = {
    "store": store,
    "code": document_code,
    "chip": chip,
    "face": face,
    "post": post,
}
"""What draws every picture that needs no words, by its name in the situations."""
