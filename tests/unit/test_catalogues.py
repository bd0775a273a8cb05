"""Every sentence that a person can meet is in the catalogue of every language, whole and new."""

import ast
import gettext
import io
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from kiosk import phrases, support
from kiosk.catalogues import ROOT, catalogues, template
from kiosk.language import Status, read_about
from kiosk.places import Folders, shipped
from kiosk.situations.loading import load
from kiosk.situations.model import Step

SENTENCES = template()
FILES = catalogues()
every_language = pytest.mark.parametrize("file", FILES, ids=[f.parent.parent.name for f in FILES])
COMPLETE = [file for file in FILES if read_about(file.parent.parent).status is Status.COMPLETE]


def ids(catalogue: Catalog) -> set[str]:
    return {str(message.id) for message in catalogue if message.id}


@cache
def read(file: Path) -> Catalog:
    return read_po(
        io.BytesIO(file.read_bytes()), locale=file.parent.parent.name, abort_invalid=True
    )


# --- the template ---------------------------------------------------------------------------------


def of_step(step: Step) -> Iterator[str]:
    yield from (step.instruction, step.expect, step.warning)
    yield from (text for tip in step.tips for text in (tip.text, tip.why))
    yield from (branch.text for branch in step.branches)
    if step.timer:
        yield from (step.timer.waiting, step.timer.after)


def of_content() -> Iterator[str]:
    """Every sentence of the content that a screen or the guide hands to `say`."""
    content = load()
    yield from content.phases.values()
    for situation in content.situations.values():
        yield from (situation.title, *situation.needs, *situation.closing)
        for step in (*situation.numbered, *situation.side_steps):
            yield from of_step(step)
    for question in content.questions.values():
        yield from (question.text, question.help, *(a.text for a in question.answers))
    for route in content.routes.values():
        yield from (route.title, *route.steps, route.goes_on_text)
    for link in content.links.values():
        yield from (link.title, link.words)
    for family in content.phones.values():
        yield from (family.name, family.text)
    for screen in content.screens.values():
        yield screen.says
    yield from phrases.load().values()
    for rule in content.document_numbers:
        yield rule.text
    for number in support.load(Folders(shipped() / "kiosk.toml")).numbers.values():
        yield from (number.name, number.what_for)


def calls() -> Iterator[tuple[str, ast.expr]]:
    """What stands first in every call of `mark` and `say` in the code, and where."""
    for folder in ("kiosk", "screens"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args:
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if name in ("mark", "say"):
                        yield f"{name} in {file.name}:{node.lineno}", node.args[0]


def test_no_sentence_of_the_content_is_left_out() -> None:
    assert set(of_content()) - {""} <= ids(SENTENCES)


def test_no_sentence_of_the_code_is_left_out() -> None:
    told = {node.value for _, node in calls() if isinstance(node, ast.Constant)}
    assert len(told) > 100
    assert told - {""} <= ids(SENTENCES)


def test_what_is_marked_is_a_plain_string() -> None:
    # Anything else would be left out of the catalogue without a word.
    for where, node in calls():
        assert not isinstance(node, ast.JoinedStr), where
        if where.startswith("mark "):
            assert isinstance(node, ast.Constant), where


def test_the_template_holds_nothing_that_nobody_says() -> None:
    told = {node.value for _, node in calls() if isinstance(node, ast.Constant)}
    assert ids(SENTENCES) <= told | set(of_content())


# --- the catalogues -------------------------------------------------------------------------------


def test_danish_has_a_catalogue() -> None:
    assert "da" in {file.parent.parent.name for file in FILES}


@every_language
def test_every_sentence_is_there(file: Path) -> None:
    assert ids(SENTENCES) - ids(read(file)) == set(), "make messages, and translate"


@every_language
def test_none_is_there_that_nobody_says(file: Path) -> None:
    assert ids(read(file)) - ids(SENTENCES) == set(), "make messages"
    assert not read(file).obsolete


@pytest.mark.parametrize("file", COMPLETE, ids=[f.parent.parent.name for f in COMPLETE])
def test_none_is_empty_where_it_is_said_to_be_complete(file: Path) -> None:
    assert [m.id for m in read(file) if m.id and not str(m.string).strip()] == []


@every_language
def test_none_is_fuzzy(file: Path) -> None:
    assert [m.id for m in read(file) if m.id and m.fuzzy] == []


def placeholders(text: str) -> list[tuple[str, str, str]]:
    parts = string.Formatter().parse(text)
    return sorted((name, spec or "", how or "") for _, name, spec, how in parts if name is not None)


@every_language
def test_every_sentence_has_the_same_placeholders(file: Path) -> None:
    for message in read(file):
        if message.id and message.string:
            assert placeholders(str(message.string)) == placeholders(str(message.id)), message.id


@every_language
def test_spaces_and_line_ends_are_those_of_the_sentence(file: Path) -> None:
    for message in read(file):
        if message.id and message.string:
            told, meant = str(message.string), str(message.id)
            assert told == told.strip(), message.id
            assert told.count("\n") == meant.count("\n"), message.id


@every_language
def test_nobody_is_shouted_at(file: Path) -> None:
    for message in read(file):
        if message.id:
            assert "!" not in f"{message.id}{message.string}"


@every_language
def test_the_compiled_catalogue_says_the_same(file: Path) -> None:
    with file.with_suffix(".mo").open("rb") as compiled:
        said = gettext.GNUTranslations(compiled)
    for message in read(file):
        if message.id and message.string and not message.fuzzy:
            assert said.gettext(str(message.id)) == message.string, "make languages"
    known = set(said._catalog) - {""}  # type: ignore[attr-defined]
    assert known <= ids(read(file)), "make languages"
