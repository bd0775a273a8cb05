"""The kiosk asks for nothing: no module of the screens knows a field in which one could type."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import textual.widgets

SCREENS = Path(__file__).parents[2] / "screens"
FIELDS = {"Input", "MaskedInput", "TextArea"}
"""Textual's widgets that take text (and what is made from them)."""


def named(source: str) -> Iterator[str]:
    """Every name that the code imports, or takes from a module."""
    for part in ast.walk(ast.parse(source)):
        if isinstance(part, ast.Import | ast.ImportFrom):
            yield from (alias.name.rpartition(".")[2] for alias in part.names)
        elif isinstance(part, ast.Attribute):
            yield part.attr


@pytest.mark.parametrize(
    "file", sorted(SCREENS.rglob("*.py")), ids=lambda file: str(file.relative_to(SCREENS))
)
def test_no_screen_has_a_text_field(file: Path) -> None:
    found = set(named(file.read_text(encoding="utf-8")))
    assert not found & {*FIELDS, "_input", "_masked_input", "_text_area"}


def test_these_are_the_fields_that_textual_has() -> None:
    taking_text = {
        name
        for name in textual.widgets.__all__
        if issubclass(
            getattr(textual.widgets, name), textual.widgets.Input | textual.widgets.TextArea
        )
    }
    assert taking_text == FIELDS


def test_a_field_would_be_found() -> None:
    told = "from textual.widgets import Static, Input\nimport textual.widgets as w\nw.TextArea()\n"
    assert set(named(told)) >= {"Input", "TextArea"}
