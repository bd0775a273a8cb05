"""Somebody who holds an invented document before a camera, badly at first, or lays it on glass."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.formats import FormatName
from hardware.opencv import cv2
from hardware.simulated.documents.drawing import Picture
from hardware.simulated.documents.glyphs import ocr_b
from hardware.simulated.documents.pages import Page, Print, print_page
from hardware.simulated.documents.photographs import Faults, Pose, photograph
from hardware.verdicts import CodeHint

SIZE = (1280, 720)
HELD = 2.6
"""Seconds for which the document is held each way, the way there included."""
HELD_WELL = 6.0
MOVING = 0.6
"""Seconds that it takes from one way of holding it to the next."""
MOVED = 34.0
"""Pixels that it goes on in the time of one picture meanwhile: nothing of it can be read."""
SEED = 20
TABLE = (104, 116, 126)
"""The colour that a document lies on, BGR."""


FITTING = Pose(width=0.74, centre=(0.5, 0.5))
"""The whole page is in the picture, and as large as can be."""
NO_FAULTS = Faults()


@dataclass(frozen=True)
class Way:
    """One way of holding a document."""

    pose: Pose = FITTING
    faults: Faults = NO_FAULTS
    shown: bool = True
    code: bool = True
    """Whether the side with the code is shown."""


WAYS = {
    CodeHint.NO_DOCUMENT: Way(shown=False),
    CodeHint.WRONG_SIDE: Way(code=False),
    CodeHint.TOO_FAR: Way(Pose(width=0.14, centre=(0.52, 0.5))),
    CodeHint.TOO_NEAR: Way(Pose(width=1.9, centre=(0.5, 0.1))),
    CodeHint.CUT_OFF: Way(Pose(width=0.74, centre=(0.82, 0.5))),
    CodeHint.TILTED: Way(Pose(width=0.8, tilt=(-62.0, 22.0), centre=(0.5, 0.5))),
    CodeHint.TOO_DARK: Way(faults=Faults(light=0.015, noise=4)),
    CodeHint.GLARE: Way(faults=Faults(glare=2.2, glare_size=0.11)),
    CodeHint.BLURRED: Way(faults=Faults(defocus=7.0)),
    CodeHint.COVERED: Way(faults=Faults(fingers=3, fingers_on_zone=True)),
    CodeHint.UPSIDE_DOWN: Way(Pose(turn=180.0, width=0.74, centre=(0.5, 0.5))),
    CodeHint.HOLD_STILL: Way(faults=Faults(motion=20, motion_angle=0.3)),
    CodeHint.READ: Way(),
}
"""By the hint that it asks for; READ is as it should be."""


class HeldDocument:
    """Plays ways of holding one document, over and over."""

    def __init__(
        self, name: FormatName, lines: Sequence[str], ways: Sequence[CodeHint] = tuple(WAYS)
    ) -> None:
        self._name: FormatName = name
        self._lines = tuple(lines)
        self._ways = tuple(ways)
        self._begins: list[float] = []
        end = 0.0
        for way in self._ways:
            self._begins.append(end)
            end += HELD_WELL if way is CodeHint.READ else HELD
        self.loop = end
        """Seconds after which it does the same again."""

    def draw(self, t: float) -> Picture:
        """What the camera sees `t` seconds after the beginning: (720, 1280, 3) uint8 BGR."""
        t %= self.loop
        number = max(i for i, begins in enumerate(self._begins) if begins <= t)
        way, before = WAYS[self._ways[number]], WAYS[self._ways[number - 1]]
        since = t - self._begins[number]
        # Each way looks the same each time: glare and fingers stay where they are.
        rng = np.random.default_rng((SEED, number))
        if not way.shown:
            return self._table.copy()
        progress = min(1.0, since / MOVING) if before.shown else 1.0
        pose = _between(before.pose, way.pose, 0.5 - 0.5 * math.cos(math.pi * progress))
        pose = _swayed(pose, t)
        faults = way.faults if progress == 1.0 else replace(way.faults, motion=MOVED)
        page = self._page if way.code else self._other_side
        return photograph(page, pose, faults, rng, SIZE, self._table).picture

    @cached_property
    def _table(self) -> Picture:
        return np.full((SIZE[1], SIZE[0], 3), TABLE, np.uint8)

    @cached_property
    def _page(self) -> Page:
        return self._print(self._lines)

    @cached_property
    def _other_side(self) -> Page:
        return self._print(())

    def _print(self, lines: Sequence[str]) -> Page:
        return _print(self._name, lines, 10.0)


def laid_on_glass(name: FormatName, lines: Sequence[str]) -> NDArray[np.uint8]:
    """The whole glass of an A4 flatbed at 300 dots an inch, (3508, 2550) uint8 grey."""
    page = _print(name, lines, 300 / 25.4).picture
    lay = cv2.getRotationMatrix2D((0, 0), -2.5, 1.0)  # not quite straight, near the corner
    lay[:, 2] = 60, 150
    glass = np.full((3508, 2550, 3), 246, np.uint8)
    cv2.warpAffine(
        page, lay, (2550, 3508), dst=glass, flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_TRANSPARENT,
    )  # fmt: skip
    return np.asarray(cv2.cvtColor(glass, cv2.COLOR_BGR2GRAY), np.uint8)


def _print(name: FormatName, lines: Sequence[str], scale: float) -> Page:
    return print_page(name, lines, Print(ocr_b()[0]), np.random.default_rng(SEED), scale)


def _between(before: Pose, after: Pose, progress: float) -> Pose:
    """A pose on the way from one to the other, 0 to 1."""

    def mixed(a: float, b: float) -> float:
        return a + (b - a) * progress

    values: dict[str, object] = {}
    for field in fields(Pose):
        a, b = getattr(before, field.name), getattr(after, field.name)
        if isinstance(a, tuple):
            values[field.name] = tuple(mixed(x, y) for x, y in zip(a, b, strict=True))
        else:
            values[field.name] = b if isinstance(a, bool) else mixed(a, b)
    return Pose(**values)  # type: ignore[arg-type]


def _swayed(pose: Pose, t: float) -> Pose:
    """No hand is quite still."""
    x, y = pose.centre
    centre = x + 0.002 * math.sin(2.1 * t), y + 0.002 * math.cos(1.7 * t)
    return replace(pose, turn=pose.turn + 0.3 * math.sin(1.3 * t), centre=centre)
