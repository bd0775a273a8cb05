"""Which hint to show now: one at a time, and none that flickers."""

from collections import deque
from collections.abc import Callable

from hardware.verdicts import CodeHint

MEMORY = 0.8
"""Seconds of looks that have a say in what is shown."""
LEAST_SHOWN = 1.0
"""Seconds that a hint stays: less cannot be read."""
MAJORITY = 0.6
"""Share of the remembered looks from which another hint takes the place of the one shown."""


class Coach:
    """Turns what each picture shows into the one hint that a person can follow."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._looks: deque[tuple[float, CodeHint]] = deque()
        self._shown: CodeHint | None = None
        self._since = 0.0

    def see(self, hint: CodeHint) -> CodeHint | None:
        """Take in what the newest picture asks for; the hint to show from now on, None if the same.

        A hint is shown when it holds for most of what was seen lately, and the one before it has
        stood long enough to be read.
        """
        now = self._now()
        self._looks.append((now, hint))
        while now - self._looks[0][0] > MEMORY:
            self._looks.popleft()
        if self._shown is not None and now - self._since < LEAST_SHOWN:
            return None
        hints = [seen for _, seen in self._looks]
        commonest = max(hints, key=lambda seen: (hints.count(seen), seen is self._shown))
        if self._shown is None or hints.count(commonest) > MAJORITY * len(hints):
            return self._show(commonest, now)
        return None

    def _show(self, hint: CodeHint, now: float) -> CodeHint | None:
        if hint is self._shown:
            return None
        self._shown, self._since = hint, now
        return hint
