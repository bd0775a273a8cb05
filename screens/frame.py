"""The frame that all screens share: head, body, foot, and every key in its place."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from hardware.messages import FromHost
from kiosk.fleet.helping import Call, Helped
from kiosk.language import Language, mark
from kiosk.speech.utterance import Utterance, spoken
from screens.audible import Audible
from screens.keys import ACCESS_DIGIT, LANGUAGE_DIGIT, START_OVER_DIGIT, Key, head_keys
from screens.textual_private import LockedScreen
from screens.widgets.bidi import Paragraph, is_mirrored
from screens.widgets.key_button import KeyButton

NEVER_ASKS = mark("This kiosk never asks for codes, user ID or CPR number.")
TOO_SMALL = mark("This window is too small for the guide: it needs 80 columns and 24 rows.")

CALLED = mark("Staff has been called.")
HELPS = mark("{name} helps you.")

LARGE_ROWS = 28
"""The rows of a terminal with large text; it has fewer only where all is as small as can be."""
LARGE = (100, LARGE_ROWS)
"""Its columns and rows."""
HEAD_PLACES = (ACCESS_DIGIT, LANGUAGE_DIGIT, START_OVER_DIGIT)
"""The keys of the head from left to right: sound and text, language, start over."""
FOOT_PLACES = ("14", "237", "0", "*", "#")
"""The keys of the foot: what goes on, what did not work or is tested, back, hear, staff."""


def help_in_words(helped: Helped, language: Language) -> str:
    """What has become of a call for help, in one sentence; empty while there is none."""
    match helped.call:
        case Call.OPEN:
            return language.say(CALLED)
        case Call.TAKEN:
            return language.say(HELPS, name=helped.by)
    return ""


class Words(Paragraph):
    """Text that is shown and spoken."""

    def __init__(
        self,
        text: object,
        classes: str = "",
        private: bool = False,
        said: Sequence[Utterance] = (),
    ) -> None:
        """`private`: it speaks of the person's document, and is spoken in headphones alone.

        `said`: what is spoken where that is not what is shown, or not in the screen's language.
        """
        super().__init__(text, classes)
        self.private = private
        self._said = said

    def utterances(self, language: Language) -> list[Utterance]:
        """What it shows, to be spoken."""
        if self._said:
            return list(self._said)
        words = spoken(str(self.content))
        return [Utterance(words, language.code, self.private)] if words else []


class Body(Vertical):
    """What stands between head and foot. Where not all fits, the keys in it move together."""

    def watch_virtual_size(self) -> None:
        """There is more or less to be seen; how much room there is, is known a moment later."""
        self.call_next(self._move_together)

    def on_resize(self) -> None:
        """There is more or less room."""
        self._move_together()

    def _move_together(self) -> None:
        if not self.max_scroll_y:
            return
        if self.screen.has_class("-beside", "-narrow"):
            self.screen.remove_class("-beside")  # the picture gives way first
        else:
            self.screen.add_class("-tight")


class FrameScreen(Audible, LockedScreen):
    """One screen, one thing: where am I, what to do, and the same few keys in the same places."""

    HORIZONTAL_BREAKPOINTS: ClassVar = [(0, "-tiny"), (80, "-narrow"), (110, "-wide")]
    VERTICAL_BREAKPOINTS: ClassVar = [(0, "-flat"), (24, "-short"), (32, "-tall")]

    may_start_over = True
    """Whether there is a visit here that can be begun anew."""

    beside: ClassVar[tuple[int, int] | None] = None
    """Columns and rows from which the picture stands beside the words, too, where these have room;
    None: only in 110 columns and more."""

    helped = Helped()
    """How staff helps from the desk, as far as this screen has been told."""

    crowded = False
    """Whether there is so much to read here that the keys touch each other at 80x24."""

    def __init__(
        self,
        language: Language,
        keys: Sequence[Key] = (),
        foot: Sequence[Key] = (),
        other_language: Language | None = None,
    ) -> None:
        """`keys` stand in the body, `foot` below; the digit of each works from anywhere."""
        super().__init__()
        self.language = language
        self.set_class(language.direction == "rtl", "-rtl")
        self.body_keys = list(keys)
        self.foot_keys = list(foot)
        self.head_keys = head_keys(language, other_language, self.may_start_over)
        primary = any(key.primary for key in (*self.body_keys, *self.foot_keys))
        # A question has no key that enter presses by itself: nobody answers one by accident.
        self.AUTO_FOCUS = "KeyButton.-primary" if primary else ""

    def key_for(self, digit: str) -> Key | None:
        """The key that this digit presses here, if any."""
        for key in (*self.body_keys, *self.foot_keys, *self.head_keys):
            if key.digit == digit:
                return key
        return None

    def compose(self) -> ComposeResult:
        """Head, body and foot; what is in them comes from the screen's own methods."""
        say = self.language.say
        self._fit()
        with Vertical(id="page"):
            with Vertical(id="head"):
                with Horizontal(id="top"):
                    yield from self.top()
                if phases := self.phases():
                    yield phases
            with Horizontal(id="body"):
                with Body(id="words"):
                    yield from self.words()
                picture = self.picture()
                if picture is not None:
                    self._stand_beside()
                    with Container(id="picture"):
                        yield picture
            if self.foot_keys:
                with Horizontal(id="foot"):
                    yield from self.foot()
            yield Words(say(NEVER_ASKS), classes="never-asks last-said")
        yield Words(say(TOO_SMALL), classes="too-small last-said")

    def _fit(self) -> None:
        """Sets the classes of the breakpoints before the first layout, which saves a second one."""
        size = self.app.size
        for length, breakpoints in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            reached = [name for least, name in breakpoints if length >= least]
            self.add_class(reached[-1])
        self.set_class(self.crowded and size.height < LARGE_ROWS, "-tight")

    def _stand_beside(self) -> None:
        """Gives the picture room in fewer columns, too, until words turn out to need it."""
        if self.beside is not None:
            columns, rows = self.beside
            size = self.app.size
            self.set_class(size.width >= columns and size.height >= rows, "-beside")

    def on_mount(self) -> None:
        """What is left elsewhere is right where the language runs from there."""
        if is_mirrored(self):
            from screens.widgets.mirrored import mirror

            mirror(self)

    def where(self) -> str:
        """Where the person is, in a few words."""
        return ""

    def phases(self) -> Words | None:
        """The phases of the situation, where the screen belongs to one of its steps."""
        return None

    def top(self) -> ComposeResult:
        """Where the person is, and the keys of the head."""
        with Vertical(id="place"):
            yield Words(self.where(), classes="where")
            yield self.banner()
        yield from self.in_place(self.head_keys, HEAD_PLACES, "-head")

    def banner(self) -> Words:
        """That staff has been called, or who helps: on every screen, while it is so."""
        words = help_in_words(self.helped, self.language)
        banner = Words(words, classes="banner")
        banner.display = bool(words)
        return banner

    def show_helped(self, helped: Helped) -> None:
        """What has become of the call is shown, and told."""
        words = help_in_words(helped, self.language)
        self.helped = helped
        for banner in self.query(".banner").results(Words):
            if words != str(banner.content):
                banner.update(words)
                banner.display = bool(words)
                self.tell(words, tone=True)

    def foot(self) -> ComposeResult:
        """The keys of the foot."""
        yield from self.in_place(self.foot_keys, FOOT_PLACES, "-foot")

    def in_place(self, keys: Sequence[Key], places: Sequence[str], row: str) -> ComposeResult:
        """Each key of a row in its place, which stays empty where there is no such key."""
        for number, digits in enumerate(places):
            classes = f"{row} -place-{number}"
            key = next((key for key in keys if key.digit in digits), None)
            yield KeyButton(key, classes) if key else Static(classes=classes)

    def words(self) -> ComposeResult:
        """What to read and to press."""
        yield from ()

    def picture(self) -> Widget | None:
        """One picture beside the words, where there is room."""
        return None

    def heard(self, message: FromHost) -> None:
        """The device host said something; only a rehearsal listens."""

    def scan(self) -> None:
        """The person asks for a scan; only a rehearsal offers one."""

    def answers(self) -> ComposeResult:
        """The keys in the body, one below the other."""
        with Vertical(id="answers"):
            for key in self.body_keys:
                yield KeyButton(key, classes="-answer")
