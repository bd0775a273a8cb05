"""Dates of machine-readable zones: six characters, YYMMDD, without the century."""

from datetime import date

from hardware.mrz.check_digits import FILLER

YEARS_AHEAD = 50
"""No document is valid for so long: an expiry further ahead is one of the past century."""


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
