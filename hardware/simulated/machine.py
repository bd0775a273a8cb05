"""A whole machine without hardware: which devices it has, and playing them.

Run as `python -m hardware.simulated.machine FILE ISSUER ROLE=FD...`; it plays each device on the
descriptor that `start` reserved for it, until its standard input is closed. ISSUER is the private
key, in hexadecimal, of the authority behind the passport.
"""

import contextlib
import os
import pty
import secrets
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import tty
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from hardware.resources import Resource
from hardware.simulated.emrtd.faults import Fault
from hardware.verdicts import CodeHint, FaceHint, Role

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hardware.simulated.contactless import Card
    from hardware.simulated.webcam import Scene

PERSON_FPS = 15.0
DOCUMENT_FPS = 10.0
"""Pictures a second of the simulated document camera: they are larger."""


class SimulatedScanner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A swipe reader through which somebody pulls the same document again and again.

    Or, with a scene, a camera before which somebody holds it, or a flatbed on which it lies.
    """

    format: Literal["TD1", "TD2", "TD3", "MRV-A", "MRV-B"] = "TD3"
    issuer: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,3}\Z")] | None = None
    """None: the specimen as ICAO prints it, which expired long ago."""
    expires_in_days: int = 1500
    first_after: float = 1.5
    every: float = 4.0
    unplugged: bool = False
    reader: Literal[
        "access-is", "stx-etx", "rte", "elyctis", "honeywell", "newland", "rows",
        "cr", "lf", "cr-lf", "joined",
    ] = "access-is"  # fmt: skip
    """As in `hardware.simulated.swipe_scanner.Make`."""
    scene: Literal["document", "glass"] | None = None
    shows: Annotated[tuple[CodeHint, ...], msgspec.Meta(min_length=1)] = (
        CodeHint.NO_DOCUMENT,
        CodeHint.WRONG_SIDE,
        CodeHint.TOO_FAR,
        CodeHint.CUT_OFF,
        CodeHint.TILTED,
        CodeHint.TOO_DARK,
        CodeHint.GLARE,
        CodeHint.BLURRED,
        CodeHint.COVERED,
        CodeHint.UPSIDE_DOWN,
        CodeHint.READ,
    )
    """How the document is held before the camera, by what would help; "read" is as it should be."""


class SimulatedReader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contactless reader with something lying on it."""

    chip: Literal["passport", "other", "silent", "not-iso-dep", "leaves"]
    """As in `hardware.simulated.contactless.Chip`; a passport is the scanner's document."""
    fault: Fault = Fault.NONE
    """What is wrong with the passport, or odd about it."""
    status: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-F]{4}\Z")] = "6F00"
    """The status word of the fault "status-word"."""
    after: Annotated[int, msgspec.Meta(ge=0)] = 400
    """Bytes of files after which it is taken away, with the faults "removed" and "unstable"."""


class SimulatedCamera(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A webcam with somebody before it."""

    scene: Literal["person"] = "person"
    shows: Annotated[tuple[FaceHint, ...], msgspec.Meta(min_length=1)] = (
        FaceHint.TOO_FAR,
        FaceHint.TOO_DARK,
        FaceHint.TURN_LEFT,
        FaceHint.SEVERAL,
        FaceHint.READY,
    )
    """How the person is before the camera, by what would help; "ready" is as it should be."""
    fault: Literal["none", "unplugged", "stalls", "drops", "frozen", "black", "malformed"] = "none"
    """As in `hardware.simulated.webcam.Fault`; unplugged: nobody is at the address, ever."""


class Machine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of config/machines."""

    about: str
    scanner: SimulatedScanner | None = None
    reader: SimulatedReader | None = None
    camera: SimulatedCamera | None = None


class MachineError(Exception):
    """A machine file is missing or wrong; the text is one clear line."""


def load(file: Path) -> Machine:
    """A machine from its file; `MachineError` when it is missing or wrong."""
    try:
        return msgspec.toml.decode(file.read_bytes(), type=Machine)
    except FileNotFoundError as error:
        known = ", ".join(sorted(path.stem for path in file.parent.glob("*.toml")))
        raise MachineError(f"there is no machine '{file.stem}'; there are: {known}") from error
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MachineError(f"{file.name}: {error}") from error


@dataclass
class Running:
    """A machine that is being played, and where its devices are plugged in."""

    devices: list[Resource]
    process: subprocess.Popen[bytes]
    trust: Path
    """A folder with the certificate (CSCA) behind the passport on the reader, while it runs."""


@contextlib.contextmanager
def start(file: Path, only: Role | None = None) -> Iterator[Running]:
    """Plays a machine, or one device of it, in a process of its own until the block is left.

    The addresses are reserved here, so that they are known at once; the player is told them.
    """
    machine = whole = load(file)
    if only is not None:
        machine = Machine(machine.about, **{only.value: getattr(machine, only.value)})
    devices: list[Resource] = []
    with contextlib.ExitStack() as reserved:
        given: dict[Role, int] = {}
        # The key that the passport's trust starts from: made here, known at once to both sides.
        # Others on this machine can see it; it vouches for an invented document until we leave.
        issuer = secrets.randbits(250) | 1
        if machine.scanner and machine.scanner.scene:
            given[Role.SCANNER], address = _http(reserved)
            if machine.scanner.scene == "document":
                devices.append(Resource(Role.SCANNER, "document-camera", address))
            else:
                place = f"sane:airscan:escl:Simulated flatbed:{address}eSCL/"
                devices.append(Resource(Role.SCANNER, "sane", place))
        elif machine.scanner:
            devices.append(
                Resource(Role.SCANNER, "serial-swipe", _scanner(machine, given, reserved))
            )
        if machine.reader:
            air = reserved.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            air.bind(("127.0.0.1", 0))
            given[Role.READER] = air.fileno()
            devices.append(Resource(Role.READER, "nfcpy", f"udp:127.0.0.1:{air.getsockname()[1]}"))
        if machine.camera:
            listens = machine.camera.fault != "unplugged"
            given[Role.CAMERA], address = _http(reserved, listens)
            devices.append(Resource(Role.CAMERA, "opencv", address))
        process = subprocess.Popen(
            [
                sys.executable, "-m", "hardware.simulated.machine", str(file),
                f"{issuer:x}", *(f"{role}={descriptor}" for role, descriptor in given.items()),
            ],
            pass_fds=list(given.values()),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    with process, tempfile.TemporaryDirectory() as trust:
        try:
            if machine.reader and machine.reader.chip == "passport":
                _write_trusted(whole, issuer, Path(trust))
            yield Running(devices, process, Path(trust))
        finally:
            process.terminate()


def _http(reserved: contextlib.ExitStack, listens: bool = True) -> tuple[int, str]:
    """The descriptor on which a network device is to be played, and its address.

    One that does not listen keeps its address from others, and refuses all who come.
    """
    listener = reserved.enter_context(socket.socket())
    if listens:
        # A camera that is plugged in again listens there once more, while old connections end.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    if listens:
        listener.listen()
    return listener.fileno(), f"http://127.0.0.1:{listener.getsockname()[1]}/"


def _scanner(machine: Machine, given: dict[Role, int], reserved: contextlib.ExitStack) -> str:
    assert machine.scanner
    if machine.scanner.unplugged:
        folder = reserved.enter_context(tempfile.TemporaryDirectory())
        return f"{folder}/scanner"  # an address at which nothing is plugged in
    master, slave = pty.openpty()
    reserved.callback(os.close, master)
    given[Role.SCANNER] = master
    try:
        # What is sent before a program opens the line must not be echoed back to the reader.
        tty.setraw(slave, termios.TCSANOW)
        return os.ttyname(slave)
    finally:
        os.close(slave)


def lines_of(scanner: SimulatedScanner, today: date) -> tuple[str, ...]:
    """The lines of the document that is pulled through the simulated scanner."""
    from hardware.mrz.specimens import ICAO, specimen

    if scanner.issuer is None:
        return ICAO[scanner.format]
    expires = today + timedelta(days=scanner.expires_in_days)
    return specimen(scanner.format, scanner.issuer, expires)


def passport_lines(machine: Machine, today: date) -> tuple[str, ...]:
    """The lines of the passport on the reader: the scanner's document, where that has a chip."""
    from hardware.mrz.specimens import ICAO

    scanner = machine.scanner
    if scanner is None or scanner.unplugged or scanner.format in ("MRV-A", "MRV-B"):
        return ICAO["TD3"]
    return lines_of(scanner, today)


def _write_trusted(machine: Machine, issuer: int, folder: Path) -> None:
    from hardware.simulated.emrtd.faulty import authority_of, certificate_to_trust

    assert machine.reader
    authority = authority_of(passport_lines(machine, date.today()), issuer)
    certificate = certificate_to_trust(authority, machine.reader.fault)
    (folder / "simulated-csca.der").write_bytes(certificate)


def _card(machine: Machine, issuer: int) -> "Card":
    from hardware.simulated import contactless
    from hardware.simulated.emrtd.faulty import authority_of, make

    reader = machine.reader
    assert reader
    if reader.chip != "passport":
        return contactless.card(contactless.Chip(reader.chip))
    lines = passport_lines(machine, date.today())
    authority = authority_of(lines, issuer)
    status = int(reader.status, 16)
    return make(lines, reader.fault, authority, status=status, after=reader.after).card()


def _play(machine: Machine, issuer: int, given: dict[Role, int], stop: threading.Event) -> None:
    from hardware.simulated import contactless, flatbed, swipe_scanner, webcam

    threads: list[threading.Thread] = []

    def play(target: object, *arguments: object) -> None:
        threads.append(threading.Thread(target=target, args=arguments, daemon=True))  # type: ignore[arg-type]

    if machine.scanner and Role.SCANNER in given and machine.scanner.scene:
        wire = socket.socket(fileno=given[Role.SCANNER])
        if machine.scanner.scene == "document":
            play(webcam.serve, wire, stop, partial(_held, machine.scanner), DOCUMENT_FPS)
        else:
            play(flatbed.serve, wire, stop, partial(_laid, machine.scanner))
    elif machine.scanner and Role.SCANNER in given:
        scanner = machine.scanner
        lines = lines_of(scanner, date.today())
        play(
            swipe_scanner.serve,
            given[Role.SCANNER],
            lines,
            stop,
            scanner.first_after,
            scanner.every,
            swipe_scanner.Make(scanner.reader),
        )
    if machine.reader and Role.READER in given:
        air = socket.socket(fileno=given[Role.READER])
        play(contactless.serve, air, _card(machine, issuer), stop)
    camera = machine.camera
    if camera and camera.fault != "unplugged" and Role.CAMERA in given:
        wire = socket.socket(fileno=given[Role.CAMERA])
        scene = partial(_before_camera, camera.shows)
        play(webcam.serve, wire, stop, scene, PERSON_FPS, camera.fault)
    for thread in threads:
        thread.start()


def _before_camera(shows: tuple[FaceHint, ...]) -> "Scene":
    from hardware.simulated.person import Show
    from hardware.simulated.webcam import Scene

    show = Show(shows)
    return Scene(show.loop, show.draw)


def _held(scanner: SimulatedScanner) -> "Scene":
    from hardware.simulated.held_document import HeldDocument
    from hardware.simulated.webcam import Scene

    held = HeldDocument(scanner.format, lines_of(scanner, date.today()), scanner.shows)
    return Scene(held.loop, held.draw)


def _laid(scanner: SimulatedScanner) -> "NDArray[np.uint8]":
    from hardware.simulated.held_document import laid_on_glass

    return laid_on_glass(scanner.format, lines_of(scanner, date.today()))


def main() -> None:
    """Entry point of the playing process."""
    machine = load(Path(sys.argv[1]))
    issuer = int(sys.argv[2], 16)
    given = {Role(role): int(fd) for role, fd in (word.split("=") for word in sys.argv[3:])}
    stop = threading.Event()
    _play(machine, issuer, given, stop)
    while sys.stdin.buffer.read(4096):
        pass
    stop.set()


if __name__ == "__main__":
    main()
