"""What was done to get devices back: counted, and no more resets than do good."""

import logging
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable

from hardware.verdicts import HealingStep, Role

log = logging.getLogger("kiosk.healing")

MOST_RESETS = 3
"""Of one device in an hour: one that needs more has a fault that no reset cures."""
HOUR = 3600.0


class HealingRecord:
    """The steps of one app's device hosts, however many of them there were."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.steps: Counter[tuple[Role, HealingStep]] = Counter()
        """How often each step was taken for each device, since the app was started."""
        self._resets: defaultdict[Role, deque[float]] = defaultdict(
            lambda: deque(maxlen=MOST_RESETS)
        )

    def note(self, role: Role, step: HealingStep) -> None:
        """A host has taken this step; the log says so, too."""
        self.steps[role, step] += 1
        if step is HealingStep.RESET:
            self._resets[role].append(self._now())
        log.warning("%s: %s, for the %d. time", role.value, step.value, self.steps[role, step])

    def resets_left(self, role: Role) -> int:
        """How often this device may be reset now."""
        within = [at for at in self._resets[role] if self._now() - at < HOUR]
        return MOST_RESETS - len(within)
