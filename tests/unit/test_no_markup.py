"""No widget takes markup: text from outside, `[@click=app.quit]` for example, stays text."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SCREENS = Path(__file__).parents[2] / "screens"
FILES = sorted(SCREENS.rglob("*.py"))

WIDGETS = {"Static"}
"""The widgets of Textual that are used; each other one would have to be looked at here first."""
READS_MARKUP = {"from_markup", "from_ansi", "append_markup", "render_markup", "escape_markup"}
SHOWS_MARKUP = {"border_title", "border_subtitle", "tooltip"}
"""Attributes of a widget whose text Textual reads as markup, whatever `markup` says."""


def faults(tree: ast.AST) -> Iterator[str]:
    """Where text could be read as markup."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="textual.widgets", names=names):
                yield from (f"{n.name} is new" for n in names if n.name not in WIDGETS)
            case ast.Import(names=names) if any(n.name == "textual.widgets" for n in names):
                yield "textual.widgets as a whole"
            case ast.ImportFrom(module="rich.markup" | "textual.markup"):
                yield "a reader of markup"
            case ast.Attribute(attr=name) if name in READS_MARKUP:
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()) if name in SHOWS_MARKUP:
                yield name
            case ast.Name(id=name, ctx=ast.Store()) if name in {n.upper() for n in SHOWS_MARKUP}:
                yield name
            case ast.Call():
                yield from _of_call(node)
            case ast.ClassDef(bases=bases) if "Static" in map(_name, bases):
                yield from _of_class(node)
            case ast.FunctionDef(name="render", args=ast.arguments(args=[_])):
                yield from _of_render(node)
            case ast.Constant(value=str(text)) if "[@click" in text:
                yield f"an action in a text: {text!r}"


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _is_off(call: ast.Call) -> bool:
    return any(
        k.arg == "markup" and isinstance(k.value, ast.Constant) and k.value.value is False
        for k in call.keywords
    )


def _of_call(call: ast.Call) -> Iterator[str]:
    name = _name(call.func)
    words = {keyword.arg for keyword in call.keywords}
    if any(k.arg == "markup" for k in call.keywords) and not _is_off(call):
        yield f"{name} with markup"
    if name == "notify" and isinstance(call.func, ast.Attribute) and not _is_off(call):
        yield "a notice with markup"
    if name in WIDGETS and (call.args or words & {"content", None}) and not _is_off(call):
        yield f"{name} with a text and with markup"
    if words & SHOWS_MARKUP:
        yield f"{name} with {words & SHOWS_MARKUP}"
    if name == "Style" and words & {"link", "meta"}:
        yield f"{name} with an action or a link"


def _of_class(node: ast.ClassDef) -> Iterator[str]:
    """A kind of Static either switches markup off or is made without a text."""
    made = [
        call
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "__init__"
    ]
    if not made:
        yield f"{node.name} takes the text that its maker gives, with markup"
    for call in made:
        if (call.args or "content" in {k.arg for k in call.keywords}) and not _is_off(call):
            yield f"{node.name} with a text and with markup"


def _of_render(function: ast.FunctionDef) -> Iterator[str]:
    """What a widget draws is no string, which Textual would read as markup, but an empty one."""
    if isinstance(function.returns, ast.Name) and function.returns.id == "Text":
        return  # mypy sees to that
    for node in ast.walk(function):
        if isinstance(node, ast.Return):
            match node.value:
                case ast.Constant(value=str(text)) if text:
                    yield f"render gives the string {text!r}"
                case ast.JoinedStr() | ast.BinOp():
                    yield "render gives a string"
                case ast.Call(func=ast.Name(id="str")):
                    yield "render gives a string"
    if isinstance(function.returns, ast.Name) and function.returns.id == "str":
        given = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
        if not all(isinstance(value, ast.Constant) and value.value == "" for value in given):
            yield "render gives a string"


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(SCREENS)) for file in FILES])
def test_no_text_is_read_as_markup(file: Path) -> None:
    assert list(faults(ast.parse(file.read_text()))) == []


BAD = [
    "from textual.widgets import Label",
    "import textual.widgets",
    "from rich.markup import render",
    "Text.from_markup(name)",
    "Content.from_markup(name)",
    "Static(name)",
    "Static(content=name)",
    "Static(**told)",
    "Static(name, markup=True)",
    "Static(name, markup=is_ours)",
    "self.app.notify(name)",
    "self.app.notify(name, markup=True)",
    "widget.border_title = name",
    "widget.tooltip = name",
    "class Box(Widget):\n    BORDER_TITLE = name",
    "Box(tooltip=name)",
    "class Words(Static):\n    pass",
    "class Words(Static):\n    def __init__(self, text):\n        super().__init__(text)",
    "class Words(Static):\n    def __init__(self, text):\n        super().__init__(content=text)",
    "def render(self):\n    return f'{name}'",
    "def render(self):\n    return 'on [b]' + name",
    "def render(self) -> str:\n    return self.name",
    "Text('here', Style(link=address))",
    "Style(meta={'@click': 'quit'})",
    "Words('[@click=app.quit]here')",
]
GOOD = [
    "from textual.widgets import Static",
    "Static(classes='gap')",
    "Static(name, markup=False)",
    "self.app.notify(name, markup=False)",
    "class Words(Static):\n def __init__(self, text):\n  super().__init__(text, markup=False)",
    "class Key(Static):\n    def __init__(self, key):\n        super().__init__(classes='x')",
    "def render(self) -> str:\n    return ''",
    "def render(self):\n    return Text(name)",
]


@pytest.mark.parametrize("source", BAD)
def test_markup_is_found(source: str) -> None:
    assert list(faults(ast.parse(source)))


@pytest.mark.parametrize("source", GOOD)
def test_text_without_it_is_not_blamed(source: str) -> None:
    assert list(faults(ast.parse(source))) == []
