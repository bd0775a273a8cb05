"""The one hint that a document's code needs now: a drawing, what is wrong, and what to do."""

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Static

from screens.widgets import hints
from screens.widgets.canvas import Inks
from screens.widgets.hints import Drawing
from screens.widgets.picture import Drawn

SHOWN_FOR = 1.0
"""Seconds for which a hint stays at least: a shorter one cannot be read and only flickers."""


class HintDrawing(Drawn):
    """The drawing of a hint."""

    SMALLEST, LARGEST = (24, 9), (44, 18)

    drawing: Drawing | None = None

    def draw(self, width: int, height: int, inks: Inks) -> list[Text]:
        """That of the hint that is shown; nothing before the first."""
        return hints.draw(self.drawing, width, height, inks) if self.drawing else []


class HintView(Vertical):
    """Shows one hint at a time, and what comes next not before it could be read."""

    def __init__(self) -> None:
        super().__init__()
        self.spoken = ""
        """What stands here, as plain text to be spoken."""
        self._drawing = HintDrawing()
        self._seen = Static(classes="hint-seen", markup=False)
        self._do = Static(classes="hint-do", markup=False)
        self._next: Callable[[], None] | None = None
        self._standing: Timer | None = None

    def compose(self) -> ComposeResult:
        """The drawing and the two sentences."""
        yield self._drawing
        with Vertical(classes="hint-words"):
            yield self._seen
            yield self._do

    def show(self, drawing: Drawing, seen: str, do: str) -> None:
        """Shows a hint at once, also where one stands that has not stood long."""
        spoken = f"{seen} {do}"
        if (drawing, spoken) == (self._drawing.drawing, self.spoken):
            return
        self.forget()
        self.spoken = spoken
        self._drawing.drawing = drawing
        self._drawing.refresh()
        self._seen.update(seen)
        self._do.update(do)
        self._standing = self.set_timer(SHOWN_FOR, self.stood)

    def afterwards(self, act: Callable[[], None]) -> None:
        """Does something once the hint has stood long enough; of several things only the last."""
        if self._standing is None:
            act()
        else:
            self._next = act

    def stood(self) -> None:
        """The hint has stood long enough."""
        self._standing = None
        act, self._next = self._next, None
        if act is not None:
            act()

    def forget(self) -> None:
        """Another thing takes the place of the hint, and of what was to be done afterwards."""
        if self._standing is not None:
            self._standing.stop()
        self._standing = self._next = None
        self._drawing.drawing = None
        self.spoken = ""
