"""A kiosk's link to its broker: tells what the kiosk does, and hears what staff asks of it.

Whether there is a broker makes no difference to who calls it: nothing here blocks or fails.
"""

import asyncio
import contextlib
import logging
import random
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from kiosk.fleet.mqtt import Broker, Message, Port, PortError, Will, connected, leaving, lost
from kiosk.fleet.outbox import Outbox
from kiosk.fleet.reports import (
    Ack,
    AuditHead,
    BadReportError,
    Doing,
    Event,
    Help,
    KioskState,
    Presence,
    SelfTestReport,
    StepReport,
    decode,
    encode,
)
from kiosk.fleet.topics import EXPIRES, RETAINED, Leaf, Place, parsed_presence, presence

log = logging.getLogger("kiosk.fleet")

SHORTEST, LONGEST = 1.0, 30.0
"""Seconds before a lost broker is tried again, longer each time."""
RENEWED = 100.0
"""Seconds after which what the broker forgets in time is told again."""
PACE = 0.02
"""Seconds between two commands: a flood of them must not keep the screen from being painted."""
DISK_PAUSE = 30.0
"""Seconds before a disk that takes nothing is tried again."""
LAST_WORDS = 1.0
"""Seconds that the kiosk waits for the broker when it leaves."""


class KioskLink:
    """Keeps a connection for as long as `run` does.

    Of what is told while there is none the newest waits; what has happened waits in the outbox.
    """

    def __init__(
        self,
        broker: Broker,
        place: Place,
        boot: str,
        outbox: Path,
        on_command: Callable[[bytes], Ack | None],
        on_staffed: Callable[[bool], None],
    ) -> None:
        """`on_command` obeys a command or says why not; `on_staffed`: is anybody at a console?"""
        self._broker = broker
        self._place = place
        self._boot = boot
        self._on_command = on_command
        self._on_staffed = on_staffed
        self._port: Port | None = None
        self._reports: dict[Leaf, bytes] = {Leaf.STEP: b"", Leaf.HELP: b""}
        self._untold = set(self._reports)
        self._acks: deque[Ack] = deque(maxlen=100)
        self._online: dict[str, bool] = {}
        self._staffed = False
        self._news = asyncio.Event()
        self._waiting = asyncio.Event()
        self._file = outbox
        self._outbox: Outbox | None = None
        self._trouble = ""
        # A disk may be slow or full: the loop does not wait for it. One thread keeps the order.
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def connected(self) -> bool:
        """Whether the broker hears us now."""
        return self._port is not None

    def tell_state(self, state: KioskState) -> None:
        """What the kiosk is doing."""
        self._tell(Leaf.STATE, encode(state))

    def tell_step(self, step: StepReport | None) -> None:
        """Where the visit stands; None: there is none."""
        self._tell(Leaf.STEP, encode(step) if step else b"")

    def tell_help(self, call: Help | None) -> None:
        """The call for help; None: there is none."""
        self._tell(Leaf.HELP, encode(call) if call else b"")

    def tell_selftest(self, report: SelfTestReport) -> None:
        """The last self-test."""
        self._tell(Leaf.SELFTEST, encode(report))

    def tell_audit(self, head: AuditHead) -> None:
        """The end of the audit's chain."""
        self._tell(Leaf.AUDIT, encode(head))

    def happened(self, event: Event) -> None:
        """One thing for the statistics; it is kept until the broker has it."""
        told = msgspec.structs.replace(event, hist=not self.connected)
        with contextlib.suppress(RuntimeError):  # the link has been closed
            self._disk.submit(self._keep, encode(told))

    async def run(self) -> None:
        """Keeps the connection until it is cancelled."""
        self._loop = asyncio.get_running_loop()
        wait = SHORTEST
        try:
            while True:
                began = time.monotonic()
                try:
                    await self._connection()
                except PortError as error:
                    self._say(f"no broker: {error}")
                if time.monotonic() - began > LONGEST:
                    wait = SHORTEST
                # Thousands of kiosks lose a broker at once, and must not all come back at once.
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))
                wait = min(2 * wait, LONGEST)
        finally:
            self._disk.submit(self._close)
            self._disk.shutdown(wait=False)

    # --- one connection ----------------------------------------------------------------------

    async def _connection(self) -> None:
        gone = encode(KioskState(state=Doing.LOST, boot=self._boot))
        will = Will(self._place.topic(Leaf.STATE), gone)
        filters = [self._place.topic(Leaf.COMMAND), presence(self._place.centre, "+")]
        async with connected(self._broker, will, filters) as port:
            self._port = port
            self._say("the broker is there")
            self._untold = set(self._reports)
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._publish(port))
                    tasks.create_task(self._empty_outbox(port))
                    tasks.create_task(self._renew())
                    await self._listen(port)
            except* PortError as errors:
                raise lost(errors) from errors
            finally:
                self._port = None
                self._online.clear()
                self._tell_staffed()
                await self._leave(port)

    async def _leave(self, port: Port) -> None:
        """A kiosk that is asked to leave says so: the broker keeps the last will of none such."""
        if not leaving():
            return
        gone = KioskState(state=Doing.LOST, boot=self._boot, at=int(time.time()))
        with contextlib.suppress(PortError, TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await port.publish(self._place.topic(Leaf.STATE), encode(gone), retain=True)

    async def _publish(self, port: Port) -> None:
        while True:
            self._news.clear()
            while self._acks:
                await self._send(port, Leaf.ACK, encode(self._acks.popleft()))
            for leaf in sorted(self._untold):
                self._untold.discard(leaf)
                await self._send(port, leaf, self._reports[leaf])
            if not (self._acks or self._untold):
                await self._news.wait()

    async def _send(self, port: Port, leaf: Leaf, payload: bytes) -> None:
        expires = EXPIRES.get(leaf) if payload else None
        topic = self._place.topic(leaf)
        await port.publish(topic, payload, retain=leaf in RETAINED, expires=expires)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEWED)
            for leaf in (Leaf.STEP, Leaf.HELP):
                if self._reports[leaf]:
                    self._untold.add(leaf)
            self._news.set()

    async def _listen(self, port: Port) -> None:
        commands = self._place.topic(Leaf.COMMAND)
        async for message in port.messages():
            if message.topic != commands:
                self._hear_presence(message)
            elif message.retained:
                # Whoever has left it there means nobody who is here now.
                log.warning("a command that was retained is ignored")
            else:
                ack = self._on_command(message.payload)
                if ack is not None:
                    self._acks.append(ack)
                    self._news.set()
                await asyncio.sleep(PACE)

    def _hear_presence(self, message: Message) -> None:
        told = parsed_presence(message.topic)
        if told is None or told[0] != self._place.centre:
            return
        try:
            online = bool(message.payload) and decode(message.payload, Presence).online
        except BadReportError:
            return
        self._online[told[1]] = online
        self._tell_staffed()

    def _tell_staffed(self) -> None:
        staffed = any(self._online.values())
        if staffed != self._staffed:
            self._staffed = staffed
            self._on_staffed(staffed)

    def _tell(self, leaf: Leaf, payload: bytes) -> None:
        if self._reports.get(leaf) != payload:
            self._reports[leaf] = payload
            self._untold.add(leaf)
            self._news.set()

    # --- the outbox, in its own thread -------------------------------------------------------

    async def _empty_outbox(self, port: Port) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._waiting.clear()
            rows = await loop.run_in_executor(self._disk, self._first)
            for number, payload in rows:
                await self._send(port, Leaf.EVENT, payload)
                if not await loop.run_in_executor(self._disk, self._take_out, number):
                    # It would be told again at once, and again, for as long as the disk is full.
                    await asyncio.sleep(DISK_PAUSE)
                    break
            if not rows:
                await self._waiting.wait()

    def _keep(self, payload: bytes) -> None:
        with self._disk_trouble():
            self._opened().put(payload)
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended meanwhile
                self._loop.call_soon_threadsafe(self._waiting.set)

    def _first(self) -> list[tuple[int, bytes]]:
        with self._disk_trouble():
            return self._opened().first()
        return []

    def _take_out(self, number: int) -> bool:
        with self._disk_trouble():
            self._opened().take_out(number)
            return True
        return False

    def _opened(self) -> Outbox:
        if self._outbox is None:
            self._outbox = Outbox(self._file)
        return self._outbox

    def _close(self) -> None:
        if self._outbox is not None:
            self._outbox.close()
            self._outbox = None

    @contextlib.contextmanager
    def _disk_trouble(self) -> Iterator[None]:
        """An event that the disk does not take is lost, and nothing else."""
        try:
            yield
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            self._say(f"the outbox cannot be used: {type(error).__name__}")

    def _say(self, what: str) -> None:
        """To the log, once until something else is to be said."""
        if what != self._trouble:
            self._trouble = what
            log.info("%s", what)
