"""A kiosk and a console on terminals, joined by a real broker."""

import sys
from contextlib import AbstractContextManager
from pathlib import Path

from kiosk.fleet.topics import Place
from kiosk.places import Folders, shipped
from kiosk.situations.loading import load
from kiosk.situations.model import Situation
from kiosk.visit import DIRECT
from screens import needs
from screens.keys import ANSWER_DIGITS
from tests.brokers import Broker
from tests.e2e.terminal import Terminal

CONTENT = load(Folders())
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


def environment(state: Path) -> dict[str, str]:
    """What makes a program keep in this folder what it keeps."""
    for folder in (state / "state", state / "run"):
        folder.mkdir(parents=True, exist_ok=True)
    return {"STATE_DIRECTORY": str(state / "state"), "KIOSK_RUNTIME": str(state / "run")}


def kiosk_terminal(
    settings: Path, *options: str, machine: str = "quick", columns: int = 80, rows: int = 24
) -> AbstractContextManager[Terminal]:
    """The real kiosk of this site on a simulated machine.

    What it keeps lies beside its settings.
    """
    command = [PROGRAM, "run", "--language", "en", "--config", str(settings)]
    command += ["--simulate", machine, *options]
    return Terminal(command, columns, rows, environment(settings.parent))


def into_situation(kiosk: Terminal) -> Situation:
    """From the first screen past the stop-check into the first situation."""
    first = CONTENT.questions[CONTENT.first_question]
    kiosk.press("1")
    kiosk.wait_for(first.text)
    kiosk.press("1")
    second = first.answers[0].goes_to.removeprefix("question:")
    kiosk.wait_for(CONTENT.questions[second].text)
    kiosk.press("7")
    kiosk.wait_for(CONTENT.questions[DIRECT].text)
    kiosk.press(ANSWER_DIGITS[0])
    kiosk.wait_for(needs.WHAT_YOU_NEED)
    target = CONTENT.questions[DIRECT].answers[0].goes_to.removeprefix("situation:")
    return next(one for one in CONTENT.situations.values() if one.id == target)


def console_terminal(
    folder: Path, credentials: Path, *, columns: int = 110, rows: int = 32
) -> AbstractContextManager[Terminal]:
    """The real console of an operator; what it keeps lies in the folder."""
    command = [PROGRAM, "operator", "--credentials", str(credentials), "--language", "en"]
    return Terminal(command, columns, rows, environment(folder))
