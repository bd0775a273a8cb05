"""A language is begun, checked, brought up to date, packed, unpacked at a site, and spoken."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kiosk import pack_checks, packs
from kiosk.language import Status, load_languages
from kiosk.pack_checks import Severity
from kiosk.packs import ABOUT, CATALOGUE, LABELS, PackError
from kiosk.places import Folders, shipped
from tests.sites import site

FOLDERS = Folders(shipped() / "kiosk.toml")
DONE = 'msgid "Done"\nmsgstr ""\n'
MINUTES = "It takes about {minutes} minutes. Take the time you need."


def begun(into: Path, code: str = "sv") -> Path:
    return packs.begin(code, into, FOLDERS)


def say(folder: Path, meant: str, told: str) -> None:
    """Translates one sentence of a pack."""
    catalogue = packs.read_catalogue(folder / CATALOGUE)
    catalogue[meant].string = told
    packs._write(folder / CATALOGUE, catalogue)


def faults(folder: Path) -> list[tuple[Severity, str, str]]:
    found = pack_checks.check(folder, FOLDERS, program="").faults
    return [(f.severity, f.where, f.told) for f in found if "compiled" not in f.told]


def kiosk(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60)


# --- begun ----------------------------------------------------------------------------------------


def test_a_new_language_has_every_sentence_with_its_place_and_none_is_translated(
    tmp_path: Path,
) -> None:
    folder = begun(tmp_path)
    with (folder / CATALOGUE).open("rb") as file:
        catalogue = read_po(file)
    with (shipped() / "languages/da" / CATALOGUE).open("rb") as file:
        danish = read_po(file)
    assert {m.id for m in catalogue} == {m.id for m in danish}
    assert not any(m.string for m in catalogue if m.id)
    assert all(m.locations for m in catalogue if m.id)


def test_a_new_language_knows_its_name_and_how_it_is_written(tmp_path: Path) -> None:
    assert 'name = "Svenska"' in (begun(tmp_path) / ABOUT).read_text()
    arabic = (begun(tmp_path, "ar") / ABOUT).read_text()
    assert 'direction = "rtl"' in arabic
    assert 'name = "العربية"' in arabic


def test_a_line_of_labels_that_is_filled_in_is_a_label(tmp_path: Path) -> None:
    folder = packs.begin("sv", tmp_path / "languages", FOLDERS)
    file = folder / LABELS
    told = file.read_text().replace('# menu = { text = ""', 'menu = { text = "Meny"')
    file.write_text(told)
    packs.compile_catalogue(folder / CATALOGUE)
    swedish = load_languages(("sv",), site(tmp_path, "kiosk.toml"))["sv"]
    assert swedish.label("menu").text == "Meny"
    assert swedish.phone_language == "sv"


def test_a_language_that_nobody_knows_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="'xx' is not known here: say with --name"):
        begun(tmp_path, "xx")
    folder = packs.begin("xx", tmp_path, FOLDERS, name='Xi\x1b"\nx', direction="rtl")
    assert 'name = "Xi x"\n' in (folder / ABOUT).read_text()
    assert pack_checks.check(folder, FOLDERS, "").direction == "rtl"


@pytest.mark.parametrize("code", ["", "../sv", "sv_SE", "SV", "s", "/etc", "sv\n"])
def test_what_is_no_code_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(PackError, match="is no code of a language"):
        begun(tmp_path / "in", code)
    assert not (tmp_path / "in").exists()


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    say(folder, "Done", "Klar")
    with pytest.raises(PackError, match="is there already"):
        begun(tmp_path)
    assert "Klar" in (folder / CATALOGUE).read_text()


def test_new_sentences_are_taken_in_and_old_ones_kept(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    say(folder, "Done", "Klar")
    told = (folder / CATALOGUE).read_text()
    assert 'msgid "Back"\nmsgstr ""\n' in told
    (folder / CATALOGUE).write_text(told.replace('msgid "Back"', 'msgid "Of an old version"'))
    packs.update(folder)
    told = (folder / CATALOGUE).read_text()
    assert 'msgid "Back"\nmsgstr ""\n' in told
    assert 'msgid "Done"\nmsgstr "Klar"\n' in told
    assert "Of an old version" not in told


# --- checked --------------------------------------------------------------------------------------


def test_an_empty_language_counts_what_is_missing(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    checked = pack_checks.check(folder, FOLDERS, "")
    assert checked.translated == 0
    assert len(checked.missing) == checked.sentences > 900
    assert checked.status is Status.WORDS_ONLY
    assert checked.speaks is None
    say(folder, "Done", "Klar")
    checked = pack_checks.check(folder, FOLDERS, "")
    assert checked.translated == 1
    assert "Done" not in checked.missing


@pytest.mark.parametrize(
    ("meant", "told", "severity", "fault"),
    [
        (MINUTES, "Det tar {minuter} minuter.", Severity.ERROR, "lacks {minutes}"),
        (MINUTES, "Det tar {minutes} {s} min.", Severity.ERROR, "has {s}, which the English"),
        (MINUTES, "Det tar {minutes} {min.", Severity.ERROR, "has braces that do not fit"),
        ("Done", "Klar\u200d", Severity.ERROR, "has U+200D (joined pictures)"),
        ("Done", "Klar ✔\ufe0f", Severity.ERROR, "has U+FE0F (a picture in colour)"),
        ("Done", "1\u20e3", Severity.ERROR, "has U+20E3 (a key cap)"),
        ("Done", "Klar \U0001f3fd", Severity.ERROR, "has U+1F3FD (a colour of skin)"),
        ("Done", "Kl\x1bar", Severity.ERROR, "has U+001B (it steers, or is not seen)"),
        ("Done", "\u202eKlar", Severity.ERROR, "has U+202E (it steers, or is not seen)"),
        ("Done", "Klar ", Severity.ERROR, "begins or ends with a space"),
        ("Done", "Klar\noch slut", Severity.ERROR, "has other line ends"),
        ("Done", "تم", Severity.ERROR, "runs from right to left; the direction is 'ltr'"),
        ("Done", "हिन्दी", Severity.WARNING, "(devanagari vowel sign i), which terminals draw"),
        ("Done", "தமிழ்", Severity.WARNING, "(tamil vowel sign i), which terminals draw"),
        ("Done", "Klar!", Severity.WARNING, "has an exclamation mark"),
        ("Done", "Färdigställande", Severity.WARNING, "is too long for a key"),
        ("Done", "Jag har gjort det som står här nu", Severity.WARNING, "is too long for a key"),
        ("Try this:", "Prova detta: " * 2 + "nu", Severity.WARNING, "cells wide; there is room"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_sentence_is_told(
    tmp_path: Path, meant: str, told: str, severity: Severity, fault: str
) -> None:
    folder = begun(tmp_path)
    say(folder, meant, told)
    found = faults(folder)
    assert any(how is severity and at == meant and fault in what for how, at, what in found), found
    code = pack_checks.check(folder, FOLDERS, "").exit_code
    assert code == (2 if any(how is Severity.ERROR for how, _, _ in found) else 1)


@pytest.mark.parametrize(
    ("meant", "told"),
    [
        ("Done", "Klar"),
        ("Done", "Готово"),
        ("Done", "完成"),
        (MINUTES, "Det tar ungefär {minutes} minuter. Ta den tid du behöver."),
        ("Press {key}: {words}", "Tryck på {key}: {words}"),
    ],
)
def test_nothing_is_wrong_with_a_good_sentence(tmp_path: Path, meant: str, told: str) -> None:
    folder = begun(tmp_path)
    say(folder, meant, told)
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("line", "severity", "fault"),
    [
        ("menu = 3", Severity.ERROR, "menu: expected `object`"),
        ("manu = {}", Severity.ERROR, "manu: 'text' is missing"),
        ('{text = "", source = "x", date = "", verified = false}', Severity.ERROR, "length >= 1"),
        ('{text = "M", source = "", date = "", verified = false}', Severity.WARNING, "no source"),
        ('{text = "M\\u200d", source = "x", date = "", verified = false}', Severity.ERROR, "200D"),
        ("[[[", Severity.ERROR, "is not TOML"),
    ],
)
def test_what_is_wrong_with_a_label_is_told(
    tmp_path: Path, line: str, severity: Severity, fault: str
) -> None:
    folder = begun(tmp_path)
    (folder / LABELS).write_text(f"menu = {line}" if line.startswith("{") else line)
    ((how, _, told),) = faults(folder)
    assert how is severity
    assert fault in told


def test_a_label_that_does_not_exist_is_told_with_the_nearest(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    wording = '{ text = "M", source = "x", date = "2026-11-25", verified = true }'
    (folder / LABELS).write_text(f"manu = {wording}")
    assert faults(folder) == [
        (Severity.ERROR, "manu", "is no label in English; did you mean 'menu'?")
    ]


def test_a_language_that_says_it_is_complete_must_be(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    about = folder / ABOUT
    about.write_text(about.read_text().replace('"words only"\ndir', '"complete"\ndir'))
    ((how, _, told),) = faults(folder)
    assert how is Severity.ERROR
    assert told.endswith("sentences are missing, though the status is 'complete'")


def test_a_language_written_the_other_way_than_it_says_is_told(tmp_path: Path) -> None:
    folder = begun(tmp_path, "ar")
    about = folder / ABOUT
    about.write_text(about.read_text().replace('"rtl"', '"ltr"'))
    assert (Severity.WARNING, "direction", "is ltr, but 'ar' is written rtl") in faults(folder)


@pytest.mark.parametrize("code", Folders(shipped() / "kiosk.toml").packs())
def test_the_shipped_languages_are_in_order(code: str) -> None:
    checked = pack_checks.check(packs.find(code, FOLDERS), FOLDERS, "")
    assert checked.faults == ()


# --- as a program, at a site ----------------------------------------------------------------------


def test_a_language_is_begun_translated_packed_and_spoken_at_a_site(tmp_path: Path) -> None:
    made = kiosk("language", "new", "sv", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    folder = tmp_path / "languages/sv"
    say(folder, "Done", "Klar")
    checked = kiosk("language", "check", "languages/sv", "--format", "json", cwd=tmp_path)
    assert checked.returncode == 1, "not compiled yet"
    (row,) = json.loads(checked.stdout)
    assert (row["code"], row["translated"]) == ("sv", 1)
    packed = kiosk("language", "pack", "languages/sv", cwd=tmp_path)
    assert packed.returncode == 0, packed.stderr
    assert 'put "sv" into languages in kiosk.toml' in packed.stdout

    there = tmp_path / "site"
    there.mkdir()
    folders = site(there, "kiosk.toml", '["da", "en"]', '["sv", "da"]')
    with zipfile.ZipFile(tmp_path / "sv.zip") as file:
        file.extractall(there / "languages")
    assert load_languages(("sv",), folders)["sv"].say("Done") == "Klar"
    config = str(folders.settings_file)
    assert kiosk("config", "check", "--config", config, cwd=tmp_path).returncode == 0
    checked = kiosk("language", "check", "sv", "--config", config, cwd=tmp_path)
    assert "1 of " in checked.stdout
    told = kiosk("guide", "app", "--language", "sv", "--config", config, cwd=tmp_path)
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["new", "xx"], "'xx' is not known here: say with --name how it calls itself"),
        (["new", "a/b"], "'a/b' is no code of a language, such as sv or pt-BR"),
        (["check", "xx"], "xx: there is no folder with a language.toml, and no language of this"),
        (["pack", "xx"], "xx: there is no folder with a language.toml, and no language of this"),
        (["update", "xx"], "xx: there is no folder with a language.toml, and no language of this"),
        (["pack", "da", "--output", "no/such/file"], "no/such/file: cannot be written: No such"),
        (["new", "sv", "--into", "/proc/1"], "/proc/1/sv: cannot be made: "),
    ],
)
def test_bad_input_is_told_in_one_line(tmp_path: Path, words: list[str], line: str) -> None:
    told = kiosk("language", *words, cwd=tmp_path)
    assert told.returncode == 2
    assert told.stderr.startswith(f"kiosk: {line}")
    assert told.stderr.count("\n") == 1


def test_a_language_with_an_error_is_not_packed(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    say(folder, MINUTES, "Det tar en stund.")
    told = kiosk("language", "pack", "sv", cwd=tmp_path)
    assert told.returncode == 2
    assert "sv: is not in order; see kiosk language check sv" in told.stderr
    assert not (tmp_path / "sv.zip").exists()


BROKEN = [
    b"",
    b'msgid "a\n',
    b'msgid "a"\nmsgstr "\xff"\n',
    b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nobodys\\n"\nmsgid "a"\nmsgstr "b"\n',
    b'msgid ""\nmsgstr "POT-Creation-Date: yesterday\\n"\n',
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_catalogue_that_is_none_is_told_in_one_line(tmp_path: Path, broken: bytes) -> None:
    folder = begun(tmp_path)
    (folder / CATALOGUE).write_bytes(broken)
    told = kiosk("language", "check", "sv", cwd=tmp_path)
    assert "Traceback" not in told.stderr
    assert told.returncode == (1 if not broken else 2)
