"""Keeping the gettext catalogues: `python -m kiosk.catalogues update|compile`, for `make`.

`update` takes the sentences of code and content into every catalogue; `compile` writes the .mo
files that the running kiosk reads. Both work in the source tree.
"""

import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from kiosk.packs import compile_catalogue, take_in

ROOT = Path(__file__).parent.parent
LANGUAGES = ROOT / "config" / "languages"
METHODS: list[Any] = [
    ("kiosk/**.py", "python"),
    ("screens/**.py", "python"),
    ("config/situations/*.toml", "kiosk-content"),
    ("config/routes.toml", "kiosk-content"),
    ("config/links.toml", "kiosk-content"),
    ("config/support.toml", "kiosk-content"),
    ("config/phones.toml", "kiosk-content"),
    ("config/app_screens.toml", "kiosk-content"),
    ("config/document_numbers.toml", "kiosk-content"),
    ("config/phrases.toml", "kiosk-content"),
]
KEYWORDS: dict[str, Any] = {"say": None, "mark": None}
_SKIPPED = {".venv", "build", "dist", "tests", "docs", "hardware"}


def template() -> Catalog:
    """All sentences of code and content, each with the files in which it stands."""
    found = Catalog(project="reactivation-kiosk", copyright_holder="", charset="utf-8")
    for name, _, message, comments, context in extract_from_dir(
        ROOT,
        METHODS,
        keywords=KEYWORDS,
        directory_filter=lambda folder: Path(folder).name not in _SKIPPED,
    ):
        # Without line numbers: a catalogue changes when a sentence does, not when a line moves.
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def catalogues() -> list[Path]:
    """The catalogue of each language that has one."""
    return sorted(LANGUAGES.glob("*/LC_MESSAGES/kiosk.po"))


def update() -> None:
    """Takes new sentences into every catalogue and drops those that are gone."""
    found = template()
    for file in catalogues():
        take_in(file, found)


def compile_all() -> None:
    """Writes a .mo beside every .po that is newer."""
    for file in catalogues():
        compiled = file.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < file.stat().st_mtime:
            compile_catalogue(file)


if __name__ == "__main__":
    {"update": update, "compile": compile_all}[sys.argv[1]]()
