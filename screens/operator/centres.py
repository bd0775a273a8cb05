"""The centres, those first that need somebody most."""

from collections.abc import Sequence

from textual.app import ComposeResult

from kiosk.fleet.fleet_state import Grade
from kiosk.language import mark
from screens.operator.frame import BACK, ConsoleScreen, Line, Press
from screens.operator.kiosks import CENTRES, COUNTS, KiosksScreen, counted
from screens.operator.rows import Row, Rows, columns, fitted

CENTRE = mark("centre")
_NAME, _NUMBER = 20, 8


class Centres:
    """The rows; their order is made anew with each change, as there are few."""

    def __init__(self, screen: "CentresScreen") -> None:
        self._screen = screen
        self._names: list[str] = []

    def look(self) -> None:
        """Puts the centres into their order of now."""
        self._names = self._screen.console.fleet.centre_order()

    def __len__(self) -> int:
        return len(self._names)

    def key(self, index: int) -> str:
        """The centre of a row."""
        return self._names[index]

    def index(self, key: object) -> int | None:
        """The row of a centre."""
        return self._names.index(key) if key in self._names else None

    def row(self, index: int, width: int) -> Row:
        """Its name, and how many of its kiosks are how."""
        order = self._screen.console.fleet.centres.get(self._names[index])
        if order is None:
            return Row(self._names[index], "quiet")
        numbers = counted(order).values()
        cells = [(_right(str(number) if number else "–"), _NUMBER) for number in numbers]
        look = "alarm" if order.count(Grade.CALLING) else "plain"
        return Row(columns((self._names[index], _NAME), *cells), look)


def _right(words: str) -> str:
    return fitted(words, _NUMBER) if len(words) >= _NUMBER else words.rjust(_NUMBER)


class CentresScreen(ConsoleScreen):
    """All centres of which this console hears, one in a row."""

    def __init__(self) -> None:
        super().__init__()
        self._centres = Centres(self)

    def title_now(self) -> str:
        """How many there are."""
        say, fleet = self.language.say, self.console.fleet
        return f"{say(CENTRES)} ({len(fleet.centres)})"

    def body(self) -> ComposeResult:
        """The rows, with what stands in them above."""
        say = self.language.say
        cells = [(_right(say(what)), _NUMBER) for what in COUNTS]
        yield Line("  " + columns((say(CENTRE), _NAME), *cells), classes="columns")
        yield Rows(self._centres)

    def presses(self) -> Sequence[Press]:
        """Only the way back: enter opens a centre."""
        return (Press("0", self.language.say(BACK), self.back),)

    def fresh(self) -> None:
        """The centres are put in order, and those in sight drawn."""
        super().fresh()
        if self.is_mounted:
            self._centres.look()
            self.query_one(Rows).fresh()

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """The kiosks of one centre."""
        self.app.push_screen(KiosksScreen(str(message.key)))
