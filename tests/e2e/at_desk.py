"""A kiosk and a console on terminals, joined by a real broker."""

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from kiosk.fleet.topics import Place
from kiosk.places import shipped
from tests.brokers import Broker
from tests.e2e.terminal import Terminal

PROGRAM = str(Path(sys.executable).with_name("kiosk"))


def kiosk_site(folder: Path, broker: Broker, place: Place) -> Path:
    """A site of its own for this kiosk, with what the enrolment made; its settings file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fleet").symlink_to(broker.kiosk_folder(place) / "fleet")
    shipped_settings = (shipped() / "kiosk.toml").read_text()
    told = shipped_settings.replace('broker = ""', f'broker = "{broker.url}"', 1)
    told = told.replace('centre = ""', f'centre = "{place.centre}"', 1)
    # The tests strike the same key twice faster than a person.
    told = told.replace("debounce_seconds = 0.3", "debounce_seconds = 0.0", 1)
    before, fleet = told.split("[fleet]")
    fleet = fleet.replace('name = ""', f'name = "{place.kiosk}"', 1)
    settings = folder / "kiosk.toml"
    settings.write_text(f"{before}[fleet]{fleet}")
    return settings


def _environment(state: Path) -> dict[str, str]:
    for folder in (state / "state", state / "run"):
        folder.mkdir(parents=True, exist_ok=True)
    return {"STATE_DIRECTORY": str(state / "state"), "KIOSK_RUNTIME": str(state / "run")}


def kiosk_terminal(
    settings: Path, *options: str, columns: int = 80, rows: int = 24
) -> AbstractContextManager[Terminal]:
    """The real kiosk of this site on a simulated machine; what it keeps lies beside its settings."""
    command = [PROGRAM, "run", "--language", "en", "--config", str(settings), "--simulate"]
    environment = _environment(settings.parent)
    return Terminal([*command, *options], columns, rows, environment)


def console_terminal(
    folder: Path, credentials: Path, *, columns: int = 110, rows: int = 32
) -> AbstractContextManager[Terminal]:
    """The real console of an operator; what it keeps lies in the folder."""
    command = [PROGRAM, "operator", "--credentials", str(credentials), "--language", "en"]
    environment = {**_environment(folder), "XDG_STATE_HOME": os.fspath(folder / "state")}
    return Terminal(command, columns, rows, environment)
