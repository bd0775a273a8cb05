"""Document numbers too long for their field (ICAO Doc 9303-5 and 9303-6, section 4.2.2)."""

from hardware.mrz.check_digits import FILLER, check_digit


def split(number: str, room: int) -> tuple[str, str]:
    """A long number as it is written: the first `room` characters, and the start of `optional`.

    A filler stands in the place of the check digit; the rest of the number, the check digit and
    a filler open the optional field.
    """
    first, rest = number[:room], number[room:]
    return first, rest + check_digit(number) + FILLER


def join(first: str, optional: str) -> tuple[str, str, bool] | None:
    """The whole number, what is left of `optional`, and whether the check digit is right.

    None when `optional` does not open with the rest of a number. ICAO leaves the filler after the
    first part out of the sum, Portugal counts it as a place: either way is right here.
    """
    rest, _, left = optional.partition(FILLER)
    if len(rest) < 2:
        return None
    rest, digit = rest[:-1], rest[-1]
    right = {check_digit(first + rest), check_digit(first + FILLER + rest)}
    return first + rest, left, digit in right
