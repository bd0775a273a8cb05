"""A drawn phone: an outline of our own with the words to look for, no copy of the app's screens."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from screens.widgets.canvas import HEAVY, LIGHT, PLAIN, Canvas, Inks, pixels_of
from screens.widgets.wrapping import is_whole, wrap

BOLD = Style(bold=True)

TOP_RIGHT = "Menu"
"""The label that the app shows at the top right; it reads so in Danish and in English."""

NARROWEST = 24
SHAPE = 1.2
"""A phone's width in cells as a share of its height in cells: wider than a real one, for words."""

HAND = pixels_of("""
....####....
..######.##.
#########.##
#########.##
..#######.##
.########.##
..#######.##
.########.##
..#######.##
...#####.##.
""")
"""A hand with a cuff that points to the left."""
ARROW = pixels_of("""
..#
.##
###
###
.##
..#
""")
"""What points where there is no room for a hand."""
TIP = 3
"""How many pixels of both lie above the middle of what they point at."""
HAND_WIDTH = len(HAND[0])
REACH = 3
"""How many cells of the phone's screen are kept free for a hand or an arrow to reach into."""


class _Layout(NamedTuple):
    """How much there is on a phone's screen around the words to tap."""

    padding: int
    title: bool = True
    frames: bool = True


ROOMY = _Layout(padding=1)
LAYOUTS = (
    ROOMY,
    _Layout(padding=0),
    _Layout(padding=0, title=False),
    _Layout(padding=0, title=False, frames=False),
)


class _Button(NamedTuple):
    lines: list[str]
    width: int
    framed: bool
    at_top: bool

    @property
    def height(self) -> int:
        return len(self.lines) + 2 * self.framed


def phone(
    title: str,
    labels: Sequence[str],
    width: int,
    height: int,
    inks: Inks = PLAIN,
    pointing: bool = True,
) -> list[Text]:
    """A phone with the title of the app's screen and the labels to tap, in that order.

    With `pointing` a hand, or an arrow where there is no room for one, points at the first label;
    without, all of them look the same, because the choice is the person's.
    """
    canvas = Canvas(width, height)
    left, across, hand = placed(width, height, pointing and bool(labels))
    outline(canvas, left, 0, across, height, inks)

    layout, heading, buttons = _arranged(title, labels, across - 2, height - 2)
    spare = height - 2 - len(heading) - sum(button.height for button in buttons)
    row = 1 + (spare > 1) + sum(button.height for button in buttons if button.at_top)
    for number, line in enumerate(heading):
        canvas.centre(left + 1, across - 2, row + number, line, inks.text + BOLD)
    right = left + across - 1 - REACH
    for number, (y, button) in enumerate(_from_below(buttons, height - 1, spare)):
        x = right - button.width if button.at_top else left + 1 + layout.padding
        first = number == 0 and pointing
        _draw(canvas, x, y, button, inks, marked=first or not pointing)
        if first:
            point(canvas, right, y, button.height, inks, hand and layout is ROOMY)
    return canvas.lines()


def placed(width: int, height: int, pointing: bool) -> tuple[int, int, bool]:
    """Where a phone begins, how wide it is, and whether there is room for a hand beside it."""
    across = min(width, max(NARROWEST, round(height * SHAPE)))
    beside = HAND_WIDTH - REACH - 1
    hand = pointing and width - across >= beside
    return (width - across - beside * hand) // 2, across, hand


def outline(canvas: Canvas, x: int, y: int, width: int, height: int, inks: Inks) -> None:
    """An empty phone: a frame with a loudspeaker at the top."""
    canvas.frame(x, y, width, height, inks.line)
    canvas.centre(x, width, y, " ━━━━ " if width > 14 else " ━━ ", inks.line)


def point(canvas: Canvas, x: int, y: int, height: int, inks: Inks, hand: bool = False) -> None:
    """A hand or an arrow at column `x` that points left, at what is `height` high from `y`."""
    pixels = HAND if hand else ARROW
    above = [[False] * len(pixels[0])] * (height - TIP)
    canvas.pixels(x, y, [*above, *pixels], inks.mark)


def _arranged(
    title: str, labels: Sequence[str], across: int, rows: int
) -> tuple[_Layout, list[str], list[_Button]]:
    """The roomiest layout in which all fits and no word is broken, or else in which all fits."""
    fitting = []
    for layout in LAYOUTS:
        heading = wrap(title, across) if layout.title else []
        buttons = [
            _button(label, number == 0, across, layout) for number, label in enumerate(labels)
        ]
        arranged = layout, heading, buttons
        if len(heading) + sum(button.height for button in buttons) > rows:
            continue
        if all(
            is_whole(label, button.lines) for label, button in zip(labels, buttons, strict=True)
        ):
            return arranged
        fitting.append(arranged)
    return fitting[0] if fitting else arranged


def _button(label: str, first: bool, across: int, layout: _Layout) -> _Button:
    at_top = first and label == TOP_RIGHT
    framed = first or layout.frames
    around = 2 * framed + 2 * layout.padding
    if at_top:
        width = cell_len(label) + around
    elif first or layout is ROOMY:
        width = across - REACH - layout.padding
    else:
        width = across
    return _Button(wrap(label, width - around), width, framed, at_top)


def _from_below(
    buttons: Sequence[_Button], bottom: int, spare: int
) -> Iterator[tuple[int, _Button]]:
    """Every button with its row: at the top, or above `bottom` with a free row each if there is."""
    below = [button for button in buttons if not button.at_top]
    gap = 1 if spare > len(below) else 0
    row = bottom - sum(button.height + gap for button in below)
    for button in buttons:
        if button.at_top:
            yield 1 + (spare > 1), button
        else:
            yield row, button
            row += button.height + gap


def _draw(canvas: Canvas, x: int, y: int, button: _Button, inks: Inks, marked: bool) -> None:
    if button.framed:
        ink, strokes = (inks.mark, HEAVY) if marked else (inks.line, LIGHT)
        canvas.frame(x, y, button.width, button.height, ink, strokes)
    for number, line in enumerate(button.lines, start=y + button.framed):
        canvas.centre(x, button.width, number, line, inks.text + BOLD if marked else inks.text)
