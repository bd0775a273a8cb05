"""OpenCV as everything here uses it: silent and on one thread.

Its own messages would tear the screen apart, and it reads these settings when it is imported:
import `cv2` from here only.
"""

import os

os.environ["OPENCV_LOG_LEVEL"] = "SILENT"
os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"  # AV_LOG_QUIET
os.environ["OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT"] = "2"  # seconds; 10 is its own choice
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = "50000000"

import cv2

cv2.setNumThreads(1)  # two threads cost more than one here, and the screen needs the other core

LARGEST_PICTURE = 50_000_000
"""Pixels, as set above; a picture that says it has more is refused before it is decoded."""

__all__ = ["LARGEST_PICTURE", "cv2"]
