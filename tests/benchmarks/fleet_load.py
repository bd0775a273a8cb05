"""Thousands of kiosks on one broker, each with its own certificate, in one process.

`python -m tests.benchmarks.fleet_load FLEET PORT`: FLEET is the folder of an enrolment. It says
`ready SECONDS` when all are connected, and obeys lines: `go CALLS` (visits begin, and so many calls
for help a second), `quiet`, `call CENTRE/KIOSK`, `settle CENTRE/KIOSK`, `tell` (figures in JSON),
`end` (all leave without a word, as in a power cut). Its kiosks check no signature.
"""

import asyncio
import asyncio.sslproto
import json
import random
import ssl
import sys
import time
from pathlib import Path

import msgspec

from hardware.verdicts import DeviceState, Role
from kiosk.fleet.commands import Command, Signed
from kiosk.fleet.mqtt import KEEPALIVE, WILL_DELAY
from kiosk.fleet.reports import (
    Ack,
    Call,
    Doing,
    Help,
    KioskState,
    Result,
    StepReport,
    Why,
    encode,
)  # fmt: skip
from kiosk.fleet.topics import Leaf, Place, presence
from kiosk.visit import Kind
from tests.benchmarks import fleet_packets as mqtt

TOLD_EVERY = 60.0
"""Seconds between two reports of a kiosk's state."""
STEP_EVERY = 20.0
"""Seconds for which a person stays on a step; half of all kiosks have a visit."""
AT_ONCE = 64
"""Connections that are made side by side."""

# asyncio reserves 256 KiB for each TLS connection: 2.5 GB for ten thousand small ones.
asyncio.sslproto.SSLProtocol.max_size = 16_384  # type: ignore[misc]


class SimulatedKiosk(asyncio.Protocol):
    """One connection: tells its state and steps, calls for help, acknowledges commands."""

    def __init__(self, place: Place, told: list[float]) -> None:
        self.place = place
        self.up = asyncio.get_running_loop().create_future()
        self.lost = False
        self._told = told
        self._sent: dict[int, float] = {}
        self._buffer = bytearray()
        self._number = 0
        self._boot, self._sid = f"{random.getrandbits(64):016x}", f"{random.getrandbits(96):024x}"
        self._seq = self._step = 0
        self._call = Call.NONE

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        will = encode(KioskState(state=Doing.LOST, boot=self._boot))
        transport.write(
            mqtt.connect(str(self.place), KEEPALIVE, self.place.topic(Leaf.STATE), will, WILL_DELAY)
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if not self.up.done():
            self.up.set_exception(exc or ConnectionError(f"{self.place}: refused"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        for packet in mqtt.packets(self._buffer):
            if packet.kind == mqtt.CONNACK:
                filters = [self.place.topic(Leaf.COMMAND), presence(self.place.centre, "+")]
                self.transport.write(mqtt.subscribe(self._next(), filters))
                self.tell_state()
                self.up.set_result(None)
            elif packet.kind == mqtt.PUBACK:
                sent = self._sent.pop(int.from_bytes(packet.body[:2], "big"), None)
                if sent is not None:
                    self._told.append((time.perf_counter() - sent) * 1000)
            elif packet.kind == mqtt.PUBLISH:
                topic, number, payload = mqtt.published(packet)
                self.transport.write(mqtt.puback(number))
                if topic == self.place.topic(Leaf.COMMAND):
                    self._obey(payload)

    def ping(self) -> None:
        self.transport.write(mqtt.PING)

    def tell_state(self) -> None:
        self._seq += 1
        now = int(time.time())
        doing = Doing.VISIT if self._step else Doing.IDLE
        state = KioskState(
            state=doing, boot=self._boot, seq=self._seq, at=now, since=now, app="0.1.0",
            help=self._call, language="da", devices=dict.fromkeys(Role, DeviceState.READY),
        )  # fmt: skip
        self._publish(Leaf.STATE, encode(state), retain=True)

    def next_step(self) -> None:
        self._step = self._step % 17 + 1
        report = StepReport(
            sid=self._sid, kind=Kind.STEP, since=int(time.time()), situation="app",
            step=f"step-{self._step}", n=self._step, of=17, tries=random.randrange(3),
        )  # fmt: skip
        self._publish(Leaf.STEP, encode(report), retain=True)

    def call(self) -> None:
        """Calls for help; the call's name is the moment at which it is made (monotonic, ns)."""
        told = Help(id=f"{time.monotonic_ns():016x}", sid=self._sid, reason=Why.CITIZEN,
                    since=int(time.time()))  # fmt: skip
        self._publish(Leaf.HELP, encode(told), retain=True)
        self._call = Call.OPEN
        self.tell_state()

    def settle(self) -> None:
        """Nobody calls any more."""
        self._call = Call.NONE
        self._publish(Leaf.HELP, b"", retain=True)
        self.tell_state()

    def _obey(self, payload: bytes) -> None:
        command = msgspec.json.decode(msgspec.json.decode(payload, type=Signed).command,
                                      type=Command)  # fmt: skip
        self._publish(Leaf.ACK, encode(Ack(n=command.n, result=Result.DONE)))
        self.settle()

    def _publish(self, leaf: Leaf, payload: bytes, retain: bool = False) -> None:
        number = self._next()
        self._sent[number] = time.perf_counter()
        self.transport.write(mqtt.publish(number, self.place.topic(leaf), payload, retain))

    def _next(self) -> int:
        self._number = self._number % 0xFFFF + 1
        return self._number


class Load:
    """All of them."""

    def __init__(self) -> None:
        self.kiosks: dict[Place, SimulatedKiosk] = {}
        self.told: list[float] = []
        self.calls = 0.0
        self.going = False

    async def connect(self, fleet: Path, port: int) -> float:
        """Connects every kiosk of the enrolment; how long it took (s)."""
        folders = sorted(folder for folder in fleet.glob("kiosks/*/*") if folder.is_dir())
        turn = asyncio.Semaphore(AT_ONCE)
        began = time.perf_counter()

        async def one(folder: Path) -> None:
            place = Place(folder.parent.name, folder.name)
            files = folder / "fleet"
            async with turn:
                context = ssl.create_default_context(cafile=str(files / "ca.pem"))
                context.load_cert_chain(files / "certificate.pem", files / "key.pem")
                _, kiosk = await asyncio.get_running_loop().create_connection(
                    lambda: SimulatedKiosk(place, self.told), "127.0.0.1", port, ssl=context
                )
                await kiosk.up
                self.kiosks[place] = kiosk

        # What waits is pinged meanwhile: to connect all takes longer than the broker waits.
        pinging = asyncio.create_task(self._each(KEEPALIVE * 0.7, SimulatedKiosk.ping))
        await asyncio.gather(*(one(folder) for folder in folders))
        self._tasks = [
            pinging,
            asyncio.create_task(self._each(TOLD_EVERY, SimulatedKiosk.tell_state)),
            asyncio.create_task(self._steps()),
            asyncio.create_task(self._call()),
        ]
        return time.perf_counter() - began

    async def _each(self, every: float, do) -> None:  # type: ignore[no-untyped-def]
        """Does something to each kiosk in so many seconds, evenly over the time."""
        while True:
            began = time.perf_counter()
            for at, kiosk in enumerate(list(self.kiosks.values())):
                if not kiosk.lost:
                    do(kiosk)
                ahead = every * at / len(self.kiosks) - (time.perf_counter() - began)
                if ahead > 0.002:
                    await asyncio.sleep(ahead)
            await asyncio.sleep(max(0.05, every - (time.perf_counter() - began)))

    async def _steps(self) -> None:
        while not self.going:
            await asyncio.sleep(0.1)
        await self._each(STEP_EVERY, self._step)

    def _step(self, kiosk: SimulatedKiosk) -> None:
        if self.going and hash(kiosk.place) % 2:
            kiosk.next_step()

    async def _call(self) -> None:
        while True:
            await asyncio.sleep(random.expovariate(self.calls) if self.calls else 0.1)
            if self.calls:
                random.choice(list(self.kiosks.values())).call()

    def obey(self, line: str) -> str | None:
        """One line; the answer to it."""
        match line.split():
            case ["go", calls]:
                self.going, self.calls = True, float(calls)
                self.told.clear()
            case ["quiet"]:
                self.calls = 0.0
            case ["call", place]:
                self.kiosks[Place(*place.split("/"))].call()
            case ["settle", place]:
                self.kiosks[Place(*place.split("/"))].settle()
            case ["tell"]:
                lost = sum(kiosk.lost for kiosk in self.kiosks.values())
                return json.dumps({"lost": lost, "puback": sorted(self.told)})
            case ["end"]:
                for kiosk in self.kiosks.values():
                    kiosk.transport.abort()
                return "ended"
        return None


async def main(fleet: Path, port: int) -> None:
    """Until its input ends."""
    load = Load()
    print(f"ready {await load.connect(fleet, port):.2f}", flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    while line := await lines.readline():
        answer = load.obey(line.decode())
        if answer is not None:
            print(answer, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
