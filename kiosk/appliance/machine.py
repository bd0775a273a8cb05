"""A machine as its files tell of it: the running one, or the tree of one that is not running."""

import os
import stat
from pathlib import Path

_LINKS = 40
"""As many links the kernel follows in one name (path_resolution(7))."""


class Machine:
    """Files of a system below `root`; links are followed inside it, never out of it."""

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root.resolve()

    @property
    def runs(self) -> bool:
        """Whether this is the machine on which we run, so that its kernel can be asked."""
        return self.root == Path("/")

    def path(self, name: str, follow: bool = True) -> Path:
        """Where the file of this name lies; the last link is not followed if not `follow`."""
        left = [part for part in name.split("/") if part]
        here: list[str] = []
        for _ in range(_LINKS):
            while left:
                part = left.pop(0)
                if part == "..":
                    here = here[:-1]
                    continue
                found = self.root.joinpath(*here, part)
                if found.is_symlink() and (left or follow):
                    target = os.readlink(found)
                    here = [] if target.startswith("/") else here
                    left = [*(word for word in target.split("/") if word not in ("", ".")), *left]
                    break
                here.append(part)
            else:
                break
        return self.root.joinpath(*here)

    def exists(self, name: str) -> bool:
        """Whether there is such a file or folder."""
        return self.path(name).exists()

    def link(self, name: str) -> str:
        """Where a link leads, as it is written; empty where it is none."""
        path = self.path(name, follow=False)
        return os.readlink(path) if path.is_symlink() else ""

    def text(self, name: str) -> str:
        """What is in a file; empty where it is missing or may not be read."""
        try:
            return self.path(name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def readable(self, name: str) -> bool:
        """Whether we may read it."""
        return os.access(self.path(name), os.R_OK)

    def names(self, folder: str, ending: str = "") -> list[str]:
        """The names of what lies in a folder, sorted; none where there is no such folder."""
        try:
            return sorted(n for n in os.listdir(self.path(folder)) if n.endswith(ending))
        except OSError:
            return []

    def told(self, name: str) -> os.stat_result | None:
        """What the file system says of a file: its owner and who may write."""
        try:
            return self.path(name).stat()
        except OSError:
            return None

    def writable_by_others(self, name: str) -> bool:
        """Whether anybody but root may write there."""
        told = self.told(name)
        if told is None:
            return False
        shared = stat.S_IWOTH | (stat.S_IWGRP if told.st_gid else 0)
        return told.st_uid != 0 or bool(told.st_mode & shared)

    def lines(self, name: str) -> list[str]:
        """The lines of a file that say something, without comments."""
        stripped = (line.strip() for line in self.text(name).splitlines())
        return [line for line in stripped if line and line[0] not in "#;"]

    def merged(self, kind: str, ending: str = ".conf") -> list[str]:
        """Files of /etc, /run and /usr/lib with these names, in the order in which they count.

        As sysctl.d(5) and systemd's own settings have it: by name, and one in /etc hides one of the
        same name in /usr/lib.
        """
        found: dict[str, str] = {}
        for folder in ("/usr/lib", "/lib", "/usr/local/lib", "/run", "/etc"):
            for name in self.names(f"{folder}/{kind}", ending):
                found[name] = f"{folder}/{kind}/{name}"
        return [found[name] for name in sorted(found)]

    def setting(self, file: str, key: str) -> str:
        """The value of a key of one of systemd's own files, as `logind.conf`; empty: not set."""
        value = ""
        for name in (f"/etc/systemd/{file}", *self.merged(f"systemd/{file}.d")):
            for line in self.lines(name):
                said, equals, told = line.partition("=")
                if equals and said.strip() == key:
                    value = told.strip()
        return value

    def package(self, name: str) -> str:
        """The version of an installed package of Debian; empty where it is not installed."""
        for entry in self.text("/var/lib/dpkg/status").split("\n\n"):
            fields = dict(
                line.split(": ", 1)
                for line in entry.splitlines()
                if ": " in line and not line.startswith(" ")
            )
            if fields.get("Package") == name:
                there = fields.get("Status", "").endswith(" installed")
                return fields.get("Version", "") if there else ""
        return ""

    def program(self, name: str) -> bool:
        """Whether there is a program of this name where programs are."""
        places = ("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin")
        return any(self.exists(f"{place}/{name}") for place in places)
