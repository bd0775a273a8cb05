"""A camera that sends pictures may still be dead: black ones, or one and the same."""

import numpy as np
import pytest

from hardware.cameras.dead_pictures import BLACK_UP_TO, DEAD_AFTER, DeadPictures
from hardware.errors import Reason

RNG = np.random.default_rng(5)
SHAPE = (480, 640, 3)


def noise(low: int, high: int) -> np.ndarray:
    return RNG.integers(low, high, SHAPE).astype(np.uint8)


def seen(frames: list[np.ndarray], fps: float = 15.0) -> list[Reason | None]:
    dead = DeadPictures()
    return [dead.see(frame, number / fps) for number, frame in enumerate(frames)]


def test_a_living_camera_is_alive_also_in_a_dark_room() -> None:
    assert set(seen([noise(0, 30) for _ in range(45)])) == {None}


def test_the_same_picture_again_and_again() -> None:
    frame = noise(0, 255)
    told = seen([frame.copy() for _ in range(45)])
    assert told[: int(DEAD_AFTER * 15)] == [None] * int(DEAD_AFTER * 15)
    assert told[-1] is Reason.FROZEN


def test_black_pictures_with_and_without_noise() -> None:
    assert seen([np.zeros(SHAPE, np.uint8)] * 45)[-1] is Reason.BLACK
    assert seen([noise(0, BLACK_UP_TO) for _ in range(45)])[-1] is Reason.BLACK


@pytest.mark.parametrize("dead", [np.zeros(SHAPE, np.uint8), noise(0, 255)])
def test_it_is_alive_again_with_the_first_other_picture(dead: np.ndarray) -> None:
    told = seen([dead] * 45 + [noise(0, 255)] + [noise(0, 255) for _ in range(15)])
    assert told[44] is not None
    assert set(told[45:]) == {None}


def test_a_short_pause_is_nothing() -> None:
    frame = noise(0, 255)
    assert set(seen([frame] * 15 + [noise(0, 255)] + [frame] * 15)) == {None}
