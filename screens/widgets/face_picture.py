"""A face in the oval frame on a phone's screen."""

import math
from collections.abc import Callable

from rich.text import Text

from screens.widgets.canvas import PLAIN, Canvas, Inks
from screens.widgets.hints import TICK
from screens.widgets.phone_outline import outline

OVAL_SHAPE = 1.47
"""The oval's width in cells for its height in cells."""
FARTHEST = 0.4
"""How large the face is when it is far away, as a share of its size in the oval."""
NEAR_AT = 0.8
"""How far a movement has come when the face fills the oval."""
FILLS = 0.74
"""The size of a face that fills the oval, as a share of it: so that both can be told apart."""
TICKED = 14
"""The height in cells from which there is room for a tick below the oval."""
SIMPLE = 13
"""The width in cells below which a face is drawn with eyes and mouth alone."""


def face(width: int, height: int, inks: Inks = PLAIN, progress: float = 1.0) -> list[Text]:
    """A phone that a hand holds up, with a face in the oval frame on its screen.

    `progress`: from 0, the face is far away, to 1, it fills the oval and there is a tick.
    """
    canvas = Canvas(width, height)
    below = 1 + (height >= 18)
    tall = height - below
    across = min(width - 6, round(tall * 1.3)) // 2 * 2
    x = (width - across) // 2
    outline(canvas, x, 0, across, tall, inks)
    top = 1 + (tall > 14)
    oval_face(canvas, x + 2, top, across - 4, tall - 1 - top, inks, progress)
    _holding_hand(canvas, x, tall, across, below, inks)
    return canvas.lines()


def oval_face(
    canvas: Canvas, x: int, y: int, width: int, height: int, inks: Inks, progress: float = 1.0
) -> None:
    """An oval in the middle of so many cells, and a face in it; see `face`."""
    tick = len(TICK) // 2 if height >= TICKED else 0
    wide = min(width, round((height - tick) * OVAL_SHAPE)) // 2 * 2
    high = min(height - tick, round(wide / OVAL_SHAPE))
    left, top = x + (width - wide) // 2, y + (height - tick - high) // 2
    size = FARTHEST + (1 - FARTHEST) * min(1.0, progress / NEAR_AT)
    if wide < SIMPLE:
        middle = left + wide // 2
        apart = 1 if size < 1 else 2
        canvas.write(middle - apart, top + high // 2 - 1, "●" + "  " * (apart - 1) + "●", inks.text)
        canvas.write(
            middle - apart,
            top + high // 2 + (high > 4),
            "╰" + "─" * (2 * apart - 2) + "╯",
            inks.text,
        )
    else:
        canvas.pixels(left, top, _pixels(wide, 2 * high, _person, size * FILLS), inks.line)
    canvas.pixels(left, top, _pixels(wide, 2 * high, _oval), inks.mark)
    if progress >= 1 and tick:
        canvas.pixels(x + (width - len(TICK[0])) // 2, top + high, TICK, inks.mark)


def _holding_hand(canvas: Canvas, x: int, bottom: int, width: int, below: int, inks: Inks) -> None:
    """The thumb, the fingers and the wrist around a phone that ends above row `bottom`."""
    thumb = bottom - max(5, bottom // 3)
    canvas.fill(x + width - 2, thumb, 4, 4, "▄", inks.line)
    canvas.write(x - 2, thumb, "▄██▄", inks.line)
    canvas.fill(x - 2, thumb + 1, 2, bottom - thumb - 1, "█", inks.line)
    canvas.fill(x - 2, bottom, width * 3 // 4, 1, "█", inks.line)
    canvas.fill(x, bottom + 1, width * 3 // 4 - 4, below - 1, "█", inks.line)


def _pixels(
    width: int, rows: int, drawn: Callable[[float, float, float], bool], size: float = 1.0
) -> list[list[bool]]:
    """Pixels of what is `drawn` in the middle of so many, at a size of which 1 fills them.

    `drawn` is asked with the distance to the middle, to the right and downwards, in halves of the
    drawing's size, and with the size of a pixel in the same measure.
    """
    pixel = 2 / width / size
    return [
        [
            drawn(
                ((column + 0.5) * 2 / width - 1) / size, ((row + 0.5) * 2 / rows - 1) / size, pixel
            )
            for column in range(width)
        ]
        for row in range(rows)
    ]


def _oval(x: float, y: float, pixel: float) -> bool:
    return 1 - 1.1 * pixel < math.hypot(x, y) <= 1


def _person(x: float, y: float, pixel: float) -> bool:
    """A head with hair, eyes, nose and mouth."""
    radius, side = math.hypot(x, y), abs(x)
    hair = radius <= 1 and y < -0.5 + 0.2 * x * x
    outline = 1 - pixel < radius <= 1
    eyes = abs(side - 0.42) < pixel / 2 + 0.04 and abs(y + 0.1) < 0.1
    nose = side < pixel / 2 + 0.04 and 0.05 < y < 0.25
    mouth = abs(math.hypot(x, y - 0.05) - 0.55) < pixel / 2 and y > 0.45
    return hair or outline or eyes or nose or mouth
