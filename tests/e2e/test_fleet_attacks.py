"""Attacks on a real broker that has the files of a real enrolment: what does not get through."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from kiosk.fleet.commands import EndVisit, TestKiosk, command, signed
from kiosk.fleet.console_files import load
from kiosk.fleet.gate import Gate
from kiosk.fleet.kiosk_link import KioskLink
from kiosk.fleet.mqtt import Broker as Address
from kiosk.fleet.mqtt import Message, Port, PortError, Will, connected
from kiosk.fleet.operators import load as load_operators
from kiosk.fleet.reports import LARGEST, Ack, Doing, KioskState, Result, decode, encode
from kiosk.fleet.topics import Leaf, Place, presence
from tests.brokers import Broker, broker
from tests.processes import LONG

# Of a connection that the broker breaks off the library leaves the socket to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

OURS = Place("lyngby", "kiosk-1")
OTHER = Place("lyngby", "kiosk-2")
FAR = Place("odense", "kiosk-1")
BOOT = "ab" * 8


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    centres = {"lyngby": ["kiosk-1", "kiosk-2"], "odense": ["kiosk-1"]}
    operators = {
        "anna": ("clerk", ["lyngby"]),
        "sue": ("supervisor", ["*"]),
        "vera": ("viewer", ["*"]),
        "tom": ("technician", ["lyngby"]),
    }
    with broker(tmp_path_factory.mktemp("attacked"), centres, operators) as started:
        yield started


async def comes(condition: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(LONG):
            while not condition():
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"does not come: {what}")


@contextlib.asynccontextmanager
async def listening(address: Address, *filters: str) -> AsyncIterator[tuple[Port, list[Message]]]:
    async with connected(address, None, filters) as port:
        heard: list[Message] = []

        async def listen() -> None:
            async for message in port.messages():
                heard.append(message)

        task = asyncio.create_task(listen())
        try:
            yield port, heard
        finally:
            task.cancel()


async def publish(port: Port, topic: str, payload: bytes, retain: bool = False) -> None:
    """As an attacker does, who does not care for what the broker says of it."""
    with contextlib.suppress(PortError):
        await port.publish(topic, payload, retain=retain)


def state(doing: Doing) -> bytes:
    return encode(KioskState(state=doing, boot=BOOT))


async def told_after(port: Port, heard: list[Message], place: Place) -> list[Message]:
    """All that came until something of the place's own comes: what was before it has come, too."""
    own = place.topic(Leaf.EVENT)
    await port.publish(own, b"the last")
    await comes(lambda: any(m.topic == own and m.payload == b"the last" for m in heard), "the last")
    return [message for message in heard if message.payload != b"the last"]


@pytest.mark.parametrize("victim", [OTHER, FAR], ids=str)
async def test_a_kiosk_speaks_for_no_other(running: Broker, victim: Place) -> None:
    async with (
        listening(running.for_operator("sue"), "kiosk/v1/#") as (_, heard),
        connected(running.for_kiosk(OURS), None, []) as port,
    ):
        for leaf in Leaf:
            await publish(port, victim.topic(leaf), b"forged")
            await publish(port, victim.topic(leaf), b"forged", retain=True)
        told = await told_after(port, heard, OURS)
        assert b"forged" not in [message.payload for message in told]


async def test_a_kiosk_overhears_no_other_and_no_desk_elsewhere(running: Broker) -> None:
    async with (
        listening(running.for_kiosk(OURS), "#", "kiosk/v1/+/+/+", "host/#") as (_, heard),
        connected(running.for_kiosk(OTHER), None, []) as other,
        connected(running.for_operator("sue"), None, []) as console,
    ):
        await publish(other, OTHER.topic(Leaf.STATE), state(Doing.VISIT), retain=True)
        await publish(console, OTHER.topic(Leaf.COMMAND), b"for another")
        await publish(console, presence("odense", "sue"), b"far away")
        await publish(console, OURS.topic(Leaf.COMMAND), b"for us")
        await comes(lambda: b"for us" in [m.payload for m in heard], "what is for it")
        assert {m.topic for m in heard if m.payload} == {OURS.topic(Leaf.COMMAND)}


async def test_a_kiosk_commands_no_other(running: Broker) -> None:
    async with (
        listening(running.for_kiosk(OTHER), OTHER.topic(Leaf.COMMAND)) as (_, heard),
        connected(running.for_kiosk(OURS), None, []) as thief,
        connected(running.for_operator("anna"), None, []) as clerk,
    ):
        await publish(thief, OTHER.topic(Leaf.COMMAND), b"from a kiosk")
        await publish(clerk, OTHER.topic(Leaf.COMMAND), b"from the clerk")
        await comes(lambda: bool(heard), "the clerk's")
        assert [m.payload for m in heard] == [b"from the clerk"]


async def test_a_viewer_asks_for_nothing(running: Broker) -> None:
    async with (
        listening(running.for_kiosk(OURS), OURS.topic(Leaf.COMMAND)) as (_, heard),
        connected(running.for_operator("vera"), None, []) as viewer,
        connected(running.for_operator("anna"), None, []) as clerk,
    ):
        await publish(viewer, OURS.topic(Leaf.COMMAND), b"from the viewer")
        await publish(clerk, OURS.topic(Leaf.COMMAND), b"from the clerk")
        await comes(lambda: bool(heard), "the clerk's")
        assert [m.payload for m in heard] == [b"from the clerk"]


@pytest.mark.parametrize("name", ["vera", "tom"])
async def test_who_cannot_answer_a_call_says_neither_that_staff_is_there_nor_is_a_kiosk(
    running: Broker, name: str
) -> None:
    desk, kiosk = presence("lyngby", name), Place("staff", name).topic(Leaf.STATE)
    async with (
        listening(running.for_operator("sue"), "host/v1/+/+", "kiosk/v1/+/+/+") as (_, heard),
        connected(running.for_operator(name), None, []) as port,
        connected(running.for_kiosk(OURS), None, []) as ours,
    ):
        await publish(port, desk, b"here", retain=True)
        await publish(port, kiosk, state(Doing.IDLE), retain=True)
        told = await told_after(ours, heard, OURS)
        assert {desk, kiosk}.isdisjoint(message.topic for message in told)


async def test_a_clerk_of_one_centre_reaches_no_other(running: Broker) -> None:
    async with (
        listening(running.for_operator("anna"), "#", "kiosk/v1/#") as (clerk, heard),
        listening(running.for_kiosk(FAR), FAR.topic(Leaf.COMMAND)) as (far, there),
        connected(running.for_operator("sue"), None, []) as chief,
        connected(running.for_kiosk(OURS), None, []) as ours,
    ):
        await publish(far, FAR.topic(Leaf.STEP), b"not hers", retain=True)
        await publish(clerk, FAR.topic(Leaf.COMMAND), b"hers")
        await publish(chief, FAR.topic(Leaf.COMMAND), b"the chief's")
        await comes(lambda: bool(there), "the chief's command")
        assert [m.payload for m in there] == [b"the chief's"]
        told = await told_after(ours, heard, OURS)
        assert b"not hers" not in [m.payload for m in told]


async def test_a_name_that_is_not_its_own_is_worth_nothing(running: Broker) -> None:
    ours = running.for_kiosk(OURS)
    claimed = Address(ours.url, ours.ca, ours.certificate, ours.key, str(OTHER))
    async with listening(running.for_kiosk(OTHER), OTHER.topic(Leaf.COMMAND)) as (_, heard):
        with contextlib.suppress(PortError):
            async with connected(claimed, None, []) as thief:
                await publish(thief, OTHER.topic(Leaf.STATE), b"forged", retain=True)
        async with connected(running.for_operator("anna"), None, []) as clerk:
            await publish(clerk, OTHER.topic(Leaf.COMMAND), b"still there")
            await comes(lambda: bool(heard), "that the victim was not put off")


async def test_a_last_will_for_another_is_not_told(running: Broker) -> None:
    async with listening(running.for_operator("anna"), f"kiosk/v1/{OTHER}/state") as (_, heard):
        will = Will(OTHER.topic(Leaf.STATE), state(Doing.OUT_OF_ORDER))
        with contextlib.suppress(PortError):
            async with connected(running.for_kiosk(OURS), will, []) as port:
                port._client._client._sock_close()
        await asyncio.sleep(4)  # the broker waits 3 s before it would tell
        assert state(Doing.OUT_OF_ORDER) not in [m.payload for m in heard]


async def test_without_a_certificate_of_the_fleet_nobody_comes_in(
    running: Broker, tmp_path: Path
) -> None:
    ours = running.for_kiosk(OURS)
    with broker(tmp_path, {"lyngby": ["kiosk-1"]}, {"anna": ("clerk", ["lyngby"])}) as foreign:
        theirs = foreign.for_kiosk(OURS)
    for address in (
        Address(ours.url, ours.ca, None, None, str(OURS)),
        Address(ours.url, ours.ca, theirs.certificate, theirs.key, str(OURS)),
        Address(ours.url, theirs.ca, ours.certificate, ours.key, str(OURS)),  # a false broker
    ):
        with pytest.raises(PortError):
            async with connected(address, None, []):
                pass


async def test_what_is_too_large_does_not_travel(running: Broker) -> None:
    async with listening(running.for_operator("anna"), f"kiosk/v1/{OURS}/#") as (_, heard):
        with contextlib.suppress(PortError):
            async with connected(running.for_kiosk(OURS), None, []) as port:
                await publish(port, OURS.topic(Leaf.STATE), bytes(LARGEST * 4), retain=True)
        async with connected(running.for_kiosk(OURS), None, []) as port:
            told = await told_after(port, heard, OURS)
        assert max((len(message.payload) for message in told), default=0) <= LARGEST


async def test_a_flood_and_junk_keep_a_kiosk_from_nothing(running: Broker, tmp_path: Path) -> None:
    """A clerk whose key was stolen floods; a signed command among it is still obeyed."""
    gate = Gate(OURS, load_operators(running.kiosk_folder(OURS) / "fleet" / "operators.toml"))
    obeyed: list[Ack] = []

    def judge(payload: bytes) -> Ack | None:
        with contextlib.suppress(Exception):
            told = gate.judge(payload, None)
            obeyed.append(Ack(n=told.n, result=Result.DONE))
            return obeyed[-1]
        return None

    link = KioskLink(
        running.for_kiosk(OURS), OURS, BOOT, tmp_path / "outbox", judge, lambda _: None
    )
    link.tell_state(KioskState(state=Doing.IDLE, boot=BOOT))
    task = asyncio.create_task(link.run())
    topic = OURS.topic(Leaf.COMMAND)
    key = load(running.operator_folder("sue")).signing
    try:
        async with listening(running.for_operator("sue"), f"kiosk/v1/{OURS}/ack") as (port, heard):
            await comes(lambda: link.connected, "the kiosk")
            await publish(port, topic, signed(command(OURS, "sue", EndVisit(), None), key), True)
            for junk in (b"", b"\x1b]52;c;ZXZpbA==\x07", b"[@click=app.quit]x[/]", b"{" * 5000):
                await asyncio.gather(*(publish(port, topic, junk) for _ in range(50)))
            one = command(OURS, "sue", TestKiosk(), None, ttl=60)
            await publish(port, topic, signed(one, key))
            await comes(lambda: bool(heard), "the answer")
            assert decode(heard[0].payload, Ack).n == one.n
            await publish(port, topic, signed(one, key))
            await publish(port, topic, b"", retain=True)
            two = command(OURS, "sue", TestKiosk(), None, ttl=60)
            await publish(port, topic, signed(two, key))
            await comes(lambda: len(heard) > 1, "the answer to the next")
            assert [ack.n for ack in obeyed] == [one.n, two.n]
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
