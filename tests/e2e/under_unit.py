"""Runs a command under the locks that a unit of systemd lays on it, where there is no systemd.

    unshare --mount --net python -m tests.e2e.under_unit UNITS FOLDER USER COMMAND...

It reads the unit's own lines and does with them what systemd.exec(5) says, as root, in a mount and
a network of its own: the user and no capability, the file system, programs that may run, devices,
addresses, system calls, memory. What takes systemd itself is not done: limits of memory and tasks
(control groups), and who may notify. The network has the machine itself only, as with
`IPAddressAllow=localhost`. `UNITS` is a unit and its drop-ins, with colons between; `FOLDER` has
what the unit may write: `state`, `run`, `tmp`.
"""

import ctypes
import os
import pwd
import resource
import stat
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.e2e.seen import PACKAGES, ROOT, SEEN

KNOWN_HERE = {
    "NoExecPaths", "ExecPaths", "SystemCallFilter", "RestrictAddressFamilies", "Environment",
    "LimitCORE", "LimitNOFILE", "UMask", "CapabilityBoundingSet", "AmbientCapabilities",
    "NoNewPrivileges", "ProtectSystem", "ProtectProc", "PrivateTmp", "PrivateMounts", "PrivateIPC",
    "ProtectKernelTunables", "RestrictNamespaces", "RestrictSUIDSGID", "LockPersonality",
    "MemoryDenyWriteExecute", "SystemCallErrorNumber", "DeviceAllow", "DevicePolicy", "ProtectHome",
    "IPAddressDeny", "IPAddressAllow", "RuntimeDirectory", "RuntimeDirectoryMode", "StateDirectory",
    "StateDirectoryMode", "ProtectClock", "RestrictRealtime",
}  # fmt: skip
"""Settings that are done here, some of them by others: the clock and real time by system calls."""

# linux/mount.h, linux/prctl.h, linux/sched.h
_RDONLY, _NOSUID, _NODEV, _NOEXEC = 1, 2, 4, 8
_REMOUNT, _BIND, _REC, _PRIVATE = 32, 4096, 16384, 1 << 18
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_SET_MDWE = 24, 38, 65
_MDWE_REFUSE_EXEC_GAIN = 1
_CLONE_NEW = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
"""Mounts, control groups, host name, IPC, users, processes, network."""
_EPERM, _EAFNOSUPPORT, _ENOSYS = 1, 97, 38
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
_ALWAYS = (
    *("execve", "exit", "exit_group", "getrlimit", "rt_sigreturn", "sigreturn", "clock_getres"),
    *("clock_gettime", "clock_nanosleep", "gettimeofday", "nanosleep", "time"),
)
"""What an allow list has in it without being told (systemd.exec(5), SystemCallFilter=)."""
_PSEUDO = ("null", "zero", "full", "random", "urandom", "tty", "ptmx")
"""Devices that a closed policy leaves (systemd.resource-control(5), DevicePolicy=)."""

_libc = ctypes.CDLL(None, use_errno=True)


class Unit:
    """The settings of one unit and its drop-ins, each with all its lines in their order."""

    def __init__(self, *files: Path) -> None:
        self.lines: dict[str, list[str]] = {}
        for file in files:
            for line in file.read_text().splitlines():
                key, equals, value = line.partition("=")
                if equals and not key.startswith(("#", " ")):
                    self.lines.setdefault(key, []).append(value.strip())

    def words(self, key: str) -> list[str]:
        """All words of a setting that is a list; an empty line forgets those before it."""
        found: list[str] = []
        for value in self.lines.get(key, []):
            found = [*found, *value.split()] if value else []
        return found

    def last(self, key: str, default: str = "") -> str:
        """The value that counts of a setting that has one."""
        return self.lines.get(key, [default])[-1]

    def yes(self, key: str) -> bool:
        """Whether a setting is on."""
        return self.last(key) == "yes"


def _check(code: int, what: str) -> None:
    if code < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source: str, target: Path, kind: str, flags: int, data: str = "") -> None:
    told = [word.encode() for word in (source, str(target), kind)]
    _check(_libc.mount(*told, ctypes.c_ulong(flags), data.encode()), f"mount {target}")


def _bind(source: Path, target: Path, flags: int, recursive: bool = False) -> None:
    _mount(str(source), target, "", _BIND | (_REC if recursive else 0))
    _mount("", target, "", _REMOUNT | _BIND | flags)


def _mounted() -> list[Path]:
    """Where something is mounted, the outer before the inner."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [Path(line.split()[4].encode().decode("unicode_escape")) for line in lines]


def lock_files(unit: Unit, folder: Path, also: Iterable[Path]) -> None:
    """The file system as the unit has it; `also` may be run, too: the checkout and its Python."""
    _mount("", Path("/"), "", _PRIVATE | _REC)
    _mount(str(ROOT), SEEN, "", _BIND | _REC)
    runs = [Path(word.removeprefix("-")) for word in unit.words("ExecPaths")]
    locked = _NOEXEC if unit.words("NoExecPaths") else 0
    shells = [Path(word[1:]) for word in unit.words("NoExecPaths") if word.startswith("-")]
    read_only = _RDONLY if unit.last("ProtectSystem") == "strict" else 0
    for place in _mounted():
        if not place.is_relative_to("/proc") and not place.is_relative_to("/dev"):
            _mount("", place, "", _REMOUNT | _BIND | read_only | locked)
    for path in {found.resolve() for found in (*runs, *also) if found.exists()}:
        _bind(path, path, _RDONLY | _NOSUID)
    for path in (found for found in shells if found.exists()):
        _bind(path, path, _RDONLY | _NOSUID | locked)
    for home in (Path("/root"), Path("/home")):
        if unit.yes("ProtectHome"):
            _mount("tmpfs", home, "tmpfs", _RDONLY | _NOSUID | _NODEV, "mode=000")
    _lock_writable(unit, folder)
    hidden = "hidepid=invisible" if unit.last("ProtectProc") == "invisible" else ""
    _mount("proc", Path("/proc"), "proc", _NOSUID | _NODEV | _NOEXEC, hidden)
    if unit.yes("ProtectKernelTunables"):
        _bind(Path("/proc/sys"), Path("/proc/sys"), _RDONLY)
    _lock_devices(unit)


def _lock_writable(unit: Unit, folder: Path) -> None:
    """The folders that systemd makes for the unit, and for it alone; nothing of it is left here.

    What lies there may be run unless NoExecPaths= names the very folder: seen with systemd 252.
    """
    for setting, parent, name in (
        ("StateDirectory", Path("/var/lib"), "state"),
        ("RuntimeDirectory", Path("/run"), "run"),
    ):
        _mount("tmpfs", parent, "tmpfs", _NOSUID | _NODEV, "mode=755")
        for word in unit.words(setting):
            (parent / word).mkdir()
            _bind(folder / name, parent / word, _NOSUID | _NODEV | _locked(unit, parent / word))
        _mount("", parent, "", _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)
    if unit.yes("PrivateTmp"):
        for place in (Path("/var/tmp"), Path("/tmp")):
            _bind(folder / "tmp", place, _NOSUID | _NODEV | _locked(unit, place))


def _locked(unit: Unit, place: Path) -> int:
    return _NOEXEC if str(place) in unit.words("NoExecPaths") else 0


def _lock_devices(unit: Unit) -> None:
    kept = Path("/mnt")
    _mount("/dev", kept, "", _BIND | _REC)
    dev = Path("/dev")
    _mount("tmpfs", dev, "tmpfs", _NOSUID, "mode=755")
    groups = {word.split()[0].removeprefix("char-") for word in unit.lines.get("DeviceAllow", [])}
    for name in (*_PSEUDO, *_nodes_of(groups, kept)):
        if (kept / name).exists():
            told = (kept / name).stat()
            (dev / name).parent.mkdir(parents=True, exist_ok=True)
            os.mknod(dev / name, told.st_mode, told.st_rdev)
            os.chown(dev / name, told.st_uid, told.st_gid)
            os.chmod(dev / name, told.st_mode & 0o7777)
    (dev / "pts").mkdir()
    _mount(str(kept / "pts"), dev / "pts", "", _BIND)
    (dev / "fd").symlink_to("/proc/self/fd")
    (dev / "shm").mkdir()
    shm = _NOSUID | _NODEV | _locked(unit, dev / "shm")
    _mount("tmpfs", dev / "shm", "tmpfs", shm, "mode=1777")
    _check(_libc.umount2(str(kept).encode(), 2), "umount /mnt")  # MNT_DETACH


def _nodes_of(groups: set[str], dev: Path) -> list[str]:
    """Names of the character devices below `dev` whose driver is one of these (/proc/devices)."""
    majors = {
        int(line.split()[0])
        for line in Path("/proc/devices").read_text().partition("Block")[0].splitlines()
        if len(line.split()) == 2 and line.split()[1] in groups - {"pts"}
    }
    found = []
    for node in dev.rglob("*"):
        told = node.lstat()
        if stat.S_ISCHR(told.st_mode) and os.major(told.st_rdev) in majors:
            found.append(str(node.relative_to(dev)))
    return found


def system_calls(unit: Unit) -> tuple[set[str], set[str]]:
    """What the unit's filter allows, and what systemd knows, by systemd-analyze's own lists."""
    expanded: dict[str, set[str]] = {}

    def of(word: str) -> set[str]:
        if not word.startswith("@"):
            return {word}
        if word not in expanded:
            told = subprocess.run(
                ["systemd-analyze", "syscall-filter", word],
                capture_output=True, text=True, check=True,
            ).stdout.split("\n")[1:]  # fmt: skip
            names = [line.split()[0] for line in told if line.strip() and "#" not in line]
            expanded[word] = set()
            for name in names:
                expanded[word] |= of(name)
        return expanded[word]

    allowed: set[str] = set(_ALWAYS) | of("@default")
    for value in unit.lines.get("SystemCallFilter", []):
        names = set().union(*(of(word) for word in value.removeprefix("~").split()))
        allowed = allowed - names if value.startswith("~") else allowed | names
    return allowed, of("@known")


class _Argument(ctypes.Structure):
    """`struct scmp_arg_cmp` (seccomp_rule_add(3))."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


_NE, _EQ, _MASKED = 1, 4, 7


def filter_system_calls(unit: Unit, allowed: set[str], known: set[str]) -> None:
    """One filter for the list, one for each of the other locks: the kernel takes the strictest."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    seccomp.seccomp_init.argtypes = [ctypes.c_uint32]
    seccomp.seccomp_load.argtypes = [ctypes.c_void_p]
    seccomp.seccomp_rule_add_array.argtypes = [
        *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint),
        ctypes.POINTER(_Argument),
    ]
    loading: list[int] = []

    def begin(otherwise: int) -> None:
        loading.append(seccomp.seccomp_init(otherwise))

    def rule(action: int, name: str, *compared: tuple[int, int, int, int]) -> None:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # one that this machine has
            told = (_Argument * len(compared))(*(_Argument(*each) for each in compared))
            seccomp.seccomp_rule_add_array(loading[-1], action, number, len(compared), told)

    refused = _ERRNO | _EPERM
    if unit.lines.get("SystemCallFilter"):
        # What systemd knows and the list has not is refused; what it does not know is not there.
        begin(_ERRNO | _ENOSYS)
        for name in allowed:
            rule(_ALLOW, name)
        for name in known - allowed:
            rule(refused, name)
    if families := unit.words("RestrictAddressFamilies"):
        begin(_ALLOW)
        numbers = {_FAMILIES[name] for name in families}
        for number in range(46):
            if number not in numbers:
                rule(_ERRNO | _EAFNOSUPPORT, "socket", (0, _EQ, number, 0))
    if unit.yes("RestrictNamespaces"):
        begin(_ALLOW)
        rule(_ERRNO | _ENOSYS, "clone3")  # its flags are in memory, where no filter looks
        rule(refused, "setns")
        for flag in _CLONE_NEW:
            for name in ("unshare", "clone"):
                rule(refused, name, (0, _MASKED, flag, flag))
    if unit.yes("RestrictSUIDSGID"):
        begin(_ALLOW)
        for bit in (stat.S_ISUID, stat.S_ISGID):
            rule(refused, "chmod", (1, _MASKED, bit, bit))
            rule(refused, "fchmod", (1, _MASKED, bit, bit))
            rule(refused, "fchmodat", (2, _MASKED, bit, bit))
    if unit.yes("LockPersonality"):
        begin(_ALLOW)
        rule(refused, "personality", (0, _NE, 0, 0))
    for each in reversed(loading):  # the list last: it may forbid the call that loads it
        code = seccomp.seccomp_load(each)
        if code < 0:
            raise OSError(-code, "seccomp_load")


def lock_process(unit: Unit, user: str) -> None:
    """Limits, memory, user and capabilities; the filter of system calls comes after this."""
    who = pwd.getpwnam(user)
    if limit := unit.last("LimitCORE"):
        resource.setrlimit(resource.RLIMIT_CORE, (int(limit), int(limit)))
    if limit := unit.last("LimitNOFILE"):
        resource.setrlimit(resource.RLIMIT_NOFILE, (int(limit), int(limit)))
    os.umask(int(unit.last("UMask", "0022"), 8))
    if unit.lines.get("CapabilityBoundingSet") == [""]:
        for capability in range(int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
            _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.initgroups(user, who.pw_gid)
    os.setgid(who.pw_gid)
    os.setuid(who.pw_uid)
    if unit.yes("NoNewPrivileges"):
        _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    if unit.yes("MemoryDenyWriteExecute"):
        _check(_libc.prctl(_PR_SET_MDWE, _MDWE_REFUSE_EXEC_GAIN, 0, 0, 0), "PR_SET_MDWE")


def main() -> None:
    """Locks this process, and becomes the command."""
    units, folder, user, *command = sys.argv[1:]
    unit = Unit(*map(Path, units.split(":")))
    allowed, known = system_calls(unit)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    given = ("TERM", "COLORTERM", "NOTIFY_SOCKET", "PYTHONPATH", "WLR_BACKENDS")
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        **{name: os.environ[name] for name in given if name in os.environ},
        **dict(word.split("=", 1) for word in unit.words("Environment")),
        "STATE_DIRECTORY": "/var/lib/kiosk",
        "RUNTIME_DIRECTORY": "/run/kiosk",
    }
    lock_files(unit, Path(folder), [SEEN, PACKAGES, Path(command[0])])
    lock_process(unit, user)
    filter_system_calls(unit, allowed, known)
    os.chdir("/")
    os.execve(command[0], command, environment)


if __name__ == "__main__":
    main()
