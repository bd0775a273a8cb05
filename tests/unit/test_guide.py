"""The printed guide says the same as the screens: every step, every label."""

import pytest

from kiosk.guards import guards
from kiosk.guide import as_markdown, as_rows, as_text
from kiosk.language import load_languages
from kiosk.places import Folders, shipped
from kiosk.situations.loading import load

SITUATIONS = tuple(load().situations.values())
LANGUAGES = load_languages(("da", "en"), Folders(shipped() / "kiosk.toml"))
KEYS = ["situation", "number", "id", "actor", "instruction", "labels", "app_screen", "rehearsal"]

both = pytest.mark.parametrize("code", LANGUAGES)


@both
def test_one_row_for_each_of_the_92_steps(code: str) -> None:
    rows = [row for told in SITUATIONS for row in as_rows(told, LANGUAGES[code])]
    assert len(rows) == 17 + 21 + 24 + 30
    for situation in SITUATIONS:
        of_it = [row for row in rows if row["situation"] == situation.id]
        assert [row["number"] for row in of_it] == list(range(1, len(situation.numbered) + 1))
        assert [row["id"] for row in of_it] == [step.id for step in situation.numbered]
    for row in rows:
        assert list(row) == KEYS
        assert row["actor"] in ("citizen", "helper")
        assert row["instruction"]
        assert row["rehearsal"] in (None, "country", "code", "chip", "face")
        assert row["app_screen"] is None or row["app_screen"]
        assert all(isinstance(label, str) and label for label in row["labels"])


def test_the_rows_hold_the_wording_of_the_phone() -> None:
    app = SITUATIONS[0]
    second = as_rows(app, LANGUAGES["en"])[1]
    assert second["app_screen"] == "Your MitID is temporarily blocked"
    assert second["labels"] == ["Reactivate"]
    assert as_rows(app, LANGUAGES["da"])[1]["labels"] == ["Genaktivér"]


def test_in_helper_the_rows_say_who_acts() -> None:
    helper = next(told for told in SITUATIONS if told.id == "helper")
    actors = {row["id"]: row["actor"] for row in as_rows(helper, LANGUAGES["en"])}
    assert actors["open-app"] == "helper"
    assert actors["scan-face"] == "citizen"
    others = {
        row["actor"] for t in SITUATIONS if t != helper for row in as_rows(t, LANGUAGES["en"])
    }
    assert others == {"citizen"}


@both
@pytest.mark.parametrize("write", [as_text, as_markdown])
def test_text_and_markdown_have_every_sentence_and_label(write, code: str) -> None:  # type: ignore[no-untyped-def]
    language = LANGUAGES[code]
    for situation in SITUATIONS:
        told = write([situation], language)
        lines = told.splitlines()
        for number, step in enumerate(situation.numbered, start=1):
            start = f"{number}. {language.say(step.instruction)}"
            assert any(line.startswith(start) for line in lines), step.id
            for key in (*step.labels, *(key for b in step.branches for key in b.labels)):
                label = language.label(key)
                assert f"[{label.text}]" in told, key
                assert label.english is None or f"({label.english})" in told, key
            if step.app_screen:
                assert f"[{language.label(step.app_screen).text}]" in told
            for guard in guards(step):
                assert language.say(guard) in told
            for branch in step.branches:
                assert language.say(branch.text) in told
        for side in situation.side_steps:
            assert language.say(side.instruction) in told
            assert all(language.say(guard) in told for guard in guards(side))
        for sentence in (situation.title, *situation.needs, *situation.closing):
            assert language.say(sentence) in told


@both
def test_markdown_sets_titles_and_labels_apart(code: str) -> None:
    told = as_markdown(SITUATIONS, LANGUAGES[code])
    titles = [line for line in told.splitlines() if line.startswith("#")]
    assert titles == [f"# {LANGUAGES[code].say(told.title)}" for told in SITUATIONS]
    assert "**[" in told


@both
def test_text_has_no_markup(code: str) -> None:
    told = as_text(SITUATIONS, LANGUAGES[code])
    assert "**" not in told
    assert not any(line.startswith("#") for line in told.splitlines())
