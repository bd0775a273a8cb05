"""Which hint to show now: one at a time, none that flickers, and "ready" only when it lasts."""

from collections import deque
from collections.abc import Callable

from hardware.verdicts import MAY_STAY, FaceHint

LEAST_SHOWN = 0.8
"""Seconds that a hint stays: less cannot be read."""
LASTING = 0.5
"""Seconds for which a face must be gone until that is said."""
READY_HELD = 0.8
"""Seconds for which all must be right."""
OFTEN, OUT_OF = 5, 8
"""In so many of the last pictures something must be due: one frame with a poster's face, or one
that a passing hand darkens, changes nothing."""
MAY_STAY_AFTER = 4.0
"""Seconds for which a person is told of what may stay as it is."""


class Coach:
    """Turns what each picture asks for into the one hint that a person can follow."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._looks: deque[tuple[FaceHint, ...]] = deque(maxlen=OUT_OF)
        self._shown: FaceHint | None = None
        self._since = 0.0
        """When what is shown began."""
        self._face_seen = now()
        self._right_since: float | None = None
        self._said: dict[FaceHint, float] = {}
        """For how many seconds each hint of `MAY_STAY` was said to this person."""

    @property
    def shown(self) -> FaceHint | None:
        """What is shown now; None before the first hint."""
        return self._shown

    def see(self, hints: tuple[FaceHint, ...]) -> FaceHint | None:
        """Take in what the newest picture asks for; the hint to show from now on, None if the same.

        `hints` as from `hardware.face.judging.Judge.judge`.
        """
        now = self._now()
        if hints == (FaceHint.NO_FACE,):
            if now - self._face_seen < LASTING:
                return None  # a blink of the detector
            self._looks.clear()
            self._said.clear()
        else:
            self._face_seen = now
        self._looks.append(hints)
        wanted = self._wanted(hints, now)
        if wanted is self._shown:
            return None
        if self._shown is not None and now - self._since < LEAST_SHOWN:
            return None
        if self._shown in MAY_STAY:
            self._said[self._shown] = self._said.get(self._shown, 0.0) + now - self._since
        self._shown, self._since = wanted, now
        return wanted

    def _wanted(self, hints: tuple[FaceHint, ...], now: float) -> FaceHint | None:
        if hints == (FaceHint.NO_FACE,):
            self._right_since = None
            return FaceHint.NO_FACE
        for hint in FaceHint:
            if self._often(hint) and not self._said_enough(hint, now):
                self._right_since = None
                return hint
        if any(not self._said_enough(hint, now) for hint in hints):
            # Something new, but not yet often: neither is all right.
            self._right_since = None
            return self._shown
        if self._right_since is None:
            self._right_since = now
        return FaceHint.READY if now - self._right_since >= READY_HELD else self._waiting()

    def _waiting(self) -> FaceHint:
        """While all is right, but has not yet been so for long."""
        return FaceHint.READY if self._shown is FaceHint.READY else FaceHint.HOLD_STILL

    def _often(self, hint: FaceHint) -> bool:
        return sum(hint in look for look in self._looks) >= OFTEN

    def _said_enough(self, hint: FaceHint, now: float) -> bool:
        said = self._said.get(hint, 0.0)
        if hint is self._shown:
            said += now - self._since
        return hint in MAY_STAY and said >= MAY_STAY_AFTER
