"""A machine with a real systemd: this machine's own tree, or another, booted in a container.

Nothing is written to the disk: what changes is in memory and gone with the block. It has no
network but itself, and starts no service that is not asked for. `tests.e2e.seen` says where the
checkout is.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.e2e.seen import ROOT, SEEN
from tests.processes import LONG, alive, children, until

_BOOT = """\
mount -t tmpfs tmpfs "$1" && cd "$1" && mkdir upper work tree &&
mount -t overlay overlay -o lowerdir="$3",upperdir=upper,workdir=work tree &&
exec systemd-nspawn --register=no --keep-unit --quiet --private-network --directory=tree \
    --machine="$2" --bind-ro="$4:$5" --link-journal=no --console=pipe \
    --boot systemd.unit=basic.target
"""


class Booted:
    """A running copy of a machine; all of it ends with the block."""

    def __init__(self, tree: Path = Path("/")) -> None:
        """`tree` is whose copy runs: this machine's, or that of a clean system."""
        self._tree = tree

    def __enter__(self) -> Self:
        self._folder = tempfile.mkdtemp(prefix="booted-", dir="/run")
        self.log = Path(tempfile.mkstemp(prefix="booted-log-")[1])
        name = f"test{os.getpid()}"
        with self.log.open("wb") as log:
            self._nspawn = subprocess.Popen(
                ["unshare", "--mount", "sh", "-c", _BOOT, "sh", self._folder, name,
                 self._tree, ROOT, SEEN],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            until(self._is_up, "systemd is up", 3 * LONG)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _is_up(self) -> bool:
        assert alive(self._nspawn.pid), self.log.read_text(errors="replace")
        self.init = next(iter(children(self._nspawn.pid)), 0)
        if not self.init or not Path(f"/proc/{self.init}/root/run/systemd/private").exists():
            return False
        told = self.run("systemctl", "is-system-running", code=None).stdout.strip()
        return told in ("running", "degraded")

    def _end(self) -> None:
        if self._nspawn.poll() is None:
            for pid in children(self._nspawn.pid):
                os.kill(pid, signal.SIGKILL)  # its first process: the kernel ends all the others
            try:
                self._nspawn.wait(LONG)
            except subprocess.TimeoutExpired:
                self._nspawn.kill()
                self._nspawn.wait()
        self.log.unlink()
        shutil.rmtree(self._folder)

    def path(self, name: str) -> Path:
        """A file of that machine, as we reach it."""
        return Path(f"/proc/{self.init}/root") / name.lstrip("/")

    def put(self, name: str, text: str, mode: int = 0o644) -> None:
        """Writes a file there."""
        file = self.path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def run(self, *command: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Runs a command there as root, to its end; `code` is how it must end, None: anyhow."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.init), "--all", *command],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=6 * LONG,
        )  # fmt: skip
        if code is not None and done.returncode != code:
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Starts a program there as root; whoever started it ends it."""
        quiet = subprocess.DEVNULL
        enter = ["nsenter", "--target", str(self.init), "--all", "--no-fork", *command]
        return subprocess.Popen(enter, stdin=quiet, stdout=quiet, stderr=quiet)

    def show(self, unit: str, key: str) -> str:
        """A property of a unit, as systemd has it."""
        return self.run("systemctl", "show", "--value", f"--property={key}", unit).stdout.strip()

    def journal(self, unit: str) -> str:
        """What a unit has said."""
        return self.run("journalctl", "--no-pager", "--unit", unit, code=None).stdout

    def processes(self, unit: str) -> dict[int, str]:
        """What runs in a unit: our ids of the processes, and their command lines."""
        inside = f"/{unit}"
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                groups = (folder / "cgroup").read_text().strip()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if groups.endswith(inside) and command and self._is_below(int(folder.name)):
                found[int(folder.name)] = command
        return found

    def _is_below(self, pid: int) -> bool:
        try:
            return os.readlink(f"/proc/{pid}/ns/pid") == os.readlink(f"/proc/{self.init}/ns/pid")
        except OSError:
            return False
