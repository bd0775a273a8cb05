import pytest

from hardware.mrz.check_digits import check_digit


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("520727", "3"),  # ICAO Doc 9303-3 section 4.9, example 1
        ("AB2134<<<", "5"),  # example 2
        ("HA672242<658022549601086<<<<<<<<<<<<<<0", "8"),  # part 4, a composite
        ("", "0"),
        ("<<<<<<", "0"),
    ],
)
def test_published_examples(text: str, digit: str) -> None:
    assert check_digit(text) == digit


def test_a_character_outside_the_alphabet_is_refused() -> None:
    with pytest.raises(KeyError):
        check_digit("é")
