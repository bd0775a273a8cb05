"""Keys that tell in which language the app on the phone is, where that is not the kiosk's."""

from kiosk.language import language_name, mark
from kiosk.situations.model import Step
from kiosk.visit import SpeakPhone
from screens.keys import Key
from screens.scene import Scene

DIGIT = "4"
APP = mark("App on the phone: {now}. Press for {other}.")
WORDS = mark("Is the app on the phone in {other}?")


def app_key(scene: Scene) -> list[Key]:
    """The key that says in which language the app is taken to be; none where there is but one."""
    return _key(scene, APP)


def words_key(scene: Scene, step: Step) -> list[Key]:
    """The key for somebody whose phone shows other words than a step; none where it shows none."""
    shown = (*step.labels, *(label for branch in step.branches for label in branch.labels))
    return _key(scene, WORDS) if shown or step.app_screen else []


def _key(scene: Scene, sentence: str) -> list[Key]:
    codes = scene.language.phone_languages
    now = scene.phone_language
    other = codes[(codes.index(now) + 1) % len(codes)] if now in codes else codes[0]
    if other == now:
        return []
    names = {
        "now": language_name(now, scene.language.code),
        "other": language_name(other, scene.language.code),
    }
    return [Key(DIGIT, scene.language.say(sentence, **names), SpeakPhone(other))]
