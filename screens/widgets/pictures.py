"""The pictures of the guide, drawn in cells: a phone, a document, a face, a letter.

Every function draws for a width and a height in cells, from 24 x 14, and returns that many lines.
Only characters are used that are one cell wide everywhere, and nothing is told by colour alone.
"""

import math

from rich.cells import cell_len
from rich.text import Text

from kiosk.language import mark
from kiosk.situations.model import Picture
from screens.widgets.canvas import HEAVY, PLAIN, Canvas, Inks, pixels_of
from screens.widgets.phone_picture import BOLD, arrow, outline, phone
from screens.widgets.wrapping import wrap

__all__ = ["DESCRIPTIONS", "chip", "document_code", "face", "phone", "post", "store"]

DESCRIPTIONS: dict[Picture, str] = {
    "phone": mark("A drawing of the phone. Where there is something to tap, a hand points at it."),
    "store": mark(
        "A drawing of a phone with the app to install, MitID, and its publisher, "
        "Digitaliseringsstyrelsen."
    ),
    "code": mark(
        "A drawing of a passport open at the photo page, and of the back of an ID card. Arrows "
        "point at the code: the lines at the bottom."
    ),
    "chip": mark(
        "A drawing of a closed passport that lies flat, with the top half of a phone on its front."
    ),
    "face": mark("A drawing of a phone that is held up, so that the face fits the oval on it."),
    "post": mark("A drawing of a letter that comes by post."),
}
"""What every picture shows, to be spoken."""

APP, PUBLISHER = "MitID", "Digitaliseringsstyrelsen"
"""The app's name and its publisher, as the app stores show them."""

PASSPORT_CODE = ("P<UTOERIKSSON<<ANNA<MARIA", "L898902C36UTO7408122F1204159")
CARD_CODE = ("I<UTOD231458907", "7408122F1204159UTO", "ERIKSSON<<ANNA<MARIA")
"""Out of the specimens of ICAO Doc 9303-4 and 9303-5; cut and filled up to the drawing's width."""

DOWNLOAD = pixels_of("""
...##...
...##...
...##...
########
.######.
...##...
........
########
""")
"""An arrow down to a line."""


def document_code(width: int, height: int, inks: Inks = PLAIN) -> list[Text]:
    """A passport open at its photo page, and a card's back; the code of both is framed."""
    canvas = Canvas(width, height)
    across = min(width - 5, round(height * 1.6))
    x = (width - across - 5) // 2
    card = min(height // 3 + 1, 8)
    passport = height - card - (height >= 18)
    fold = max(2, passport // 4)
    page = passport - fold
    canvas.frame(x, 0, across, fold + 1, inks.line)
    canvas.frame(x, fold, across, page, inks.line)
    canvas.write(x, fold, "├" + "╌" * (across - 2) + "┤", inks.line)
    portrait = page - 6
    _portrait(canvas, x + 2, fold + 1, portrait, inks)
    beside = x + 3 + _portrait_width(portrait)
    for row in range(fold + 1, fold + 1 + portrait):
        share = 0.9 if (row - fold) % 2 else 0.6
        canvas.write(beside, row, "─" * int((x + across - 2 - beside) * share), inks.line)
    _code(canvas, x, fold + page - 5, across, PASSPORT_CODE, inks)
    narrow = across - 2
    canvas.frame(x + 1, height - card, narrow, card, inks.line)
    return canvas.lines()
