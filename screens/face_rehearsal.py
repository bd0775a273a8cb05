"""Trying the scan of the face: the live picture with the oval, and one hint at a time beside it."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from hardware.errors import Reason
from hardware.messages import (
    FaceCoached,
    FrameShown,
    FromHost,
    PreviewFrame,
    Rehearse,
    Resize,
    Status,
    ToHost,
)
from hardware.verdicts import DeviceState, FaceHint, Rehearsal
from kiosk import face_coaching
from kiosk.language import mark
from kiosk.visit import Done
from screens.frame import Words
from screens.keys import Key
from screens.rehearsal import GO_ON, RehearsalScreen
from screens.scene import Scene
from screens.widgets.face_drawings import DRAWN
from screens.widgets.hint_view import HintView
from screens.widgets.key_button import KeyButton
from screens.widgets.picture import PictureView
from screens.widgets.preview import Preview

SKIP = mark("Skip this")
CAMERA_ON = mark("● Camera on. Nothing is kept.")

POINTING = {
    FaceHint.MOVE_LEFT: "left",
    FaceHint.MOVE_RIGHT: "right",
    FaceHint.MOVE_UP: "up",
    FaceHint.MOVE_DOWN: "down",
}
"""To which edge of the live picture an arrow points."""


class FaceRehearsalScreen(RehearsalScreen):
    """The rehearsal of the face; a skip is as large as every other key.

    With the class `-live` the camera's picture is shown, or awaited; with `-coached` a hint stands
    in the place of what helps everybody.
    """

    def __init__(self, scene: Scene, to_host: Callable[[ToHost], None]):
        super().__init__(scene, Rehearsal.FACE, to_host, SKIP)
        self._begun = False
        """Whether the host knows how large the picture is to be, and so has begun."""
        self._on = False
        """Whether the camera sends pictures."""
        self.set_class(True, "-face", "-live")

    def words(self) -> ComposeResult:
        """The state of the camera, what helps everybody, and the place of the hint."""
        instruction, finding, aside = super().words()
        yield finding
        yield instruction
        for sentence in face_coaching.ADVICE:
            yield Words(f"– {self.language.say(sentence)}", classes="list")
        yield HintView()
        yield aside

    def picture(self) -> Widget:
        """The live picture under the sign that the camera is on; a drawing while there is none."""
        preview = Preview()
        preview.outline = "oval"
        return Container(Words("", classes="camera-on"), PictureView("face"), preview)

    def begin(self) -> None:
        """Nothing yet: the host is to know first how large the picture is."""

    def on_preview_resized(self, event: Preview.Resized) -> None:
        """The preview has a size now, or another one."""
        if self._begun:
            self._to_host(Resize(event.columns, event.rows))
        else:
            self._begun = True
            self._to_host(Rehearse(self._rehearsal, event.columns, event.rows))

    def heard(self, message: FromHost) -> None:
        """Shows what the device host says."""
        match message:
            case FaceCoached(hint):
                # What was on its way when the pictures stopped is no more true.
                if self._on:
                    self._coach(hint)
            case PreviewFrame(sequence) if not self._on:
                self._to_host(FrameShown(sequence))
            case _:
                super().heard(message)

    def show_status(self, status: Status) -> None:
        """The state of the camera; without its picture what helps everybody is shown again."""
        self._on = status.state is DeviceState.READY
        if not self._on or status.reason is Reason.MODELS_MISSING:
            self._uncoached()
        if not self._on:
            self._preview.clear()
        self.set_class(self._on or status.state is DeviceState.OPENING, "-live")
        say = self.language.say
        self.query_one(".camera-on", Words).update(say(CAMERA_ON) if self._on else "")
        words = face_coaching.on_camera(status.state, status.reason)
        sentences = (words.seen, words.do) if words else ("", "")
        seen, then = (say(sentence) if sentence else "" for sentence in sentences)
        self.show_found((seen, then, ""), good=False)

    @property
    def _preview(self) -> Preview:
        return self.query_one(Preview)

    def _coach(self, hint: FaceHint) -> None:
        say = self.language.say
        words = face_coaching.COACHING[hint]
        self.add_class("-coached")
        self.query_one(HintView).show(DRAWN[hint], say(words.seen), say(words.do))
        self._preview.outline = "ready" if hint is FaceHint.READY else "oval"
        self._preview.pointing = POINTING.get(hint)
        if hint is FaceHint.READY:
            self._offer_to_go_on()

    def _uncoached(self) -> None:
        self.remove_class("-coached")
        self.query_one(HintView).forget()
        self._preview.outline = "oval"
        self._preview.pointing = None

    def _offer_to_go_on(self) -> None:
        """What was the skip is now the key of who has done it."""
        self.foot_keys[0] = Key("1", self.language.say(GO_ON), Done(), primary=True)
        button = self.query_one("KeyButton.-foot", KeyButton)
        button.key = self.foot_keys[0]
        button.refresh()
