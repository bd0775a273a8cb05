"""A screen without a monitor: sway draws it in memory, and foot is the terminal on it."""

import fcntl
import os
import shutil
import struct
import subprocess
import tempfile
import termios
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hardware.opencv import cv2
from tests.processes import LONG, alive, children, until

WIDTH, HEIGHT = 1920, 1080
"""Pixels of the screen."""
FOOT_INI = Path(__file__).parents[2] / "deploy" / "foot" / "foot.ini"
SCALE_COMMAND = (
    *("wlr-randr", "--output", "HEADLESS-1", "--scale", "{scale}"),
    # A monitor needs no more than that; this one has no list of modes, and is on by its own.
    *("--on", "--custom-mode", f"{WIDTH}x{HEIGHT}"),
)
_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
_PROGRAMS = ("sway", "foot", "wlr-randr", "grim", "wtype")
MISSING = [name for name in _PROGRAMS if shutil.which(name) is None] + (
    [] if _FONT.exists() else ["fonts-dejavu-core"]
)
"""Debian packages without which there is no such screen here."""

_SWAY = f"""
xwayland disable
default_border none
output HEADLESS-1 mode --custom {WIDTH}x{HEIGHT} position 0 0 scale 1
"""
_NOBODY = 65534


class Foot:
    """A terminal in full screen in which one command runs."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        until(lambda: bool(children(process.pid)), "the command of the terminal runs")
        self.process = process
        self.command = next(iter(children(process.pid)))
        """The process of the command."""

    def grid(self) -> tuple[int, int]:
        """Columns and rows that the terminal has now."""
        terminal = os.open(f"/proc/{self.command}/fd/0", os.O_RDONLY | os.O_NOCTTY)
        try:
            told = fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8))
        finally:
            os.close(terminal)
        rows, columns, _, _ = struct.unpack("HHHH", told)
        return columns, rows

    def wait_for_grid(self, grid: tuple[int, int]) -> None:
        """Waits until the terminal has these columns and rows."""
        until(lambda: self.grid() == grid, f"{grid[0]}x{grid[1]} characters")


class Compositor:
    """One sway in a private folder; it and all that was started on it end with the block."""

    def __enter__(self) -> Self:
        # Not in pytest's folder: the path of a socket has 107 bytes at most.
        self.folder = Path(tempfile.mkdtemp(prefix="sway-"))
        self.environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(self.folder),
            "WLR_BACKENDS": "headless",
            "WLR_LIBINPUT_NO_DEVICES": "1",
            "WLR_RENDERER": "pixman",
            "LANG": "C.UTF-8",
        }
        self._running: list[subprocess.Popen[bytes]] = []
        try:
            self._start_sway()
            # A keyboard that stays: a terminal first has to learn of one that has just come.
            self.start("wtype", "-s", "3600000")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _start_sway(self) -> None:
        config = self.folder / "config"
        config.write_text(_SWAY)
        who: dict[str, Any] = {}
        if os.getuid() == 0:
            # sway refuses to run as root.
            who = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
            os.chown(self.folder, _NOBODY, _NOBODY)
        sway = self.start("sway", "--config", str(config), **who)
        until(lambda: bool(self._displays()) or not alive(sway.pid), "there is a screen")
        assert alive(sway.pid), (self.folder / "sway.log").read_text()
        self.environment["WAYLAND_DISPLAY"] = self._displays()[0]
        # It answers: before that a signal to end would be lost.
        self.run(["wlr-randr"])

    def _displays(self) -> list[str]:
        return [found.name for found in self.folder.glob("wayland-*") if not found.suffix]

    def start(self, *command: str, **who: Any) -> subprocess.Popen[bytes]:
        """Starts a program on this screen; what it says is in a file in the folder."""
        with (self.folder / f"{command[0]}.log").open("ab") as log:
            started = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                **who,
            )
        self._running.append(started)
        return started

    def _end(self) -> None:
        for program in reversed(self._running):
            program.terminate()
            try:
                program.wait(LONG)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        shutil.rmtree(self.folder)

    def foot(self, *command: str, config: Path = FOOT_INI) -> Foot:
        """A terminal set up as a kiosk's, in which this command runs."""
        return Foot(self.start("foot", f"--config={config}", "--fullscreen", *command))

    def run(self, command: Sequence[str]) -> bytes:
        """Runs a program to its end; what it has written."""
        done = subprocess.run(command, env=self.environment, capture_output=True, timeout=LONG)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def press(self, key: str, *held: str) -> None:
        """Strikes a key, by X11's name for it, as `KP_5`; `held`: with these, as `ctrl`."""
        self.run(["wtype", *(word for name in held for word in ("-M", name)), "-k", key])

    def picture(self) -> NDArray[np.uint8]:
        """What the screen shows now: rows x columns x 3."""
        taken = np.frombuffer(self.run(["grim", "-t", "ppm", "-"]), np.uint8)
        picture = cv2.imdecode(taken, cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape == (HEIGHT, WIDTH, 3)
        return picture.astype(np.uint8)
