"""KIOSKS kiosks and a console on one real broker, all with TLS and certificates of their own.

From a call for help to the console's memory and to its screen, from a command to its answer, what
the broker costs, and what a console with all of them costs a clerk who presses a key.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.fleet.commands import TakeCall
from kiosk.fleet.console_link import ConsoleLink
from kiosk.fleet.fleet_state import Grade
from kiosk.fleet.topics import Place
from tests.benchmarks.process_use import cpu_seconds, memory_mb
from tests.benchmarks.raw_terminal import RawTerminal
from tests.benchmarks.report import Figure, write
from tests.brokers import Broker, broker

KIOSKS = int(os.environ.get("KIOSKS", "10000"))
IN_CENTRE = min(100, KIOSKS)
SECONDS = float(os.environ.get("SECONDS", "60"))
CALLS = 10.0
"""Calls for help a second, over the whole fleet."""
ON_SCREEN = int(os.environ.get("ON_SCREEN", "40"))
"""Calls, and keys, that are timed to the screen."""
ANNA = {"anna": ("supervisor", ["*"])}


class Load:
    """The process with the kiosks."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.pid = process.pid
        self._process = process

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def load(running: Broker) -> Iterator[Load]:
    """The kiosks of this broker's fleet; as they are when they have been started."""
    command = [sys.executable, "-m", "tests.benchmarks.fleet_load",
               str(running.folder), str(running.site.port)]  # fmt: skip
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Load(process)
        finally:
            process.kill()


class Measured:
    """A console's link in this process, the real one, and what it meets."""

    def __init__(self, folder: Path) -> None:
        self.heard: list[float] = []
        self.answered: list[float] = []
        self.unanswered = 0
        self._seen: set[str] = set()
        self._asking: set[asyncio.Task[None]] = set()
        self.link = ConsoleLink(folder, self._changed)

    def _changed(self) -> None:
        order = self.link.fleet.order
        for at in order.part(Grade.CALLING, Grade.CALLING):
            place = order[at]
            kiosk = self.link.fleet.get(place)
            if kiosk is None or kiosk.help is None or kiosk.help.id in self._seen:
                continue
            self._seen.add(kiosk.help.id)
            self.heard.append((time.monotonic_ns() - int(kiosk.help.id, 16)) / 1e6)
            task = asyncio.create_task(self._take(place, kiosk.help.id, kiosk.help.sid))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _take(self, place: Place, call: str, sid: str) -> None:
        asked = time.perf_counter()
        try:
            await self.link.ask(place, TakeCall(call), sid)
        except Exception:
            self.unanswered += 1
        else:
            self.answered.append((time.perf_counter() - asked) * 1000)

    async def known(self, kiosks: int, timeout: float = 120) -> float:
        """How long it takes until so many are known and not lost (s)."""
        began = time.perf_counter()
        while self.alive() < kiosks:
            assert time.perf_counter() - began < timeout, f"{self.alive()} of {kiosks} known"
            await asyncio.sleep(0.02)
        return time.perf_counter() - began

    def alive(self) -> int:
        order = self.link.fleet.order
        return len(order) - order.count(Grade.LOST)


async def without_screen(running: Broker, kiosks: Load) -> list[Figure]:
    """Latencies at the console's link, and what the broker and the console use meanwhile."""
    say("a console's link")
    measured = Measured(running.operator_folder("anna"))
    task = asyncio.create_task(measured.link.run())
    known = await measured.known(KIOSKS)
    kiosks.say(f"go {CALLS}")
    pids = {"broker": running.pid, "console": os.getpid(), "kiosks": kiosks.pid}
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    began = time.perf_counter()
    await asyncio.sleep(SECONDS)
    took = time.perf_counter() - began
    used = {name: (cpu_seconds(pid) - before[name]) / took * 100 for name, pid in pids.items()}
    kiosks.say("quiet")
    await asyncio.sleep(2)
    kiosks.say("tell")
    told = json.loads(await asyncio.to_thread(kiosks.answer))
    memory = memory_mb(running.pid)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return [
        Figure("all_kiosks_known_to_a_console", known, "s"),
        Figure("calls_heard", len(measured.heard), "", 0.9 * CALLS * SECONDS * 0.8, True),
        *percentiles("call_to_console", measured.heard, {50: 3, 99: 20}),
        *percentiles("command_to_answer", measured.answered, {50: None, 99: 20}),
        Figure("commands_without_answer", measured.unanswered, "", 0),
        *percentiles("report_to_broker", told["puback"], {50: None, 99: None}),
        Figure("kiosks_lost", told["lost"], "", 0),
        Figure("messages_a_second", len(told["puback"]) / (took + 2), "1/s"),
        Figure("broker_memory", memory, "MB"),
        *(Figure(f"{name}_processor", value, "%") for name, value in used.items()),
    ]


def on_screen(running: Broker, kiosks: Load) -> list[Figure]:
    """From a call to the clerk's terminal, and from a key to what it paints (the real program)."""
    command = [sys.executable, "-m", "screens.operator", "--language", "en",
               "--credentials", str(running.operator_folder("anna"))]  # fmt: skip
    places = [f"centre-{c:02}/kiosk-{k:02}" for c in range(KIOSKS // IN_CENTRE)
              for k in range(IN_CENTRE)]  # fmt: skip
    calls, keys = [], []
    say("a console's screen")
    with RawTerminal(command) as terminal:
        terminal.wait_for(f"kiosks: {KIOSKS}".encode(), timeout=120)
        started = (time.perf_counter() - terminal.started) * 1000
        terminal.drain(5)
        memory = memory_mb(terminal.pid)
        before, began = cpu_seconds(terminal.pid), time.perf_counter()
        for _ in range(ON_SCREEN):
            place = random.choice(places)
            asked = time.perf_counter()
            kiosks.say(f"call {place}")
            calls.append((terminal.wait_for(place.encode()) - asked) * 1000)
            terminal.drain(0.3 + random.random() / 10)
            kiosks.say(f"settle {place}")
            terminal.drain(0.5 + random.random() / 10)
        used = (cpu_seconds(terminal.pid) - before) / (time.perf_counter() - began) * 100
        for at in range(ON_SCREEN):
            terminal.drain(0.2 + random.random() / 10)
            pressed = terminal.press(b"\x1b[B" if at % 20 < 10 else b"\x1b[A")
            keys.append((terminal.wait_for("►".encode()) - pressed) * 1000)
    return [
        Figure("console_start_to_all_kiosks", started, "ms"),
        *percentiles("call_to_screen", calls, {50: 100, 99: 100}),
        *percentiles("key_to_screen", keys, {50: 50, 99: 50}),
        Figure("console_memory", memory, "MB"),
        Figure("console_with_screen_processor", used, "%"),
    ]


async def all_lost(running: Broker, kiosks: Load) -> list[Figure]:
    """All kiosks lose their power at once: does a console hear of each, and when?"""
    say("all kiosks lose their power")
    measured = Measured(running.operator_folder("anna"))
    task = asyncio.create_task(measured.link.run())
    await measured.known(KIOSKS)
    kiosks.say("end")
    began = time.perf_counter()
    while measured.alive() and time.perf_counter() - began < 30:
        await asyncio.sleep(0.02)
    took, left = time.perf_counter() - began, measured.alive()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return [
        Figure("all_lost_at_once_unheard", left, "", 0),
        Figure("all_lost_at_once_known", took, "s", 10),
    ]


def say(what: str) -> None:
    """What is being measured: it takes minutes."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def percentiles(name: str, values: list[float], aims: dict[int, float | None]) -> list[Figure]:
    """A figure for each percentile that is asked for (ms), and the longest."""
    ordered = sorted(values) or [float("nan")]
    figures = [
        Figure(f"{name}_p{p}", ordered[min(len(ordered) - 1, len(ordered) * p // 100)], "ms", aim)
        for p, aim in aims.items()
    ]
    return [*figures, Figure(f"{name}_longest", ordered[-1], "ms")]


def main() -> None:
    """Measures everything and writes it down."""
    centres = {f"centre-{c:02}": [f"kiosk-{k:02}" for k in range(IN_CENTRE)]
               for c in range(KIOSKS // IN_CENTRE)}  # fmt: skip
    say(f"enrolling {KIOSKS} kiosks")
    with (
        tempfile.TemporaryDirectory() as folder,
        broker(Path(folder), centres, ANNA) as running,
        load(running) as kiosks,
    ):
        say("connecting them")
        before = cpu_seconds(running.pid)
        connected = float(kiosks.answer().split()[1])
        handshakes = (cpu_seconds(running.pid) - before) / KIOSKS * 1000
        figures = [
            Figure("kiosks", KIOSKS, ""),
            Figure("all_connected", connected, "s"),
            Figure("broker_processor_for_a_connection", handshakes, "ms"),
            *asyncio.run(without_screen(running, kiosks)),
            *on_screen(running, kiosks),
            *asyncio.run(all_lost(running, kiosks)),
        ]
    write("fleet", figures)


if __name__ == "__main__":
    main()
