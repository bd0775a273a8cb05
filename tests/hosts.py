"""A device host with the app's end of it, for tests that listen to what it says."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from hardware.link import Link
from hardware.messages import FromHost
from hardware.resources import Resource
from hardware.simulated import machine
from kiosk.places import shipped
from tests.processes import LONG, alive, child


@contextmanager
def plugged_in(name: str) -> Iterator[list[Resource]]:
    """The devices of a machine of config/machines, being played."""
    with machine.start(shipped() / "machines" / f"{name}.toml") as running:
        yield running.devices


class Linked(Link):
    """A link that keeps what the host said."""

    def __init__(self, devices: Sequence[Resource], trust: Path | None = None) -> None:
        super().__init__(devices, self._note, trust)
        self.said: list[FromHost] = []
        self._new = asyncio.Event()

    def _note(self, message: FromHost) -> None:
        self.said.append(message)
        self._new.set()

    async def says(self, wanted: Callable[[FromHost], bool] | FromHost) -> FromHost:
        """The first message not yet asked for that is this one or fits; it and those before go."""
        async with asyncio.timeout(LONG):
            while True:
                while self.said:
                    message = self.said.pop(0)
                    if message == wanted or (callable(wanted) and wanted(message)):
                        return message
                self._new.clear()
                await self._new.wait()


@asynccontextmanager
async def linked(devices: Sequence[Resource], trust: Path | None = None) -> AsyncIterator[Linked]:
    """A link with its host started; both are gone afterwards."""
    made = Linked(devices, trust)
    await made.renew()
    pid = made.host_pid
    assert pid
    assert alive(pid)
    try:
        yield made
    finally:
        await made.close()
    assert made.host_pid is None
    assert child(os.getpid(), "hardware.host") is None


def is_a(*kinds: type[FromHost]) -> Callable[[FromHost], bool]:
    """Whether a message is one of these."""
    return lambda message: isinstance(message, kinds)
