"""Where the files of the configuration lie, and where a kiosk keeps what it writes."""

import os
from pathlib import Path

SITE = Path("/etc/kiosk/kiosk.toml")
"""Where a site keeps its settings; what lies beside it wins over what came with the program."""

RUNTIME = "KIOSK_RUNTIME"
"""The variable in which a process tells its children the runtime folder."""
_STATE = Path("/var/lib/kiosk")
_RUN = Path("/run/kiosk")


def state_folder() -> Path:
    """Where what outlives a restart is kept; it may not exist yet, see `made`."""
    if given := os.environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0])
    if os.access(_STATE, os.W_OK):
        return _STATE
    if given := os.environ.get("XDG_STATE_HOME"):
        return Path(given) / "kiosk"
    return Path.home() / ".local" / "state" / "kiosk"


def runtime_folder() -> Path:
    """Where the locks of the running kiosk lie; it may not exist yet, see `made`."""
    if given := os.environ.get(RUNTIME):
        return Path(given)
    if given := os.environ.get("RUNTIME_DIRECTORY"):
        return Path(given.split(":")[0])
    if os.access(_RUN, os.W_OK):
        return _RUN
    if given := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(given) / "kiosk"
    return Path(os.environ.get("TMPDIR") or "/tmp", f"kiosk-{os.getuid()}")


def export_runtime() -> None:
    """Tells the runtime folder to the processes that are started from here."""
    os.environ[RUNTIME] = str(runtime_folder())


def made(folder: Path) -> Path:
    """The folder, made for us alone if it was not there; `OSError` where it cannot be ours.

    Where anybody may write (/tmp), another user could have made it before us.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder}: cannot be written")
    owner = folder.stat().st_uid
    if owner not in (0, os.getuid()):
        raise PermissionError(f"{folder}: belongs to somebody else")
    return folder


def shipped() -> Path:
    """The folder `config` that came with the program, installed or in its source tree."""
    beside = Path(__file__).parent / "config"
    return beside if beside.is_dir() else Path(__file__).parent.parent / "config"


class Folders:
    """The site's folder, if it has one, then the shipped one."""

    def __init__(self, settings_file: Path | None = None) -> None:
        """`settings_file` is the site's kiosk.toml; None: /etc/kiosk's, where there is one."""
        if settings_file is None and SITE.is_file():
            settings_file = SITE
        self.settings_file = settings_file or shipped() / "kiosk.toml"
        self._folders = list(dict.fromkeys([self.settings_file.resolve().parent, shipped()]))

    def every(self, name: str) -> list[Path]:
        """The files or folders of this name, the site's own after the shipped one."""
        return [folder / name for folder in reversed(self._folders) if (folder / name).exists()]

    def packs(self) -> list[str]:
        """The codes of all language packs, those of the site and the shipped ones."""
        found = {file.parent.name for folder in self.every("languages")
                 for file in folder.glob("*/language.toml")}  # fmt: skip
        return sorted(found)

    def find(self, name: str) -> Path:
        """The file or folder of this name, the site's own before the shipped one."""
        for folder in self._folders:
            if (folder / name).exists():
                return folder / name
        return self._folders[-1] / name
