"""A drawing for every hint before the camera: what is seen, and what to do about it.

Every function draws on a canvas from 24 x 9 cells. A head looks as in a mirror: an arrow to the
left is for the person's own left.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rich.style import Style

from hardware.verdicts import FaceHint
from screens.widgets.canvas import BOLD, HEAVY, Canvas, Inks, pixels_of
from screens.widgets.hints import CAMERA, LEFT, RIGHT, TICK, TURN

UP = pixels_of("""
...##...
..####..
.######.
########
...##...
...##...
...##...
...##...
""")
DOWN = UP[::-1]
LEFTWARDS = pixels_of("""
...##....
..###....
.########
#########
.########
..###..##
...##..##
......###
.######..
.####....
""")
"""Round to the left: a head turns."""
RIGHTWARDS = [row[::-1] for row in LEFTWARDS]
UPWARDS = [list(column) for column in zip(*LEFTWARDS, strict=True)]
DOWNWARDS = UPWARDS[::-1]
BULB = pixels_of("""
..###..
.#####.
#######
#######
#######
.#####.
..###..
.......
..###..
..###..
""")
"""A lamp."""
SHINE = pixels_of("""
...#...
.#.#.#.
..###..
#######
..###..
.#.#.#.
...#...
""")
"""Light that is mirrored."""
PAUSE = pixels_of("""
##..##
##..##
##..##
##..##
##..##
##..##
##..##
##..##
""")

HEAD_SHAPE = 0.78
"""A head's width as a share of its height."""
DETAILED = 12
"""The width in pixels from which a head can be told from the oval around it."""
SMALL = 0.6
"""The height of a head that is too far away, as a share of the drawing's."""

Pixels = Sequence[Sequence[bool]]
Shape = Callable[[float, float, float], bool]
"""Whether a point belongs to what is drawn, by its distance to the middle of a box, to the right
and downwards, in halves of the box's size, and by the size of a pixel in the same measure."""


class _Box(NamedTuple):
    """Where a head is drawn, in pixels: two of them a cell, one above the other."""

    x: int
    y: int
    width: int
    height: int

    def points(self) -> Iterator[tuple[int, int, float, float]]:
        """Every pixel with its distance to the box's middle."""
        for row in range(self.height):
            for column in range(self.width):
                x = (column + 0.5) * 2 / self.width - 1
                yield self.x + column, self.y + row, x, (row + 0.5) * 2 / self.height - 1


class _Sheet:
    """Pixels of two inks over a canvas; where both fall into one cell, what is marked is seen."""

    def __init__(self, canvas: Canvas, inks: Inks) -> None:
        self.canvas = canvas
        self.inks = inks
        self.width, self.height = canvas.width, 2 * canvas.height
        self._dots: dict[tuple[int, int], Style] = {}

    def head(self, before: int = 0, after: int = 0, share: float = 1.0) -> _Box:
        """The place of a head with so many pixels left and right of it; the whole in the middle.

        `share`: its height as a share of what there is room for.
        """
        room = self.width - before - after
        width = min(room, round(self.height * HEAD_SHAPE * share))
        height = min(self.height, round(width / HEAD_SHAPE))
        return _Box((room - width) // 2 + before, (self.height - height) // 2, width, height)

    def paint(self, box: _Box, shape: Shape, ink: Style) -> None:
        """Everything in a box that belongs to a shape."""
        pixel = 2 / min(box.width, box.height)
        for column, row, x, y in box.points():
            if shape(x, y, pixel):
                self._dots[column, row] = ink

    def stamp(self, x: int, y: int, pixels: Pixels, ink: Style) -> None:
        """A bitmap from a pixel on."""
        for row, line in enumerate(pixels, start=y):
            for column, pixel in enumerate(line, start=x):
                if pixel:
                    self._dots[column, row] = ink

    def sign(self, x: int, pixels: Pixels) -> None:
        """A marked bitmap half-way down the drawing."""
        self.stamp(x, (self.height - len(pixels)) // 2, pixels, self.inks.mark)

    def shade(self, box: _Box, shape: Shape, character: str) -> None:
        """The same character in every cell that wholly belongs to a shape."""
        inside = {(column, row) for column, row, x, y in box.points() if shape(x, y, 2 / box.width)}
        for column, row in inside:
            if row % 2 == 0 and (column, row + 1) in inside:
                self.canvas.write(column, row // 2, character, self.inks.line)

    def finish(self) -> None:
        """Puts the pixels on the canvas."""
        for column, row in sorted(self._dots):
            upper, lower = (self._dots.get((column, row - row % 2 + side)) for side in (0, 1))
            ink = self.inks.mark if self.inks.mark in (upper, lower) else self.inks.line
            self.canvas.pixels(column, row // 2, [[upper is not None], [lower is not None]], ink)


def _ring(x: float, y: float, pixel: float) -> bool:
    return 1 - 1.2 * pixel < math.hypot(x, y) <= 1


def _inside(x: float, y: float, pixel: float) -> bool:
    return math.hypot(x, y) <= 1 - pixel


def _right_half(x: float, y: float, pixel: float) -> bool:
    return x > 0.1 and _inside(x, y, pixel)


def _features(x: float, y: float, pixel: float) -> bool:
    """Eyes, nose and mouth."""
    eyes = abs(abs(x) - 0.42) < pixel * 0.55 and abs(y + 0.1) < max(0.1, pixel * 0.55)
    nose = pixel < 0.15 and abs(x) < pixel * 0.55 and 0.05 < y < 0.25
    mouth = abs(math.hypot(x, y - 0.05) - 0.55) < pixel * 0.55 and y > 0.45
    return eyes or nose or mouth


def _face(turned: float = 0.0, lifted: float = 0.0) -> Shape:
    """A head from the front, or turned to the right or downwards by so much of its size."""

    def drawn(x: float, y: float, pixel: float) -> bool:
        if not _inside(x, y, 0):
            return False
        hair = y < -0.5 + 0.2 * x * x + lifted
        return hair or _ring(x, y, pixel) or _features(x - turned, y - lifted, pixel)

    return drawn


def _leaning(x: float, y: float, pixel: float) -> bool:
    """A head that leans to one shoulder."""
    angle = math.radians(25)
    # Within a smaller oval, so that all of it stays in its box.
    across = (x * math.cos(angle) + y * math.sin(angle) / HEAD_SHAPE) * 1.08
    down = (y * math.cos(angle) - x * math.sin(angle) * HEAD_SHAPE) * 1.08
    return _face()(across, down, pixel * 1.08)


def _mask(x: float, y: float, pixel: float) -> bool:
    """A mask over mouth and nose."""
    return _inside(x, y, 0) and y > 0.1


def _cap(x: float, y: float, pixel: float) -> bool:
    """A cap with its peak."""
    return (_inside(x, y, 0) and y < -0.3) or (abs(y + 0.3) < max(0.09, pixel * 0.6))


def _glasses(x: float, y: float, pixel: float) -> bool:
    side = abs(x)
    lens = abs(max(abs(side - 0.45) / 0.38, abs(y + 0.05) / 0.3) - 0.9) < pixel * 1.3
    return lens or (abs(y + 0.05) < pixel * 0.6 and (side < 0.12 or 0.8 < side < 0.97))


def _person(sheet: _Sheet, box: _Box, shape: Shape | None = None) -> None:
    sheet.paint(box, shape or _face(), sheet.inks.line)


def _oval(sheet: _Sheet, box: _Box) -> None:
    sheet.paint(box, _ring, sheet.inks.mark)


def _shrunk(box: _Box, by: int) -> _Box:
    return _Box(box.x + by, box.y + by, box.width - 2 * by, box.height - 2 * by)


def _camera(sheet: _Sheet, x: int) -> None:
    y = (sheet.canvas.height - len(CAMERA)) // 2
    for row, characters in enumerate(CAMERA, start=y):
        sheet.canvas.write(x, row, characters, sheet.inks.mark + BOLD)


def no_face(sheet: _Sheet) -> None:
    """An empty oval, and an arrow into it."""
    arrow = len(LEFT[0])
    box = sheet.head(after=arrow + 1)
    _oval(sheet, box)
    sheet.sign(box.x + box.width + 1, LEFT)


def several(sheet: _Sheet) -> None:
    """Two heads; the second one cannot be made out and is to go."""
    arrow = len(RIGHT[0])
    room = (sheet.width - arrow - 2) // 2
    box = sheet.head(after=room + arrow + 2)
    _person(sheet, box)
    other = box._replace(x=box.x + box.width + 1)
    sheet.shade(other, lambda x, y, _: _inside(x, y, 0), "▒")
    sheet.sign(other.x + other.width + 1, RIGHT)


def too_far(sheet: _Sheet) -> None:
    """A camera, and a small head that is to move towards it."""
    wide, arrow = len(CAMERA[1]), len(LEFT[0])
    box = sheet.head(before=wide + arrow + 2, share=SMALL)
    _person(sheet, box)
    sheet.sign(box.x - arrow - 1, LEFT)
    _camera(sheet, box.x - arrow - wide - 2)


def too_near(sheet: _Sheet) -> None:
    """A camera, and a head right before it that is to move away."""
    wide, arrow = len(CAMERA[1]), len(RIGHT[0])
    box = sheet.head(before=wide, after=arrow + 1)
    _person(sheet, box)
    sheet.sign(box.x + box.width + 1, RIGHT)
    _camera(sheet, box.x - wide)


def _aside(sheet: _Sheet, right: bool) -> None:
    """An oval that is empty but for an arrow, and the head beside it."""
    arrow = RIGHT if right else LEFT
    oval = sheet.head(after=sheet.width // 3)
    head = _shrunk(oval, 1)
    away = min(sheet.width // 3, oval.width * 2 // 3)
    _oval(sheet, oval._replace(x=oval.x + away if right else oval.x))
    _person(sheet, head._replace(x=head.x if right else head.x + away))
    start = oval.x + away + oval.width - len(arrow[0]) - 2 if right else oval.x + 2
    sheet.sign(start, arrow)


def move_left(sheet: _Sheet) -> None:
    """The head is at the right of the oval."""
    _aside(sheet, right=False)


def move_right(sheet: _Sheet) -> None:
    """The head is at the left of the oval."""
    _aside(sheet, right=True)


def _above_or_below(sheet: _Sheet, up: bool) -> None:
    arrow = UP if up else DOWN
    oval = sheet.head(after=len(arrow[0]) + 2)
    head = _shrunk(oval, 1)
    away = oval.height // 3
    _oval(sheet, oval)
    _person(sheet, head._replace(y=head.y + away if up else head.y - away))
    sheet.sign(oval.x + oval.width + 2, arrow)


def move_up(sheet: _Sheet) -> None:
    """The head is below the oval."""
    _above_or_below(sheet, up=True)


def move_down(sheet: _Sheet) -> None:
    """The head is above the oval."""
    _above_or_below(sheet, up=False)


def _turned(sheet: _Sheet, arrow: Pixels, shape: Shape, before: bool = False) -> None:
    """A head that does not look into the camera, and the way that it is to turn."""
    wide = len(arrow[0]) + 2
    box = sheet.head(before=wide if before else 0, after=0 if before else wide)
    _person(sheet, box, shape)
    sheet.sign(box.x - wide if before else box.x + box.width + 2, arrow)


def turn_left(sheet: _Sheet) -> None:
    """The face looks to the right."""
    _turned(sheet, LEFTWARDS, _face(turned=0.4), before=True)


def turn_right(sheet: _Sheet) -> None:
    """The face looks to the left."""
    _turned(sheet, RIGHTWARDS, _face(turned=-0.4))


def look_up(sheet: _Sheet) -> None:
    """The face looks down."""
    _turned(sheet, UPWARDS, _face(lifted=0.35))


def look_down(sheet: _Sheet) -> None:
    """The face looks up."""
    _turned(sheet, DOWNWARDS, _face(lifted=-0.3))


def upright(sheet: _Sheet) -> None:
    """A head that leans to one side, and an arrow round."""
    _turned(sheet, TURN, _leaning)


def _with_lamp(sheet: _Sheet, arrow: Pixels | None, after: Pixels | None) -> _Box:
    """A lamp at the left, a sign, the place of a head, and another sign."""
    wide = len(BULB[0]) + 1 + (len(arrow[0]) + 1 if arrow else 0)
    box = sheet.head(before=wide, after=len(after[0]) + 1 if after else 0)
    sheet.sign(box.x - wide, BULB)
    if arrow:
        sheet.sign(box.x - len(arrow[0]) - 1, arrow)
    if after:
        sheet.sign(box.x + box.width + 1, after)
    return box


def too_dark(sheet: _Sheet) -> None:
    """A lamp that is to come before a head in the dark."""
    _lamp_before(sheet, "▓")


def more_light(sheet: _Sheet) -> None:
    """A lamp that is to come before a head in the shade."""
    _lamp_before(sheet, "░")


def _lamp_before(sheet: _Sheet, shade: str) -> None:
    box = _with_lamp(sheet, RIGHT, None)
    sheet.shade(box, _inside, shade)
    sheet.paint(box, _ring, sheet.inks.line)


def too_bright(sheet: _Sheet) -> None:
    """A face that is all white beside a lamp, from which it is to move away."""
    box = _with_lamp(sheet, None, RIGHT)
    sheet.paint(box, _ring, sheet.inks.line)


def backlight(sheet: _Sheet) -> None:
    """A dark head before a bright window, and an arrow round."""
    wide = len(TURN[0]) + 2
    canvas, inks = sheet.canvas, sheet.inks
    box = sheet.head(after=wide)
    canvas.outline(box.x, 0, box.width, canvas.height - 1, inks.mark, HEAVY)
    canvas.fill(box.x + 1, canvas.height // 3, box.width - 2, 1, "━", inks.mark)
    for row in range(1, canvas.height - 2):
        canvas.write(box.x + box.width // 2, row, "┃", inks.mark)
    small = max(6, round(box.width * 0.55))
    tall = round(small / HEAD_SHAPE)
    head = _Box(box.x + (box.width - small) // 2, sheet.height - tall, small, tall)
    for column, row, x, y in head.points():
        if _inside(x, y, 0):
            canvas.write(column, row // 2, " ", inks.line)
    sheet.shade(head, lambda x, y, _: _inside(x, y, 0), "█")
    sheet.sign(box.x + box.width + 2, TURN)


def uneven(sheet: _Sheet) -> None:
    """A lamp at one side of a head, the other side of which is dark."""
    box = _with_lamp(sheet, None, None)
    sheet.shade(box, _right_half, "▓")
    sheet.paint(box, lambda *at: _ring(*at) or (at[0] < 0 and _features(*at)), sheet.inks.line)


def covered(sheet: _Sheet) -> None:
    """A head with a mask, and an arrow away from it."""
    _worn(sheet, _mask, DOWN)


def headwear(sheet: _Sheet) -> None:
    """A head with a cap, and an arrow upwards."""
    _worn(sheet, _cap, UP)


def _worn(sheet: _Sheet, shape: Shape, arrow: Pixels) -> None:
    box = sheet.head(after=len(arrow[0]) + 2)
    _person(sheet, box, lambda *at: _ring(*at) or _features(*at))
    sheet.paint(box, shape, sheet.inks.mark)
    sheet.sign(box.x + box.width + 2, arrow)


def glare(sheet: _Sheet) -> None:
    """A head with glasses in which a light is mirrored."""
    box = sheet.head(after=len(SHINE[0]) - 2)
    _person(sheet, box, lambda *at: _ring(*at) or (at[1] > 0.4 and _features(*at)))
    sheet.paint(box, _glasses, sheet.inks.line)
    middle = box.y + round(box.height * 0.475)
    sheet.stamp(box.x + box.width - 5, middle - 8, SHINE, sheet.inks.mark)


def blurred(sheet: _Sheet) -> None:
    """From a head that cannot be made out to a sharp one."""
    arrow = len(RIGHT[0])
    room = (sheet.width - arrow - 2) // 2
    box = sheet.head(before=room + arrow + 2)
    _person(sheet, box)
    sheet.sign(box.x - arrow - 1, RIGHT)
    before = box._replace(x=box.x - arrow - 2 - box.width)
    sheet.shade(before, lambda x, y, _: _inside(x, y, 0), "▒")


def _in_oval(sheet: _Sheet, sign: Pixels) -> None:
    """A head that fills the oval, where there is room for both, and a sign."""
    box = sheet.head(after=len(sign[0]) + 2)
    if box.width >= DETAILED:
        _oval(sheet, box)
        _person(sheet, _shrunk(box, 2))
    else:
        _person(sheet, box)
    sheet.sign(box.x + box.width + 2, sign)


def hold_still(sheet: _Sheet) -> None:
    """A head in the oval, and two bars as for a pause."""
    _in_oval(sheet, PAUSE)


def ready(sheet: _Sheet) -> None:
    """A head in the oval, and a tick."""
    _in_oval(sheet, TICK)


_SKETCHED: dict[FaceHint, Callable[[_Sheet], None]] = {
    FaceHint.NO_FACE: no_face,
    FaceHint.SEVERAL: several,
    FaceHint.TOO_FAR: too_far,
    FaceHint.TOO_NEAR: too_near,
    FaceHint.MOVE_LEFT: move_left,
    FaceHint.MOVE_RIGHT: move_right,
    FaceHint.MOVE_UP: move_up,
    FaceHint.MOVE_DOWN: move_down,
    FaceHint.TURN_LEFT: turn_left,
    FaceHint.TURN_RIGHT: turn_right,
    FaceHint.LOOK_UP: look_up,
    FaceHint.LOOK_DOWN: look_down,
    FaceHint.UPRIGHT: upright,
    FaceHint.TOO_DARK: too_dark,
    FaceHint.MORE_LIGHT: more_light,
    FaceHint.TOO_BRIGHT: too_bright,
    FaceHint.BACKLIGHT: backlight,
    FaceHint.UNEVEN: uneven,
    FaceHint.COVERED: covered,
    FaceHint.GLARE: glare,
    FaceHint.HEADWEAR: headwear,
    FaceHint.BLURRED: blurred,
    FaceHint.HOLD_STILL: hold_still,
    FaceHint.READY: ready,
}


def _painter(sketch: Callable[[_Sheet], None]) -> Callable[[Canvas, Inks], None]:
    def paint(canvas: Canvas, inks: Inks) -> None:
        sheet = _Sheet(canvas, inks)
        sketch(sheet)
        sheet.finish()

    return paint


DRAWN = {hint: _painter(sketch) for hint, sketch in _SKETCHED.items()}
"""What draws each hint on a canvas."""
