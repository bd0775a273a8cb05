"""A console's link: what it hears of its kiosks, that it is there, and what it asks of them."""

import asyncio
import contextlib
import logging
import random
import secrets
import time
from collections.abc import AsyncIterator, Callable
from enum import StrEnum
from itertools import chain
from pathlib import Path

from kiosk.fleet import console_files, statistics_store
from kiosk.fleet.commands import MAY, Deed, command, signed
from kiosk.fleet.fleet_state import Fleet
from kiosk.fleet.mqtt import Message, Port, PortError, Will, connected, lost
from kiosk.fleet.reports import Ack, BadReportError, Event, Presence, decode, encode
from kiosk.fleet.topics import RETAINED, Leaf, Place, filters, parsed, parsed_presence, presence

ANSWER = 5.0
"""Seconds in which a kiosk answers a command."""
LIFE = 15
"""Seconds for which a command is good: a kiosk's clock and ours differ by some."""
REREAD = 300.0
"""Seconds in which everything that is retained is read once more: a broker drops what is too much
for a slow console, and says so to nobody."""
MISSED_AFTER = 5.0
"""Seconds in which the broker has told of every kiosk that it knows; the others are missed."""
WRITTEN_EVERY = 2.0
"""Seconds between two writes of what was counted."""
_WAITS = (1.0, 30.0)
_UNCOUNTED = 10_000
_log = logging.getLogger(__name__)


class Silence(StrEnum):
    """Why a command has no answer."""

    NOT_CONNECTED = "not-connected"
    """It was not sent."""
    NO_ANSWER = "no-answer"
    """It was sent; whether the kiosk has obeyed is not known."""
    RANK = "rank"
    """This operator may not ask for it; it was not sent."""


class ConsoleError(Exception):
    """A command has no answer."""

    def __init__(self, why: Silence) -> None:
        super().__init__(why)
        self.why = why


class ConsoleLink:
    """What a console knows of the fleet and what it can ask of it.

    `on_change` is called in the event loop after each change, and so often: the caller gathers.
    `counts`: the file of the statistics; None: what happens is not counted here.
    """

    def __init__(
        self, folder: Path, on_change: Callable[[], None], counts: Path | None = None
    ) -> None:
        """Reads the console's folder; `ConfigError` where that cannot be."""
        self._console = console_files.load(folder)
        told = self._console.settings
        self.operator, self.rank, self.centres = told.operator, told.rank, told.centres
        self.desk = told.desk
        """The centre whose kiosks may call this console; None: none may."""
        self.fleet = Fleet()
        self.connected = False
        self.since = time.time()
        """When the connection came, or was lost."""
        self.trouble = ""
        """Why there is no connection, for a technician."""
        self._on_change = on_change
        self._counts = counts
        self._boot = secrets.token_hex(8)
        self._port: Port | None = None
        self._asked: dict[tuple[Place, str], asyncio.Future[Ack]] = {}
        self._online: dict[str, set[str]] = {}  # the operators of each centre, this one too
        self._uncounted: list[tuple[Place, Event]] = []

    def colleagues(self, centre: str) -> list[str]:
        """The others at a console of this centre now."""
        return sorted(self._online.get(centre, set()) - {self.operator})

    async def ask(self, place: Place, deed: Deed, sid: str | None = None) -> Ack:
        """Signs and sends a command, and waits for the answer; `ConsoleError` where none comes.

        `sid`: the visit for which it is meant, for all deeds that have to do with one.
        """
        if type(deed) not in MAY[self.rank]:
            raise ConsoleError(Silence.RANK)
        port = self._port
        if port is None:
            raise ConsoleError(Silence.NOT_CONNECTED)
        told = command(place, self.operator, deed, sid, LIFE)
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._asked[place, told.n] = answer
        try:
            async with asyncio.timeout(ANSWER):
                # From here on nobody knows whether it arrives: the library may send it later.
                payload = signed(told, self._console.signing)
                await port.publish(place.topic(Leaf.COMMAND), payload, expires=int(ANSWER))
                return await answer
        except (TimeoutError, PortError) as error:
            raise ConsoleError(Silence.NO_ANSWER) from error
        finally:
            del self._asked[place, told.n]

    async def run(self) -> None:
        """Keeps the connection until it is cancelled; each one after the last waits longer."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch_ages())
            tasks.create_task(self._count())
            wait = _WAITS[0]
            while True:
                began = time.monotonic()
                try:
                    await self._connection()
                except PortError as error:
                    self.trouble = str(error)
                if time.monotonic() - began > _WAITS[1]:
                    wait = _WAITS[0]
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))
                wait = min(2 * wait, _WAITS[1])

    async def _connection(self) -> None:
        will = None
        if self.desk is not None:
            gone = encode(Presence(online=False, boot=self._boot))
            will = Will(presence(self.desk, self.operator), gone)
        async with connected(self._console.broker, will, self._filters()) as port:
            try:
                async with asyncio.TaskGroup() as tasks:
                    # Beside the reading: what is retained comes at once, and would overflow.
                    others = [tasks.create_task(it) for it in (self._arrive(port), self._miss())]
                    try:
                        await self._read(port.messages())
                    finally:
                        for other in others:
                            other.cancel()
            except* PortError as errors:
                raise lost(errors) from errors
            finally:
                if self._port is not None:
                    self._now_connected(None)
                with contextlib.suppress(PortError, TimeoutError):
                    async with asyncio.timeout(1):
                        await self._tell(port, online=False)

    def _filters(self) -> list[str]:
        counted = [Leaf.EVENT] if self._counts is not None else []
        passing = self._console.settings.filters([Leaf.ACK, *counted])
        retained = [_retained(centre) for centre in self._console.settings.wanted]
        return [*chain.from_iterable(retained), *passing]

    async def _tell(self, port: Port, online: bool) -> None:
        """Says to the kiosks of its centre that somebody is there, or no more."""
        if self.desk is not None:
            said = encode(Presence(online=online, boot=self._boot))
            await port.publish(presence(self.desk, self.operator), said, retain=True)

    def _now_connected(self, port: Port | None) -> None:
        self._port = port
        self.connected, self.since = port is not None, time.time()
        self.trouble = "" if port is not None else self.trouble
        if port is None:
            self._online.clear()
        self._on_change()

    async def _read(self, messages: AsyncIterator[Message]) -> None:
        async for message in messages:
            self._take(message)

    def _take(self, message: Message) -> None:
        told = parsed(message.topic)
        if told is None:
            self._take_presence(message)
        elif told[1] is Leaf.ACK:
            self._take_ack(told[0], message)
        elif told[1] is Leaf.EVENT:
            self._take_event(told[0], message)
        elif self.fleet.heard(message.topic, message.payload, message.retained, time.time()):
            self._on_change()

    def _take_ack(self, place: Place, message: Message) -> None:
        try:
            ack = decode(message.payload, Ack)
        except BadReportError:
            self.fleet.junk += 1
            return
        answer = self._asked.get((place, ack.n))
        if answer is not None and not answer.done():
            answer.set_result(ack)

    def _take_event(self, place: Place, message: Message) -> None:
        try:
            event = decode(message.payload, Event)
        except BadReportError:
            self.fleet.junk += 1
            return
        if len(self._uncounted) < _UNCOUNTED:
            self._uncounted.append((place, event))

    def _take_presence(self, message: Message) -> None:
        told = parsed_presence(message.topic)
        try:
            there = bool(message.payload) and decode(message.payload, Presence).online
        except BadReportError:
            told = None
        if told is None:
            self.fleet.junk += 1
            return
        centre, operator = told
        here = self._online.setdefault(centre, set())
        if there != (operator in here):
            (here.add if there else here.discard)(operator)
            self._on_change()

    async def _watch_ages(self) -> None:
        while True:
            await asyncio.sleep(1)
            if self.fleet.tick(time.time()):
                self._on_change()

    async def _arrive(self, port: Port) -> None:
        await self._tell(port, online=True)
        self._now_connected(port)
        await self._reread(port)

    async def _miss(self) -> None:
        """What the broker does not know of is there, too, but without contact."""
        await asyncio.sleep(MISSED_AFTER)
        self.fleet.expect(self._console.kiosks)
        self._on_change()

    async def _reread(self, port: Port) -> None:
        """Asks again for what is retained, a centre at a time: else a call waits behind it all."""
        wanted = self._console.settings.wanted
        everywhere = wanted == ["+"]
        while True:
            centres = list(self.fleet.centres) if everywhere else wanted
            for centre in centres:
                await asyncio.sleep(REREAD / len(centres))
                await port.subscribe(_retained(centre))
                if everywhere:  # what one centre says comes by the wider filters, too
                    await port.unsubscribe(_retained(centre))
            if not centres:
                await asyncio.sleep(REREAD)

    async def _count(self) -> None:
        """Writes what was counted, away from the loop: a disk may be slow."""
        try:
            while True:
                await asyncio.sleep(WRITTEN_EVERY)
                await asyncio.to_thread(self._write_counts)
        finally:
            self._write_counts()

    def _write_counts(self) -> None:
        if not self._uncounted or self._counts is None:
            return
        taken, self._uncounted = self._uncounted, []
        try:
            statistics_store.take(self._counts, taken)
        except statistics_store.StoreError as error:
            _log.warning("statistics: %s", error)
            self._uncounted = [*taken, *self._uncounted][:_UNCOUNTED]


def _retained(centre: str) -> list[str]:
    """The filters of what the broker keeps of a centre; `+`: of all."""
    return [*filters(centre, sorted(RETAINED)), presence(centre, "+")]
