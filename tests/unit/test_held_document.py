"""The document before the simulated camera: each way it is held shows what it is for."""

from functools import cache

import numpy as np
import pytest

from hardware.mrz.specimens import ICAO
from hardware.simulated.held_document import HELD, MOVING, TABLE, WAYS, HeldDocument
from hardware.verdicts import CodeHint


@cache
def shown(hint: CodeHint, t: float = 2.0) -> np.ndarray:
    return HeldDocument("TD3", ICAO["TD3"], (hint,)).draw(t)


def page_of(picture: np.ndarray) -> np.ndarray:
    """Where the picture is not the table."""
    return (np.abs(picture.astype(int) - TABLE) > 12).any(axis=2)


def test_there_is_a_way_for_every_hint() -> None:
    assert set(WAYS) == set(CodeHint)


@pytest.mark.parametrize("hint", CodeHint)
def test_pictures_are_those_of_a_camera_and_always_the_same(hint: CodeHint) -> None:
    picture = shown(hint)
    assert (picture.shape, picture.dtype) == ((720, 1280, 3), np.uint8)
    again = HeldDocument("TD3", ICAO["TD3"], (hint,)).draw(2.0)
    assert (picture == again).all()


def test_no_document_is_an_empty_table() -> None:
    assert not page_of(shown(CodeHint.NO_DOCUMENT)).any()


def test_far_away_it_is_small_and_near_it_is_large() -> None:
    shares = [
        page_of(shown(hint)).mean() for hint in (CodeHint.TOO_FAR, CodeHint.READ, CodeHint.TOO_NEAR)
    ]
    assert shares[0] < 0.12 < 0.6 < shares[1] < 0.9 < shares[2]


def test_the_dark_one_is_dark_and_the_one_with_glare_is_white_in_places() -> None:
    assert shown(CodeHint.TOO_DARK).mean() < 30 < 100 < shown(CodeHint.READ).mean()
    white = [(shown(hint) == 255).all(axis=2).mean() for hint in (CodeHint.READ, CodeHint.GLARE)]
    assert white[0] < 0.001 < 0.02 < white[1]


def test_the_blurred_one_has_no_edges() -> None:
    edges = [
        np.abs(np.diff(shown(hint).astype(int), axis=1)).max()
        for hint in (CodeHint.READ, CodeHint.BLURRED)
    ]
    assert edges[1] < edges[0] / 3


def test_it_moves_from_one_way_to_the_next_and_begins_again() -> None:
    held = HeldDocument("TD1", ICAO["TD1"], (CodeHint.READ, CodeHint.TOO_FAR))
    assert held.loop > 2 * HELD
    ends = held.loop - HELD
    shares = [page_of(held.draw(ends + MOVING * part)).mean() for part in (0, 0.25, 0.5, 0.75, 1)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 4 * shares[-1]
    assert (held.draw(1.5) == held.draw(1.5)).all()
    assert (held.draw(held.loop + 1.5) == held.draw(1.5)).all()


def test_the_hand_is_never_quite_still() -> None:
    held = HeldDocument("TD3", ICAO["TD3"], (CodeHint.READ,))
    assert (held.draw(2.0) != held.draw(2.4)).any()
