"""Faults in a site's files are found by file and line."""

from pathlib import Path

import pytest

from kiosk import settings
from kiosk.line_numbers import with_line
from kiosk.places import Folders
from kiosk.reading import ConfigError
from kiosk.situations.loading import load
from tests.sites import site


def _load(folders: Folders) -> None:
    settings.load(folders)
    load(folders)


@pytest.mark.parametrize(
    ("file", "old", "new", "wrong"),
    [
        ("kiosk.toml", "seconds = 90 ", "seconds = -1 ", "seconds = -1"),
        ("kiosk.toml", "warning_seconds", "warning_secnds", "warning_secnds"),
        ("kiosk.toml", "[idle]", "[idl]", "[idl]"),
        ("kiosk.toml", "keypad = {}", 'keypad = { "/" = "x" }', "keypad ="),
        ("kiosk.toml", "normal_scale = 1.0", "normal_scale = 5.0", "large_scale ="),
        ("situations/triage.toml", "situation:helper", "situation:helpr", "situation:helpr"),
        ("situations/app.toml", "\ntitle =", "\ntitel =", "titel"),
    ],
)
def test_the_line_of_a_fault(tmp_path: Path, file: str, old: str, new: str, wrong: str) -> None:
    folders = site(tmp_path, file, old, new)
    with pytest.raises(ConfigError) as caught:
        _load(folders)
    told = with_line(str(caught.value), folders)
    path, _, rest = told.partition(", line ")
    assert path == str(tmp_path / file), told
    number, _, fault = rest.partition(": ")
    assert str(caught.value).endswith(fault)
    assert wrong in (tmp_path / file).read_text().splitlines()[int(number) - 1]


def test_a_file_that_is_no_toml_names_its_line_itself(tmp_path: Path) -> None:
    folders = site(tmp_path, "kiosk.toml", whole="[kiosk]\nlanguages = [\n")
    with pytest.raises(ConfigError) as caught:
        settings.load(folders)
    told = with_line(str(caught.value), folders)
    assert told.startswith(f"{folders.settings_file}")
    assert "at end of document" in told


@pytest.mark.parametrize(
    "fault",
    ["no file at all", "gone.toml: x: y", ": ", "kiosk.toml: ", "/no/kiosk.toml: there is none"],
)
def test_whatever_it_is_told_it_answers(tmp_path: Path, fault: str) -> None:
    folders = site(tmp_path, "kiosk.toml", whole="[kiosk]\n")
    assert fault.partition(": ")[2] in with_line(fault, folders)
