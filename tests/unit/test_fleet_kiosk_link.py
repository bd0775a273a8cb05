"""A kiosk's link on a real broker: what it tells, what it hears, and what it never obeys."""

import asyncio
import contextlib
import secrets
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.fleet import kiosk_link
from kiosk.fleet.kiosk_link import KioskLink
from kiosk.fleet.mqtt import Message, Port, connected
from kiosk.fleet.outbox import Outbox
from kiosk.fleet.reports import (
    Ack,
    Doing,
    Event,
    Happened,
    Help,
    KioskState,
    Presence,
    Result,
    StepReport,
    Why,
    decode,
    encode,
)
from kiosk.fleet.topics import Leaf, Place, presence
from kiosk.visit import Kind
from tests.brokers import Broker, broker
from tests.processes import LONG

PLACE = Place("lyngby", "kiosk-1")
BOOT = "ab" * 8
NONCE = "0" * 32
SID = "cd" * 12


@dataclass
class Desk:
    """A console of the centre that hears everything."""

    port: Port
    heard: list[Message] = field(default_factory=list)

    def last(self, leaf: Leaf) -> bytes | None:
        topic = PLACE.topic(leaf)
        return next((m.payload for m in reversed(self.heard) if m.topic == topic), None)

    def state(self) -> Doing | None:
        payload = self.last(Leaf.STATE)
        return decode(payload, KioskState).state if payload else None


async def comes(condition: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(LONG):
            while not condition():
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"does not come: {what}")


@contextlib.asynccontextmanager
async def desk(running: Broker) -> AsyncIterator[Desk]:
    async with connected(running.for_operator("anna"), None, [f"kiosk/v1/{PLACE}/+"]) as port:
        told = Desk(port)

        async def listen() -> None:
            async for message in port.messages():
                told.heard.append(message)

        listening = asyncio.create_task(listen())
        try:
            yield told
        finally:
            listening.cancel()


@dataclass
class Linked:
    link: KioskLink
    commands: list[bytes]
    staffed: list[bool]


@contextlib.asynccontextmanager
async def linked(running: Broker, folder: Path) -> AsyncIterator[Linked]:
    commands: list[bytes] = []
    staffed: list[bool] = []

    def obey(payload: bytes) -> Ack:
        commands.append(payload)
        return Ack(n=NONCE, result=Result.DONE)

    address = running.for_kiosk(PLACE)
    link = KioskLink(address, PLACE, BOOT, folder / "outbox.sqlite", obey, staffed.append)
    link.tell_state(KioskState(state=Doing.IDLE, boot=BOOT))
    task = asyncio.create_task(link.run())
    try:
        yield Linked(link, commands, staffed)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def running(tmp_path: Path) -> Broker:
    with broker(tmp_path, {"lyngby": ["kiosk-1"]}, {"anna": ("clerk", ["lyngby"])}) as started:
        yield started


async def test_it_tells_where_the_visit_stands_and_that_it_leaves(
    running: Broker, tmp_path: Path
) -> None:
    async with desk(running) as clerk:
        async with linked(running, tmp_path) as kiosk:
            await comes(lambda: clerk.state() is Doing.IDLE, "that it is there")
            kiosk.link.tell_step(StepReport(sid=SID, kind=Kind.STEP, since=1, step="open-app"))
            kiosk.link.tell_help(Help(id="ef" * 8, sid=SID, reason=Why.CITIZEN, since=1))
            await comes(lambda: bool(clerk.last(Leaf.HELP)), "the call")
            told = clerk.last(Leaf.STEP)
            assert told
            assert decode(told, StepReport).step == "open-app"
            kiosk.link.tell_help(None)
            await comes(lambda: clerk.last(Leaf.HELP) == b"", "that the call has ended")
        await comes(lambda: clerk.state() is Doing.LOST, "that it has left")


async def test_what_a_life_before_has_left_is_cleared(running: Broker, tmp_path: Path) -> None:
    async with connected(running.for_kiosk(PLACE), None, []) as port:
        old = StepReport(sid=SID, kind=Kind.STEP, since=1, step="open-app")
        await port.publish(PLACE.topic(Leaf.STEP), encode(old), retain=True)
    async with linked(running, tmp_path) as kiosk:
        await comes(lambda: kiosk.link.connected, "the connection")
        async with desk(running) as clerk:
            await comes(lambda: clerk.state() is Doing.IDLE, "what is retained")
            await comes(lambda: not clerk.last(Leaf.STEP), "that nothing is left of it")


async def test_a_command_is_answered_and_one_that_was_left_there_is_not(
    running: Broker, tmp_path: Path
) -> None:
    topic = PLACE.topic(Leaf.COMMAND)
    async with desk(running) as clerk:
        await clerk.port.publish(topic, b"left there", retain=True)
        async with linked(running, tmp_path) as kiosk:
            await comes(lambda: clerk.state() is Doing.IDLE, "that it is there")
            await clerk.port.publish(topic, b"now")
            await comes(lambda: bool(clerk.last(Leaf.ACK)), "the answer")
            assert kiosk.commands == [b"now"]


async def test_it_knows_whether_anybody_is_at_the_desk(running: Broker, tmp_path: Path) -> None:
    topic = presence("lyngby", "anna")
    async with linked(running, tmp_path) as kiosk, desk(running) as clerk:
        # What is said before it listens it does not hear: the last of it alone is retained.
        await comes(lambda: kiosk.link.connected, "the kiosk")
        for payload in (
            encode(Presence(online=True, boot=BOOT)),
            b"\x1b]0;junk\x07",
            encode(Presence(online=False, boot=BOOT)),
        ):
            await clerk.port.publish(topic, payload, retain=True)
        await comes(lambda: kiosk.staffed == [True, False], "both")


async def test_a_desk_is_empty_while_there_is_no_broker(running: Broker, tmp_path: Path) -> None:
    async with linked(running, tmp_path) as kiosk:
        async with desk(running) as clerk:
            told = encode(Presence(online=True, boot=BOOT))
            await clerk.port.publish(presence("lyngby", "anna"), told, retain=True)
            await comes(lambda: kiosk.staffed == [True], "that somebody is there")
        running.kill()
        await comes(lambda: kiosk.staffed == [True, False], "that nobody can be called")
        assert not kiosk.link.connected


async def test_what_happens_without_a_broker_is_told_later_and_says_so(
    running: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kiosk_link, "LONGEST", 1.0)
    running.stop()
    async with linked(running, tmp_path) as kiosk:
        names = [f"{BOOT}-{number}" for number in range(5)]
        for name in names:
            kiosk.link.happened(Event(id=name, type=Happened.STEP, at=0))
        running.start()
        async with desk(running) as clerk:
            events = PLACE.topic(Leaf.EVENT)

            def told() -> list[Event]:
                return [decode(m.payload, Event) for m in clerk.heard if m.topic == events]

            kiosk.link.happened(Event(id=f"{BOOT}-5", type=Happened.STEP, at=0))
            await comes(lambda: bool(told()) and told()[-1].id == f"{BOOT}-5", "the last one")
            assert all(event.hist for event in told() if event.id in names)


@pytest.mark.slow
async def test_the_broker_tells_of_a_kiosk_that_was_lost(running: Broker) -> None:
    told = encode(KioskState(state=Doing.LOST, boot=secrets.token_hex(8)))
    async with desk(running) as clerk:
        will = kiosk_link.Will(PLACE.topic(Leaf.STATE), told)
        with contextlib.suppress(kiosk_link.PortError):
            async with connected(running.for_kiosk(PLACE), will, []) as port:
                # As when its network is gone: no word of leaving.
                port._client._client._sock_close()
        await comes(lambda: clerk.state() is Doing.LOST, "its last will")


def test_nobody_waits_for_a_broker_that_does_not_answer(running: Broker, tmp_path: Path) -> None:
    def connecting() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread.name == "broker"]

    async def live() -> None:
        async with linked(running, tmp_path):
            await comes(lambda: bool(connecting()), "a try to connect")

    running.freeze()
    asyncio.run(live())
    left = connecting()
    running.thaw()
    assert left, "asyncio has waited for the broker"
    for thread in left:
        thread.join(LONG)


async def test_it_leaves_also_when_the_connection_breaks_at_that_very_moment(
    running: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish, waits = Port.publish, asyncio.Event()

    async def breaks(self: Port, topic: str, *given: bytes, **more: bool) -> None:
        if topic != PLACE.topic(Leaf.EVENT):
            return await publish(self, topic, *given, **more)
        waits.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as error:
            raise kiosk_link.PortError("lost") from error

    monkeypatch.setattr(Port, "publish", breaks)
    address = running.for_kiosk(PLACE)
    link = KioskLink(address, PLACE, BOOT, tmp_path / "outbox", lambda _: None, lambda _: None)
    task = asyncio.create_task(link.run())
    link.happened(Event(id=f"{BOOT}-1", type=Happened.STEP, at=0))
    async with asyncio.timeout(LONG):
        await waits.wait()
    task.cancel()
    await asyncio.wait([task], timeout=LONG)
    assert task.cancelled()


async def test_a_cancellation_that_comes_with_the_answer_is_not_lost() -> None:
    answer = asyncio.get_running_loop().create_future()

    class Library:
        async def publish(self, *_: object, **__: object) -> None:
            await asyncio.wait_for(answer, LONG)  # noqa: TID251 - as the real one does

    task = asyncio.create_task(Port(Library()).publish("topic", b""))  # type: ignore[arg-type]
    await asyncio.sleep(0.01)
    answer.set_result(None)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_event_that_the_disk_does_not_let_go_is_not_told_all_the_time(
    running: Broker, tmp_path: Path
) -> None:
    """As on a full disk; it is the database itself that refuses."""
    Outbox(tmp_path / "outbox.sqlite").close()
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite")) as database:
        database.execute(
            "CREATE TRIGGER stays BEFORE DELETE ON waiting BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    async with desk(running) as clerk, linked(running, tmp_path) as kiosk:
        await comes(lambda: kiosk.link.connected, "the connection")
        kiosk.link.happened(Event(id=f"{BOOT}-1", type=Happened.STEP, at=0))
        await comes(lambda: bool(clerk.last(Leaf.EVENT)), "the event")
        await asyncio.sleep(0.5)  # hundreds of copies would come in it
        told = [message for message in clerk.heard if message.topic == PLACE.topic(Leaf.EVENT)]
        assert len(told) == 1
