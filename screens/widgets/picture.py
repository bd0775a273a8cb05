"""One picture beside the words of a screen."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from kiosk.situations.model import Picture
from screens.widgets import pictures
from screens.widgets.canvas import Inks

SMALLEST, LARGEST = (24, 14), (44, 26)
"""Columns and rows below which nothing is drawn, and above which a picture does not grow."""


class PictureView(Widget):
    """Draws a picture as large as there is room for, in the middle; its colours are in the CSS."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"picture--line", "picture--mark", "picture--text"}

    def __init__(
        self,
        picture: Picture,
        title: str = "",
        labels: Sequence[str] = (),
        pointing: bool = True,
    ) -> None:
        """`title`, `labels` and `pointing` are those of a drawn phone; see `phone`."""
        super().__init__()
        self._picture = picture
        self._title = title
        self._labels = list(labels)
        self._pointing = pointing

    def render(self) -> Text:
        """The picture with its margins; empty where there is no room for it."""
        width, height = (min(room, most) for room, most in zip(self.size, LARGEST, strict=True))
        if width < SMALLEST[0] or height < SMALLEST[1]:
            return Text()
        margin = " " * ((self.size.width - width) // 2)
        lines = [Text.assemble(margin, line) for line in self._draw(width, height)]
        return Text("\n" * ((self.size.height - height) // 2)) + Text("\n").join(lines)

    def _draw(self, width: int, height: int) -> list[Text]:
        inks = Inks(*(self._ink(name) for name in ("line", "mark", "text")))
        if self._picture == "phone":
            return pictures.phone(
                self._title, self._labels, width, height, inks, pointing=self._pointing
            )
        return pictures.DRAWN[self._picture](width, height, inks)

    def _ink(self, name: str) -> Style:
        return self.get_component_rich_style(f"picture--{name}", partial=True)
