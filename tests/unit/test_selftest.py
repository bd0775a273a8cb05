"""The self-test: one list of results, a verdict from it, and the same run in every report."""

from itertools import product

import pytest

from kiosk.selftest.results import EXIT_CODES, Phase, Result, State, Verdict, verdict


def results(*states: State) -> tuple[Result, ...]:
    return tuple(
        Result(f"check-{n}", Phase.CONTENT, None, state, "why") for n, state in enumerate(states)
    )


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ((), Verdict.UNKNOWN),
        ((State.SKIP,), Verdict.UNKNOWN),
        ((State.ERROR,), Verdict.UNKNOWN),
        ((State.PASS,), Verdict.PASS),
        ((State.PASS, State.SKIP), Verdict.PASS),
        ((State.WARN, State.PASS), Verdict.WARN),
        ((State.WARN, State.SKIP), Verdict.WARN),
        ((State.FAIL, State.WARN), Verdict.FAIL),
        ((State.PASS, State.ERROR), Verdict.UNKNOWN),
        ((State.WARN, State.ERROR), Verdict.UNKNOWN),
        ((State.FAIL, State.ERROR), Verdict.FAIL),
    ],
)
def test_the_verdict_is_the_worst_that_is_known(states: tuple[State, ...], found: Verdict) -> None:
    assert verdict(results(*states)) is found


def test_the_order_of_the_checks_does_not_matter() -> None:
    for states in product(State, repeat=3):
        assert (
            len({verdict(results(*s)) for s in (states, states[::-1], states[1:] + states[:1])})
            == 1
        )


def test_exit_codes() -> None:
    assert {v.value: code for v, code in EXIT_CODES.items()} == {
        "pass": 0, "warn": 1, "fail": 2, "unknown": 3,
    }  # fmt: skip
    assert EXIT_CODES.keys() == set(Verdict)
