"""The pictures that need no words of a step, drawn in cells: a document, a face, a letter.

Every function draws for a width and a height in cells, from 24 x 14, and returns that many lines.
Only characters are used that are one cell wide everywhere, and nothing is told by colour alone.
"""

from collections.abc import Callable

from rich.text import Text

from kiosk.app_screens import AppScreen
from kiosk.situations.model import Picture
from screens.widgets.app_parts import APP, Box, envelope
from screens.widgets.canvas import BOLD, HEAVY, PLAIN, Canvas, Inks, pixels_of
from screens.widgets.document_drawings import chip_sign, document_code, lay_phone, scan_code
from screens.widgets.face_picture import face
from screens.widgets.phone_outline import REACH, outline, placed, point
from screens.widgets.phone_picture import phone

PUBLISHER = ("Digitaliserings", "styrelsen")
"""The app's publisher as the app stores show it, with where it may break."""

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
    envelope(canvas, Box((width - across) // 2, (height - tall) // 2, across, tall), inks)
    return canvas.lines()


def done(width: int, height: int, inks: Inks = PLAIN) -> list[Text]:
    """A phone with a large tick."""
    return phone(AppScreen(("tick", "text")), "", [], width, height, inks)


DRAWN: dict[Picture, Callable[[int, int, Inks], list[Text]]] = {
    "store": store,
    "code": document_code,
    "scan-code": scan_code,
    "chip-sign": chip_sign,
    "chip": lay_phone,
    "face": face,
    "post": post,
    "done": done,
}
"""What draws every picture that needs no words, by its name in the situations."""
MOVING: frozenset[Picture] = frozenset({"chip", "face"})
"""Those that show a movement."""
