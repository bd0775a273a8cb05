"""What a process does so that nothing of its memory gets to a disk."""

import subprocess
import sys
from pathlib import Path

import pytest

LOCKED = """
import mmap, os, resource, sys
from hardware.own_process import stay_in_memory
print(stay_in_memory())
room = mmap.mmap(-1, 1 << 24)
room[0] = 1
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmLck")][0])
print(len(bytearray(200 << 20)))
"""


def told(before: str = "") -> list[str]:
    """What a fresh process says."""
    command = [sys.executable, "-c", before + LOCKED]
    folder = Path(__file__).parents[2]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()


LIFTED = "import resource; resource.setrlimit = lambda what, limits: None\n"
"""Not all roots may lift the limit; those who may lock memory are not bound by it."""
MAY_LOCK = 1 << 14
"""CAP_IPC_LOCK (capabilities(7))."""


def may_lock() -> bool:
    """Whether this process may lock as much memory as it likes."""
    status = Path("/proc/self/status").read_text()
    return bool(int(status.partition("CapEff:")[2].split()[0], 16) & MAY_LOCK)


@pytest.mark.skipif(not may_lock(), reason="no right to lock memory (CAP_IPC_LOCK)")
def test_memory_that_may_be_locked_stays_in_memory() -> None:
    stays, locked, room = told(LIFTED)
    assert stays == "True"
    assert int(locked) > 1 << 14
    assert int(room) == 200 << 20


def test_under_a_limit_nothing_is_locked_and_all_memory_is_there() -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_MEMLOCK, (65536, 65536))\n"
    refused = "def refuse(*_): raise ValueError\nresource.setrlimit = refuse\n"
    assert told(limited + refused) == ["False", "0", str(200 << 20)]


def test_a_limit_of_cores_that_is_lower_already_stays() -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
    then = "from hardware.own_process import leave_no_core; leave_no_core()\n"
    says = "print(resource.getrlimit(resource.RLIMIT_CORE))"
    command = [sys.executable, "-c", limited + then + says]
    folder = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "(0, 0)"
