"""A step did not work: what to try, the most likely first."""

from rich.text import Text
from textual.app import ComposeResult
from textual.widget import Widget

from kiosk import advice
from kiosk.language import mark
from kiosk.situations.model import Step
from kiosk.visit import DidNotWork, Done, Practise, rehearsal_of
from screens.frame import FrameScreen, Words
from screens.keys import Key, always
from screens.progress import number_in_words, phases
from screens.scene import Scene
from screens.step import TRY_HERE, picture_of

TRY_THIS = mark("Try this:")
ALSO = mark("If that does not help:")
TRY_AGAIN = mark("I will try again")
NO_HELP = mark("That did not help")
MOST_SHOWN = 4


class TroubleScreen(FrameScreen):
    """One tip set apart, those not tried yet below it."""

    crowded = True

    def __init__(self, scene: Scene, step: Step) -> None:
        self._scene = scene
        self._step = step
        say = scene.language.say
        rehearsal = rehearsal_of(step)
        keys = [Key("3", say(TRY_HERE), Practise(rehearsal))] if rehearsal else []
        foot = [
            Key("1", say(TRY_AGAIN), Done(), primary=True),
            Key("2", say(NO_HELP), DidNotWork()),
            *always(scene.language),
        ]
        super().__init__(scene.language, keys, foot, scene.other_language)

    def where(self) -> str:
        """The number of the step."""
        return number_in_words(self._scene, self._step)

    def phases(self) -> Text:
        """Those of the situation, the one of this step marked."""
        return phases(self._scene, self._step)

    def words(self) -> ComposeResult:
        """What was learned here, the tip to try now, and those that are left."""
        say = self.language.say
        visit = self._scene.visit
        learned = advice.on_step(self._step, visit.learned, self.language, self._scene.country())
        if learned:
            yield Words(learned, classes="learned")
        tips = advice.tips(self._step, visit.learned)
        if tips:
            # Each time it did not work the next tip comes first; after the last, the first again.
            tried = (visit.tries.get(self._step.id, 1) - 1) % len(tips)
            now, *later = [*tips[tried:], *tips[:tried]][:MOST_SHOWN]
            yield Words(say(TRY_THIS), classes="who")
            yield Words(say(now.text), classes="instruction")
            if later:
                yield Words(say(ALSO), classes="who")
            for tip in later:
                yield Words(f"– {say(tip.text)}", classes="list")
        if self.body_keys:
            yield from self.answers()

    def picture(self) -> Widget | None:
        """The same picture as at the step."""
        return picture_of(self._scene, self._step)
