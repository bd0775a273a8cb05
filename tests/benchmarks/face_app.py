"""What the rehearsal of the face costs in the app, and how quick its keys are meanwhile."""

import statistics
import time

from tests.benchmarks.kiosk_at_face import FOCUSED, KIOSK, frames, key_latency, walk_to_face
from tests.benchmarks.process_use import cpu_seconds, memory_mb, processes
from tests.benchmarks.raw_terminal import RawTerminal
from tests.benchmarks.report import Figure

SECONDS = 20.0
ROUNDS = 6
ALMOST = 14.0
"""Pictures a second from which the simulated camera counts as being up to its rate."""


def figures() -> list[Figure]:
    """On a terminal of 120x40 with the specimen machine, once its camera has drawn its pictures.

    The simulator computes each picture when it is first needed, and needs a core for that.
    """
    with RawTerminal(KIOSK) as terminal:
        walk_to_face(terminal)
        for _ in range(ROUNDS):
            # Who presses no key for minutes has left. Once round, the focus is where it was.
            for _ in FOCUSED:
                terminal.press(b"\t")
                terminal.drain(0.2)
            if frames(terminal.drain(SECONDS)) / SECONDS >= ALMOST:
                break
        found = processes(terminal.pid)
        before = {name: cpu_seconds(pid) for name, pid in found.items()}
        began = time.perf_counter()
        chunks = terminal.drain(SECONDS)
        lasted = time.perf_counter() - began
        used = {
            name: 100 * (cpu_seconds(pid) - before[name]) / lasted for name, pid in found.items()
        }
        memory = memory_mb(found["app"])
        keys = key_latency(terminal)
    return [
        Figure("app_cpu_120x40", used["app"], "%", 15),
        Figure("app_pictures_on_screen", frames(chunks) / lasted, "1/s"),
        Figure("app_bytes_to_screen", sum(size for _, size in chunks) / lasted / 1000, "kB/s"),
        Figure("app_memory_pss", memory, "MB"),
        Figure("app_key_to_screen_p50_120x40", statistics.median(keys), "ms", 15),
        Figure("app_key_to_screen_p95_120x40", statistics.quantiles(keys, n=20)[18], "ms"),
        Figure("kiosk_host_cpu", used["host"], "%"),
        Figure("kiosk_simulator_cpu", used["simulator"], "%"),
    ]
