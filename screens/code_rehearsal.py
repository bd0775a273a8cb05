"""Trying the scan of the code: through a swipe reader, before a camera, or with a scanner."""

from collections.abc import Callable
from functools import partial

from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from hardware.messages import (
    CodeCoached,
    CodeFound,
    FrameShown,
    FromHost,
    PreviewFrame,
    Resize,
    Scan,
    Status,
    ToHost,
)
from hardware.verdicts import CodeHint, DeviceState, Rehearsal, ScannerKind
from kiosk import advice, coaching
from kiosk.coaching import Coaching
from kiosk.countries import country_name
from kiosk.language import mark
from kiosk.visit import UNREAD
from screens.frame import Words
from screens.keys import Key
from screens.rehearsal import VOLUNTARY, RehearsalScreen
from screens.scene import Scene
from screens.widgets.hint_view import HintView
from screens.widgets.hints import DRAWN as DRAWINGS
from screens.widgets.hints import Drawing
from screens.widgets.key_button import KeyButton
from screens.widgets.picture import PictureView
from screens.widgets.preview import Preview

SWIPE = mark(
    "Open the passport at the photo page. Pull the bottom edge through the scanner, "
    "or lay the back of an ID card on it."
)
ANOTHER = mark("You can show another document to the camera now.")
SCAN = mark("Scan")

SCANS = (ScannerKind.FLATBED, ScannerKind.FEEDER)
"""The scanners that take one picture of each document, so that there is none to look at live."""

ON_GLASS: dict[CodeHint, Drawing] = {
    CodeHint.NO_DOCUMENT: "lay-down",
    **{hint: "lay-down" for hint in CodeHint if coaching.FLATBED[hint] is coaching.PRESS_FLAT},
}
"""What is drawn at a flatbed for hints that look different there."""
PUT_IN: dict[CodeHint, Drawing] = {hint: "put-in" for hint in CodeHint if hint is not CodeHint.READ}
"""The same at a sheet-fed scanner."""
DRAWN: dict[ScannerKind, dict[CodeHint, Drawing]] = {
    ScannerKind.FLATBED: ON_GLASS,
    ScannerKind.FEEDER: PUT_IN,
}


class CodeRehearsalScreen(RehearsalScreen):
    """The rehearsal of the code; of what kind the scanner is its `Status` tells.

    With the class `-coached` one hint at a time stands in the place of instruction and finding;
    with `-live` the live picture stands beside it.
    """

    def __init__(self, scene: Scene, to_host: Callable[[ToHost], None]):
        super().__init__(scene, Rehearsal.CODE, to_host)
        self._scanner = ScannerKind.SWIPE
        self._previewed = False
        """Whether the host knows how large the live picture is to be."""

    def words(self) -> ComposeResult:
        """As for every rehearsal, and the place of the hint and of the key that scans."""
        *before, aside = super().words()
        yield from before
        yield HintView()
        yield from self.answers()
        yield aside

    def picture(self) -> Widget:
        """Where the code is, or the live picture."""
        preview = Preview()
        preview.outline = "code"
        return Container(PictureView("code"), preview)

    def on_preview_resized(self, event: Preview.Resized) -> None:
        """The live picture has a size now, or another one."""
        self._previewed = True
        self._to_host(Resize(event.columns, event.rows))

    def scan(self) -> None:
        """The document lies on the glass."""
        self._to_host(Scan())
        self._scanning()

    def heard(self, message: FromHost) -> None:
        """Shows what the device host says."""
        match message:
            case CodeCoached(hint):
                words = coaching.on_hint(hint, self._scanner)
                self._hints.afterwards(partial(self._coach, hint, words))
            case CodeFound() if self._scanner in SCANS:
                # That it is being scanned must stay long enough to be read.
                self._hints.afterwards(partial(self._show_code, message))
            case CodeFound():
                self._show_code(message)
            case PreviewFrame() if not (self.has_class("-live") and self._previewed):
                self._to_host(FrameShown(message.sequence))
            case _:
                super().heard(message)

    def show_status(self, status: Status) -> None:
        """The state of the scanner; once it is ready, how a document is scanned with it."""
        ready = status.state is DeviceState.READY
        self._scanner = status.scanner or self._scanner
        if self._answered:
            self._offer_scan(ready)
        elif status.state is DeviceState.OPENING and status.scanner in SCANS:
            self._scanning()
        elif not ready:
            super().show_status(status)
        elif self._scanner is ScannerKind.SWIPE:
            self.query_one(".instruction", Words).update(self.language.say(SWIPE))
            super().show_status(status)
        elif not self.has_class("-coached"):
            self._coach(CodeHint.NO_DOCUMENT, coaching.FIRST[self._scanner])

    def show_found(
        self, sentences: tuple[str, str, str], good: bool, private: bool = False
    ) -> None:
        """What was found takes the place of the hint and of the live picture."""
        self._hints.forget()
        self.remove_class("-coached", "-live")
        self.query_one(Preview).clear()
        self._offer_scan(False)
        super().show_found(sentences, good, private)

    @property
    def _hints(self) -> HintView:
        return self.query_one(HintView)

    def _show_code(self, found: CodeFound) -> None:
        language, country = self.language, found.country
        name = country_name(country, language.code) if country else None
        sentences = advice.on_code(found.verdict, language, name)
        self.show_found(
            sentences, advice.CODE[found.verdict].good, private=found.verdict not in UNREAD
        )
        self._answered = self._scanner is not ScannerKind.SWIPE
        self._offer_scan(True)
        if self._scanner is ScannerKind.CAMERA:
            self.query_one(".aside", Words).update(language.say(ANOTHER))

    def _scanning(self) -> None:
        fed = self._scanner is ScannerKind.FEEDER
        drawing: Drawing = "put-in" if fed else "scanning"
        self._show_hint(drawing, coaching.DRAWN_IN if fed else coaching.SCANNING)
        self._offer_scan(False)

    def _coach(self, hint: CodeHint, words: Coaching) -> None:
        self._show_hint(DRAWN.get(self._scanner, {}).get(hint, hint), words)
        self._offer_scan(True)

    def _show_hint(self, drawing: Drawing, words: Coaching) -> None:
        say = self.language.say
        scans = self._scanner in SCANS
        self._answered = False
        self.query_one(".instruction", Words).display = False
        self.query_one(".aside", Words).update(say(VOLUNTARY))
        self.add_class("-coached")
        self.set_class(not scans, "-live")
        self._hints.set_class(scans, "-beside")
        self._hints.show(DRAWINGS[drawing], say(words.seen), say(words.do))

    def _offer_scan(self, offered: bool) -> None:
        """Shows the key that begins a scan where there is one, or takes it away."""
        offered = offered and self._scanner is ScannerKind.FLATBED
        if offered == bool(self.body_keys):
            return
        answers = self.query_one("#answers")
        if offered:
            self.body_keys = [Key("3", self.language.say(SCAN), Scan())]
            answers.mount(KeyButton(self.body_keys[0], classes="-answer"))
        else:
            self.body_keys = []
            answers.remove_children()
