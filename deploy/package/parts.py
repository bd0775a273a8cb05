"""The wheels of which the package is made: fetched by their hashes, or built from this source."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
PYTHONS = ("3.11", "3.13")
"""Of Debian 12 and of Debian 13."""
PLATFORMS = [f"manylinux_2_{minor}_x86_64" for minor in range(36, 4, -1)] + [
    f"manylinux{year}_x86_64" for year in (2014, 2010, 1)
]
"""All that run with the C library of Debian 12, glibc 2.36 (PEP 600)."""
OF_THE_WHEEL = (
    *("pyproject.toml", "hatch_build.py", ".gitignore", "README.md", "LICENSE"),
    *("kiosk", "hardware", "screens", "config"),
)
"""All that the kiosk's own wheel is built from."""
MADE = ("__pycache__", "*.pyc", "*.mo", "*.pot")
NETWORKS = 2
"""How many networks that see faces the kiosk's wheel must hold."""


class Tools:
    """A virtual environment with what builds wheels, pinned by `tools.txt`."""

    def __init__(self, folder: Path) -> None:
        """Makes it anew unless `folder` has it already, of the same pins."""
        self.python = folder / "bin" / "python"
        pins = HERE / "tools.txt"
        done = folder / "tools.txt"
        if done.is_file() and done.read_bytes() == pins.read_bytes():
            return
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        self.pip("install", "--require-hashes", "--requirement", pins)
        shutil.copy(pins, done)

    def pip(self, command: str, *words: str | Path, epoch: int | None = None) -> None:
        """Runs pip of this environment; `CalledProcessError` where it fails."""
        environment = dict(os.environ)
        if epoch is not None:
            environment["SOURCE_DATE_EPOCH"] = str(epoch)
        subprocess.run(
            [self.python, "-m", "pip", command, "--quiet", "--disable-pip-version-check", *words],
            check=True,
            env=environment,
        )

    def wheel(self, source: Path, into: Path, epoch: int) -> None:
        """Builds the wheel of a source; the same source and epoch make the same bytes."""
        self.pip(
            "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", into, source, epoch=epoch
        )


def libraries(tools: Tools, folder: Path, epoch: int) -> dict[str, list[Path]]:
    """The pinned wheels for each version of Python, fetched into `folder` unless they are there."""
    pins = (HERE / "requirements.txt").read_bytes()
    found = {}
    for version in PYTHONS:
        into = folder / version
        done = into / "requirements.txt"
        if not (done.is_file() and done.read_bytes() == pins):
            shutil.rmtree(into, ignore_errors=True)
            _fetch(tools, into, version, epoch)
            done.write_bytes(pins)
        found[version] = sorted(into.glob("*.whl"))
    return found


def kiosk(tools: Tools, root: Path, folder: Path, epoch: int) -> Path:
    """The wheel of the kiosk itself, of the source `root`; `SystemExit` without the networks."""
    # Of a copy: building compiles the catalogues anew, and a kiosk may be running in this tree.
    copy = folder / "source"
    copy.mkdir(parents=True)
    for name in OF_THE_WHEEL:
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns(*MADE))
        else:
            shutil.copy(root / name, copy / name)
    tools.wheel(copy, folder, epoch)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        networks = [name for name in archive.namelist() if name.startswith("hardware/face/models/")]
    if sum(name.endswith(".tflite") for name in networks) != NETWORKS:
        raise SystemExit("the networks that see faces are not there: make face")
    return wheel


def _fetch(tools: Tools, into: Path, version: str, epoch: int) -> None:
    platforms = [word for platform in PLATFORMS for word in ("--platform", platform)]
    tools.pip(
        "download", "--no-deps", "--require-hashes", "--requirement", HERE / "requirements.txt",
        "--implementation", "cp", "--python-version", version, *platforms, "--dest", into,
        "--no-build-isolation",
    )  # fmt: skip
    for source in into.glob("*.tar.gz"):
        # One of nfcpy's dependencies has no wheel; it is pure Python, the same for all versions.
        tools.wheel(source, into, epoch)
        source.unlink()
