"""What you need before you begin; and the choice of what to try here first."""

from textual.app import ComposeResult
from textual.containers import Grid
from textual.widget import Widget

from hardware.verdicts import Rehearsal
from kiosk.language import mark
from kiosk.visit import Choose, Done, Practise
from screens.frame import LARGE, FrameScreen, Words
from screens.keys import Key, always
from screens.phone_language import app_key
from screens.scene import Scene
from screens.widgets.key_button import KeyButton
from screens.widgets.picture import PictureView

WHAT_YOU_NEED = mark("What you need")
MINUTES = mark("It takes about {minutes} minutes. Take the time you need.")
READY = mark("I am ready")
TRY_FIRST = mark("Try the three scans here first")

TRY_WHICH = mark("Which scan do you want to try here?")
TRY_WHY = mark("Trying is voluntary. Nothing is kept, and nothing goes to your phone.")
GO_ON = mark("Go on with the guide")
WORDS = {
    Rehearsal.CODE: mark("Scan the code of your passport or ID card"),
    Rehearsal.CHIP: mark("Read the chip of your passport or ID card"),
    Rehearsal.FACE: mark("See your face in the camera"),
}


class NeedsScreen(FrameScreen):
    """What to have at hand, and about how long it takes."""

    beside = LARGE

    crowded = True

    def __init__(self, scene: Scene) -> None:
        assert scene.situation is not None
        self._situation = scene.situation
        language = scene.language
        keys = [Key("3", language.say(TRY_FIRST), Practise()), *app_key(scene)]
        foot = [Key("1", language.say(READY), Done(), primary=True), *always(language)]
        super().__init__(language, keys, foot, scene.other_language)

    def where(self) -> str:
        """Which situation it is."""
        return self.language.say(self._situation.title)

    def words(self) -> ComposeResult:
        """The list, the time, and the offer to try the scans."""
        say = self.language.say
        yield Words(say(WHAT_YOU_NEED), classes="instruction")
        for need in self._situation.needs:
            yield Words(f"– {say(need)}", classes="list")
        yield Words(say(MINUTES, minutes=self._situation.minutes), classes="expect")
        with Grid(id="pairs"):
            for key in self.body_keys:
                yield KeyButton(key, classes="-answer")

    def picture(self) -> Widget | None:
        """The sign that a document must have."""
        return PictureView("chip-sign")


class RehearsalsScreen(FrameScreen):
    """The three scans that can be tried here."""

    def __init__(self, scene: Scene) -> None:
        language = scene.language
        keys = [
            Key(str(number), language.say(WORDS[rehearsal]), Choose(number))
            for number, rehearsal in enumerate(Rehearsal, start=1)
        ]
        foot = [Key("4", language.say(GO_ON), Done(), primary=True), *always(language)]
        super().__init__(language, keys, foot, scene.other_language)

    def words(self) -> ComposeResult:
        """The three, and that none of them is a must."""
        yield Words(self.language.say(TRY_WHICH), classes="instruction")
        yield Words(self.language.say(TRY_WHY), classes="aside")
        yield from self.answers()
