"""From a camera's address in the settings to what OpenCV is to open."""

import fcntl
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hardware.errors import HardwareError, Reason
from hardware.opencv import cv2

NETWORK_TIMEOUT_MS = 1500
DEFAULT_FPS = 15.0
_DEVICE = re.compile(r"(/dev/[^?]*)(?:\?size=([1-9]\d{1,4})x([1-9]\d{1,4}))?")
QUERYCAP = 0x80685600  # VIDIOC_QUERYCAP of linux/videodev2.h; fills 104 bytes


@dataclass(frozen=True)
class VideoSource:
    """What to open: a device, an address on the network, or files."""

    name: str
    backend: int
    parameters: tuple[int, ...] = ()
    is_device: bool = False
    size: tuple[int, int] | None = None
    """Width and height to ask a device for, where the address says so."""
    is_recording: bool = False
    """Files deliver as fast as they are read: whoever reads them has to keep their pace."""


def source_of(address: str) -> VideoSource:
    """What an address stands for.

    `/dev/...` is a V4L2 device, `/dev/...?size=1920x1080` asks it for that size, `http://...` is an
    MJPEG stream, a path with `%d` an image sequence, any other path a video file. `HardwareError`
    (BAD_ADDRESS, ABSENT, DENIED) when it is none.
    """
    if "\0" in address:
        raise HardwareError(Reason.BAD_ADDRESS)
    if address.startswith("/dev/"):
        return _device(address)
    if address.startswith("http://"):
        return _stream(address)
    if "://" not in address and ("/" in address or Path(address).suffix):
        return _recording(address)
    raise HardwareError(Reason.BAD_ADDRESS)


def _device(address: str) -> VideoSource:
    matched = _DEVICE.fullmatch(address)
    if matched is None:
        raise HardwareError(Reason.BAD_ADDRESS)
    path, width, height = matched.groups()
    _check_device(path)
    size = (int(width), int(height)) if width else None
    return VideoSource(path, cv2.CAP_V4L2, is_device=True, size=size)


def _check_device(path: str) -> None:
    """OpenCV says only that a device did not open; the operating system knows why."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except PermissionError as error:
        raise HardwareError(Reason.DENIED) from error
    except OSError as error:
        raise HardwareError(Reason.ABSENT) from error
    try:
        fcntl.ioctl(descriptor, QUERYCAP, bytearray(104))
    except OSError as error:
        raise HardwareError(Reason.BAD_ADDRESS) from error  # a device, but not a video device
    finally:
        os.close(descriptor)


def _stream(url: str) -> VideoSource:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise HardwareError(Reason.BAD_ADDRESS)
    timeouts = (
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, NETWORK_TIMEOUT_MS),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, NETWORK_TIMEOUT_MS),
    )
    return VideoSource(url, cv2.CAP_FFMPEG, timeouts)


def _recording(address: str) -> VideoSource:
    path = Path(address).absolute()
    if "%" in path.name and not path.exists():
        if not re.fullmatch(r"[^%]*%(0\d+)?d[^%]*", path.name):
            raise HardwareError(Reason.BAD_ADDRESS)
        if not path.parent.is_dir():
            raise HardwareError(Reason.ABSENT)
        return VideoSource(str(path), cv2.CAP_IMAGES, is_recording=True)
    if not path.is_file():
        raise HardwareError(Reason.ABSENT)
    if not os.access(path, os.R_OK):
        raise HardwareError(Reason.DENIED)
    return VideoSource(str(path), cv2.CAP_FFMPEG, is_recording=True)
