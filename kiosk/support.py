"""Telephone numbers that help, and whether somebody answers them now."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from kiosk.language import Language, mark
from kiosk.places import Folders
from kiosk.reading import ConfigError, as_struct, read_table

Clock = Annotated[str, msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
MonthDay = Annotated[str, msgspec.Meta(pattern="^[01][0-9]-[0-3][0-9]$")]

Day = Annotated[
    str, msgspec.Meta(pattern="^(mon|tue|wed|thu|fri|sat|sun|holiday|[01][0-9]-[0-3][0-9])$")
]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_NAMES = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a number is answered on some days: weekdays, `holiday`, or dates as `12-24`.

    The same time twice means that it is not answered on these days.
    """

    days: tuple[Day, ...]
    opens: Clock
    closes: Clock

    def __post_init__(self) -> None:
        """ValueError, which the loader puts in words, for hours that end before they begin."""
        if self.closes < self.opens:
            raise ValueError(f"closes at {self.closes}, before it opens at {self.opens}")


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number to call."""

    name: str
    number: str
    what_for: str
    always: bool = False
    hours: tuple[Hours, ...] = ()
    source: str = ""
    date: str = ""


class Holidays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The public holidays: fixed dates, and days counted from Easter Sunday."""

    fixed: tuple[MonthDay, ...]
    easter_offsets: tuple[int, ...]


class Support(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All numbers with their hours (config/support.toml)."""

    timezone: str
    numbers: dict[str, Number]
    holidays: Holidays


class Opening(msgspec.Struct, frozen=True):
    """Whether a number is answered now, and when that changes (local time); None: never."""

    open: bool
    changes: datetime | None


def load(folders: Folders) -> Support:
    """The numbers; `ConfigError` with one clear line when the file is wrong."""
    support = as_struct(read_table(folders.find("support.toml")), Support, "support.toml")
    try:
        ZoneInfo(support.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"support.toml: timezone: there is no '{support.timezone}'") from error
    return support


def local_now(support: Support) -> datetime:
    """The time on the wall where the support sits."""
    return datetime.now(ZoneInfo(support.timezone))


def opening(support: Support, number: Number, now: datetime) -> Opening:
    """Whether `number` is answered at `now`, a time in the support's own zone."""
    if number.always:
        return Opening(open=True, changes=None)
    for days in range(8):
        day = now.date() + timedelta(days=days)
        for opens, closes in _hours_on(support.holidays, number, day):
            start = datetime.combine(day, opens, now.tzinfo)
            end = datetime.combine(day, closes, now.tzinfo)
            if start <= now < end:
                return Opening(open=True, changes=end)
            if now < start:
                return Opening(open=False, changes=start)
    return Opening(open=False, changes=None)


def _hours_on(holidays: Holidays, number: Number, day: date) -> list[tuple[time, time]]:
    """The hours on one day: those of the date win over the holiday's, those over the weekday's."""
    names = [day.strftime("%m-%d")]
    if is_holiday(holidays, day):
        names.append("holiday")
    names.append(WEEKDAYS[day.weekday()])
    for name in names:
        found = [hours for hours in number.hours if name in hours.days]
        if found:
            spans = [(time.fromisoformat(h.opens), time.fromisoformat(h.closes)) for h in found]
            return sorted((opens, closes) for opens, closes in spans if opens < closes)
    return []


def is_holiday(holidays: Holidays, day: date) -> bool:
    """Whether a day is a public holiday."""
    # Imported here: only a kiosk that shows a number needs it, not the first paint.
    from dateutil.easter import easter

    from_easter = (day - easter(day.year)).days
    return day.strftime("%m-%d") in holidays.fixed or from_easter in holidays.easter_offsets


def opening_in_words(language: Language, found: Opening, now: datetime) -> str:
    """'Open now, until 20:00', 'Opens today at 08:00', 'Opens on Monday at 08:00'."""
    if found.changes is None:
        return language.say("Open day and night") if found.open else language.say("Closed")
    at = found.changes.strftime("%H:%M")
    if found.open:
        return language.say("Open now, until {time}", time=at)
    if found.changes.date() == now.date():
        return language.say("Opens today at {time}", time=at)
    day = language.say(_WEEKDAY_NAMES[found.changes.weekday()])
    return language.say("Opens on {day} at {time}", day=day, time=at)
