"""From a document in view to its verdict: short films of documents held before a camera."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hardware.mrz.parsing import parse
from hardware.mrz.recognising import Recogniser
from hardware.mrz.voting import Vote
from hardware.opencv import cv2
from hardware.simulated.documents.codes import random_code
from hardware.simulated.documents.drawing import Picture, noise
from hardware.simulated.documents.glyphs import ocr_b
from hardware.simulated.documents.pages import Page, print_page
from hardware.simulated.documents.photographs import Faults, Pose, photograph, table
from hardware.simulated.documents.variety import random_faults, random_pose, random_print
from tests.benchmarks.code_frames import SEED, whole

CLIPS = 30
RATE = 15.0
"""Pictures a second."""
LONGEST = 6.0
"""Seconds; what is not read by then counts as so long."""
SIZE = 1280, 720
SHUTTER = 0.3
"""Share of the time between two pictures in which light falls in: what moves in it smears."""
FOCUS = 0.35
"""Seconds in which the camera's focus error falls to a third."""
HARD = 0.5
LIGHT_CHANGES = 8
"""Pictures after which reflections and fingers are elsewhere: the hand turns the document."""


@dataclass(frozen=True)
class Film:
    """How one document is brought before the camera."""

    number: int
    page: Page
    ground: Picture
    first: Pose
    last: Pose
    arrives: float
    """Seconds until it is held well."""
    letter: float
    """Pixels that a letter is wide then."""
    blur: float
    """Radius of the focus error at the start, in pixels."""
    tremor: float
    faults: Faults
    lines: tuple[str, ...]

    def pose(self, at: float) -> Pose:
        """Where the document is at a time in seconds: it slows down, then it only trembles."""
        way = min(at / self.arrives, 1.0)
        way = 1 - (1 - way) ** 2
        a, b = self.first, self.last

        def between(start: float, end: float) -> float:
            return start + (end - start) * way

        shake = self.tremor * np.sin(2 * np.pi * np.array([2.3, 3.1, 1.7]) * at + self.number)
        return replace(
            b,
            turn=between(a.turn, b.turn) + float(shake[2]) * 80,
            tilt=(between(a.tilt[0], b.tilt[0]), between(a.tilt[1], b.tilt[1])),
            width=between(a.width, b.width),
            centre=(
                between(a.centre[0], b.centre[0]) + float(shake[0]),
                between(a.centre[1], b.centre[1]) + float(shake[1]),
            ),
        )


@dataclass(frozen=True)
class Verdict:
    """How a clip went: seconds since the whole code was in view, CPU seconds spent till then."""

    seconds: float
    cpu: float
    frames: int
    right: bool | None
    """Whether the lines are those of the document; None when there was no verdict."""


def film(number: int) -> Film:
    """The film of that number: always the same one."""
    rng = np.random.default_rng([SEED, 1_000_000 + number])
    name, lines = random_code(rng)
    printed = random_print(rng, ocr_b())
    share = float(rng.uniform(0.5, 0.85))
    letter = share * SIZE[0] / len(lines[0])
    page = print_page(name, lines, printed, rng, scale=letter / printed.pitch * 1.2)
    last = replace(random_pose(rng, HARD), turn=float(rng.normal(0, 6)), width=share)
    last = replace(last, centre=(float(rng.uniform(0.46, 0.54)), float(rng.uniform(0.45, 0.75))))
    side = float(rng.choice([-1, 1]))
    first = replace(
        last,
        turn=last.turn + side * float(rng.uniform(5, 35)),
        tilt=(float(rng.uniform(-30, 30)), float(rng.uniform(-30, 30))),
        width=share * float(rng.uniform(0.7, 1.1)),
        centre=(0.5 + side * float(rng.uniform(0, 1.1)), float(rng.uniform(1.1, 1.5))),
    )
    faults = random_faults(rng, HARD, letter)
    faults = replace(faults, small=1.0, two_tone=False, sharpened=0.0, defocus=0.0, jpeg=None)
    return Film(
        number, page, table(rng, *SIZE), first, last,
        arrives=float(rng.uniform(0.6, 1.6)),
        letter=letter,
        blur=letter * float(rng.uniform(0.1, 0.35)),
        tremor=float(rng.uniform(0.0005, 0.002)),
        faults=faults,
        lines=lines,
    )  # fmt: skip


def play(shown: Film) -> Iterator[tuple[float, bool, Picture]]:
    """Each picture of a film: its time in seconds, whether all of the code is in it, and itself."""
    for i in range(round(LONGEST * RATE)):
        at = i / RATE
        pose, before = shown.pose(at), shown.pose(max(0.0, at - 1 / RATE))
        moved = (np.array(pose.centre) - before.centre) * SIZE * SHUTTER
        faults = replace(
            shown.faults,
            noise=0.0,
            motion=float(np.hypot(*moved)),
            motion_angle=float(np.arctan2(moved[1], moved[0])),
            defocus=shown.blur * float(np.exp(-at / FOCUS)),
        )
        seed = [SEED, 2_000_000 + shown.number, i // LIGHT_CHANGES]
        light = np.random.default_rng(seed)
        shot = photograph(shown.page, pose, faults, light, SIZE, shown.ground)
        grain = noise(np.random.default_rng([*seed, i]), SIZE[1], SIZE[0])
        grain = grain * np.float32(max(shown.faults.noise, 1.5))
        picture = cv2.add(shot.picture, cv2.merge([grain] * 3), dtype=cv2.CV_8U)
        yield at, whole(shot), np.asarray(picture, np.uint8)


def watch(shown: Film, recogniser: Recogniser) -> Verdict:
    """Reads a film as it comes: pictures that come while one is being read are lost."""
    vote = Vote()
    in_view: float | None = None
    free, cpu, frames = 0.0, 0.0, 0
    for at, is_whole, picture in play(shown):
        if is_whole and in_view is None:
            in_view = at
        if at < free:
            continue
        began = time.process_time()
        reading = recogniser.read(picture)
        agreed = vote.add(reading.evidence)
        took = time.process_time() - began
        free = at + took
        if in_view is not None:
            cpu, frames = cpu + took, frames + 1
        if agreed is not None and parse(agreed.lines).valid:
            start = at if in_view is None else in_view
            return Verdict(free - start, cpu, frames, agreed.lines == shown.lines)
    return Verdict(LONGEST, cpu, frames, None)
