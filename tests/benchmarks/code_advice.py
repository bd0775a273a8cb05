"""Whether a picture that cannot be read is met with the right advice.

Each picture is spoiled by one known fault. Only those that cannot be read count: a fault that does
not keep the reader from reading needs no advice.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from hardware.mrz.recognising import ReadStatus, Recogniser
from hardware.opencv import cv2
from hardware.simulated.documents.codes import random_code
from hardware.simulated.documents.drawing import Picture
from hardware.simulated.documents.glyphs import ocr_b
from hardware.simulated.documents.pages import Page, cover, print_page
from hardware.simulated.documents.photographs import (
    Faults,
    Photograph,
    Pose,
    photograph,
    spoil,
    table,
)
from hardware.simulated.documents.variety import random_print
from hardware.verdicts import CodeHint
from tests.benchmarks.code_frames import SEED

PICTURES = 200
TRIES = 5
"""So many pictures are made for one that counts, at most."""
SIZE = 1280, 720

Rng = np.random.Generator


@dataclass(frozen=True)
class Scene:
    """A document held well, before it is spoiled: its page, how it lies, how wide a letter is."""

    page: Page
    pose: Pose
    letters: int
    faults: Faults

    @property
    def letter(self) -> float:
        """Pixels that a letter is wide."""
        return self.pose.width * SIZE[0] / self.letters


Spoil = Callable[[Scene, Rng], Photograph]


def scene(rng: Rng, coded: bool = True) -> Scene:
    """Some document in a usual light, straight and near enough: it could be read."""
    name, lines = random_code(rng)
    # Worn print would be a second fault.
    printed = replace(random_print(rng, ocr_b()), holes=0.0, uneven=0.0, relief=0.0, cover=0.97)
    share = float(rng.uniform(0.55, 0.8))
    scale = share * SIZE[0] / len(lines[0]) / printed.pitch * 1.2
    page = print_page(name, lines if coded else (), printed, rng, scale)
    centre = (float(rng.uniform(0.47, 0.53)), float(rng.uniform(0.55, 0.75)))
    pose = Pose(turn=float(rng.normal(0, 3)), width=share, centre=centre, on_zone=True)
    faults = Faults(light=float(rng.uniform(0.8, 1.1)), noise=float(rng.uniform(1, 5)))
    return Scene(page, pose, len(lines[0]), faults)


def _taken(rng: Rng, made: Scene, pose: Pose | None = None, **faults: object) -> Photograph:
    spoiled = replace(made.faults, **faults)  # type: ignore[arg-type]
    return photograph(made.page, pose or made.pose, spoiled, rng, SIZE)


def no_document(made: Scene, rng: Rng) -> Photograph:
    """The table alone. Not a black one, which nobody can tell from darkness."""
    while True:
        bare = Photograph(table(rng, *SIZE), (), np.zeros((4, 2), np.float32))
        if np.percentile(bare.picture, 95) > 90:
            return replace(bare, picture=spoil(bare, made.faults, rng))


def wrong_side(made: Scene, rng: Rng) -> Photograph:
    """A passport's cover, or the side of a document that has no code."""
    page = cover("TD3", rng, 8.0) if rng.random() < 0.4 else scene(rng, coded=False).page
    height, width = page.picture.shape[:2]
    fits = 0.9 * width / height * SIZE[1] / SIZE[0]
    share = min(float(rng.uniform(0.5, 0.75)), fits)
    pose = replace(made.pose, width=share, on_zone=False, centre=(0.5, 0.5))
    return photograph(page, pose, made.faults, rng, SIZE)


def too_far(made: Scene, rng: Rng) -> Photograph:
    """Letters of 3 to 6 pixels; the document is in the middle of the picture."""
    width = float(rng.uniform(3, 6)) * made.letters / SIZE[0]
    return _taken(rng, made, replace(made.pose, width=width, centre=(0.5, 0.55)))


def too_near(made: Scene, rng: Rng) -> Photograph:
    """Both ends of the code are outside."""
    return _taken(rng, made, replace(made.pose, width=float(rng.uniform(1.15, 1.6))))


def cut_off(made: Scene, rng: Rng) -> Photograph:
    """One end of the code is outside, or its last line."""
    share = made.pose.width
    out = float(rng.uniform(0.08, 0.35)) * share
    side = rng.choice(["left", "right", "below"])
    x = {"left": share / 2 - out, "right": 1 - share / 2 + out}.get(str(side), 0.5)
    y = 1.0 if side == "below" else made.pose.centre[1]
    return _taken(rng, made, replace(made.pose, centre=(x, y), turn=float(rng.normal(0, 1))))


def tilted(made: Scene, rng: Rng) -> Photograph:
    """The page leans towards the camera or away from it, far more than one can hold by chance."""
    lean = float(rng.choice([-1, 1])) * float(rng.uniform(52, 68))
    about = (lean, 0.0) if rng.random() < 0.5 else (0.0, lean)
    return _taken(rng, made, replace(made.pose, tilt=about))


def turned(made: Scene, rng: Rng) -> Photograph:
    """The page lies across."""
    turn = float(rng.choice([-1, 1])) * float(rng.uniform(60, 90))
    width = 0.8 * SIZE[1] / SIZE[0]
    return _taken(rng, made, replace(made.pose, turn=turn, width=width, centre=(0.5, 0.5)))


def out_of_focus(made: Scene, rng: Rng) -> Photograph:
    """The camera is focused elsewhere."""
    radius = made.letter * float(rng.uniform(0.3, 0.6))
    return _taken(rng, made, defocus=radius, sharp_edged=bool(rng.random() < 0.5))


def moving(made: Scene, rng: Rng) -> Photograph:
    """The document moves while the picture is taken."""
    length = made.letter * float(rng.uniform(1.0, 2.5))
    angle = float(rng.normal(0, 0.5))
    return _taken(rng, made, motion=length, motion_angle=angle)


def too_dark(made: Scene, rng: Rng) -> Photograph:
    """Next to no light, and the noise of a camera that does what it can."""
    return _taken(rng, made, light=float(rng.uniform(0.02, 0.1)), noise=float(rng.uniform(3, 7)))


def glare(made: Scene, rng: Rng) -> Photograph:
    """A lamp is mirrored on the code."""
    strength, size = float(rng.uniform(1.2, 2.5)), float(rng.uniform(0.04, 0.09))
    return _taken(rng, made, glare=strength, glare_size=size, glare_on_zone=True)


def covered(made: Scene, rng: Rng) -> Photograph:
    """Fingers lie on the code."""
    return _taken(rng, made, fingers=int(rng.integers(1, 4)), fingers_on_zone=True)


def upside_down(made: Scene, rng: Rng) -> Photograph:
    """The page stands on its head, and is a little out of focus: otherwise it would be read."""
    pose = replace(made.pose, turn=180 + made.pose.turn, centre=(0.5, 0.4))
    return _taken(rng, made, pose, defocus=made.letter * float(rng.uniform(0.12, 0.2)))


CAUSES: dict[Spoil, CodeHint] = {
    no_document: CodeHint.NO_DOCUMENT,
    wrong_side: CodeHint.WRONG_SIDE,
    too_far: CodeHint.TOO_FAR,
    too_near: CodeHint.TOO_NEAR,
    cut_off: CodeHint.CUT_OFF,
    tilted: CodeHint.TILTED,
    turned: CodeHint.TILTED,  # its words are: lay it flat and straight
    out_of_focus: CodeHint.BLURRED,
    moving: CodeHint.BLURRED,  # no single picture tells smeared from out of focus for sure
    too_dark: CodeHint.TOO_DARK,
    glare: CodeHint.GLARE,
    covered: CodeHint.COVERED,
    upside_down: CodeHint.UPSIDE_DOWN,
}


@dataclass
class Tally:
    """What was said of the pictures that one fault has spoiled."""

    expected: CodeHint
    said: Counter[CodeHint] = field(default_factory=Counter)
    read: int = 0
    """How many could be read all the same."""

    @property
    def counted(self) -> int:
        """How many pictures count."""
        return self.said.total()

    @property
    def right(self) -> int:
        """How many were met with the right advice."""
        return self.said[self.expected]


def picture(cause: Spoil, number: int) -> Picture:
    """The picture of that number that is spoiled so: always the same one."""
    rng = np.random.default_rng([SEED, 3_000_000 + number, list(CAUSES).index(cause)])
    data = cv2.imencode(".jpg", cause(scene(rng), rng).picture, (cv2.IMWRITE_JPEG_QUALITY, 90))[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def advise(recogniser: Recogniser, pictures: int = PICTURES) -> dict[str, Tally]:
    """So many pictures in all that could not be read: what was said, by the fault's name."""
    tallies = {cause.__name__: Tally(hint) for cause, hint in CAUSES.items()}
    for i, cause in enumerate(CAUSES):
        wanted = _share(pictures, len(CAUSES), i)
        tally = tallies[cause.__name__]
        for number in range(wanted * TRIES):
            if tally.counted == wanted:
                break
            reading = recogniser.read(picture(cause, number))
            if reading.status is ReadStatus.OK:
                tally.read += 1
            else:
                tally.said[reading.hints[0]] += 1
    return tallies


def right_share(tallies: Iterable[Tally]) -> float:
    """Percentage of all counted pictures that were met with the right advice."""
    tallies = list(tallies)
    counted = sum(tally.counted for tally in tallies)
    return 100 * sum(tally.right for tally in tallies) / counted if counted else 0.0


def _share(whole: int, parts: int, part: int) -> int:
    return whole * (part + 1) // parts - whole * part // parts
