"""What of a screen can be read, cell by cell (WCAG 2.1, 1.4.3 and 1.4.11)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.color import Color
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from kiosk.access import Theme
from screens.widgets.key_button import CAP, KeyButton
from screens.widgets.preview import Preview
from screens.widgets.qr_code import QRCode

TEXT = {Theme.LIGHT: 4.5, Theme.DARK: 4.5, Theme.CONTRAST: 7.0}
"""The least contrast of words."""
PARTS = {Theme.LIGHT: 3.0, Theme.DARK: 3.0, Theme.CONTRAST: 4.5}
"""That of lines, edges and blocks."""


class Cell(NamedTuple):
    """One painted cell."""

    character: str
    front: Color
    back: Color
    faint: bool
    """Whether it is dim, or blinks."""


def luminance(color: Color) -> float:
    """Relative luminance (WCAG 2.1)."""
    channels = [c / 255 for c in color.get_truecolor()]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio of two colours (WCAG 2.1)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def painted(screen: Screen[None]) -> list[list[Cell]]:
    """Every cell of a screen, row by row; a wide character fills two."""
    rows = []
    for strip in screen._compositor.render_strips():
        row: list[Cell] = []
        for text, style, _ in strip:
            assert style is not None
            assert style.bgcolor is not None
            assert style.color is not None or not text.strip()
            front, back = style.color or style.bgcolor, style.bgcolor
            if style.reverse:
                front, back = back, front
            faint = bool(style.dim or style.blink or style.blink2)
            for character in text:
                row.append(Cell(character, front, back, faint))
        rows.append(row)
    return rows


def is_part(character: str) -> bool:
    """Whether it belongs to a line, an edge or a drawing: box drawing and block elements."""
    return "\u2500" <= character <= "\u259f"


def cell_faults(cells: Iterable[Cell], theme: Theme) -> list[str]:
    """What in these cells can hardly be read."""
    faults = set()
    for cell in set(cells):
        if not cell.character.strip():
            continue
        ratio = contrast(cell.front, cell.back)
        if ratio < (PARTS if is_part(cell.character) else TEXT)[theme] or cell.faint:
            faults.add(f"{cell.character!r} {ratio:.2f} {cell.front.name} {cell.back.name}")
    return sorted(faults)


def contrast_faults(screen: Screen[None], theme: Theme) -> Iterator[str]:
    """What stands on a screen and can hardly be read; the live picture is left out."""
    cells = painted(screen)
    live = [preview.region for preview in screen.query(Preview) if preview.display]
    seen = (
        cell
        for y, row in enumerate(cells)
        for x, cell in enumerate(row)
        if not any(region.contains(x, y) for region in live)
    )
    yield from cell_faults(seen, theme)
    yield from key_faults(screen, cells, theme)
    for code in screen.query(QRCode):
        colours = {(cell.front.name, cell.back.name) for cell in inside(cells, code.region)}
        if colours != {("#000000", "#ffffff")}:
            yield f"a QR code in other colours than black on white: {colours}"


def key_faults(screen: Screen[None], cells: list[list[Cell]], theme: Theme) -> Iterator[str]:
    """Keys that cannot be told from what is around them."""
    for button in screen.query(KeyButton):
        region = button.region
        if not region:
            continue
        cap = cells[region.y][region.x].back
        # The whole of a key with the focus looks like its cap.
        beside = region.x - 1 if button.has_focus else region.x + CAP
        ratio = contrast(cap, cells[region.y][beside].back)
        if ratio < PARTS[theme]:
            yield f"the edge of key {button.key.digit} {ratio:.2f}"


def inside(cells: list[list[Cell]], region: Region) -> list[Cell]:
    """The cells of a part of a screen."""
    return [
        cell for row in cells[region.y : region.bottom] for cell in row[region.x : region.right]
    ]


def looks(screen: Screen[None]) -> frozenset[tuple[str, frozenset[str]]]:
    """Of what kinds of widgets, in which classes, a screen is made: with them go its colours."""
    shown: Iterable[Widget] = screen.walk_children(Widget, with_self=True)
    return frozenset(
        (type(widget).__name__, frozenset(widget.classes)) for widget in shown if widget.display
    )
