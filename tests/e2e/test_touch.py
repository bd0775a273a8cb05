"""Somebody who only touches the screen: through a situation, and with hands that tremble."""

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.language import load_languages
from kiosk.places import Folders
from kiosk.situations.loading import load
from screens import attract, keys, needs, route, wiped
from tests.e2e.terminal import TIMEOUT, Terminal
from tests.e2e.ways import way_through, way_to

ENGLISH = load_languages(("en",), Folders())["en"]
HOLD = 0.3
BEGINNING = 10
"""Letters of a key that are on one line, whatever is broken behind them."""


class Finger:
    """Touches what it reads, on a terminal that reports the mouse as xterm does (SGR, 1006)."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def finds(self, words: str) -> tuple[int, int]:
        """Waits for a key that begins with these words; a column and a row of it, from 1."""
        beginning = re.compile(f"(  |►){re.escape(words[:BEGINNING])}")
        place: list[tuple[int, int]] = []

        def there(screen: str) -> bool:
            place.clear()
            for row, line in enumerate(screen.split("\n"), start=1):
                if found := beginning.search(line):
                    place.append((found.end(), row))
            return bool(place)

        self._terminal.wait_until(there, f"a key: {words}")
        return place[-1]

    def brushes(self, words: str) -> None:
        """Puts the finger on a key and lifts it at once."""
        column, row = self.finds(words)
        self._terminal.press(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")

    def holds(self, words: str) -> None:
        """Puts the finger on a key and lifts it after a while; again, where nothing happens."""
        before = self._terminal.standing_still(0.2)
        column, row = self.finds(words)
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            self._terminal.press(f"\x1b[<0;{column};{row}M")
            time.sleep(1.5 * HOLD)
            self._terminal.press(f"\x1b[<0;{column};{row}m")
            again = time.monotonic() + 3
            while time.monotonic() < again:
                if self._terminal.text() != before:
                    return
                time.sleep(0.02)
        raise AssertionError(f"nothing happened: {words}")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f"[input]\nhold_seconds = {HOLD}\n")
    command = [sys.executable, "-m", "kiosk", "run", "--simulate", "no-devices"]
    with Terminal([*command, "--config", str(settings)]) as running:
        running.wait_for(ENGLISH.say(attract.TITLE))
        yield running


@pytest.mark.slow
def test_a_situation_by_touch_alone(terminal: Terminal) -> None:
    """A finger that brushes a key presses nothing; one that stays does."""
    content = load()
    situation = content.situations["app"]
    finger = Finger(terminal)
    finger.brushes("English")
    assert ENGLISH.say(attract.TITLE) in terminal.standing_still()
    finger.holds("English")
    for answer in way_to(content, "situation:app"):
        finger.holds(answer)
    finger.holds(needs.READY)
    for step in situation.numbered:
        terminal.wait_for(step.instruction)
        choice = [
            words for words in way_through(situation) if words in [b.text for b in step.branches]
        ]
        finger.holds(choice[0] if choice else keys.DONE)
    finger.holds(route.FINISH)
    terminal.wait_for(wiped.ERASED)
