"""What one running rehearsal shares with the host's main thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock

from hardware.errors import Reason
from hardware.messages import FromHost, PreviewFrame, Status
from hardware.verdicts import DeviceState, Role, ScannerKind

FRAME_INTERVAL = 1 / 15
"""Seconds between two preview frames: more costs the terminal much and shows little."""


@dataclass
class Stage:
    """One rehearsal: what the app wants of it, and how it speaks to the app."""

    send: Callable[[FromHost], None]
    columns: int = 1
    rows: int = 1
    stop: Event = field(default_factory=Event)
    shown: Event = field(default_factory=Event)
    """Set when the app has painted the last frame and wants the next."""
    scan: Event = field(default_factory=Event)
    """Set when the app asks for a scan."""
    beat: float = field(default_factory=time.monotonic)
    """When the rehearsal last came back from its driver: a hung driver shows here."""
    _state: Status | None = None
    _sequence: int = 0
    _lock: Lock = field(default_factory=Lock)

    def alive(self) -> None:
        """Notes that the driver returned."""
        self.beat = time.monotonic()

    def status(
        self,
        role: Role,
        state: DeviceState,
        reason: Reason | None = None,
        scanner: ScannerKind | None = None,
    ) -> None:
        """Tells the app the state of the device, once for each change."""
        status = Status(role, state, reason, scanner)
        with self._lock:
            if status == self._state:
                return
            self._state = status
        self.send(status)

    def show(self, role: Role, columns: int, rows: int, pixels: bytes) -> None:
        """Sends a preview frame; the next may follow when `shown` is set again."""
        self._sequence += 1
        self.shown.clear()
        self.send(PreviewFrame(self._sequence, columns, rows, pixels, role))
