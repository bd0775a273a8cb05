"""The checks of what the kiosk says: situations, languages, numbers to call."""

from pathlib import Path

from kiosk import settings, support
from kiosk.language import load_languages
from kiosk.places import Folders
from kiosk.reading import ConfigError
from kiosk.selftest.check import Check, Given, Outcome, Phase, State
from kiosk.situations.loading import load


def folders(given: Given) -> Folders:
    """Where the files of the tested kiosk lie."""
    return Folders(Path(given.settings_file) if given.settings_file else None)


def _content(given: Given) -> Outcome:
    try:
        content = load(folders(given))
    except ConfigError as error:
        return Outcome(State.FAIL, str(error))
    steps = sum(len(situation.numbered) for situation in content.situations.values())
    return Outcome(State.PASS, f"{len(content.situations)} situations, {steps} steps")


def _languages(given: Given) -> Outcome:
    where = folders(given)
    try:
        languages = load_languages(settings.load(where).kiosk.languages, where)
    except ConfigError as error:
        return Outcome(State.FAIL, str(error))
    return Outcome(State.PASS, ", ".join(language.name for language in languages.values()))


def _support(given: Given) -> Outcome:
    try:
        numbers = support.load(folders(given))
        support.local_now(numbers)
    except ConfigError as error:
        return Outcome(State.FAIL, str(error))
    return Outcome(State.PASS, f"{len(numbers.numbers)} numbers with hours")


CHECKS = (
    Check("content", Phase.CONTENT, _content),
    Check("languages", Phase.CONTENT, _languages),
    Check("support", Phase.CONTENT, _support),
)
