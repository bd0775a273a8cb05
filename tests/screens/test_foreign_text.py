"""Text that others wrote, with everything in it that a terminal would obey: none of it gets out."""

from collections.abc import Callable
from itertools import chain
from typing import cast
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.color import Color
from textual.widget import Widget
from textual.widgets import (
    Button,
    Checkbox,
    Collapsible,
    DataTable,
    Digits,
    Input,
    Label,
    Link,
    ListItem,
    ListView,
    Log,
    Markdown,
    OptionList,
    Placeholder,
    Pretty,
    RadioButton,
    RichLog,
    Rule,
    Static,
    TextArea,
    Tree,
)  # fmt: skip

from kiosk.language import AppLabel, load_languages, plain
from kiosk.places import Folders
from screens.app import ReactivationApp
from screens.keys import Begin, Key
from screens.kit import Kit
from screens.only_text import OnlyText, only_text
from screens.operator.frame import Line, Press, PressKey
from screens.textual_private import LockedApp
from screens.widgets.bidi import Paragraph
from screens.widgets.key_button import KeyButton
from screens.widgets.key_cap import KeyCaps
from tests.wire import foreign

ATTACKS = {
    "bell": "\x07",
    "back": "\x08",
    "clear the screen": "\x1b[2J",
    "a colour": "\x1b[31m",
    "put on the clipboard": "\x1b]52;c;eA==\x07",
    "tell the desktop": "\x1b]777;notify;a;b\x1b\\",
    "a title": "\x1b]0;x\x07",
    "where is the cursor": "\x1b[6n",
    "a DCS": "\x1bP$q\x1b\\",
    "C1": "\x9b31m\x9d52\x90\x84",
    "another charset": "\x0e\x0f",
    "delete": "\x7f",
    "from the right": "\u202e\u2066\u200f\u061c",
    "no width": "\u200b\u200d\u2060\ufeff\u00ad",
    "selectors": "\ufe0f\U000e0100",
    "tags": "\U000e0041\U000e007f",
    "private": "\ue000\U000f0000",
    "no character": "\ufffe\U0010ffff",
    "lines": "\u2028\u2029\x85",
}
"""What a name, a label or a message could hold."""
ALL = "".join(f"{attack}." for attack in ATTACKS.values())
HALF = "\ud800"
"""Half a character, which no text that was read from bytes has."""


def titled(text: str) -> Widget:
    """A frame with a title above and below."""
    static = Static("", markup=False)
    static.border_title = text.replace("[", "\\[")
    static.border_subtitle = text.replace("[", "\\[")
    static.styles.border = ("solid", "red")
    return static


def table(text: str) -> Widget:
    """A table with a head, a name and a cell."""
    rows: DataTable[Text] = DataTable()
    rows.add_column(Text(text[:60]))
    rows.add_row(Text(text), label=Text(text[:20]))
    return rows


def tree(text: str) -> Widget:
    """A tree with a root."""
    return Tree(Text(text))


def log(text: str) -> Widget:
    """Lines as they come."""
    lines = Log()
    lines.write(text)
    return lines


def rich_log(text: str) -> Widget:
    """The same with colours."""
    lines = RichLog()
    lines.write(Text(text))
    return lines


def linked(text: str) -> Widget:
    """Words that a terminal would open an address for."""
    return Static(Text(text, style=Style(link="http://127.0.0.1/\x1b]52;c;eA==\x07")))


OF_TEXTUAL: dict[str, Callable[[str], Widget]] = {
    "Static": lambda text: Static(text, markup=False),
    "Static of Rich": lambda text: Static(Text(text)),
    "a link in Rich": linked,
    "Label": lambda text: Label(text, markup=False),
    "Button": lambda text: Button(Text(text)),
    "Checkbox": lambda text: Checkbox(Text(text)),
    "RadioButton": lambda text: RadioButton(Text(text)),
    "Input": lambda text: Input(value=text),
    "Input, empty": lambda text: Input(placeholder=text.replace("[", "\\[")),
    "TextArea": TextArea,
    "Markdown": Markdown,
    "OptionList": lambda text: OptionList(Text(text)),
    "ListView": lambda text: ListView(ListItem(Static(text, markup=False))),
    "DataTable": table,
    "Tree": tree,
    "Log": log,
    "RichLog": rich_log,
    "Placeholder": lambda text: Placeholder(text.replace("[", "\\[")),
    "Collapsible": lambda text: Collapsible(Rule(), title=text.replace("[", "\\[")),
    "Link": lambda text: Link(text.replace("[", "\\["), url="x"),
    "titles": titled,
}
CLEAN_BY_ITSELF: dict[str, Callable[[str], Widget]] = {
    "Digits": Digits,
    "Pretty": Pretty,
}
ENGLISH = load_languages(("en",), Folders())["en"]
OURS: dict[str, Callable[[str], Widget]] = {
    "Paragraph": Paragraph,
    "KeyButton": lambda text: KeyButton(Key("1", text, Begin("en"))),
    "KeyButton, its digit": lambda text: KeyButton(Key(text, "words", Begin("en"))),
    "KeyCaps": lambda text: KeyCaps([AppLabel(text, english=text)], ENGLISH),
    "Line": Line,
    "PressKey": lambda text: PressKey(Press("1", text, lambda: None)),
}


def written(app: App[int]) -> str:
    """All of the screen, as it is written to the terminal."""
    return app.screen._compositor.render_full_update().render_segments(app.console)


def with_words(text: str) -> str:
    """Words before and behind, which must be drawn."""
    return f"before.{text}behind"


class Locked(LockedApp):
    """Any app of ours."""

    def __init__(self, make: Callable[[str], Widget], text: str) -> None:
        super().__init__()
        self._make, self._text = make, text

    def compose(self) -> ComposeResult:
        """One widget."""
        yield self._make(self._text)


@pytest.mark.parametrize("make", OF_TEXTUAL.values(), ids=OF_TEXTUAL)
async def test_no_widget_of_textual_lets_anything_but_text_out(
    make: Callable[[str], Widget], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Locked(make, with_words(ALL + HALF)).run_test(size=(240, 20)) as pilot:
        app = cast(App[int], pilot.app)
        await pilot.pause()
        drawn = written(app)
        assert "efore" in drawn  # where there is a cursor, it stands on the first letter
        assert foreign(drawn) == set()
        # It is the filter that holds it: without it each of them lets something out.
        monkeypatch.setattr(LockedApp, "get_line_filters", App.get_line_filters)
        assert foreign(written(app))


@pytest.mark.parametrize("make", CLEAN_BY_ITSELF.values(), ids=CLEAN_BY_ITSELF)
async def test_nor_do_widgets_that_clean_by_themselves(make: Callable[[str], Widget]) -> None:
    async with Locked(make, with_words(ALL)).run_test(size=(240, 20)) as pilot:
        await pilot.pause()
        assert foreign(written(cast(App[int], pilot.app))) == set()


@pytest.mark.parametrize("make", OURS.values(), ids=OURS)
async def test_no_widget_of_ours_lets_anything_but_text_out(
    make: Callable[[str], Widget], kit: Kit
) -> None:
    async with ReactivationApp(kit, []).run_test(size=(240, 60)) as pilot:
        await pilot.app.screen.query_one("#words").mount(make(with_words(ALL)))
        await pilot.pause()
        drawn = written(pilot.app)
    assert "before" in drawn
    assert foreign(drawn) == set()


async def test_a_notice_lets_only_text_out() -> None:
    app = Locked(lambda text: Static(text, markup=False), "here")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        app.notify(with_words(ALL), title=with_words(ALL), markup=False, timeout=60)
        await pilot.pause(0.1)
        drawn = written(cast(App[int], app))
    assert "before" in drawn
    assert foreign(drawn) == set()


# --- the filter -----------------------------------------------------------------------------------


USED = (range(0x32400), range(0xE0000, 0xE1000), range(0xF0000, 0xF0100), range(0x10FF00, 0x110000))
"""All of Unicode but what is unassigned or private throughout."""


def test_only_characters_that_can_be_seen_and_spaces_come_through() -> None:
    unseen = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    for char in map(chr, chain(*USED)):
        kept = only_text(char)
        if category(char) in unseen or plain(char) == "":
            assert kept == "?" * cell_len(char), f"U+{ord(char):04X}"
            assert kept != char
        else:
            assert kept == char or category(char) in ("Mn", "Lo")


def test_what_the_kiosk_says_comes_through_as_it_is() -> None:
    for language in load_languages(("da", "de", "uk", "en"), Folders()).values():
        for words in (language.name, language.say("This kiosk never asks for codes.")):
            assert only_text(words) == words
    assert only_text("►◄▁▀█ “Åbn” 日本 שלום مرحبا é") == "►◄▁▀█ “Åbn” 日本 שלום مرحبا é"


@given(st.text(st.characters(exclude_categories=())))
@example("👩\u200d👧 1\ufe0f\u20e3 ❤\ufe0f")
def test_whatever_a_text_holds_only_text_comes_out_and_as_wide(text: str) -> None:
    filtered = OnlyText().apply([Segment(text, Style(link="x"))], Color(0, 0, 0))
    (segment,) = filtered
    assert cell_len(segment.text) == cell_len(text)
    assert foreign(segment.text) == set()
    assert segment.style is None or segment.style.link is None


def test_a_line_without_anything_foreign_is_not_made_anew() -> None:
    line = [Segment("Åbn appen", Style(color="red")), Segment("  ")]
    assert OnlyText().apply(line, Color(0, 0, 0)) is line
