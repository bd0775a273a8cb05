"""The drawn pictures keep to their size and say every word."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from kiosk.language import plain
from kiosk.situations.model import Picture
from screens.widgets.canvas import Canvas, Inks
from screens.widgets.pictures import APP, DRAWN, PUBLISHER, phone
from screens.widgets.wrapping import is_whole, wrap

SIZES = list(product(range(24, 45), range(14, 27)))
INKS = Inks()
STEPS = [
    ("", []),
    ("Your MitID is temporarily blocked", ["Reactivate"]),
    ("", ["Menu"]),
    ("A title", ["Menu", "Next"]),
    ("", ["App-indstillinger", "Brugere i appen"]),
    ("", ["Vilkår og betingelser", "Privatlivspolitikken"]),
    ("", ["Ændre bruger-ID", "Behold dit nuværende bruger-ID"]),
    ("", ["Hjælp en anden med at genaktivere"]),
    ("", ["Kodeviser, kodeoplæser eller chip", "Næste"]),
    ("Hvordan vil du godkende med MitID?", ["På denne telefon"]),
    ("", ["Fingeraftryk", "Touch ID", "Face ID"]),
]
"""Titles and labels as the steps have them."""

LETTERS = "abcdefghijklmnopqrstuvwxyzæøåéABCÆØÅ0123456789,?/"
WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=20)
LABELS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join).filter(lambda text: len(text) <= 45)


def assert_fits(lines: list[Text], width: int, height: int) -> None:
    assert len(lines) <= height
    for line in lines:
        assert "\n" not in line.plain
        assert cell_len(line.plain) <= width


def letters(text: str) -> str:
    """What is read, without the drawing around it and the spaces between."""
    return "".join(character for character in text if character in LETTERS or character.isalpha())


def read(lines: list[Text]) -> str:
    return letters("".join(line.plain for line in lines))


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_without_words_fit_in_every_size(name: Picture) -> None:
    for width, height in SIZES:
        lines = DRAWN[name](width, height, INKS)
        assert_fits(lines, width, height)
        assert any(line.plain.strip() for line in lines)


def test_the_phone_fits_and_says_every_label_and_title_whole() -> None:
    for (title, labels), (width, height) in product(STEPS, SIZES):
        lines = phone(title, labels, width, height)
        assert_fits(lines, width, height)
        menu = labels[:1] == ["Menu"]
        in_order = [*labels[:1], title, *labels[1:]] if menu else [title, *labels]
        assert read(lines) == letters("".join(in_order))


@given(labels=st.lists(LABELS, max_size=2), size=st.sampled_from(SIZES))
def test_any_two_labels_are_read_in_their_order(labels: list[str], size: tuple[int, int]) -> None:
    lines = phone("", labels, *size)
    assert_fits(lines, *size)
    assert read(lines) == letters("".join(labels))


@given(
    title=st.text(max_size=80),
    labels=st.lists(st.text(max_size=120), max_size=5),
    size=st.sampled_from(SIZES),
    pointing=st.booleans(),
)
def test_no_text_at_all_breaks_out_of_the_phone(
    title: str, labels: list[str], size: tuple[int, int], pointing: bool
) -> None:
    assert_fits(phone(title, labels, *size, pointing=pointing), *size)


def row_of(lines: list[Text], text: str) -> str:
    (row,) = (line.plain for line in lines if text in line.plain)
    return row


@pytest.mark.parametrize(("width", "height"), [(24, 14), (32, 20), (44, 26)])
def test_only_the_first_label_is_pointed_at(width: int, height: int) -> None:
    lines = phone("", ["First", "Second"], width, height)
    assert "┃█" in row_of(lines, "First").replace(" ", "")
    assert "█" not in row_of(lines, "Second").split("Second")[1].split("│")[0]
    assert "┃" not in row_of(lines, "Second")


def test_a_choice_points_at_none_and_marks_both_alike() -> None:
    lines = phone("", ["Change", "Keep"], 44, 26, pointing=False)
    assert "█" not in "".join(line.plain for line in lines)
    assert row_of(lines, "Change").count("┃") == row_of(lines, "Keep").count("┃") == 2


@pytest.mark.parametrize(("width", "height"), [(24, 14), (44, 26)])
def test_the_menu_is_at_the_top_right_and_other_labels_are_below(width: int, height: int) -> None:
    plain = [line.plain for line in phone("", ["Menu"], width, height)]
    (row,) = (number for number, line in enumerate(plain) if "Menu" in line)
    assert row <= 3
    edges = plain[height - 1]
    middle = (edges.index("╰") + edges.rindex("╯")) / 2
    assert plain[row].index("Menu") > middle
    (row,) = (
        number
        for number, line in enumerate(phone("", ["Next"], width, height))
        if "Next" in line.plain
    )
    assert row > height / 2


def test_the_code_of_passport_and_card_ends_with_its_arrows_inside_a_frame() -> None:
    for width, height in SIZES:
        lines = [line.plain for line in DRAWN["code"](width, height, INKS)]
        code = [line for line in lines if "<<<" in line]
        assert len(code) == 5, "two lines in a passport, three on a card"
        assert all(line.strip().startswith("┃") and "<<< ┃" in line for line in code)


def test_the_store_shows_the_name_and_the_publisher() -> None:
    for width, height in SIZES:
        assert read(DRAWN["store"](width, height, INKS)) == APP + "".join(PUBLISHER)


def test_every_picture_is_drawn() -> None:
    assert set(get_args(Picture)) == {"phone", *DRAWN}


def test_only_characters_of_one_width_are_drawn() -> None:
    drawn = "".join(line.plain for draw in DRAWN.values() for line in draw(44, 26, INKS)) + "".join(
        line.plain for line in phone("", ["Next", "Menu"], 44, 26)
    )
    others = {character for character in drawn if not character.isascii()}
    # Box drawing, block elements, geometric shapes: U+2500 to U+25FF.
    assert all("─" <= character <= "◿" for character in others), others


def test_the_inks_are_used_for_what_they_are_named_for() -> None:
    inks = Inks(*(Style(color=name) for name in ("red", "green", "blue")))
    for line in phone("Title", ["Label"], 40, 20, inks):
        for span in line.spans:
            if line.plain[span.start : span.end].strip().isalpha():
                assert span.style.color.name == "blue"


def test_wide_and_zero_width_characters_keep_the_drawing_aligned() -> None:
    canvas = Canvas(6, 1)
    canvas.write(0, 0, "a中\u0301文字", Style.null())
    (line,) = canvas.lines()
    assert line.plain == "a中文 "


@given(text=st.text(max_size=60), width=st.integers(2, 30))
def test_wrapped_lines_keep_the_width_and_the_words(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(wrap(text, 10_000)).replace(" ", "")
    if all(cell_len(word) <= width for word in plain(text).split()):
        assert is_whole(text, lines)


def test_a_long_word_breaks_at_its_hyphen() -> None:
    assert wrap("App-indstillinger", 14) == ["App-", "indstillinger"]
    assert is_whole("App-indstillinger", ["App-", "indstillinger"])
    assert not is_whole("Privatlivspolitikken", wrap("Privatlivspolitikken", 14))
