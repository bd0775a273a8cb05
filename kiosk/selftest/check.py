"""What a check of the self-test is, and how the checks are found: as plug-ins."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import msgspec

from hardware.errors import Reason
from hardware.resources import Resource
from hardware.verdicts import Role
from kiosk.places import Folders
from kiosk.selftest.results import Figures, Phase, State

GROUP = "reactivation_kiosk.checks"
"""The group of entry points; each names a tuple of `Check`."""

__all__ = ["GROUP", "Check", "Given", "Outcome", "Phase", "State", "found_in", "installed"]


class Given(msgspec.Struct, frozen=True):
    """What a check may know: the kiosk that is tested, and how."""

    settings_file: str | None
    """The site's kiosk.toml; None: as `kiosk.places.Folders` finds it."""
    devices: tuple[Resource, ...]
    trust: str
    """The folder with the countries' certificates that goes with the devices."""
    simulated: bool = False
    """The devices are a simulated machine's."""
    interactive: bool = False
    """A person stands there and does what is asked on standard error."""
    temp: str = "/tmp"
    """Where temporary files go; a check finds a folder of its own in TMPDIR."""

    @property
    def folders(self) -> Folders:
        """Where the files of the tested kiosk lie."""
        return Folders(Path(self.settings_file) if self.settings_file else None)


class Outcome(msgspec.Struct, frozen=True):
    """How a check ended, why in one line of plain English, and what it measured."""

    state: State
    message: str
    data: Figures = {}
    reason: Reason | None = None
    """Why a device cannot be used, where that is known.

    One that is skipped as BUSY is in use by the kiosk itself: its last pass counts, for a day.
    """


@dataclass(frozen=True)
class Check:
    """One thing that can be tested, by itself, in a process of its own."""

    id: str
    phase: Phase
    run: Callable[[Given], Outcome]
    timeout: float = 10.0
    """Seconds after which its process is killed."""
    role: Role | None = None
    """The device without which there is nothing to test."""
    on_site: bool = False
    """About a kiosk where it stands: nothing to test on a simulated machine."""


def installed() -> list[Check]:
    """All checks of the installed plug-ins, in the order of their phases.

    A plug-in that cannot be loaded is a check that ends in an error: it is never just missing.
    """
    return found_in(sorted(entry_points(group=GROUP), key=lambda entry: entry.name))


def found_in(entries: Iterable[EntryPoint]) -> list[Check]:
    """The checks of these entry points, in the order of their phases."""
    found: dict[str, Check] = {}
    for entry in entries:
        try:
            checks = tuple(entry.load())
            clash = [check.id for check in checks if check.id in found]
            why = f"another check is called {clash[0]}" if clash else ""
        except Exception as error:  # somebody else's code: whatever it is, it is told
            checks, why = (), type(error).__name__
        if why:
            broken = f"plug-in.{entry.name}"
            found[broken] = Check(broken, Phase.ENVIRONMENT, partial(_not_loaded, why))
        else:
            found.update((check.id, check) for check in checks)
    order = list(Phase)
    return sorted(found.values(), key=lambda check: order.index(check.phase))


def _not_loaded(why: str, _: Given) -> Outcome:
    return Outcome(State.ERROR, f"the checks of this plug-in cannot be loaded: {why}")
