"""Turns over what reads pictures: files of every kind, and arrays of any shape.

The decoders are OpenCV's and written in C: a fault there would be a crash of the process, which is
why pictures are decoded in the device host or in a command of its own, never in the app.
"""

# ruff: noqa: PT017 - these are no tests of pytest's

import tempfile
from contextlib import suppress
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hardware.cameras.dead_pictures import DeadPictures
from hardware.cameras.videos import NoVideoError, video_frames
from hardware.code_rehearsal import read
from hardware.face.judging import Judge
from hardware.face.models import ModelsMissingError
from hardware.face.observing import Observer
from hardware.mrz.specimens import ICAO
from hardware.opencv import LARGEST_PICTURE, cv2
from hardware.pictures import PictureError, decode
from hardware.preview import reduce, reduce_document
from hardware.simulated.held_document import laid_on_glass
from hardware.simulated.person import Show
from hardware.verdicts import FaceHint

LONGEST = 16_384
SLOW = ("video", "recogniser", "face", "preview")
VERY_SLOW = ("face",)
LARGEST_SIDE = 1000
"""Pixels; larger ones only take longer."""
_FOLDER = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-")
_KINDS = (".png", ".jpg", ".bmp", ".tiff", ".webp", ".gif", ".ppm", ".pgm", ".pbm", ".hdr",
          ".sr", ".ras", ".pfm", ".pam", ".avif")  # fmt: skip


def fuzz_file(data: bytes) -> None:
    """Bytes of a file, in grey and in colour: the same size, or refused with the same problem."""
    found = []
    for colour in (False, True):
        try:
            picture = decode(data, colour)
        except PictureError as error:
            assert str(error) == error.problem.value
            continue
        assert picture.dtype == np.uint8
        assert picture.ndim == (3 if colour else 2)
        assert 0 < picture.shape[0] * picture.shape[1] <= LARGEST_PICTURE
        found.append(picture.shape[:2])
    assert len(set(found)) <= 1


def fuzz_video(data: bytes) -> None:
    """Bytes of a video file: its first frames in colour, or it is none."""
    file = Path(_FOLDER.name, "video.avi")
    file.write_bytes(data)
    with suppress(NoVideoError):
        for seconds, frame in islice(video_frames(file), 4):
            assert np.isfinite(seconds)
            assert frame.dtype == np.uint8
            assert frame.ndim == 3


def _array(data: bytes) -> NDArray[np.uint8] | None:
    """A picture from bytes: how, then a file of a picture, or height, width and what is repeated.

    The lowest bit of the first byte says whether it is in colour, the next whether it is a file.
    """
    if len(data) < 6:
        return None
    colour = bool(data[0] & 1)
    if data[0] & 2:
        try:
            picture = decode(data[1:], colour)
        except PictureError:
            return None
        return picture if max(picture.shape) <= LARGEST_SIDE else None
    height = int.from_bytes(data[1:3], "big") % 700 + 1
    width = int.from_bytes(data[3:5], "big") % 700 + 1
    shape = (height, width, 3) if colour else (height, width)
    return np.resize(np.frombuffer(data[5:], np.uint8), shape)


def fuzz_recogniser(data: bytes) -> None:
    """The reader of codes on grey and coloured pictures of any shape."""
    picture = _array(data)
    if picture is not None:
        reading = read(picture)
        assert (reading.status == "ok") == (reading.document is not None and reading.hints == ())
        assert reading.zone is None or np.isfinite(reading.zone).all()


def fuzz_face(data: bytes) -> None:
    """What sees faces, on coloured pictures of any shape; needs the two networks."""
    picture = _array(data)
    if picture is None or picture.ndim != 3:
        return
    observer = _observer()
    if observer is None:
        return
    # As one that was just made: to load its networks anew takes half a second.
    tracker = observer._tracker
    tracker._region, tracker._number, tracker._small = None, 0, []
    observer._before, observer._judge = None, Judge()
    for _ in range(2):
        seen = observer.see(picture)
        assert (seen.faces > 0) or seen.measures is None


@cache
def _observer() -> Observer | None:
    try:
        return Observer()
    except ModelsMissingError:
        return None


def fuzz_preview(data: bytes) -> None:
    """Pictures of any shape reduced to any grid: no more pixels than it has, no finer than said."""
    picture = _array(data[2:])
    if picture is None:
        return
    columns, rows = data[0] % 160 + 1, data[1] % 60 + 1
    across, down, pixels = reduce_document(picture, columns, rows)
    assert across <= columns
    assert down <= rows
    assert len(pixels) == across * down * 6
    if picture.ndim == 3:
        for blurred in (False, True):
            assert len(reduce(picture, columns, rows, blurred)) == columns * rows * 6
    dead = DeadPictures()
    assert [dead.see(picture, now) for now in (0.0, 1.0)] == [None, None]


TARGETS = {
    "file": fuzz_file,
    "video": fuzz_video,
    "recogniser": fuzz_recogniser,
    "face": fuzz_face,
    "preview": fuzz_preview,
}


def seeds(target: str) -> list[bytes]:
    """A small picture in every kind that OpenCV writes; pages of an invented document."""
    if target == "file":
        return [data for kind in _KINDS for data in _written(kind)]
    if target == "video":
        return _videos()
    shapes = [(480, 640), (1, 1), (1, 699), (699, 1), (90, 127)]
    content = bytes(range(0, 256, 3))
    arrays = [
        bytes([colour]) + height.to_bytes(2, "big") + width.to_bytes(2, "big") + content
        for height, width in shapes
        for colour in (0, 1)
    ]
    if target == "recogniser":
        return [*_documents(), *arrays]
    if target == "face":
        return [_person(), *(array for array in arrays if array[0])]
    return [b"\x4f\x17" + array for array in arrays] if target == "preview" else arrays


def _documents() -> list[bytes]:
    """Specimens on the glass of a scanner, of which the code can be read, as small JPEGs."""
    found = []
    for name, width in (("TD3", 620), ("TD1", 620)):
        page = laid_on_glass(name, ICAO[name])
        size = (width, round(page.shape[0] * width / page.shape[1]))
        small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
        found.append(b"\x02" + _jpeg(small))
    return found


def _person() -> bytes:
    """A person who does not exist, as the camera is to see one."""
    return b"\x03" + _jpeg(Show((FaceHint.READY,)).draw(3.0))


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 35])[1].tobytes()


def _videos() -> list[bytes]:
    """Three frames in a file of motion JPEG, and one after the other without a file's head."""
    file = Path(_FOLDER.name, "made.avi")
    film = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 10, (32, 24))
    frames = [np.full((24, 32, 3), grey, np.uint8) for grey in (10, 120, 230)]
    for frame in frames:
        film.write(frame)
    film.release()
    stills = b"".join(cv2.imencode(".jpg", frame)[1].tobytes() for frame in frames)
    return [file.read_bytes(), stills]


def _written(kind: str) -> list[bytes]:
    """A drawing of 24 x 16 pixels as files of one kind: grey, in colour, with transparency."""
    drawing = np.zeros((16, 24, 4), np.uint8)
    drawing[4:12, 6:18] = (200, 120, 40, 255)
    drawing[:, :, 3] |= 128
    found = []
    for picture in (drawing[:, :, 0], drawing[:, :, :3], drawing):
        content = picture.astype(np.float32) / 255 if kind in (".hdr", ".pfm") else picture
        with suppress(cv2.error):
            written, data = cv2.imencode(kind, content)
            if written:
                found.append(data.tobytes())
    return found
