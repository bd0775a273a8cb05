"""A console on a real broker with TLS: what it hears, that it is heard, and what it may ask."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from kiosk.fleet import collecting, console_link, statistics, statistics_store
from kiosk.fleet.commands import EndVisit, Signed, TestKiosk
from kiosk.fleet.console_files import load
from kiosk.fleet.console_link import ConsoleError, ConsoleLink, Silence
from kiosk.fleet.fleet_state import Grade
from kiosk.fleet.mqtt import Message, Port, Will, connected
from kiosk.fleet.reports import (
    Ack,
    Doing,
    Ending,
    Event,
    Happened,
    KioskState,
    Presence,
    Report,
    Result,
    decode,
    encode,
)
from kiosk.fleet.topics import Leaf, Place, presence
from kiosk.reading import ConfigError
from tests.brokers import Broker, broker
from tests.processes import LONG

ONE, TWO, FAR = Place("lyngby", "kiosk-1"), Place("lyngby", "kiosk-2"), Place("aarhus", "kiosk-1")
UNHEARD = Place("lyngby", "kiosk-3")
SID = "5" * 24
BOOT = "b" * 16


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    operators = {
        "anna": ("clerk", ["lyngby"]),
        "bo": ("clerk", ["lyngby"]),
        "tom": ("technician", ["lyngby"]),
        "eva": ("supervisor", ["*"]),
    }
    centres = {"lyngby": ["kiosk-1", "kiosk-2", UNHEARD.kiosk], "aarhus": ["kiosk-1"]}
    with broker(tmp_path_factory.mktemp("fleet"), centres, operators) as running:
        yield running


@pytest.fixture(autouse=True)
def tries_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console_link, "_WAITS", (0.1, 0.3))


async def soon(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {LONG} s"
        await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def console(
    fleet: Broker, name: str = "anna", counts: Path | None = None
) -> AsyncIterator[ConsoleLink]:
    link = ConsoleLink(fleet.operator_folder(name), lambda: None, counts)
    running = asyncio.create_task(link.run())
    try:
        await soon(lambda: link.connected or running.done(), "the console is connected")
        yield link
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@contextlib.asynccontextmanager
async def kiosk(fleet: Broker, place: Place = ONE, *more: str) -> AsyncIterator[Port]:
    gone = KioskState(state=Doing.LOST, boot=BOOT)
    will = Will(place.topic(Leaf.STATE), encode(gone))
    async with connected(fleet.for_kiosk(place), will, [place.topic(Leaf.COMMAND), *more]) as port:
        yield port


async def tell(port: Port, place: Place, leaf: Leaf, report: Report, retain: bool = True) -> None:
    await port.publish(place.topic(leaf), encode(report), retain=retain)


def idle(seq: int = 1) -> KioskState:
    return KioskState(state=Doing.IDLE, boot=BOOT, seq=seq, at=int(time.time()))


async def first(port: Port) -> Message:
    async with asyncio.timeout(LONG):
        async for message in port.messages():
            return message
    raise AssertionError


async def obeys(port: Port, place: Place, copies: int = 1) -> bytes:
    payload = (await first(port)).payload
    nonce = decode_nonce(payload)
    for _ in range(copies):
        await tell(port, place, Leaf.ACK, Ack(n=nonce, result=Result.DONE), retain=False)
    return payload


def decode_nonce(payload: bytes) -> str:
    told = msgspec.json.decode(bytes(msgspec.json.decode(payload, type=Signed).command))
    return str(told["n"])


async def test_a_console_sees_what_was_told_before_it_came_and_what_comes(fleet: Broker) -> None:
    async with kiosk(fleet) as port:
        await tell(port, ONE, Leaf.STATE, idle())
        async with console(fleet) as link:
            await soon(lambda: link.fleet.get(ONE) is not None, "the retained state")
            await tell(port, ONE, Leaf.STATE, KioskState(state=Doing.VISIT, boot=BOOT, seq=2))

            def seen() -> bool:
                told = link.fleet.get(ONE)
                return told is not None and told.grade is Grade.VISIT

            await soon(seen, "the new state")


async def test_a_console_hears_of_its_centres_alone(fleet: Broker) -> None:
    async with kiosk(fleet, FAR) as far, kiosk(fleet) as near:
        await tell(far, FAR, Leaf.STATE, idle())
        await tell(near, ONE, Leaf.STATE, idle())
        async with console(fleet) as link, console(fleet, "eva") as everywhere:
            await soon(lambda: everywhere.fleet.get(FAR) is not None, "eva hears of all")
            await soon(lambda: link.fleet.get(ONE) is not None, "anna hears of hers")
            assert link.fleet.get(FAR) is None


async def test_a_command_is_answered(fleet: Broker) -> None:
    async with kiosk(fleet) as port, console(fleet) as link:
        answering = asyncio.create_task(obeys(port, ONE, copies=2))
        ack = await link.ask(ONE, EndVisit(), SID)
        assert ack.result is Result.DONE
        payload = await answering
        assert b'"op":"anna"' in payload
        assert SID.encode() in payload


async def test_the_answer_of_another_kiosk_or_to_another_command_is_none(
    fleet: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_link, "ANSWER", 1.0)
    async with kiosk(fleet) as port, kiosk(fleet, TWO) as other, console(fleet) as link:

        async def lies() -> None:
            nonce = decode_nonce((await first(port)).payload)
            await tell(other, TWO, Leaf.ACK, Ack(n=nonce, result=Result.DONE), retain=False)
            await tell(port, ONE, Leaf.ACK, Ack(n="0" * 32, result=Result.DONE), retain=False)
            await port.publish(ONE.topic(Leaf.ACK), b"\x1b[2J")

        answering = asyncio.create_task(lies())
        with pytest.raises(ConsoleError) as silence:
            await link.ask(ONE, EndVisit(), SID)
        await answering
        assert silence.value.why is Silence.NO_ANSWER
        await soon(lambda: link.fleet.junk == 1, "junk is counted")


async def test_a_kiosk_that_is_not_there_does_not_answer(
    fleet: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_link, "ANSWER", 1.0)
    async with console(fleet) as link:
        with pytest.raises(ConsoleError) as silence:
            await link.ask(TWO, EndVisit(), SID)
        assert silence.value.why is Silence.NO_ANSWER


async def test_what_a_rank_may_not_ask_is_not_sent(fleet: Broker) -> None:
    async with console(fleet) as clerk, console(fleet, "tom") as technician:
        for link, deed in ((clerk, TestKiosk()), (technician, EndVisit())):
            with pytest.raises(ConsoleError) as silence:
                await link.ask(ONE, deed, SID)
            assert silence.value.why is Silence.RANK


async def test_who_is_not_connected_cannot_ask(fleet: Broker) -> None:
    link = ConsoleLink(fleet.operator_folder("anna"), lambda: None)
    with pytest.raises(ConsoleError) as silence:
        await link.ask(ONE, EndVisit(), SID)
    assert silence.value.why is Silence.NOT_CONNECTED


async def test_the_kiosks_of_a_centre_hear_that_a_clerk_is_there_and_gone(fleet: Broker) -> None:
    heard: list[tuple[str, bool]] = []

    async def listen(port: Port) -> None:
        async for message in port.messages():
            heard.append((message.topic, decode(message.payload, Presence).online))

    async with kiosk(fleet, ONE, presence("lyngby", "+")) as port:
        listening = asyncio.create_task(listen(port))
        here = presence("lyngby", "bo")
        async with console(fleet, "bo"), console(fleet, "tom"):
            await soon(lambda: (here, True) in heard, "bo is there")
        await soon(lambda: heard and heard[-1] == (here, False), "bo has left")
        listening.cancel()
    assert presence("lyngby", "tom") not in {topic for topic, _ in heard}, "no clerk"


async def test_colleagues_see_each_other_and_not_themselves(fleet: Broker) -> None:
    async with console(fleet) as anna:
        async with console(fleet, "bo") as bo:
            await soon(lambda: anna.colleagues("lyngby") == ["bo"], "anna sees bo")
            await soon(lambda: bo.colleagues("lyngby") == ["anna"], "bo sees anna")
        await soon(lambda: anna.colleagues("lyngby") == [], "bo has left")


async def test_events_become_counts_once(fleet: Broker, tmp_path: Path) -> None:
    counts = tmp_path / "counts"
    event = Event(
        id=f"{BOOT}-1", type=Happened.VISIT_ENDED, at=int(time.time()), ending=Ending.FINISHED
    )
    async with kiosk(fleet) as port, console(fleet, counts=counts):
        for _ in range(2):
            await tell(port, ONE, Leaf.EVENT, event, retain=False)
        await soon(lambda: statistics_store.centres(counts) == ["lyngby"], "it is written")
    assert statistics_store.take(counts, [(ONE, event)]) == 0


@pytest.mark.parametrize("operator", ["anna", "eva"])
async def test_what_the_broker_did_not_deliver_is_read_again(
    fleet: Broker, monkeypatch: pytest.MonkeyPatch, operator: str
) -> None:
    monkeypatch.setattr(console_link, "REREAD", 0.5)
    monkeypatch.setattr(console_link, "MISSED_AFTER", 600)
    async with kiosk(fleet) as port, kiosk(fleet, TWO) as other:
        await tell(port, ONE, Leaf.STATE, idle())
        await tell(other, TWO, Leaf.STATE, idle())
        async with console(fleet, operator) as link:
            await soon(lambda: link.fleet.get(ONE) is not None, "the retained state")
            await soon(lambda: link.fleet.get(TWO) is not None, "the other's, too")
            for _ in range(2):  # once more: what was asked for and given up again
                link.fleet.heard(ONE.topic(Leaf.STATE), b"", True, 0)
                assert link.fleet.get(ONE) is None
                await soon(lambda: link.fleet.get(ONE) is not None, "it is read again")
            monkeypatch.setattr(console_link, "REREAD", 600)
            await asyncio.sleep(1)
            await tell(port, ONE, Leaf.STATE, idle(2))
            await soon(lambda: seq(link) == 2, "it still comes by itself")


async def test_a_kiosk_that_was_never_heard_is_missed(
    fleet: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_link, "MISSED_AFTER", 0.3)
    async with kiosk(fleet) as port:
        await tell(port, ONE, Leaf.STATE, idle())
        async with console(fleet) as link:
            await soon(lambda: UNHEARD in link.fleet.order, "the kiosk that never was there")
            missed, there = link.fleet.get(UNHEARD), link.fleet.get(ONE)
            assert missed is not None
            assert missed.grade is Grade.LOST
            assert there is not None
            assert there.grade is Grade.IDLE


def seq(link: ConsoleLink) -> int | None:
    one = link.fleet.get(ONE)
    return one.state.seq if one is not None and one.state is not None else None


async def test_a_broker_that_dies_and_comes_back(tmp_path: Path) -> None:
    centres, operators = {"lyngby": ["kiosk-1"]}, {"anna": ("clerk", ["lyngby"])}
    with broker(tmp_path, centres, operators) as running:
        async with console(running) as link:
            before = link.since
            running.kill()
            await soon(lambda: not link.connected, "the console knows")
            assert link.since >= before
            await soon(lambda: bool(link.trouble), "why, for a technician")
            with pytest.raises(ConsoleError) as silence:
                await link.ask(ONE, EndVisit(), SID)
            assert silence.value.why is Silence.NOT_CONNECTED
            await asyncio.to_thread(running.start)
            await soon(lambda: link.connected, "it is connected again, by itself")
            assert link.trouble == ""


@pytest.mark.slow
async def test_a_frozen_broker_is_missed(tmp_path: Path) -> None:
    centres, operators = {"lyngby": ["kiosk-1"]}, {"anna": ("clerk", ["lyngby"])}
    with broker(tmp_path, centres, operators) as running:
        async with console(running) as link:
            running.freeze()
            with pytest.raises(ConsoleError) as silence:
                await link.ask(ONE, EndVisit(), SID)
            assert silence.value.why is Silence.NO_ANSWER
            running.thaw()
            await soon(lambda: link.connected, "it goes on")


def test_a_folder_that_is_not_whole_is_refused_in_words(fleet: Broker, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"console\.toml: there is no such file"):
        load(tmp_path)
    for name in ("console.toml", "ca.pem", "certificate.pem", "key.pem"):
        (tmp_path / name).write_bytes((fleet.operator_folder("anna") / name).read_bytes())
    with pytest.raises(ConfigError, match=r"signing\.key: cannot be read"):
        load(tmp_path)
    (tmp_path / "signing.key").write_bytes((tmp_path / "key.pem").read_bytes())
    with pytest.raises(ConfigError, match="no Ed25519 key"):
        load(tmp_path)
    (tmp_path / "signing.key").write_text("nothing")
    with pytest.raises(ConfigError, match="no key"):
        load(tmp_path)
    (tmp_path / "key.pem").unlink()
    with pytest.raises(ConfigError, match=r"key\.pem: there is no such file"):
        load(tmp_path)
    (tmp_path / "console.toml").write_text('operator = "Anna"\n')
    with pytest.raises(ConfigError, match=r"console\.toml"):
        load(tmp_path)


def test_who_sits_at_which_desk(fleet: Broker) -> None:
    desks = {name: load(fleet.operator_folder(name)).settings.desk
             for name in ("anna", "tom", "eva")}  # fmt: skip
    assert desks == {"anna": "lyngby", "tom": None, "eva": None}


@pytest.mark.slow
async def test_what_happened_while_nobody_counted_is_counted_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "_WAITS", (0.1, 0.3))
    monkeypatch.setattr(collecting, "WRITTEN_EVERY", 0.2)
    subscribe = Port.subscribe

    async def late(port: Port, filters: Sequence[str]) -> None:
        """As on a busy machine: all that the broker has kept is there before the first is read."""
        await subscribe(port, filters)
        await asyncio.sleep(1.0)

    monkeypatch.setattr(Port, "subscribe", late)
    counts = tmp_path / "counts"

    def visits() -> int:
        return statistics.read(counts, "lyngby").visits

    def ended(number: int) -> Event:
        return Event(
            id=f"{BOOT}-{number}",
            type=Happened.VISIT_ENDED,
            at=int(time.time()),
            ending=Ending.FINISHED,
        )

    centres, operators = {"lyngby": ["kiosk-1"]}, {"night": ("viewer", ["*"])}
    with broker(tmp_path, centres, operators) as running:
        folder = running.operator_folder("night")

        @contextlib.asynccontextmanager
        async def counting() -> AsyncIterator[None]:
            counter = asyncio.create_task(collecting.collect(folder, counts))
            try:
                yield
            finally:
                counter.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await counter

        async with kiosk(running) as port:
            async with counting():
                while not statistics_store.centres(counts):  # until the broker knows of it
                    await tell(port, ONE, Leaf.EVENT, ended(1), retain=False)
                    await asyncio.sleep(0.1)
            for number in range(2, 1201):
                await tell(port, ONE, Leaf.EVENT, ended(number), retain=False)
            assert visits() == 0, "one visit is too few to be told"
            async with counting():
                await soon(lambda: visits() == 1200, "all are counted")


async def test_the_collector_is_a_process_that_ends_when_it_is_told_to(
    fleet: Broker, tmp_path: Path
) -> None:
    counts = tmp_path / "counts"
    words = ["--credentials", str(fleet.operator_folder("tom")), "--file", str(counts)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kiosk", "fleet", "collect", *words, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(LONG):
            assert await process.stderr.readline() == b"connected\n"
        event = Event(id=f"{BOOT}-77", type=Happened.VISIT_BEGUN, at=int(time.time()))
        async with kiosk(fleet, TWO) as port:
            await tell(port, TWO, Leaf.EVENT, event, retain=False)
            await soon(lambda: statistics_store.centres(counts) == ["lyngby"], "it counts")
        process.terminate()
        async with asyncio.timeout(LONG):
            assert await process.wait() == 0
        assert await process.stderr.read() == b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
