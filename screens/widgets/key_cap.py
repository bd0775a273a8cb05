"""A label of the phone app, set apart exactly as it reads on the phone."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from kiosk.language import AppLabel, Language
from kiosk.speech.label import IN_ENGLISH, label_spoken
from kiosk.speech.utterance import Utterance
from screens.widgets.bidi import Paragraph


class KeyCaps(Vertical):
    """The labels of one step, one below the other, in the order in which they are tapped."""

    def __init__(self, labels: Sequence[AppLabel], language: Language) -> None:
        super().__init__()
        self._labels = labels
        self._language = language

    def utterances(self, language: Language) -> list[Utterance]:
        """Every label, in the order in which they are tapped."""
        return [said for label in self._labels for said in label_spoken(label, language)]

    def compose(self) -> ComposeResult:
        """One cap a label; a wording that is not verified has the English one beside it."""
        for label in self._labels:
            text = Text(f" {label.text} ", style="bold")
            if label.english is not None:
                text.append(f"  {self._language.say(IN_ENGLISH, label=label.english)} ", "not bold")
            yield Paragraph(text, classes="cap")
