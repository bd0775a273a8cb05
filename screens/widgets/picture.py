"""Drawings as widgets: the picture beside the words of a screen."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from kiosk.situations.model import Picture
from screens.widgets import pictures
from screens.widgets.canvas import Inks


class Drawn(Widget):
    """A drawing as large as there is room for, in the middle; its colours are in the CSS."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"picture--line", "picture--mark", "picture--text"}

    SMALLEST: ClassVar[tuple[int, int]] = (24, 14)
    """Columns and rows below which nothing is drawn."""
    LARGEST: ClassVar[tuple[int, int]] = (44, 26)
    """Columns and rows above which the drawing does not grow."""

    def draw(self, width: int, height: int, inks: Inks) -> list[Text]:
        """The drawing in so many columns and rows."""
        raise NotImplementedError

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


class PictureView(Drawn):
    """One picture of the guide."""

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

    def draw(self, width: int, height: int, inks: Inks) -> list[Text]:
        """The phone with its words, or one of the pictures that need none."""
        if self._picture == "phone":
            return pictures.phone(
                self._title, self._labels, width, height, inks, pointing=self._pointing
            )
        return pictures.DRAWN[self._picture](width, height, inks)
