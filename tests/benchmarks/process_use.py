"""What processes use of processor and memory, by /proc."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")

MODULES = {
    b"screens": "app",
    b"hardware.host": "host",
    b"hardware.simulated.machine": "simulator",
}


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
        found |= {name: pid for module, name in MODULES.items() if module in words}
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used (s)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_mb(pid: int) -> float:
    """Proportional memory of a process (PSS, MB)."""
    return _kilobytes(pid, "smaps_rollup", "Pss:") / 1024


def own_memory_mb(pid: int) -> float:
    """What a process has allocated itself (anonymous memory in place, MB), without programs' files.

    Unlike PSS it does not change as other processes that map the same files come and go.
    """
    return _kilobytes(pid, "status", "RssAnon:") / 1024


def peak_rss_mb(pid: int) -> float:
    """The most memory that a process ever had in place, all that it shares included (MB)."""
    return _kilobytes(pid, "status", "VmHWM:") / 1024


def _kilobytes(pid: int, file: str, field: str) -> int:
    for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1])
    raise ValueError(pid)


def gone(pid: int) -> bool:
    """Whether a process is no more, or only waits to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
