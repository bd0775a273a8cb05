"""The package as it was built, and others made of it: newer ones, and ones that are broken."""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent
PROGRAM = Path("usr/lib/kiosk/lib/common")


def built() -> Path:
    """The package that `make deb` has made; KIOSK_DEB names another."""
    if given := os.environ.get("KIOSK_DEB"):
        return Path(given)
    (found,) = (REPOSITORY / "build").glob("kiosk_*_amd64.deb")
    return found


def version_of(deb: Path) -> str:
    """The version that a package says it is."""
    return deb.name.split("_")[1]


def remade(deb: Path, version: str, into: Path, change: Callable[[Path], None]) -> Path:
    """Another package of this version: all as in `deb` but for what `change` does to its files."""
    made = into / f"kiosk_{version}_amd64.deb"
    with tempfile.TemporaryDirectory(dir=into) as folder:
        root = Path(folder, "root")
        subprocess.run(["dpkg-deb", "--raw-extract", deb, root], check=True)
        control = root / "DEBIAN/control"
        text = re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text())
        control.write_text(text)
        change(root)
        subprocess.run(
            ["dpkg-deb", "-Znone", "--root-owner-group", "--build", root, made],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return made


def nothing(root: Path) -> None:
    """Changes nothing: the same program under another version."""


def without_a_network(root: Path) -> None:
    """A network that reads codes is cut off in the middle, as by a disk that was full."""
    model = next((root / PROGRAM / "hardware/mrz").rglob("*.onnx"))
    os.truncate(model, model.stat().st_size // 2)


def does_not_run(root: Path) -> None:
    """The program does not even start."""
    (root / PROGRAM / "kiosk/cli.py").write_text("this is no Python\n")


def does_not_install(root: Path) -> None:
    """Its script for dpkg fails half-way."""
    script = root / "DEBIAN/postinst"
    script.write_text(
        script.read_text().replace("set -e\n", "set -e\necho broken >&2\nexit 1\n", 1)
    )
