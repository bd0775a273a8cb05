import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.language import (
    AppLabel,
    Language,
    Status,
    Wording,
    language_name,
    load_labels,
    load_languages,
    mark,
    plain,
)
from kiosk.places import Folders, shipped
from kiosk.reading import ConfigError
from tests.sites import site

LANGUAGES = load_languages(("da", "en"), Folders(shipped() / "kiosk.toml"))
DANISH, ENGLISH = LANGUAGES["da"], LANGUAGES["en"]

BIDI = [*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C]
ZERO_WIDTH = [0x00AD, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xE0041]
BREAKS = [0x2028, 0x2029]


def labels_of(**wordings: tuple[str, bool]) -> dict[str, dict[str, Wording]]:
    return {"key": {code: Wording(text, "", "", ok) for code, (text, ok) in wordings.items()}}


def label(code: str, **wordings: tuple[str, bool]) -> AppLabel:
    return Language(code, Folders(shipped() / "kiosk.toml"), labels_of(**wordings)).label("key")


# --- the app's labels ----------------------------------------------------------------------------


def test_a_verified_label_stands_alone() -> None:
    assert label("da", en=("Next", True), da=("Næste", True)) == AppLabel("Næste", language="da")


def test_an_unverified_label_has_the_english_one_beside_it() -> None:
    assert label("da", en=("Allow", True), da=("Tillad", False)) == AppLabel(
        "Tillad", "Allow", "da"
    )


def test_the_same_wording_is_not_shown_twice() -> None:
    assert label("da", en=("Touch ID", True), da=("Touch ID", False)) == AppLabel(
        "Touch ID", language="da"
    )


def test_a_label_that_a_language_has_not_is_english() -> None:
    assert label("da", en=("Menu", True)) == AppLabel("Menu")


def test_the_app_may_be_in_another_language_than_the_kiosk() -> None:
    allow = {"en": ("Allow", True), "da": ("Tillad", False)}
    english = Language("en", Folders(shipped() / "kiosk.toml"), labels_of(**allow))
    assert english.label("key") == AppLabel("Allow")
    assert english.label("key", "da") == AppLabel("Tillad", "Allow", "da")


def test_the_app_is_in_danish_on_the_phone_of_who_speaks_what_it_does_not() -> None:
    told = label("de", en=("Next", True), da=("Næste", True))
    assert told == AppLabel("Næste", language="da")


def test_a_site_corrects_one_label_with_one_line(tmp_path: Path) -> None:
    corrected = (
        'allow = { text = "Giv lov", source = "read", date = "2026-12-01", verified = true }'
    )
    folders = site(tmp_path, "languages/da/labels.toml", whole=corrected)
    danish = load_languages(("da",), folders)["da"]
    assert danish.label("allow") == AppLabel("Giv lov", language="da")
    assert danish.label("next") == DANISH.label("next")
    assert danish.say("Done") == DANISH.say("Done")


def test_english_labels_stand_alone() -> None:
    for key in load_labels(Folders(shipped() / "kiosk.toml")):
        assert ENGLISH.label(key).english is None


def test_an_unknown_label_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        ENGLISH.label("no-such-label")


# --- sentences -----------------------------------------------------------------------------------


def test_a_sentence_that_is_not_translated_stays_english() -> None:
    assert DANISH.say("Nobody ever wrote this sentence.") == "Nobody ever wrote this sentence."


def test_nothing_is_said_as_nothing() -> None:
    # gettext would give the head of the catalogue.
    assert DANISH.say("") == ""


def test_marking_changes_nothing() -> None:
    assert mark("A sentence.") == "A sentence."


def test_values_are_data_and_no_text() -> None:
    said = ENGLISH.say("Choose {country}.", country="{0.__class__} {country} [bold]%s\x1b[2J")
    assert said == "Choose {0.__class__} {country} [bold]%s[2J."


def test_braces_in_a_sentence_without_values_are_left_alone() -> None:
    assert ENGLISH.say("Type {it}.") == "Type {it}."


@given(value=st.text())
def test_no_value_can_bring_in_what_a_screen_must_not_get(value: str) -> None:
    said = ENGLISH.say("{value}", value=value)
    unsafe = {*map(chr, (*BIDI, *ZERO_WIDTH, *BREAKS))}
    assert not unsafe.intersection(said)
    assert all(unicodedata.category(c) not in ("Cc", "Cs") or c in "\t\n" for c in said)
    said.encode()  # no lone surrogate either


# --- plain text ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [*range(9), *range(0xB, 0x20), *range(0x7F, 0xA0), *BIDI, *ZERO_WIDTH, *BREAKS, 0xD800, 0xDFFF],
    ids=hex,
)
def test_what_is_not_plain_is_removed(code: int) -> None:
    assert plain(f"a{chr(code)}b") == "ab"


@pytest.mark.parametrize(
    "text", ["Ærø, Åbenrå", "Ελλάδα", "Türkiye", "中国", "e\u0301", "a\n\tb", ""]
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_an_escape_sequence_loses_its_escape() -> None:
    assert plain("\x1b]0;title\x07\x1b[31mred\x9b2J") == "]0;title[31mred2J"


# --- language packs ------------------------------------------------------------------------------


def test_the_languages_stand_in_the_order_asked_for() -> None:
    folders = Folders(shipped() / "kiosk.toml")
    assert [told.name for told in load_languages(("en", "da"), folders).values()] == [
        "English",
        "Dansk",
    ]


def test_a_language_that_does_not_exist_is_told() -> None:
    with pytest.raises(ConfigError, match=r"languages/xx/language\.toml: there is no such file$"):
        load_languages(("xx",), Folders(shipped() / "kiosk.toml"))


@pytest.mark.parametrize("compiled", [None, b"", b"\xde\x12", b"no catalogue", b"\xde\x12\x04\x95"])
def test_a_catalogue_that_is_missing_or_broken_is_told(
    tmp_path: Path, compiled: bytes | None
) -> None:
    folders = site(tmp_path, "languages/sv/language.toml", whole='name = "Svenska"')
    catalogue = tmp_path / "languages" / "sv" / "LC_MESSAGES" / "kiosk.mo"
    if compiled is not None:
        catalogue.parent.mkdir()
        catalogue.write_bytes(compiled)
    with pytest.raises(ConfigError) as caught:
        load_languages(("sv",), folders)
    assert str(caught.value) == "languages/sv: no compiled catalogue: kiosk language pack sv"


def test_a_language_pack_is_files_alone(tmp_path: Path) -> None:
    folders = site(tmp_path, "languages/sv/language.toml", whole='name = "Svenska"')
    catalogue = tmp_path / "languages" / "sv" / "LC_MESSAGES" / "kiosk.mo"
    catalogue.parent.mkdir()
    catalogue.write_bytes(
        folders.find("languages/da").joinpath("LC_MESSAGES/kiosk.mo").read_bytes()
    )
    swedish = load_languages(("sv",), folders)["sv"]
    assert swedish.name == "Svenska"
    assert swedish.label("menu") == AppLabel("Menu", language="da")


def test_a_pack_says_its_voice_direction_and_status(tmp_path: Path) -> None:
    told = 'name = "X"\nvoice = "ar"\ndirection = "rtl"\nstatus = "machine-made, not reviewed"'
    folders = site(tmp_path, "languages/de/language.toml", whole=told)
    language = load_languages(("de",), folders)["de"]
    assert (language.voice, language.direction) == ("ar", "rtl")
    assert language.status is Status.MACHINE_MADE
    assert (ENGLISH.voice, ENGLISH.direction, ENGLISH.status) == ("en", "ltr", Status.COMPLETE)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('status = "finished"', "'finished' is not known"),
        ('direction = "up"', "'up' is not known"),
        ('voice = "-f /etc/passwd"', "voice: expected"),
        ('vioce = "x"', "'vioce' is not known; did you mean 'voice'?"),
    ],
)
def test_a_pack_that_says_what_nobody_knows_is_told(tmp_path: Path, line: str, told: str) -> None:
    folders = site(tmp_path, "languages/de/language.toml", whole=f'name = "X"\n{line}')
    with pytest.raises(ConfigError, match=r"^languages/de: .*") as caught:
        load_languages(("de",), folders)
    assert told in str(caught.value)


def test_a_name_that_steers_the_terminal_is_told(tmp_path: Path) -> None:
    folders = site(tmp_path, "languages/de/language.toml", whole='name = "a\\u001b[2J"')
    with pytest.raises(ConfigError, match=r"^languages/de: name: "):
        load_languages(("de",), folders)


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("da", "en", "Danish"),
        ("en", "da", "engelsk"),
        ("en", "uk", "англійська"),
        ("kl", "da", "grønlandsk"),
        ("da", "xx", "Danish"),
        ("da", "sv-FI", "danska"),
        ("xx", "en", "xx"),
    ],
)
def test_a_language_has_a_name_in_each_other(code: str, language: str, name: str) -> None:
    assert language_name(code, language) == name
