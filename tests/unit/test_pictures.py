"""The drawn pictures keep to their size, say every word, and mark what is to be tapped."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from kiosk.app_screens import AppScreen, Label, Part, Thing, words_of
from kiosk.language import plain
from kiosk.phones import Place
from kiosk.situations.model import Picture
from screens.widgets.app_parts import APP, DRAWABLE
from screens.widgets.canvas import Canvas, Inks
from screens.widgets.descriptions import PICTURES, WHERE
from screens.widgets.document_drawings import lay_phone
from screens.widgets.face_picture import face
from screens.widgets.phone_picture import phone
from screens.widgets.pictures import DRAWN, MOVING, PUBLISHER
from screens.widgets.wrapping import is_whole, wrap

SIZES = [
    *product(range(24, 46, 3), range(14, 27, 2)),
    (31, 15),
    (44, 26),
    (24, 40),
    (58, 36),
    (80, 14),
    (80, 40),
]
INKS = Inks()
PAGE = AppScreen(("title", "text"))
MENU = AppScreen(("menu", "title", "text"))
LIST = AppScreen(("title", "entries", "entry", "entry", "entries"))
CHOICES = AppScreen(("title", "choice", "choices"))
TERMS = AppScreen(("heading", "text", "heading", "text"))
FREE = AppScreen(("title", "finger"), free=True)
STEPS = [
    (PAGE, "", []),
    (PAGE, "Your MitID is temporarily blocked", ["Reactivate"]),
    (MENU, "", ["Menu"]),
    (MENU, "A title", ["Menu", "Next"]),
    (LIST, "", ["App-indstillinger", "Brugere i appen"]),
    (TERMS, "", ["Vilkår og betingelser", "Privatlivspolitikken"]),
    (AppScreen(("title",), free=True), "", ["Ændre bruger-ID", "Behold dit nuværende bruger-ID"]),
    (LIST, "", ["Hjælp en anden med at genaktivere"]),
    (CHOICES, "", ["Kodeviser, kodeoplæser eller chip", "Næste"]),
    (CHOICES, "Hvordan vil du godkende med MitID?", ["På denne telefon"]),
    (FREE, "", ["Fingeraftryk", "Touch ID", "Face ID"]),
]
"""Screens, titles and labels as the steps have them."""

LETTERS = "abcdefghijklmnopqrstuvwxyzæøåéABCÆØÅ0123456789,?/"
WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=20)
LABELS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join).filter(lambda text: len(text) <= 45)
PARTS: tuple[Part, ...] = ("title", *get_args(Label), *get_args(Thing))


def assert_fits(lines: list[Text], width: int, height: int) -> None:
    assert len(lines) == height
    for line in lines:
        assert "\n" not in line.plain
        assert cell_len(line.plain) == width


def letters(text: str) -> str:
    """What is read, without the drawing around it and the spaces between."""
    return "".join(character for character in text if character in LETTERS or character.isalpha())


def read(lines: list[Text]) -> str:
    return letters("".join(line.plain for line in lines))


def marked(lines: list[Text]) -> bool:
    """Whether something stands in a thick frame, on a drawn phone whose own frame is thin."""
    return any("┏" in line.plain for line in lines)


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_without_words_fit_in_every_size(name: Picture) -> None:
    for width, height in SIZES:
        lines = DRAWN[name](width, height, INKS)
        assert_fits(lines, width, height)
        assert any(line.plain.strip() for line in lines)


def test_the_phone_fits_and_says_every_label_and_title_whole() -> None:
    for (screen, title, labels), (width, height) in product(STEPS, SIZES):
        lines = phone(screen, title, labels, width, height)
        assert_fits(lines, width, height)
        in_order = [*labels[:1], title, *labels[1:]] if screen is MENU else [title, *labels]
        assert read(lines) == letters("".join(in_order))
        assert marked(lines) == bool(labels)


@given(labels=st.lists(LABELS, max_size=2), size=st.sampled_from(SIZES))
def test_any_two_labels_are_read_in_their_order(labels: list[str], size: tuple[int, int]) -> None:
    lines = phone(PAGE, "", labels, *size)
    assert_fits(lines, *size)
    assert read(lines) == letters("".join(labels))


@given(
    parts=st.lists(st.sampled_from(PARTS), min_size=1, max_size=7),
    free=st.booleans(),
    title=st.text(max_size=80),
    labels=st.lists(st.text(max_size=120), max_size=5),
    size=st.sampled_from(SIZES),
    progress=st.floats(0, 1),
)
def test_no_text_and_no_screen_at_all_breaks_out_of_the_phone(
    parts: list[Part],
    free: bool,
    title: str,
    labels: list[str],
    size: tuple[int, int],
    progress: float,
) -> None:
    screen = AppScreen(tuple(parts), free)
    assert_fits(phone(screen, title, labels, *size, progress=progress), *size)


def row_of(lines: list[Text], text: str) -> str:
    (row,) = (line.plain for line in lines if text in line.plain)
    return row


@pytest.mark.parametrize(("width", "height"), [(24, 14), (32, 20), (44, 26), (80, 40)])
def test_only_the_first_label_is_pointed_at(width: int, height: int) -> None:
    lines = phone(PAGE, "", ["First", "Second"], width, height)
    assert "┃█" in row_of(lines, "First").replace(" ", "")
    assert "█" not in row_of(lines, "Second").split("Second")[1].split("│")[0]
    assert "┃" not in row_of(lines, "Second")


def test_a_free_choice_points_at_none_and_marks_both_alike() -> None:
    lines = phone(AppScreen(("title", "text"), free=True), "", ["Change", "Keep"], 44, 26)
    assert "█" not in "".join(line.plain for line in lines)
    assert row_of(lines, "Change").count("┃") == row_of(lines, "Keep").count("┃") == 2


@pytest.mark.parametrize(("width", "height"), [(24, 14), (44, 26), (80, 40)])
def test_the_menu_is_at_the_top_right_and_other_labels_are_below(width: int, height: int) -> None:
    plain = [line.plain for line in phone(MENU, "", ["Menu"], width, height)]
    (row,) = (number for number, line in enumerate(plain) if "Menu" in line)
    assert row <= 3
    edges = plain[height - 1]
    middle = (edges.index("╰") + edges.rindex("╯")) / 2
    assert plain[row].index("Menu") > middle
    (row,) = (
        number
        for number, line in enumerate(phone(PAGE, "", ["Next"], width, height))
        if "Next" in line.plain
    )
    assert row > height / 2


def spaces(lines: list[Text]) -> int:
    return sum(line.plain.count(" ") for line in lines)


@pytest.mark.parametrize("thing", DRAWABLE)
def test_everything_on_a_screen_is_drawn_from_the_smallest_size_on(thing: Thing) -> None:
    for width, height in SIZES:
        lines = phone(AppScreen((thing,)), "", [], width, height)
        bare = phone(AppScreen(("title",)), "", [], width, height)
        assert spaces(lines) < spaces(bare)


@pytest.mark.parametrize("thing", [thing for thing in DRAWABLE if DRAWABLE[thing].tapped])
def test_what_is_tapped_without_a_label_is_pointed_at(thing: Thing) -> None:
    for width, height in SIZES:
        lines = phone(AppScreen((thing,)), "", [], width, height)
        assert any("██" in line.plain for line in lines)


def test_no_digit_of_a_secret_stands_in_its_places() -> None:
    for width, height in SIZES:
        for thing in ("six-digits", "eight-digits"):
            drawn = "".join(
                line.plain for line in phone(AppScreen((thing,)), "", [], width, height)
            )
            assert not any(character.isalnum() for character in drawn)
            assert drawn.count("▁ ") >= 5


def test_a_label_that_no_part_takes_is_a_button() -> None:
    assert words_of(PAGE, 2) == ["button", "button"]
    assert words_of(LIST, 3) == ["entry", "entry", "button"]
    assert words_of(TERMS, 1) == ["heading"]


def test_the_code_of_passport_and_card_ends_with_its_arrows_inside_a_frame() -> None:
    for width, height in SIZES:
        lines = [line.plain for line in DRAWN["code"](width, height, INKS)]
        code = [line for line in lines if "<<<" in line]
        assert len(code) == 5, "two lines in a passport, three on a card"
        assert all(line.strip().startswith("┃") and "<<< ┃" in line for line in code)


def test_the_phone_on_its_side_has_the_code_in_the_field_at_the_bottom() -> None:
    for width, height in SIZES:
        lines = [line.plain for line in DRAWN["scan-code"](width, height, INKS)]
        code = [row for row, line in enumerate(lines) if "▶┃" in line.replace(" ", "")]
        assert len(code) == 2
        assert all("<<<" in lines[row] and "┃◀" in lines[row].replace(" ", "") for row in code)
        assert code[0] > height // 3


def test_the_sign_of_a_chip_is_framed_on_passport_and_card() -> None:
    for width, height in SIZES:
        text = "\n".join(line.plain for line in DRAWN["chip-sign"](width, height, INKS))
        assert text.count("(●)") == 2
        assert text.count("┏") == text.count("┛") == 2


def test_the_store_shows_the_name_and_the_publisher() -> None:
    for width, height in SIZES:
        assert read(DRAWN["store"](width, height, INKS)) == APP + "".join(PUBLISHER)


def test_every_picture_is_drawn_and_described() -> None:
    assert set(get_args(Picture)) == set(DRAWN) == set(PICTURES)
    assert set(get_args(Thing)) == set(DRAWABLE)
    assert set(get_args(Label)) == set(WHERE)


def waves(lines: list[Text]) -> int:
    (row,) = (number for number, line in enumerate(lines) if "((●))" in line.plain)
    return row


@pytest.mark.parametrize(("width", "height"), [(24, 14), (34, 16), (44, 26), (58, 36)])
def test_a_phone_reads_where_its_family_does(width: int, height: int) -> None:
    reads: dict[Place, float] = {}
    for place in get_args(Place):
        lines = lay_phone(width, height, INKS, place=place)
        assert_fits(lines, width, height)
        # The rows with round corners are the phone's ends; a passport has square ones.
        speaker = next(row for row, line in enumerate(lines) if "╭" in line.plain)
        tall = round(height * 0.7)
        reads[place] = (waves(lines) - speaker) / tall
    assert reads["top-edge"] < 0.15 < reads["top"] < 0.4 < reads["middle"] < 0.6


@pytest.mark.parametrize("place", get_args(Place))
def test_the_phone_comes_to_lie_on_the_passport(place: Place) -> None:
    for width, height in SIZES:
        drawn = [lay_phone(width, height, INKS, step / 5, place) for step in range(6)]
        for lines in drawn:
            assert_fits(lines, width, height)
        seen = [sum(line.plain.count("░") for line in lines) for lines in drawn]
        assert seen == sorted(seen, reverse=True), "it hides more and more of the passport"
        assert seen[0] > seen[-1] > 0
        assert "(●)" in "".join(line.plain for line in drawn[0]), "the sign is seen first"
        assert drawn[-1] == lay_phone(width, height, INKS, place=place)


def test_the_face_comes_nearer_until_it_fills_the_oval() -> None:
    for width, height in SIZES:
        drawn = [face(width, height, INKS, step / 5) for step in range(6)]
        for lines in drawn:
            assert_fits(lines, width, height)
        assert drawn[0] != drawn[-1] == face(width, height, INKS)
        if height >= 20:
            assert len({"\n".join(line.plain for line in lines) for lines in drawn}) >= 5


def test_what_moves_is_drawn_at_its_end_where_nothing_may_move() -> None:
    assert set(MOVING) == {"chip", "face"}
    for width, height in SIZES:
        assert DRAWN["chip"](width, height, INKS) == lay_phone(width, height, INKS, 1.0)
        assert DRAWN["face"](width, height, INKS) == face(width, height, INKS, 1.0)


def test_only_characters_of_one_width_are_drawn() -> None:
    screens = [*(AppScreen((thing,)) for thing in DRAWABLE), PAGE, MENU, LIST, CHOICES, TERMS]
    for width, height in ((24, 14), (44, 26), (58, 36)):
        pictures = [draw(width, height, INKS) for draw in DRAWN.values()]
        pictures += [phone(screen, "", ["Next", "Menu"], width, height) for screen in screens]
        drawn = "".join(line.plain for lines in pictures for line in lines)
        others = {character for character in drawn if not character.isascii()}
        # Box drawing, block elements, geometric shapes: U+2500 to U+25FF.
        assert all("─" <= character <= "◿" for character in others), others


def test_the_inks_are_used_for_what_they_are_named_for() -> None:
    inks = Inks(*(Style(color=name) for name in ("red", "green", "blue")))
    for line in phone(PAGE, "Title", ["Label"], 40, 20, inks):
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
