"""Why a code could not be read: measured in the picture, the likeliest reason first."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.decoding import Decoded
from hardware.mrz.locating import Glance
from hardware.mrz.straightening import LETTER, STRIP_MARGIN, Grey, Points, letters_of, sides
from hardware.verdicts import CodeHint

BLACK = 60
"""Grey level that the brightest twentieth of a page has at least where it can be read."""
WHITE = 244
"""Grey level from which a stretch of a line shows the lamp and not the paper."""
SMALLEST_LETTER = 9.0
"""Pixels that a letter is wide at least."""
EVEN = 12
"""Grey levels that a picture with a document in it has between dark and bright at least."""
NO_PAGE, SMALL_PAGE, HUGE_PAGE = 0.03, 0.16, 0.9
"""Shares of the picture that a page fills."""
SHARP = 0.2
"""Steepest change from pixel to pixel in a strip, in shares of its contrast, of a sharp picture."""
DEAD = 0.35
"""Share of a line's usual contrast below which a stretch of it shows no letters."""
TURNED = 38.0
"""Degrees from which a page is turned too far."""
SLANTED = 1.22
"""How much one end of a code may be higher than the other before the page is tilted."""
LONG_RUN = 2.2
"""Letters that a reflection or a finger must hide to be the reason."""


class Measures(NamedTuple):
    """What can be measured of a code that was found."""

    letter: float
    """Width of a letter in pixels."""
    brightness: float
    """Grey level of the paper."""
    sharpness: float
    """Steepest change from pixel to pixel in a strip, as a share of its contrast."""
    glare: float
    """Longest stretch of a line, in letters, that shows nothing but light."""
    covered: float
    """Longest stretch of a line, in letters, that shows nothing and is not light."""
    turn: float
    """Degrees from upright, 0 to 180."""
    slant: float
    """How many times higher one end is than the other, from 1."""
    ends_out: int
    """How many of its two ends lie at or beyond the edge of the picture."""
    cut: bool
    """Whether any part of it lies at or beyond the edge."""


def without_zone(grey: Grey, glance: Glance) -> tuple[CodeHint, ...]:
    """Why no code was found at all."""
    found: list[CodeHint] = []
    dark, bright = np.percentile(grey[::4, ::4], (5, 95))
    if bright < BLACK:
        found.append(CodeHint.TOO_DARK)
    if glance.page < NO_PAGE or bright - dark < EVEN:
        return (*found, CodeHint.NO_DOCUMENT)
    if glance.page > HUGE_PAGE:
        found.append(CodeHint.TOO_NEAR)
    elif glance.sides:
        found.append(CodeHint.CUT_OFF)
    elif glance.page < SMALL_PAGE:
        found.append(CodeHint.TOO_FAR)
    return (*found, CodeHint.WRONG_SIDE)


def with_zone(
    grey: Grey, quad: Points, strips: Grey, decoded: Decoded | None
) -> tuple[CodeHint, ...]:
    """Why the code at these corners could not be read, or not surely."""
    seen = measure(grey, quad, strips, decoded)
    reasons = (
        (seen.ends_out == 2, CodeHint.TOO_NEAR),
        (seen.cut, CodeHint.CUT_OFF),
        (seen.brightness < BLACK, CodeHint.TOO_DARK),
        (seen.glare >= LONG_RUN, CodeHint.GLARE),
        (seen.letter < SMALLEST_LETTER, CodeHint.TOO_FAR),
        (seen.covered >= LONG_RUN, CodeHint.COVERED),
        (seen.sharpness < SHARP, CodeHint.BLURRED),
        (TURNED < seen.turn < 180 - TURNED or seen.slant > SLANTED, CodeHint.TILTED),
        (seen.turn >= 180 - TURNED, CodeHint.UPSIDE_DOWN),
        (True, CodeHint.HOLD_STILL),
    )
    return tuple(hint for holds, hint in reasons if holds)


def measure(grey: Grey, quad: Points, strips: Grey, decoded: Decoded | None) -> Measures:
    """Measures the code at these corners, (4, 2) in reading order, cut into straight strips."""
    height, width = grey.shape
    across, _ = sides(quad)
    letter = across / (decoded.layout.width if decoded else letters_of(len(strips)))
    way = quad[1] - quad[0]
    left = float(np.linalg.norm(quad[3] - quad[0]))
    right = float(np.linalg.norm(quad[2] - quad[1]))
    edge = letter * 0.6
    out = np.any((quad < edge) | (quad > np.array([width - edge, height - edge])), axis=1)
    inner = strips[:, :, STRIP_MARGIN:-STRIP_MARGIN].astype(np.float32)
    dark, bright = np.percentile(inner, (5, 95))
    contrast = max(float(bright - dark), 8.0)
    steepest = np.percentile(np.abs(np.diff(inner, axis=2)), 97)
    glare, covered = _stretches(inner, contrast)
    return Measures(
        letter=letter,
        brightness=float(bright),
        sharpness=float(steepest) / contrast,
        glare=glare,
        covered=covered,
        turn=float(abs(np.rad2deg(np.arctan2(way[1], way[0])))),
        slant=max(left, right) / max(min(left, right), 1e-3),
        ends_out=int(out[[0, 3]].any()) + int(out[[1, 2]].any()),
        cut=bool(out.any()),
    )


def _stretches(lines: NDArray[np.float32], contrast: float) -> tuple[float, float]:
    """The longest stretches that show nothing, in letters: those full of light, and the others."""
    window = np.ones(LETTER, np.float32) / LETTER
    glare = covered = 0.0
    for line in lines:
        light = np.convolve(line.mean(0), window, "same")
        letters = np.convolve(line.std(0), window, "same")
        usual = max(float(np.percentile(letters, 75)), contrast * 0.1)
        dead = letters < DEAD * usual
        glare = max(glare, _longest(dead & (light >= WHITE)))
        covered = max(covered, _longest(dead & (light < WHITE)))
    return glare / LETTER, covered / LETTER


def _longest(marked: NDArray[np.bool_]) -> int:
    """The length of the longest run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marked.astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))
