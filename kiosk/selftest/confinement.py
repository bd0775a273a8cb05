"""Whether the device host can be kept in: tried out in the process of the check itself."""

import errno
import os
import socket

from hardware.confinement import Lock, confine
from kiosk.selftest.check import Given, Outcome, State

_REMEDY = {
    Lock.PRIVILEGES: "something forbids prctl or capset: look at the unit's SystemCallFilter",
    Lock.MEMORY: "something forbids setrlimit: look at the unit's SystemCallFilter",
    Lock.FILES: "the kernel has no Landlock, or it is not in its list lsm= (Debian's has it)",
    Lock.CALLS: "install libseccomp2, with a kernel that has seccomp (Debian's has it)",
}


def host_confined(given: Given) -> Outcome:
    """Confines this process as a device host, tries what it must not do, and says what it could."""
    missing = confine(given.devices)
    holds = {Lock.FILES: not _lists_root(), Lock.CALLS: not _asks_for_sockets()}
    missing += [lock for lock, held in holds.items() if not held and lock not in missing]
    if not missing:
        return Outcome(State.PASS, "the device host is kept from files, network and programs")
    lacking = "; ".join(f"{lock}: {_REMEDY[lock]}" for lock in missing)
    return Outcome(State.WARN, f"the device host is not kept in by {lacking}")


def _lists_root() -> bool:
    """Whether this process sees the top folder, which no device needs."""
    try:
        os.listdir("/")
    except PermissionError:
        return False
    return True


def _asks_for_sockets() -> bool:
    """Whether the kernel is still asked for sockets of a kind that there is not."""
    try:
        socket.socket(-1 & 0x7FFF, socket.SOCK_STREAM).close()
    except OSError as error:
        return error.errno != errno.EPERM
    return True
