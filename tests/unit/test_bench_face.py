"""The benchmark of the face counts right: numbers that come through JPEG, and alarms."""

import numpy as np
import pytest

from hardware.opencv import cv2
from hardware.verdicts import FaceHint
from tests.benchmarks.face_alarms import Sample, tallied
from tests.benchmarks.numbered_frames import number_of, numbered


@pytest.mark.parametrize("number", [0, 1, 299, 0xABCDEF, 0xFFFFFF])
def test_a_number_survives_jpeg(number: int) -> None:
    picture = np.random.default_rng(number).integers(0, 256, (480, 640, 3), np.uint8)
    _, jpeg = cv2.imencode(".jpg", numbered(picture, number), (cv2.IMWRITE_JPEG_QUALITY, 50))
    seen = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert number_of(np.asarray(seen, np.uint8)) == number


@pytest.mark.parametrize("level", [0, 90, 255])
def test_a_picture_without_a_number_has_none(level: int) -> None:
    assert number_of(np.full((480, 640, 3), level, np.uint8)) is None


def test_what_fires_where_it_should_not_is_a_false_alarm() -> None:
    tallies = tallied(
        [
            Sample("dim", FaceHint.TOO_DARK, (FaceHint.TOO_DARK, FaceHint.GLARE)),
            Sample("dimmer", FaceHint.TOO_DARK, (FaceHint.UNEVEN,)),
            Sample("fitting", None, (FaceHint.BLURRED,)),
        ]
    )
    dark, glare = tallies[FaceHint.TOO_DARK], tallies[FaceHint.GLARE]
    assert (dark.fired, dark.wanted, dark.false, dark.not_wanted) == (1, 2, 0, 1)
    assert (glare.fired, glare.wanted, glare.false, glare.not_wanted) == (0, 0, 1, 3)


def test_what_a_fault_brings_with_it_is_no_false_alarm() -> None:
    hints = (FaceHint.SEVERAL, FaceHint.MOVE_LEFT)
    tally = tallied([Sample("two", FaceHint.SEVERAL, hints)])[FaceHint.MOVE_LEFT]
    assert (tally.false, tally.not_wanted) == (0, 0)
