"""The end of the guide: what is true now, and what to do next."""

from textual.app import ComposeResult
from textual.widget import Widget

from kiosk.guards import AFTERCARE
from kiosk.language import mark
from kiosk.visit import Done
from screens.frame import LARGE, FrameScreen, Words
from screens.keys import Key, always
from screens.route import FINISH
from screens.scene import Scene
from screens.widgets.picture import PictureView

THE_END = mark("You have reached the end of the guide")
WHAT_NEXT = mark("What comes next")


class EndScreen(FrameScreen):
    """What is true at the end of this situation, and what to do next."""

    beside = LARGE

    def __init__(self, scene: Scene) -> None:
        assert scene.situation is not None
        self._situation = scene.situation
        language = scene.language
        foot = [Key("1", language.say(FINISH), Done(), primary=True), *always(language)]
        super().__init__(language, (), foot, scene.other_language)

    def where(self) -> str:
        """That this is the end."""
        return self.language.say(THE_END)

    def words(self) -> ComposeResult:
        """The closing of the situation, then what everyone is told."""
        say = self.language.say
        first, *more = self._situation.closing
        yield Words(say(first), classes="instruction")
        for sentence in more:
            yield Words(say(sentence), classes="list")
        yield Words(say(WHAT_NEXT), classes="who")
        for sentence in AFTERCARE:
            yield Words(f"– {say(sentence)}", classes="list")

    def picture(self) -> Widget | None:
        """The post where something comes by post, a check mark otherwise."""
        ordered = self._situation.numbered[-1].phase == "order"
        return PictureView("post" if ordered else "done")
