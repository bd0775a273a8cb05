"""A line of half-block pixels that Textual can cut without looking at every cell."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.color import Color as RichColor
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import ANSIToTruecolor, DimFilter, LineFilter
from textual.strip import Strip

from screens.only_text import OnlyText
from screens.textual_private import LazyStrip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from screens.widgets.half_blocks import Colours


class PixelStrip(LazyStrip):
    """One row of cells, (2, columns, 3) uint8 RGB, written to the terminal as it was encoded.

    Segments, one for each run of equal cells, are made only for those who ask for them: an SVG
    export, a screen shown dimly behind another one. They cost tens of times as much.
    """

    __slots__ = ("_ansi", "_colours", "_pixels", "_whole")

    def __init__(
        self,
        pixels: "NDArray[np.uint8]",
        colours: "Colours",
        ansi: str | None = None,
        whole: bool = False,
    ) -> None:
        """`ansi`: the row as it was encoded; `whole`: both pixels of every cell are the same."""
        self._pixels = pixels
        self._whole = whole
        self._colours = colours
        self._ansi = ansi
        super().__init__(pixels.shape[1])

    def segments(self) -> Iterable[Segment]:
        """One for each run of equal cells."""
        from screens.widgets.half_blocks import GLYPH, WHOLE, runs

        glyph = WHOLE if self._whole else GLYPH
        for length, (front, back) in runs(self._pixels):
            colours = (RichColor.from_rgb(*map(int, pixel)) for pixel in (front, back))
            yield Segment(glyph * length, Style.from_color(*colours))

    @property
    def cell_count(self) -> int:
        """Number of cells in the strip."""
        return self.cell_length

    def render(self, console: Console) -> str:
        """The strip as text and SGR codes."""
        if self._ansi is None:
            from screens.widgets.half_blocks import encode

            (self._ansi,) = encode(self._pixels, self._colours, self._whole)
        return self._ansi

    def crop(self, start: int, end: int | None = None) -> Strip:
        """The cells from `start` up to `end`."""
        width = self.cell_length
        start, end = max(0, start), width if end is None else min(end, width)
        if (start, end) == (0, width):
            return self
        if start >= end:
            return Strip((), 0)
        return PixelStrip(self._pixels[:, start:end], self._colours, whole=self._whole)

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """The strips between the left edge and each of the cuts."""
        ends = [cut for cut in cuts if cut <= self.cell_length]
        return [self.crop(start, end) for start, end in pairwise([0, *ends])]

    def apply_filter(self, filter: LineFilter, background: Color) -> Strip:  # noqa: A002
        """The strip as a filter changes it; pixels have no words, theme colours, or dim text."""
        filters = filter.before if isinstance(filter, OnlyText) else [filter]
        if all(isinstance(each, ANSIToTruecolor | DimFilter) for each in filters):
            return self
        return super().apply_filter(filter, background)
