"""How hard sentences are to read: the measure, and the limits for what citizens read and hear."""

import io
import re
from functools import cache

import pytest
from babel.messages.pofile import read_po

from kiosk.catalogues import LANGUAGES, template
from kiosk.plain_language import measure, report, words_over
from kiosk.situations.loading import load

# --- the measure ----------------------------------------------------------------------------------


def test_lix_is_words_a_sentence_and_the_share_of_long_words() -> None:
    # 12 words in 2 sentences; long are "passport" and "carefully": 6 + 100 * 2 / 12
    found = measure("Lay the passport on the table. Do so carefully, and then wait.")
    assert found.sentences == (6, 6)
    assert found.long_words == 2
    assert found.lix == pytest.approx(6 + 200 / 12)


def test_a_word_of_six_letters_is_not_long_and_one_of_seven_is() -> None:
    assert measure("Tjek telefo.").long_words == 0
    assert measure("Tjek telefon.").long_words == 1


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ()),
        ("– …", ()),
        ("Chip", (1,)),
        ("No chip? Ask at the desk.", (2, 4)),
        ("Type mitid.dk/tekniske-krav, and wait.", (4,)),
        ("Open until 20.00 on 24. december only.", (7,)),
        ("One moment: the camera is getting ready.", (7,)),
        ("Search for “MitID.” Then go on.", (3, 3)),
        ("Est-ce fini ? Alors continuez.", (2, 2)),
        ("Chosen: {country}. Right?", (2, 1)),
        ("Чип мовчить. Зачекайте!", (2, 1)),
        ("هل يوجد شيء؟ انتظر.", (3, 1)),
        ("(Only here.) There not.", (2, 2)),
    ],
)
def test_sentences_are_found(text: str, sentences: tuple[int, ...]) -> None:
    assert measure(text).sentences == sentences


def test_no_words_have_no_lix() -> None:
    assert measure("").lix == 0
    nothing = report([])
    assert (nothing.lix, nothing.words_a_sentence) == (0, 0)


def test_a_value_is_one_short_word() -> None:
    assert measure("Step {number_of_the_step} of {count}").words == (4, 0, 2, 0)


def test_very_long_words_are_named_without_marks() -> None:
    assert words_over("(Digitaliseringsstyrelsen), en myndighed.", 14) == [
        "Digitaliseringsstyrelsen"
    ]
    assert words_over("kommunikationsnet-stikprøve", 17) == []


def test_a_report_names_what_is_worth_a_look() -> None:
    long = "One two three four five six seven eight nine ten a b c d e f."
    three = "One. Two. Three."
    hard = (
        "Authorities recommend considerably simplified Vejledningsmaterialer, nevertheless, or not."
    )
    found = report([long, three, hard, "Reactivation", "Go on."])
    assert [m.text for m in found.long_sentences] == [long]
    assert [m.text for m in found.many_sentences] == [three]
    assert [m.text for m in found.hardest] == [hard, long]
    assert found.very_long_words == ("Vejledningsmaterialer",)
    assert (found.texts, found.sentences, found.words) == (5, 7, 30)
    assert found.words_a_sentence == pytest.approx(30 / 7)


def test_advice_may_have_three_sentences() -> None:
    three, four = "One. Two. Three.", "One. Two. Three. Four."
    assert report([three, four], {three, four}).many_sentences == (measure(four),)


# --- the limits -----------------------------------------------------------------------------------

LANGUAGES_HELD = ("en", "da")
MOST_WORDS = 20
MOST_LIX = 30
MOST_SENTENCES = 3

SPOKEN_MARKS = set(".,:?'’\"“”-/()")
"""What a voice passes over or that stands in an address; a semicolon joins what should be two."""
SHORTENED = re.compile(
    r"(?<!\w)(e\.g|i\.e|etc|vs|f\.eks|bl\.a|osv|mv|m\.m|pga|ca|evt|inkl|kl|nr|pr|tlf|jf|hhv)\.",
    re.IGNORECASE,
)
UNITS = re.compile(r"\d\s?(cm|mm|m|s|sek|min|%|kr|g|h)\b")


@cache
def told(language: str) -> dict[str, str]:
    """Every sentence for citizens by its English one, as it reads in a language."""
    english = [str(message.id) for message in template() if message.id]
    if language == "en":
        return {text: text for text in english}
    file = LANGUAGES / language / "LC_MESSAGES" / "kiosk.po"
    catalogue = read_po(io.BytesIO(file.read_bytes()), locale=language)
    return {text: str(found.string) for text in english if (found := catalogue.get(text))}


@pytest.mark.parametrize("language", LANGUAGES_HELD)
def test_all_of_it_is_easy_to_read(language: str) -> None:
    # Names of keys and headings are short: without them the figure is the harder one.
    sentences = [text for text in told(language).values() if text.endswith((".", "?"))]
    assert len(sentences) > 600
    assert report(sentences).lix < MOST_LIX


@pytest.mark.parametrize("language", LANGUAGES_HELD)
def test_no_sentence_is_long(language: str) -> None:
    texts = told(language).values()
    assert [text for text in texts if measure(text).longest_sentence > MOST_WORDS] == []


@pytest.mark.parametrize("language", LANGUAGES_HELD)
def test_no_text_has_many_sentences(language: str) -> None:
    texts = told(language).values()
    assert [text for text in texts if len(measure(text).sentences) > MOST_SENTENCES] == []


@pytest.mark.parametrize("language", LANGUAGES_HELD)
def test_an_instruction_has_two_sentences_at_most(language: str) -> None:
    said = told(language)
    instructions = {
        said[step.instruction]
        for situation in load().situations.values()
        for step in (*situation.numbered, *situation.side_steps)
    }
    assert len(instructions) > 40
    assert report(sorted(instructions)).many_sentences == ()


@pytest.mark.parametrize("language", LANGUAGES_HELD)
def test_all_of_it_can_be_spoken(language: str) -> None:
    for text in told(language).values():
        words = re.sub(r"\{\w+\}", "", text).removeprefix("● ")
        assert {c for c in words if not (c.isalnum() or c.isspace())} <= SPOKEN_MARKS, text
        assert not SHORTENED.search(text), text
        assert not UNITS.search(text), text
        assert " - " not in text, text
