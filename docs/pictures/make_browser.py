"""Makes the picture of the kiosk in a browser: `python -m docs.pictures.make_browser`.

Needs Chromium (Debian: chromium). Run it in the root of the project: what presses the keys in the
page is what the tests do it with. The person before the camera is drawn by the program.
"""

import asyncio
import tempfile
from pathlib import Path

from kiosk.language import load_languages
from kiosk.places import Folders
from screens import attract, face_rehearsal
from tests.e2e import chromium
from tests.e2e.browser_window import Window
from tests.e2e.serving import Served

FILE = Path(__file__).with_name("browser.png")
SIZE = (1280, 800)
TO_THE_FACE = "1 1 7 1 3 3"
TURNED = "Your face is turned"
"""Begins what is said when the person before the simulated camera looks aside."""


async def main() -> None:
    """The rehearsal before the camera, in English."""
    english = load_languages(("en",), Folders())["en"]
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder), "--simulate", "--language", "en")
        try:
            async with chromium.page(Path(folder), SIZE) as page:
                window = Window(page)
                await page.does("Page.navigate", url=str(served.links[0]))
                await window.shows(english.say(attract.TITLE))
                await window.presses(TO_THE_FACE)
                await window.shows(english.say(face_rehearsal.CAMERA_ON))
                await window.shows(TURNED)
                FILE.write_bytes(await page.picture())
        finally:
            served.end()


if __name__ == "__main__":
    asyncio.run(main())
