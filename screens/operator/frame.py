"""The frame of all the console's screens: a title, the broker, a body, news, and keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical
from textual.widgets import Static

from kiosk.language import Language, mark
from screens.operator import words
from screens.textual_private import LockedScreen

if TYPE_CHECKING:
    from screens.operator.app import ConsoleApp

BACK = mark("Back")
BROKER_LOST = mark("No contact with the broker for {age}. What stands here is old.")
TOO_SMALL = mark("This window is too small: it needs 80 columns and 24 rows.")

SCROLLS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10}
"""Rows by which these keys move what does not fit on the screen."""


@dataclass(frozen=True)
class Press:
    """A key of the foot: its digit, its words, and what it does; without `do` it only stands."""

    digit: str
    words: str
    do: Callable[[], None] | None


class Line(Static):
    """Words that are shown as they are."""

    def __init__(self, text: str = "", classes: str = "", name: str = "") -> None:
        super().__init__(text, markup=False, classes=classes, id=name or None)
        self.shown: str | Text = text

    def show(self, text: str | Text) -> None:
        """Shows other words, where they are others."""
        if text != self.shown:
            self.shown = text
            self.update(text)


class PressKey(Static):
    """A key of the foot for the mouse."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"press-key--digit"}

    def __init__(self, press: Press) -> None:
        super().__init__(classes="" if press.do else "-idle")
        self.press = press

    def render(self) -> Text:
        """The digit as a cap, and the words."""
        cap = self.get_component_rich_style("press-key--digit", partial=True)
        if self.press.do is None:
            return Text.assemble(f" {self.press.digit}  {self.press.words}", no_wrap=True)
        return Text.assemble((f" {self.press.digit} ", cap), f" {self.press.words}", no_wrap=True)

    def on_click(self, event: events.Click) -> None:
        """It was pressed."""
        event.stop()
        if self.press.do is not None:
            self.press.do()


class ConsoleScreen(LockedScreen):
    """One screen of the console."""

    HORIZONTAL_BREAKPOINTS: ClassVar = [(0, "-tiny"), (80, "-narrow"), (110, "-wide")]
    VERTICAL_BREAKPOINTS: ClassVar = [(0, "-flat"), (24, "-short"), (32, "-tall")]
    AUTO_FOCUS = "Rows"

    _presses: Sequence[Press] = ()

    @property
    def console(self) -> "ConsoleApp":
        """The app, which holds all that screens share."""
        return cast("ConsoleApp", self.app)

    @property
    def language(self) -> Language:
        """The language of whoever sits here."""
        return self.console.language

    def compose(self) -> ComposeResult:
        """Title and operator, what is wrong with the broker, the body, news, the keys."""
        self._presses = self.presses()
        with Vertical(id="page"):
            with Horizontal(id="head"):
                yield Line(name="title")
                yield Line(self.console.who(), name="who")
            yield Line(name="broker")
            with Vertical(id="body"):
                yield from self.body()
            yield Line(name="news")
            with Grid(id="foot"):
                yield from map(PressKey, self._presses)
        yield Line(self.language.say(TOO_SMALL), classes="too-small")

    def on_mount(self) -> None:
        """All is shown as it is now."""
        self.fresh()

    def on_screen_resume(self) -> None:
        """The screen that lay above it is gone; meanwhile much may have changed."""
        self.fresh()

    def fresh(self) -> None:
        """Shows everything as it is now; told when something has changed, and every second."""
        if not self.is_mounted:
            return
        self.query_one("#title", Line).show(self.title_now())
        lost = self.console.broker_lost_for()
        broker = self.query_one("#broker", Line)
        broker.display = lost is not None
        if lost is not None:
            told = self.language.say(BROKER_LOST, age=words.age(lost, self.language))
            broker.show(told)
        news = self.query_one("#news", Line)
        news.display = bool(self.console.news)
        news.show(self.console.news)
        if (presses := self.presses()) != self._presses:
            self._presses = presses
            foot = self.query_one("#foot", Grid)
            shown = list(foot.query(PressKey))
            for key, press in zip(shown, presses, strict=True):
                key.press = press
                key.set_class(press.do is None, "-idle")
                key.refresh()

    def on_key(self, event: events.Key) -> None:
        """What the screen itself knows; else a digit does what stands beside it, escape is 0."""
        if self.knows(event.key, event.character or ""):
            event.stop()
            return
        digit = "0" if event.key == "escape" else event.character
        for press in self._presses:
            if press.digit == digit:
                event.stop()
                if press.do is not None:
                    press.do()
                return

    def knows(self, key: str, character: str) -> bool:
        """Whether the screen has done something with this key by itself."""
        # Textual calls `on_key` of every class a screen is made of: those below override this.
        return False

    def back(self) -> None:
        """To the screen below."""
        self.app.pop_screen()

    def title_now(self) -> str:
        """What stands at the head."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """What stands in the middle."""
        raise NotImplementedError

    def presses(self) -> Sequence[Press]:
        """The keys as they are now: always as many."""
        raise NotImplementedError
