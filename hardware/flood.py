"""How much a device host may say in a time: one that says more is not to be trusted further."""

import time
from collections.abc import Callable

from hardware.messages import FromHost, Healed, PreviewFrame

_ANY = (600.0, 60.0)
"""Messages at once, and how many more may follow each second.

A host speaks when something changes. What it said while the app stood still comes all at once.
"""
_KIND = {PreviewFrame: (10.0, 30.0), Healed: (20.0, 1.0)}
"""The same for messages that cost more: a frame is painted, a step of healing is logged.

A host sends the next frame when the last one is on the screen, and 15 a second at most.
"""


class Flood:
    """Counts what one host says."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._any = _Allowance(*_ANY, now)
        self._kind = {kind: _Allowance(*limits, now) for kind, limits in _KIND.items()}

    def is_too_much(self, message: FromHost) -> bool:
        """Whether this message is one more than may be said."""
        of_kind = self._kind.get(type(message))
        return not self._any.take() or (of_kind is not None and not of_kind.take())


class _Allowance:
    """So many at once, and so many more each second."""

    def __init__(self, at_once: float, each_second: float, now: Callable[[], float]) -> None:
        self._most = self._left = at_once
        self._each_second = each_second
        self._now = now
        self._last = now()

    def take(self) -> bool:
        """Whether there is one left; it is taken."""
        now = self._now()
        self._left = min(self._most, self._left + (now - self._last) * self._each_second)
        self._last = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
