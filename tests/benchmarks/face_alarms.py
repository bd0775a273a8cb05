"""Which hints fire where they should and where they should not: the table of alarms.

Three kinds of pictures. The photograph of tests/faces.py, as it is and spoilt, is looked at twice
and judged by the second look, as someone who stands still. Computed people of all looks, each a
little different, as they should be and not, are looked at the same way. And films of the simulated
person in each of its ways, 15 pictures a second, are judged by every picture once the first have
passed, and by what the coach says of them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

import numpy as np

from hardware.face.coaching import Coach
from hardware.face.observing import Observer
from hardware.simulated.head import Look, Person, Skin, Stand, render
from hardware.simulated.person import WAYS, Show
from hardware.verdicts import MAY_STAY, FaceHint
from tests import faces
from tests.benchmarks.face_pose import LOOKS, LOOKS_OF_PEOPLE, SEED
from tests.benchmarks.report import Figure

FPS = 15.0
FILM = 45
"""Pictures of each film: 3 s."""
SETTLED = 8
"""Pictures of it that pass before the others count."""

CLEAN_EACH, SPOILT_EACH = 2, 6
"""How often each look is seen as it should be, and how many looks in each way."""
NOT_OF_ALL = {FaceHint.NO_FACE, FaceHint.HOLD_STILL, FaceHint.MORE_LIGHT, FaceHint.READY}
"""Ways that need no look, more than one picture, or a dark skin, and the way without a fault."""
LIKE = (0.03, 0.03, 5.0, 5.0, 4.0, 0.08, 0.15)
"""By how much the people differ from the way that they stand for: place, yaw, pitch and roll in
degrees, size, and light."""

ALSO = {FaceHint.SEVERAL: {FaceHint.MOVE_LEFT, FaceHint.MOVE_RIGHT}}
"""What is true as well of a picture that was spoilt so, and is no false alarm there: of two people
beside each other none is in the middle."""


@dataclass(frozen=True)
class Sample:
    """What was said of one picture."""

    of: str
    wanted: FaceHint | None
    """What it asks for; None where all is right."""
    hints: tuple[FaceHint, ...]


def photographs() -> Iterator[Sample]:
    """The photograph, good and spoilt."""
    for name, make in faces.GOOD.items():
        yield Sample(name, None, _looked_at(make()))
    for hint, kinds in faces.SPOILT.items():
        for name, make in kinds.items():
            yield Sample(name, hint, _looked_at(make()))


def people() -> Iterator[Sample]:
    """People of all looks, as they should be, and some of them in each of the ways."""
    rng = np.random.default_rng(SEED)
    for look in LOOKS_OF_PEOPLE * CLEAN_EACH:
        yield _person(None, look, rng)
    for hint in WAYS:
        if hint not in NOT_OF_ALL:
            for number in rng.choice(len(LOOKS_OF_PEOPLE), SPOILT_EACH, replace=False):
                yield _person(hint, LOOKS_OF_PEOPLE[number], rng)


def _person(wanted: FaceHint | None, look: Look, rng: np.random.Generator) -> Sample:
    """Somebody who looks so, in a way that asks for a hint, and nobody is like another."""
    way = WAYS[wanted or FaceHint.READY]
    stand, light = way.stand, way.light
    x, y, yaw, pitch, roll, height, level = (
        float(most * share) for most, share in zip(LIKE, rng.uniform(-1, 1, 7), strict=True)
    )
    stand = Stand(
        stand.x + x, stand.y + y, stand.height * (1 + height),
        stand.yaw + yaw, stand.pitch + pitch, stand.roll + roll,
    )  # fmt: skip
    light = replace(light, level=light.level * (1 + level))
    worn = replace(
        look,
        glasses=look.glasses or way.look.glasses,
        glare=way.look.glare,
        hat=way.look.hat,
        mask=way.look.mask,
    )
    name = " ".join([look.skin, look.hair, *["long"] * look.long, *["glasses"] * look.glasses])
    picture = render((*way.others, Person(worn, stand)), light, rng)
    return Sample(name, wanted, _looked_at(picture))


def _looked_at(picture: faces.Picture) -> tuple[FaceHint, ...]:
    observer = Observer()
    for _ in range(LOOKS):
        seen = observer.see(picture)
    return seen.hints


@dataclass(frozen=True)
class Film:
    """What was said while the simulated person stood in one way."""

    samples: list[Sample]
    said: list[tuple[float, FaceHint]]
    """The coach's hints, and when (s)."""


def film(wanted: FaceHint) -> Film:
    """The simulated person in one of its ways, for as long as a film lasts."""
    show, observer = Show((wanted,)), Observer()
    at = 0.0
    coach = Coach(lambda: at)
    samples: list[Sample] = []
    said: list[tuple[float, FaceHint]] = []
    for number in range(FILM):
        at = number / FPS
        seen = observer.see(show.draw(at + 1))
        hint = coach.see(seen.hints)
        if hint is not None:
            said.append((at, hint))
        if number >= SETTLED:
            asked = None if wanted is FaceHint.READY else wanted
            samples.append(Sample(wanted.value, asked, seen.hints))
    return Film(samples, said)


@dataclass
class Tally:
    """How one hint did on one kind of pictures."""

    wanted: int = 0
    fired: int = 0
    """Of those."""
    not_wanted: int = 0
    false: int = 0
    """Of those, on clean pictures and on pictures with another fault."""
    where: Counter[str] = field(default_factory=Counter)


def tallied(samples: Sequence[Sample]) -> dict[FaceHint, Tally]:
    """By the hint, true and false alarms."""
    tallies: dict[FaceHint, Tally] = {
        hint: Tally() for hint in FaceHint if hint is not FaceHint.READY
    }
    for sample in samples:
        for hint, tally in tallies.items():
            if hint is sample.wanted:
                tally.wanted += 1
                tally.fired += hint in sample.hints
            elif sample.wanted is None or hint not in ALSO.get(sample.wanted, ()):
                tally.not_wanted += 1
                tally.false += hint in sample.hints
                if hint in sample.hints:
                    tally.where[f"{sample.wanted or 'clean'} ({sample.of})"] += 1
    return tallies


def show(kinds: dict[str, dict[FaceHint, Tally]]) -> None:
    """Prints the table."""
    print("\nalarms: fired of wanted | false of not wanted")
    print(f"{'hint':11}" + "".join(f"  {name:>24}" for name in kinds) + "  false on")
    for hint in next(iter(kinds.values())):
        cells, where = [], []
        for name, tallies in kinds.items():
            tally = tallies[hint]
            cells.append(f"{tally.fired}/{tally.wanted} | {tally.false}/{tally.not_wanted}")
            where += [f"{name}: {of} {n}x" for of, n in tally.where.most_common(3)]
        print(
            f"{hint.value:11}"
            + "".join(f"  {cell:>24}" for cell in cells)
            + "  "
            + "; ".join(where)
        )


def figures() -> list[Figure]:
    """Prints the table; what it comes to."""
    films = {hint: film(hint) for hint in WAYS}
    samples: dict[str, Callable[[], list[Sample]]] = {
        "photograph": lambda: list(photographs()),
        "people": lambda: list(people()),
        "films": lambda: [sample for one in films.values() for sample in one.samples],
    }
    made, kinds = [], {}
    for name, get in samples.items():
        of_kind = get()
        kinds[name] = tallied(of_kind)
        made += _figures(name, of_kind)
    show(kinds)
    print("\nfilm: what the coach says, and when (s)")
    for wanted, one in films.items():
        print(f"{wanted.value:11}  " + ", ".join(f"{at:.1f} {hint}" for at, hint in one.said))
    right = [one for wanted, one in films.items() if wanted in {hint for _, hint in one.said}]
    others = sum(
        hint not in {wanted, FaceHint.HOLD_STILL}
        for wanted, one in films.items()
        for _, hint in one.said
    )
    return [
        *made,
        Figure("alarms_films_coached_right", len(right), f"of {len(films)}", len(films), True),
        Figure("alarms_films_coached_otherwise", others, "", 0),
    ]


def _figures(name: str, samples: Sequence[Sample]) -> list[Figure]:
    spoilt = [sample for sample in samples if sample.wanted is not None]
    clean = [sample for sample in samples if sample.wanted is None]
    made = []
    if spoilt:
        fired = 100 * sum(s.wanted in s.hints for s in spoilt) / len(spoilt)
        first = 100 * sum(bool(s.hints) and s.hints[0] is s.wanted for s in spoilt) / len(spoilt)
        made += [
            Figure(f"alarms_{name}_true", fired, "%", 100, at_least=True),
            Figure(f"alarms_{name}_said_first", first, "%"),
        ]
    for kind, share in _false(name, clean).items():
        made.append(Figure(f"alarms_{kind}", share, "%", 0))
    return made


def _false(name: str, clean: Sequence[Sample]) -> dict[str, float]:
    """The share of clean pictures of which something was said, and what keeps from "ready"."""
    if not clean:
        return {}
    kinds = {f"{name}_false_on_clean": clean}
    if name == "people":
        kinds |= {
            f"{name}_false_on_clean_{skin}": [s for s in clean if s.of.startswith(skin)]
            for skin in get_args(Skin)
        }
    shares = {kind: 100 * sum(bool(s.hints) for s in of) / len(of) for kind, of in kinds.items()}
    kept = sum(bool(set(s.hints) - MAY_STAY) for s in clean)
    return shares | {f"{name}_clean_kept_from_ready": 100 * kept / len(clean)}
