"""What somebody who has taken over a kiosk would try, run under the locks of a unit."""

import json

from tests.e2e.seen import SEEN

_PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/var/lib/kiosk", "/run/kiosk")
"""Where a kiosk may write."""
PROGRAMS = {
    *("a shell", "a program of the system"),
    *(f"a program that was brought to {place}" for place in _PLACES),
}
"""What only a unit with a list of programs refuses."""

_PROBE = r"""
import ctypes, json, mmap, os, socket, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
def connected():
    socket.socket(socket.AF_INET).connect(("192.0.2.1", 80))
def called(number, *arguments):
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "")
def shadowed():
    open("/etc/shadow").read()
def brought_to(place):
    def run():
        with open(place + "/brought", "wb") as file:
            file.write(open("/usr/bin/true", "rb").read())
        os.chmod(place + "/brought", 0o755)
        subprocess.run([place + "/brought"], check=True)
    return run
tried = {
    "a shell": lambda: subprocess.run(["/bin/sh", "-c", "true"], check=True),
    "a program of the system": lambda: subprocess.run(["/usr/bin/dir", "/"], stdout=subprocess.DEVNULL, check=True),
    **{"a program that was brought to " + place: brought_to(place) for place in PLACES},
    "writing where everybody may": lambda: open(EVERYBODYS + "/try", "w"),
    "writing to the program": lambda: open(ROOT + "/try", "w"),
    "reading who may log in": shadowed,
    "another machine": connected,
    "a kind of network that it does not need": lambda: socket.socket(socket.AF_INET6),
    "raw packets": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    "a setuid file": lambda: os.chmod(os.open("/tmp/file", os.O_CREAT), 0o4755),
    "memory that is written and run": lambda: mmap.mmap(-1, 4096, prot=7),
    "a name space": lambda: called(272, 0x10000000),
    "tracing": lambda: called(101, 16, os.getppid(), 0, 0),
    "another clock": lambda: called(227, 0, ctypes.byref(ctypes.c_long())),
    "a mount": lambda: called(165, b"/", b"/tmp", b"", 4096, None),
    "a module of the kernel": lambda: called(313, 0, b"", 0),
    "another place in the queue": lambda: os.nice(1),
    "another user": lambda: os.setuid(0),
}
said = {}
for what, try_it in tried.items():
    try:
        try_it()
        said[what] = "done"
    except (OSError, subprocess.CalledProcessError) as error:
        said[what] = type(error).__name__
others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
said["seeing what others run"] = "done" if others else "none"
disks = {"kmsg", "mem", "vda", "sda", "nvme0", "kvm", "fuse", "tty0", "tty1"}
for name in sorted(disks & set(os.listdir("/dev"))):
    try:
        os.open("/dev/" + name, os.O_RDWR)
        said["the device " + name] = "done"
    except OSError as error:
        said["the device " + name] = type(error).__name__
print(json.dumps(said))
"""  # noqa: E501


def probing(everybodys: str) -> str:
    """The program that tries it all and says as JSON how each ended.

    `everybodys` is a folder of the disk in which anybody may write.
    """
    return (
        _PROBE.replace("ROOT", repr(str(SEEN)))
        .replace("EVERYBODYS", repr(everybodys))
        .replace("PLACES", repr(_PLACES))
    )


def was_done(said: bytes | str) -> list[str]:
    """What of it was not refused."""
    return [what for what, how in json.loads(said).items() if how == "done"]
