"""A kiosk of which everything can be looked through: all that it writes lies in one place.

It runs in a mount namespace of its own, in which one small disk in memory can be written, and
nothing else on the machine: what the kiosk has written is there, or was never written. The system's
log is a socket that the test listens at. It takes root.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from hardware.simulated.machine import Running
from tests.e2e.forgetting import places
from tests.e2e.forgetting.needles import Played
from tests.e2e.forgetting.places import Seen
from tests.e2e.forgetting.search import Finder
from tests.e2e.terminal import Terminal
from tests.machines import at_site

CORES = ("/var/lib/systemd/coredump", "/var/crash", "/var/lib/apport/coredump")
"""Where cores go that the kernel hands to a program (core(5)); not all systems have them."""
TERMINAL = "bytes to the terminal"
FOLDERS = ("home", "tmp", "state", "run", "cache", "cwd")
INSIDE = r"""
set -e
written=$1 journal=$2; shift 2
mount --make-rprivate /
mount -t tmpfs none "$written"
mkdir "$written/dev"
mount -t tmpfs none "$written/dev"
for each in null zero full random urandom tty; do
    touch "$written/dev/$each"
    mount --bind "/dev/$each" "$written/dev/$each"
done
for each in fd stdin stdout stderr; do cp -P "/dev/$each" "$written/dev/$each"; done
ln -s pts/ptmx "$written/dev/ptmx"
mkdir "$written/dev/pts" "$written/dev/shm"
mount --bind /dev/pts "$written/dev/pts"
mount -t tmpfs none "$written/dev/shm"
ln -s "$journal" "$written/dev/log"
mount --move "$written/dev" /dev
rmdir "$written/dev"
mkdir "$written/home" "$written/tmp" "$written/state" "$written/run" "$written/cache" "$written/cwd"
while read -r _ _ _ _ point _; do
    case $point in
        /proc|/proc/*|/sys|/sys/*|/dev/*|"$written") ;;
        *) mount -o remount,bind,ro "$point" ;;
    esac
done < /proc/self/mountinfo
ulimit -c unlimited
cd "$written/cwd"
exec "$@"
"""


@cache
def may_look() -> bool:
    """Whether a kiosk can be shut in here and be looked through: for root, on most systems."""
    if os.geteuid() != 0:
        return False
    try:
        command = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
        return subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


class Kiosk:
    """A kiosk that runs on a machine that is known byte by byte."""

    def __init__(self, terminal: Terminal, folder: Path, played: Played, journal: "Journal"):
        self.terminal = terminal
        self.folder = folder
        self.played = played
        self.journal = journal
        self.began = time.time()
        self.keeper = terminal.process.pid
        self._held: list[int] = []

    @property
    def inside(self) -> Path:
        """The root folder as the kiosk sees it; it stays when all of the kiosk has ended."""
        if not self._held:
            # The second keeps the namespace, and with it what is mounted there.
            paths = [(f"/proc/{self.keeper}/root", os.O_PATH)]
            paths += [(f"/proc/{self.keeper}/ns/mnt", os.O_RDONLY)]
            self._held = [os.open(path, how | os.O_CLOEXEC) for path, how in paths]
        return Path(f"/proc/{os.getpid()}/fd/{self._held[0]}")

    def written(self) -> list[Path]:
        """All that the kiosk has written and that is still there."""
        own = Path(f"{self.inside}{self.folder / 'written'}")
        assert (own / "cwd").is_dir(), "the kiosk's own disk is not to be seen"
        # Where a system that has a program for cores keeps them is no part of the kiosk's own.
        folders = [own, self.inside / "dev/shm", *map(Path, CORES)]
        return [path for path in places.below(*folders) if _since(path, self.began)]

    def close(self) -> None:
        """Nobody looks any more."""
        for descriptor in self._held:
            os.close(descriptor)

    def processes(self) -> dict[str, int]:
        """Everything that the kiosk has started, by name: `keeper`, `app`, `host`, or a program."""
        found: dict[str, int] = {}
        for pid, command in places.descendants(self.keeper).items():
            name = _name(pid, command, self.keeper)
            found[name if name not in found else f"{name} {pid}"] = pid
        return found

    def files(self, finder: Finder) -> Seen:
        """Looks through all files that the kiosk could write."""
        return places.in_files(self.written(), finder)

    def said(self, finder: Finder) -> Seen:
        """Looks through what went to the terminal and to the system's log."""
        seen = places.in_bytes(self.terminal.written, TERMINAL, finder)
        seen.add(places.in_bytes(self.terminal.text().encode(), "the screen", finder))
        seen.add(places.in_bytes(self.journal.heard, "the system's log", finder))
        return seen

    def memory(self, finder: Finder, *but: str) -> Seen:
        """Looks through the memory of all its processes but these."""
        seen = Seen()
        for name, pid in self.processes().items():
            if name.split()[0] not in but:
                with suppress(ProcessLookupError, FileNotFoundError):  # a program that has ended
                    seen.add(places.in_memory(pid, name, finder))
        return seen

    def everywhere(self, finder: Finder, *but: str) -> Seen:
        """Looks through everything, but the memory of these processes."""
        seen = self.memory(finder, *but)
        seen.add(self.files(finder))
        seen.add(self.said(finder))
        return seen


def _since(path: Path, began: float) -> bool:
    """Whether it was written after this time; one that is gone by now was not."""
    try:
        return path.lstat().st_mtime >= began - 1
    except OSError:
        return False


def _name(pid: int, command: str, keeper: int) -> str:
    if pid == keeper:
        return "keeper"
    for module, name in (("-m screens", "app"), ("faulty app", "app"), ("hardware.host", "host")):
        if module in command:
            return name
    return Path(command.split(" ")[0]).name or "process"


class Journal:
    """The system's log, as a program finds it at /dev/log."""

    def __init__(self, address: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(address))
        self._heard = bytearray()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def heard(self) -> bytes:
        """All that was logged so far."""
        return bytes(self._heard)

    def _listen(self) -> None:
        with suppress(OSError):
            while told := self._socket.recv(1 << 16):
                self._heard += told + b"\n"

    def close(self) -> None:
        """Nobody listens any more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()


@contextmanager
def started(
    folder: Path,
    played: Played,
    running: Running,
    command: Sequence[str] = (sys.executable, "-m", "kiosk"),
    before: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    **tables: Mapping[str, object],
) -> Iterator[Kiosk]:
    """The kiosk at this machine, shut in; `tables` are settings as `tests.machines.at_site` takes.

    The settings are written to `folder`, and the trust beside them.
    """
    written = folder / "written"
    written.mkdir()
    settings = at_site(folder, running, **tables)
    journal = Journal(folder / "journal")
    names = {name: str(written / name) for name in FOLDERS}
    own = {
        "HOME": names["home"],
        "TMPDIR": names["tmp"],
        "STATE_DIRECTORY": names["state"],
        "XDG_STATE_HOME": names["state"],
        "XDG_CACHE_HOME": names["cache"],
        "XDG_RUNTIME_DIR": names["run"],
        "KIOSK_RUNTIME": names["run"],
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    inside = ["unshare", "--mount", "sh", "-c", INSIDE, "sh", str(written), str(folder / "journal")]
    run = [*inside, *command, "run", "--language", "en", "--config", str(settings)]
    try:
        with Terminal([*before, *run], environment={**own, **(environment or {})}) as terminal:
            kiosk = Kiosk(terminal, folder, played, journal)
            try:
                yield kiosk
            finally:
                kiosk.close()
    finally:
        journal.close()
