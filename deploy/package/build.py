"""Builds build/kiosk_VERSION_amd64.deb: the program with all that it needs, for Debian 12 and 13.

    python deploy/package/build.py [--version 0.2.0] [--quick] [--output FOLDER]

The same source, pins and SOURCE_DATE_EPOCH (else: the time of the last commit) make the same bytes.
Needs dpkg-deb and, the first time, a package index for what requirements.txt and tools.txt pin.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

import notices
import parts
import tree

HERE = Path(__file__).parent
SOURCE = HERE.parent.parent
SCRIPTS = ("postinst", "prerm", "postrm")


def main() -> None:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text())["project"]
    options.add_argument("--version", default=project["version"])
    options.add_argument("--output", type=Path, default=SOURCE / "build")
    options.add_argument("--quick", action="store_true", help="pack nothing, for tests: larger")
    given = options.parse_args()
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or _last_commit())
    given.output.mkdir(parents=True, exist_ok=True)
    print(build(given.version, given.output, epoch, quick=given.quick))


def build(version: str, output: Path, epoch: int, quick: bool) -> Path:
    """Builds one package, and writes its SHA-256 beside it."""
    work = SOURCE / "build/deb"
    tools = parts.Tools(work / "tools")
    wheels = parts.libraries(tools, work / "wheels", epoch)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        own = parts.kiosk(tools, SOURCE, Path(folder, "own"), epoch)
        root = Path(folder, "root")
        tree.program(root, {python: [own, *of] for python, of in wheels.items()})
        kept = tree.surroundings(root, SOURCE)
        notices.write(root, root / tree.HOME, SOURCE)
        notices.changelog(root, version, _maintainer(), epoch)
        notices.manual(root, SOURCE)
        _describe(root, version, kept)
        tree.settle(root, epoch)
        deb = output / f"kiosk_{version}_amd64.deb"
        packing = ["-Znone"] if quick else ["-Zxz", "-z2", "--threads-max=1"]
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", *packing, "--build", root, deb],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch)},
        )
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    deb.with_name(f"{deb.name}.sha256").write_text(f"{digest}  {deb.name}\n")
    return deb


def _describe(root: Path, version: str, kept: list[str]) -> None:
    """Writes the folder DEBIAN (deb-control(5), deb-conffiles(5), deb-md5sums(5))."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    units = sorted(
        path.name
        for path in (root / "usr/lib/systemd/system").iterdir()
        if path.suffix in (".service", ".timer", ".socket") and "@" not in path.name
    )
    said = {
        "VERSION": version,
        "MAINTAINER": _maintainer(),
        "SIZE": str(sum(path.stat().st_size for path in files) // 1024 + 1),
        "UNITS": " ".join(units),
    }
    into = root / "DEBIAN"
    into.mkdir()
    for name in ("control", "triggers", *SCRIPTS):
        text = (HERE / name).read_text()
        for word, value in said.items():
            text = text.replace(f"@{word}@", value)
        (into / name).write_text(text)
        (into / name).chmod(0o755 if name in SCRIPTS else 0o644)
    (into / "conffiles").write_text("".join(f"{path}\n" for path in kept))
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n"
            for path in files if f"/{path.relative_to(root)}" not in kept]  # fmt: skip
    (into / "md5sums").write_text("".join(sums))


def _maintainer() -> str:
    """As Debian's own tools take it (debchange(1))."""
    name = os.environ.get("DEBFULLNAME", "Reactivation kiosk")
    return f"{name} <{os.environ.get('DEBEMAIL', 'kiosk@localhost.localdomain')}>"


def _last_commit() -> str:
    asked = ["git", "-C", SOURCE, "log", "-1", "--format=%ct"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit("this is no clone of the repository: set SOURCE_DATE_EPOCH")
    return done.stdout.strip()


if __name__ == "__main__":
    if not shutil.which("dpkg-deb"):
        raise SystemExit("dpkg-deb is not there: the package is built on Debian")
    main()
