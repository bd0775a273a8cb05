"""The sound of a call: when it comes, and again while it waits."""

from kiosk.fleet.fleet_state import Fleet, Grade
from kiosk.fleet.topics import Place

AGAIN = 20.0
"""Seconds after which a call that still waits is heard once more."""


class Ringing:
    """Decides when there is a sound; makes none itself."""

    def __init__(self) -> None:
        self._heard: set[tuple[Place, float]] = set()
        self._last = 0.0

    def due(self, fleet: Fleet, now: float) -> bool:
        """Whether a sound is due: a call has come, or calls have waited long since the last one."""
        calls = fleet.order.part(Grade.CALLING, Grade.CALLING)
        kiosks = [fleet.get(fleet.order[index]) for index in calls[:100]]
        waiting = {(kiosk.place, kiosk.called_at or 0.0) for kiosk in kiosks if kiosk is not None}
        new = waiting - self._heard
        self._heard = waiting
        if new or (waiting and now - self._last >= AGAIN):
            self._last = now
            return True
        return False
