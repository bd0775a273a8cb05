"""`kiosk face check`: from photographs and videos of faces to what would help."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from hardware import pictures
from hardware.cameras.videos import NoVideoError, video_frames
from hardware.face.coaching import Coach
from hardware.face.observing import Observer
from hardware.verdicts import MAY_STAY, FaceHint
from kiosk.text import plain

if TYPE_CHECKING:
    from hardware.face.observing import Observation

Row = dict[str, object]

DIGITS = 4
"""Behind the point, of what was measured."""
MAY_BE_VIDEO = (pictures.Problem.NO_PICTURE, pictures.Problem.LARGE_FILE)
"""Why a file is no picture, where it may be a video."""


def check_files(files: Iterable[Path]) -> Iterator[Row]:
    """One row for each picture, and for each frame of a video, as soon as it was looked at.

    Keys: file; frame (from 0); faces (how many count); hints (what would help, what is said first
    in front); measures (of the nearest face, as in `hardware.face.measuring.Measures`; empty
    without one); ready; ms (to look at it). In a video "ready" has to last, as before the kiosk's
    camera. Of a folder all files are taken. A file that is neither picture nor video has also
    "error", one line that says why.

    `hardware.face.models.ModelsMissingError` where the networks are not installed.
    """
    for file in files:
        inside = sorted(f for f in file.iterdir() if f.is_file()) if file.is_dir() else [file]
        if not inside:
            yield _failed(file, "there is no file in this folder")
        for each in inside:
            yield from _check(each)


def as_text(row: Row) -> str:
    """A row for people to read."""
    hints = row["hints"]
    assert isinstance(hints, list)
    words = "ready" if row["ready"] else ""
    words = ", ".join(filter(None, [words, *(hint.replace("-", " ") for hint in hints)]))
    return f"{plain(str(row['file']))}, frame {row['frame']}: {words or 'wait'} ({row['ms']} ms)"


def _check(file: Path) -> Iterator[Row]:
    try:
        yield from _of_picture(file)
    except pictures.PictureError as error:
        if error.problem not in MAY_BE_VIDEO:
            yield _failed(file, str(error))
            return
        try:
            yield from _of_video(file)
        except NoVideoError:
            yield _failed(file, "it is no picture or video of a kind that can be read")


def _of_picture(file: Path) -> Iterator[Row]:
    began = time.perf_counter()
    seen = Observer().see(pictures.load(file, colour=True))
    yield _row(file, 0, seen, not set(seen.hints) - MAY_STAY, began)


def _of_video(file: Path) -> Iterator[Row]:
    at = 0.0
    observer, coach = Observer(), Coach(lambda: at)
    began = time.perf_counter()
    for number, (at, frame) in enumerate(video_frames(file)):  # noqa: B007 - the coach's clock
        seen = observer.see(frame)
        coach.see(seen.hints)
        yield _row(file, number, seen, coach.shown is FaceHint.READY, began)
        began = time.perf_counter()


def _row(file: Path, frame: int, seen: "Observation", ready: bool, began: float) -> Row:
    measures = asdict(seen.measures) if seen.measures else {}
    return {
        "file": str(file),
        "frame": frame,
        "faces": seen.faces,
        "hints": [hint.value for hint in seen.hints],
        "measures": {name: round(value, DIGITS) for name, value in measures.items()},
        "ready": ready,
        "ms": round((time.perf_counter() - began) * 1000, 1),
    }


def _failed(file: Path, why: str) -> Row:
    nothing: Row = {"frame": 0, "faces": 0, "hints": [], "measures": {}, "ready": False, "ms": 0.0}
    return {"file": str(file), **nothing, "error": why}
