"""A clean Debian of its own: made by debootstrap, and run by systemd as on a machine.

systemd-nspawn gives it processes, mounts and a network of its own (systemd-nspawn(1)). It needs
root, debootstrap and systemd-container.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.processes import alive, children, until

SUITES = ("bookworm", "trixie")
"""Debian 12 and Debian 13."""
BASES = Path(os.environ.get("KIOSK_CLEAN_ROOTS", "/var/tmp/kiosk-clean-roots"))
"""Where what debootstrap has made is kept for the next time; 180 MB each."""
BOOTING = 120.0
"""Seconds until a booted system must be up."""
ENVIRONMENT = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/root",
               "TERM=xterm-256color", "DEBIAN_FRONTEND=noninteractive")  # fmt: skip
_NSPAWN = ("systemd-nspawn", "--register=no", "--keep-unit", "--quiet")


def missing() -> str:
    """Why no clean machine can be had here; nothing where it can."""
    if os.geteuid() != 0:
        return "clean roots take root"
    lacking = [name for name in ("debootstrap", "systemd-nspawn") if not shutil.which(name)]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


class CleanMachine:
    """One Debian system in a folder that goes with it; used as a context manager."""

    def __init__(self, suite: str) -> None:
        """Unpacks a fresh system of this suite; has debootstrap make it the first time."""
        base = _base(suite)
        self._folder = tempfile.TemporaryDirectory(prefix=f"{suite}-", dir=BASES)
        self.root = Path(self._folder.name, "root")
        self.root.mkdir()
        subprocess.run(["tar", "--directory", self.root, "--extract", "--file", base], check=True)
        # It is thrown away: dpkg need not wait for the disk after each file.
        (self.root / "etc/dpkg/dpkg.cfg.d/unsafe-io").write_text("force-unsafe-io\n")
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.halt()
        self._folder.cleanup()

    def install(self, deb: Path) -> str:
        """Has apt install a package, with the network and all that it asks for; what apt said."""
        shutil.copy(deb, self.root / "root")
        script = f"apt-get update -q && apt-get install -y -q /root/{deb.name}"
        done = subprocess.run(
            [*_NSPAWN, "--pipe", "--resolv-conf=replace-host", "-D", self.root,
             *ENVIRONMENT, "sh", "-c", script],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout

    def boot(self) -> None:
        """Starts it, with systemd as its first process and no network but its own loopback."""
        self._nspawn = subprocess.Popen(
            [*_NSPAWN, "--private-network", "--console=pipe", "--boot", "-D", self.root],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        pid = self._nspawn.pid
        until(lambda: bool(children(pid)), "the first process runs", BOOTING)
        self._leader = next(iter(children(pid)))

        def up() -> bool:
            asked = self.run("systemctl", "is-system-running", check=False)
            return asked.stdout.strip() in ("running", "degraded")

        until(up, "the system is up", BOOTING)

    def halt(self) -> None:
        """Ends all that runs in it; may be called more than once."""
        if self._nspawn is None:
            return
        if self._nspawn.poll() is None and self._leader:
            self.run("systemctl", "poweroff", "--force", check=False)
        try:
            self._nspawn.wait(BOOTING)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
        leader = self._leader
        until(lambda: not alive(leader), "its first process is gone", BOOTING)
        self._nspawn = None

    def inside(self, *command: str, user: str = "root") -> list[str]:
        """The command line that runs a command in it from here, on this terminal."""
        entered = ["nsenter", "--target", str(self._leader), "--all", *ENVIRONMENT]
        if user != "root":
            entered += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups",
                        "env", f"HOME=/var/lib/{user}"]  # fmt: skip
        return [*entered, *command]

    def run(
        self, *command: str, user: str = "root", check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command in it; fails the test where it fails, unless that is looked at."""
        done = subprocess.run(
            self.inside(*command, user=user), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
        return done

    def processes(self, word: str) -> list[int]:
        """The processes in it whose command line has this word, by their numbers out here."""
        space = os.readlink(f"/proc/{self._leader}/ns/pid")
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                inside = os.readlink(folder / "ns/pid") == space
            except OSError:
                continue
            if inside and word in command and alive(int(folder.name)):
                found.append(int(folder.name))
        return sorted(found)

    def files(self, *without: str) -> dict[str, tuple[int, int, int, bytes]]:
        """All that lies in it: mode, owner and group of each path, and what is in it.

        `without`: folders that are not looked into, as absolute paths in it.
        """
        found = {}
        for folder, names, others in os.walk(self.root):
            inside = "/" + str(Path(folder).relative_to(self.root)).removeprefix(".")
            names[:] = [name for name in names if f"{inside.rstrip('/')}/{name}" not in without]
            for name in [*names, *others]:
                path = Path(folder, name)
                stat = path.lstat()
                held = b""
                if path.is_symlink():
                    held = os.fsencode(path.readlink())
                elif path.is_file():
                    held = path.read_bytes()
                inner = f"{inside.rstrip('/')}/{name}"
                found[inner] = (stat.st_mode, stat.st_uid, stat.st_gid, held)
        return found


def _base(suite: str) -> Path:
    tar = BASES / f"{suite}.tar"
    if not tar.is_file():
        BASES.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BASES) as folder:
            made: Sequence[str] = ["debootstrap", "--variant=minbase", suite, folder]
            done = subprocess.run(made, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
            # It is to be the root of a system, into which not only root may look.
            Path(folder).chmod(0o755)
            part = tar.with_suffix(".part")
            subprocess.run(
                ["tar", "--directory", folder, "--exclude=./proc/*", "--exclude=./sys/*",
                 "--exclude=./var/cache/apt/archives/*.deb", "--create", "--file", part, "."],
                check=True,
            )  # fmt: skip
            part.rename(tar)
    return tar
