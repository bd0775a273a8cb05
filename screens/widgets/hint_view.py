"""The one hint that is needed now: a drawing, what is seen, and what to do."""

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from kiosk.language import Language
from kiosk.speech.utterance import Utterance
from screens.widgets.bidi import Paragraph
from screens.widgets.canvas import Canvas, Inks
from screens.widgets.picture import Drawn
from screens.widgets.standing import Standing

Painter = Callable[[Canvas, Inks], None]
"""What draws a hint; see `hints` and `face_drawings`."""

SHOWN_FOR = 1.0
"""Seconds for which a hint stays at least: a shorter one cannot be read and only flickers."""


class HintDrawing(Drawn):
    """The drawing of a hint."""

    SMALLEST, LARGEST = (24, 9), (44, 18)

    drawing: Painter | None = None

    def draw(self, width: int, height: int, inks: Inks) -> list[Text]:
        """That of the hint that is shown; nothing before the first."""
        if self.drawing is None:
            return []
        canvas = Canvas(width, height)
        self.drawing(canvas, inks)
        return canvas.lines()

    def description(self, language: Language) -> str:
        """Nothing: the two sentences beside it say all that it shows."""
        return ""


class HintView(Standing, Vertical):
    """Shows one hint at a time, and what comes next not before it could be read."""

    class Shown(Message):
        """Another hint is shown."""

        def __init__(self, spoken: str) -> None:
            super().__init__()
            self.spoken = spoken

    def __init__(self) -> None:
        super().__init__()
        self.spoken = ""
        """What stands here, as plain text to be spoken."""
        self._drawing = HintDrawing()
        self._seen = Paragraph(classes="hint-seen")
        self._do = Paragraph(classes="hint-do")

    def compose(self) -> ComposeResult:
        """The drawing and the two sentences."""
        yield self._drawing
        with Vertical(classes="hint-words"):
            yield self._seen
            yield self._do

    def show(self, drawing: Painter, seen: str, do: str) -> None:
        """Shows a hint at once, also where one stands that has not stood long."""
        spoken = f"{seen} {do}"
        if (drawing, spoken) == (self._drawing.drawing, self.spoken):
            return
        self.stand(SHOWN_FOR)
        self.spoken = spoken
        self._drawing.drawing = drawing
        self._drawing.refresh()
        self._seen.update(seen)
        self._do.update(do)
        self.post_message(self.Shown(spoken))

    def utterances(self, language: Language) -> list[Utterance]:
        """The hint that is shown, to be spoken."""
        return [Utterance(self.spoken, language.code)] if self.spoken else []

    def forget(self) -> None:
        """Another thing takes the place of the hint, and of what was to be done afterwards."""
        super().forget()
        self._drawing.drawing = None
        self.spoken = ""
