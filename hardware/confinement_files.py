"""Which files and TCP ports a process may use from now on: Landlock, asked of the kernel directly.

There is no well-kept library for it: three system calls (landlock(7), linux/landlock.h), each with
the same number on every architecture. What the kernel is too old for is left out.
"""

import ctypes
import os
import struct
from collections.abc import Iterable, Mapping
from contextlib import suppress
from enum import IntFlag
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH, _NET_PORT = 1, 2
_CONNECT_TCP, _BIND_TCP = 2, 1
_ABSTRACT_UNIX_SOCKET, _SIGNAL = 1, 2


class Right(IntFlag):
    """What may be done with a file, or with all files in and below a folder."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


READ = Right.READ_FILE | Right.READ_DIR
RUN = Right.EXECUTE | Right.READ_FILE
USE = Right.READ_FILE | Right.WRITE_FILE | Right.IOCTL_DEV | Right.READ_DIR
"""Of a device, or a folder of devices."""
OWN = (
    READ | Right.WRITE_FILE | Right.TRUNCATE | Right.MAKE_REG | Right.MAKE_DIR | Right.MAKE_SYM
    | Right.REMOVE_FILE | Right.REMOVE_DIR | Right.REFER
)  # fmt: skip
"""Of a folder of one's own."""

_OF_A_FILE = (
    Right.EXECUTE | Right.WRITE_FILE | Right.READ_FILE | Right.TRUNCATE | Right.IOCTL_DEV
)  # fmt: skip
_SINCE = {1: (1 << 13) - 1, 2: Right.REFER, 3: Right.TRUNCATE, 5: Right.IOCTL_DEV}
_PORTS_SINCE, _SCOPES_SINCE = 4, 6


def version() -> int:
    """The kernel's version of Landlock (its ABI), 0 where it has none or it is switched off."""
    return max(0, _call(_CREATE_RULESET, None, 0, _VERSION))


def restrict(allowed: Mapping[Path, Right], ports: Iterable[int] | None) -> None:
    """Leaves this thread, and what it starts, these rights and TCP connections to these ports.

    `ports` is None for any. Paths that are not there are passed over; links are followed now. From
    version 6 on signals reach nobody outside, and from 1 on nobody outside can be traced.
    `OSError` where the kernel refuses; the process must have no new privileges (landlock(7)).
    """
    has = version()
    files = sum(rights for since, rights in _SINCE.items() if since <= has)
    net = 0
    if has >= _PORTS_SINCE:
        net = _BIND_TCP | (_CONNECT_TCP if ports is not None else 0)
    scopes = _ABSTRACT_UNIX_SOCKET | _SIGNAL if has >= _SCOPES_SINCE else 0
    attributes = struct.pack("=QQQ", files, net, scopes)
    ruleset = _checked(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path, rights in allowed.items():
            with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                _allow(ruleset, path, rights & files)
        for port in ports if net & _CONNECT_TCP and ports is not None else ():
            _checked(_ADD_RULE, ruleset, _NET_PORT, struct.pack("=QQ", _CONNECT_TCP, port), 0)
        _checked(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not path.is_dir():
            rights &= _OF_A_FILE
        if rights:
            _checked(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _checked(number: int, *arguments: int | bytes) -> int:
    result = _call(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _call(number: int, *arguments: int | bytes | None) -> int:
    # Numbers as long: what a variadic function takes as int may leave half of a register unset.
    given = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return int(_libc.syscall(ctypes.c_long(number), *given))


_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
