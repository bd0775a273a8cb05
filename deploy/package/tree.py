"""The files of the package, laid out as they will lie on the machine."""

import os
import shutil
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
HOME = Path("usr/lib/kiosk")
"""Where the program lies, below the root."""
COMMAND = """#!/usr/lib/kiosk/bin/python3 -I
import sys

from kiosk.cli import main

sys.exit(main())
"""
"""-I: neither the folder it is started in nor a variable puts other code before the kiosk's."""
SETTINGS = "home = /usr/bin\ninclude-system-site-packages = false\n"
"""pyvenv.cfg: a virtual environment of the system's Python, whichever version that is."""
COMMON = "../../common\n/usr/local/lib/kiosk\n"
"""A .pth file: what all versions have in common, and what a site adds: its own drivers."""
PC_SC = "../../../python3/dist-packages/smartcard"
"""Debian's python3-pyscard: it is built for the system's Python, and Debian keeps it up to date."""


def program(root: Path, wheels: dict[str, list[Path]]) -> None:
    """Unpacks the wheels into one virtual environment for several versions of Python.

    A wheel that is the same file for all of them goes into `lib/common`; others go where only their
    own version looks, `lib/python3.11/site-packages` for example (site(3), PEP 405).
    """
    home = root / HOME
    (home / "bin").mkdir(parents=True)
    (home / "pyvenv.cfg").write_text(SETTINGS)
    (home / "bin" / "python3").symlink_to("../../../bin/python3")
    (home / "bin" / "kiosk").write_text(COMMAND)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/kiosk").symlink_to("../lib/kiosk/bin/kiosk")
    names = [{wheel.name for wheel in of} for of in wheels.values()]
    common = set.intersection(*names)
    for version, of in wheels.items():
        own = home / "lib" / f"python{version}" / "site-packages"
        own.mkdir(parents=True)
        (own / "kiosk.pth").write_text(COMMON)
        for wheel in of:
            if wheel.name not in common:
                unpack(wheel, own)
    for wheel in next(iter(wheels.values())):
        if wheel.name in common:
            unpack(wheel, home / "lib" / "common")
    (home / "lib" / "common" / "smartcard").symlink_to(PC_SC)


def unpack(wheel: Path, into: Path) -> None:
    """Unpacks a wheel; its scripts, of which the kiosk needs none, are left out."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            first, _, rest = name.partition("/")
            if first.endswith(".data"):
                kind = rest.partition("/")[0]
                if kind not in ("scripts", "data", "headers"):
                    raise SystemExit(f"{wheel.name}: {name}: where does this belong?")
                continue
            archive.extract(name, into)


def surroundings(root: Path, source: Path) -> list[str]:
    """Copies what `contents.toml` names; the paths that are configuration, for dpkg to keep."""
    kept = []
    for row in tomllib.loads((HERE / "contents.toml").read_text())["file"]:
        pattern, target = row["from"], row["to"]
        start = pattern.split("*")[0].rpartition("/")[0]
        files = [file for file in sorted(source.glob(pattern)) if file.is_file()]
        if not files:
            raise SystemExit(f"deploy/package/contents.toml: {pattern}: nothing there")
        for file in files:
            path = target
            if target.endswith("/"):
                path += str(file.relative_to(source / start))
            to = root / path.lstrip("/")
            if to.exists():
                raise SystemExit(f"deploy/package/contents.toml: {path}: two files go there")
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, to)
            if os.access(file, os.X_OK):
                to.chmod(0o755)
            if row.get("conffile"):
                kept.append(path)
    return kept


def settle(root: Path, epoch: int) -> None:
    """Gives all files one time and plain modes, so that the same source makes the same bytes."""
    for path in sorted(root.rglob("*"), reverse=True):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100 or _is_script(path)
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    root.chmod(0o755)
    os.utime(root, (epoch, epoch))


def _is_script(path: Path) -> bool:
    return path.parent.name == "bin" and path.read_bytes()[:2] == b"#!"
