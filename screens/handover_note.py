"""The note for the desk, in words and as a QR code that holds text only."""

from textual.app import ComposeResult

from kiosk import handover
from kiosk.language import mark
from kiosk.tried import tried
from kiosk.visit import ShowNote
from screens.frame import FrameScreen, Words
from screens.keys import Key, always
from screens.links import CodeScreen
from screens.scene import Scene
from screens.staff import NOTE
from screens.widgets.qr_code import fits

SHOW_IT = mark("Show this at the desk. Nothing in it tells who you are.")
AS_CODE = mark("Take it along as a QR code")
TEXT_ONLY = mark("Point your phone's camera at the square to take the note along. It is text only.")
BESIDE = 35
"""Columns that the words beside the code need."""


class NoteScreen(FrameScreen):
    """Where the visit ended, what was tried here, and what to bring."""

    crowded = True

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        language = scene.language
        foot = [Key("4", language.say(AS_CODE), ShowNote(), primary=True), *always(language)]
        super().__init__(language, (), foot, scene.other_language)

    def where(self) -> str:
        """What this is."""
        return self.language.say(NOTE)

    def words(self) -> ComposeResult:
        """The note; what speaks of the document is told in headphones alone."""
        say = self.language.say
        visit, content = self._scene.visit, self._scene.kit.content
        yield Words(say(SHOW_IT), classes="instruction")
        for line in handover.place(visit, content, self.language):
            yield Words(f"– {line}", classes="list")
        for line in tried(visit.learned, self.language):
            yield Words(f"– {line}", classes="list", private=True)
        for sentence in handover.BRING:
            yield Words(f"– {say(sentence)}", classes="list")


class NoteCodeScreen(CodeScreen):
    """The note as a QR code: in sentences where there is room for so many, else in few letters."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        super().__init__(scene.language)

    def code(self) -> str:
        """The fullest note that fits the screen; an address or a person is in none."""
        visit, content = self._scene.visit, self._scene.kit.content
        whole = handover.whole(visit, content, self.language)
        size = self.app.size
        if fits(whole, size.height, size.width - BESIDE):
            return whole
        return handover.short(visit, content)

    def words(self) -> ComposeResult:
        """What the code is for."""
        say = self.language.say
        yield Words(say(NOTE), classes="instruction")
        yield Words(say(TEXT_ONLY), classes="expect")
        yield Words(say(SHOW_IT), classes="expect")
