"""The app's end of the device host: starts it, talks to it, and ends it with the visit."""

import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from hardware import claims
from hardware.errors import Reason
from hardware.flood import Flood
from hardware.healing_record import HealingRecord
from hardware.host_folder import HostFolder
from hardware.messages import (
    HEADER_SIZE,
    MOVED,
    BadMessageError,
    ChipFound,
    ChipProgress,
    CodeCoached,
    CodeFound,
    FaceCoached,
    FromHost,
    Healed,
    Ping,
    Pong,
    PreviewFrame,
    Rehearse,
    Resize,
    Status,
    Stop,
    ToHost,
    decode_from_host,
    encode,
    length_of,
)
from hardware.resources import Resource
from hardware.verdicts import ROLE_OF, DeviceState, HealingStep, Role

log = logging.getLogger("kiosk.link")

PING_EVERY = 1.0
SILENT_AFTER = 4.0
"""Seconds without an answer after which the host is taken for hung, killed and started again."""

GONE_WITHIN = 3.0
"""Seconds within which a killed host is gone, unless the kernel holds it in a driver."""

RESET_WITHIN = 10.0
"""Seconds after which a reset that has not come back is given up: the kernel may hold it."""

RESETTING = [sys.executable, "-m", "hardware.resetting"]
"""What resets the device that is named behind it; it exits with 0 where it did."""

MOST_RESTARTS = 2
"""After so many restarts within one rehearsal its device is out of order."""

MOST_MOVES = 10
"""How often within one rehearsal a host may be started again as its device was plugged in anew."""

RESTART_AFTER = 0.5
LONGEST_PAUSE = 5.0
"""Seconds before a host that died is started again, twice as many each time up to the longest:

one that always dies must not take the CPU.
"""
LIVED_WELL = 10.0
"""Seconds after which a host that dies is the first one to die, whatever happened before."""

_ROLE_OF = {
    CodeFound: Role.SCANNER,
    CodeCoached: Role.SCANNER,
    ChipFound: Role.READER,
    ChipProgress: Role.READER,
    FaceCoached: Role.CAMERA,
}


_NOT_FOR_HOSTS = frozenset(
    {"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "CREDENTIALS_DIRECTORY", "DISPLAY",
     "XAUTHORITY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "SWAYSOCK", "DBUS_SESSION_BUS_ADDRESS",
     "SSH_AUTH_SOCK", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "TMUX", "STY"}
)  # fmt: skip
"""Variables that lead to systemd, the compositor, a terminal or somebody's keys."""


class Link:
    """One device host at a time, always a fresh one for each visit.

    What the host says comes to `heard`, in the event loop's thread. When the host dies on its own
    it is started again and the rehearsal goes on; `heard` gets a `Status` that says so.
    """

    def __init__(
        self,
        devices: Sequence[Resource],
        heard: Callable[[FromHost], None],
        trust: Path | None = None,
    ) -> None:
        """`trust`: the folder with the countries' certificates, by which chips are checked."""
        self._plugged = {device.role: device for device in devices}
        self._devices = msgspec.json.encode(list(devices)).decode()
        self._trust = "" if trust is None else str(trust)
        self._heard = heard
        self.healed = HealingRecord()
        """What was done to get devices back, by all hosts of this link."""
        self._process: subprocess.Popen[bytes] | None = None
        self._unburied: list[subprocess.Popen[bytes]] = []
        """Hosts that were killed and that the kernel still holds."""
        self._folder: HostFolder | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._rehearsing: Rehearse | None = None
        self._restarts = 0
        self._moves = 0
        self._unanswered = 0
        self._started_at = 0.0
        self._pause = RESTART_AFTER
        self._changing = asyncio.Lock()

    @property
    def host_pid(self) -> int | None:
        """The process id of the host, for whoever measures it; None while there is none."""
        return self._process.pid if self._process else None

    async def renew(self) -> None:
        """Ends the host, if there is one, and starts a fresh one that has seen nothing."""
        async with self._changing:
            self._rehearsing = None
            self._restarts = self._moves = 0
            self._pause = RESTART_AFTER
            await self._end()
            await self._start()

    async def restart(self, role: Role) -> bool:
        """Renews the host and resets this device on its bus meanwhile; whether it was reset.

        What the host has seen in this visit is forgotten. No rehearsal may be going on.
        """
        async with self._changing:
            self._rehearsing = None
            self._restarts = self._moves = 0
            self._pause = RESTART_AFTER
            await self._end()
            device = self._plugged.get(role)
            done = device is not None and await self._reset(device)
            await self._start()
            return done

    async def _reset(self, device: Resource) -> bool:
        if not self.healed.resets_left(device.role):
            return False
        try:
            process = await asyncio.create_subprocess_exec(
                *RESETTING, msgspec.json.encode(device).decode(),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            log.warning("no reset: %s", errno.errorcode.get(error.errno or 0))
            return False
        try:
            async with asyncio.timeout(RESET_WITHIN):
                done = await process.wait() == 0
        except TimeoutError:
            done = False
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        if done:
            self.healed.note(device.role, HealingStep.RESET)
        return done

    async def close(self) -> None:
        """Ends the host for good."""
        async with self._changing:
            self._rehearsing = None
            await self._end()

    def send(self, message: ToHost) -> None:
        """Says something to the host; while it is being started again, it is told afterwards."""
        if isinstance(message, Rehearse):
            left = self.healed.resets_left(ROLE_OF[message.rehearsal])
            message = self._rehearsing = msgspec.structs.replace(message, resets_left=left)
            self._restarts = self._moves = 0
        elif isinstance(message, Stop):
            self._rehearsing = None
        elif isinstance(message, Resize) and self._rehearsing:
            self._rehearsing = msgspec.structs.replace(
                self._rehearsing, columns=message.columns, rows=message.rows
            )
        self._write(message)

    def _write(self, message: ToHost) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(encode(message))

    async def _start(self) -> None:
        """Starts a host; where the system has no room for one now, it is tried again later."""
        loop = asyncio.get_running_loop()
        self._unanswered = 0
        self._started_at = loop.time()
        try:
            reader = await self._launch()
        except (OSError, RuntimeError) as error:  # the second when there is no thread to be had
            number = getattr(error, "errno", None) or 0
            log.error("no device host can be started: %s", errno.errorcode.get(number, "no reason"))
            self._tasks = [asyncio.create_task(self._restart())]
            return
        self._tasks = [
            asyncio.create_task(self._listen(reader)),
            asyncio.create_task(self._keep_asking()),
        ]
        if self._rehearsing is not None:
            left = self.healed.resets_left(ROLE_OF[self._rehearsing.rehearsal])
            last = self._restarts == MOST_RESTARTS
            again = msgspec.structs.replace(self._rehearsing, resets_left=left, reset_first=last)
            self._write(again)

    async def _launch(self) -> asyncio.StreamReader:
        # The host is killed and cannot tidy up: what it writes to files is gone with it.
        self._folder = await asyncio.to_thread(HostFolder)
        ours, theirs = socket.socketpair()
        with contextlib.ExitStack() as until_connected, theirs:
            until_connected.enter_context(ours)
            # The host's own words on stderr would tear the screen.
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",  # what lies in the working directory is no part of the program
                    "-m",
                    "hardware.host",
                    str(theirs.fileno()),
                    self._devices,
                    self._trust,
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(self._folder.path),
                start_new_session=True,
            )
            reader, self._writer = await asyncio.open_connection(sock=ours)
            until_connected.pop_all()
        return reader

    async def _end(self) -> None:
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()
        self._tasks = []
        if self._process is not None:
            # With the programs that it has started, such as one that scans.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        if self._writer is not None:
            # At once: what is not yet sent would be waited for, and nobody may be there to read it.
            self._writer.transport.abort()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
            self._writer = None
        if self._process is not None:
            await self._bury(self._process)
            self._process = None
        # Taken first: whoever is cancelled meanwhile must not have it removed twice.
        folder, self._folder = self._folder, None
        if folder is not None:
            await asyncio.to_thread(folder.remove)

    async def _bury(self, process: subprocess.Popen[bytes]) -> None:
        """Waits until a killed host is gone; not for ever, as that would end the kiosk with it."""
        self._unburied = [left for left in self._unburied if left.poll() is None]
        try:
            await asyncio.to_thread(process.wait, GONE_WITHIN)
        except subprocess.TimeoutExpired:
            log.error("a device host that was killed is held by the system")
            self._unburied.append(process)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        flood = Flood()
        try:
            while True:
                length = length_of(await reader.readexactly(HEADER_SIZE))
                message = decode_from_host(await reader.readexactly(length))
                if flood.is_too_much(message):
                    raise BadMessageError("a flood")
                # What is there already is read without a pause: keys are to have their turn.
                await asyncio.sleep(0)
                if isinstance(message, Pong):
                    self._unanswered = 0
                elif isinstance(message, Healed):
                    self._healed(message)
                elif not self._is_late(message):
                    self._tell(message)
        except (asyncio.IncompleteReadError, OSError, BadMessageError):
            await self._restart()

    def _healed(self, message: Healed) -> None:
        self.healed.note(message.role, message.step)
        self._tell(message)

    def _tell(self, message: FromHost) -> None:
        """A fault in what hears a message costs that message, and neither the host nor the app."""
        try:
            self._heard(message)
        except Exception as error:
            # Never the exception's own text: it may hold what a document said.
            trace = "".join(traceback.format_tb(error.__traceback__))
            name = type(message).__name__
            log.critical("crash %s at %s\n%s", type(error).__name__, name, trace)

    def _is_late(
        self,
        message: Status
        | CodeFound
        | CodeCoached
        | ChipFound
        | ChipProgress
        | FaceCoached
        | PreviewFrame,
    ) -> bool:
        """Whether it belongs to a rehearsal that the app has already ended."""
        if isinstance(message, Status | PreviewFrame):
            role = message.role
        else:
            role = _ROLE_OF[type(message)]
        return self._rehearsing is None or ROLE_OF[self._rehearsing.rehearsal] is not role

    async def _keep_asking(self) -> None:
        number = 0
        while True:
            await asyncio.sleep(PING_EVERY)
            # Counted, not timed: after the app itself stood still its host has yet to be heard.
            if self._unanswered * PING_EVERY > SILENT_AFTER:
                await self._restart()
                return
            number += 1
            self._unanswered += 1
            self._write(Ping(number))

    async def _restart(self) -> None:
        current = asyncio.current_task()
        async with self._changing:
            if current is None or current not in self._tasks:
                return  # a newer host is already in place
            process = self._process
            await self._end()
            moved = False
            if self._rehearsing is not None:
                role = ROLE_OF[self._rehearsing.rehearsal]
                # That somebody plugs a device in is no fault; no host may say so for ever.
                moved = process is not None and process.returncode == MOVED
                moved = moved and self._moves < MOST_MOVES
                if moved:
                    self._moves += 1
                    self._healed(Healed(role, HealingStep.REOPENED))
                else:
                    self._restarts += 1
                if self._restarts > MOST_RESTARTS:
                    self._rehearsing = None
                    self._tell(Status(role, DeviceState.OUT_OF_ORDER, Reason.CRASHED))
                else:
                    self._tell(Status(role, DeviceState.OPENING))
            if asyncio.get_running_loop().time() - self._started_at > LIVED_WELL:
                self._pause = RESTART_AFTER
            # Whoever renews meanwhile ends the pause, too.
            self._tasks = [current]
        if not moved:
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        async with self._changing:
            if current in self._tasks:
                await self._start()


def _environment(folder: Path) -> dict[str, str]:
    """What a host is told: its folder, and where locks lie, which is not there whatever TMPDIR is.

    Its device needs one thread of numpy; each costs memory, and there is one for every processor.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_HOSTS}
    own = {"TMPDIR": str(folder), claims.RUNTIME: str(claims.folder())}
    return {"OPENBLAS_NUM_THREADS": "1"} | kept | own
