"""Which hint a person sees while a document lies before a camera."""

from hardware.mrz.coaching import LEAST_SHOWN, Coach
from hardware.verdicts import CodeHint

FRAME = 1 / 15


class Watched:
    """A coach that is shown one picture a fifteenth of a second."""

    def __init__(self) -> None:
        self.time = 0.0
        self.coach = Coach(lambda: self.time)

    def see(self, *hints: CodeHint) -> list[CodeHint]:
        """What is newly shown while pictures with these hints come in."""
        shown = []
        for hint in hints:
            told = self.coach.see(hint)
            if told is not None:
                shown.append(told)
            self.time += FRAME
        return shown


def test_the_first_hint_comes_at_once() -> None:
    assert Watched().see(CodeHint.NO_DOCUMENT) == [CodeHint.NO_DOCUMENT]


def test_the_same_hint_is_told_once() -> None:
    assert Watched().see(*[CodeHint.GLARE] * 60) == [CodeHint.GLARE]


def test_a_hint_stays_long_enough_to_be_read() -> None:
    watched = Watched()
    watched.see(CodeHint.GLARE)
    frames_to_wait = int(LEAST_SHOWN / FRAME) - 1
    assert watched.see(*[CodeHint.TOO_DARK] * frames_to_wait) == []
    assert watched.see(*[CodeHint.TOO_DARK] * 3) == [CodeHint.TOO_DARK]


def test_single_pictures_that_say_otherwise_change_nothing() -> None:
    watched = Watched()
    mostly = [CodeHint.TOO_FAR, CodeHint.TOO_FAR, CodeHint.BLURRED] * 40
    assert watched.see(*mostly) == [CodeHint.TOO_FAR]


def test_two_hints_in_turn_do_not_flicker() -> None:
    watched = Watched()
    assert len(watched.see(*[CodeHint.GLARE, CodeHint.BLURRED] * 60)) == 1
