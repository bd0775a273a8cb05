"""The frames of a video file, one after another, each with its time."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hardware.cameras.video_source import DEFAULT_FPS
from hardware.opencv import cv2


class NoVideoError(Exception):
    """A file is no video that can be read."""


def video_frames(path: Path) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Seconds from the beginning, and the frame, (height, width, 3) uint8 BGR.

    `NoVideoError` where there is not one frame; a damaged one ends early.
    """
    video = cv2.VideoCapture()
    try:
        if not video.open(str(path.absolute()), cv2.CAP_FFMPEG):
            raise NoVideoError
        fps = video.get(cv2.CAP_PROP_FPS) or DEFAULT_FPS
        number = 0
        while (frame := _next_of(video)) is not None:
            yield number / fps, frame
            number += 1
        if not number:
            raise NoVideoError
    finally:
        video.release()


def _next_of(video: cv2.VideoCapture) -> NDArray[np.uint8] | None:
    try:
        ok, frame = video.read()
    except cv2.error:
        return None
    return np.asarray(frame, np.uint8) if ok else None
