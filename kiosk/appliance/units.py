"""Units of systemd as their files tell of them."""

from kiosk.appliance.machine import Machine

_FOLDERS = (
    "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system", "/lib/systemd/system",
)  # fmt: skip
"""Where units lie; what comes first hides what comes later (systemd.unit(5))."""


class Unit:
    """One unit with its drop-ins."""

    def __init__(self, machine: Machine, name: str) -> None:
        self._machine = machine
        self.name = name
        self.file = next((f"{at}/{name}" for at in _FOLDERS if self._there(f"{at}/{name}")), "")
        self._lines: list[tuple[str, str]] = []
        for file in [self.file, *self._drop_ins()] if self.file else []:
            for line in machine.text(file).replace("\\\n", " ").splitlines():
                key, equals, value = line.strip().partition("=")
                if equals and key[:1] not in ("#", ";", "["):
                    self._lines.append((key.strip(), value.strip()))

    def _there(self, file: str) -> bool:
        return bool(self._machine.link(file)) or self._machine.exists(file)

    def _drop_ins(self) -> list[str]:
        found: dict[str, str] = {}
        for folder in reversed(_FOLDERS):
            for name in self._machine.names(f"{folder}/{self.name}.d", ".conf"):
                found[name] = f"{folder}/{self.name}.d/{name}"
        return [found[name] for name in sorted(found)]

    @property
    def there(self) -> bool:
        """Whether there is such a unit, and it is not masked."""
        return bool(self.file) and not self.masked

    @property
    def masked(self) -> bool:
        """Whether nothing can start it: a link to /dev/null, or an empty file."""
        if not self.file:
            return False
        if self._machine.link(self.file) == "/dev/null":
            return True
        told = self._machine.told(self.file)
        return told is not None and told.st_size == 0

    @property
    def enabled(self) -> bool:
        """Whether it is started with the machine: some target wants or requires it."""
        for folder in _FOLDERS:
            for wanting in self._machine.names(folder):
                if wanting.endswith((".wants", ".requires")) and self.name in self._machine.names(
                    f"{folder}/{wanting}"
                ):
                    return True
        return False

    def words(self, key: str) -> list[str]:
        """All words of a setting that is a list; an empty line forgets those before it."""
        found: list[str] = []
        for said, value in self._lines:
            if said == key:
                found = [*found, *value.split()] if value else []
        return found

    def commands(self, key: str = "ExecStart") -> list[str]:
        """The command lines of a setting, whole."""
        found: list[str] = []
        for said, value in self._lines:
            if said == key:
                found = [*found, value] if value else []
        return found

    def last(self, key: str) -> str:
        """The value that counts; empty where nothing is said."""
        return next((value for said, value in reversed(self._lines) if said == key), "")
