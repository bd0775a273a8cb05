"""Which system calls a process may make from now on: seccomp, by the system's libseccomp.

The filter names what is refused and not what is allowed: Python, OpenCV and the system's libraries
need hundreds of calls, others with each version, and a driver that fails for a call that nobody
thought of is a machine out of order. Refused is what reads or changes other processes, the kernel
and the network, and all that nothing here needs. A refused call fails with EPERM.
"""

import ctypes
import errno
import os
from collections.abc import Iterable
from enum import IntEnum

from hardware.confinement_needs import Needs, Socket

LIBRARY = "libseccomp.so.2"

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000

_ALWAYS = (
    # Other processes, and what they hold.
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    "pidfd_send_signal",
    "migrate_pages", "move_pages", "setpriority", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "tkill",
    "shmget", "shmat", "msgget", "semget",
    # The kernel and the machine.
    "bpf", "perf_event_open", "userfaultfd", "init_module", "finit_module", "delete_module",
    "kexec_load",
    "kexec_file_load", "reboot", "swapon", "swapoff", "syslog", "acct", "quotactl", "quotactl_fd",
    "iopl", "ioperm",
    "lookup_dcookie", "modify_ldt", "personality", "vhangup", "fanotify_init", "sethostname",
    "setdomainname",
    "settimeofday", "clock_settime", "stime", "adjtimex", "clock_adjtime", "add_key", "request_key",
    "keyctl",
    # What the file system looks like, whose files are, and ways around a look at their names.
    "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig",
    "fsmount", "fspick",
    "mount_setattr", "unshare", "setns", "open_by_handle_at", "name_to_handle_at", "truncate",
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "setxattr",
    "lsetxattr", "fsetxattr",
    "removexattr", "lremovexattr", "fremovexattr", "utime", "utimes", "utimensat", "futimesat",
    "mknod", "mknodat",
    # Programs out of memory, which have no name that could be looked at.
    "memfd_create", "memfd_secret", "execveat",
    # Other rights.
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid",
    "setfsgid", "capset",
    "listen",
)  # fmt: skip
_NOT_KNOWN = ("clone3", "io_uring_setup", "io_uring_enter", "io_uring_register")
"""As by a kernel without them: what they are to do stands in memory that no filter sees."""
_OF_OTHERS = {"prlimit64": 0, "sched_setaffinity": 0, "sched_setscheduler": 0,
              "sched_setparam": 0, "sched_setattr": 0, "ioprio_set": 1}  # fmt: skip
"""By which argument they name a process: 0 is the caller itself."""
_NEW_PROCESS = ("fork", "vfork", "execve")
_CLONE_THREAD = 0x00010000
_NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
"""CLONE_NEW* of linux/sched.h."""
_PRCTL = (1, 4, 0x59616D61)
"""PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_PTRACER: what `own_process` has set stays."""
_IOCTL = (0x5412, 0x541C, 0x541D, 0x540E, 0x5423)
"""TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSCTTY, TIOCSETD: to type into a terminal, or to change it."""
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16
_ROUTE, _UEVENTS = 0, 15
"""NETLINK_ROUTE, which networks there are; NETLINK_KOBJECT_UEVENT, what is plugged in."""
_SOCK_STREAM, _SOCK_DGRAM, _TYPE_MASK = 1, 2, 0xF
_INT = 0xFFFFFFFF
"""The kernel looks at this half of an argument that is an int, whatever stands in the other."""


class _Op(IntEnum):
    """`enum scmp_compare` of seccomp.h."""

    NE = 1
    EQ = 4
    GT = 6
    MASKED_EQ = 7


class _Compare(ctypes.Structure):
    """`struct scmp_arg_cmp` of seccomp.h."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


def refuse_calls(needs: Needs) -> None:
    """Refuses this thread, and what it starts, the calls that devices with such needs do without.

    `OSError` where there is no libseccomp, or the kernel takes no filter. Calls that the library
    has not heard of are passed over. Made for another architecture, a call ends the thread.
    """
    library = ctypes.CDLL(LIBRARY)
    library.seccomp_init.restype = ctypes.c_void_p
    filter_ = library.seccomp_init(ctypes.c_uint32(_ALLOW))
    if not filter_:
        raise OSError(errno.ENOMEM, "no filter")
    context = ctypes.c_void_p(filter_)

    def refuse(name: str, *compares: _Compare, number: int = errno.EPERM) -> None:
        call = library.seccomp_syscall_resolve_name(name.encode())
        array = (_Compare * len(compares))(*compares)
        library.seccomp_rule_add_array(
            context, ctypes.c_uint32(_ERRNO | number), call, len(compares), array
        )

    try:
        for name in _ALWAYS:
            refuse(name)
        for name in _NOT_KNOWN:
            refuse(name, number=errno.ENOSYS)
        for name, argument in _OF_OTHERS.items():
            refuse(name, _Compare(argument, _Op.NE, 0))
        for option in _PRCTL:
            refuse("prctl", _Compare(0, _Op.MASKED_EQ, _INT, option))
        for command in _IOCTL:
            refuse("ioctl", _Compare(1, _Op.MASKED_EQ, _INT, command))
        for flag in _NAMESPACES:
            refuse("clone", _Compare(0, _Op.MASKED_EQ, flag, flag))
        if needs.programs:
            # A group, or all: a program that scans is told to end by its own number.
            refuse("kill", _Compare(0, _Op.MASKED_EQ, 1 << 31, 1 << 31))
            refuse("kill", _Compare(0, _Op.EQ, 0))
        else:
            for name in _NEW_PROCESS:
                refuse(name)
            refuse("clone", _Compare(0, _Op.MASKED_EQ, _CLONE_THREAD, 0))
            for name in ("kill", "tgkill"):
                refuse(name, _Compare(0, _Op.NE, os.getpid()))
        for compares in _sockets(needs.sockets):
            refuse("socket", *compares)
        failed = library.seccomp_load(context)
        if failed:
            raise OSError(-failed, os.strerror(-failed))
    finally:
        library.seccomp_release(context)


def _sockets(allowed: Iterable[Socket]) -> list[tuple[_Compare, ...]]:
    """Which sockets are refused: every comparison of one of these holds."""
    allowed = set(allowed)
    netlink = _Compare(0, _Op.EQ, _AF_NETLINK)
    refused: list[tuple[_Compare, ...]] = [
        (_Compare(0, _Op.GT, _AF_NETLINK),),
        (netlink, _Compare(2, _Op.GT, _UEVENTS)),
    ]
    asked = {_ROUTE, _UEVENTS} if Socket.ROUTE in allowed else {_UEVENTS}
    refused += [
        (netlink, _Compare(2, _Op.EQ, protocol))
        for protocol in range(_UEVENTS)
        if protocol not in asked
    ]
    for family in range(_AF_NETLINK):
        if family == _AF_UNIX and Socket.UNIX in allowed:
            continue
        if family in (_AF_INET, _AF_INET6) and allowed & {Socket.TCP, Socket.UDP}:
            kinds = {_SOCK_STREAM} if Socket.TCP in allowed else set()
            kinds |= {_SOCK_DGRAM} if Socket.UDP in allowed else set()
            refused += [
                (_Compare(0, _Op.EQ, family), _Compare(1, _Op.MASKED_EQ, _TYPE_MASK, kind))
                for kind in range(_TYPE_MASK + 1)
                if kind not in kinds
            ]
            continue
        refused.append((_Compare(0, _Op.EQ, family),))
    return refused
