"""`kiosk advise`: any case explained, and one clear line for a word that is none."""

import json
import sys

import pytest

from kiosk.cli import main


def kiosk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, str]:
    """Runs `kiosk advise` in this process: exit code, output and errors."""
    monkeypatch.setattr(sys, "argv", ["kiosk", "advise", *words])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    code = left.value.code or 0
    assert isinstance(code, int)
    return code, told.out, told.err


def test_a_case_is_explained_in_the_language_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--step", "scan-chip", "--code", "good", "--country", "DNK", "--chip", "works"]
    words += ["--phone", "iphone"]
    code, out, err = kiosk(monkeypatch, capsys, *words)
    assert (code, err) == (0, "")
    assert "learned: Your chip works." in out
    assert " 1. Take the cover off the phone" in out
    assert "    why: Your chip works. So it is the phone" in out
    assert "An iPhone reads with its top end." in out
    danish = kiosk(monkeypatch, capsys, *words, "--language", "da")[1]
    assert "learned: Din chip virker." in danish


def test_each_try_takes_the_first_tip_away_as_in_a_visit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = []
    for tries in ("0", "1", "2", "3"):
        words = ("--step", "scan-code", "--tries", tries, "--format", "json")
        row = json.loads(kiosk(monkeypatch, capsys, *words)[1])
        assert row["tries"] == int(tries)
        first.append((row["try"][0]["text"][:9], row["desk"] and row["desk"]["now"]))
    assert first == [
        ("Lay it on", None), ("Lay it on", None), ("Hold the ", False), ("Find even", True)
    ]  # fmt: skip


def test_a_hopeless_case_has_nothing_to_try(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--step", "open-app", "--code", "expired", "--format", "json")
    row = json.loads(kiosk(monkeypatch, capsys, *words)[1])
    assert row["try"] == []
    assert row["desk"] == {
        "now": True,
        "why": "Stop here: this document has expired. Use another valid one, or go to the desk.",
    }


def test_the_country_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--step", "choose-country", "--code", "good", "--country", "dnk", "--language", "da")
    assert "Danmark" in kiosk(monkeypatch, capsys, *words)[1]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--step scan-chop", "there is no step of app 'scan-chop'; did you mean 'scan-chip'?"),
        ("--situation helpr --step scan-chip", "did you mean 'helper'?"),
        ("--step scan-chip --chip work", "no verdict on a chip 'work'; did you mean 'works'?"),
        ("--step scan-code --code gud", "there is no verdict on a code 'gud'; there are good, "),
        ("--step scan-code --kind passpor", "did you mean 'passport'?"),
        ("--step scan-chip --expected si", "there are yes, perhaps, no"),
        ("--step scan-face --face to-dark", "did you mean 'too-dark'?"),
        ("--step scan-face --face no-face", "there is no finding before the camera 'no-face'"),
        ("--step scan-chip --phone iphon", "there is no phone 'iphon'; did you mean 'iphone'?"),
        ("--step scan-code --country XQX", "there is no issuer 'XQX'"),
        ("--step scan-code --tries -1", "--tries"),
        ("", "--step"),
    ],
)
def test_a_bad_word_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str, line: str
) -> None:
    code, out, err = kiosk(monkeypatch, capsys, *words.split())
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("kiosk: ")
    assert line in err
