"""Why a code could not be read: measured in the picture, the likeliest reason first."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.decoding import Decoded
from hardware.mrz.locating import FACING, Block, Glance
from hardware.mrz.straightening import LETTER, STRIP_MARGIN, Grey, letters_of, sides
from hardware.opencv import cv2
from hardware.verdicts import CodeHint

BLACK = 60
"""Grey level that the brightest parts of a page have at least where it can be read."""
WHITE = 244
"""Grey level from which a stretch of a line shows the lamp and not the paper."""
EVEN = 12
"""Grey levels that a picture with a document in it has between dark and bright at least."""
SMALLEST_LETTER = 9.0
"""Pixels that a letter is wide at least."""
NO_CODE, SHORT_CODE, PAGE_SHAPE = 80.0, 0.3, 1.42
"""Pixels of a line, and share of a page's width, below which what was taken for a code and could
not be read is none; a page's width for its height."""
NEAR_EDGE, LONE_LINE = 0.6, 3.0
"""Letters from the picture's edge within which a code, or a line of it alone, is cut off."""
WHOLE = 1.2
"""Width of a code, judged by its height, in shares of the picture's: from here on it cannot fit."""
SMALL = 160, 120
"""Size in which a picture's darkest and brightest parts are looked for."""
NO_PAGE, SMALL_PAGE, LARGE_PAGE, HUGE_PAGE = 0.05, 0.12, 0.35, 0.9
"""Shares of the picture that a page fills."""
SHARP = 0.38
"""Steepest change from pixel to pixel in a strip, in shares of its contrast, of a sharp picture."""
SHARP_PICTURE = 0.11
"""The same for a whole picture, where the page's own edges count too."""
FINE = 14.0
"""Pixels a letter below which a picture cannot be that sharp."""
DEAD = 0.4
"""Share of a line's usual contrast below which a stretch of it shows no letters."""
TURNED = 38.0
"""Degrees from which a page is turned too far."""
SLANTED = 1.22
"""How much one end of a code may be higher than the other before the page is tilted."""
FLAT, NARROW = 1.65, 3.2
"""From line to line for the width of a letter, usually 2.0 to 2.7: beyond, the page leans."""
USUAL = 2.4
LONG_GLARE, LONG_COVER = 1.5, 1.4
"""Letters that a reflection or a finger must hide to be the reason."""
UNSURE = 0.6
"""Probability of a character below which it was not really seen."""
LOCAL = 0.3
"""Share of unsure characters up to which the trouble is in one place and not everywhere."""


class Measures(NamedTuple):
    """What can be measured of a code that was found."""

    letter: float
    """Width of a letter in pixels."""
    whole: float
    """Width of the whole code, judged by its height, in shares of the picture's."""
    brightness: float
    """Grey level of the paper."""
    sharpness: float
    """Steepest change from pixel to pixel, in shares of the contrast, for letters of that size."""
    glare: float
    """Longest stretch of a line, in letters, that shows nothing but light."""
    covered: float
    """Longest stretch of a line, in letters, that shows nothing and is not light."""
    unsure: int
    """Longest run of characters that were not really seen, while most others were."""
    turn: float
    """Degrees from upright, 0 to 180."""
    slant: float
    """How many times higher one end is than the other, from 1."""
    spacing: float
    """From line to line, in widths of a letter."""
    cut: bool
    """Whether any part of it lies at or beyond the edge of the picture."""
    both: bool
    """Whether both ends of it do."""


def without_zone(grey: Grey, glance: Glance) -> tuple[CodeHint, ...]:
    """Why no code was found at all."""
    small = cv2.resize(grey, SMALL, interpolation=cv2.INTER_AREA)  # without the camera's noise
    dark, bright = np.percentile(small, (1, 99))
    empty = glance.page < NO_PAGE or bright - dark < EVEN
    beyond = glance.sides > 2 or (glance.sides > 0 and glance.page < LARGE_PAGE)
    reasons = (
        (bright < BLACK, CodeHint.TOO_DARK),
        (empty, CodeHint.NO_DOCUMENT),
        (not empty and not sharp(grey), CodeHint.BLURRED),
        (glance.page > HUGE_PAGE, CodeHint.TOO_NEAR),
        (not empty and beyond, CodeHint.CUT_OFF),
        (not empty and glance.page < SMALL_PAGE, CodeHint.TOO_FAR),
        (not empty, CodeHint.WRONG_SIDE),
    )
    return tuple(hint for holds, hint in reasons if holds)


def sharp(grey: Grey) -> bool:
    """Whether there are edges in a picture as sharp as a lens in focus gives them."""
    soft = cv2.blur(grey, (3, 3)).astype(np.float32)  # so that noise makes none
    low, high = np.percentile(soft[::4, ::4], (3, 97))
    down = np.percentile(np.abs(np.diff(soft[:, ::4], axis=0)), 99.5)
    across = np.percentile(np.abs(np.diff(soft[::4], axis=1)), 99.5)
    return bool(min(down, across) >= SHARP_PICTURE * max(high - low, EVEN))


def plausible(grey: Grey, glance: Glance, block: Block) -> bool:
    """Whether lines that could not be read are long enough to be the code of the page seen."""
    page = float(glance.page * grey.size * PAGE_SHAPE) ** 0.5
    return bool(sides(block.quad())[0] > max(NO_CODE, SHORT_CODE * page))


def with_zone(
    grey: Grey, block: Block, strips: Grey, decoded: Decoded | None
) -> tuple[CodeHint, ...]:
    """Why the code of this block, cut into strips, could not be read, or not surely."""
    seen = measure(grey, block, strips, decoded)
    on_its_head = seen.turn >= 180 - TURNED and block.facing > FACING
    lies_across = TURNED < seen.turn < 180 - TURNED
    merged = len(block.seen) == 1  # so flat that no gap is left between the lines
    leans = merged or seen.slant > SLANTED or not FLAT < seen.spacing < NARROW
    hidden = seen.covered >= LONG_COVER or seen.unsure > LONG_COVER
    reasons = (
        (seen.brightness < BLACK, CodeHint.TOO_DARK),
        (seen.both or (seen.cut and seen.whole > WHOLE), CodeHint.TOO_NEAR),
        (seen.cut, CodeHint.CUT_OFF),
        (seen.glare >= LONG_GLARE, CodeHint.GLARE),
        (seen.letter < SMALLEST_LETTER, CodeHint.TOO_FAR),
        (on_its_head, CodeHint.UPSIDE_DOWN),
        (seen.sharpness < SHARP, CodeHint.BLURRED),
        (leans, CodeHint.TILTED),
        (hidden, CodeHint.COVERED),
        (lies_across, CodeHint.TILTED),
        (True, CodeHint.HOLD_STILL),
    )
    return tuple(dict.fromkeys(hint for holds, hint in reasons if holds))


def measure(grey: Grey, block: Block, strips: Grey, decoded: Decoded | None) -> Measures:
    """Measures the code of this block, its lines cut into straight strips."""
    height, width = grey.shape
    quad = block.quad()
    across, _ = sides(quad)
    letters = decoded.layout.width if decoded else letters_of(len(strips))
    letter = across / letters
    first, last = block.seen[0], block.seen[-1]
    between = block.lines.index(last) - block.lines.index(first)
    gap = (last.curve[0] - first.curve[0]) / max(between, 1)
    spacing = gap * letters / (first.end - first.start) if gap else USUAL
    way = quad[1] - quad[0]
    left = float(np.linalg.norm(quad[3] - quad[0]))
    right = float(np.linalg.norm(quad[2] - quad[1]))
    # A line alone at the edge has the others behind it.
    edge = letter * (NEAR_EDGE if len(block.seen) > 1 else LONE_LINE)
    out = np.any((quad < edge) | (quad > np.array([width - edge, height - edge])), axis=1)
    seen = [not line.guessed for line in block.lines]
    inner = strips[seen, :, STRIP_MARGIN:-STRIP_MARGIN].astype(np.float32)
    axis = int(abs(way[1]) > abs(way[0]))
    along, size, edge = quad[:, axis], (width, height)[axis], letter * NEAR_EDGE
    ends = (along < edge) | (along > size - edge)
    dark, bright = np.percentile(inner, (5, 95))
    contrast = max(float(bright - dark), 8.0)
    steepest = float(np.percentile(np.abs(np.diff(inner, axis=2)), 97))
    glare, covered = _stretches(inner, contrast)
    return Measures(
        letter=letter,
        whole=letter * spacing / USUAL * (30 if len(strips) >= 3 else 44) / width,
        brightness=float(bright),
        sharpness=steepest / contrast / min(1.0, letter / FINE),
        glare=glare,
        covered=covered,
        unsure=_unsure(decoded),
        turn=float(abs(np.rad2deg(np.arctan2(way[1], way[0])))),
        slant=max(left, right) / max(min(left, right), 1e-3),
        spacing=spacing,
        cut=bool(out.any()),
        both=bool(ends[[0, 3]].any() and ends[[1, 2]].any()),
    )


def _stretches(lines: NDArray[np.float32], contrast: float) -> tuple[float, float]:
    """The longest stretches that show nothing, in letters: those full of light, and the others."""
    window = np.ones(LETTER // 2, np.float32) / (LETTER // 2)
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


def _unsure(decoded: Decoded | None) -> int:
    if decoded is None:
        return 0
    unsure = decoded.probabilities < UNSURE
    return max(map(_longest, unsure)) if unsure.mean() <= LOCAL else 0
