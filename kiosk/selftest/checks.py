"""The checks of the self-test: the content, the languages, the terminal, and every device."""

import shutil
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from socket import gethostname
from uuid import uuid4

from hardware.probing import probe
from hardware.resources import Resource
from hardware.verdicts import DeviceState, Role
from kiosk import support
from kiosk.language import load_languages
from kiosk.places import Folders
from kiosk.reading import ConfigError
from kiosk.selftest.results import Phase, Result, Run, State, Trigger, counted, verdict
from kiosk.settings import Settings
from kiosk.situations.loading import load
from kiosk.speech.espeak import speaks
from kiosk.speech.player import PLAYER

SCHEMA = "kiosk.selftest/1"
CONTENT = "content"
LANGUAGES = "languages"
SUPPORT = "support"
SPEECH = "speech"

IDS = (CONTENT, LANGUAGES, SUPPORT, SPEECH, *(f"device.{role}" for role in Role))


def run(
    folders: Folders, settings: Settings, devices: Sequence[Resource], only: str | None = None
) -> Run:
    """Does all checks, or the one of the id `only`; a check that crashes is a result, too."""
    started = datetime.now(UTC)
    plugged = {device.role: device for device in devices}
    checks: dict[str, Callable[[], tuple[State, str]]] = {
        CONTENT: lambda: _content(folders),
        LANGUAGES: lambda: _languages(folders, settings),
        SUPPORT: lambda: _support(folders),
        SPEECH: lambda: _speech(folders, settings),
    }
    for role in Role:
        checks[f"device.{role}"] = lambda role=role: _device(plugged.get(role))  # type: ignore[misc]
    wanted = {only: checks[only]} if only else checks
    results = tuple(_timed(name, check) for name, check in wanted.items())
    seconds = (datetime.now(UTC) - started).total_seconds()
    return Run(
        SCHEMA, str(uuid4()), gethostname(), version("reactivation-kiosk"), started, seconds,
        Trigger.SHELL, verdict(results), counted(results), results,
    )  # fmt: skip


def _timed(name: str, check: Callable[[], tuple[State, str]]) -> Result:
    started = time.monotonic()
    try:
        state, message = check()
    except ConfigError as error:
        state, message = State.FAIL, str(error)
    except Exception as error:  # a check that crashes says nothing about what it checks
        state, message = State.ERROR, f"the check itself crashed: {type(error).__name__}"
    seconds = round(time.monotonic() - started, 3)
    return Result(name, Phase.CONTENT, None, state, message, seconds)


def _content(folders: Folders) -> tuple[State, str]:
    content = load(folders)
    steps = sum(len(situation.numbered) for situation in content.situations.values())
    return State.PASS, f"{len(content.situations)} situations, {steps} steps"


def _languages(folders: Folders, settings: Settings) -> tuple[State, str]:
    languages = load_languages(settings.kiosk.languages, folders)
    return State.PASS, ", ".join(language.name for language in languages.values())


def _support(folders: Folders) -> tuple[State, str]:
    numbers = support.load(folders)
    support.local_now(numbers)
    return State.PASS, f"{len(numbers.numbers)} numbers with hours"


def _speech(folders: Folders, settings: Settings) -> tuple[State, str]:
    program = settings.speech.program
    if not program:
        return State.SKIP, "the settings name no program: this kiosk has no sound on purpose"
    missing = [needed for needed in (program, PLAYER[0]) if shutil.which(needed) is None]
    if missing:
        return State.WARN, f"nothing is read aloud: not installed: {', '.join(missing)}"
    languages = load_languages(settings.kiosk.languages, folders).values()
    mute = [language.name for language in languages if not speaks(program, language.voice)]
    if mute:
        return State.WARN, f"{program} has no voice for: {', '.join(mute)}"
    return State.PASS, f"{program} speaks {', '.join(language.name for language in languages)}"


def _device(device: Resource | None) -> tuple[State, str]:
    if device is None:
        return State.SKIP, "the settings name none: this kiosk has none on purpose"
    probed = probe(device)
    if probed.state is DeviceState.READY and probed.reason is None:
        return State.PASS, f"answers ({device.driver})"
    assert probed.reason is not None
    if probed.state is DeviceState.READY:
        return State.WARN, f"answers, but: {probed.reason.value} ({device.driver})"
    return State.FAIL, f"out of order: {probed.reason.value} ({device.driver})"
