"""Trying one scan on the kiosk's own devices: what to do, what was found, what it means."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from hardware.messages import (
    FrameShown,
    FromHost,
    PreviewFrame,
    Rehearse,
    Status,
    ToHost,
)
from hardware.verdicts import DeviceState, Rehearsal
from kiosk import advice
from kiosk.language import mark
from kiosk.visit import Done
from screens.frame import FrameScreen, Words
from screens.keys import Key, always
from screens.scene import Scene
from screens.widgets.hint_view import HintView
from screens.widgets.picture import PictureView
from screens.widgets.preview import Preview

TITLE = {
    Rehearsal.CODE: mark("Try it here: the code"),
    Rehearsal.CHIP: mark("Try it here: the chip"),
    Rehearsal.FACE: mark("Try it here: your face"),
}
HOW = {
    Rehearsal.CODE: mark(
        "The code is at the bottom of the photo page, or on the back of an ID card."
    ),
    Rehearsal.CHIP: mark("Close the passport and lay it flat on the reader. Let it lie still."),
    Rehearsal.FACE: mark(
        "Look into the camera. Move until your whole face fills the oval, as in the app."
    ),
}
VOLUNTARY = mark("This is voluntary. Nothing is kept.")
READY = {
    Rehearsal.CODE: mark("The scanner is ready."),
    Rehearsal.CHIP: mark("The reader is ready."),
}
ONE_MOMENT = mark("One moment: the device is getting ready.")
GO_ON = mark("Go on")


class RehearsalScreen(FrameScreen):
    """What all rehearsals have. `heard` is told what the host says."""

    def __init__(
        self,
        scene: Scene,
        rehearsal: Rehearsal,
        to_host: Callable[[ToHost], None],
        go_on: str = GO_ON,
    ):
        """`go_on`: the sentence on the key that leaves the rehearsal."""
        self._rehearsal = rehearsal
        self._to_host = to_host
        self._answered = False
        """Whether what was found must stay to be read."""
        foot = [Key("1", scene.language.say(go_on), Done(), primary=True), *always(scene.language)]
        super().__init__(scene.language, (), foot, scene.other_language)

    def where(self) -> str:
        """Which scan it is."""
        return self.language.say(TITLE[self._rehearsal])

    def words(self) -> ComposeResult:
        """What to do; below it what was found, once something was."""
        yield Words(self.language.say(HOW[self._rehearsal]), classes="instruction")
        yield self.finding()
        yield Words(self.language.say(VOLUNTARY), classes="aside")

    def finding(self) -> Widget:
        """What was found, what it means and what to do; before that the state of the device."""
        return Vertical(
            Words(self.language.say(ONE_MOMENT), classes="status"),
            Words("", classes="expect"),
            Words("", classes="learned"),
            id="found",
        )

    def picture(self) -> Widget | None:
        """A drawing of what is to be done."""
        return PictureView(self._rehearsal.value)

    def on_mount(self) -> None:
        """The screen is there, and so the rehearsal can begin."""
        self.begin()

    def begin(self) -> None:
        """Begins the rehearsal in the device host."""
        self._to_host(Rehearse(self._rehearsal))

    def heard(self, message: FromHost) -> None:
        """Shows what the device host says."""
        match message:
            case Status():
                self.show_status(message)
            case PreviewFrame(sequence, columns, rows, pixels):
                self.query_one(Preview).show(
                    pixels, columns, rows, lambda: self._to_host(FrameShown(sequence))
                )

    def on_hint_view_shown(self, message: HintView.Shown) -> None:
        """Another hint stands there, and is spoken."""
        self.tell(message.spoken)

    def show_status(self, status: Status) -> None:
        """Says what state the device is in."""
        if status.state is DeviceState.READY:
            sentence = READY[self._rehearsal]
        elif status.state in advice.ONE_MOMENT:
            sentence = ONE_MOMENT
        else:
            sentence = advice.WITHOUT_DEVICE[self._rehearsal]
        self.show_found((self.language.say(sentence), "", ""), good=False)

    def show_found(
        self, sentences: tuple[str, str, str], good: bool, private: bool = False
    ) -> None:
        """Says what was found, what it means and what to do.

        `private`: it speaks of the person's document.
        """
        found = self.query_one("#found")
        found.set_class(good, "-good")
        kinds = (".status", ".expect", ".learned")
        for kind, sentence in zip(kinds, sentences, strict=True):
            words = found.query_one(kind, Words)
            words.update(sentence)
            words.display = bool(sentence)
            words.private = private
        self.tell(*sentences, private=private)
