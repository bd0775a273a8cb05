"""What of a visit may be where, and the figure at the end: needles, places, bytes, hits."""

import time
from dataclasses import dataclass, field

from tests.e2e.forgetting.kiosk import TERMINAL, Kiosk
from tests.e2e.forgetting.needles import Played
from tests.e2e.forgetting.places import Seen
from tests.e2e.forgetting.search import Finder
from tests.processes import LONG

HOST, APP = "memory of host", "memory of app"
SCANS = "memory of scanimage"
"""A program of the host's, and gone with it."""


@dataclass
class Tally:
    """All looks of one test."""

    strings: int = 0
    needles: set[str] = field(default_factory=set)
    looks: int = 0
    seen: Seen = field(default_factory=Seen)

    def take(self, finder: Finder, seen: Seen) -> None:
        """Counts one look."""
        self.looks += 1
        self.strings = max(self.strings, len(finder))
        self.needles |= finder.needles
        self.seen.add(seen)

    def told(self) -> str:
        """In one line."""
        return (
            f"{len(self.needles)} kinds of needles in {self.strings} forms, {self.looks} looks at "
            f"{len(self.seen.places)} places, {self.seen.size / 1e6:.0f} MB: "
            f"{len(self.seen.hits)} hits"
        )


class Looks:
    """Looks through one kiosk while people visit it, and after."""

    def __init__(self, kiosk: Kiosk, tally: Tally) -> None:
        played: Played = kiosk.played
        self._kiosk = kiosk
        self._tally = tally
        self._of_host = set(played.of_host)
        self._live = set(played.live)
        self._finder = Finder({**played.of_host, **played.never, **played.live})

    def during(self, *wanted: str, live: bool = False) -> None:
        """In a rehearsal: the host must have these needles, and nothing but the host has anything.

        `live`: the picture on the screen must be in the app, too. The terminal has it anyhow.
        """
        seen = self._kiosk.everywhere(self._finder)
        host = {needle for needle, place, _ in seen.hits if place == HOST}
        assert set(wanted) <= host, f"the search is blind: the host lacks {set(wanted) - host}"
        app = {needle for needle, place, _ in seen.hits if place == APP}
        assert not live or app & self._live, "the search is blind: the app lacks the live picture"
        self._count(seen, "in a rehearsal", host_may=True, live_may=True)

    def live_is_there(self) -> bool:
        """Whether the picture on the screen is found in the app."""
        return bool(self._kiosk.memory(self._finder, "host", "keeper").found() & self._live)

    def left(self, when: str = "after a rehearsal was left") -> None:
        """In a visit, but in no rehearsal: what the app had goes from it with what it still did."""
        deadline = time.monotonic() + LONG
        while True:
            seen = self._kiosk.memory(self._finder, "host")
            if not seen.hits or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        self._count(seen, when)

    def over(self, when: str) -> None:
        """The visit is over: nothing is anywhere, but what the terminal was sent of the picture."""
        seen = self._kiosk.memory(self._finder)
        self._count(seen, when)
        self.written(when)

    def written(self, when: str) -> None:
        """Nothing was written, whatever still runs or has ended."""
        self._count(self._kiosk.files(self._finder), when)
        self._count(self._kiosk.said(self._finder), when, live_may=True)

    def _count(
        self, seen: Seen, when: str, *, host_may: bool = False, live_may: bool = False
    ) -> None:
        def is_allowed(needle: str, place: str) -> bool:
            if place in (HOST, SCANS):
                return host_may and needle in self._of_host | self._live
            return live_may and needle in self._live and place in (APP, TERMINAL)

        seen.hits = [hit for hit in seen.hits if not is_allowed(hit[0], hit[1])]
        self._tally.take(self._finder, seen)
        assert not seen.hits, f"{when}:\n{seen.told()}"
