"""The phone app's labels, spoken as somebody reads them out who has the phone before them."""

from kiosk.language import SOURCE, AppLabel, Language, mark
from kiosk.speech.utterance import Utterance, spoken

IN_ENGLISH = mark("in English: {label}")


def label_spoken(label: AppLabel, language: Language) -> list[Utterance]:
    """A label in the voice of the phone's language; the English one beside it in an English one."""
    said = [Utterance(label.text, label.language)]
    if label.english is not None:
        said.append(Utterance(spoken(language.say(IN_ENGLISH, label="")), language.code))
        said.append(Utterance(label.english, SOURCE))
    return said
