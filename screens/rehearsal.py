"""Trying one scan on the kiosk's own devices: what to do, what was found, what it means."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from hardware.messages import (
    ChipFound,
    CodeFound,
    FrameShown,
    FromHost,
    PreviewFrame,
    Rehearse,
    Resize,
    Status,
    ToHost,
)
from hardware.verdicts import ChipVerdict, DeviceState, Rehearsal
from kiosk import advice
from kiosk.countries import country_name
from kiosk.language import mark
from kiosk.visit import Done
from screens.frame import FrameScreen, Words
from screens.keys import Key, always
from screens.scene import Scene
from screens.widgets.picture import PictureView
from screens.widgets.preview import Preview

TITLE = {
    Rehearsal.CODE: mark("Try it here: the code"),
    Rehearsal.CHIP: mark("Try it here: the chip"),
    Rehearsal.FACE: mark("Try it here: your face"),
}
HOW = {
    Rehearsal.CODE: mark(
        "Open the passport at the photo page. Pull the bottom edge through the scanner, "
        "or lay the back of an ID card on it."
    ),
    Rehearsal.CHIP: mark("Close the passport and lay it flat on the reader. Let it lie still."),
    Rehearsal.FACE: mark(
        "Look into the camera. Move until your whole face fills the oval, as in the app."
    ),
}
FACE_ADVICE = (
    mark("Light from the front, not from behind you."),
    mark("Take off glasses and cap. Brush hair away from the face."),
    mark("Hold still for a few seconds."),
)
VOLUNTARY = mark("This is voluntary. Nothing is kept.")
READY = {
    Rehearsal.CODE: mark("The scanner is ready."),
    Rehearsal.CHIP: mark("The reader is ready."),
    Rehearsal.FACE: "",
}
ONE_MOMENT = mark("One moment: the device is getting ready.")
GO_ON = mark("Go on")


class RehearsalScreen(FrameScreen):
    """One rehearsal. What the device host says comes in through `heard`."""

    def __init__(self, scene: Scene, rehearsal: Rehearsal, to_host: Callable[[ToHost], None]):
        self._scene = scene
        self._rehearsal = rehearsal
        self._to_host = to_host
        self._began = rehearsal is not Rehearsal.FACE
        self._answered = False
        foot = [Key("1", scene.language.say(GO_ON), Done(), primary=True), *always(scene.language)]
        super().__init__(scene.language, (), foot, scene.other_language)
        self.set_class(rehearsal is Rehearsal.FACE, "-live")

    def where(self) -> str:
        """Which scan it is."""
        return self.language.say(TITLE[self._rehearsal])

    def words(self) -> ComposeResult:
        """What to do; below it what was found, once something was."""
        say = self.language.say
        yield Words(say(HOW[self._rehearsal]), classes="instruction")
        if self._rehearsal is Rehearsal.FACE:
            for sentence in FACE_ADVICE:
                yield Words(f"– {say(sentence)}", classes="list")
        with Vertical(id="found"):
            yield Words(say(ONE_MOMENT), classes="status")
            yield Words("", classes="expect")
            yield Words("", classes="learned")
        yield Words(say(VOLUNTARY), classes="aside")

    def picture(self) -> Widget | None:
        """The live preview for the face, a drawing for the others."""
        if self._rehearsal is Rehearsal.FACE:
            preview = Preview()
            preview.outline = "oval"
            return preview
        return PictureView(self._rehearsal.value)

    def on_mount(self) -> None:
        """Begins the rehearsal in the device host; the camera when the preview knows its size."""
        if self._began:
            self._to_host(Rehearse(self._rehearsal))

    def on_preview_resized(self, event: Preview.Resized) -> None:
        """The preview has a size now, or another one."""
        if self._began:
            self._to_host(Resize(event.columns, event.rows))
        else:
            self._began = True
            self._to_host(Rehearse(self._rehearsal, event.columns, event.rows))

    def heard(self, message: FromHost) -> None:
        """Shows what the device host says."""
        match message:
            case Status():
                self._status(message)
            case CodeFound(verdict, _, country):
                name = country_name(country, self.language.code) if country else None
                self._found(advice.on_code(verdict, self.language, name), advice.CODE[verdict].good)
            case ChipFound(verdict):
                if self._answered:
                    return  # what it means must stay to be read when the document is taken away
                self._answered = verdict is ChipVerdict.ANSWERS
                found = advice.CHIP[verdict]
                say = self.language.say
                self._found((say(found.found), say(found.means), say(found.do)), found.good)
            case PreviewFrame(sequence, columns, rows, pixels):
                self.query_one(Preview).show(
                    pixels, columns, rows, lambda: self._to_host(FrameShown(sequence))
                )

    def _status(self, status: Status) -> None:
        say = self.language.say
        if status.state is DeviceState.READY:
            self._found((say(READY[self._rehearsal]), "", ""), good=False)
        elif status.state in advice.ONE_MOMENT:
            self._found((say(ONE_MOMENT), "", ""), good=False)
        else:
            self._found((say(advice.WITHOUT_DEVICE[self._rehearsal]), "", ""), good=False)

    def _found(self, sentences: tuple[str, str, str], good: bool) -> None:
        found = self.query_one("#found")
        found.set_class(good, "-good")
        kinds = (".status", ".expect", ".learned")
        for kind, sentence in zip(kinds, sentences, strict=True):
            words = found.query_one(kind, Words)
            words.update(sentence)
            words.display = bool(sentence)
