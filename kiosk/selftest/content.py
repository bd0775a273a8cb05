"""The checks of what the kiosk says: situations, languages, numbers to call."""

from kiosk import phrases, settings, support
from kiosk.language import load_languages
from kiosk.selftest.check import Check, Given, Outcome, Phase, State
from kiosk.situations.loading import load


def _content(given: Given) -> Outcome:
    content = load(given.folders)
    phrases.load(given.folders)
    steps = sum(len(situation.numbered) for situation in content.situations.values())
    return Outcome(State.PASS, f"{len(content.situations)} situations, {steps} steps")


def _languages(given: Given) -> Outcome:
    where = given.folders
    languages = load_languages(settings.load(where).kiosk.languages, where)
    return Outcome(State.PASS, ", ".join(language.name for language in languages.values()))


def _support(given: Given) -> Outcome:
    numbers = support.load(given.folders)
    support.local_now(numbers)
    return Outcome(State.PASS, f"{len(numbers.numbers)} numbers with hours")


CHECKS = (
    Check("content", Phase.CONTENT, _content),
    Check("languages", Phase.CONTENT, _languages),
    Check("support", Phase.CONTENT, _support),
)
