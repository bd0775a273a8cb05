"""A screen that is heard: it says when it can be read aloud, and what has changed on it."""

from collections.abc import Sequence

from textual.message import Message
from textual.message_pump import MessagePump

from kiosk.language import Language
from kiosk.speech.utterance import Utterance, spoken


class Audible(MessagePump):
    """What every screen and window above one has in common for the ear."""

    language: Language

    class Shown(Message):
        """The screen has been laid out, and can be read aloud."""

    class News(Message):
        """Something on the screen has changed, and is to be spoken."""

        def __init__(self, utterances: Sequence[Utterance], tone: bool) -> None:
            super().__init__()
            self.utterances = utterances
            self.tone = tone

    def on_screen_resume(self) -> None:
        """The screen is the one that is seen now."""
        self.call_after_refresh(self.post_message, self.Shown())

    def tell(self, *sentences: str, private: bool = False, tone: bool = False) -> None:
        """Has sentences in the screen's language spoken, where speech is on.

        `tone`: also told by a sound, to somebody who looks elsewhere.
        """
        words = [words for sentence in sentences if (words := spoken(sentence))]
        utterances = [Utterance(said, self.language.code, private) for said in words]
        self.post_message(self.News(utterances, tone))
