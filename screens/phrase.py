"""What the clerk at the desk says, by one of the phrases: until a key is pressed."""

from textual.app import ComposeResult

from kiosk.language import mark
from screens.frame import FrameScreen, Words
from screens.keys import BACK, Key, PhraseRead, hear_and_staff
from screens.scene import Scene

FROM_DESK = mark("A message from the desk")
READ = mark("Go on")


class PhraseScreen(FrameScreen):
    """One sentence or two, alone on the screen."""

    def __init__(self, scene: Scene) -> None:
        self._sentence = scene.kit.phrases[scene.helped.phrase]
        language = scene.language
        foot = [
            Key("1", language.say(READ), PhraseRead(), primary=True),
            Key("0", language.say(BACK), PhraseRead()),
            *hear_and_staff(language),
        ]
        super().__init__(language, (), foot, scene.other_language)

    def where(self) -> str:
        """Who says it."""
        return self.language.say(FROM_DESK)

    def words(self) -> ComposeResult:
        """The sentence."""
        yield Words(self.language.say(self._sentence), classes="instruction")

    def on_mount(self) -> None:
        """Somebody who looks at the phone is to hear that there is a message."""
        self.tell(tone=True)
