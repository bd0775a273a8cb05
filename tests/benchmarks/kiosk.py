"""Start, key latency, processor and memory of the real program on the specimen machine."""

import os
import signal
import statistics
import sys
import time

from tests.benchmarks import speech
from tests.benchmarks.kiosk_at_face import KIOSK, frames, key_latency, walk_to_face
from tests.benchmarks.process_use import cpu_seconds, gone, memory_mb, processes
from tests.benchmarks.raw_terminal import RawTerminal
from tests.benchmarks.report import Figure, write

BARE = [sys.executable, "-m", "tests.benchmarks.bare_app"]
STARTS = 7
CPU_SECONDS = 10.0


def first_paint() -> list[Figure]:
    """The kiosk's first screen against that of the bare app, in turn, so that both see one load."""
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(STARTS):
        for command, marker, times in ((BARE, b"Button 4", bare), (KIOSK, b"English", ours)):
            with RawTerminal(command) as terminal:
                times.append((terminal.wait_for(marker) - terminal.started) * 1000)
                terminal.drain(0.3)
    ratios = [a / b for a, b in zip(ours, bare, strict=True)]
    return [
        Figure("first_paint_ratio_to_bare_app", statistics.median(ratios), "ratio", 1.5),
        Figure("first_paint", statistics.median(ours), "ms"),
        Figure("first_paint_bare_app", statistics.median(bare), "ms"),
    ]


def end_of_visit(terminal: RawTerminal, host: int) -> float:
    """From 'yes, start over' to the moment at which the visit's device host is gone (ms)."""
    terminal.drain(0.5)
    terminal.press(b"9")
    terminal.wait_for(b"Do you want to start over?")
    terminal.drain(0.5)
    pressed = terminal.press(b"1")
    while not gone(host):
        terminal.read(0.005)
    return (time.perf_counter() - pressed) * 1000


def back_after_kill(terminal: RawTerminal, app: int) -> float:
    """From killing the app to its first screen (ms)."""
    terminal.wait_for(b"English")
    terminal.drain(1.0)
    killed = time.perf_counter()
    os.kill(app, signal.SIGKILL)
    return (terminal.wait_for(b"English") - killed) * 1000


def main() -> None:
    """Measures everything and writes it down."""
    figures = first_paint()
    with RawTerminal(KIOSK) as terminal:
        steps = walk_to_face(terminal)
        terminal.drain(2.0)
        found = processes(terminal.pid)
        before = {name: cpu_seconds(pid) for name, pid in found.items()}
        began = time.perf_counter()
        chunks = terminal.drain(CPU_SECONDS)
        lasted = time.perf_counter() - began
        used = {
            name: 100 * (cpu_seconds(pid) - before[name]) / lasted for name, pid in found.items()
        }
        memory = {name: memory_mb(pid) for name, pid in found.items()}
        keys = key_latency(terminal)
        host_gone = end_of_visit(terminal, found["host"])
        app_back = back_after_kill(terminal, found["app"])
    figures += [
        Figure("key_to_screen_p50_with_preview_120x40", statistics.median(keys), "ms", 15),
        Figure("key_to_screen_p95_with_preview_120x40", statistics.quantiles(keys, n=20)[18], "ms"),
        Figure("key_to_next_step_p50_120x40", statistics.median(steps), "ms", 100),
        Figure("key_to_next_step_max_120x40", max(steps), "ms"),
        Figure("visit_end_to_host_gone", host_gone, "ms", 1000),
        Figure("app_killed_to_first_screen", app_back, "ms", 2000),
        Figure("preview_rate", frames(chunks) / lasted, "1/s"),
        Figure("preview_bytes", sum(size for _, size in chunks) / lasted / 1000, "kB/s"),
        Figure("cpu_app_with_preview", used["app"], "%", 15),
        Figure("cpu_host_with_preview", used["host"], "%"),
        Figure("cpu_keeper_with_preview", used["keeper"], "%"),
        *speech.figures(),
        *(Figure(f"memory_{name}", size, "MB") for name, size in memory.items()),
    ]
    write("kiosk", figures)


if __name__ == "__main__":
    main()
