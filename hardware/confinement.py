"""A process gives up what its devices do not need: files, network, programs, other processes.

Called before a driver is imported or a byte is read, while the process has one thread. What is
given up is gone for good, for all that the process starts, too. Each lock holds by itself; where
the kernel does not offer one the others hold, and `confine` says what is missing.
"""

import ctypes
import os
import resource
import struct
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from threading import Event

from hardware import claims, confinement_files, confinement_needs
from hardware.confinement_calls import refuse_calls
from hardware.confinement_files import OWN, READ, RUN, USE, Right
from hardware.confinement_needs import Needs
from hardware.errors import HardwareError
from hardware.names import address_of, file_of
from hardware.own_process import limit_to, no_new_privileges, not_to_be_looked_into
from hardware.resources import Resource

MEMORY = 1 << 30
"""Bytes of its own that a process may have; the rehearsals ask for 370 MB and use 130."""
ADDRESSES = 4 << 30
"""Bytes of addresses, files and what is shared included; the rehearsals take 900 MB."""
PROCESSOR = 1800
"""Seconds of processor time: about an hour before the camera, far more than a visit."""
LARGEST_FILE = 64 << 20
"""Bytes; a scan is 48 MB at most, and does not go through a file."""
OPEN_FILES = 256
MORE_TASKS = 64
"""Processes and threads beside those that the user has when the confinement begins.

The kernel counts them by user, and not at all for root (getrlimit(2)).
"""

_READ_DAC = 2
"""CAP_DAC_READ_SEARCH: root runs this from folders of other users, too; Landlock says which."""
_CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3

_SYSTEM = ("/usr", "/lib", "/lib64", "/proc", "/sys", "/run/udev", "/opt")
_ETC = (
    *("ld.so.cache", "ld.so.preload", "localtime", "nsswitch.conf", "passwd", "group"),
    *("hosts", "host.conf", "resolv.conf", "gai.conf", "services", "protocols"),
    *("sane.d", "udev", "ssl/openssl.cnf"),
)
"""What the C library, udev and SANE read; nothing else of /etc."""
_OWN_FOLDERS = "kiosk-"
"""How the names of folders begin that the app, a probe and the self-test make for a process."""
_callbacks: list[object] = []
"""One that is never called: libusb and others make more, in the page that libffi makes for it now.

Where no memory may be made executable (`MemoryDenyWriteExecute=`) that takes a file in memory,
which a confined process may not make.
"""
_files_are_closed = Event()
_READ_ONLY_NODES = ("/dev/zero", "/dev/random", "/dev/urandom")


class Lock(StrEnum):
    """One thing that keeps a confined process in; its value stands in the self-test's report."""

    PRIVILEGES = "no new privileges"
    MEMORY = "limits of memory, processor and files"
    FILES = "files (Landlock)"
    CALLS = "system calls (seccomp)"


def confine(devices: Sequence[Resource], reads: Iterable[Path] = ()) -> list[Lock]:
    """Confines this process to what these devices need; what could not be locked.

    `reads` are files and folders that are read besides, such as the countries' certificates. Takes
    some milliseconds, never raises.
    """
    _callbacks.append(ctypes.CFUNCTYPE(None)(lambda: None))
    needs = confinement_needs.of(devices)
    # Files that are there later only could not be allowed.
    locks = [path for device in devices if (path := claims.lock_file(device))]
    steps: dict[Lock, Callable[[], None]] = {
        Lock.PRIVILEGES: _give_up_privileges,
        Lock.MEMORY: lambda: _limit(bool(needs.programs)),
        Lock.FILES: lambda: _close_files(needs, locks, reads),
        Lock.CALLS: lambda: refuse_calls(needs),
    }
    return [lock for lock, step in steps.items() if not _done(step)]


def is_in_the_way(device: Resource) -> bool:
    """Whether a device could be opened, were it not for the confinement of this process.

    It is so for one that was plugged in later: a node that is made anew is another file.
    """
    with suppress(HardwareError, OSError):
        node = file_of(address_of(device))
        return (
            _files_are_closed.is_set() and node is not None and os.access(node, os.R_OK | os.W_OK)
        )
    return False


def _done(step: Callable[[], None]) -> bool:
    try:
        step()
    except (OSError, ValueError):
        return False
    return True


def _give_up_privileges() -> None:
    no_new_privileges()
    not_to_be_looked_into()
    kept = 1 << _READ_DAC if os.geteuid() == 0 and confinement_files.version() else 0
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    # Effective, permitted and inheritable, of the first 32 and then of the other capabilities.
    if ctypes.CDLL(None, use_errno=True).capset(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0)):
        raise OSError(ctypes.get_errno(), "capset")


def _limit(starts_programs: bool) -> None:
    limits = {
        resource.RLIMIT_DATA: MEMORY,
        resource.RLIMIT_AS: ADDRESSES,
        resource.RLIMIT_CPU: PROCESSOR,
        resource.RLIMIT_FSIZE: LARGEST_FILE,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if starts_programs and os.getuid() != 0:
        limits[resource.RLIMIT_NPROC] = _tasks() + MORE_TASKS
    limit_to(limits)


def _tasks() -> int:
    """How many processes and threads this user has."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if process.stat().st_uid == os.getuid():
                found += len(os.listdir(process / "task"))
    return found


def _close_files(needs: Needs, locks: Sequence[Path], reads: Iterable[Path]) -> None:
    allowed: dict[Path, Right] = {}

    def allow(right: Right, *paths: Path) -> None:
        for path in paths:
            allowed[path] = allowed.get(path, Right(0)) | right

    allow(READ, *map(Path, _SYSTEM), *(Path("/etc", name) for name in _ETC))
    allow(READ, *(Path(name) for name in _of_python()), *needs.files, *reads)
    allow(READ, *map(Path, _READ_ONLY_NODES))
    allow(Right.READ_FILE | Right.WRITE_FILE, Path("/dev/null"), *locks)
    allow(USE, *needs.devices)
    allow(RUN, *needs.programs)
    if folder := _own_folder():
        allow(OWN, folder)
    if named := os.environ.get("SANE_CONFIG_DIR", "").partition(":")[0]:
        allow(READ, Path(named))
    confinement_files.restrict(allowed, needs.ports)
    _files_are_closed.set()


def _of_python() -> list[str]:
    """Where Python finds what it imports, and the libraries that are named to the linker."""
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    return [name for name in {sys.prefix, sys.base_prefix, *sys.path, *libraries} if name]


def _own_folder() -> Path | None:
    """The folder that was made for this process alone; no other, such as all of /tmp."""
    folder = Path(os.environ.get("TMPDIR", ""))
    return folder if folder.name.startswith(_OWN_FOLDERS) else None
