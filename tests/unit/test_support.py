"""Whether a number is answered now. Easter Sunday is 5 April in 2026, 28 March in 2027."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import support
from kiosk.language import load_languages
from kiosk.places import Folders, shipped
from kiosk.reading import ConfigError
from kiosk.support import Holidays, Hours, Number, Opening, is_holiday, opening, opening_in_words
from tests.sites import site

SHIPPED = Folders(shipped() / "kiosk.toml")
SUPPORT = support.load(SHIPPED)
ZONE = ZoneInfo(SUPPORT.timezone)
MITID = SUPPORT.numbers["mitid-support"]
ENGLISH = load_languages(("en",), SHIPPED)["en"]

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "is_open", "changes"),
    [
        # a week in March: Wednesday, Friday evening, the weekend, Monday morning
        ("2026-03-04 07:59:59", False, "2026-03-04 08:00"),
        ("2026-03-04 08:00", True, "2026-03-04 20:00"),
        ("2026-03-04 19:59:59", True, "2026-03-04 20:00"),
        ("2026-03-04 20:00", False, "2026-03-05 08:00"),
        ("2026-03-06 23:00", False, "2026-03-07 10:00"),
        ("2026-03-07 10:00", True, "2026-03-07 16:00"),
        ("2026-03-08 16:00", False, "2026-03-09 08:00"),
        # Easter: Maundy Thursday and Good Friday are holidays, so is Easter Monday
        ("2026-04-01 20:30", False, "2026-04-02 10:00"),
        ("2026-04-02 09:00", False, "2026-04-02 10:00"),
        ("2026-04-03 15:59", True, "2026-04-03 16:00"),
        ("2026-04-06 17:00", False, "2026-04-07 08:00"),
        # Ascension Day and Whit Monday
        ("2026-05-14 08:30", False, "2026-05-14 10:00"),
        ("2026-05-25 12:00", True, "2026-05-25 16:00"),
        # Great Prayer Day is no holiday any more
        ("2026-05-01 08:30", True, "2026-05-01 20:00"),
        # Christmas and New Year: a date wins over a weekday and over a holiday
        ("2026-12-23 20:00", False, "2026-12-24 10:00"),
        ("2026-12-24 13:59", True, "2026-12-24 14:00"),
        ("2026-12-24 14:00", False, "2026-12-25 10:00"),
        ("2026-12-25 11:00", True, "2026-12-25 16:00"),
        ("2026-12-31 14:00", False, "2027-01-01 10:00"),
        ("2027-01-01 16:00", False, "2027-01-02 10:00"),
        # the nights on which the clocks change: both Sundays
        ("2026-03-29 01:59", False, "2026-03-29 10:00"),
        ("2026-03-29 03:00", False, "2026-03-29 10:00"),
        ("2026-10-25 02:30", False, "2026-10-25 10:00"),
        ("2026-10-25 12:00", True, "2026-10-25 16:00"),
    ],
)
def test_the_hours_of_the_support(now: str, is_open: bool, changes: str) -> None:
    assert opening(SUPPORT, MITID, at(now)) == Opening(is_open, at(changes))


def test_the_second_time_that_an_hour_comes_round_it_is_the_same() -> None:
    again = at("2026-10-25 02:30").replace(fold=1)
    assert opening(SUPPORT, MITID, again) == Opening(False, at("2026-10-25 10:00"))


@pytest.mark.parametrize("key", ["block-mitid", "cyberhotline"])
def test_some_numbers_are_answered_day_and_night(key: str) -> None:
    for now in ("2026-12-24 23:00", "2026-03-04 04:00"):
        assert opening(SUPPORT, SUPPORT.numbers[key], at(now)) == Opening(True, None)


def test_a_number_without_hours_is_never_answered() -> None:
    number = Number("", "", "")
    assert opening(SUPPORT, number, at("2026-03-04 12:00")) == Opening(False, None)


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01", "2026-04-02", "2026-04-03", "2026-04-05", "2026-04-06", "2026-05-14",
        "2026-05-24", "2026-05-25", "2026-12-25", "2026-12-26", "2027-03-25", "2027-05-17",
    ],
)  # fmt: skip
def test_a_public_holiday(day: str) -> None:
    assert is_holiday(SUPPORT.holidays, date.fromisoformat(day))


@pytest.mark.parametrize(
    "day", ["2026-05-01", "2026-04-04", "2026-04-07", "2026-06-05", "2026-12-24", "2026-12-31"]
)
def test_no_public_holiday(day: str) -> None:
    assert not is_holiday(SUPPORT.holidays, date.fromisoformat(day))


# --- any hours, any moment -----------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(ZONE))
CLOCKS = st.times().map(lambda t: t.strftime("%H:%M"))


@st.composite
def numbers(draw: st.DrawFn) -> Number:
    """A number with one to three spans of hours a day, apart from each other, on some days."""
    rows = []
    for days in draw(st.lists(st.sets(st.sampled_from((*WEEK, "holiday", "12-24"))), max_size=3)):
        clocks = sorted(draw(st.sets(CLOCKS, min_size=2, max_size=6)))
        spans = zip(clocks[::2], clocks[1::2], strict=False)
        taken = {day for row in rows for day in row.days}
        rows += [Hours(tuple(sorted(days - taken)), opens, closes) for opens, closes in spans]
    return Number("", "", "", hours=tuple(row for row in rows if row.days))


@given(number=st.just(MITID) | numbers(), now=MOMENTS)
def test_what_changes_lies_ahead_and_is_another_state(number: Number, now: datetime) -> None:
    found = opening(SUPPORT, number, now)
    if found.changes is None:
        assert not found.open
        return
    assert found.changes > now
    then = opening(SUPPORT, number, found.changes)
    assert then.open is not found.open
    before = opening(SUPPORT, number, max(now, found.changes - timedelta(microseconds=1)))
    assert before == found


def test_hours_of_no_length_are_told_as_closed() -> None:
    closed = Hours(("holiday",), "00:00", "00:00")
    number = Number("", "", "", hours=(Hours(WEEK, "08:00", "16:00"), closed))
    assert opening(SUPPORT, number, at("2026-04-05 12:00")) == Opening(
        False, at("2026-04-07 08:00")
    )


def test_two_spans_on_one_day() -> None:
    number = Number(
        "", "", "", hours=(Hours(WEEK, "13:00", "16:00"), Hours(WEEK, "08:00", "12:00"))
    )
    for now, told in (
        ("07:00", Opening(False, at("2026-03-04 08:00"))),
        ("11:00", Opening(True, at("2026-03-04 12:00"))),
        ("12:30", Opening(False, at("2026-03-04 13:00"))),
        ("15:00", Opening(True, at("2026-03-04 16:00"))),
        ("16:00", Opening(False, at("2026-03-05 08:00"))),
    ):
        assert opening(SUPPORT, number, at(f"2026-03-04 {now}")) == told


# --- in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-03-04 12:00", "Open now, until 20:00"),
        ("2026-03-04 07:00", "Opens today at 08:00"),
        ("2026-03-04 21:00", "Opens on Thursday at 08:00"),
        ("2026-03-06 21:00", "Opens on Saturday at 10:00"),
        ("2026-12-31 15:00", "Opens on Friday at 10:00"),
    ],
)
def test_the_hours_in_words(now: str, words: str) -> None:
    assert opening_in_words(ENGLISH, opening(SUPPORT, MITID, at(now)), at(now)) == words


def test_what_never_changes_in_words() -> None:
    now = at("2026-03-04 12:00")
    assert opening_in_words(ENGLISH, Opening(True, None), now) == "Open day and night"
    assert opening_in_words(ENGLISH, Opening(False, None), now) == "Closed"


def test_the_time_is_told_where_the_support_sits() -> None:
    assert support.local_now(SUPPORT).tzinfo == ZONE


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("Copenhagen", "Copenhagn", "timezone: there is no 'Europe/Copenhagn'"),
        ("Europe/", "../", "timezone: there is no '../Copenhagen'"),
        (
            "\nopens",
            "\nopen",
            "numbers[...].hours[0]: 'open' is not known; did you mean 'opens'?",
        ),
        (
            '"08:00"',
            '"20:01"',
            "numbers[...].hours[0]: closes at 20:00, before it opens at 20:01",
        ),
        ("\n[holidays]", "\n[holiday]", "'holiday' is not known; did you mean 'holidays'?"),
    ],
)
def test_a_fault_is_told_by_file_and_key(tmp_path: Path, old: str, new: str, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        support.load(site(tmp_path, "support.toml", old, new))
    assert str(caught.value) == f"support.toml: {line}"


@pytest.mark.parametrize("wrong", ['"24:00"', '"8:00"', '"08:60"', "8"])
def test_a_wrong_time_is_told(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(
        ConfigError, match=r"^support\.toml: numbers\[\.\.\.\]\.hours\[0\]\.opens: "
    ):
        support.load(site(tmp_path, "support.toml", '"08:00"', wrong))


def test_holidays_may_be_none() -> None:
    assert not is_holiday(Holidays((), ()), date(2026, 12, 25))
