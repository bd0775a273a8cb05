"""A step did not work: what to try, the most likely first, and when to go to the desk."""

from textual.app import ComposeResult
from textual.widget import Widget

from kiosk.advising import reads_chip
from kiosk.language import mark
from kiosk.situations.model import Step
from kiosk.visit import DidNotWork, Done, Practise, ShowTyping, may_type, rehearsal_of
from screens.advised import advised, known, phone_key
from screens.frame import LARGE, FrameScreen, Words
from screens.keys import Key, always
from screens.phone_language import words_key
from screens.progress import number_in_words, phases
from screens.scene import Scene
from screens.step import TRY_HERE, picture_of

TRY_THIS = mark("Try this:")
ALSO = mark("If that does not help:")
TRY_AGAIN = mark("I will try again")
NO_HELP = mark("That did not help")
TO_DESK = mark("Help at the desk")
HOW_TO_TYPE = mark("How to type it by hand")
MOST_SHOWN = 4


class TroubleScreen(FrameScreen):
    """One tip set apart, and why; those not tried yet below it, where there is room."""

    beside = LARGE

    crowded = True

    def __init__(self, scene: Scene, step: Step) -> None:
        self._scene = scene
        self._step = step
        self._told = advised(scene, step)
        say = scene.language.say
        rehearsal = rehearsal_of(step)
        keys = [Key("3", say(TRY_HERE), Practise(rehearsal))] if rehearsal else []
        keys += words_key(scene, step)
        if reads_chip(step) and self._told.suggestions:
            keys.append(phone_key(scene))
        if may_type(step) and self._told.suggestions:
            keys.append(Key("6", say(HOW_TO_TYPE), ShowTyping()))
        foot = [
            Key("1", say(TRY_AGAIN), Done(), primary=True),
            Key("2", say(TO_DESK if self._told.stop else NO_HELP), DidNotWork()),
            *always(scene.language),
        ]
        super().__init__(scene.language, keys, foot, scene.other_language)

    def where(self) -> str:
        """The number of the step."""
        return number_in_words(self._scene, self._step)

    def phases(self) -> Words:
        """Those of the situation, the one of this step marked."""
        return phases(self._scene, self._step)

    def words(self) -> ComposeResult:
        """What was learned here, the tip to try now, why, when to stop, and the tips left."""
        say = self.language.say
        told = self._told
        yield from known(self._scene, told)
        if told.suggestions:
            first, *later = told.suggestions[:MOST_SHOWN]
            yield Words(say(TRY_THIS), classes="who")
            yield Words(say(first.text), classes="instruction")
            if first.why and first.why != told.learned:
                yield Words(say(first.why), classes="expect", private=first.found)
            desk = told.desk
            # What was learned tells by itself why the desk may be needed.
            if desk is not None and not told.stop and not (desk.found and told.learned):
                yield Words(say(desk.why), classes="expect", private=desk.found)
            if later:
                yield Words(say(ALSO), classes="who later")
            for suggestion in later:
                yield Words(f"– {say(suggestion.text)}", classes="list later")
        if self.body_keys:
            yield from self.answers()

    def picture(self) -> Widget | None:
        """The same picture as at the step."""
        return picture_of(self._scene, self._step)
