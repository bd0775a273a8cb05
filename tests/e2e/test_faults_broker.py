"""A broker that freezes, dies and comes back: no event is lost, and a copy is known as one."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.fleet.mqtt import Message, PortError, connected
from kiosk.fleet.reports import Event, decode
from kiosk.fleet.topics import Leaf, Place
from tests.brokers import Broker, broker
from tests.processes import LONG, until

PLACE = Place("lyngby", "kiosk-1")
BOOTS = ("aa" * 8, "bb" * 8)
BACK = 3 * LONG
"""Seconds within which all is told: a link waits up to 2 s here before it tries again."""


class Archive:
    """A console that is always there when the broker is, in a thread of its own."""

    def __init__(self, running: Broker) -> None:
        self._running = running
        self.ids: Counter[str] = Counter()
        self.there = threading.Event()
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._leave.set()
        self._thread.join(LONG)

    def _run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        topic = PLACE.topic(Leaf.EVENT)
        while not self._leave.is_set():
            try:
                address = self._running.for_operator("anna")
                # The broker keeps for it what comes before it is back.
                async with connected(address, None, [topic], session_expiry=600) as port:
                    self.there.set()
                    reading = asyncio.create_task(self._read(port.messages()))
                    while not (self._leave.is_set() or reading.done()):
                        await asyncio.sleep(0.05)
                    reading.cancel()
            except PortError:
                pass
            await asyncio.sleep(0.1)

    async def _read(self, messages: AsyncIterator[Message]) -> None:
        async for message in messages:
            self.ids[decode(message.payload, Event).id] += 1


class Linked:
    """A program with a kiosk's link, and how much has happened in it."""

    def __init__(self, running: Broker, outbox: Path, boot: str) -> None:
        fleet = running.kiosk_folder(PLACE) / "fleet"
        self.boot = boot
        self.happened = 0
        self.last_words = ""
        command = [sys.executable, "-m", "tests.e2e.linked_kiosk"]
        self.process = subprocess.Popen(
            [*command, running.url, str(fleet), str(outbox), boot],
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.strip().isdigit():
                self.happened = int(line)
            else:
                self.last_words = line.strip()

    def goes_on(self, more: int = 40) -> None:
        """Waits until so much more has happened, whatever the broker does."""
        least = self.happened + more
        until(lambda: self.happened >= least, "something happens while the broker does not answer")

    def names(self) -> set[str]:
        """Of all that has happened in it so far."""
        return {f"{self.boot}-{number}" for number in range(1, self.happened + 1)}

    def end(self, by: signal.Signals) -> None:
        """Ends it; what it has not told yet stays in its outbox."""
        self.process.send_signal(by)
        self.process.wait(LONG)
        self._reader.join(LONG)
        assert self.process.stdout
        self.process.stdout.close()


@contextmanager
def both(folder: Path) -> Iterator[tuple[Broker, Archive]]:
    with broker(folder, {"lyngby": ["kiosk-1"]}, {"anna": ("clerk", ["lyngby"])}) as running:
        archive = Archive(running)
        try:
            until(archive.there.is_set, "the archive listens")
            yield running, archive
        finally:
            archive.close()


def saved(running: Broker) -> None:
    """The broker writes down who listens, as it does from time to time: a power cut spares that."""
    file = running.data / "mosquitto.db"
    before = file.stat().st_mtime_ns if file.exists() else 0
    os.kill(running.pid, signal.SIGUSR1)
    until(lambda: file.exists() and file.stat().st_mtime_ns > before, "it is written down")


def whole(archive: Archive, names: set[str]) -> None:
    until(lambda: names <= archive.ids.keys(), "everything is told", BACK)
    copies = sum(archive.ids.values()) - len(archive.ids)
    print(f"{len(archive.ids)} events, {copies} copies, which are known by their names")


@pytest.mark.slow
def test_broker_frozen(tmp_path: Path) -> None:
    with both(tmp_path) as (running, archive):
        kiosk = Linked(running, tmp_path / "outbox", BOOTS[0])
        until(lambda: len(archive.ids) > 10, "the archive hears")
        running.freeze()
        kiosk.goes_on(400)  # 8 s: longer than a publish waits
        running.thaw()
        kiosk.goes_on()
        whole(archive, kiosk.names())
        kiosk.end(signal.SIGTERM)
        print(kiosk.last_words)


@pytest.mark.slow
def test_broker_killed_and_started_again(tmp_path: Path) -> None:
    with both(tmp_path) as (running, archive):
        kiosk = Linked(running, tmp_path / "outbox", BOOTS[0])
        until(lambda: len(archive.ids) > 10, "the archive hears")
        saved(running)
        running.freeze()  # so that one is on its way to it
        kiosk.goes_on(5)
        running.kill()
        kiosk.goes_on()
        running.start()
        kiosk.goes_on()
        whole(archive, kiosk.names())
        kiosk.end(signal.SIGTERM)


def test_app_killed_while_the_broker_is_away(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    with both(tmp_path) as (running, archive):
        kiosk = Linked(running, outbox, BOOTS[0])
        until(lambda: len(archive.ids) > 10, "the archive hears")
        running.stop()
        kiosk.goes_on()
        kiosk.end(signal.SIGKILL)
        names = kiosk.names()
        # What was handed over in its last moment was perhaps not on the disk yet.
        names -= {f"{kiosk.boot}-{kiosk.happened - number}" for number in range(3)}
        running.start()
        again = Linked(running, outbox, BOOTS[1])
        again.goes_on()
        whole(archive, names | again.names())
        again.end(signal.SIGTERM)
