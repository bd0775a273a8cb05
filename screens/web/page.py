"""The pages of the server: the one with the app in it, and two that say why there is none."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from kiosk.language import Language, mark

CLOSED = mark("This window is closed, and nothing is left in it.")
ELSEWHERE = mark("It is open in another window already. Close that one first.")
AGAIN = mark("Open again")

_BACK = 20
"""Seconds until a page goes back by itself."""
STATIC = Path(__file__).parent / "static"


class Pages(NamedTuple):
    """Each as HTML."""

    app: str
    """The one in which the app is drawn."""
    closed: str
    """The window is over."""
    elsewhere: str
    """As many windows are open as may be."""


def made(title: str, languages: Sequence[Language], returns: bool = False) -> Pages:
    """The pages, with their sentences in each of these languages; the first is the page's own.

    `returns`: those without an app go back to the one with it after a while, as nobody may be there
    who touches the key.
    """
    closed = _in_all(CLOSED, languages)
    words = {"TITLE": escape(title), "LANGUAGE": escape(languages[0].code)}
    words["RETURNS"] = f'<meta http-equiv="refresh" content="{_BACK}; url=/" />' if returns else ""
    return Pages(
        _filled("page.html", words | {"CLOSED": closed}),
        _filled("note.html", words | {"NOTE": closed}),
        _filled("note.html", words | {"NOTE": _in_all(ELSEWHERE, languages)}),
    )


def _in_all(sentence: str, languages: Sequence[Language]) -> str:
    """A sentence in each language, and one key for all of them."""
    lines = [_element("p", language, sentence) for language in languages]
    again = " / ".join(
        {language.say(AGAIN): _element("span", language, AGAIN) for language in languages}.values()
    )
    return "\n".join([*lines, f'<p><a id="again" href="/">{again}</a></p>'])


def _element(name: str, language: Language, sentence: str) -> str:
    words = escape(language.say(sentence))
    return f'<{name} lang="{escape(language.code)}" dir="{language.direction}">{words}</{name}>'


def _filled(file: str, words: dict[str, str]) -> str:
    text = (STATIC / file).read_text(encoding="utf-8")
    for name, filled in words.items():
        text = text.replace(name, filled)
    return text
