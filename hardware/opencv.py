"""OpenCV as everything here uses it: silent and on one thread.

Its own messages would tear the screen apart, and it reads these settings when it is imported:
import `cv2` from here only.
"""

import os

os.environ["OPENCV_LOG_LEVEL"] = "SILENT"
os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"  # AV_LOG_QUIET
os.environ["OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT"] = "2"  # seconds; 10 is its own choice

import cv2

cv2.setNumThreads(1)  # two threads cost more than one here, and the screen needs the other core

__all__ = ["cv2"]
