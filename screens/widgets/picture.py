"""Drawings as widgets: the picture beside the words of a screen."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from kiosk.app_screens import AppScreen
from kiosk.language import AppLabel, Language
from kiosk.phones import Place
from kiosk.situations.model import Picture
from kiosk.speech.utterance import Utterance, spoken
from screens.widgets import pictures
from screens.widgets.canvas import Inks
from screens.widgets.descriptions import PICTURES, of_phone
from screens.widgets.document_drawings import lay_phone
from screens.widgets.face_picture import face
from screens.widgets.phone_picture import phone

FRAME_SECONDS = 1.0
"""How long each picture of a movement stands: nothing flashes, and each can be understood."""
FRAMES = 6
"""Pictures of one movement, the first and the last among them."""
RESTS = 4
"""How many times as long as the others the last one stands before the movement begins anew."""
SHOWN = 3
"""How often a movement is shown before the picture rests."""


class Drawn(Widget):
    """A drawing as large as there is room for, in the middle; its colours are in the CSS."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"picture--line", "picture--mark", "picture--text"}

    DEFAULT_CLASSES = "last-said"
    """What to do, and the keys, are spoken before it."""

    SMALLEST: ClassVar[tuple[int, int]] = (24, 14)
    """Columns and rows below which nothing is drawn."""
    LARGEST: ClassVar[tuple[int, int]] = (58, 36)
    """Columns and rows above which the drawing does not grow."""

    def draw(self, width: int, height: int, inks: Inks) -> list[Text]:
        """The drawing in so many columns and rows."""
        raise NotImplementedError

    def description(self, language: Language) -> str:
        """What it shows, for somebody who cannot see it; empty where others say it."""
        raise NotImplementedError

    def utterances(self, language: Language) -> list[Utterance]:
        """What it shows, to be spoken."""
        words = spoken(self.description(language))
        return [Utterance(words, language.code)] if words else []

    def render(self) -> Text:
        """The drawing with its margins; empty where there is no room for it."""
        width, height = map(min, self.size, self.LARGEST)
        if width < self.SMALLEST[0] or height < self.SMALLEST[1]:
            return Text()
        margin = " " * ((self.size.width - width) // 2)
        inks = Inks(*(self._ink(name) for name in ("line", "mark", "text")))
        lines = [Text.assemble(margin, line) for line in self.draw(width, height, inks)]
        return Text("\n" * ((self.size.height - height) // 2)) + Text("\n").join(lines)

    def _ink(self, name: str) -> Style:
        return self.get_component_rich_style(f"picture--{name}", partial=True)


class _Moving(Drawn):
    """A drawing that can move: a few pictures, slowly, and then the last one for good."""

    def __init__(self, moving: bool) -> None:
        """`moving`: it may; without, the last picture stands from the beginning."""
        super().__init__()
        self._frame = 0 if moving else FRAMES - 1
        self._shown = 0

    @property
    def progress(self) -> float:
        """How far the movement has come, from 0 to 1."""
        return min(self._frame, FRAMES - 1) / (FRAMES - 1)

    def on_mount(self) -> None:
        """Begins to move, where it may."""
        if self._frame < FRAMES - 1:
            self._timer = self.set_interval(FRAME_SECONDS, self.move)

    def move(self) -> None:
        """The next picture; after the last one of the last time it rests."""
        self._frame += 1
        if self._frame == FRAMES - 1:
            self._shown += 1
            if self._shown == SHOWN:
                self._timer.stop()
        elif self._frame == FRAMES - 1 + RESTS:
            self._frame = 0
        self.refresh()


class PictureView(_Moving):
    """One picture of the guide that needs no words of a step."""

    def __init__(self, picture: Picture, moving: bool = False, place: Place = "top") -> None:
        """`place`: the part of the phone that reads chips."""
        super().__init__(moving and picture in pictures.MOVING)
        self._picture = picture
        self._place = place

    def draw(self, width: int, height: int, inks: Inks) -> list[Text]:
        """The picture; of what moves, as far as it has come."""
        if self._picture == "chip":
            return lay_phone(width, height, inks, self.progress, self._place)
        if self._picture == "face":
            return face(width, height, inks, self.progress)
        return pictures.DRAWN[self._picture](width, height, inks)

    def description(self, language: Language) -> str:
        """What it shows."""
        return language.say(PICTURES[self._picture])


class PhoneView(_Moving):
    """A screen of the app on a drawn phone."""

    def __init__(
        self,
        screen: AppScreen,
        title: str = "",
        labels: Sequence[AppLabel] = (),
        moving: bool = False,
    ) -> None:
        """`title`, `labels`: those of the screen; see `phone`."""
        super().__init__(moving and "face" in screen.parts)
        self._screen = screen
        self._title = title
        self._labels = list(labels)

    def draw(self, width: int, height: int, inks: Inks) -> list[Text]:
        """The phone with its words."""
        texts = [label.text for label in self._labels]
        return phone(self._screen, self._title, texts, width, height, inks, self.progress)

    def description(self, language: Language) -> str:
        """What the screen shows, and where its labels are."""
        return " ".join(said.text for said in self.utterances(language))

    def utterances(self, language: Language) -> list[Utterance]:
        """The same to be spoken, the labels by the voice of the phone's language."""
        return of_phone(self._screen, self._labels, language)
