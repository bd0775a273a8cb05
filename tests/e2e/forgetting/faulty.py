"""The real kiosk, in which an exception can be brought about in each of its processes.

`python -m tests.e2e.forgetting.faulty run OPTION...` is `kiosk run OPTION...`. SIGUSR1 makes the
keeper fail; in the app the letter `h` makes it fail, and `b` makes it say to the device host what
no host understands.
"""

import signal
import sys
from typing import NoReturn

from textual import events

from hardware.messages import HEADER_SIZE
from kiosk import cli, keeper
from screens import __main__ as real
from screens.app import ReactivationApp


class FaultError(Exception):
    """A fault that nobody expected."""


def _fail(*_: object) -> NoReturn:
    raise FaultError


class FaultyKeeper(keeper.Keeper):
    """The real keeper, whose app is the one of this module."""

    def run(self) -> int:
        """As the real one."""
        signal.signal(signal.SIGUSR1, _fail)
        self._command[self._command.index("screens")] = "tests.e2e.forgetting.faulty"
        self._command.insert(3, "app")
        return super().run()


def _app() -> int:
    on_key = ReactivationApp.on_key

    def faulty(self: ReactivationApp, event: events.Key) -> None:
        if event.key == "h":
            _fail()
        if event.key == "b":
            assert self.link._writer
            self.link._writer.write((4).to_bytes(HEADER_SIZE, "big") + b"\xff\xfe\xfd\xfc")
        on_key(self, event)

    ReactivationApp.on_key = faulty  # type: ignore[method-assign]
    return real.main()


if __name__ == "__main__":
    if sys.argv[1] == "app":
        del sys.argv[1]
        sys.exit(_app())
    keeper.Keeper = FaultyKeeper  # type: ignore[misc]
    cli.main()
