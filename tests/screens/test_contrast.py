"""Every painted cell can be read: a contrast of 4.5:1 or more (WCAG 2.1, 1.4.3)."""

import pytest
from rich.color import Color

from screens.app import ReactivationApp
from screens.frame import FrameScreen
from screens.kit import Kit
from tests.screens.spots import one_of_each
from tests.screens.test_layout import show

LEAST = 4.5
PIXELS = "▀"
"""Cells of the live picture and of QR codes: their colours are those of what they show."""


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


def contrast_faults(screen: FrameScreen) -> set[str]:
    """What stands on a screen and can hardly be read."""
    faults: set[str] = set()
    for strip in screen._compositor.render_strips():
        for text, style, _ in strip:
            if not text.strip() or style is None or PIXELS in text:
                continue
            assert style.color is not None
            assert style.bgcolor is not None
            ratio = contrast(style.color, style.bgcolor)
            if ratio < LEAST or style.dim or style.blink:
                faults.add(f"{text.strip()!r} {ratio:.2f} {style}")
    return faults


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_every_cell_can_be_read(kit: Kit, size: tuple[int, int]) -> None:
    """Words, keys, drawings, with and without the focus."""
    app = ReactivationApp(kit, [])
    faults: set[str] = set()
    async with app.run_test(size=size) as pilot:
        for visit in one_of_each(kit.content, "en"):
            screen = await show(pilot, visit)
            faults |= {f"{visit.spot.kind}: {fault}" for fault in contrast_faults(screen)}
    assert not faults
