"""The live picture of the camera, in half blocks; in a browser in whole cells, and fewer a second.

Neither this module nor `pixel_strip` imports numpy before the first picture is there.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from screens import drawn
from screens.widgets.pixel_strip import PixelStrip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from screens.widgets.half_blocks import Colours
    from screens.widgets.outlines import Outline, Side

LARGEST = (160, 60)
"""Columns and rows of the largest picture; on a larger widget it stands in the middle."""
IN_BROWSER = 0.1
"""Seconds between two pictures in a browser: the network and its terminal take no more."""


class Preview(Widget):
    """Shows pictures as they come, each as soon as the terminal has taken the last one.

    It takes no border and no padding, because it writes its lines itself: put them on its parent.
    """

    outline: "reactive[Outline | None]" = reactive(None, repaint=False)
    """Which outline, to be filled by what the camera sees, is drawn over the picture."""

    pointing: "reactive[Side | None]" = reactive(None, repaint=False)
    """To which side an arrow at the edge of the picture points."""

    class Resized(Message):
        """The preview now has room for a picture of so many cells."""

        def __init__(self, columns: int, rows: int) -> None:
            super().__init__()
            self.columns = columns
            self.rows = rows

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._picture: NDArray[np.uint8] | None = None
        """The last picture as it came, (2 * rows, columns, 3)."""
        self._canvas: NDArray[np.uint8] | None = None
        """What is on the screen, two pixels a cell of the whole widget."""
        self._strips: list[Strip] = []
        self._next_at = 0.0
        """In a browser, when the next picture may be asked for."""

    def show(
        self, pixels: bytes, columns: int, rows: int, painted: Callable[[], None] | None = None
    ) -> None:
        """Show a picture: 2 * rows lines of `columns` pixels, three bytes (RGB) each.

        Returns at once; `painted` is called when the terminal has been sent the picture, which is
        the time to ask for the next one. ValueError when the bytes are not of that size.
        """
        import numpy as np

        self._picture = np.frombuffer(pixels, np.uint8).reshape(2 * rows, columns, 3)
        self._paint()
        if painted is None:
            return
        now = time.monotonic()
        if self.app.is_web and now < self._next_at:
            self.set_timer(self._next_at - now, painted)
            self._next_at += IN_BROWSER
        else:
            self.call_after_refresh(painted)
            self._next_at = now + IN_BROWSER

    def clear(self) -> None:
        """Show an empty area again and forget the picture."""
        self._picture = self._canvas = None
        self._strips = []
        self.refresh()

    def render(self) -> str:
        """The empty area before the first picture."""
        return ""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the widget; the strips reach the compositor as they are."""
        if self._canvas is None or len(self._strips) != self.size.height:
            return super().render_lines(crop)
        _, background = self.background_colors
        strips = self._strips[crop.y : crop.bottom]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def watch_outline(self) -> None:
        """Draw the last picture anew."""
        self._paint()

    def watch_pointing(self) -> None:
        """Draw the last picture anew."""
        self._paint()

    def on_resize(self, event: events.Resize) -> None:
        """Tell how large the next picture should be; until it comes the last one stays."""
        width, height = event.size
        if width and height:
            self._paint()
            self.post_message(self.Resized(min(width, LARGEST[0]), min(height, LARGEST[1])))

    def on_unmount(self) -> None:
        """No picture stays in memory, nor a part of one that was drawn by itself."""
        self._picture = self._canvas = None
        self._strips = []
        drawn.forget_pixels()

    def _paint(self) -> None:
        """Bring what is on the screen up to the picture, touching only the rows that differ."""
        width, height = self.size
        if self._picture is None or not width or not height:
            return
        from screens.widgets import half_blocks, outlines

        whole = self.app.is_web
        picture = half_blocks.averaged(self._picture) if whole else self._picture
        marks = [mark for mark in (self.outline, self.pointing) if mark is not None]
        picture = outlines.draw(picture, *marks, whole_cells=whole)
        canvas = self._centred(picture, width, height)
        before, self._canvas = self._canvas, canvas
        if before is None or before.shape != canvas.shape:
            changed = list(range(height))
            self._strips = [Strip.blank(width)] * height
        else:
            differs = (canvas != before).reshape(height, -1).any(1)
            changed = differs.nonzero()[0].tolist()
        if not changed:
            return
        rows = canvas.reshape(height, 2, width, 3)
        colours = self._colours()
        lines = half_blocks.encode(rows[changed].reshape(-1, width, 3), colours, whole)
        for row, line in zip(changed, lines, strict=True):
            self._strips[row] = PixelStrip(rows[row], colours, line, whole)
        self.refresh(*(Region(0, row, width, 1) for row in changed))

    def _centred(
        self, picture: "NDArray[np.uint8]", width: int, height: int
    ) -> "NDArray[np.uint8]":
        """The picture in the middle of the widget, cut or with its background around it."""
        import numpy as np

        lines, columns = picture.shape[:2]
        if (lines, columns) == (2 * height, width):
            return picture
        _, background = self.background_colors
        canvas = np.empty((2 * height, width, 3), np.uint8)
        canvas[:] = background.rgb
        top, left = (height - lines // 2) // 2 * 2, (width - columns) // 2
        inside = canvas[max(0, top) : max(0, top) + lines, max(0, left) : max(0, left) + columns]
        inside[:] = picture[
            max(0, -top) : max(0, -top) + inside.shape[0],
            max(0, -left) : max(0, -left) + inside.shape[1],
        ]
        return canvas

    def _colours(self) -> "Colours":
        system = self.app.console.color_system
        if system == "256":
            return "256"
        # Textual, too, writes true colour where it does not know.
        return "truecolor" if system in ("truecolor", None) else "16"
