"""Trying the chip: where to lay the document, how far the reading is, and what came out."""

from collections.abc import Callable
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from hardware.messages import ChipFound, ChipProgress, FromHost, Status, ToHost
from hardware.verdicts import ChipPhase, ChipVerdict, DeviceState, Rehearsal
from kiosk import advice
from kiosk.language import Language, mark
from kiosk.learned import ABOUT_LYING
from screens.frame import Words
from screens.progress import dots
from screens.rehearsal import RehearsalScreen
from screens.scene import Scene
from screens.widgets.chip_drawings import ChipDrawing, ReaderView
from screens.widgets.standing import Standing

SHOWN_FOR = 1.0
"""Seconds for which it stays at least that a chip is being read: some take less."""

BEING_READ = mark("The chip is being read.")
LIE_STILL = mark("Let the document lie still on the reader.")
OPENING = mark("Opening")
READING = mark("Reading")
CHECKING = mark("Checking")
PHASES = {
    ChipPhase.CONNECTING: OPENING,
    ChipPhase.OPENING: OPENING,
    ChipPhase.READING: READING,
    ChipPhase.PROVING: CHECKING,
    ChipPhase.CHECKING: CHECKING,
}
BAR = 30
"""Cells of the bar."""

DRAWN: dict[ChipVerdict, ChipDrawing] = {
    ChipVerdict.WORKS: "phone",
    ChipVerdict.ANSWERS: "code",
    ChipVerdict.NONE: "lay-on",
    ChipVerdict.SEVERAL: "alone",
    ChipVerdict.MUTE: "turn-over",
    ChipVerdict.NOT_ISO_DEP: "alone",
    ChipVerdict.NOT_EMRTD: "alone",
    ChipVerdict.REMOVED: "lay-on",
    ChipVerdict.UNSTABLE: "once-more",
    ChipVerdict.WRONG_KEY: "code",
    ChipVerdict.DELAYED: "once-more",
    ChipVerdict.UNSUPPORTED: "phone",
    ChipVerdict.MESSAGING_BROKEN: "once-more",
    ChipVerdict.FILE_MISSING: "phone",
    ChipVerdict.FILE_DENIED: "phone",
    ChipVerdict.FILE_MALFORMED: "phone",
    ChipVerdict.CODE_DIFFERS: "code",
    ChipVerdict.TIMEOUT: "once-more",
    ChipVerdict.CANCELLED: "once-more",
}
"""What shows the one thing to do; for the others there is nothing to do at the reader."""


def bar(percent: int) -> str:
    """So much of the whole, in cells and in a number."""
    full = percent * BAR // 100
    return "█" * full + "░" * (BAR - full) + f" {percent:3} %"


def phases(phase: ChipPhase, language: Language) -> Text:
    """A dot with its word for each phase: done, now and to come."""
    words = list(dict.fromkeys(PHASES.values()))
    now = words.index(PHASES[phase])
    return dots([language.say(word) for word in words], now, apart="  ")


class ChipRehearsalScreen(Standing, RehearsalScreen):
    """The rehearsal of the chip.

    With the class `-reading` it shows how far the reading is; with `-bare` there is no drawing.
    """

    def __init__(self, scene: Scene, to_host: Callable[[ToHost], None]):
        super().__init__(scene, Rehearsal.CHIP, to_host)
        self.set_class(True, "-chip", "-bare")

    def words(self) -> ComposeResult:
        """As for every rehearsal, and how far the reading is."""
        *before, aside = super().words()
        yield from before
        yield Vertical(
            Words(self.language.say(BEING_READ), classes="instruction"),
            Words("", classes="chip-phases last-said"),
            Words("", classes="chip-bar last-said"),
            Words(self.language.say(LIE_STILL), classes="expect"),
            id="reading",
        )
        yield aside

    def picture(self) -> Widget:
        """What to do with the document at the reader."""
        return ReaderView()

    def heard(self, message: FromHost) -> None:
        """Shows what the device host says."""
        match message:
            case ChipProgress(phase, percent):
                self._show_progress(phase, percent)
            case ChipFound(ChipVerdict.NONE) if self._answered:
                return  # what it means must stay to be read when the document is taken away
            case ChipFound():
                self.afterwards(partial(self._show_chip, message))
            case _:
                super().heard(message)

    def show_status(self, status: Status) -> None:
        """The state of the reader; once it is ready, where the document goes."""
        self.forget()
        self._answered = False
        super().show_status(status)
        self._how.display = True
        self._draw("lay-on" if status.state is DeviceState.READY else None)

    def _show_progress(self, phase: ChipPhase, percent: int) -> None:
        if not self.has_class("-reading"):
            self._answered = False
            self.add_class("-reading")
            self._draw("lies")
            self.tell(self.language.say(BEING_READ), self.language.say(LIE_STILL))
            self.stand(SHOWN_FOR)
        self.query_one(".chip-phases", Words).update(phases(phase, self.language))
        self.query_one(".chip-bar", Words).update(bar(percent))

    def _show_chip(self, found: ChipFound) -> None:
        verdict = found.verdict
        self._answered = verdict not in ABOUT_LYING
        sentences = advice.on_chip(verdict, self.language, found.tries_left)
        self.show_found(sentences, advice.CHIP[verdict].good, private=self._answered)
        self._how.display = False
        self._draw(DRAWN.get(verdict))

    @property
    def _how(self) -> Words:
        return self.query_one("#words > .instruction", Words)

    def show_found(
        self, sentences: tuple[str, str, str], good: bool, private: bool = False
    ) -> None:
        """What was found takes the place of how far the reading is."""
        self.remove_class("-reading")
        super().show_found(sentences, good, private)

    def _draw(self, drawing: ChipDrawing | None) -> None:
        self.set_class(drawing is None, "-bare")
        self.query_one(ReaderView).show(drawing)
