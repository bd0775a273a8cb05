"""What of a screen is heard (EN 301 549, 5.1.3.1)."""

import re
from collections.abc import Iterator

from rich.text import Text
from textual.widgets import Static

from kiosk.language import Language
from screens.frame import FrameScreen
from screens.reading_aloud import script_of
from screens.widgets.key_button import KeyButton


def words_of(text: str) -> set[str]:
    """The words and numbers of a text, in small letters."""
    return set(re.findall(r"\w+", text.lower()))


def hearing_faults(screen: FrameScreen, language: Language) -> Iterator[str]:
    """What is shown on a screen and not spoken, and what is spoken without a word."""
    script = script_of(screen, language)
    told = [*script.first, *script.rest]
    if not script.first:
        yield "nothing is spoken but keys"
    if not all(words_of(utterance.text) for utterance in told):
        yield "an utterance without a word"
    said = words_of(" ".join(utterance.text for utterance in told))
    if silent := _shown(screen) - said:
        yield f"shown, but not spoken: {silent}"


def _shown(screen: FrameScreen) -> set[str]:
    shown: set[str] = set()
    for widget in screen.query(Static):
        # Of the phases only the one of now is spoken.
        if widget.region and not widget.has_class("phases"):
            content = widget.content
            shown |= words_of(content.plain if isinstance(content, Text) else str(content))
    for button in screen.query(KeyButton):
        digits = {button.key.digit} if button.key.digit.isdigit() else set()
        shown |= words_of(button.key.words) | digits
    return shown
