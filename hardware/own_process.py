"""What a process that holds personal data does to itself: it leaves nothing and outlives nobody."""

import ctypes
import resource
import signal

_NO_CORE = (1, 1)
"""One byte: where core files are handed to a program, a limit of 0 does not count (core(5))."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def leave_no_core() -> None:
    """From now on a crash writes no image of the memory to the disk, here and in children."""
    resource.setrlimit(resource.RLIMIT_CORE, _NO_CORE)


def die_with_parent() -> None:
    """Has the kernel kill this process when its parent ends, even while it is stopped (prctl(2)).

    The parent is the thread that started it: that one must live as long as its process.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
