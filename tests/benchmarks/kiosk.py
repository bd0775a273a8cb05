"""Start, key latency, processor and memory of the real program on the specimen machine."""

import itertools
import os
import signal
import statistics
import sys
import time
from pathlib import Path

from tests.benchmarks.raw_terminal import RawTerminal
from tests.benchmarks.report import Figure, write

KIOSK = [sys.executable, "-m", "kiosk", "run", "--simulate", "--language", "en"]
BARE = [sys.executable, "-m", "tests.benchmarks.bare_app"]
STARTS = 7
KEYS = 60
CPU_SECONDS = 10.0
TICK = os.sysconf("SC_CLK_TCK")

# From the first screen, in English, to step 14 of the situation "app", which is done at the face.
TO_FIRST_STEP = b"11111"
STEPS_TO_FACE = 12


def first_paint() -> list[Figure]:
    """The kiosk's first screen against that of the bare app, in turn, so that both see one load."""
    ours, bare = [], []
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


def walk_to_face(terminal: RawTerminal) -> list[float]:
    """To the face rehearsal; how long each next step took to come (ms)."""
    terminal.wait_for(b"English")
    terminal.drain(1.0)
    for key in TO_FIRST_STEP:
        terminal.press(bytes([key]))
        terminal.drain(0.6)
    terminal.press(b"1")
    terminal.wait_for(b"Step 1 of")
    took = []
    for number in range(2, STEPS_TO_FACE + 2):
        terminal.drain(0.7)
        pressed = terminal.press(b"1")
        took.append((terminal.wait_for(f"Step {number} of".encode()) - pressed) * 1000)
    terminal.drain(0.7)
    terminal.press(b"3")
    terminal.wait_for("▀".encode())
    return took


def key_latency(terminal: RawTerminal) -> list[float]:
    """From the tab key to the bytes that draw the key that has the focus now (ms)."""
    words = [b"Back", b"Start over", b"Call staff", b"Dansk", b"Go on"]
    took = []
    for count in range(KEYS):
        terminal.drain(0.15 + 0.037 * (count % 5))  # not in step with the frames
        pressed = terminal.press(b"\t")
        took.append((terminal.wait_for(words[count % len(words)]) - pressed) * 1000)
    return took


def children(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for task in tasks for child in task.read_text().split()]
    return found + [grandchild for child in found for grandchild in children(child)]


def processes(keeper: int) -> dict[str, int]:
    """The process ids of keeper, app, device host and simulator."""
    found = {"keeper": keeper}
    for pid in children(keeper):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        for name, module in (
            ("app", b"screens"),
            ("host", b"hardware.host"),
            ("simulator", b"hardware.simulated.machine"),
        ):
            if module in words:
                found[name] = pid
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used (s)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_mb(pid: int) -> float:
    """Proportional memory of a process (PSS, MB)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(pid)


def gone(pid: int) -> bool:
    """Whether a process is no more, or only waits to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


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


def frames(chunks: list[tuple[float, int]]) -> int:
    """How many pictures came: bursts of bytes with a pause between them."""
    times = [at for at, _ in chunks]
    return 1 + sum(b - a > 0.015 for a, b in itertools.pairwise(times))


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
        *(Figure(f"memory_{name}", size, "MB") for name, size in memory.items()),
    ]
    write("kiosk", figures)


if __name__ == "__main__":
    main()
