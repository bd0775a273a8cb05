"""Makes the pictures of the documents from the running app: `python docs/pictures/make.py`.

Needs `rsvg-convert` (Debian: librsvg2-bin) and a monospaced font with box-drawing characters
(Debian: fonts-dejavu-core). The keys are pressed as a person would press them.
"""

import asyncio
import io
import re
import subprocess
from pathlib import Path

from rich.console import Console
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text
from textual.pilot import Pilot

from hardware.resources import Resource
from hardware.simulated.machine import start
from kiosk.places import Folders, shipped
from kiosk.visit import Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.kit import load_kit
from screens.scene import Scene
from screens.step import picture_of
from screens.widgets.canvas import Inks

HERE = Path(__file__).parent
SIZE = (120, 40)
FONT = "DejaVu Sans Mono"
FONT_SIZE = 20.26
"""Pixels: at this size the font's cells are as wide as those of the export, 12.2 pixels."""

TO_THE_FIRST_STEP = "1 1 7 1 1"
"""The language, the stop-check, 'I know my situation', the first one, 'I am ready'."""
TURNED_SECONDS = 8.0
"""Until the person before the simulated camera looks aside, by and large."""
TOO_FAR_SECONDS = 6.6
"""Until the passport before the simulated document camera is held too far away, by and large."""


async def picture(
    language: str,
    keys: str,
    file: str,
    devices: list[Resource],
    seconds: float = 0.0,
) -> None:
    """Presses keys from the first screen on and draws what the devices show after a while."""
    kit = load_kit(Folders(shipped() / "kiosk.toml"), first=language)
    app = ReactivationApp(kit, devices)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, keys)
        if devices:
            await pilot.pause(seconds)
        drawn = app.export_screenshot()
    (HERE / file).write_bytes(as_png(drawn))


async def press(pilot: Pilot[int], keys: str) -> None:
    """Presses keys one after the other, not as fast as a held key that counts once."""
    for key in keys.split():
        await pilot.press(key)
        await pilot.pause(0.4)


def as_png(svg: str) -> bytes:
    """An exported screen as PNG, in a font of this machine instead of one from the network."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", FONT).replace("font-size: 20px", f"font-size: {FONT_SIZE}px")
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    command = ["rsvg-convert", "--format=png", "--width=1200"]
    return subprocess.run(command, input=svg.encode(), capture_output=True, check=True).stdout


SHOWN = (
    "open-app", "start-reactivation", "choose-country", "watch-code-video", "scan-code",
    "scan-chip", "scan-face", "wait-for-identity", "decide-user-id", "ready",
)  # fmt: skip
"""Steps whose pictures are shown on the sheet of drawings."""
DRAWING = (34, 16)
INKS = Inks(*(Style(color=color) for color in ("#4a555b", "#0b5a52", "#1c2529")))


def drawings(file: str) -> None:
    """The drawings of some steps, five in a row, with the labels of an English phone."""
    kit = load_kit(Folders(shipped() / "kiosk.toml"), first="en")
    visit = Visit("en", Spot(Kind.NEEDS), situation="several-users")
    scene = Scene(kit, visit, moving=False)
    assert scene.situation is not None
    width, height = DRAWING
    drawn = [
        picture_of(scene, scene.situation.step(step)).draw(width, height, INKS) for step in SHOWN
    ]
    console = Console(record=True, width=5 * (width + 2), file=io.StringIO())
    for row in (drawn[:5], drawn[5:]):
        for lines in zip(*row, strict=True):
            console.print(Text("  ").join(lines), no_wrap=True, crop=False)
        console.print()
    (HERE / file).write_bytes(as_png(console.export_svg(title="", theme=DEFAULT_TERMINAL_THEME)))


async def main() -> None:
    """The step that begins the reading of the chip, in both languages; a face and a passport.

    And a sheet of drawings.
    """
    drawings("drawings.png")
    to_the_chip = f"{TO_THE_FIRST_STEP} {'1 ' * 9}"
    await picture("en", to_the_chip, "step-english.png", [])
    await picture("da", to_the_chip, "step-danish.png", [])
    with start(shipped() / "machines" / "specimen.toml") as machine:
        await picture("en", "1 1 7 1 3 3", "face-rehearsal.png", machine.devices, TURNED_SECONDS)
    with start(shipped() / "machines" / "document-camera.toml") as machine:
        await picture("en", "1 1 7 1 3 1", "code-rehearsal.png", machine.devices, TOO_FAR_SECONDS)


if __name__ == "__main__":
    asyncio.run(main())
