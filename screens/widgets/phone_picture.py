"""A drawn phone: an outline of our own with the words to look for, no copy of the app's screens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from kiosk.app_screens import AppScreen, Thing
from screens.widgets.app_parts import DRAWABLE, LEAST_NEEDED, Box, Drawable, Look
from screens.widgets.canvas import BOLD, HEAVY, LIGHT, PLAIN, Canvas, Inks
from screens.widgets.phone_outline import REACH, outline, placed, point
from screens.widgets.wrapping import is_whole, wrap

CHOICE, ENTRY = "○ ", " ▸"
"""What stands before one of several choices, and after an entry of a list."""


AT_BOTTOM: tuple[Thing, ...] = ("keyboard", "keypad")
"""Things that are at the bottom of the screen where no button is."""


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


@dataclass
class _Block:
    """One part of the screen, with the rows that it takes."""

    height: int


@dataclass
class _Title(_Block):
    lines: list[str]


@dataclass
class _Label(_Block):
    """A label with what is around it; `part` is a button's where no part of the screen takes it."""

    text: str
    lines: list[str]
    width: int
    framed: bool
    part: str


@dataclass
class _Thing(_Block):
    name: Thing

    @property
    def drawable(self) -> Drawable:
        return DRAWABLE[self.name]


class _Arranged(NamedTuple):
    """The parts of a screen, those at the bottom apart, and how many rows are free between."""

    layout: _Layout
    above: list[_Block]
    below: list[_Label]
    gap: int
    spare: int


def phone(
    screen: AppScreen,
    title: str,
    labels: Sequence[str],
    width: int,
    height: int,
    inks: Inks = PLAIN,
    progress: float = 1.0,
) -> list[Text]:
    """A phone with a screen of the app, its title, and the labels to tap, in that order.

    A hand, or an arrow where there is no room for one, points at what is to be tapped first. Where
    the person chooses freely none does, and all labels look the same.
    `progress`: of what moves on the screen, from 0 to 1, how it ends.
    """
    canvas = Canvas(width, height)
    pointing = not screen.free and (bool(labels) or _is_tapped(screen))
    left, across, hand = placed(width, height, pointing)
    outline(canvas, left, 0, across, height, inks)

    arranged = _arranged(screen, title, labels, across - 2, height - 2)
    target: tuple[int, int] | None = None
    for y, block in _rows(arranged, height):
        first = pointing and target is None
        match block:
            case _Title(_, lines):
                for row, line in enumerate(lines, start=y):
                    canvas.centre(left + 1, across - 2, row, line, inks.text + BOLD)
            case _Label():
                at_right = block.part == "menu"
                right = left + across - 1 - REACH
                indent = 1 + max(arranged.layout.padding, not block.framed)
                x = right - block.width if at_right else left + indent
                _draw(canvas, x, y, block, inks, marked=first or screen.free)
                if first:
                    target = y, block.height
            case _Thing():
                drawable = block.drawable
                marked = first and drawable.tapped > 0
                box = Box(left + 2, y, across - 4 - (REACH - 1) * marked, block.height)
                drawable.draw(canvas, box, Look(inks, marked, progress))
                if marked:
                    target = y, min(block.height, drawable.tapped)
    if target is not None:
        roomy = hand and arranged.layout is ROOMY
        point(canvas, left + across - 1 - REACH, *target, inks, roomy)
    return canvas.lines()


def _is_tapped(screen: AppScreen) -> bool:
    return any(part in DRAWABLE and DRAWABLE[part].tapped for part in screen.parts)


def _arranged(
    screen: AppScreen, title: str, labels: Sequence[str], across: int, rows: int
) -> _Arranged:
    """The roomiest layout in which all words fit and none is broken, or else in which all fit."""
    fitting = []
    for layout in LAYOUTS:
        above, below = _worded(screen, title, labels, across, layout)
        words = [block for block in (*above, *below) if not isinstance(block, _Thing)]
        spare = rows - sum(block.height for block in words)
        arranged = _filled(layout, above, below, spare)
        if spare < 0:
            continue
        told = [block for block in words if isinstance(block, _Label)]
        if all(is_whole(block.text, block.lines) for block in told):
            return arranged
        fitting.append(arranged)
    return fitting[0] if fitting else arranged


def _worded(
    screen: AppScreen, title: str, labels: Sequence[str], across: int, layout: _Layout
) -> tuple[list[_Block], list[_Label]]:
    """The parts of the screen with their words, things without rows yet; and the buttons below."""
    left = list(labels)
    above: list[_Block] = []
    for part in screen.parts:
        match part:
            case "title":
                lines = wrap(title, across - 2) if layout.title else []
                above.append(_Title(len(lines), lines))
            case "menu" | "heading" | "choice" | "entry" | "button":
                if left:
                    first = len(left) == len(labels)
                    above.append(_label(left.pop(0), part, first, across, layout))
            case thing:
                above.append(_Thing(0, thing))
    below = [
        _label(text, "button", len(left) == len(labels) and number == 0, across, layout)
        for number, text in enumerate(left)
    ]
    return above, below


def _label(text: str, part: str, first: bool, across: int, layout: _Layout) -> _Label:
    """A label in lines; only the first one and buttons have a frame."""
    framed = first or (layout.frames and part == "button")
    around = 2 * framed + (2 * layout.padding if framed else 0)
    if part == "menu":
        width = cell_len(text) + around
    elif first or (framed and layout is ROOMY):
        width = across - REACH - layout.padding
    else:
        width = across - (0 if framed else 2)
    signs = len(CHOICE) if part in ("choice", "entry") else 0
    lines = wrap(text, width - around - signs)
    return _Label(len(lines) + 2 * framed, text, lines, width, framed, part)


def _filled(layout: _Layout, above: list[_Block], below: list[_Label], spare: int) -> _Arranged:
    """Gives rows to the things, the more needed ones first; those that have none are left out."""
    things = [block for block in above if isinstance(block, _Thing)]
    things.sort(key=lambda thing: thing.name in LEAST_NEEDED)
    for thing in things:
        if thing.drawable.least <= spare:
            thing.height = thing.drawable.least
            spare -= thing.height
    above = [block for block in above if block.height]
    gaps = len(above) + len(below)
    gap = 1 if spare >= gaps else 0
    spare -= gap * gaps
    for thing in things:
        if thing.height and spare > 0:
            more = min(spare, thing.drawable.most - thing.height)
            thing.height += more
            spare -= more
    return _Arranged(layout, above, below, gap, max(spare, 0))


def _rows(arranged: _Arranged, height: int) -> list[tuple[int, _Block]]:
    """Every part with the row at which it begins: from the top on, and from the bottom up."""
    placed_at: list[tuple[int, _Block]] = []
    row = 1 + arranged.gap
    for block in arranged.above:
        if isinstance(block, _Thing) and block.name in AT_BOTTOM and not arranged.below:
            row += arranged.spare
        placed_at.append((row, block))
        row += block.height + arranged.gap
    row = height - 1 - sum(block.height + arranged.gap for block in arranged.below)
    for button in arranged.below:
        placed_at.append((row, button))
        row += button.height + arranged.gap
    return placed_at


def _draw(canvas: Canvas, x: int, y: int, label: _Label, inks: Inks, marked: bool) -> None:
    if label.framed:
        ink, strokes = (inks.mark, HEAVY) if marked else (inks.line, LIGHT)
        canvas.frame(x, y, label.width, label.height, ink, strokes)
    ink = inks.text + BOLD if marked or label.part == "heading" else inks.text
    inner = x + 1 + label.framed if label.framed else x
    for number, line in enumerate(label.lines):
        row = y + label.framed + number
        if label.part in ("button", "menu"):
            canvas.centre(x, label.width, row, line, ink)
        else:
            begins = CHOICE if label.part == "choice" and number == 0 else ""
            indent = len(CHOICE) * (label.part == "choice")
            canvas.write(inner, row, begins, inks.line)
            canvas.write(inner + indent, row, line, ink)
            if label.part == "entry" and number == 0:
                end = x + label.width - label.framed
                canvas.write(end - len(ENTRY), row, ENTRY, inks.line)
