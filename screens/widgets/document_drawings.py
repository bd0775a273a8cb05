"""A passport and an ID card: where the code is, where the chip is, and how a phone reads both."""

import math

from rich.text import Text

from kiosk.phones import Place
from screens.widgets.canvas import BOLD, HEAVY, PLAIN, Canvas, Inks, pixels_of
from screens.widgets.phone_outline import HAND_WIDTH, outline, point

PASSPORT_CODE = ("P<UTOERIKSSON<<ANNA<MARIA", "L898902C36UTO7408122F1204159")
CARD_CODE = ("I<UTOD231458907", "7408122F1204159UTO", "ERIKSSON<<ANNA<MARIA")
"""Out of the specimens of ICAO Doc 9303-4 and 9303-5; cut and filled up to the drawing's width."""

CHIP_SIGN = "━━(●)━━"
"""Much like the sign that a passport with a chip has on its front (ICAO Doc 9303-9)."""
SMALL_SIGN = "(●)"
SIGN_SHAPE = 1.7
"""The sign's width as a share of its height, as it is printed: 9 x 5.25 mm."""
COVER_SHAPE = 1.45
"""The width of a closed passport, in cells, for its height in cells: 88 x 125 mm."""
CARD_SHAPE = 3.2
"""The same of a card: 86 x 54 mm."""
ON_ITS_SIDE = 2.6
"""The same of a phone on its side: higher than a real one, for what it shows."""

THUMB = pixels_of("""
.#.
###
###
###
###
""")
"""A thumb at the edge of a phone."""
WAVES = ("((●))", "(((●)))")
"""A chip that answers, a little and well."""
LAID_AT = 0.6
"""How far a movement has come when the phone lies on the passport."""


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


def code_lines(
    canvas: Canvas, x: int, y: int, width: int, lines: tuple[str, ...], inks: Inks
) -> None:
    """The lines of a code, filled up to a width with the arrows in which they end."""
    for row, line in enumerate(lines, start=y):
        canvas.write(x, row, line[: width - 5].ljust(width, "<"), inks.text + BOLD)


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
    code_lines(canvas, x + 2, top + 1, width - 4, lines, inks)
    point(canvas, x + width, top, len(lines) + 2, inks, hand)


def scan_code(width: int, height: int, inks: Inks = PLAIN) -> list[Text]:
    """A phone on its side above a passport, whose code it shows in the field at the bottom."""
    canvas = Canvas(width, height)
    held = width >= 34
    across = min(width - 4 * held, round(height * 1.9))
    tall = min(height - 4, round(across / ON_ITS_SIDE))
    x, y = (width - across) // 2, (height - tall) // 2 + 1
    page = across - 6
    above = min(y, 5)
    canvas.frame(x + 3, y - above, page, tall + above + 2, inks.line)
    canvas.frame(x, y, across, tall, inks.line)
    for row, speaker in enumerate(" ┃┃ ", start=y + tall // 2 - 2):
        canvas.write(x, row, speaker, inks.line)

    if held:
        for thumb in (x - 2, x + across - 1):
            canvas.pixels(thumb, y + tall - 4, THUMB, inks.line)
    field = y + tall - 5
    photo_page(canvas, x + 5, y + 1, across - 10, field - y - 1, inks)
    canvas.frame(x + 3, field, across - 6, 4, inks.mark, HEAVY)
    code_lines(canvas, x + 5, field + 1, across - 10, PASSPORT_CODE, inks)
    for row in (field + 1, field + 2):
        canvas.write(x + 1, row, "▶", inks.mark)
        canvas.write(x + across - 2, row, "◀", inks.mark)
    return canvas.lines()


def cover(
    canvas: Canvas, x: int, y: int, height: int, inks: Inks, sign_at: float | None = 0.5
) -> int:
    """A closed passport with its front up; its width in cells.

    `sign_at`: how far down the sign of the chip is; None on its back, which has none.
    """
    width = round(height * COVER_SHAPE)
    canvas.frame(x, y, width, height, inks.line)
    canvas.fill(x + 1, y + 1, width - 2, height - 2, "░", inks.line)
    if sign_at is not None:
        sign = f" {CHIP_SIGN if width > len(CHIP_SIGN) + 3 else SMALL_SIGN} "
        canvas.centre(x, width, y + int(height * sign_at), sign, inks.text + BOLD)
    return width


def card(canvas: Canvas, x: int, y: int, width: int, height: int, inks: Inks) -> None:
    """An ID card with its front, and the sign of its chip, up."""
    canvas.frame(x, y, width, height, inks.line)
    canvas.write(x + 2, y + 1, SMALL_SIGN, inks.text + BOLD)
    canvas.fill(x + 2, y + height - 2, width - 4, 1, "─", inks.line)


def chip_sign(width: int, height: int, inks: Inks = PLAIN) -> list[Text]:
    """The sign of a chip, large; below it a passport's and a card's front, where it is printed."""
    canvas = Canvas(width, height)
    low = min(height * 3 // 5, round((width - 2) / (COVER_SHAPE + 1.3)))
    room = height - low - 1 - (height >= 18)
    columns = min(width - 4, round(2 * room * SIGN_SHAPE)) // 2 * 2
    large = min(room, round(columns / SIGN_SHAPE / 2))
    top = (height - low - large) // 2
    canvas.pixels((width - columns) // 2, top, _sign(columns, 2 * large), inks.mark)

    wide = round(low * COVER_SHAPE)
    beside = min(width - wide - 2, round(low * 1.6))
    x, y = (width - wide - 2 - beside) // 2, height - low
    cover(canvas, x, y, low, inks, sign_at=None)
    sign = CHIP_SIGN if wide >= len(CHIP_SIGN) + 4 else SMALL_SIGN
    _framed(canvas, x + (wide - len(sign) - 2) // 2, y + low - 4, sign, inks)
    tall = max(5, round(beside / CARD_SHAPE))
    canvas.frame(x + wide + 2, height - tall, beside, tall, inks.line)
    _framed(canvas, x + wide + 3, height - tall + 1, SMALL_SIGN, inks)
    for row in range(height - tall + 1, height - 1):
        canvas.fill(x + wide + 9, row, beside - 8, 1, "─", inks.line)
    return canvas.lines()


def _framed(canvas: Canvas, x: int, y: int, sign: str, inks: Inks) -> None:
    canvas.frame(x, y, len(sign) + 2, 3, inks.mark, HEAVY)
    canvas.write(x + 1, y + 1, sign, inks.text + BOLD)


def _sign(width: int, height: int) -> list[list[bool]]:
    """A rectangle with a line across its middle, and in it a circle with room around."""
    thick = max(1.0, height / 9)
    radius = height * 0.3

    def drawn(x: float, y: float) -> bool:
        away = math.hypot(x - width / 2, y - height / 2)
        edge = min(x, y, width - x, height - y) < thick
        line = abs(y - height / 2) < thick / 2 + 0.1 and away > radius
        return edge or line or radius - max(1.2, thick) < away <= radius

    return [[drawn(x, y) for x in _middles(width)] for y in _middles(height)]


def lay_phone(
    width: int, height: int, inks: Inks = PLAIN, progress: float = 1.0, place: Place = "top"
) -> list[Text]:
    """A closed passport that lies flat, and a phone that is laid on its front.

    `place`: the part of the phone that must lie on the chip. `progress`: from 0, the phone beside
    the passport, to 1, its chip is being read.
    """
    canvas = Canvas(width, height)
    passport, tall = round(height * 0.6), round(height * 0.7)
    across = min(width - 2, round(passport * 1.6))
    narrow = round(across * 0.66)
    antenna = {"top-edge": 1, "top": tall // 4, "middle": tall // 2}[place]
    top = max(0, (height - max(passport, passport // 2 - antenna + tall)) // 2)
    y = max(0, top + passport // 2 - antenna)
    away = top + passport + 1 - y
    y += round(away * (1 - min(1.0, progress / LAID_AT)))

    x = (width - across) // 2
    canvas.frame(x, top, across, passport, inks.line, HEAVY)
    canvas.fill(x + 1, top + 1, across - 2, passport - 2, "░", inks.line)
    sign_row = top + max(1, passport // 4)
    canvas.centre(x, across, sign_row, f" {CHIP_SIGN} ", inks.text + BOLD)
    phone_x = (width - narrow) // 2
    outline(canvas, phone_x, y, narrow, tall, inks)
    if progress > LAID_AT:
        waves = WAVES[progress >= 1 and narrow > 10]
        canvas.centre(phone_x, narrow, y + antenna, waves, inks.mark + BOLD)
    if progress >= 1:
        room = narrow - 4
        read = room * 2 // 3
        row = y + max(antenna + 2, tall - 3)
        canvas.write(phone_x + 2, row, "━" * read, inks.mark + BOLD)
        canvas.write(phone_x + 2 + read, row, "─" * (room - read), inks.line)
    return canvas.lines()
