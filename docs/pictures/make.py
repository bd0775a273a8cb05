"""Makes the pictures of the documents from the running app: `python docs/pictures/make.py`.

Needs `rsvg-convert` (Debian: librsvg2-bin) and a monospaced font with box-drawing characters
(Debian: fonts-dejavu-core). The keys are pressed as a person would press them.
"""

import asyncio
import re
import subprocess
from pathlib import Path

from textual.pilot import Pilot

from hardware.resources import Resource
from hardware.simulated.machine import start
from kiosk.places import Folders, shipped
from screens.app import ReactivationApp
from screens.kit import load_kit

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


async def main() -> None:
    """The step that begins the reading of the chip, in both languages; a face and a passport."""
    to_the_chip = f"{TO_THE_FIRST_STEP} {'1 ' * 9}"
    await picture("en", to_the_chip, "step-english.png", [])
    await picture("da", to_the_chip, "step-danish.png", [])
    with start(shipped() / "machines" / "specimen.toml") as machine:
        await picture("en", "1 1 7 1 3 3", "face-rehearsal.png", machine.devices, TURNED_SECONDS)
    with start(shipped() / "machines" / "document-camera.toml") as machine:
        await picture("en", "1 1 7 1 3 1", "code-rehearsal.png", machine.devices, TOO_FAR_SECONDS)


if __name__ == "__main__":
    asyncio.run(main())
