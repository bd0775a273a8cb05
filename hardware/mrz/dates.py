"""Dates of machine-readable zones: six characters, YYMMDD, without the century."""

from datetime import date

from hardware.mrz.check_digits import FILLER

YEARS_AHEAD = 50
"""No document is valid for so long: an expiry further ahead is one of the past century."""

_LAST_DAYS = (31, 30, 29, 28)


def birth_date(yymmdd: str, today: date) -> date | None:
    """The newest day with these digits that is not in the future; None if unknown or no date."""
    for year in _years(yymmdd, newest=today.year):
        day = _day(year, yymmdd)
        if day is not None and day <= today:
            return day
    return None


def expiry_date(yymmdd: str, today: date) -> date | None:
    """The day with these digits at most `YEARS_AHEAD` ahead; None if unknown or no date."""
    years = _years(yymmdd, newest=today.year + YEARS_AHEAD)
    return _day(years[0], yymmdd) if years else None


def last_day(yymmdd: str, today: date) -> date | None:
    """The last day that these digits can mean as an expiry; None if unknown or no date.

    Where the issuer left out the day it is the last of the month, where the month too the last of
    the year (ICAO Doc 9303-3 section 4.8).
    """
    known = yymmdd.rstrip(FILLER)
    if len(known) == 2:
        known += "12"
    if len(known) == 4:
        return next(filter(None, (expiry_date(f"{known}{day}", today) for day in _LAST_DAYS)), None)
    return expiry_date(known, today)


def partly_unknown(yymmdd: str) -> bool:
    """Whether the issuer left out the day, the month or all (ICAO Doc 9303-3 section 4.8)."""
    return FILLER in yymmdd


def _years(yymmdd: str, newest: int) -> tuple[int, ...]:
    """The last two years up to `newest` that end in these two digits, the later one first."""
    if not yymmdd.isdigit():
        return ()
    latest = newest - (newest - int(yymmdd[:2])) % 100
    return latest, latest - 100


def _day(year: int, yymmdd: str) -> date | None:
    try:
        return date(year, int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        return None
