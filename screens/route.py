"""The honest other way: what to do, and whom to call."""

from textual.app import ComposeResult
from textual.containers import Vertical

from kiosk.language import mark
from kiosk.support import local_now, opening, opening_in_words
from kiosk.visit import Choose, Done, ShowLinks, ShowNote, has_note
from screens.frame import FrameScreen, Words
from screens.keys import Key, always
from screens.scene import Scene
from screens.staff import NOTE

WHAT_TO_DO = mark("What to do now")
FINISH = mark("Finish and erase everything")
SHOW_CODES = mark("Show the address as a QR code")


class RouteScreen(FrameScreen):
    """What to do when none of the four situations is the right one, or no longer."""

    crowded = True

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._route = scene.kit.content.routes[scene.visit.spot.id]
        language = scene.language
        keys = []
        if self._route.goes_on:
            keys.append(Key("2", language.say(self._route.goes_on_text), Choose(1)))
        if self._route.links:
            keys.append(Key("4", language.say(SHOW_CODES), ShowLinks()))
        foot = [Key("1", language.say(FINISH), Done(), primary=True), *always(language)]
        if has_note(scene.visit):
            foot.append(Key("2", language.say(NOTE), ShowNote()))
        super().__init__(language, keys, foot, scene.other_language)

    def where(self) -> str:
        """That this is the other way."""
        return self.language.say(WHAT_TO_DO)

    def words(self) -> ComposeResult:
        """What to do, in order, the number to call with its hours, and what else can be pressed."""
        say = self.language.say
        yield Words(say(self._route.title), classes="instruction")
        many = len(self._route.steps) > 1
        for number, sentence in enumerate(self._route.steps, start=1):
            yield Words(f"{number}. {say(sentence)}" if many else say(sentence), classes="list")
        if self._route.support:
            support = self._scene.kit.support
            now = local_now(support)
            with Vertical(id="numbers"):
                for number_to_call in support.numbers.values():
                    open_now = opening(support, number_to_call, now)
                    hours = opening_in_words(self.language, open_now, now)
                    line = f"{say(number_to_call.name)}: {number_to_call.number}  {hours}"
                    yield Words(line, classes="number")
                    yield Words(say(number_to_call.what_for), classes="what-for")
        if self.body_keys:
            yield from self.answers()
