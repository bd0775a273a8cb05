"""Every hint has words for every scanner: short, polite, in both languages."""

from itertools import product

import pytest

from hardware.verdicts import CodeHint, ScannerKind
from kiosk import coaching
from kiosk.coaching import Coaching, on_hint
from kiosk.language import Language, load_languages
from kiosk.places import Folders, shipped

LANGUAGES = load_languages(("en", "da"), Folders(shipped() / "kiosk.toml"))
KINDS = tuple(coaching.FIRST)
ALL = [
    *coaching.FIRST.values(),
    coaching.SCANNING,
    coaching.DRAWN_IN,
    *(on_hint(hint, kind) for hint, kind in product(CodeHint, KINDS)),
]
COLUMNS = 32
"""What stands beside the live picture at 80x24."""


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("words", ALL, ids=lambda words: words.seen)
def test_the_words_are_short_calm_and_translated(words: Coaching, language: Language) -> None:
    seen, do = language.say(words.seen), language.say(words.do)
    assert len(seen) <= COLUMNS + 2
    assert len(do) <= 3 * COLUMNS - 6
    for sentence in (seen, do):
        assert sentence.endswith(".")
        assert "!" not in sentence
    if language.code != "en":
        assert (seen, do) != (words.seen, words.do)
    # It names the thing, never the person.
    assert not {"you", "your", "du", "dit", "din"}.intersection(seen.lower().split())


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_before_a_camera_no_two_hints_read_alike(language: Language) -> None:
    told = [
        language.say(sentence)
        for words in coaching.CAMERA.values()
        for sentence in (words.seen, words.do)
    ]
    assert set(coaching.CAMERA) == set(CodeHint)
    assert len(set(told)) == len(told)


def test_passport_and_card_are_told_apart_where_the_side_matters() -> None:
    for hint, kind in product((CodeHint.NO_DOCUMENT, CodeHint.WRONG_SIDE), KINDS):
        do = on_hint(hint, kind).do
        assert "photo page" in do
        assert "card" in do


def test_a_sheet_fed_scanner_has_no_glass_no_camera_and_no_key() -> None:
    told = [on_hint(hint, ScannerKind.FEEDER) for hint in CodeHint]
    for words in (*told, coaching.PUT_IN, coaching.DRAWN_IN):
        for word in ("glass", "camera", "frame", "press"):
            assert word not in (words.seen + words.do).lower()


def test_on_glass_nothing_speaks_of_the_camera_and_all_but_success_says_what_to_press() -> None:
    for hint in CodeHint:
        words = on_hint(hint, ScannerKind.FLATBED)
        assert "camera" not in words.seen + words.do
        assert "frame" not in words.do
        assert words.do.endswith("Then press 3.") is (hint is not CodeHint.READ)
