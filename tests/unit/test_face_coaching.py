"""One hint at a time, none that flickers, and "ready" only when it lasts."""

from collections.abc import Iterable
from itertools import pairwise

import pytest

from hardware.face.coaching import (
    LASTING,
    LEAST_SHOWN,
    MAY_STAY_AFTER,
    OFTEN,
    OUT_OF,
    READY_HELD,
    Coach,
)
from hardware.verdicts import MAY_STAY, FaceHint

FPS = 15
NOBODY = (FaceHint.NO_FACE,)
RIGHT: tuple[FaceHint, ...] = ()


class Seen:
    """A coach that is shown pictures, and what it said when."""

    def __init__(self) -> None:
        self.now = 100.0
        self.coach = Coach(lambda: self.now)
        self.said: list[tuple[float, FaceHint]] = []

    def see(self, *hints: FaceHint, seconds: float = 1 / FPS) -> "Seen":
        """Pictures for so long that all ask for this."""
        for _ in range(max(1, round(seconds * FPS))):
            self.now += 1 / FPS
            hint = self.coach.see(hints)
            if hint is not None:
                self.said.append((self.now, hint))
        return self

    @property
    def hints(self) -> list[FaceHint]:
        return [hint for _, hint in self.said]


def gaps(times: Iterable[float]) -> list[float]:
    return [b - a for a, b in pairwise(times)]


def test_ready_comes_only_after_it_has_held() -> None:
    seen = Seen().see(*RIGHT, seconds=3)
    assert seen.hints == [FaceHint.HOLD_STILL, FaceHint.READY]
    (first, _), (ready, _) = seen.said
    assert READY_HELD <= ready - first < READY_HELD + 0.2


def test_one_bad_frame_does_not_take_ready_away() -> None:
    seen = Seen().see(seconds=3).see(FaceHint.TURN_LEFT).see(seconds=2)
    assert seen.hints == [FaceHint.HOLD_STILL, FaceHint.READY]


def test_one_bad_frame_delays_ready() -> None:
    seen = Seen().see(seconds=0.6).see(FaceHint.TURN_LEFT).see(seconds=0.6)
    assert FaceHint.READY not in seen.hints
    assert seen.see(seconds=0.5).hints[-1] is FaceHint.READY


def test_what_turns_bad_takes_ready_away() -> None:
    seen = Seen().see(seconds=3).see(FaceHint.TOO_FAR, seconds=1)
    assert seen.hints[-1] is FaceHint.TOO_FAR


@pytest.mark.parametrize("hint", sorted(set(FaceHint) - MAY_STAY - {FaceHint.READY}))
def test_every_hint_is_shown_and_keeps_ready_away(hint: FaceHint) -> None:
    seen = Seen().see(hint, seconds=20)
    assert seen.hints == [hint]


@pytest.mark.parametrize("hint", sorted(MAY_STAY))
def test_what_may_stay_is_said_once_and_never_a_failure(hint: FaceHint) -> None:
    seen = Seen().see(hint, seconds=12)
    assert seen.hints == [hint, FaceHint.HOLD_STILL, FaceHint.READY]
    (said, _), (after, _), _ = seen.said
    assert after - said == pytest.approx(MAY_STAY_AFTER, abs=0.2)
    assert seen.see(hint, seconds=20).hints[-1] is FaceHint.READY


def test_what_may_stay_is_said_anew_to_the_next_person() -> None:
    seen = Seen().see(FaceHint.HEADWEAR, seconds=12).see(*NOBODY, seconds=2)
    seen.see(FaceHint.HEADWEAR, seconds=2)
    assert seen.hints[-2:] == [FaceHint.NO_FACE, FaceHint.HEADWEAR]


def test_the_first_in_order_is_said_of_several() -> None:
    seen = Seen().see(FaceHint.BLURRED, FaceHint.TOO_FAR, FaceHint.TOO_DARK, seconds=2)
    assert seen.hints[-1] is FaceHint.TOO_FAR


def test_the_next_one_follows_when_the_first_is_put_right() -> None:
    seen = Seen().see(FaceHint.TOO_FAR, FaceHint.TOO_DARK, seconds=2)
    assert seen.see(FaceHint.TOO_DARK, seconds=2).hints[-1] is FaceHint.TOO_DARK


def test_a_second_face_must_be_seen_often() -> None:
    seen = Seen().see(seconds=3)
    for _ in range(20):
        seen.see(FaceHint.SEVERAL).see(seconds=3 / FPS)
    assert seen.hints[-1] is FaceHint.READY
    seen.see(FaceHint.SEVERAL, seconds=(OFTEN + 1) / FPS)
    assert seen.hints[-1] is FaceHint.SEVERAL


def test_a_face_that_is_lost_for_a_blink_is_not_gone() -> None:
    seen = Seen().see(seconds=3)
    for _ in range(6):
        seen.see(*NOBODY, seconds=LASTING - 0.2).see(seconds=0.2)
    assert seen.hints == [FaceHint.HOLD_STILL, FaceHint.READY]
    assert seen.see(*NOBODY, seconds=1.0).hints[-1] is FaceHint.NO_FACE


def test_nobody_is_said_at_the_beginning() -> None:
    assert Seen().see(*NOBODY, seconds=2).hints == [FaceHint.NO_FACE]


def test_nothing_flickers_whatever_is_seen() -> None:
    every = list(FaceHint)[:-1]
    seen = Seen()
    for number in range(400):
        seen.see(every[number * 7 % len(every)], seconds=(1 + number % OUT_OF) / FPS)
    assert len(seen.said) > 20
    assert min(gaps(at for at, _ in seen.said)) >= LEAST_SHOWN - 1e-6


def test_it_says_the_same_only_once() -> None:
    seen = Seen()
    for _ in range(10):
        seen.see(FaceHint.TOO_FAR, seconds=1).see(FaceHint.TOO_FAR, FaceHint.BLURRED, seconds=1)
    assert seen.hints == [FaceHint.TOO_FAR]
