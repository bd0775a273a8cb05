"""A machine whose document, chip and pictures are known byte by byte, in a process of its own.

`python -m tests.e2e.forgetting.player SEED SCANNER LINK TRUST`: SCANNER is `swipe`, `document` or
`glass`; LINK is where a swipe reader is plugged in, TRUST the folder for the country's certificate.
It writes a pickled `Played` and plays until its standard input is closed. The simulated devices are
those of `kiosk run --simulate`; only what lies before them is of this visit alone.
"""

import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import numpy as np

from hardware.cameras.opencv_camera import OpenCVCamera
from hardware.emrtd.ciphers import Suite, derive
from hardware.preview import reduce
from hardware.resources import Resource
from hardware.scanners.document_camera import DocumentCamera
from hardware.simulated import contactless, flatbed, swipe_scanner, webcam
from hardware.simulated.emrtd.faulty import authority_of, make
from hardware.simulated.held_document import HeldDocument, laid_on_glass
from hardware.simulated.http_device import as_jpeg
from hardware.simulated.machine import Running
from hardware.simulated.person import Show
from hardware.simulated.plug import bound, listen, plug_in
from hardware.verdicts import CodeHint, FaceHint, Role
from screens.widgets import half_blocks
from tests.e2e.forgetting.needles import (
    Person,
    Picture,
    Played,
    Strings,
    hidden_files,
    hidden_rows,
    hidden_texts,
    slices,
    without,
)
from tests.processes import LONG

FRAMES = 8
"""Pictures that a camera sends, over and over: few, so that each is often in the memory."""
FPS = 4.0
"""Of the cameras: what reads the terminal here must keep up with the live picture."""
PREVIEW = (42, 17)
"""Columns and rows of the live picture on a terminal of 80x24."""
CELLS = 48
"""Bytes of each piece of the live picture that is looked for: sixteen pixels."""
PORTRAIT = 0x0102
READ_OF_CHIP = (0x0101, 0x010E, 0x010F, 0x011D)
"""DG1, DG14, DG15 and EF.SOD (ICAO Doc 9303 part 10): what the kiosk reads of a chip."""


class _Machine:
    def __init__(self, seed: int, scanner: str, link: Path, trust: Path) -> None:
        self.random = Random(seed)
        self.person = Person.made(self.random)
        # With several zeros a flatbed takes two scans; the second overwrites what is looked for.
        while scanner == "glass" and "".join(self.person.lines).count("0") > 1:
            self.person = Person.made(self.random)
        self.noise = np.random.default_rng(seed)
        self.stop = threading.Event()
        self.link, self.trust, self.scanner = link, trust, scanner
        self.devices: list[Resource] = []

    def play(self) -> Played:
        """Begins to play; what there is to be looked for."""
        document = {name: list(hidden_texts(words)) for name, words in self.person.words().items()}
        document |= getattr(self, f"_{self.scanner}")()
        chip, never = self._chip()
        face, live = self._face()
        person = self.person
        return Played(self.devices, document, chip, face, never, live, person.cpr, person.lines)

    def _thread(self, target: object, *arguments: object, **named: object) -> None:
        threading.Thread(target=target, args=arguments, kwargs=named, daemon=True).start()  # type: ignore[arg-type]

    def _http(self) -> tuple[socket.socket, str]:
        listener = bound()
        listen(listener)
        return listener, f"http://127.0.0.1:{listener.getsockname()[1]}/"

    def _swipe(self) -> Strings:
        master = plug_in(self.link)
        self.devices.append(Resource(Role.SCANNER, "serial-swipe", str(self.link)))
        self._thread(
            swipe_scanner.serve, master, self.person.lines, self.stop, first_after=0.2, every=0.7
        )
        return {}

    def _document(self) -> Strings:
        held = HeldDocument("TD3", self.person.lines, (CodeHint.READ,))
        pictures = [self._unlike_others(held.draw(1.0 + at / FPS)) for at in range(FRAMES)]
        address = self._stream(pictures)
        self.devices.append(Resource(Role.SCANNER, "document-camera", address))
        decoded = self._as_seen(DocumentCamera(address))
        return self._pictures("document", pictures, decoded)

    def _glass(self) -> Strings:
        page = laid_on_glass("TD3", self.person.lines)
        noise = self.noise.integers(-6, 7, page.shape)
        page = np.clip(page.astype(np.int16) + noise, 0, 255).astype(np.uint8)
        listener, address = self._http()
        self._thread(flatbed.serve, listener, self.stop, lambda: page, 0.3)
        self.devices.append(
            Resource(Role.SCANNER, "sane", f"sane:airscan:escl:Simulated flatbed:{address}eSCL/")
        )
        # What is printed at the corner, in the area that the driver asks for: 148 x 210 mm.
        area = page[: round(210 / 25.4 * 300), : round(148 / 25.4 * 300)]
        file = as_jpeg(area, 90)
        from hardware.pictures import decode

        return {
            "scan, file": list(hidden_files([file[1000:-1000]], self.random)),
            "scan, rows": list(hidden_rows([decode(file)[200:1600]], self.random)),
        }

    def _chip(self) -> tuple[Strings, Strings]:
        authority = authority_of(self.person.lines, self.random.randrange(2**200, 2**250))
        made = make(self.person.lines, authority=authority)
        self.trust.mkdir(exist_ok=True)
        (self.trust / "csca.der").write_bytes(authority.certificate())
        air = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        air.bind(("127.0.0.1", 0))
        self._thread(contactless.serve, air, made.card(), self.stop)
        port = air.getsockname()[1]
        self.devices.append(Resource(Role.READER, "nfcpy", f"udp:127.0.0.1:{port}"))
        seed = self.person.key.seed
        keys = [seed, derive(Suite.AES128, seed, 3)]  # K, and K-pi of PACE (part 11, 9.7.3)
        files = made.chip.passport.files
        # What any document of this authority has, as the curves: it is in libraries, too.
        other = make(Person.made(self.random).lines, authority=authority).chip.passport.files
        read = [without(files[name], other[name]) for name in READ_OF_CHIP]
        own = [part for parts in read for part in parts]
        chip = {
            "key of the chip": list(hidden_files(keys, self.random)),
            "files of the chip": list(hidden_files(own, self.random)),
        }
        portrait = files[PORTRAIT]
        # Behind the tables of the file, which every picture has.
        scan = portrait[portrait.index(b"\xff\xda") + 16 : -16]
        return chip, {"portrait": list(hidden_files([scan], self.random))}

    def _face(self) -> tuple[Strings, Strings]:
        show = Show((FaceHint.READY,))
        pictures = [self._unlike_others(show.draw(1.0 + at / FPS)) for at in range(FRAMES)]
        address = self._stream(pictures)
        self.devices.append(Resource(Role.CAMERA, "opencv", address))
        decoded = self._as_seen(OpenCVCamera(address))
        return self._pictures("face", pictures, decoded), self._live(decoded)

    def _live(self, decoded: list[Picture]) -> Strings:
        """The picture reduced to the grid of the screen, and as it is written to the terminal."""
        columns, rows = PREVIEW
        pixels: list[bytes] = []
        written: list[bytes] = []
        for frame in decoded:
            small = np.frombuffer(reduce(frame, columns, rows), np.uint8)
            small = small.reshape(2 * rows, columns, 3)
            for row in range(rows // 4, 3 * rows // 4):  # the face, and not the wall behind it
                line = small[2 * row].tobytes()
                pixels += slices(line, self.random, 2, CELLS)
                cells = half_blocks.encode(small[2 * row : 2 * row + 2], "truecolor")[0]
                middle = len(cells) // 3
                begin = cells.index("\x1b", middle)
                text = cells[begin : begin + 120]
                written += [text.encode(), text.encode("utf-16-le")]
        return {"live picture, pixels": pixels, "live picture, as written": written}

    def _unlike_others(self, picture: Picture) -> Picture:
        """The picture with the noise of this run, so that no other run has the same bytes."""
        noise = self.noise.integers(-6, 7, picture.shape)
        return np.clip(picture.astype(np.int16) + noise, 0, 255).astype(np.uint8)

    def _stream(self, pictures: list[Picture]) -> str:
        listener, address = self._http()
        scene = webcam.Scene(len(pictures) / FPS, lambda t: pictures[round(t * FPS)])
        self._thread(webcam.serve, listener, self.stop, lambda: scene, FPS)
        return address

    def _as_seen(self, camera: OpenCVCamera | DocumentCamera) -> list[Picture]:
        """Each picture as the driver decodes it."""
        seen: dict[bytes, Picture] = {}
        camera.open(LONG)
        try:
            while len(seen) < FRAMES:
                frame = camera.newest_frame(0.5)
                if frame is not None:
                    seen[frame[::97].tobytes()] = frame.copy()
        finally:
            camera.close()
        return list(seen.values())

    def _pictures(self, name: str, pictures: list[Picture], decoded: list[Picture]) -> Strings:
        files = [as_jpeg(picture, webcam.QUALITY)[800:-100] for picture in pictures]
        return {
            f"{name}, files": list(hidden_files(files, self.random)),
            f"{name}, rows": list(hidden_rows(decoded, self.random)),
        }


@contextmanager
def playing(seed: int, scanner: str, folder: Path) -> Iterator[tuple[Played, Running]]:
    """A machine of this seed is played until the block is left; what it needs lies in `folder`."""
    folder.mkdir()
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.e2e.forgetting.player", str(seed), scanner),
            *(str(folder / "scanner"), str(folder / "trust")),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as player:
        assert player.stdout
        assert player.stdin
        try:
            told: Played = pickle.load(player.stdout)
            yield told, Running(told.devices, player, folder / "trust")
        finally:
            player.terminate()


def main() -> None:
    """Entry point of the playing process."""
    seed, scanner, link, trust = sys.argv[1:]
    machine = _Machine(int(seed), scanner, Path(link), Path(trust))
    sys.stdout.buffer.write(pickle.dumps(machine.play()))
    sys.stdout.flush()
    os.close(sys.stdout.fileno())
    sys.stdin.read()
    machine.stop.set()


if __name__ == "__main__":
    main()
