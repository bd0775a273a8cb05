"""Lines from right to left in the order of their cells, beside known visual orders."""

from pathlib import Path

import pytest
from bidi.algorithm import get_display
from rich.cells import cell_len

from screens.widgets.bidi import drawn, drawn_lines, runs_from_right

# What is at the left of the screen stands at the left here: read each from its end.
VISUAL = [
    ("שלום", "םולש"),
    ("שלום 12:30", "12:30 םולש"),
    ("צעד 3 מתוך 17.", ".17 ךותמ 3 דעצ"),
    ("– שלום", "םולש –"),
    ("MitID שלום", "םולש MitID"),
    ("שלום MitID.", ".MitID םולש"),
    ("שלום (NFC).", ".(NFC) םולש"),
    ("(שלום) abc [עולם]", "[םלוע] abc (םולש)"),
    ("«שלום»", "«םולש»"),
    ("הקש “Kom i gang” (“Get started”)", "(”Get started“) ”Kom i gang“ שקה"),
    ("ابج +45 33 98 00 10.", ".+45 33 98 00 10 \ufe9e\ufe91\ufe8d"),
    ("اب 2026-11-22", "2026-11-22 \ufe8f\ufe8d"),
    ("اب 3 دج 17", "17 \ufe9d\ufea9 3 \ufe8f\ufe8d"),
    ("abc (def", "abc (def"),
    ("א abc (def", "abc (def א"),
    ("(א abc", "abc א)"),
    ("עד ב) אבג", "גבא (ב דע"),
]


@pytest.mark.parametrize(("read", "seen"), VISUAL)
def test_a_line_is_drawn_in_its_visual_order(read: str, seen: str) -> None:
    assert drawn(read) == seen


@pytest.mark.parametrize("text", ["שלום עולם", "מחיר 5-7", "אבג, דהו. זחט", "(א [ב] ג)", "<א> 3%"])
def test_the_order_is_that_of_another_program(text: str) -> None:
    # The older algorithm of the same package: in Python, with mirrored brackets.
    assert drawn(text) == get_display(text, base_dir="R")


def test_arabic_letters_are_joined() -> None:
    # kaf, ta, alef, ba: initial, medial, final and isolated forms, from the right.
    assert drawn("كتاب") == "\ufe8f\ufe8e\ufe98\ufedb"
    assert drawn("لا") == "\ufefb"


def test_a_line_is_never_wider_than_it_was() -> None:
    for text in ("لا إله", "مُحَمَّد", "السلام عليكم MitID 3:20"):
        assert cell_len(drawn(text)) <= cell_len(text)


def test_a_line_of_latin_words_belongs_to_the_text_around_it() -> None:
    assert drawn_lines(["MitID.", "שלום"]) == [".MitID", "םולש"]
    assert drawn_lines(["MitID.", "abc"]) == ["MitID.", "abc"]


@pytest.mark.parametrize("text", ["Få hjælp", "Готово", "完成", "12 (ab)", "“Næste”", ""])
def test_what_runs_from_the_left_stays_as_it_is(text: str) -> None:
    assert not runs_from_right(text)
    assert drawn(text) == text


def test_no_steering_character_comes_out() -> None:
    assert not set(drawn("א “Next” (“Næste”)")) & set("\u2066\u2067\u2068\u2069\u200e\u200f")


def test_nothing_is_imported_for_it_where_no_language_needs_it() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from screens.widgets.bidi import drawn; drawn('Få hjælp');"
        "sys.exit('bidi' in sys.modules or 'arabic_reshaper' in sys.modules)"
    )
    folder = Path(__file__).parent.parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=folder, timeout=60).returncode == 0
