"""The device host: one process for one visit, which alone sees documents and faces.

Run as `python -m hardware.host SOCKET_FD DEVICES [TRUST]`, where DEVICES is a JSON list of
`hardware.drivers.Resource` and TRUST the folder with the countries' certificates. It ends when the
other end of the socket is closed or it is killed; its memory, and with it all that is personal,
ends with it.
"""

import contextlib
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from threading import Lock, Thread
from typing import NoReturn

import msgspec

from hardware import chip_rehearsal, code_rehearsal, drivers, face_rehearsal
from hardware.confinement import confine
from hardware.errors import HardwareError
from hardware.messages import (
    HEADER_SIZE,
    MOVED,
    FrameShown,
    FromHost,
    Ping,
    Pong,
    Rehearse,
    Resize,
    Scan,
    Stop,
    decode_to_host,
    encode,
    length_of,
)
from hardware.own_process import die_with_parent, leave_no_core, stay_in_memory
from hardware.rehearsals import MovedError, rehearse
from hardware.resources import Resource
from hardware.stage import Known, Stage
from hardware.verdicts import ROLE_OF, Rehearsal, Role

HUNG_AFTER = 8.0
"""Seconds after which a driver that has not come back is taken for hung."""

CHECK_EVERY = 0.5
SEND_TIMEOUT = 5.0

FIRST_VICTIM = 1000
"""The kernel's oom_score_adj: where memory runs out, the host goes and the kiosk stays."""

HUNG = 70
"""Exit code when a driver hung (EX_SOFTWARE of sysexits.h): the app starts a new host."""

FAILED = 1
"""Exit code when a driver raised what no driver may raise, or the host itself cannot go on."""


class Host:
    """Serves one app over one connected socket."""

    def __init__(
        self, connection: socket.socket, devices: list[Resource], trust: Path | None = None
    ) -> None:
        self._connection = connection
        self._trust = trust
        self._known = Known()
        self._devices = {device.role: device for device in devices}
        self._sending = Lock()
        self._stage: Stage | None = None
        self._worker: Thread | None = None
        self._role: Role | None = None
        self._ending: dict[Role, Thread] = {}
        """Of each role, who was told to stop last and may still sit in the driver."""

    def serve(self) -> None:
        """Answers messages until the other end is closed."""
        self._connection.settimeout(SEND_TIMEOUT)
        while True:
            body = self._receive()
            if body is None:
                return
            match decode_to_host(body):
                case Ping(number):
                    self._send(Pong(number))
                case Rehearse() as wanted:
                    self._begin(wanted)
                case Resize(columns, rows):
                    if self._stage:
                        self._stage.columns, self._stage.rows = columns, rows
                case FrameShown():
                    if self._stage:
                        self._stage.shown.set()
                case Scan():
                    if self._stage:
                        self._stage.scan.set()
                case Stop():
                    self._end()

    def _begin(self, wanted: Rehearse) -> None:
        self._end()
        stage = Stage(
            self._send,
            wanted.columns,
            wanted.rows,
            self._known,
            self._trust,
            resets_left=wanted.resets_left,
            reset_first=wanted.reset_first,
        )
        self._role = role = ROLE_OF[wanted.rehearsal]
        work = (wanted.rehearsal, self._devices.get(role), stage, self._ending.pop(role, None))
        # A thread may sit in a driver that never returns: it must not keep the process alive.
        worker = Thread(target=_work, args=work, daemon=True)
        self._stage, self._worker = stage, worker
        worker.start()

    def _end(self) -> None:
        """Tells the rehearsal to stop, and waits for nobody: its driver may hang."""
        if self._stage is None or self._worker is None or self._role is None:
            return
        self._stage.send = _say_nothing
        self._stage.stop.set()
        self._stage.shown.set()
        self._ending[self._role] = self._worker
        self._stage = self._worker = self._role = None

    def _receive(self) -> bytes | None:
        header = self._exactly(HEADER_SIZE)
        return None if header is None else self._exactly(length_of(header))

    def _exactly(self, size: int) -> bytes | None:
        received = bytearray()
        while len(received) < size:
            if not select.select([self._connection], [], [], CHECK_EVERY)[0]:
                self._check_worker()
                continue
            chunk = self._connection.recv(size - len(received))
            if not chunk:
                return None
            received += chunk
        return bytes(received)

    def _check_worker(self) -> None:
        if self._stage is None or self._worker is None or not self._worker.is_alive():
            return
        if time.monotonic() - self._stage.beat > HUNG_AFTER:
            _leave(HUNG)

    def _send(self, message: FromHost) -> None:
        with self._sending:
            try:
                self._connection.sendall(encode(message))
            except OSError:
                # The app is gone, or has read nothing for so long that it is frozen.
                _leave(0)


def _say_nothing(_: FromHost) -> None:
    """How a rehearsal that has been ended speaks to the app."""


def _work(
    rehearsal: Rehearsal, device: Resource | None, stage: Stage, before: Thread | None
) -> None:
    """Rehearses once whoever used the same device `before` has let go of it."""
    try:
        if before is not None:
            before.join(HUNG_AFTER)
            if before.is_alive():
                _leave(HUNG)
            stage.alive()
        rehearse(rehearsal, device, stage)
    except MovedError:
        _leave(MOVED)
    except Exception:
        # A fault of the driver: only a new process is sure to be in order again. What it knew may
        # be in the exception, so nothing is printed.
        _leave(FAILED)


def _leave(code: int) -> NoReturn:
    """Ends the process at once, whatever its threads do."""
    os._exit(code)


def _warm(devices: list[Resource], trust: Path | None) -> None:
    """Imports the drivers before anybody needs them, so that a rehearsal begins at once.

    And loads the recogniser, where a scanner sends pictures, what reads chips, and what sees faces.
    """
    for device in devices:
        with contextlib.suppress(HardwareError):
            code_rehearsal.warm(drivers.make(device))
        if device.role is Role.READER:
            chip_rehearsal.warm(trust)
        elif device.role is Role.CAMERA:
            face_rehearsal.warm()


def main() -> None:
    """Entry point of the process."""
    for name in (signal.SIGINT, signal.SIGTSTP, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    die_with_parent()
    leave_no_core()
    stay_in_memory()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(FIRST_VICTIM))
    connection = socket.socket(fileno=int(sys.argv[1]))
    devices = msgspec.json.decode(sys.argv[2], type=list[Resource])
    trust = Path(sys.argv[3]) if sys.argv[3:] and sys.argv[3] else None
    # Before a driver is imported, and while there is one thread: a lock holds for those to come.
    confine(devices, [trust] if trust else [])
    Thread(target=_warm, args=(devices, trust), daemon=True).start()
    try:
        Host(connection, devices, trust).serve()
    except Exception:
        # A bad message, a broken wire, no memory, no thread: nothing here is worth a second try.
        _leave(FAILED)
    _leave(0)


if __name__ == "__main__":
    main()
