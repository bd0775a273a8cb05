"""A whole machine without hardware: which devices it has, and playing them.

Run as `python -m hardware.simulated.machine FILE ISSUER LINK ROLE=FD...`; it plays each device on
the descriptor that `start` reserved for it, until its standard input is closed. ISSUER is the
private key, in hexadecimal, of the authority behind the passport; LINK is the path at which a
swipe reader is plugged in. A line "ROLE WORD" on the standard input does something to a device;
the words are those of `hardware.simulated.plug.Do`.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from hardware.resources import Resource
from hardware.simulated.emrtd.faults import Fault
from hardware.simulated.plug import Do, Plug, bound, listen, plug_in
from hardware.verdicts import CodeHint, FaceHint, Role

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hardware.simulated.contactless import Card
    from hardware.simulated.webcam import Scene

PERSON_FPS = 15.0
UNPLUGGED = -1
"""Instead of a descriptor: a swipe reader that is not plugged in at first."""
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
    """As in `hardware.simulated.webcam.Fault`; unplugged: nobody is at the address at first."""


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
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise MachineError(f"{file.name}: {error}") from error


@dataclass
class Running:
    """A machine that is being played, and where its devices are plugged in."""

    devices: list[Resource]
    process: subprocess.Popen[bytes]
    trust: Path
    """A folder with the certificate (CSCA) behind the passport on the reader, while it runs."""

    def tell(self, role: Role, do: Do) -> None:
        """Pull a device's plug, put it in, make the device hang or go on: a moment later it is so.

        `ValueError` where the machine has no such device.
        """
        if role not in {device.role for device in self.devices}:
            raise ValueError(f"this machine has no {role}")
        assert self.process.stdin
        self.process.stdin.write(f"{role} {do}\n".encode())
        self.process.stdin.flush()


@contextlib.contextmanager
def start(file: Path, only: Role | None = None) -> Iterator[Running]:
    """Plays a machine, or one device of it, in a process of its own until the block is left.

    The addresses are reserved here, so that they are known at once; the player is told them.
    """
    machine = whole = load(file)
    if only is not None:
        machine = Machine(machine.about, **{only.value: getattr(machine, only.value)})
    devices: list[Resource] = []
    given: dict[Role, int] = {}
    try:
        own = tempfile.TemporaryDirectory()
    except OSError as error:
        raise MachineError(
            f"a simulated machine needs temporary files: {error.strerror}"
        ) from error
    with own as folder, contextlib.ExitStack() as reserved:
        link, trust = Path(folder, "scanner"), Path(folder, "trust")
        trust.mkdir()
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
            devices.append(Resource(Role.SCANNER, "serial-swipe", str(link)))
            given[Role.SCANNER] = UNPLUGGED
            if not machine.scanner.unplugged:
                given[Role.SCANNER] = plug_in(link)
                reserved.callback(os.close, given[Role.SCANNER])
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
                f"{issuer:x}", str(link),
                *(f"{role}={descriptor}" for role, descriptor in given.items()),
            ],
            pass_fds=[descriptor for descriptor in given.values() if descriptor != UNPLUGGED],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        reserved.close()  # they are the player's now
        with process:
            try:
                if machine.reader and machine.reader.chip == "passport":
                    _write_trusted(whole, issuer, trust)
                yield Running(devices, process, trust)
            finally:
                process.terminate()


def _http(reserved: contextlib.ExitStack, there: bool = True) -> tuple[int, str]:
    """The descriptor on which a network device is to be played, and its address."""
    listener = reserved.enter_context(bound())
    if there:
        listen(listener)
    return listener.fileno(), f"http://127.0.0.1:{listener.getsockname()[1]}/"


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


def _play(
    machine: Machine, issuer: int, link: Path, given: dict[Role, int], stop: threading.Event
) -> dict[Role, Plug]:
    """Plays each device in a thread of its own until `stop` is set; their plugs."""
    from hardware.simulated import contactless, flatbed, swipe_scanner, webcam

    scanner, reader, camera = machine.scanner, machine.reader, machine.camera
    plugs = {role: Plug(there=not _unplugged(machine, role)) for role in given}

    def play(role: Role, target: Callable[..., None], *arguments: object, **named: object) -> None:
        named["plug"] = plugs[role]
        threading.Thread(target=target, args=arguments, kwargs=named, daemon=True).start()

    if scanner and scanner.scene and Role.SCANNER in given:
        wire = socket.socket(fileno=given[Role.SCANNER])
        if scanner.scene == "document":
            held = partial(_held, scanner)
            play(Role.SCANNER, webcam.serve, wire, stop, held, DOCUMENT_FPS)
        else:
            play(Role.SCANNER, flatbed.serve, wire, stop, partial(_laid, scanner))
    elif scanner and Role.SCANNER in given:
        master = given[Role.SCANNER]
        play(
            Role.SCANNER,
            swipe_scanner.serve_at,
            link,
            None if master == UNPLUGGED else master,
            lines_of(scanner, date.today()),
            stop,
            first_after=scanner.first_after,
            every=scanner.every,
            make=swipe_scanner.Make(scanner.reader),
        )
    if reader and Role.READER in given:
        air = socket.socket(fileno=given[Role.READER])
        play(Role.READER, contactless.serve, air, _card(machine, issuer), stop)
    if camera and Role.CAMERA in given:
        wire = socket.socket(fileno=given[Role.CAMERA])
        scene = partial(_before_camera, camera.shows)
        play(Role.CAMERA, webcam.serve, wire, stop, scene, PERSON_FPS, camera.fault)
    return plugs


def _unplugged(machine: Machine, role: Role) -> bool:
    """Whether a device is not plugged in at first."""
    scanner, camera = machine.scanner, machine.camera
    if role is Role.SCANNER:
        return scanner is not None and scanner.unplugged
    return role is Role.CAMERA and camera is not None and camera.fault == "unplugged"


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
    file, issuer, link, *reserved = sys.argv[1:]
    given = {Role(role): int(fd) for role, fd in (word.split("=") for word in reserved)}
    stop = threading.Event()
    plugs = _play(load(Path(file)), int(issuer, 16), Path(link), given, stop)
    for line in sys.stdin:
        role, what = line.split()
        plugs[Role(role)].do(msgspec.convert(what, Do))
    stop.set()


if __name__ == "__main__":
    main()
