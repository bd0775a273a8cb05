"""How much a device host may say before it is taken for one that is not to be trusted."""

from hardware.flood import Flood
from hardware.messages import ChipProgress, FromHost, Healed, PreviewFrame
from hardware.verdicts import ChipPhase, HealingStep, Role

FRAME = PreviewFrame(1, 1, 1, bytes(6))
PROGRESS = ChipProgress(ChipPhase.READING, 1)
HEALED = Healed(Role.READER, HealingStep.REOPENED)


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_a_host_says_in_an_hour_of_use_is_not_too_much() -> None:
    clock = Clock()
    flood = Flood(clock)
    for tick in range(3600 * 15):
        clock.now = tick / 15
        assert not flood.is_too_much(FRAME)
        assert not flood.is_too_much(PROGRESS)
        if tick % 30 == 0:  # a device that is opened anew every two seconds
            assert not flood.is_too_much(HEALED)


def test_what_waited_while_the_app_stood_still_is_not_too_much() -> None:
    flood = Flood(Clock())
    assert not any(flood.is_too_much(PROGRESS) for _ in range(500))


def test_more_is_too_much_of_anything_and_sooner_of_what_costs_more() -> None:
    def until_too_much(message: FromHost) -> int:
        flood = Flood(Clock())
        return next(n for n in range(10_000) if flood.is_too_much(message))

    assert until_too_much(FRAME) < until_too_much(HEALED) < until_too_much(PROGRESS) < 1000


def test_a_host_that_always_says_more_than_it_may_is_found_out() -> None:
    clock = Clock()
    flood = Flood(clock)
    for tick in range(1000):
        clock.now = tick / 100  # a hundred a second
        if flood.is_too_much(FRAME):
            break
    else:
        raise AssertionError("a hundred frames a second pass")
    assert clock.now < 1
