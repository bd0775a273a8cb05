"""What the soak brings to light, visit by visit; a worker tells it as lines of JSON."""

from typing import Literal

import msgspec

FindingKind = Literal["dead end", "foreign state", "crash", "no first screen", "left over", "soak"]
"""soak: it is the soak itself that failed."""


class Finding(msgspec.Struct, frozen=True, tag=True):
    """Something that must not be."""

    kind: FindingKind
    visit: int
    what: str
    keys: str = ""
    """What was pressed and done in this visit, in order."""
    screen: str = ""


class Use(msgspec.Struct, frozen=True):
    """What a process holds: memory (PSS, MB), what it allocated itself (MB), open descriptors."""

    memory: float
    own_memory: float
    descriptors: int


class Restart(msgspec.Struct, frozen=True):
    """From the end of an app to the next first screen."""

    seconds: float
    how: str
    """By which signal it ended."""
    paused: bool = False
    """Whether the keeper took its pause after several short lives."""


class Told(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One visit."""

    kiosk: int
    visit: int
    seconds: float
    steps: int
    ended_by: str
    faults: tuple[str, ...] = ()
    rehearsed: tuple[str, ...] = ()
    """The scans on whose screens somebody was."""
    keys: str = ""
    """What was pressed and done, in order."""
    restarts: tuple[Restart, ...] = ()
    findings: tuple[Finding, ...] = ()
    keeper: Use | None = None
    app: Use | None = None
    """Of a kiosk whose app grows old."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is to do."""

    kiosk: int
    seed: int
    visits: tuple[tuple[int, int], ...]
    """The numbers of its visits, and how many faults fall into each."""
    folder: str
    machine: str
    looks: str
    """The file with the looks of a fresh kiosk."""
    languages: tuple[str, ...]
    spared: bool
    """Whether nothing ends this kiosk's app, so that it grows old."""
    sound: bool = False
    other_clock: bool = False
    """Whether its clock can jump."""
