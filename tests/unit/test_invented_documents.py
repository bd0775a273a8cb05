"""The invented documents: their codes are right, and everything is where they say it is."""

import numpy as np
import pytest

from hardware.mrz import straightening
from hardware.mrz.formats import FORMATS, FormatName
from hardware.mrz.parsing import parse
from hardware.mrz.straightening import TextLine
from hardware.opencv import cv2
from hardware.simulated.documents.codes import random_code
from hardware.simulated.documents.glyphs import CAP, ocr_b, set_line
from hardware.simulated.documents.pages import Print, print_page
from hardware.simulated.documents.photographs import Faults, Photograph, Pose, photograph
from hardware.simulated.documents.variety import random_photograph


def straight(name: FormatName, pose: Pose) -> tuple[Photograph, tuple[str, ...]]:
    """A clean photograph of a document of that format."""
    rng = np.random.default_rng(5)
    _, lines = random_code(rng, name)
    page = print_page(name, lines, Print(ocr_b()[0]), rng)
    return photograph(page, pose, Faults(), rng), lines


@pytest.mark.parametrize("name", FORMATS)
def test_random_codes_are_right_by_the_rules(name: FormatName) -> None:
    for seed in range(150):
        _, lines = random_code(np.random.default_rng(seed), name)
        document = parse(lines)
        assert document.format == name
        assert document.valid


def test_every_format_comes_up() -> None:
    seen = {random_code(np.random.default_rng(seed))[0] for seed in range(200)}
    assert seen == set(FORMATS)


def test_the_same_seed_gives_the_same_photograph() -> None:
    one, *_ = random_photograph(np.random.default_rng(11), ocr_b())
    two, *_ = random_photograph(np.random.default_rng(11), ocr_b())
    other, *_ = random_photograph(np.random.default_rng(12), ocr_b())
    assert np.array_equal(one.picture, two.picture)
    assert one.picture.shape != other.picture.shape or (one.picture != other.picture).any()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "pose",
    [
        Pose(width=0.9),
        Pose(width=0.7, turn=30),
        Pose(width=0.8, turn=180),
        Pose(width=0.8, tilt=(20, -15)),
        Pose(width=0.85, bend=0.02),
    ],
    ids=["flat", "turned", "upside-down", "tilted", "bent"],
)
def test_letters_are_where_the_photograph_says(name: FormatName, pose: Pose) -> None:
    shot, lines = straight(name, pose)
    zone = shot.zone()
    assert zone is not None
    grey = np.asarray(cv2.cvtColor(shot.picture, cv2.COLOR_BGR2GRAY), np.uint8)
    matrix = straightening.to_block(zone)
    for line, text in zip(shot.lines, lines, strict=True):
        middles = cv2.perspectiveTransform((line.tops + line.bottoms)[None] / 2, matrix)[0]
        heights = cv2.perspectiveTransform(np.stack([line.tops, line.bottoms]), matrix)
        c, b, a = np.polyfit(middles[:, 0] - straightening.BLOCK_WIDTH / 2, middles[:, 1], 2)
        half = (middles[-1, 0] - middles[0, 0]) / (len(text) - 1) / 2
        found = TextLine(
            (a, b, c),
            float(middles[0, 0] - half),
            float(middles[-1, 0] + half),
            float(np.median(heights[1, :, 1] - heights[0, :, 1])),
        )
        (strip,) = straightening.cut_strips(grey, matrix, [found], len(text))
        expected, centres = set_line(ocr_b()[0], text)
        ideal = ideal_strip(expected, centres, strip.shape[1])
        alike = np.corrcoef(ideal.ravel(), 255.0 - strip.ravel())[0, 1]
        assert alike > 0.6


def ideal_strip(mask: np.ndarray, centres: np.ndarray, width: int) -> np.ndarray:
    """The strip of a line as it would be cut from its own mask."""
    pitch = centres[1, 0] - centres[0, 0]
    across = straightening.LETTER / pitch
    down = straightening.STRIP_CAP / CAP
    x = straightening.STRIP_MARGIN + straightening.LETTER / 2 - centres[0, 0] * across
    y = straightening.STRIP_HEIGHT / 2 - centres[0, 1] * down
    way = np.array([[across, 0, x], [0, down, y]])
    soft = cv2.GaussianBlur(mask, (0, 0), 1.5)
    return cv2.warpAffine(soft, way, (width, straightening.STRIP_HEIGHT)).astype(float)


def test_a_side_without_a_code_has_no_zone() -> None:
    shot, _, lines = random_photograph(np.random.default_rng(3), ocr_b(), coded=False)
    assert shot.zone() is None
    assert lines == ()
