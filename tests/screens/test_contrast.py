"""Everything can be read and the focus found, in every theme (WCAG 2.1: 1.4.1, 1.4.3, 1.4.11).

Every screen at 80x24 is looked at in test_layout.py; here each kind of screen on larger terminals.
"""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest
from rich.color import Color
from textual.geometry import Spacing

from kiosk.access import Theme
from screens.app import ReactivationApp
from screens.idle import IdleWarning
from screens.kit import Kit
from screens.widgets.key_button import CAP, FOCUSED, KeyButton
from screens.wiped import WipedScreen
from tests.screens.audit import (
    PARTS,
    TEXT,
    Cell,
    cell_faults,
    contrast,
    contrast_faults,
    inside,
    painted,
)
from tests.screens.spots import one_of_each
from tests.screens.test_layout import show


def kit_in(kit: Kit, theme: Theme) -> Kit:
    """The kiosk whose visits begin in these colours."""
    screen = msgspec.structs.replace(kit.settings.screen, theme=theme)
    return replace(kit, settings=msgspec.structs.replace(kit.settings, screen=screen))


def test_the_ratio_is_that_of_the_standard() -> None:
    """Black on white is 21:1; the grey of the WCAG's own example is just enough."""
    black, white, grey = map(Color.parse, ("#000000", "#ffffff", "#767676"))
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(grey, white) == pytest.approx(4.54, abs=0.01)


@pytest.mark.grid
@pytest.mark.parametrize("size", [(100, 28), (120, 40)], ids=str)
@pytest.mark.parametrize("theme", Theme)
async def test_every_cell_can_be_read(kit: Kit, theme: Theme, size: tuple[int, int]) -> None:
    """Words, keys and drawings, from the first screen on."""
    app = ReactivationApp(kit_in(kit, theme), [], clock=lambda: 0.0)
    faults: set[str] = set()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        faults |= {f"first screen: {fault}" for fault in contrast_faults(app.screen, theme)}
        for visit in one_of_each(kit.content, "da"):
            screen = await show(pilot, visit)
            faults |= {f"{visit.spot.kind}: {fault}" for fault in contrast_faults(screen, theme)}
    assert not faults


@pytest.mark.parametrize("theme", Theme)
async def test_what_no_visit_leads_to_can_be_read(kit: Kit, theme: Theme) -> None:
    """The question whether somebody is still there, the end, and a window that is too small."""
    danish = kit.languages["da"]
    app = ReactivationApp(kit_in(kit, theme), [], clock=lambda: 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        for screen in (IdleWarning(danish, 30), WipedScreen(danish)):
            await app.push_screen(screen)
            await pilot.pause()
            assert not list(contrast_faults(screen, theme))
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert not list(contrast_faults(app.screen, theme))


@pytest.mark.grid
@pytest.mark.parametrize("theme", Theme)
async def test_the_focus_is_unmistakable(kit: Kit, theme: Theme) -> None:
    """A key with the focus has a mark before its words, and is of another lightness behind them."""
    app = ReactivationApp(kit_in(kit, theme), [], clock=lambda: 0.0)
    faults: set[str] = set()
    async with app.run_test(size=(80, 24)) as pilot:
        for visit in one_of_each(kit.content, "da"):
            screen = await show(pilot, visit)
            screen.set_focus(None)
            await pilot.pause()
            before = painted(screen)
            for button in screen.query(KeyButton):
                button.focus()
                await pilot.pause()
                words = button.region.shrink(Spacing(left=CAP))
                pairs = list(
                    zip(inside(before, words), inside(painted(screen), words), strict=True)
                )
                faults |= {
                    f"{visit.spot.kind}: key {button.key.digit} {fault}"
                    for fault in focus_faults(pairs, theme)
                }
    assert not faults


def focus_faults(pairs: list[tuple[Cell, Cell]], theme: Theme) -> Iterator[str]:
    """What is wrong with the cells of one key, without the focus and with it."""
    marks = [new.character for old, new in pairs if old.character != new.character]
    if marks != [FOCUSED]:
        yield f"has no mark of its own: {marks}"
    if (least := min(contrast(old.back, new.back) for old, new in pairs)) < PARTS[theme]:
        yield f"differs by {least:.2f} only"
    yield from cell_faults([new for _, new in pairs], theme)


@pytest.mark.parametrize("theme", Theme)
async def test_the_colours_that_are_wished_are_shown(kit: Kit, theme: Theme) -> None:
    """From the screen that key 5 opens: each press of 9 shows the next colours, at once."""
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("5")
        await pilot.pause()
        at = 0.0
        while app.access.theme is not theme:
            at += 10
            key = app.screen.key_for("9")
            app.press(key, at)
            await pilot.pause()
            await pilot.pause()
        assert not list(contrast_faults(app.screen, theme))
        words = [cell for row in painted(app.screen) for cell in row if cell.character.isalpha()]
        assert min(contrast(cell.front, cell.back) for cell in words) >= TEXT[theme]
        dark = app.screen.styles.background.brightness < 0.5
        assert dark is (theme is not Theme.LIGHT)
