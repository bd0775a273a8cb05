"""A flatbed or sheet-fed scanner through SANE, by its program `scanimage`.

A subprocess and no binding: a scan that hangs can be ended, and a backend that crashes takes
nothing with it. SANE standard version 1.06.
"""

import os
import re
import select
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qsl

from hardware import tap
from hardware.errors import HardwareError, Reason
from hardware.verdicts import Role, ScannerKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PROGRAM = "scanimage"
SITE_FOLDER = Path("/etc/sane.d")

RESOLUTION = 300
"""Dots an inch: 25 to 30 for each letter of a code."""
AREA = {"-l": 0, "-t": 0, "-x": 148, "-y": 210}
"""Millimetres (A5) from the corner at which documents are laid: an open passport has 125 x 176."""
LARGEST_SCAN = 48 * 1024 * 1024
"""Bytes; the area in grey has 4.3 million at 300 dpi, in colour at 600 dpi 52 million."""

SCAN_WITHIN = 40.0
"""Seconds; a slow flatbed needs 15 for the area, and as long again for its lamp to get warm."""
ENDED_WITHIN = 1.5
"""Seconds for `scanimage` to take its scanner back to rest after it was told to end."""
LOOK_EVERY = 0.1
"""Seconds between two looks whether `scanimage` still runs."""
PAPER_EVERY = 1.0
"""Seconds between two looks whether there is paper in a feeder."""

_NO_DOCUMENT = "Document feeder out of documents"
_REASONS = {
    "Device busy": Reason.BUSY,
    "Access to resource has been denied": Reason.DENIED,
    "Operation was canceled": Reason.LOST,  # by a key on the scanner
    "Error during device I/O": Reason.LOST,
    "Document feeder jammed": Reason.JAMMED,
    "Scanner cover is open": Reason.COVER_OPEN,
}
"""By the words of sane_strstatus, which are not translated; all others are MALFORMED."""
_FAILURE = re.compile(r"^scanimage: (sane_[a-z]+|open of device .*?)(?: failed)?: (.*)\n", re.M)
_FEEDER = re.compile(r"adf|feeder", re.IGNORECASE)
_AT_URL = re.compile("airscan:(escl|wsd):")
_OPTION = re.compile(r"^ {4}(-{1,2}[a-z-]+) (.*) \[(?!inactive)[^]]*\]", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """Where a scanner is: SANE's name for it, and the source of paper, if one is asked for."""

    device: str
    backend: str
    source: str | None

    @classmethod
    def of(cls, address: str) -> "Place":
        """The place of an address `sane:DEVICE` or `sane:DEVICE?source=ADF`; `HardwareError` else.

        DEVICE is as `scanimage -L` prints it. "ADF" stands for any source that is a feeder.
        """
        scheme, _, rest = address.partition(":")
        device, _, query = rest.partition("?")
        backend = device.partition(":")[0]
        try:
            options = dict(parse_qsl(query, strict_parsing=bool(query)))
        except ValueError as error:
            raise HardwareError(Reason.BAD_ADDRESS) from error
        source = options.pop("source", None)
        named = re.fullmatch(r"[a-z0-9][a-z0-9_-]*", backend) and device.isprintable()
        if scheme != "sane" or not named or options:
            raise HardwareError(Reason.BAD_ADDRESS)
        return cls(device, backend, source)

    @property
    def has_feeder(self) -> bool:
        """Whether paper is drawn in, and so nobody needs to say when."""
        return self.source is not None and bool(_FEEDER.search(self.source))


class SaneScanner:
    """A flatbed, which scans when it is told to, or a feeder, which scans what is put into it.

    `address` is as in `Place.of`. The picture is grey, 300 dpi, of the corner where documents lie.
    """

    role: ClassVar[Role] = Role.SCANNER

    def __init__(self, address: str) -> None:
        self._address = address
        self.kind = ScannerKind.FLATBED
        """Which of the two it is, once it is open."""
        self._place: Place | None = None
        self._options: list[str] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._run: _Run | None = None
        self._asked = False
        self._look_at = 0.0

    @property
    def scanning(self) -> bool:
        """Whether a scan was asked for, or a feeder has begun one, whose picture is to come."""
        return self._asked or (self._run is not None and bool(self._run.output))

    def open(self, timeout: float) -> None:
        """Ask the scanner what it can do, and choose; `HardwareError` within `timeout` seconds."""
        self.close()
        self._place = Place.of(self._address)
        self.kind = ScannerKind.FEEDER if self._place.has_feeder else ScannerKind.FLATBED
        if shutil.which(PROGRAM) is None:
            raise HardwareError(Reason.LIBRARY_MISSING)
        self._folder = _folder_for(self._place)
        try:
            self._options = _choose(self._ask(timeout), self._place.source)
        except HardwareError:
            self.close()
            raise

    def close(self) -> None:
        """End a scan, if one is being made; never raises."""
        run, self._run = self._run, None
        self._asked = False
        if run is not None:
            run.end()
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def scan(self) -> None:
        """Begin a scan at the next `newest_frame`, unless one is being made."""
        self._asked = True

    def newest_frame(self, timeout: float) -> "NDArray[np.uint8] | None":
        """The picture of the scan, (height, width) uint8 grey; None where none is ready in time.

        A feeder begins by itself as soon as there is paper in it. `HardwareError` with the reason
        why a scan failed; the scanner must then be opened again.
        """
        place = self._place
        if place is None or self._folder is None:
            raise HardwareError(Reason.LOST)
        deadline = monotonic() + timeout
        if self._run is None:
            due = self._asked or (place.has_feeder and monotonic() >= self._look_at)
            if not due:
                sleep(max(0.0, deadline - monotonic()))
                return None
            self._run = self._start("--format=pnm", *self._options)
        if not self._run.goes_on(deadline):
            return self._finish(self._run)
        if self._run.age > SCAN_WITHIN:
            raise HardwareError(Reason.TIMEOUT)
        return None

    def _finish(self, run: "_Run") -> "NDArray[np.uint8] | None":
        from hardware import pictures

        self._run, self._asked = None, False
        self._look_at = monotonic() + PAPER_EVERY
        code = run.end()
        if run.failure is not None and run.failure[1] == _NO_DOCUMENT:
            return None
        reason = run.why(code)
        if reason is not None:
            raise HardwareError(reason)
        try:
            return pictures.decode(bytes(run.output))
        except pictures.PictureError as error:
            raise HardwareError(Reason.MALFORMED) from error

    def _ask(self, timeout: float) -> str:
        """What `scanimage` prints of the scanner's options."""
        run = self._start("--all-options")
        try:
            if run.goes_on(monotonic() + timeout):
                raise HardwareError(Reason.TIMEOUT)
        finally:
            code = run.end()
        reason = run.why(code)
        if reason is not None:
            raise HardwareError(reason)
        return run.output.decode(errors="replace")

    def _start(self, *arguments: str) -> "_Run":
        assert self._place is not None
        assert self._folder is not None
        return _Run([f"--device-name={self._place.device}", *arguments], self._folder.name)


class _Run:
    """One run of `scanimage`, read as it prints and ended whatever it does."""

    def __init__(self, arguments: list[str], folder: str) -> None:
        self.output = bytearray()
        self._errors = bytearray()
        self._began = monotonic()
        tap.said("\0".join(arguments).encode())
        try:
            self._process = subprocess.Popen(
                [PROGRAM, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=os.environ | {"SANE_CONFIG_DIR": folder, "LC_ALL": "C"},
            )
        except OSError as error:
            raise HardwareError(Reason.LIBRARY_MISSING) from error
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._pipes = {self._process.stdout: self.output, self._process.stderr: self._errors}
        self._channels = {self._process.stdout: "", self._process.stderr: "errors"}

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return monotonic() - self._began

    @property
    def failure(self) -> tuple[str, str] | None:
        """What could not be done, and why, once `scanimage` has said so."""
        found = _FAILURE.search(self._errors.decode(errors="replace"))
        return None if found is None else (found[1], found[2])

    def why(self, code: int) -> Reason | None:
        """Why it failed, when it has ended with this exit code; None where it did not fail."""
        if self.failure is None:
            return None if code == 0 else Reason.CRASHED
        step, words = self.failure
        reason = _REASONS.get(words, Reason.MALFORMED)
        in_the_way = reason in (Reason.BUSY, Reason.DENIED)
        return reason if in_the_way or step.startswith("sane_") else Reason.ABSENT

    def goes_on(self, deadline: float) -> bool:
        """Takes what it prints until it ends or the deadline has come; whether it still runs."""
        while self._pipes:
            wait = max(0.0, min(deadline - monotonic(), LOOK_EVERY))
            ready, _, _ = select.select([*self._pipes], [], [], wait)
            for pipe in ready:
                chunk = os.read(pipe.fileno(), 1 << 16)
                self._pipes[pipe].extend(chunk)
                tap.heard(chunk, self._channels[pipe])
                if not chunk:
                    del self._pipes[pipe]
            if len(self.output) + len(self._errors) > LARGEST_SCAN:
                raise HardwareError(Reason.MALFORMED)
            if self.failure is not None:
                break  # some backends hang once they have failed
            if not ready and self._process.poll() is not None:
                break  # a process that it has left behind keeps the pipes open
            if monotonic() >= deadline:
                return bool(self._pipes)
        return False

    def end(self) -> int:
        """Its exit code; where it still runs it is told to end, and killed when it does not."""
        code = self._ended()
        tap.heard(str(code).encode(), "exit")
        return code

    def _ended(self) -> int:
        with self._process as process:
            if not self._pipes or self.failure is not None or process.poll() is not None:
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(ENDED_WITHIN)
            process.terminate()
            self._close_pipes()
            with suppress(subprocess.TimeoutExpired):
                return process.wait(ENDED_WITHIN)
            process.kill()
        return process.returncode

    def _close_pipes(self) -> None:
        """So that it cannot wait for somebody to read."""
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()


def _folder_for(place: Place) -> "tempfile.TemporaryDirectory[str]":
    """A configuration that holds this backend alone: to try all of them takes seconds.

    The backend's own files stay those of the site, in $SANE_CONFIG_DIR or /etc/sane.d.
    """
    folder = tempfile.TemporaryDirectory(prefix="kiosk-sane-")
    own = Path(folder.name)
    (own / "dll.conf").write_text(f"{place.backend}\n")
    if _AT_URL.match(place.device):
        # Its place is known: nobody needs to call for scanners on the network.
        (own / "airscan.conf").write_text("[options]\ndiscovery = disable\n")
        return folder
    named = os.environ.get("SANE_CONFIG_DIR", "").partition(":")[0]
    site = Path(named or SITE_FOLDER).absolute()
    for name in (f"{place.backend}.conf", f"{place.backend}.d"):
        if (site / name).exists():
            (own / name).symlink_to(site / name)
    return folder


def _choose(told: str, source: str | None) -> list[str]:
    """The options for a code, of those that the scanner has; `HardwareError` for no such source."""
    offered = {name: values.split("|") for name, values in _OPTION.findall(told)}
    chosen: dict[str, object] = {}
    if "--mode" in offered:
        chosen["--mode"] = _mode(offered["--mode"])
    if "--resolution" in offered:
        chosen["--resolution"] = _resolution(offered["--resolution"])
    if source is not None and "--source" in offered:
        chosen["--source"] = _source(offered["--source"], source)
    # In this order: some scanners have other areas for other sources.
    chosen |= {name: value for name, value in AREA.items() if name in offered}
    return [word for name, value in chosen.items() for word in (name, str(value))]


def _mode(offered: list[str]) -> str:
    grey = [mode for mode in offered if re.search("gr[ae]y", mode, re.IGNORECASE)]
    return min(grey or offered, key=len)


def _resolution(offered: list[str]) -> int:
    """The least that is enough, or the most there is; a range takes the nearest by itself."""
    numbers = [int(found.group()) for value in offered if (found := re.match(r"\d+", value))]
    if any(".." in value for value in offered) or not numbers:
        return RESOLUTION
    enough = [number for number in numbers if number >= RESOLUTION]
    return min(enough) if enough else max(numbers)


def _source(offered: list[str], wanted: str) -> str:
    same = [name for name in offered if name.lower() == wanted.lower()]
    feeders = [name for name in offered if _FEEDER.search(name) and _FEEDER.search(wanted)]
    found = next(iter(same + feeders), None)
    if found is None:
        raise HardwareError(Reason.BAD_ADDRESS)
    return found
