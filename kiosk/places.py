"""Where the files of the configuration lie."""

from pathlib import Path

SITE = Path("/etc/kiosk/kiosk.toml")
"""Where a site keeps its settings; what lies beside it wins over what came with the program."""


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
