"""Statistics without persons: visits a day, how they end, and where people give up."""

import asyncio
from collections.abc import Iterator, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from kiosk.fleet import statistics
from kiosk.fleet.reports import Ending
from kiosk.fleet.statistics import Statistics
from kiosk.fleet.statistics_store import StoreError, centres
from kiosk.language import Language, mark
from kiosk.situations.model import Content
from screens.operator.frame import BACK, SCROLLS, ConsoleScreen, Line, Press
from screens.operator.kiosks import ALL_CENTRES, STATISTICS
from screens.operator.rows import columns, fitted

FROM_TO = mark("{where}, {first} to {last}")
FEW = mark("Fewer than {count} visits: nothing is told of so few.")
NO_FILE = mark("Nothing has been counted at this console.")
UNREADABLE = mark("The file of the statistics cannot be read. Tell the technician.")
VISITS = mark("Visits: {count}. Half of them took {minutes} min at most.")
VISITS_ALONE = mark("Visits: {count}.")
A_DAY = mark("Visits a day, at most {count}:")
CALLS = mark("Calls for help: {calls}. Answered: {taken}.")
WAITED = mark("Half of them waited {seconds} s at most.")
ENDINGS = {
    Ending.FINISHED: mark("at the end of the guide"),
    Ending.ROUTE: mark("with another way, the desk for example"),
    Ending.LEFT: mark("left before the end"),
    Ending.IDLE: mark("nobody was there any more"),
    Ending.STAFF: mark("ended by staff"),
}
OTHER = mark("other")
ENDED = mark("How they ended")
STEP = mark("Where people give up")
PEOPLE = mark("people")
GAVE_UP = mark("gave up")
FAILED = mark("failed")
HALF = mark("half, s")
CENTRE = mark("Next centre")
DAYS = mark("Days: {count}")

SPANS = (30, 90, 7)
_BARS = "▁▂▃▄▅▆▇█"
_NONE, _FEW = "·", "?"
_BAR = 24


def sparkline(values: Sequence[int | None], width: int) -> str:
    """One column a value, the last ones where there are too many; '·' is none, '?' too few."""
    shown = values[-width:]
    most = max((value for value in shown if value), default=0)
    return "".join(
        _FEW if value is None
        else _NONE if value == 0
        else _BARS[min(len(_BARS) - 1, (value * len(_BARS) - 1) // most)]
        for value in shown
    )  # fmt: skip


def lines(told: Statistics, content: Content, language: Language, width: int) -> Text:
    """All of it, to be read."""
    return Text("\n").join(_lines(told, content, language, width))


def _lines(told: Statistics, content: Content, language: Language, width: int) -> Iterator[Text]:
    say = language.say
    where = told.centre or say(ALL_CENTRES)
    yield Text(say(FROM_TO, where=where, first=told.first, last=told.last), "bold")
    if not told.enough:
        yield Text(say(FEW, count=statistics.FEWEST))
        return
    if told.minutes is None:
        yield Text(say(VISITS_ALONE, count=told.visits))
    else:
        yield Text(say(VISITS, count=told.visits, minutes=told.minutes))
    days = [day.visits for day in told.days]
    if most := max((day for day in days if day), default=0):
        yield Text(f"{say(A_DAY, count=most)} {sparkline(days, max(7, width - 40))}")
    if told.calls is not None and told.calls_taken is not None:
        waited = f" {say(WAITED, seconds=told.wait)}" if told.wait is not None else ""
        yield Text(say(CALLS, calls=told.calls, taken=told.calls_taken) + waited)
    yield from _endings(told, language, width)
    yield from _situations(told, content, language, width)
    yield from _steps(told, content, language, width)


def _endings(told: Statistics, language: Language, width: int) -> Iterator[Text]:
    yield Text("\n" + language.say(ENDED), "bold")
    names = {str(ending): words_ for ending, words_ in ENDINGS.items()}
    for ending, count in told.endings.items():
        name = language.say(names.get(ending, OTHER))
        yield _bar(name, count, told.visits, width)


def _bar(name: str, count: int, of: int, width: int) -> Text:
    share = count / of if of else 0.0
    bar = "█" * round(_BAR * share)
    return Text(columns((name, max(20, width - _BAR - 16)), (f"{count:>6}", 6),
                        (f"{100 * share:3.0f} %", 5), (bar, _BAR)))  # fmt: skip


def _situations(
    told: Statistics, content: Content, language: Language, width: int
) -> Iterator[Text]:
    for one in told.situations:
        known = {str(key): situation.title for key, situation in content.situations.items()}
        yield _bar(language.say(known.get(one.situation, OTHER)), one.visits, told.visits, width)


def _steps(told: Statistics, content: Content, language: Language, width: int) -> Iterator[Text]:
    if not told.steps:
        return
    say, name = language.say, max(20, width - 4 * 9)
    heads = ((fitted_right(say(head)), 8) for head in (PEOPLE, GAVE_UP, FAILED, HALF))
    yield Text("\n" + columns((say(STEP), name), *heads), "bold")
    for one in told.steps:
        seconds = "–" if one.seconds is None else f"{one.seconds:.0f}"
        numbers = (str(one.people), str(one.gave_up), str(one.did_not_work), seconds)
        cells = ((fitted_right(number), 8) for number in numbers)
        yield Text(columns((_step(one.situation, one.step, content, language), name), *cells))


def _step(situation: str, step: str, content: Content, language: Language) -> str:
    """'7 Hold the phone still'; the name of what this console's content does not know."""
    for key, known in content.situations.items():
        if key == situation:
            for one in (*known.numbered, *known.side_steps):
                if one.id == step:
                    number = known.number(step)
                    return f"{number or '–'} {language.say(one.instruction)}"
    return step


def fitted_right(told: str) -> str:
    """In eight columns, at the right."""
    return told.rjust(8) if len(told) < 8 else fitted(told, 8)


class StatisticsScreen(ConsoleScreen):
    """What has been counted, of one centre or of all, in the last days."""

    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._span = 0
        self._centre = 0
        self._centres: list[str] = []
        self._told: Statistics | None = None
        self._fault = ""
        self._reading: asyncio.Task[None] | None = None

    def title_now(self) -> str:
        """What it is."""
        return self.language.say(STATISTICS)

    def body(self) -> ComposeResult:
        """The lines, which may be more than the screen has."""
        with VerticalScroll(id="facts", can_focus=False):
            yield Line(name="told")

    def presses(self) -> Sequence[Press]:
        """Which centre, how many days."""
        say = self.language.say
        return (
            Press("1", say(CENTRE), self._next_centre if self._centres else None),
            Press("2", say(DAYS, count=SPANS[self._span]), self._next_span),
            Press("0", say(BACK), self.back),
        )

    def on_mount(self) -> None:
        """The file is read, away from the loop."""
        self._read()

    def on_unmount(self) -> None:
        """What is still being read is no longer wanted."""
        if self._reading is not None:
            self._reading.cancel()

    def on_resize(self) -> None:
        """The lines are set anew."""
        self.fresh()

    def fresh(self) -> None:
        """What was read last."""
        super().fresh()
        if not self.is_mounted:
            return
        shown: str | Text = self._fault
        if self._told is not None:
            width = max(40, self.size.width - 6)
            shown = lines(self._told, self.console.content, self.language, width)
        self.query_one("#told", Line).show(shown)

    def knows(self, key: str, character: str) -> bool:
        """Arrows move what does not fit on the screen."""
        rows = SCROLLS.get(key)
        if rows is None:
            return False
        self.query_one("#facts", VerticalScroll).scroll_relative(y=rows, animate=False)
        return True

    def _next_span(self) -> None:
        self._span = (self._span + 1) % len(SPANS)
        self._read()

    def _next_centre(self) -> None:
        self._centre = (self._centre + 1) % (len(self._centres) + 1)
        self._read()

    def _read(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = asyncio.create_task(self._do_read())

    async def _do_read(self) -> None:
        file = self.console.counts
        if file is None or not file.exists():
            self._fault = self.language.say(NO_FILE)
        else:
            centre = ([None, *self._centres])[self._centre]
            try:
                self._centres = await asyncio.to_thread(lambda: list(centres(file)))
                days = SPANS[self._span]
                self._told = await asyncio.to_thread(statistics.read, file, centre, days)
            except StoreError:
                self._fault, self._told = self.language.say(UNREADABLE), None
        self.fresh()
