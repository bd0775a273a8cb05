"""What of a screen is spoken: all that is shown, in the order in which it is needed."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from textual.screen import Screen
from textual.widget import Widget

from kiosk.language import Language
from kiosk.speech.utterance import Utterance
from screens.widgets.key_button import KeyButton


@runtime_checkable
class Readable(Protocol):
    """A widget that shows something to read."""

    def utterances(self, language: Language) -> list[Utterance]:
        """The same to be spoken, on a screen of this language."""


@dataclass(frozen=True)
class Script:
    """What a screen says: what matters; after it the keys, the picture, and what is always so."""

    first: list[Utterance]
    rest: list[Utterance]


def script_of(screen: Screen[None], language: Language) -> Script:
    """All that is shown on a screen that has been laid out."""
    first: list[Utterance] = []
    keys: list[Utterance] = []
    head: list[Utterance] = []
    last: list[Utterance] = []
    for widget in screen.walk_children(Widget):
        if not isinstance(widget, Readable) or not _is_shown(widget):
            continue
        if isinstance(widget, KeyButton):
            part = head if widget.has_class("-head") else keys
        else:
            part = last if widget.has_class("last-said") else first
        part += widget.utterances(language)
    return Script(first, [*keys, *head, *last])


def _is_shown(widget: Widget) -> bool:
    return all(node.display for node in widget.ancestors_with_self)
