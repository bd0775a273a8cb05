"""What a process that holds personal data does to itself: it leaves nothing and outlives nobody."""

import ctypes
import os
import resource
import signal
from collections.abc import Mapping

_NO_CORE = 1
"""One byte: where core files are handed to a program, a limit of 0 does not count (core(5))."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4  # linux/mman.h


def leave_no_core() -> None:
    """From now on a crash writes no image of the memory to the disk, here and in children."""
    limit_to({resource.RLIMIT_CORE: _NO_CORE})


def limit_to(limits: Mapping[int, int]) -> None:
    """Limits this process and its children for good, by RLIMIT_* (setrlimit(2)).

    Where less was allowed already, as by the unit of systemd, that stays.
    """
    for what, most in limits.items():
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def die_with_parent() -> None:
    """Has the kernel kill this process when its parent ends, even while it is stopped (prctl(2)).

    The parent is the thread that started it: that one must live as long as its process.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def stay_in_memory() -> bool:
    """Has the kernel keep this process in memory: no page of it is written to a swap (mlockall(2)).

    Returns whether it does. It needs an unlimited RLIMIT_MEMLOCK, or the right to have one: under
    a limit the memory above it would be refused. What is reserved and not used takes no room.
    """
    everything = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    try:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, everything)
    except (OSError, ValueError):
        return False
    flags = _MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT
    return bool(ctypes.CDLL(None, use_errno=True).mlockall(ctypes.c_int(flags)) == 0)


def no_new_privileges() -> None:
    """From now on no program that is started here gains rights: no setuid bit counts (prctl(2)).

    For children, too, and for good.
    """
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def not_to_be_looked_into() -> None:
    """Nobody but root may trace this process or read its memory, and it is not dumped (prctl(2)).

    Not handed to programs that are started. Its own entries in /proc belong to root afterwards.
    """
    _prctl(_PR_SET_DUMPABLE, 0)


def _prctl(option: int, value: int) -> None:
    # As long, all five: what is left out would be whatever the register holds.
    arguments = [ctypes.c_ulong(number) for number in (value, 0, 0, 0)]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(ctypes.c_int(option), *arguments):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
