"""People who do not exist, before the kiosk's camera: badly at first, then as it should be."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hardware.simulated.head import Light, Look, Person, Stand, render
from hardware.verdicts import FaceHint

HELD = 3.0
"""Seconds for which somebody stands each way, the way there included."""
HELD_WELL = 8.0
MOVING = 0.6
"""Seconds that it takes from one way of standing to the next."""
SEED = 5

FITTING = Stand()
LOOK = Look()
LIGHT = Light()
BESIDE = Person(
    Look(skin="dark", hair="black", long=True), Stand(x=0.15, y=0.46, height=0.3, yaw=8.0)
)
"""Somebody who came along."""


@dataclass(frozen=True)
class Way:
    """One way of being before the camera."""

    stand: Stand = FITTING
    look: Look = LOOK
    light: Light = LIGHT
    others: tuple[Person, ...] = ()
    there: bool = True
    """Whether anybody is there."""
    circling: float = 0.0
    """Round a circle of so large a radius, as a share of the picture's height, without a rest."""


WAYS = {
    FaceHint.NO_FACE: Way(there=False),
    FaceHint.SEVERAL: Way(Stand(x=0.56), others=(BESIDE,)),
    FaceHint.TOO_FAR: Way(Stand(height=0.2)),
    FaceHint.TOO_NEAR: Way(Stand(height=0.75)),
    # The picture is not mirrored: who is too far to their own right is at its left.
    FaceHint.MOVE_LEFT: Way(Stand(x=0.27)),
    FaceHint.MOVE_RIGHT: Way(Stand(x=0.73)),
    FaceHint.MOVE_UP: Way(Stand(y=0.75)),
    FaceHint.MOVE_DOWN: Way(Stand(y=0.27)),
    FaceHint.TURN_LEFT: Way(Stand(yaw=-27.0)),
    FaceHint.TURN_RIGHT: Way(Stand(yaw=27.0)),
    FaceHint.LOOK_UP: Way(Stand(pitch=24.0)),
    FaceHint.LOOK_DOWN: Way(Stand(pitch=-25.0)),
    FaceHint.UPRIGHT: Way(Stand(roll=20.0)),
    FaceHint.TOO_DARK: Way(light=Light(level=0.1, wall=0.03)),
    # How dark the face is depends on the skin, too: whoever is there, the room is bright enough.
    FaceHint.MORE_LIGHT: Way(light=Light(level=0.1)),
    FaceHint.TOO_BRIGHT: Way(light=Light(level=3.6, wall=0.9)),
    FaceHint.BACKLIGHT: Way(light=Light(level=0.36, wall=1.0)),
    FaceHint.UNEVEN: Way(light=Light(level=1.2, side=-0.95)),
    FaceHint.COVERED: Way(Stand(pitch=5.0), Look(mask=True)),
    FaceHint.GLARE: Way(look=Look(glasses=True, glare=True)),
    FaceHint.HEADWEAR: Way(look=Look(hat=True)),
    FaceHint.BLURRED: Way(light=Light(defocus=8.0)),
    FaceHint.HOLD_STILL: Way(circling=0.085),
    FaceHint.READY: Way(),
}
"""By the hint that it asks for; READY is as it should be."""

ROUND = 1.4
"""Seconds for one round of somebody who does not hold still."""


class Show:
    """Plays ways of being before the camera, over and over."""

    def __init__(self, ways: Sequence[FaceHint]) -> None:
        self._ways = tuple(ways)
        self._begins: list[float] = []
        end = 0.0
        for way in self._ways:
            self._begins.append(end)
            end += HELD_WELL if way is FaceHint.READY else HELD
        self.loop = end
        """Seconds after which it does the same again."""

    def draw(self, t: float) -> NDArray[np.uint8]:
        """What the camera sees `t` seconds after the beginning: (480, 640, 3) uint8 BGR."""
        t %= self.loop
        number = max(i for i, begins in enumerate(self._begins) if begins <= t)
        way, before = WAYS[self._ways[number]], WAYS[self._ways[number - 1]]
        # Each picture has noise of its own, and each time the same.
        rng = np.random.default_rng((SEED, round(t * 1000)))
        progress = min(1.0, (t - self._begins[number]) / MOVING)
        progress = 0.5 - 0.5 * math.cos(math.pi * progress)
        light = _between(before.light, way.light, progress)
        if not way.there:
            return render((), light, rng)
        stand = _between(before.stand, way.stand, progress) if before.there else way.stand
        stand = _swayed(stand, way.circling * progress, t)
        return render((*way.others, Person(way.look, stand)), light, rng)


_T = TypeVar("_T", Stand, Light)


def _between(before: _T, after: _T, progress: float) -> _T:
    """On the way from one to the other, 0 to 1."""
    values = {}
    for field in fields(before):
        a, b = getattr(before, field.name), getattr(after, field.name)
        values[field.name] = a + (b - a) * progress
    return type(before)(**values)


def _swayed(stand: Stand, circling: float, t: float) -> Stand:
    """Nobody stands quite still."""
    turn = 2 * math.pi * t / ROUND
    return replace(
        stand,
        x=stand.x + 0.003 * math.sin(1.9 * t) + 0.75 * circling * math.cos(turn),
        y=stand.y + 0.002 * math.cos(1.3 * t) + circling * math.sin(turn),
        yaw=stand.yaw + 0.8 * math.sin(1.1 * t),
        pitch=stand.pitch + 0.5 * math.sin(0.9 * t),
        roll=stand.roll + 0.4 * math.cos(0.7 * t),
    )
