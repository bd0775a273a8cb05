"""The kiosks of a centre, or of all: calls first, then whatever else needs somebody."""

from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult

from kiosk.fleet.fleet_state import Grade, Order
from kiosk.fleet.reports import StepReport
from kiosk.fleet.topics import Place
from kiosk.language import Language, mark
from kiosk.situations.model import Content
from screens.operator import words
from screens.operator.frame import BACK, ConsoleScreen, Line, Press
from screens.operator.rows import Row, Rows, columns
from screens.operator.words import SIGNS

ALL_CENTRES = mark("All centres")
CALLS = mark("Next call")
CENTRES = mark("Centres")
STATISTICS = mark("Statistics")
LEAVE = mark("Leave")
SOUND_ON = mark("Sound: on")
SOUND_OFF = mark("Sound: off")
COLOURS = mark("Colours")
FILTER = mark("Show: {what}")
NONE_HERE = mark("No kiosk is to be seen here.")
NONE_YET = mark("No kiosk has been heard of yet.")
HEARD = mark("last heard")
KIOSK = mark("kiosk")
STATE = mark("state")
WHERE = mark("where the visit is")


class Filter(NamedTuple):
    """Which grades are shown."""

    name: str
    first: Grade
    last: Grade


FILTERS = (
    Filter(mark("all"), Grade.CALLING, Grade.IDLE),
    Filter(mark("calls"), Grade.CALLING, Grade.HELPED),
    Filter(mark("people"), Grade.CALLING, Grade.STUCK),
    Filter(mark("machines"), Grade.LOST, Grade.WARNING),
    Filter(mark("all well"), Grade.VISIT, Grade.IDLE),
)
COUNTS = {
    mark("kiosks"): tuple(Grade),
    mark("calls"): (Grade.CALLING,),
    mark("stuck"): (Grade.STUCK,),
    mark("silent"): (Grade.LOST,),
    mark("faults"): (Grade.FAULT, Grade.OUT_OF_ORDER, Grade.WARNING),
    mark("in use"): (Grade.VISIT, Grade.HELPED),
}
"""What is counted of each centre."""
_LOOKS = {Grade.CALLING: "alarm", Grade.HELPED: "good", Grade.IDLE: "quiet"}
_STATE, _AGE = 24, 10


class Kiosks:
    """The rows: those kiosks of an order whose grade the filter lets through."""

    def __init__(self, screen: "KiosksScreen") -> None:
        self._screen = screen

    def __len__(self) -> int:
        return len(self._part())

    def key(self, index: int) -> Place:
        """The kiosk of a row."""
        return self._screen.order()[self._part()[index]]

    def index(self, key: object) -> int | None:
        """The row of a kiosk."""
        found = self._screen.order().index(key) if isinstance(key, Place) else None
        part = self._part()
        return found - part.start if found is not None and found in part else None

    def row(self, index: int, width: int) -> Row:
        """Sign, name, what it needs, where the visit stands, and when it was last heard."""
        console = self._screen.console
        place = self.key(index)
        kiosk = console.fleet.get(place)
        if kiosk is None:
            return Row(str(place), "quiet")
        now, language = console.now(), console.language
        name = place.kiosk if self._screen.centre else str(place)
        return Row(
            columns(
                (SIGNS[kiosk.grade], 2),
                (name, self._screen.name_width),
                (words.standing(kiosk, now, language), _STATE),
                (where(kiosk.step, console.content, language), self._screen.rest(width)),
                (words.age(kiosk.age(now), language), _AGE),
            ),
            _LOOKS.get(kiosk.grade, "plain"),
        )

    def _part(self) -> range:
        chosen = FILTERS[self._screen.filter]
        return self._screen.order().part(chosen.first, chosen.last)


def counted(order: Order) -> dict[str, int]:
    """How many of an order are how."""
    return {what: sum(map(order.count, grades)) for what, grades in COUNTS.items()}


def where(report: StepReport | None, content: Content, language: Language) -> str:
    """'7/17 Hold the phone still …'; empty without a visit."""
    if report is None:
        return ""
    situation, step = words.situation_and_step(report, content)
    number = f"{report.n}/{report.of} " if report.n is not None and report.of is not None else ""
    told = step.instruction if step else situation.title if situation else ""
    return number + (language.say(told) if told else "")


class KiosksScreen(ConsoleScreen):
    """All kiosks, one in a row."""

    _EMPTY = Order()

    def __init__(self, centre: str | None = None) -> None:
        """`centre`: the one whose kiosks are shown; None: all."""
        super().__init__()
        self.centre = centre
        self.filter = 0

    def order(self) -> Order:
        """The kiosks in their order, as it is now."""
        if self.centre is None:
            return self.console.fleet.order
        return self.console.fleet.centres.get(self.centre, self._EMPTY)

    @property
    def name_width(self) -> int:
        """Columns of a kiosk's name, with its centre where there are several."""
        return 14 if self.centre else 22

    def rest(self, width: int) -> int:
        """Columns for where the visit is, of so many in all."""
        return max(0, width - 2 - self.name_width - _STATE - _AGE - 4)

    def title_now(self) -> str:
        """The centre."""
        return self.centre or self.language.say(ALL_CENTRES)

    def body(self) -> ComposeResult:
        """The rows, with what stands in them above."""
        yield Line(name="counts")
        yield Line(classes="columns", name="columns")
        yield Rows(Kiosks(self))

    def presses(self) -> Sequence[Press]:
        """What leads elsewhere, and what is shown."""
        say, console = self.language.say, self.console
        first = self._is_first()
        calls = console.fleet.order.count(Grade.CALLING)
        return (
            Press("1", say(CALLS), self._next_call if calls else None),
            Press("2", say(CENTRES), console.show_centres if first else None),
            Press("3", say(FILTER, what=say(FILTERS[self.filter].name)), self._next_filter),
            Press("4", say(STATISTICS), console.show_statistics if first else None),
            Press("6", say(SOUND_ON if console.sound else SOUND_OFF), console.switch_sound),
            Press("7", say(COLOURS), console.next_colours),
            Press("8", console.other_language.name, console.switch_language if first else None),
            Press("0", say(LEAVE if first else BACK), console.leave if first else self.back),
        )

    def fresh(self) -> None:
        """The rows are drawn anew, those in sight alone."""
        super().fresh()
        if not self.is_mounted:
            return
        say, rows = self.language.say, self.query_one(Rows)
        rows.nothing = say(NONE_HERE if len(self.order()) else NONE_YET)
        rows.fresh()
        counts = [f"{say(what)}: {n}" for what, n in counted(self.order()).items() if n]
        self.query_one("#counts", Line).show("  ".join(counts))
        self.query_one("#columns", Line).show(
            "  "
            + columns(
                ("", 2),
                (say(KIOSK), self.name_width),
                (say(STATE), _STATE),
                (say(WHERE), self.rest(rows.size.width - 2)),
                (say(HEARD), _AGE),
            )
        )

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        """One kiosk is looked at."""
        if isinstance(message.key, Place):
            self.console.show_kiosk(message.key)

    def _is_first(self) -> bool:
        return self.app.screen_stack[0] is self or self.app.screen_stack[1:2] == [self]

    def _next_call(self) -> None:
        order = self.console.fleet.order
        if order.count(Grade.CALLING):
            self.console.show_kiosk(order[order.part(Grade.CALLING, Grade.CALLING).start])

    def _next_filter(self) -> None:
        self.filter = (self.filter + 1) % len(FILTERS)
        self.query_one(Rows).move_to(0)
        self.fresh()
