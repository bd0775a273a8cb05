"""A list of any length of which only the rows that are seen are ever drawn."""

from typing import ClassVar, NamedTuple, Protocol

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

HERE = "►"
"""Stands before the row that enter chooses."""


class Row(NamedTuple):
    """One row: its words, and how it looks: `plain`, `alarm`, `quiet` or `good`."""

    words: str
    look: str = "plain"


class Source(Protocol):
    """What stands in the rows. Asked again at every change: it holds no copy."""

    def __len__(self) -> int:
        """How many rows there are now."""

    def key(self, index: int) -> object:
        """What the row is about, whatever row it stands in."""

    def index(self, key: object) -> int | None:
        """In which row that stands now."""

    def row(self, index: int, width: int) -> Row:
        """What is to be read there, in so many columns."""


class Rows(ScrollView, can_focus=True):
    """Rows to choose from, by arrows and enter, or by the mouse."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--plain",
        "rows--alarm",
        "rows--quiet",
        "rows--good",
        "rows--cursor",
    }

    class Chosen(Message):
        """A row was chosen."""

        def __init__(self, key: object) -> None:
            super().__init__()
            self.key = key

    def __init__(self, source: Source, at: int = 0) -> None:
        """`at`: the row that is marked at first."""
        super().__init__()
        self.source = source
        self.nothing = ""
        """What is said where there is no row."""
        self.cursor = at
        self._key: object = source.key(at) if at < len(source) else None
        self._moved = at > 0

    def on_mount(self) -> None:
        """The rows are counted."""
        self.fresh()
        self.call_after_refresh(self._show_cursor)

    def fresh(self) -> None:
        """What stands in the rows has changed. The mark stays with what it was on, in sight."""
        count = len(self.source)
        if self.virtual_size.height != count:
            self.virtual_size = Size(0, count)
        if self._moved and self._key is not None:
            now = self.source.index(self._key)
            if now is not None and now in self._seen():
                self.cursor = now
        self._mark(self.cursor)
        self.refresh()

    def move_to(self, index: int) -> None:
        """Marks a row and brings it into sight."""
        self._moved = index > 0
        self._mark(index)
        self._show_cursor()
        self.refresh()

    def choose(self) -> None:
        """Says that the marked row was chosen."""
        if self._key is not None:
            self.post_message(self.Chosen(self._key))

    def render_line(self, y: int) -> Strip:
        """One row of those in sight."""
        width = self.size.width
        index = y + self.scroll_offset.y
        if index >= len(self.source):
            if index == 0:
                style = self.get_component_rich_style("rows--quiet")
                return Strip([Segment(f"  {fitted(self.nothing, width - 2)}", style)], width)
            return Strip.blank(width, self.rich_style)
        row = self.source.row(index, width - 2)
        here = index == self.cursor
        look = "cursor" if here else row.look
        style = self.get_component_rich_style(f"rows--{look}")
        words = f"{HERE if here else ' '} {fitted(row.words, width - 2)}"
        return Strip([Segment(words, style)], width)

    def on_key(self, event: events.Key) -> None:
        """Arrows move the mark, enter chooses."""
        page = max(1, self.size.height - 1)
        last = len(self.source) - 1
        to = {
            "up": self.cursor - 1,
            "down": self.cursor + 1,
            "pageup": self.cursor - page,
            "pagedown": self.cursor + page,
            "home": 0,
            "end": last,
        }.get(event.key)
        if to is not None:
            event.stop()
            self.move_to(to)
        elif event.key == "enter":
            event.stop()
            self.choose()

    def on_click(self, event: events.Click) -> None:
        """A row was pressed."""
        index = event.y + self.scroll_offset.y
        if index < len(self.source):
            event.stop()
            self.move_to(index)
            self.choose()

    def _seen(self) -> range:
        first = self.scroll_offset.y
        return range(first, first + self.size.height)

    def _mark(self, index: int) -> None:
        count = len(self.source)
        self.cursor = max(0, min(index, count - 1))
        self._key = self.source.key(self.cursor) if count else None

    def _show_cursor(self) -> None:
        first, height = self.scroll_offset.y, self.size.height
        if self.cursor < first:
            self.scroll_to(y=self.cursor, animate=False)
        elif height and self.cursor >= first + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)


def fitted(words: str, width: int) -> str:
    """Exactly so many cells; what is cut off ends in '…'."""
    if cell_len(words) > width > 0:
        return set_cell_size(words, width - 1) + "…"
    return set_cell_size(words, width)


def columns(*cells: tuple[str, int]) -> str:
    """Words, each in so many cells, with one between them."""
    return " ".join(fitted(words, width) for words, width in cells)
