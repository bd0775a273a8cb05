"""The rehearsal of the face: what it costs, how quick it is, and how often it is right.

Every picture is computed or comes from the photograph of tests/faces.py, from seeds that stand
here. `PARTS` measures some of the parts alone: host, app, alarms, pose, stages.
"""

import os
from collections.abc import Callable

from hardware.face import models
from tests.benchmarks import face_alarms, face_app, face_host, face_pose, face_stages
from tests.benchmarks.numbered_camera import film
from tests.benchmarks.report import Figure, write

PARTS: dict[str, Callable[[], list[Figure]]] = {
    "host": lambda: face_host.figures(film()),
    "app": face_app.figures,
    "pose": face_pose.figures,
    "stages": face_stages.figures,
    "alarms": face_alarms.figures,
}


def main() -> None:
    """Measures everything and writes it down."""
    if not models.installed():
        print("The networks that see faces are not installed: there is nothing to measure.")
        print("Install them with: make face")
        return
    figures = []
    for name in os.environ.get("PARTS", " ".join(PARTS)).split():
        print(f"{name} ...", flush=True)
        figures += PARTS[name]()
    print()
    write("face", figures)


if __name__ == "__main__":
    main()
