"""The console: what a clerk, a technician or a supervisor sees of the kiosks of their centres."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from kiosk.access import Access, Theme
from kiosk.fleet.commands import Deed
from kiosk.fleet.console_link import ConsoleError
from kiosk.fleet.fleet_state import Fleet, Grade
from kiosk.fleet.topics import Place
from kiosk.language import Language, mark
from kiosk.speech import tone
from screens.kit import Kit
from screens.operator import words
from screens.operator.centres import CentresScreen
from screens.operator.frame import ConsoleScreen
from screens.operator.kiosks import KiosksScreen
from screens.operator.link import Link
from screens.operator.one_kiosk import OneKioskScreen
from screens.operator.picking import SureScreen
from screens.operator.ringing import Ringing
from screens.operator.statistics import StatisticsScreen
from screens.textual_private import LockedApp
from screens.themes import colours, name_of

LEAVE = mark("Do you want to leave the console?")
LEFT_ALONE = mark("Calls are then not heard at this desk.")
SURE = mark("Leave")
_BROKER_TRIES = 3.0
"""Seconds at the start in which nobody is told that the broker is not there yet."""
_PAINT = 0.05
"""Seconds between two paintings of changes: thousands of kiosks change many times a second."""
_THEMES = tuple(Theme)
LANGUAGES = ("da", "en")
"""Those of the console: complete ones."""


class ConsoleApp(LockedApp):
    """Holds the link, the language and the sound; the screens show what is known."""

    CSS_PATH = "operator.tcss"
    TITLE = "kiosk operator"

    news = ""
    """What became of the last command."""

    def __init__(
        self,
        kit: Kit,
        link: Callable[[Callable[[], None]], Link],
        language: str,
        counts: Path | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`link` makes the link, and is given what it has to call at every change.

        `counts`: the file of the statistics; `now`: seconds since 1970.
        """
        super().__init__()
        self.kit = kit
        self.content = kit.content
        self.language: Language = kit.languages[language]
        self.counts = counts
        self.now = now
        self.sound = True
        self.link = link(self.changed)
        self._theme_at = 0
        self._calls = 0
        self._dirty = False
        self._ringing = Ringing()
        self._doing: set[asyncio.Task[None]] = set()
        self._began = now()
        for theme in _THEMES:
            self.register_theme(colours(theme))
        self.theme = name_of(_THEMES[0])

    @property
    def fleet(self) -> Fleet:
        """All that is known of the kiosks."""
        return self.link.fleet

    @property
    def other_language(self) -> Language:
        """The language to which a key changes."""
        codes = [code for code in LANGUAGES if code in self.kit.languages] or [self.language.code]
        at = codes.index(self.language.code) if self.language.code in codes else 0
        return self.kit.languages[codes[(at + 1) % len(codes)]]

    def on_mount(self) -> None:
        """The first screen, the link, and the clock."""
        self.ignore_signals()
        self.push_screen(KiosksScreen(self._only_centre()))
        self._run(self.link.run())
        self.set_interval(1.0, self._each_second)

    def changed(self) -> None:
        """Something is not as it was: it is painted soon, with all that changes until then.

        A call after a quiet moment is painted at once; those of a burst wait for each other.
        """
        if not self.is_running or self._dirty:
            return
        self._dirty = True
        self.set_timer(_PAINT, self._paint)
        if self.fleet.order.count(Grade.CALLING) != self._calls:
            self._tell_calls()

    def who(self) -> str:
        """Who sits here, and as what."""
        return f"{self.link.operator} ({self.language.say(words.RANKS[self.link.rank])})"

    def broker_lost_for(self) -> float | None:
        """For how many seconds there is no broker; None while there is one."""
        if self.link.connected:
            return None
        now = self.now()
        since = max(self.link.since, self._began)
        return None if now - self._began < _BROKER_TRIES else max(0.0, now - since)

    def tell(self, news: str) -> None:
        """Says something at the foot."""
        self.news = news
        self._fresh()

    def ask(self, place: Place, deed: Deed, sid: str | None, done: str) -> None:
        """Asks a kiosk for something, and says what became of it; `done`: in words what it was."""
        self.tell(self.language.say(words.SENT, kiosk=place))
        self._run(self._ask(place, deed, sid, done))

    def show_kiosk(self, place: Place) -> None:
        """One kiosk."""
        self.news = ""
        self.push_screen(OneKioskScreen(place))

    def show_centres(self) -> None:
        """All centres."""
        self.push_screen(CentresScreen())

    def show_statistics(self) -> None:
        """What happened, without persons."""
        self.push_screen(StatisticsScreen())

    def switch_sound(self) -> None:
        """Calls are heard, or no longer."""
        self.sound = not self.sound
        self._fresh()

    def next_colours(self) -> None:
        """Light, dark, high contrast."""
        self._theme_at = (self._theme_at + 1) % len(_THEMES)
        self.theme = name_of(_THEMES[self._theme_at])

    def switch_language(self) -> None:
        """The other language, from the first screen on."""
        self.language = self.other_language
        self.news = ""
        self.switch_screen(KiosksScreen(self._only_centre()))

    def leave(self) -> None:
        """Asks, and leaves."""
        say = self.language.say
        self.push_screen(SureScreen(say(SURE), say(LEAVE), say(LEFT_ALONE), lambda: self.exit(0)))

    def _only_centre(self) -> str | None:
        centres = self.link.centres
        return centres[0] if len(centres) == 1 and centres[0] != "*" else None

    def _run(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    async def _ask(self, place: Place, deed: Deed, sid: str | None, done: str) -> None:
        language = self.language
        try:
            ack = await self.link.ask(place, deed, sid)
        except ConsoleError as error:
            why = language.say(words.SILENCES[error.why])
            self.tell(language.say(words.NOT_DONE, kiosk=place, why=why))
            return
        self.tell(words.outcome(str(place), done, ack, language))

    def _each_second(self) -> None:
        self.fleet.tick(self.now())
        self._ring()
        self._fresh()

    def _paint(self) -> None:
        self._dirty = False
        self._tell_calls()

    def _tell_calls(self) -> None:
        self._calls = self.fleet.order.count(Grade.CALLING)
        self._fresh()
        self.call_after_refresh(self._ring)  # the clerk sees it first: a sound takes a program

    def _fresh(self) -> None:
        # While the console leaves its screens are taken apart, and the clock may still tick.
        if self.is_running and isinstance(self.screen, ConsoleScreen):
            self.screen.fresh()

    def _ring(self) -> None:
        if self._ringing.due(self.fleet, self.now()) and self.sound:
            self.bell()
            if not self.is_web:
                self._run(tone.play(Access().volume))
