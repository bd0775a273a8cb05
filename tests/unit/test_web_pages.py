"""The pages around the app in a browser: every language, as text, without a script in them."""

import re

import pytest

from kiosk.language import load_languages
from kiosk.places import Folders
from screens.web.page import AGAIN, CLOSED, ELSEWHERE, STATIC, made

LANGUAGES = list(load_languages(("da", "en", "uk"), Folders()).values())
PAGES = made("Kiosk", LANGUAGES)


@pytest.mark.parametrize(
    ("page", "sentence"),
    [(PAGES.app, CLOSED), (PAGES.closed, CLOSED), (PAGES.elsewhere, ELSEWHERE)],
    ids=["app", "closed", "elsewhere"],
)
def test_a_page_says_it_in_every_language_and_has_one_key(page: str, sentence: str) -> None:
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="da">' in page
    assert "<title>Kiosk</title>" in page
    for language in LANGUAGES:
        words = re.escape(language.say(sentence))
        assert re.search(f'<p lang="{language.code}" dir="ltr">{words}</p>', page)
        assert page.count(language.say(AGAIN)) == 1
    assert page.count('<a id="again" href="/">') == 1
    assert not re.search(r"<script(?![^>]* src=)|\son[a-z]+=|https?:", page)
    assert not re.search(r"\b(TITLE|LANGUAGE|CLOSED|NOTE|RETURNS)\b", page), "every place is filled"


def test_what_a_site_calls_things_is_text_and_no_markup() -> None:
    page = made("<b onclick='x'>&", LANGUAGES[:1]).closed
    assert "<title>&lt;b onclick=&#x27;x&#x27;&gt;&amp;</title>" in page


def test_the_page_that_takes_the_place_of_a_window_loads_no_script() -> None:
    assert "<script" not in (STATIC / "note.html").read_text()


def test_a_panel_goes_back_to_the_first_screen_by_itself() -> None:
    on_panel = made("Kiosk", LANGUAGES, returns=True)
    for page in (on_panel.closed, on_panel.elsewhere):
        assert re.search(r'<meta http-equiv="refresh" content="\d\d; url=/" />', page)
    assert "refresh" not in on_panel.app + PAGES.closed + PAGES.elsewhere
