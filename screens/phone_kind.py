"""Which phone it is: where it reads a chip depends on that."""

from textual.app import ComposeResult

from kiosk.language import mark
from kiosk.visit import Choose
from screens.advised import WHICH_PHONE
from screens.frame import FrameScreen, Words
from screens.keys import Key, always
from screens.scene import Scene

WHY = mark(
    "Not all phones read a chip at the same place. The kiosk forgets your answer after this visit."
)


class PhoneKindScreen(FrameScreen):
    """The families of phones; each is a key."""

    crowded = True

    def __init__(self, scene: Scene) -> None:
        say = scene.language.say
        keys = [
            Key(str(number), say(family.name), Choose(number))
            for number, family in enumerate(scene.kit.content.phones.values(), start=1)
        ]
        super().__init__(scene.language, keys, always(scene.language), scene.other_language)

    def where(self) -> str:
        """What is asked."""
        return self.language.say(WHICH_PHONE)

    def words(self) -> ComposeResult:
        """Why it is asked, and the families."""
        yield Words(self.language.say(WHY), classes="instruction")
        yield from self.answers()
