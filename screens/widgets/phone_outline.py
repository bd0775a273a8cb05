"""A phone without anything on it, and the hand or arrow that points at what is to be tapped."""

from screens.widgets.canvas import Canvas, Inks, pixels_of

NARROWEST = 24
SHAPE = 1.2
"""A phone's width in cells as a share of its height in cells: wider than a real one, for words."""

HAND = pixels_of("""
....####....
..######.##.
#########.##
#########.##
..#######.##
.########.##
..#######.##
.########.##
..#######.##
...#####.##.
""")
"""A hand with a cuff that points to the left."""
ARROW = pixels_of("""
..#
.##
###
###
.##
..#
""")
"""What points where there is no room for a hand."""
TIP = 3
"""How many pixels of both lie above the middle of what they point at."""
HAND_WIDTH = len(HAND[0])
REACH = 3
"""How many cells of the phone's screen are kept free for a hand or an arrow to reach into."""


def placed(width: int, height: int, pointing: bool) -> tuple[int, int, bool]:
    """Where a phone begins, how wide it is, and whether there is room for a hand beside it."""
    beside = HAND_WIDTH - REACH - 1
    hand = pointing and width - NARROWEST >= beside
    across = min(width - beside * hand, max(NARROWEST, round(height * SHAPE)))
    return (width - across - beside * hand) // 2, across, hand


def outline(canvas: Canvas, x: int, y: int, width: int, height: int, inks: Inks) -> None:
    """An empty phone: a frame with a loudspeaker at the top."""
    canvas.frame(x, y, width, height, inks.line)
    canvas.centre(x, width, y, " ━━━━ " if width > 14 else " ━━ ", inks.line)


def point(canvas: Canvas, x: int, y: int, height: int, inks: Inks, hand: bool = False) -> None:
    """A hand or an arrow at column `x` that points left, at what is `height` high from `y`."""
    pixels = HAND if hand else ARROW
    above = [[False] * len(pixels[0])] * (height - TIP)
    canvas.pixels(x, y, [*above, *pixels], inks.mark)
