"""What one running rehearsal shares with the host's main thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock

from hardware.errors import Reason
from hardware.messages import ChipFound, ChipProgress, FromHost, PreviewFrame, Status
from hardware.verdicts import DeviceState, Role, ScannerKind

FRAME_INTERVAL = 1 / 15
"""Seconds between two preview frames: more costs the terminal much and shows little."""


@dataclass(repr=False)
class Known:
    """What one rehearsal leaves to the next within a visit. Personal: no repr, and never sent."""

    lines: tuple[str, ...] = ()
    """The code that was last read for sure: the chip of the same document opens with it."""


@dataclass
class Stage:
    """One rehearsal: what the app wants of it, and how it speaks to the app."""

    send: Callable[[FromHost], None]
    columns: int = 1
    rows: int = 1
    known: Known = field(default_factory=Known)
    trust: Path | None = None
    """The folder with the countries' certificates, by which a chip is checked."""
    resets_left: int = 0
    """How often the device may be reset."""
    reset_first: bool = False
    """Whether it is to be reset before it is opened."""
    stop: Event = field(default_factory=Event)
    shown: Event = field(default_factory=Event)
    """Set when the app has painted the last frame and wants the next."""
    scan: Event = field(default_factory=Event)
    """Set when the app asks for a scan."""
    beat: float = field(default_factory=time.monotonic)
    """When the rehearsal last came back from its driver: a hung driver shows here."""
    _state: Status | None = None
    _chip: ChipFound | ChipProgress | None = None
    _sequence: int = 0
    _lock: Lock = field(default_factory=Lock)

    def alive(self) -> None:
        """Notes that the driver returned."""
        self.beat = time.monotonic()

    def ended(self) -> bool:
        """Whether the app wants the rehearsal no longer; a driver that asks has not hung."""
        self.alive()
        return self.stop.is_set()

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
            self._chip = None  # a state takes the place of what was said of the chip
        self.send(status)

    def chip(self, found: ChipFound | ChipProgress) -> None:
        """Tells the app what becomes of the chip, once for each change."""
        if found != self._chip:
            self._chip = found
            self.send(found)

    def show(self, role: Role, columns: int, rows: int, pixels: bytes) -> None:
        """Sends a preview frame; the next may follow when `shown` is set again."""
        self._sequence += 1
        self.shown.clear()
        self.send(PreviewFrame(self._sequence, columns, rows, pixels, role))
