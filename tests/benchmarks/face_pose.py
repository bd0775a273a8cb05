"""How far the pose that is measured is from the true one, on computed heads and on a photograph."""

import statistics
from collections.abc import Iterator

import numpy as np

from hardware.face.measuring import Measures, measure
from hardware.face.tracking import Tracker
from hardware.simulated.head import Light, Look, Person, Stand, render
from tests import faces
from tests.benchmarks.report import Figure

SEED = 20261125
HEADS = 120
YAW, PITCH, ROLL = 30.0, 20.0, 20.0
"""Degrees up to which heads are turned: beyond the limits of the hints (15, 15 and 10)."""
AIM = {"yaw": 4.0, "pitch": 6.0, "roll": None}
LEANS = (-20, -15, -10, -5, 5, 10, 15, 20)
LOOKS = 2
"""How often a picture is looked at: the second time from where the face was."""

LOOKS_OF_PEOPLE = [
    Look(skin=skin, hair=hair, long=long, glasses=glasses)
    for skin in ("light", "medium", "dark")
    for hair in ("brown", "black", "grey")
    for long in (False, True)
    for glasses in (False, True)
]


def heads() -> Iterator[tuple[Stand, faces.Picture]]:
    """Computed heads, each turned by another pose, and how they are turned."""
    rng = np.random.default_rng(SEED)
    for _ in range(HEADS):
        yaw, pitch, roll = (float(v) for v in rng.uniform(-1, 1, 3) * (YAW, PITCH, ROLL))
        x, y = rng.uniform(-1, 1, 2) * (0.08, 0.05) + (0.5, 0.53)
        stand = Stand(float(x), float(y), float(rng.uniform(0.36, 0.5)), yaw, pitch, roll)
        look = LOOKS_OF_PEOPLE[rng.integers(len(LOOKS_OF_PEOPLE))]
        yield stand, render((Person(look, stand),), Light(), rng)


def measured(picture: faces.Picture) -> Measures | None:
    """The measures of the face in one picture, None where none is found."""
    tracker = Tracker()
    for _ in range(LOOKS):
        look = tracker.look(picture)
    return measure(picture, look)


def figures() -> list[Figure]:
    """Mean and worst error of each angle, and how many heads were not found."""
    errors: dict[str, list[float]] = {name: [] for name in AIM}
    signed: dict[str, list[float]] = {name: [] for name in AIM}
    found = 0
    for stand, picture in heads():
        seen = measured(picture)
        if seen is None:
            continue
        found += 1
        for name in AIM:
            signed[name].append(getattr(seen, name) - getattr(stand, name))
            errors[name].append(abs(signed[name][-1]))
    print(f"pose: {found} of {HEADS} heads found, seed {SEED}")
    made = [Figure("pose_heads_not_found", HEADS - found, "")]
    for name, aim in AIM.items():
        made += [
            Figure(f"pose_{name}_error_mean", statistics.fmean(errors[name]), "°", aim),
            Figure(f"pose_{name}_error_p95", float(np.quantile(errors[name], 0.95)), "°"),
            Figure(f"pose_{name}_error_worst", max(errors[name]), "°", aim),
            Figure(f"pose_{name}_bias", statistics.fmean(signed[name]), "°"),
        ]
    return [*made, *photograph()]


def photograph() -> list[Figure]:
    """What can be known of the pose in a photograph: leaning it by an angle adds that to the roll,

    and mirroring it turns yaw and roll the other way.
    """
    upright = measured(faces.framed())
    mirrored = measured(np.ascontiguousarray(faces.framed()[:, ::-1]))
    assert upright is not None
    assert mirrored is not None
    rolls = []
    for lean in LEANS:
        leaning = measured(faces.framed(roll=lean))
        if leaning is not None:
            rolls.append(abs(leaning.roll - upright.roll - lean))
    return [
        Figure("pose_photograph_roll_error_worst", max(rolls), "°"),
        Figure("pose_photograph_yaw_mirrored_error", abs(upright.yaw + mirrored.yaw) / 2, "°"),
        Figure("pose_photograph_pitch_mirrored_error", abs(upright.pitch - mirrored.pitch), "°"),
        Figure("pose_photograph_pitch", upright.pitch, "°"),
    ]
