"""From measures to hints: limits, hysteresis, order."""

import re
from dataclasses import replace

import pytest

from hardware.face.judging import RULES, Judge
from hardware.face.measuring import Measures
from hardware.verdicts import MAY_STAY, FaceHint

GOOD = Measures(
    faces=1, presence=1.0, size=0.33, x=0.5, y=0.5, yaw=0.0, pitch=0.0, roll=0.0, light=0.35,
    over_exposed=0.0, background=0.4, evenness=0.8, softness=0.5, glare=0.0, cheeks=0.0,
    forehead=0.0, contrast=6.0, motion=0.01,
)  # fmt: skip

BAD: dict[FaceHint, dict[str, float]] = {
    FaceHint.SEVERAL: {"faces": 2},
    FaceHint.TOO_FAR: {"size": 0.2},
    FaceHint.TOO_NEAR: {"size": 0.46},
    FaceHint.MOVE_RIGHT: {"x": 0.63},
    FaceHint.MOVE_LEFT: {"x": 0.37},
    FaceHint.MOVE_UP: {"y": 0.66},
    FaceHint.MOVE_DOWN: {"y": 0.34},
    FaceHint.TURN_RIGHT: {"yaw": 16},
    FaceHint.TURN_LEFT: {"yaw": -16},
    FaceHint.LOOK_UP: {"pitch": 20},
    FaceHint.LOOK_DOWN: {"pitch": -20},
    FaceHint.UPRIGHT: {"roll": -11},
    FaceHint.BACKLIGHT: {"light": 0.1, "background": 0.8},
    FaceHint.TOO_DARK: {"light": 0.07, "background": 0.1},
    FaceHint.MORE_LIGHT: {"light": 0.04, "background": 0.3},
    FaceHint.TOO_BRIGHT: {"over_exposed": 0.06},
    FaceHint.UNEVEN: {"evenness": 0.4},
    FaceHint.COVERED: {"cheeks": 30, "contrast": 30},
    FaceHint.GLARE: {"glare": 0.03},
    FaceHint.HEADWEAR: {"forehead": 8, "contrast": 20},
    FaceHint.BLURRED: {"softness": 0.66},
    FaceHint.HOLD_STILL: {"motion": 0.07},
}


def spoilt(hint: FaceHint) -> Measures:
    return replace(GOOD, **BAD[hint])  # type: ignore[arg-type]


def test_nothing_is_said_of_a_good_picture() -> None:
    assert Judge().judge(GOOD) == ()


def test_nobody_there_is_one_hint() -> None:
    assert Judge().judge(None) == (FaceHint.NO_FACE,)


@pytest.mark.parametrize("hint", BAD)
def test_each_measure_has_its_hint_alone(hint: FaceHint) -> None:
    assert Judge().judge(spoilt(hint)) == (hint,)


def test_every_hint_of_a_picture_is_tested_here() -> None:
    assert set(BAD) == {rule.hint for rule in RULES}
    assert set(BAD) == set(FaceHint) - {FaceHint.NO_FACE, FaceHint.READY}


def test_hints_come_in_the_order_of_the_enum() -> None:
    place = list(FaceHint).index
    all_wrong = replace(GOOD, size=0.1, x=0.2, yaw=30, light=0.05, softness=0.9, motion=1.0)
    hints = Judge().judge(all_wrong)
    assert len(hints) >= 5
    order = [place(hint) for hint in hints]
    assert order == sorted(order)


def test_a_hint_stays_until_it_is_clearly_put_right() -> None:
    judge = Judge()
    assert judge.judge(replace(GOOD, yaw=14)) == ()
    assert judge.judge(replace(GOOD, yaw=15.5)) == (FaceHint.TURN_RIGHT,)
    assert judge.judge(replace(GOOD, yaw=13)) == (FaceHint.TURN_RIGHT,)
    assert judge.judge(replace(GOOD, yaw=11)) == ()
    assert judge.judge(replace(GOOD, yaw=13)) == ()


def test_another_person_begins_anew() -> None:
    judge = Judge()
    judge.judge(replace(GOOD, yaw=15.5))
    judge.judge(None)
    assert judge.judge(replace(GOOD, yaw=13)) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.hint.value)
def test_hysteresis_goes_the_right_way(rule) -> None:  # type: ignore[no-untyped-def]
    assert rule.leave <= rule.enter


def test_a_turned_head_in_a_mirror() -> None:
    """The nose to the picture's right is the person's left: the way back is to the right."""
    assert Judge().judge(replace(GOOD, yaw=20)) == (FaceHint.TURN_RIGHT,)
    assert Judge().judge(replace(GOOD, x=0.7)) == (FaceHint.MOVE_RIGHT,)


def test_what_is_dark_is_not_called_blurred_and_what_is_white_not_glaring() -> None:
    assert Judge().judge(replace(GOOD, light=0.05, background=0.05, softness=0.9)) == (
        FaceHint.TOO_DARK,
    )
    bright = replace(GOOD, over_exposed=0.3, glare=0.5, contrast=40, cheeks=30)
    assert Judge().judge(bright) == (FaceHint.TOO_BRIGHT,)


@pytest.mark.parametrize("light", [0.03, 0.06, 0.09, 0.15])
@pytest.mark.parametrize("wall", [0.16, 0.3, 0.45, 0.6, 0.75])
def test_a_dark_face_in_a_room_that_is_not_dark_is_never_a_failure(
    light: float, wall: float
) -> None:
    """How dark a face is depends on its skin, too: nobody has to wait for more light."""
    hints = Judge().judge(replace(GOOD, light=light, background=wall))
    assert set(hints) <= MAY_STAY


def test_measures_say_nothing_of_themselves() -> None:
    assert not re.search(r"\d\.\d", repr(GOOD))
