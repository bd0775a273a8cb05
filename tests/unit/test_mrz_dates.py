from datetime import date

import pytest

from hardware.mrz.dates import birth_date, expiry_date, last_day, partly_unknown

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("yymmdd", "day"),
    [
        ("740812", date(1974, 8, 12)),
        ("260301", date(2026, 3, 1)),
        ("260302", date(1926, 3, 2)),
        ("000229", date(2000, 2, 29)),
        ("7408<<", None),
        ("<<<<<<", None),
        ("741312", None),
        ("7A0812", None),
    ],
)
def test_birth_is_never_in_the_future(yymmdd: str, day: date | None) -> None:
    assert birth_date(yymmdd, TODAY) == day


@pytest.mark.parametrize(
    ("yymmdd", "day"),
    [
        ("120415", date(2012, 4, 15)),
        ("360301", date(2036, 3, 1)),
        ("760101", date(2076, 1, 1)),
        ("770101", date(1977, 1, 1)),
        ("961210", date(1996, 12, 10)),
        ("28<<<<", None),
        ("280230", None),
    ],
)
def test_expiry_is_at_most_fifty_years_ahead(yymmdd: str, day: date | None) -> None:
    assert expiry_date(yymmdd, TODAY) == day


@pytest.mark.parametrize(
    ("yymmdd", "day"),
    [
        ("280115", date(2028, 1, 15)),
        ("2801<<", date(2028, 1, 31)),
        ("2802<<", date(2028, 2, 29)),
        ("2702<<", date(2027, 2, 28)),
        ("2804<<", date(2028, 4, 30)),
        ("28<<<<", date(2028, 12, 31)),
        ("80<<<<", date(1980, 12, 31)),
        ("<<<<<<", None),
        ("28<<15", None),
        ("2813<<", None),
        ("281<<<", None),
        ("280230", None),
        ("", None),
    ],
)
def test_what_is_left_open_may_be_as_late_as_it_can(yymmdd: str, day: date | None) -> None:
    assert last_day(yymmdd, TODAY) == day


@pytest.mark.parametrize(
    ("yymmdd", "unknown"), [("<<<<<<", True), ("28<<<<", True), ("280101", False), ("", False)]
)
def test_a_filler_stands_for_what_is_not_known(yymmdd: str, unknown: bool) -> None:
    assert partly_unknown(yymmdd) is unknown
