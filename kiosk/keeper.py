"""The keeper: a small parent that owns the terminal, and starts the app again when it is gone.

It holds nothing personal and imports neither Textual nor OpenCV. The app shows that it lives by
writing a byte to a pipe from its own event loop; when nothing comes it is frozen and is killed.
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import syslog
import termios
import time
import traceback
from collections.abc import Mapping, Sequence
from types import FrameType

RESET = (
    "\033[!p"  # soft reset
    "\033[?1049l"  # back from the alternate screen
    "\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?1015l\033[?1016l"  # no mouse
    "\033[?1004l\033[?2004l\033[?2026l\033[?2048l"  # no focus, paste, synchronised or size reports
    "\033[<u"  # no kitty keyboard protocol
    "\033[?7h"  # lines wrap at the edge again
    "\033[?25h\033[0m\033[2J\033[3J\033[H"  # cursor, colours, screen and scroll-back cleared
)

FROZEN_AFTER = 10.0
"""Seconds without a sign of life after which the app is taken for frozen."""

START_WITHIN = 30.0
"""Seconds that the first sign of life may take on a slow machine."""

QUIT = 64
"""Exit code of an app that was asked to leave; every other one means: start it again."""

BAD_CONFIG = 2
"""Exit code of an app that could not read its configuration; it has said why."""

LAST_GOOD = "--last-good"
"""Told to an app that is to take the configuration with which the kiosk last came up."""

OURS_ALONE = frozenset({"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"})
"""What systemd tells the keeper: nobody whom it starts may say to systemd that all is well."""

PYTHON_KEPT = frozenset(
    f"PYTHON{name}"
    for name in (
        *("COERCECLOCALE", "DONTWRITEBYTECODE", "HASHSEED", "HOME", "IOENCODING", "NOUSERSITE"),
        *("PATH", "PYCACHEPREFIX", "SAFEPATH", "TZPATH", "UNBUFFERED", "UTF8"),
    )
)
"""Switches of Python that change neither what is written nor what is started. The others would: a
prompt after a crash (PYTHONINSPECT), stacks on the terminal (PYTHONFAULTHANDLER), a debugger."""

OVERWRITTEN = {
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
    "PYTHONMALLOC": "malloc",
}
"""Variables for a process through which pictures go: its memory is overwritten as it is freed.

By glibc, that kept for quick reuse, too; and Python has no store of its own for small objects.
"""

WRITE_WITHIN = 1.0
"""Seconds that the terminal may take to be written to; one that stopped reading never is."""

SHORT_LIFE = 5.0
PAUSE_AFTER_SHORT_LIVES = 3
PAUSE = 10.0

OUT_OF_ORDER = (
    "\r\n  Denne maskine virker ikke lige nu. Spørg ved skranken.\r\n"
    "  This machine is out of order just now. Please ask at the desk.\r\n"
)


def notify(message: str) -> bool:
    """Tells systemd something (sd_notify(3)), as `READY=1`; False where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to_systemd:
        try:
            to_systemd.connect("\0" + address[1:] if address[0] == "@" else address)
            to_systemd.send(message.encode())
        except OSError:
            return False  # a left-over address, or systemd is busy: no reason to leave the app
    return True


def environment_of_app(ours: Mapping[str, str]) -> dict[str, str]:
    """What the app finds in its environment; it does not hand on what is in `OVERWRITTEN`."""
    kept = {
        name: value
        for name, value in ours.items()
        if name not in OURS_ALONE and (not name.startswith("PYTHON") or name in PYTHON_KEPT)
    }
    return kept | OVERWRITTEN


class Keeper:
    """Keeps one app on one terminal."""

    def __init__(self, command: Sequence[str], attended: bool = False) -> None:
        """`command` starts the app; `--alive FD` is added to it, and `LAST_GOOD` where need be.

        `attended`: whoever started the kiosk stands there; a configuration that cannot be read
        at the start ends it. Else it comes up with the last good one, or says that it is out of
        order and tries again.
        """
        self._command = list(command)
        self._attended = attended
        self._app: subprocess.Popen[bytes] | None = None
        self._leaving = False
        self._terminal = termios.tcgetattr(sys.stdin.fileno())

    def run(self) -> int:
        """Keeps the app until it is asked to leave or the keeper gets SIGTERM; the exit code."""
        try:
            return self._keep()
        except Exception as error:
            self._give_up(error)
            return 1  # whoever has started the kiosk starts it again

    def _give_up(self, error: Exception) -> None:
        """After a fault of the keeper's own: no app stays, and nothing on the terminal."""
        if self._app is not None:
            self._app.kill()
            self._app.wait()
        self._reset_terminal()
        # Where it was and what kind it is; not on the terminal, which the public sees.
        syslog.openlog("kiosk")
        for line in traceback.format_tb(error.__traceback__):
            syslog.syslog(syslog.LOG_CRIT, f"keeper: {type(error).__name__} at {line.strip()}")

    def _keep(self) -> int:
        # What a keyboard can send while no app holds the terminal; a starting app inherits it.
        for name in (
            *(signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP),
            *(signal.SIGTTOU, signal.SIGTTIN),
        ):
            signal.signal(name, signal.SIG_IGN)
        for name in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._leave)
        short_lives = lives = 0
        last_good = False
        while not self._leaving:
            started = time.monotonic()
            code = self._one_life(last_good)
            lives += 1
            if code == BAD_CONFIG and lives == 1 and self._attended:
                return BAD_CONFIG  # whoever started the kiosk reads the line
            self._reset_terminal()
            if code == QUIT:
                break
            short_lives = short_lives + 1 if time.monotonic() - started < SHORT_LIFE else 0
            hopeless = code == BAD_CONFIG and last_good
            # The site's own comes first again after a pause: it may have been mended.
            last_good = (code == BAD_CONFIG or last_good) and not hopeless
            if (hopeless or short_lives >= PAUSE_AFTER_SHORT_LIVES) and not self._leaving:
                self._write(OUT_OF_ORDER)
                self._wait(PAUSE)
                self._reset_terminal()
        notify("STOPPING=1")
        return 0

    def _leave(self, _signal: int, _frame: FrameType | None) -> None:
        self._leaving = True
        if self._app is not None:
            with contextlib.suppress(ProcessLookupError):
                self._app.terminate()

    def _one_life(self, last_good: bool) -> int:
        """Starts the app, watches it, and returns its exit code."""
        alive, alive_there = os.pipe()
        command = [*self._command, "--alive", str(alive_there)]
        command += [LAST_GOOD] if last_good else []
        try:
            environment = environment_of_app(os.environ)
            self._app = subprocess.Popen(command, pass_fds=[alive_there], env=environment)
        except OSError:
            os.close(alive)
            return 1  # the system has no memory or no process left: perhaps it has, later
        finally:
            os.close(alive_there)
        try:
            self._watch(self._app, alive)
        finally:
            os.close(alive)
        code = self._app.wait()
        self._app = None
        return code

    def _watch(self, app: subprocess.Popen[bytes], alive: int) -> None:
        """Returns when the app is gone, or was killed because it froze or would not leave."""
        patience = START_WITHIN
        deadline = time.monotonic() + patience
        while True:
            # A second at most: a signal may come between the test and the wait.
            ready, _, _ = select.select([alive], [], [], 1.0)
            if ready:
                if not os.read(alive, 4096):
                    break  # the app has closed its end: it is gone or going
                notify("READY=1" if patience == START_WITHIN else "WATCHDOG=1")
                patience = FROZEN_AFTER
                deadline = time.monotonic() + patience
            if self._leaving:
                break
            if time.monotonic() > deadline:
                app.kill()
                return
        try:
            app.wait(timeout=3.0)
        except subprocess.TimeoutExpired:
            app.kill()

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._leaving and time.monotonic() < end:
            notify("WATCHDOG=1")
            time.sleep(0.2)

    def _reset_terminal(self) -> None:
        """Wipes what the app left on the screen and gives the terminal back as it was."""
        with contextlib.suppress(termios.error):
            # What was typed, and what a terminal that stopped reading has not yet taken.
            termios.tcflush(sys.stdin.fileno(), termios.TCIOFLUSH)
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._terminal)
        self._write(RESET)

    def _write(self, text: str) -> None:
        # Textual draws on stderr; the terminal is the same.
        screen = sys.stderr.fileno()
        with contextlib.suppress(OSError):
            # A terminal that does not read must not hold the keeper: it watches the app.
            if select.select([], [screen], [], WRITE_WITHIN)[1]:
                os.write(screen, text.encode())
