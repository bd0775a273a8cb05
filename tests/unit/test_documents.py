"""The documents name files, commands and pages: all of them are there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli import app

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *DECISIONS.glob("*.md")]
ROOMS = [
    ROOT / name for name in ("config", "docs", "hardware", "kiosk", "screens", "tests", "training")
]

NOT_HERE = {
    ".venv",
    ".venv/bin/kiosk",  # made by `make setup`
    "config/languages/sv/language.toml",  # an example
    "config/languages/sv/LC_MESSAGES/kiosk.po",
    "languages/da",  # in the folder of a site
    "LC_MESSAGES/kiosk.po",
    "build/bench/kiosk.json",
    "build/bench/code.json",
    "build/bench/peers",
    "hardware/face/models",  # fetched by `make setup`
    "hardware/face/models/",
    "site.toml",  # a site's own, and what `kiosk fleet enrol` makes of it
    "kiosk-fleet.toml",
    "operators.toml",
    "kiosks.toml",
}
LARGEST_PICTURE = 300_000

CODE = re.compile(r"`([^`\n]+)`|^ {4}(.+)$", re.MULTILINE)
PATH = re.compile(r"[\w.-]+(/[\w.-]+)+/?|[\w.-]+/|[\w-]+\.(md|toml|py|tcss)")
ELSEWHERE = re.compile(r"^(kiosk|host)/v1/|^out/")
"""Topics on a broker, and what is made in the folder `out` of an example."""
COMMAND = re.compile(r"(?:^|(?<=[|/$] )|(?<=bin/))kiosk (?P<words>[a-z-].*)")
TARGET = re.compile(r"^make ([a-z-]+)")
LINK = re.compile(r"\]\(([^)\s]+)\)")

documents = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT))
)


def code_in(document: Path) -> Iterator[str]:
    """What stands in a document as code, one line each, without comments."""
    for spanned, indented in CODE.findall(document.read_text(encoding="utf-8")):
        yield re.split(r"\s+# ", spanned or indented)[0].strip()


def commands_in(document: Path) -> Iterator[list[str]]:
    """The words behind `kiosk` wherever a document shows the command."""
    for code in code_in(document):
        for found in COMMAND.finditer(code):
            yield shlex.split(found["words"].split(" < ")[0])


def leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that can be run, by its words."""
    children = getattr(command, "commands", None)
    if children is None:
        yield words
        return
    for name, child in children.items():
        yield from leaves(child, (*words, name))


def resolve(words: list[str]) -> tuple[Any, list[str]]:
    """The command, or group, that these words name, and what is left; KeyError if there is none."""
    command: Any = app
    rest = list(words)
    while hasattr(command, "commands") and rest and not rest[0].startswith("--"):
        command = command.commands[rest.pop(0)]
    return command, rest


@documents
def test_every_file_named_is_there(document: Path) -> None:
    named = {code for code in code_in(document) if PATH.fullmatch(code)} - NOT_HERE
    named = {name for name in named if not ELSEWHERE.match(name)}
    missing = {
        name
        for name in named
        if not (ROOT / name).exists()
        and ("/" in name or not any(list(room.rglob(name)) for room in ROOMS))
    }
    assert not missing


@documents
def test_every_command_shown_is_one_with_these_options(document: Path) -> None:
    for words in commands_in(document):
        command, rest = resolve(words)
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= known, words


@documents
def test_every_make_target_shown_is_one(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = {found[1] for code in code_in(document) if (found := TARGET.match(code))}
    assert shown <= targets


@documents
def test_every_link_within_the_project_leads_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    missing = {
        link
        for link in links
        if "://" not in link and not (document.parent / link.partition("#")[0]).exists()
    }
    assert not missing


def test_the_readme_shows_every_command() -> None:
    shown = {tuple(words) for words in commands_in(ROOT / "README.md")}
    for leaf in leaves(app):
        assert any(words[: len(leaf)] == leaf for words in shown), leaf


def test_the_readme_names_every_situation_and_machine() -> None:
    told = set(code_in(ROOT / "README.md"))
    machines = {file.stem for file in (ROOT / "config" / "machines").glob("*.toml")}
    assert machines | {"app", "several-users", "helper", "new-app"} <= told


def test_the_list_of_decisions_has_every_record() -> None:
    listed = set(LINK.findall((DECISIONS / "README.md").read_text(encoding="utf-8")))
    assert listed == {file.name for file in DECISIONS.glob("[0-9]*.md")}


@pytest.mark.parametrize("picture", sorted((ROOT / "docs/pictures").glob("*.png")))
def test_pictures_are_small(picture: Path) -> None:
    assert picture.stat().st_size < LARGEST_PICTURE


def test_a_command_that_does_not_exist_would_be_seen() -> None:
    with pytest.raises(KeyError):
        resolve(["document", "write", "page.png"])
