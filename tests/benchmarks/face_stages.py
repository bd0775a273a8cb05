"""What each stage of seeing a face takes, and how small a second face may be to be seen."""

import statistics
import time
from collections.abc import Callable

import numpy as np

from hardware.face.detecting import Detector
from hardware.face.measuring import measure
from hardware.face.mesh import MeshFinder
from hardware.face.observing import Observer
from hardware.face.tracking import Tracker
from hardware.opencv import cv2
from hardware.preview import reduce
from hardware.simulated.head import Light, Person, Stand, render
from tests import faces
from tests.benchmarks.app_end import PREVIEW
from tests.benchmarks.face_pose import LOOKS_OF_PEOPLE, SEED
from tests.benchmarks.report import Figure

RUNS = 60
WARM = 8
"""Looks before: networks and tiles are loaded, and small faces behind were looked for."""
SIZES = (0.2, 0.3, 0.4, 0.5, 0.7, 1.0)
"""Of the second face, by the first."""
SECONDS = 12
"""Pictures for each size."""
PLACES = (0.12, 0.2, 0.8, 0.88)
"""Where the middle of the second face may be, as a share of the width."""


def figures() -> list[Figure]:
    """Processor time of the stages on the good photograph, and the share of second faces seen."""
    return [*stages(), *seconds()]


def stages() -> list[Figure]:
    """Medians (ms of processor time) at 640x480."""
    picture = faces.framed()
    detector, finder, tracker, observer = Detector(), MeshFinder(), Tracker(), Observer()
    for _ in range(WARM):
        look = tracker.look(picture)
        observer.see(picture)
    assert look.mesh is not None
    mesh, region = look.mesh, look.mesh.region()
    ok, jpeg = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, 85))
    assert ok
    timed: dict[str, Callable[[], object]] = {
        "decode_jpeg": lambda: cv2.imdecode(jpeg, cv2.IMREAD_COLOR),
        "detect_once": lambda: detector.find(picture),
        "mesh": lambda: finder.find(picture, region),
        "track": lambda: tracker.look(picture),
        "measure": lambda: measure(picture, look, mesh),
        "see": lambda: observer.see(picture),
        "preview": lambda: reduce(picture, *PREVIEW),
    }
    took = {name: _median(run) for name, run in timed.items()}
    names = {
        "decode_jpeg": "a picture's JPEG decoded",
        "track": "two detections and a mesh",
        "see": "all of it",
    }
    print("\nstages: " + "; ".join(f"{name}: {what}" for name, what in names.items()))
    return [Figure(f"stage_{name}", ms, "ms") for name, ms in took.items()]


def _median(run: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        run()
        times.append(1000 * (time.process_time() - began))
    return statistics.median(times)


def seconds() -> list[Figure]:
    """The share of pictures in which a second face was seen, by its size."""
    made = []
    for size in SIZES:
        rng = np.random.default_rng(SEED)
        for name, second in (("computed", _computed), ("photograph", _photograph)):
            seen = sum(_sees_two(second(size, rng)) for _ in range(SECONDS))
            made.append(Figure(f"second_face_{name}_{size:g}", 100 * seen / SECONDS, "%"))
    alone = [render((Person(look),), rng=np.random.default_rng(SEED)) for look in LOOKS_OF_PEOPLE]
    false = sum(_sees_two(picture) for picture in alone)
    return [*made, Figure("second_face_false_on_one_person", 100 * false / len(alone), "%")]


def _sees_two(picture: faces.Picture) -> bool:
    observer = Observer()
    for _ in range(WARM):
        seen = observer.see(picture)
    return seen.faces > 1


def _computed(size: float, rng: np.random.Generator) -> faces.Picture:
    """Two computed people; the second is farther away and at the side."""
    first, second = (LOOKS_OF_PEOPLE[n] for n in rng.choice(len(LOOKS_OF_PEOPLE), 2, replace=False))
    stand = Stand(x=float(rng.choice(PLACES)), y=float(rng.uniform(0.3, 0.6)), height=0.4 * size)
    return render((Person(second, stand), Person(first, Stand(height=0.4))), Light(), rng)


def _photograph(size: float, rng: np.random.Generator) -> faces.Picture:
    """The astronaut, and smaller at the side her mirror image, with what is behind her."""
    picture = faces.framed(0.28)
    width = round(faces.WIDTH * 0.3 * max(size, 0.2))
    height = round(faces.HEIGHT * 0.7 * size)
    small = faces.framed(0.28 * size)[:, ::-1]
    middle_x, middle_y = faces.WIDTH // 2, faces.HEIGHT // 2
    part = small[
        middle_y - height // 2 : middle_y + height // 2,
        middle_x - width // 2 : middle_x + width // 2,
    ]
    x = round(float(rng.choice(PLACES)) * faces.WIDTH) - part.shape[1] // 2
    x = int(np.clip(x, 0, faces.WIDTH - part.shape[1]))
    y = int(rng.uniform(0.0, 0.6) * (faces.HEIGHT - part.shape[0]))
    picture = picture.copy()
    picture[y : y + part.shape[0], x : x + part.shape[1]] = part
    return picture
