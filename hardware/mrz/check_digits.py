"""Check digits of machine-readable zones."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
"""The characters of a machine-readable zone (ICAO Doc 9303-3 section 4.3)."""

FILLER = "<"

_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {FILLER: 0}
WEIGHTS = (7, 3, 1)


def check_digit(text: str) -> str:
    """The check digit of a text, "0" to "9".

    Raises KeyError for a character outside `ALPHABET`. ICAO Doc 9303-3 section 4.9.
    """
    total = sum(_VALUES[character] * WEIGHTS[i % 3] for i, character in enumerate(text))
    return str(total % 10)
