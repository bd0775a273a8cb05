"""Reading pictures of invented documents, and saying why one cannot be read."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.mrz.formats import FORMATS, FormatName
from hardware.mrz.recognising import ReadStatus, Recogniser
from hardware.opencv import cv2
from hardware.simulated.documents.codes import random_code
from hardware.simulated.documents.glyphs import ocr_b
from hardware.simulated.documents.pages import Page, Print, cover, print_page
from hardware.simulated.documents.photographs import Faults, Photograph, Pose, photograph
from hardware.simulated.documents.variety import random_photograph
from hardware.verdicts import CodeHint

# In the optional fields of visas no check digit tells 0 from O: that of this number has neither.
SEEDS: dict[FormatName, int] = {"MRV-A": 4, "MRV-B": 4}
CLEAN = Faults(noise=2, jpeg=90)
STRAIGHT = Pose(width=0.9)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser()


def page_of(name: FormatName = "TD3") -> tuple[Page, tuple[str, ...]]:
    """A page of that format, printed as most are, and the lines of its code."""
    rng = np.random.default_rng(SEEDS.get(name, 1))
    _, lines = random_code(rng, name)
    return print_page(name, lines, Print(ocr_b()[0]), rng, scale=11), lines


def shown(
    page: Page, pose: Pose = STRAIGHT, faults: Faults = CLEAN, size: tuple[int, int] = (1280, 720)
) -> Photograph:
    """The page on a grey table."""
    ground = np.full((size[1], size[0], 3), 120, np.uint8)
    return photograph(page, pose, faults, np.random.default_rng(4), size, ground)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("turn", [0, 20, -44, 90, 180, 200, 270])
def test_every_format_is_read_however_it_lies(
    recogniser: Recogniser, name: FormatName, turn: float
) -> None:
    page, lines = page_of(name)
    upright = turn % 180 == 0
    pose = Pose(width=0.85 if upright else 0.5, turn=turn)
    reading = recogniser.read(shown(page, pose, size=(1280, 960)).picture)
    assert reading.lines == lines
    assert reading.status is ReadStatus.OK
    assert reading.hints == ()
    assert reading.document is not None
    assert reading.document.format == name


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (1920, 1080), (4000, 3000)])
def test_pictures_of_any_size_are_read(recogniser: Recogniser, size: tuple[int, int]) -> None:
    page, lines = page_of("TD1")
    reading = recogniser.read(shown(page, size=size).picture)
    assert reading.lines == lines


def test_a_small_document_in_a_large_picture_is_found(recogniser: Recogniser) -> None:
    page, lines = page_of("TD3")
    shot = shown(page, Pose(width=0.18, centre=(0.3, 0.7)), size=(4000, 3000))
    assert recogniser.read(shot.picture).lines == lines


def test_a_picture_of_the_zone_alone_is_read(recogniser: Recogniser) -> None:
    page, lines = page_of("TD2")
    shot = shown(page)
    zone = shot.zone()
    assert zone is not None
    (x0, y0), (x1, y1) = np.floor(zone.min(0) - 6).astype(int), np.ceil(zone.max(0) + 6).astype(int)
    assert recogniser.read(shot.picture[y0:y1, x0:x1]).lines == lines


def test_grey_and_colour_are_read_alike(recogniser: Recogniser) -> None:
    shot = shown(page_of()[0])
    grey = np.asarray(cv2.cvtColor(shot.picture, cv2.COLOR_BGR2GRAY), np.uint8)
    assert recogniser.read(grey).lines == recogniser.read(shot.picture).lines != ()


def test_the_zone_is_where_it_is(recogniser: Recogniser) -> None:
    shot = shown(page_of()[0], Pose(width=0.7, turn=-25))
    reading, zone = recogniser.read(shot.picture), shot.zone()
    assert reading.zone is not None
    assert zone is not None
    assert np.abs(reading.zone - zone).max() < 20


@pytest.mark.slow
def test_hard_pictures_are_read_or_called_uncertain_never_wrong(recogniser: Recogniser) -> None:
    read = 0
    for seed in range(90):
        rng = np.random.default_rng([31, seed])
        shot, _, lines = random_photograph(rng, ocr_b(), hard=0.9, camera=(1280, 720))
        reading = recogniser.read(shot.picture)
        if reading.status is ReadStatus.OK:
            read += 1
            assert reading.lines == lines
    assert read > 20


def noise(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(8).integers(0, 256, (height, width), np.uint8)


def stripes(height: int, width: int) -> NDArray[np.uint8]:
    rows = (np.arange(height) // 7 % 2 * 255).astype(np.uint8)
    return np.repeat(rows[:, None], width, axis=1)


@pytest.mark.parametrize(
    "picture",
    [
        np.full((720, 1280), 255, np.uint8),
        np.zeros((720, 1280), np.uint8),
        noise(480, 640),
        stripes(720, 1280),
        np.full((1, 1), 7, np.uint8),
        noise(3, 2000),
        noise(2000, 2),
    ],
    ids=["white", "black", "noise", "stripes", "one-pixel", "flat", "narrow"],
)
def test_where_there_is_no_document_none_is_read(
    recogniser: Recogniser, picture: NDArray[np.uint8]
) -> None:
    reading = recogniser.read(picture)
    assert reading.status is ReadStatus.NOT_FOUND
    assert reading.lines == ()
    assert reading.hints


def test_sides_without_a_code_give_nothing(recogniser: Recogniser) -> None:
    for seed in range(40):
        rng = np.random.default_rng([32, seed])
        shot, *_ = random_photograph(rng, ocr_b(), hard=0.5, coded=False, camera=(1280, 720))
        assert recogniser.read(shot.picture).status is not ReadStatus.OK


ODD = {
    CodeHint.TOO_FAR: (Pose(width=0.2), CLEAN),
    CodeHint.CUT_OFF: (replace(STRAIGHT, centre=(0.25, 0.5)), CLEAN),
    CodeHint.TOO_DARK: (STRAIGHT, replace(CLEAN, light=0.06, noise=8)),
    CodeHint.BLURRED: (STRAIGHT, replace(CLEAN, defocus=9)),
    CodeHint.GLARE: (STRAIGHT, replace(CLEAN, glare=2.5, glare_size=0.07)),
    CodeHint.COVERED: (STRAIGHT, replace(CLEAN, fingers=2, fingers_on_zone=True)),
}


@pytest.mark.parametrize("hint", ODD)
def test_the_reason_is_said_first(recogniser: Recogniser, hint: CodeHint) -> None:
    pose, faults = ODD[hint]
    reading = recogniser.read(shown(page_of()[0], pose, faults).picture)
    assert reading.status is not ReadStatus.OK
    assert reading.hints[0] is hint


def test_a_cover_is_the_wrong_side(recogniser: Recogniser) -> None:
    page = cover("TD3", np.random.default_rng(2))
    reading = recogniser.read(shown(page, Pose(width=0.3)).picture)
    assert reading.hints[0] is CodeHint.WRONG_SIDE


def test_an_empty_table_has_no_document(recogniser: Recogniser) -> None:
    reading = recogniser.read(np.full((720, 1280), 120, np.uint8))
    assert reading.hints == (CodeHint.NO_DOCUMENT,)
