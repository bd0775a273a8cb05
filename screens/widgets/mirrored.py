"""A layout seen in a mirror: what comes first stands at the right."""

from textual.containers import Grid, Horizontal
from textual.geometry import Size
from textual.layout import ArrangeResult
from textual.layouts.grid import GridLayout
from textual.layouts.horizontal import HorizontalLayout
from textual.widget import Widget


def _mirrored(placed: ArrangeResult, width: int) -> ArrangeResult:
    return [one._replace(region=one.region._replace(x=width - one.region.right)) for one in placed]


class MirroredRow(HorizontalLayout):
    """Widgets beside each other, the first one at the right."""

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """As in a row, in a mirror."""
        return _mirrored(super().arrange(parent, children, size, greedy), size.width)


class MirroredGrid(GridLayout):
    """A grid whose first column is at the right."""

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """As in a grid, in a mirror."""
        return _mirrored(super().arrange(parent, children, size, greedy), size.width)


def mirror(widget: Widget) -> None:
    """Mirrors the rows and grids in a widget."""
    for row in widget.query(Horizontal):
        row.styles.set_rule("layout", MirroredRow())
    for grid in widget.query(Grid):
        grid.styles.set_rule("layout", MirroredGrid())
