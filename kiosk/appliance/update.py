"""A new package: installed, tested, and the old one put back where the new one does not pass.

It replaces the program that runs it. So all that is needed is imported before, and this module
imports nothing of ours but what is small.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NAME = "kiosk"
KEPT = Path("/var/lib/kiosk-packages")
"""Root's alone: what is installed from here must be what an administrator has put here."""
ARCHIVES = Path("/var/cache/apt/archives")
"""Where apt keeps what it has fetched from a repository."""
UNIT = "kiosk.service"
AS_USER = ("setpriv", f"--reuid={NAME}", f"--regid={NAME}", "--init-groups", "--reset-env")
INSTALLING = 900.0
"""Seconds for apt, which may fetch what the package depends on."""
TESTING = 600.0
"""Seconds for a self-test, as in kiosk-selftest.service."""
_VERSION = re.compile(r"[A-Za-z0-9.+:~-]+")
"""deb-version(7)."""


class UpdateError(Exception):
    """Nothing was changed; the text says why, in one line."""


@dataclass(frozen=True)
class Outcome:
    """What a self-test said."""

    code: int
    """Its exit code: 0 pass, 1 warn, 2 fail, 3 unknown. Another, or None below: it did not run."""
    failing: frozenset[str] | None
    """The checks that failed or crashed; None where there was no report."""

    def good_after(self, before: "Outcome") -> bool:
        """Whether this verdict lets a package stay, given what the old one said.

        A verdict of 2 or worse does not, unless every check that fails had failed before: a camera
        that is broken is no fault of the package, and must not keep a kiosk from being mended.
        """
        if self.failing is None:
            return False
        known = before.failing or frozenset()
        return self.code < 2 or (bool(self.failing) and self.failing <= known)

    def __str__(self) -> str:
        if self.failing is None:
            return "does not run"
        words = ("pass", "warn", "fail", "unknown")
        said = words[self.code] if self.code < len(words) else str(self.code)
        return f"{said} ({', '.join(sorted(self.failing))})" if self.failing else said


@dataclass(frozen=True)
class Package:
    """A file .deb of ours."""

    file: Path
    version: str


def described(file: Path) -> Package:
    """What a file says of itself; `UpdateError` where it is no package of the kiosk."""
    if not file.is_file():
        raise UpdateError(f"{file}: there is no such file")
    asked = ["dpkg-deb", "--field", str(file), "Package", "Version"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    fields = dict(line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    version = fields.get("Version", "")
    if done.returncode or fields.get("Package") != NAME or not _VERSION.fullmatch(version):
        raise UpdateError(f"{file}: that is no package of the kiosk")
    return Package(file, version)


def installed() -> str:
    """The version that is installed now; `UpdateError` where there is none."""
    asked = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", NAME]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    state, _, version = done.stdout.partition(" ")
    if state != "installed":
        raise UpdateError(f"the package {NAME} is not installed: apt install ./{NAME}.deb")
    return version


def way_back(version: str, given: Path | None) -> Package:
    """The package of the installed version; `UpdateError` where it is nowhere."""
    name = f"{NAME}_{version.replace(':', '%3a')}_amd64.deb"
    for file in (given, KEPT / name, ARCHIVES / name):
        if file is not None and (file == given or file.is_file()):
            found = described(file)
            if found.version != version:
                raise UpdateError(f"{file}: is {found.version}, and {version} is installed")
            return found
    raise UpdateError(f"no package to go back to: give that of {version} with --previous FILE")


def keep(package: Package) -> Package:
    """A copy that nobody but root can change, under a name that says its version."""
    KEPT.mkdir(mode=0o700, exist_ok=True)
    KEPT.chmod(0o700)
    to = KEPT / f"{NAME}_{package.version.replace(':', '%3a')}_amd64.deb"
    if package.file.resolve() != to:
        part = to.with_suffix(".part")
        shutil.copyfile(package.file, part)
        part.replace(to)
    return described(to)


def update(
    new: Package, old: Package, test: Callable[[], Outcome], tell: Callable[[str], None]
) -> int:
    """Installs `new`; 0 where it stays, 1 where `old` is back and works as before, 3 where not.

    The kiosk is out of use meanwhile: no citizen meets a package that was not tested, and the
    self-test has the devices for itself.
    """
    with _Closed():
        before = test()
        tell(f"{old.version}: self-test {before}")
        if _install(new, tell):
            after = test()
            tell(f"{new.version}: self-test {after}")
            if after.good_after(before):
                _forget_all_but(new, old)
                return 0
        tell(f"going back to {old.version}")
        if not _install(old, tell):
            return 3
        again = test()
        tell(f"{old.version}: self-test {again}")
        return 1 if again.good_after(before) else 3


def self_test(simulate: str | None) -> Outcome:
    """Runs the installed program's self-test as the kiosk's user."""
    asked = [*AS_USER, f"/usr/bin/{NAME}", "selftest", "--format", "json"]
    if simulate is not None:
        asked += ["--simulate", simulate]
    try:
        done = subprocess.run(
            asked, capture_output=True, text=True, timeout=TESTING, check=False, cwd="/"
        )
        checks = json.loads(done.stdout)["checks"]
        failing = frozenset(each["id"] for each in checks if each["state"] in ("fail", "error"))
    except (OSError, subprocess.TimeoutExpired, ValueError, LookupError, TypeError):
        return Outcome(3, None)
    return Outcome(done.returncode, failing)


class _Closed:
    """While this is entered the kiosk's unit does not run and cannot be started, also by dpkg."""

    def __enter__(self) -> None:
        self._there = Path("/run/systemd/system").is_dir()
        self._ran = self._there and _systemctl("is-active", UNIT)
        if self._there:
            _systemctl("mask", "--runtime", "--now", UNIT)

    def __exit__(self, *_: object) -> None:
        if self._there:
            _systemctl("unmask", "--runtime", UNIT)
            _systemctl("daemon-reload")
        if self._ran:
            _systemctl("start", UNIT)


def _systemctl(*words: str) -> bool:
    asked = ["systemctl", "--quiet", *words]
    return subprocess.run(asked, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _install(package: Package, tell: Callable[[str], None]) -> bool:
    """Has apt install a file, also over a newer version; a site's own settings stay as they are."""
    asked = [
        "apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "--allow-downgrades",
        "--reinstall", "-o", "Dpkg::Options::=--force-confold",
        "-o", "Dpkg::Options::=--force-confdef", "-o", "DPkg::Lock::Timeout=120", str(package.file),
    ]  # fmt: skip
    tell(f"installing {package.version}")
    try:
        # No shell that asks: nobody sits there.
        done = subprocess.run(
            ["env", "DEBIAN_FRONTEND=noninteractive", *asked], capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=INSTALLING, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        tell(f"apt-get did not get done within {INSTALLING:.0f} s")
        return False
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        tell(f"apt-get: {said[-1] if said else f'exit code {done.returncode}'}")
    return done.returncode == 0


def _forget_all_but(*wanted: Package) -> None:
    files = {package.file.resolve() for package in wanted}
    for file in KEPT.glob("*.deb"):
        if file.resolve() not in files:
            file.unlink()
