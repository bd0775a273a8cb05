"""The kiosk in Chromium: what its window has been sent, and a finger on it."""

import asyncio
import json
import re
import time
from collections.abc import Callable

import pyte

from tests.e2e.chromium import Page
from tests.processes import LONG

FOREIGN = re.compile(rb"\x1b\[(?:[<>=?][0-9;:]*[ -/]*|[0-9;:]*[ -/]+)[@-~]")
"""Sequences that pyte takes for text: with a private mark, or with an intermediate byte."""
BEGINNING = 10
"""Letters of a key that are on one line, whatever is broken behind them."""
APART = 0.4
"""Seconds between two touches: sooner a key counts once."""


class Window:
    """What stands in the page's window; made before the page is opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._touched = 0.0
        self.messages: list[bytes] = []
        """All that has been drawn, message by message."""
        page.on_received = self._drawn
        page.on_sent = self._told

    def _drawn(self, data: bytes) -> None:
        self.messages.append(data)
        self._stream.feed(FOREIGN.sub(b"", data))

    def _told(self, text: str) -> None:
        match json.loads(text):
            case ["resize", {"width": columns, "height": rows}]:
                self.screen.resize(rows, columns)

    @property
    def text(self) -> str:
        """Its lines."""
        return "\n".join(self.screen.display)

    async def shows(self, words: str) -> None:
        """Waits until this stands in it, on one line."""
        await self._until(lambda: words in self.text, words)

    async def _until(self, condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + LONG
        while not condition():
            assert time.monotonic() < deadline, f"{what!r} did not appear in\n{self.text}"
            await asyncio.sleep(0.03)

    def _key(self, words: str) -> tuple[int, int] | None:
        """The column and row, from 0, of a key that begins with these words."""
        beginning = re.compile(f"(?:  |►){re.escape(words[:BEGINNING])}")
        for row, line in enumerate(self.screen.display):
            if found := beginning.search(line):
                return found.end() - 1, row
        return None

    async def finds(self, words: str) -> tuple[float, float]:
        """Waits for a key that begins with these words; where it is, in pixels."""
        await self._until(lambda: self._key(words), words)
        key = self._key(words)
        assert key is not None
        return await self.middle(*key)

    async def presses(self, keys: str) -> None:
        """Presses keys of the keyboard one after the other, each of which must do something."""
        for key in keys.split():
            await asyncio.sleep(APART)
            before = self.text
            await self.page.press(key)
            await self._until(lambda before=before: self.text != before, f"what {key} does")  # type: ignore[misc]

    async def taps(self, words: str, seconds: float = 0.0) -> None:
        """Touches a key that begins with these words; again, where nothing happens."""
        await self._until(lambda: self._key(words), words)
        deadline = time.monotonic() + LONG
        while time.monotonic() < deadline:
            before = self.text
            key = self._key(words)
            if key is None:
                return
            await asyncio.sleep(max(0.0, self._touched + APART - time.monotonic()))
            x, y = await self.middle(*key)
            await self.page.touch(x, y, seconds)
            self._touched = time.monotonic()
            while time.monotonic() < self._touched + 3:
                if self.text != before:
                    return
                await asyncio.sleep(0.03)
        raise AssertionError(f"nothing happened: {words}\n{self.text}")

    async def middle(self, column: int, row: int) -> tuple[float, float]:
        """Where a cell, from 0, is in the page, in pixels."""
        left, top, width, height = await self.page.says(  # type: ignore[misc]
            "(r => [r.x, r.y, r.width, r.height])"
            "(document.querySelector('.xterm-screen').getBoundingClientRect())"
        )
        columns, rows = self.screen.columns, self.screen.lines
        return left + (column + 0.5) * width / columns, top + (row + 0.5) * height / rows
