"""From measures to what would help: limits with hysteresis, in the order in which it is said."""

from collections.abc import Callable
from typing import NamedTuple

from hardware.face.measuring import Measures
from hardware.verdicts import FaceHint


class Rule(NamedTuple):
    """One hint, and by how much its measure must pass a limit."""

    hint: FaceHint
    excess: Callable[[Measures], float]
    """What is compared with the limits: the more, the worse."""
    enter: float
    """From here on the hint is due."""
    leave: float
    """Once it is due, it is so until the measure is below this."""


DARK = 0.08
"""Luminance of a face, 0 to 1, below which more light helps."""
DIM, OUTSHONE = 0.05, 8.0
"""The same for a face that alone is dark, and how many times what is behind it is as bright. Not so
strict: dark skin in good light has luminances around 0.1."""
DARK_ROOM = 0.15
"""Luminance of the background up to which the whole picture is dark."""
BRIGHT_WALL, FACE_DIM = 0.25, 0.2
"""What the background must be above, and the face below, for one to outshine the other."""
WINDOW, BACKLIT = 0.75, 4.0
"""From where on the background is as bright as a window, and by how much it outshines the face."""
OVER_EXPOSED = 0.05
"""Share of the face that is white."""
BLURRED = 0.64
"""Softness from which a picture is not sharp."""
MASK, HAT = 20.0, 16.0
"""Distances of colours, in CIELAB, from which something lies over the skin. Coloured light makes up
to 16 of it, and a mask is in the way of "ready" where a hat is not."""


def _is_backlit(m: Measures) -> float:
    """How many times the background is as bright as the face, where it is as bright as a window."""
    return _of_background(m) if m.background > WINDOW else 0.0


def _is_dark(m: Measures) -> float:
    """1 where the face and all around it is dark, whatever the skin."""
    return min(DARK / max(m.light, 1e-3), DARK_ROOM / max(m.background, 1e-3))


def _needs_light(m: Measures) -> float:
    """1 where the face alone is dark."""
    if _is_backlit(m) >= BACKLIT or _is_dark(m) >= 1:
        return 0.0
    return max(DIM / max(m.light, 1e-3), _of_background(m) / OUTSHONE)


def _of_background(m: Measures) -> float:
    """How many times the background is as bright as the face, where that can be a backlight."""
    bright = m.background > BRIGHT_WALL and m.light < FACE_DIM
    return m.background / max(m.light, 1e-3) if bright else 0.0


def _of_cover(m: Measures) -> float:
    """1 where the cheeks are less like skin than the forehead, and of another colour.

    In coloured light the whole face is unlike skin: that covers nothing.
    """
    covered = m.cheeks > m.forehead and not _washed_out(m)
    return m.contrast / MASK if covered else 0.0


def _of_headwear(m: Measures) -> float:
    """1 where the forehead is no skin, or less so than the cheeks."""
    return 0.0 if _washed_out(m) or m.cheeks > m.forehead else m.contrast / HAT


def _washed_out(m: Measures) -> bool:
    # White skin and white cloth look the same.
    return m.over_exposed >= OVER_EXPOSED


def _of_glare(m: Measures) -> float:
    # What is white because all is too bright is no reflection.
    return 0.0 if _washed_out(m) else m.glare


def _of_blur(m: Measures) -> float:
    # In the dark the camera's noise looks like detail.
    return m.softness if m.light >= DARK else 0.0


RULES = (
    Rule(FaceHint.SEVERAL, lambda m: m.faces, 2, 2),
    Rule(FaceHint.TOO_FAR, lambda m: -m.size, -0.21, -0.24),
    Rule(FaceHint.TOO_NEAR, lambda m: m.size, 0.45, 0.42),
    # Left and right as in a mirror: the picture's right is the person's left.
    Rule(FaceHint.MOVE_LEFT, lambda m: 0.5 - m.x, 0.12, 0.09),
    Rule(FaceHint.MOVE_RIGHT, lambda m: m.x - 0.5, 0.12, 0.09),
    Rule(FaceHint.MOVE_UP, lambda m: m.y - 0.5, 0.15, 0.12),
    Rule(FaceHint.MOVE_DOWN, lambda m: 0.5 - m.y, 0.15, 0.12),
    Rule(FaceHint.TURN_LEFT, lambda m: -m.yaw, 15, 12),
    Rule(FaceHint.TURN_RIGHT, lambda m: m.yaw, 15, 12),
    # More is allowed downwards: people look at the screen below the camera, and the one real face
    # that surely looks ahead, the astronaut's, is measured 4 degrees low.
    Rule(FaceHint.LOOK_UP, lambda m: m.pitch, 18, 15),
    Rule(FaceHint.LOOK_DOWN, lambda m: -m.pitch, 15, 12),
    Rule(FaceHint.UPRIGHT, lambda m: abs(m.roll), 10, 8),
    Rule(FaceHint.BACKLIGHT, _is_backlit, BACKLIT, 3.2),
    Rule(FaceHint.TOO_DARK, _is_dark, 1.0, 0.8),
    Rule(
        FaceHint.TOO_BRIGHT, lambda m: max(m.over_exposed / OVER_EXPOSED, m.light / 0.75), 1.0, 0.85
    ),
    Rule(FaceHint.UNEVEN, lambda m: -m.evenness, -0.45, -0.52),
    Rule(FaceHint.COVERED, _of_cover, 1.0, 0.87),
    Rule(FaceHint.MORE_LIGHT, _needs_light, 1.0, 0.8),
    Rule(FaceHint.GLARE, _of_glare, 0.02, 0.015),
    Rule(FaceHint.HEADWEAR, _of_headwear, 1.0, 0.87),
    Rule(FaceHint.BLURRED, _of_blur, BLURRED, 0.61),
    Rule(FaceHint.HOLD_STILL, lambda m: m.motion, 0.06, 0.045),
)
"""In the order in which they are said. The limits begin with those measured for OFIQ's formulas;
docs/figures.md has the alarms, true and false, that they raise."""


class Judge:
    """Says for one picture after another what would help; a fresh one for each person or file."""

    def __init__(self) -> None:
        self._due: frozenset[FaceHint] = frozenset()

    def judge(self, measures: Measures | None) -> tuple[FaceHint, ...]:
        """All that would help, what is to be said first in front; nothing when all is right."""
        if measures is None:
            self._due = frozenset()
            return (FaceHint.NO_FACE,)
        due = tuple(rule.hint for rule in RULES if self._is_due(rule, measures))
        self._due = frozenset(due)
        return due

    def _is_due(self, rule: Rule, measures: Measures) -> bool:
        limit = rule.leave if rule.hint in self._due else rule.enter
        return rule.excess(measures) >= limit
