"""A plain question with its answers."""

from textual.app import ComposeResult

from kiosk.language import mark
from kiosk.visit import Choose, ChooseDirectly, may_choose_directly
from screens.frame import FrameScreen, Words
from screens.keys import ANSWER_DIGITS, Key, always
from screens.scene import Scene
from screens.widgets.picture import PictureView

FIND_OUT = mark("Let us find the right guide for you")
MOST_ROOMY = 3
"""So many answers have room for a whole finger each at 80x24."""

DIRECT_DIGIT = "7"
"""Also the sixth answer's: who has come so far answers the question."""
DIRECTLY = mark("I know my situation")


class QuestionScreen(FrameScreen):
    """One question; each answer is a key."""

    beside = (80, 24)

    def __init__(self, scene: Scene) -> None:
        self._question = scene.kit.content.questions[scene.visit.spot.id]
        language = scene.language
        keys = [
            scene.key(digit, answer.text, answer.labels, Choose(number))
            for number, (digit, answer) in enumerate(
                zip(ANSWER_DIGITS, self._question.answers, strict=False), start=1
            )
        ]
        foot = always(language)
        free = DIRECT_DIGIT not in [key.digit for key in keys]
        if free and may_choose_directly(scene.visit, scene.kit.content):
            foot.insert(0, Key(DIRECT_DIGIT, language.say(DIRECTLY), ChooseDirectly()))
        super().__init__(language, keys, foot, scene.other_language)
        self.crowded = len(keys) > MOST_ROOMY

    def where(self) -> str:
        """What this is for."""
        return self.language.say(FIND_OUT)

    def words(self) -> ComposeResult:
        """The question, what helps to answer it, and the answers."""
        yield Words(self.language.say(self._question.text), classes="instruction")
        if self._question.help:
            yield Words(self.language.say(self._question.help), classes="aside")
        yield from self.answers()

    def picture(self) -> PictureView | None:
        """What helps to answer it, where a picture does."""
        return PictureView(self._question.picture) if self._question.picture else None
