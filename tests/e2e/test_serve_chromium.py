"""The kiosk in a real browser: a whole situation by touch, a live picture, and nothing left."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import cv2
import numpy as np
import pytest
import yarl

from kiosk.language import Language, load_languages
from kiosk.places import Folders
from kiosk.situations.loading import load
from screens import attract, face_rehearsal, keys, needs, route, wiped
from screens.web import page as pages
from tests.e2e import chromium
from tests.e2e.browser_window import Window
from tests.e2e.serving import Served, opened
from tests.e2e.ways import way_through, way_to
from tests.processes import LONG, alive, child, until

LANGUAGES = load_languages(("da", "en"), Folders())
DANISH, ENGLISH = LANGUAGES["da"], LANGUAGES["en"]
SIZE = (1280, 800)
HOLD = 0.3
MOVING = 200
"""So many cells of a live picture have changed after a moment."""
NEAR = 8
"""By so much of 255 the browser may be off in a colour."""
MM_20 = 20 / 25.4 * 96
"""Pixels of a page, of which 96 are an inch."""
STORED = """
(async () => [
  document.cookie, localStorage.length, sessionStorage.length,
  (await indexedDB.databases()).length, (await caches.keys()).length,
  (await navigator.serviceWorker.getRegistrations()).length,
])()
"""
"""All places in which a page can keep something."""


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    running = Served(tmp_path, "--language", "da", *getattr(request, "param", ["--simulate"]))
    yield running
    running.end()


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)  # also for addresses that are numbers
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield session


def beginning(sentence: str, language: Language = DANISH) -> str:
    """What of a sentence is on one line, however it is broken."""
    return language.say(sentence)[:20].rsplit(" ", 1)[0]


@pytest.mark.parametrize("served", [["--simulate", "no-devices"]], indirect=True, ids=[""])
async def test_a_situation_in_danish_by_touch_in_a_browser(served: Served, tmp_path: Path) -> None:
    content = load()
    situation = content.situations["app"]
    async with chromium.page(tmp_path, SIZE) as page:
        window = Window(page)
        await page.does("Page.navigate", url=str(served.links[0]))
        await window.shows(beginning(attract.TITLE))
        app = served.app()
        host = child(app, "hardware.host")
        await window.taps(DANISH.name)
        for answer in way_to(content, "situation:app"):
            await window.taps(DANISH.say(answer))
        await window.taps(DANISH.say(needs.READY))
        ways = [DANISH.say(way) for way in way_through(situation)]
        for step in situation.numbered:
            await window.shows(beginning(step.instruction))
            choice = [words for b in step.branches if (words := DANISH.say(b.text)) in ways]
            await window.taps(choice[0] if choice else DANISH.say(keys.DONE))
        await window.taps(DANISH.say(route.FINISH))
        await window.shows(beginning(wiped.ERASED))
        await window.shows(beginning(attract.TITLE))
        assert alive(app)
        assert not alive(host or 0), "the device host of the visit is gone"
        assert await page.says(STORED) == ["", 0, 0, 0, 0, 0]
        told = await page.does("Network.getCookies")
        (cookie,) = told["cookies"]
        assert cookie["httpOnly"]
        assert cookie["session"], "it goes with the browser"
        assert not page.complaints
        own = served.address.authority
        assert len(page.requests) > 5
        assert not [url for url in page.requests if yarl.URL(url).authority != own]
        host = child(app, "hardware.host")
        await page.does("Page.navigate", url="about:blank")
        until(lambda: not alive(app), "the app ends with its window")
        assert not alive(host or 0)


@pytest.mark.slow
async def test_a_live_picture_in_a_browser_and_keys_that_must_be_held(tmp_path: Path) -> None:
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f"[input]\nhold_seconds = {HOLD}\n")
    served = Served(tmp_path, "--language", "da", "--simulate", "--config", str(settings))
    try:
        async with chromium.page(tmp_path, SIZE) as page:
            window = Window(page)
            await page.does("Page.navigate", url=str(served.links[0]))
            await window.shows(beginning(attract.TITLE))
            await page.touch(*await window.finds(DANISH.name))
            await asyncio.sleep(2 * HOLD)
            assert beginning(attract.TITLE) in window.text, "a finger that brushes presses nothing"
            await window.taps(DANISH.name, 1.5 * HOLD)
            assert beginning(attract.TITLE) not in window.text
            await window.presses("1 7 1 3 3")
            await window.shows(beginning(face_rehearsal.CAMERA_ON))
            cells = await moving_cells(window)
            await drawn_as_sent(window, cells)
            assert "▀" not in {window.screen.buffer[row][column].data for column, row in cells}
            assert not page.complaints
    finally:
        served.end()


async def moving_cells(window: Window) -> list[tuple[int, int]]:
    """Columns and rows, from 0, of the cells that change while a live picture is shown."""
    seen = backgrounds(window)
    moved: set[tuple[int, int]] = set()
    begun, before = time.monotonic(), len(window.messages)
    async with asyncio.timeout(LONG):
        while len(moved) < MOVING:
            await asyncio.sleep(0.05)
            now = backgrounds(window)
            moved |= {place for place, colour in now.items() if colour != seen.get(place)}
    seconds = time.monotonic() - begun
    drawn = [message for message in window.messages[before:] if message.count(b"48;2;") > 20]
    assert len(drawn) < 10 * seconds + 10, "ten pictures a second at most"
    return sorted(moved)


def backgrounds(window: Window) -> dict[tuple[int, int], str]:
    """The colour behind each cell, as six hexadecimal digits."""
    screen = window.screen
    return {
        (column, row): screen.buffer[row][column].bg
        for row in range(screen.lines)
        for column in range(screen.columns)
    }


async def drawn_as_sent(window: Window, cells: list[tuple[int, int]]) -> None:
    """The browser draws what it was sent: each cell as a whole, in its colour."""
    async with asyncio.timeout(LONG):
        while True:
            before = backgrounds(window)
            shown = cv2.imdecode(np.frombuffer(await window.page.picture(), np.uint8), 1)
            assert shown is not None
            after = backgrounds(window)
            still = [place for place in cells if before[place] == after[place]]
            right = 0
            for place in still:
                x, y = await window.middle(*place)
                red, green, blue = bytes.fromhex(after[place])
                drawn = shown[int(y) - 4 : int(y) + 5, int(x) - 2 : int(x) + 3].astype(int)
                right += bool(np.abs(drawn - (blue, green, red)).max() <= NEAR)
            if len(still) > MOVING / 4 and right > 0.9 * len(still):
                return  # else it was between two pictures


@pytest.mark.slow
async def test_who_comes_second_is_told_that_another_window_is_open(
    browser: aiohttp.ClientSession, tmp_path: Path
) -> None:
    served = Served(tmp_path, "--language", "da")
    try:
        await (await browser.get(served.links[0])).read()
        first = await opened(browser, served)
        served.app()
        until(lambda: len(served.links) == 2, "a link for the second")
        async with chromium.page(tmp_path, SIZE) as page:
            await page.does("Page.navigate", url=str(served.links[1]))
            await page.until("location.pathname == '/elsewhere' && !!document.querySelector('a')")
            told = await page.says("document.body.innerText")
            for language in LANGUAGES.values():
                assert language.say(pages.ELSEWHERE) in str(told)
            assert len(served.apps) == 1
            height = await page.says("document.querySelector('a').getBoundingClientRect().height")
            assert float(str(height)) >= MM_20
            await first.close()
            await page.says("document.querySelector('a').click()")
            await page.until("document.body?.classList.contains('-first-byte')")
            served.app()
            served.end()
            await page.until("!document.getElementById('terminal')")
            told = await page.says("document.body.innerText")
            for language in LANGUAGES.values():
                assert language.say(pages.CLOSED) in str(told)
    finally:
        served.end()


@pytest.mark.slow
async def test_a_panel_has_a_browser_of_its_own_and_a_new_one_when_it_ends(tmp_path: Path) -> None:
    program = chromium.program()
    settings = f"--user-data-dir={tmp_path / 'chromium'} --remote-debugging-port=0"
    command = " ".join([program, *chromium.OPTIONS, settings])
    served = Served(tmp_path, "--language", "da", "--browser", command)
    try:
        app = served.app(3 * LONG)
        (first,) = served.browsers
        os.kill(first, signal.SIGKILL)
        until(lambda: not alive(app), "its window is closed")
        again = served.app(3 * LONG)
        (second,) = served.browsers
        assert first != second
        assert "token" not in served.said, "the link stands nowhere else"
    finally:
        served.end()
    assert not alive(again)
    assert not alive(second)
