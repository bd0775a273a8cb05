"""The real app with faults at the push of a key, and the real keeper with less patience for it.

`python -m tests.e2e.faulty_app keep OPTION...` is a kiosk on this terminal whose app is
`python -m tests.e2e.faulty_app OPTION...`: the one of `python -m screens`, in which a letter that
no kiosk knows brings a fault about.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Callable
from typing import NoReturn

from textual import events
from textual.app import ComposeResult, RenderResult
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from kiosk import keeper
from screens import __main__ as real
from screens.app import ReactivationApp

SECRET = "ERIKSSON"
"""What is in the exceptions, and must stand neither on the screen nor in the log."""

FROZEN_AFTER = 3.0


class FaultError(Exception):
    """A fault that nobody expected."""


def fail() -> NoReturn:
    """Fails with something personal in the exception."""
    name = SECRET
    raise FaultError(name)


async def fail_later() -> None:
    """The same in a task."""
    fail()


class FailsToRender(Widget):
    """A widget that cannot be drawn."""

    def render(self) -> RenderResult:
        """Not even once."""
        fail()


class FailsToPaint(Widget):
    """A widget whose lines cannot be drawn: it fails in the compositor."""

    def render_lines(self, crop: Region) -> NoReturn:
        """Not even once."""
        fail()


class FailsToCompose(Screen[None]):
    """A screen that cannot be made."""

    def compose(self) -> ComposeResult:
        """Not even its first widget."""
        fail()


class FailsToMount(Screen[None]):
    """A screen that fails as soon as it is there."""

    def on_mount(self) -> None:
        """When it has been mounted."""
        fail()


def eat() -> None:
    """Takes more memory than there is."""
    limit = 2**31
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    eaten = []
    while True:
        eaten.append(bytearray(2**24))


def freeze() -> None:
    """Never comes back."""
    time.sleep(1e9)


FAULTS: dict[str, Callable[[ReactivationApp], object]] = {
    "h": lambda app: fail(),
    "t": lambda app: app.set_timer(0.01, fail),
    "r": lambda app: app.screen.mount(FailsToRender()),
    "p": lambda app: app.screen.mount(FailsToPaint()),
    "c": lambda app: app.push_screen(FailsToCompose()),
    "m": lambda app: app.push_screen(FailsToMount()),
    "l": lambda app: app.call_later(fail),
    "n": lambda app: app.call_next(fail),
    "w": lambda app: app.run_worker(fail_later()),
    "d": lambda app: app.run_worker(fail, thread=True),
    "e": lambda app: eat(),
    "f": lambda app: freeze(),
    # What the app is not the worse for: nobody waits for it.
    "a": lambda app: asyncio.create_task(fail_later()),
    "q": lambda app: app.run_worker(fail_later(), exit_on_error=False),
}
"""What each letter brings about."""


def keep(options: list[str]) -> int:
    """The kiosk: the real keeper, for which no life of an app is too short."""
    keeper.SHORT_LIFE = 0.0
    keeper.FROZEN_AFTER = FROZEN_AFTER
    return keeper.Keeper([sys.executable, "-m", "tests.e2e.faulty_app", *options]).run()


def main() -> int:
    """The kiosk, or its app."""
    if sys.argv[1:2] == ["keep"]:
        return keep(sys.argv[2:])
    on_key = ReactivationApp.on_key

    def faulty(self: ReactivationApp, event: events.Key) -> None:
        if fault := FAULTS.get(event.key):
            fault(self)
        else:
            on_key(self, event)

    ReactivationApp.on_key = faulty  # type: ignore[method-assign]
    return real.main()


if __name__ == "__main__":
    sys.exit(main())
