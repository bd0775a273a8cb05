"""Choosing one of many: a step, a phrase, a language, a colleague; and a question before an end."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual.app import ComposeResult

from kiosk.language import mark
from screens.operator.frame import BACK, ConsoleScreen, Line, Press
from screens.operator.rows import Row, Rows

HOW = mark("Arrows and Enter choose, or type the number and press Enter.")
YES = mark("Yes, do it")
NO = mark("No")


class Choice(NamedTuple):
    """One thing to choose."""

    key: str
    words: str
    quiet: bool = False
    """Whether it cannot be chosen: a heading."""


class Choices:
    """The rows of what can be chosen, each with its number."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self._choices = choices

    def __len__(self) -> int:
        return len(self._choices)

    def key(self, index: int) -> str:
        """What the row stands for."""
        return self._choices[index].key

    def index(self, key: object) -> int | None:
        """Its row."""
        return next((at for at, one in enumerate(self._choices) if one.key == key), None)

    def row(self, index: int, width: int) -> Row:
        """Its number and its words."""
        return Row(f"{index + 1:>3}  {self._choices[index].words}")


class PickScreen(ConsoleScreen):
    """A list; what is chosen is handed on, and the screen is gone."""

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        chosen: Callable[[str], None],
        at: str | None = None,
    ) -> None:
        """`at`: what is marked at first."""
        super().__init__()
        self._title = title
        self._source = Choices(choices)
        self._chosen = chosen
        self._at = self._source.index(at) or 0
        self._typed = ""

    def title_now(self) -> str:
        """What is chosen, and for which kiosk."""
        return self._title

    def body(self) -> ComposeResult:
        """The rows, and how to choose."""
        yield Line(self.language.say(HOW), classes="columns")
        yield Rows(self._source, self._at)

    def presses(self) -> Sequence[Press]:
        """Only the way back."""
        return (Press("0", self.language.say(BACK), self.back),)

    def knows(self, key: str, character: str) -> bool:
        """Digits that are a row's number mark it; a 0 that is none goes back."""
        typed = self._typed + character
        if typed.isdecimal() and typed.isascii() and int(typed) in range(1, len(self._source) + 1):
            self._typed = typed
            self.query_one(Rows).move_to(int(typed) - 1)
            return True
        self._typed = ""
        return False

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """It is chosen."""
        self.app.pop_screen()
        self._chosen(str(message.key))


class SureScreen(ConsoleScreen):
    """A question before something that cannot be taken back."""

    AUTO_FOCUS = ""

    def __init__(self, title: str, question: str, what: str, yes: Callable[[], None]) -> None:
        """`what`: what happens then."""
        super().__init__()
        self._title, self._question, self._what, self._yes = title, question, what, yes

    def title_now(self) -> str:
        """Which kiosk it is about."""
        return self._title

    def body(self) -> ComposeResult:
        """The question, and what happens."""
        yield Line(self._question, classes="question")
        yield Line(self._what)

    def presses(self) -> Sequence[Press]:
        """Yes, or no."""
        say = self.language.say
        return (Press("1", say(YES), self._do), Press("0", say(NO), self.back))

    def _do(self) -> None:
        self.app.pop_screen()
        self._yes()
