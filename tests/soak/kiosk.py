"""One kiosk of the soak: the real program on a terminal, its machine, folders and processes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from hardware.simulated import machine
from hardware.simulated.machine import Running
from hardware.verdicts import Role
from tests.benchmarks.process_use import cpu_seconds, memory_mb, own_memory_mb
from tests.e2e.jumping_clock import JumpingClock
from tests.machines import at_site
from tests.soak.findings import Use
from tests.soak.screen import SIZE, Look, SoakScreen

DISK = 6 * 1024 * 1024
"""Bytes of the small disk on which a kiosk keeps all that it writes, where it has one."""
FULL = "full"
SETTLED_WITHIN = 60.0
ENDED_WITHIN = 10.0
"""Seconds in which everything that a kiosk started is gone after it."""
LOOK = 0.1
"""Seconds between two looks at what an app does."""

IDLE_SECONDS = 15.0
WARNING_SECONDS = 20.0

SITE = {
    "idle": {
        "seconds": IDLE_SECONDS,
        "on_phone_seconds": IDLE_SECONDS,
        "warning_seconds": WARNING_SECONDS,
    },
    # What moves could not be compared with what it was before.
    "screen": {"motion": False},
    "input": {"debounce_seconds": 0.0},
    "selftest": {"every_minutes": 0},
}


@cache
def may_mount() -> bool:
    """Whether a kiosk can have a small disk of its own here: for root, on most systems."""
    try:
        done = subprocess.run(
            ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0


def _child(pid: int, module: bytes) -> int | None:
    """The child of a process that runs this module, or None."""
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in task.read_text().split():
                with suppress(OSError):
                    if module in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
                        return int(child)
    return None


Life = tuple[int, int]
"""A process id, and when the process began: an hour of faults uses every id more than once."""


class Kiosk:
    """A kiosk that runs."""

    def __init__(
        self,
        folder: Path,
        running: Running,
        screen: SoakScreen,
        disk: bool,
        clock: JumpingClock | None,
    ) -> None:
        self.folder = folder
        self.running = running
        self.screen = screen
        self.keeper = screen.process.pid
        self.has_disk = disk
        self.clock = clock
        """Its clock, where that can be set."""
        self._app: Life | None = None
        self._ended: set[Life] = set()

    @property
    def settings(self) -> Path:
        """Its kiosk.toml."""
        return self.folder / "kiosk.toml"

    @property
    def written(self) -> Path:
        """What it writes lies here; a disk of its own is seen through the keeper's eyes."""
        folder = self.folder / "written"
        return Path(f"/proc/{self.keeper}/root{folder}") if self.has_disk else folder

    @property
    def log(self) -> str:
        """What its log says."""
        try:
            return (self.written / "kiosk.log").read_text(errors="replace")
        except OSError:
            return ""

    @property
    def roles(self) -> list[Role]:
        """The devices that it has."""
        return [device.role for device in self.running.devices]

    def forget_self_test(self) -> None:
        """The screen for staff tells when the last one was, which would differ."""
        with suppress(OSError):
            (self.written / "state" / "selftest.json").unlink()

    def find(self, name: str) -> int | None:
        """The process id of "app" or "host", where it runs."""
        # Not among all descendants: for a moment what an app starts looks like the app itself.
        app = _child(self.keeper, b"screens")
        return app if name == "app" or app is None else _child(app, b"hardware.host")

    def end_app(self, how: signal.Signals) -> int | None:
        """Sends the app this signal: from now on it may end. Its process id."""
        app = self.find("app")
        if app is not None:
            if life := _life(app):
                self._ended.add(life)
            with suppress(ProcessLookupError):
                os.kill(app, how)
        return app

    def crashed(self) -> bool:
        """Whether an app has ended since the last look of which nobody made an end."""
        now, before = _life(self.find("app")), self._app
        if now is None or now == before:
            return False  # it runs, or the next one has not been started yet
        self._app = now
        return before is not None and before not in self._ended

    def next_app(self) -> bool:
        """Whether an app runs that is not to end."""
        app = _life(self.find("app"))
        return app is not None and app not in self._ended

    def settled(self, seconds: float) -> bool:
        """Whether in time the app comes to have read all keys and to have nothing to do."""
        deadline = time.monotonic() + seconds
        before = -1.0
        while time.monotonic() < deadline:
            now = -2.0
            with suppress(OSError, TypeError, ValueError):
                now = cpu_seconds(self.find("app"))
            if now == before and not self.screen.unread_keys():
                return True
            before = now
            self.screen.settle(LOOK)
            time.sleep(LOOK)
        return False

    def stands_still(self) -> Look:
        """The screen, once the app has painted it whole and does nothing more."""
        if not self.settled(SETTLED_WITHIN):
            raise TimeoutError(f"the screen does not stand still:\n{self.screen.text()}")
        return self.screen.look()

    def use(self, name: str) -> Use | None:
        """What the keeper or the app holds."""
        pid = self.find(name)
        try:
            assert pid
            return Use(memory_mb(pid), own_memory_mb(pid), len(os.listdir(f"/proc/{pid}/fd")))
        except (OSError, ValueError, AssertionError):
            return None

    def fill_disk(self) -> None:
        """Leaves no byte free on the kiosk's disk."""
        with suppress(OSError), (self.written / FULL).open("wb") as file:
            while True:
                file.write(bytes(65536))
                file.flush()

    def clear_disk(self) -> None:
        """There is room again."""
        (self.written / FULL).unlink(missing_ok=True)


def _life(pid: int | None) -> Life | None:
    """Which process this is, as long as it is there (proc_pid_stat(5))."""
    if pid is None:
        return None
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return pid, int(told[19])


def left_over(folder: Path) -> list[str]:
    """The command lines of what a kiosk, which has ended, started in `folder` and still runs."""
    deadline = time.monotonic() + ENDED_WITHIN
    while (left := _started_in(folder)) and time.monotonic() < deadline:
        time.sleep(LOOK)
    return left


def _started_in(folder: Path) -> list[str]:
    told = f"RUNTIME_DIRECTORY={folder}/".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            variables = (process / "environ").read_bytes().split(b"\0")
            if any(variable.startswith(told) for variable in variables):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def as_installed() -> dict[str, str]:
    """The variable that hides from a kiosk what is here for tests alone."""
    hidden = str(Path(__file__).with_name("as_installed"))
    return {"PYTHONPATH": os.pathsep.join(filter(None, [hidden, os.getenv("PYTHONPATH")]))}


@contextmanager
def started(
    folder: Path,
    file: Path,
    languages: tuple[str, ...],
    sound: bool = False,
    other_clock: bool = False,
) -> Iterator[Kiosk]:
    """A kiosk on a machine of config/machines, with all that it writes in `folder`."""
    folder.mkdir(parents=True)
    written = folder / "written"
    written.mkdir()
    command = [
        *[sys.executable, "-m", "kiosk", "run", "--config", str(folder / "kiosk.toml")],
        *["--log", str(written / "kiosk.log"), "--no-sound"],
    ]
    disk = may_mount()
    folders = [str(written / name) for name in ("tmp", "state", "run")]
    made = 'mkdir "$1" "$2" "$3" && shift 3 && exec "$@"'
    if disk:
        made = f'mount -t tmpfs -o size={DISK} none "{written}" && {made}'
    wrapped = [*(["unshare", "--mount"] if disk else []), "sh", "-c", made, "sh", *folders]
    environment = as_installed() | {
        "TMPDIR": folders[0],
        "STATE_DIRECTORY": folders[1],
        "RUNTIME_DIRECTORY": folders[2],
    }
    clock = None
    if other_clock and shutil.which("cc"):
        clock = JumpingClock(folder)
        environment |= clock.environment
    tables = SITE | {
        "kiosk": {"languages": list(languages)},
        "speech": {"program": "espeak-ng" if sound and shutil.which("espeak-ng") else ""},
    }
    with machine.start(file) as running:
        at_site(folder, running, **tables)
        with SoakScreen([*wrapped, *command], *SIZE, environment) as screen:
            yield Kiosk(folder, running, screen, disk, clock)
