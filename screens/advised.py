"""What the kiosk knows of a step, as it stands on the step's screen and on that of its trouble."""

from collections.abc import Iterator

from kiosk.advising import Advised, advise
from kiosk.language import mark
from kiosk.situations.model import Step
from kiosk.visit import AskPhone, case_of
from screens.frame import Words
from screens.keys import Key
from screens.scene import Scene

WHICH_PHONE = mark("Which phone is it?")
PHONE_DIGIT = "6"


def advised(scene: Scene, step: Step) -> Advised:
    """The advice for a step of this visit."""
    tries = scene.kit.settings.kiosk.tries_before_desk
    return advise(case_of(scene.visit, step, tries), scene.kit.content)


def known(scene: Scene, told: Advised) -> Iterator[Words]:
    """What was learned here, or why to stop.

    What speaks of the document or the face is for headphones alone.
    """
    if told.desk is not None and told.stop:
        why = scene.language.say(told.desk.why)
        yield Words(why, classes="guard", private=told.desk.found)
    elif told.learned:
        learned = scene.language.say(told.learned, country=scene.country() or "")
        yield Words(learned, classes="learned", private=True)


def phone_key(scene: Scene) -> Key:
    """The key that asks which phone it is."""
    return Key(PHONE_DIGIT, scene.language.say(WHICH_PHONE), AskPhone())
