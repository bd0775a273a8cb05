"""Fuzzers: what comes from outside is turned over until something breaks.

Each module holds targets of one kind: `TARGETS` by name, each a function that takes bytes and fails
when anything but a documented error comes out, and `seeds(name)`, inputs that are right. The seeds
are made by our own code when they are needed: so they are as the writer of that format makes them
today, and nothing of a device or a person lies in the repository.
"""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

Run = Callable[[bytes], None]

FOLDER = Path("build/fuzz")
LONGEST = 4096
"""Bytes of an input, where the module does not name another number."""
MODULES = (
    "appliance", "chip", "code", "commands", "content", "fleet_files", "kept", "languages",
    "messages", "pictures", "readers", "recordings", "scans", "terminal", "trust", "web",
)  # fmt: skip


class Speed(Enum):
    """How long one input takes."""

    QUICK = auto()
    """Less than a millisecond."""
    SLOW = auto()
    """Some milliseconds."""
    VERY_SLOW = auto()
    """A tenth of a second and more."""


class Target(NamedTuple):
    """One thing that is turned over, named as `chip.sod`."""

    name: str
    run: Run
    seeds: list[bytes]
    longest: int
    """Bytes of the longest input."""
    speed: Speed


def load(name: str) -> Target:
    """The target of this name; KeyError when there is none."""
    module_name, _, key = name.partition(".")
    if module_name not in MODULES:
        raise KeyError(name)
    module = import_module(f"tests.fuzz.{module_name}")
    return Target(
        name,
        module.TARGETS[key],
        module.seeds(key),
        getattr(module, "LONGEST", LONGEST),
        _speed(module, key),
    )


def _speed(module: ModuleType, key: str) -> Speed:
    if key in getattr(module, "VERY_SLOW", ()):
        return Speed.VERY_SLOW
    return Speed.SLOW if key in getattr(module, "SLOW", ()) else Speed.QUICK


def names(modules: Sequence[str] = MODULES) -> list[str]:
    """The targets of these modules, in the same order every time."""
    return [
        f"{module}.{key}"
        for module in modules
        for key in import_module(f"tests.fuzz.{module}").TARGETS
    ]
