"""Pictures from files and scanners: upright, never too large, grey or in colour.

OpenCV decodes them: PNG, JPEG, WebP, TIFF, BMP, GIF and PNM, and what else it knows. Of an
animation, or of several pages, the first is taken.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hardware.opencv import LARGEST_PICTURE, cv2

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes; a page at 300 dpi in colour has 26 million, uncompressed."""

LARGEST_WITH_ALPHA = 16_000_000
"""Pixels up to which transparency is looked at: decoded with it, each may take 8 bytes."""

_JPEG = b"\xff\xd8\xff"


class Problem(Enum):
    """Why a picture cannot be had; the value says it in words."""

    ABSENT = "there is no such file"
    DENIED = "it may not be read"
    FOLDER = "it is a folder, not a picture"
    NO_FILE = "it is no regular file"
    EMPTY = "it is empty"
    UNREADABLE = "it cannot be read"
    LARGE_FILE = f"it is larger than {LARGEST_FILE // 1024 // 1024} MB"
    MANY_PIXELS = f"it has more than {LARGEST_PICTURE // 1_000_000} million pixels"
    NO_PICTURE = "it is no picture of a kind that can be read, such as JPEG, PNG, WebP or TIFF"
    DAMAGED = "it is damaged or incomplete"


class PictureError(Exception):
    """A picture cannot be had; `problem` says why, and the text is one clear line."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def load(path: Path, colour: bool = False) -> NDArray[np.uint8]:
    """The picture in a file as (height, width) uint8 grey, upright as its EXIF says.

    With `colour` as (height, width, 3) uint8 BGR. What is transparent becomes white, as on paper.
    Raises `PictureError`; a file or picture that is too large is refused before it is decoded.
    """
    data = _read(path)
    try:
        return decode(data, colour)
    except PictureError as error:
        if error.problem is Problem.DAMAGED and not _is_known(path):
            raise PictureError(Problem.NO_PICTURE) from error
        raise


def decode(data: bytes, colour: bool = False) -> NDArray[np.uint8]:
    """The picture in these bytes, as `load` gives it; `PictureError`."""
    if not data:
        raise PictureError(Problem.EMPTY)
    plain = _decoded(data, cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE)
    if plain.dtype != np.uint8 or plain.ndim != (3 if colour else 2):
        # OpenCV gives a portable float map as it is, whatever was asked for.
        raise PictureError(Problem.NO_PICTURE)
    height, width = plain.shape[:2]
    if height * width > LARGEST_WITH_ALPHA or data.startswith(_JPEG):
        return plain
    whole = _decoded(data, cv2.IMREAD_UNCHANGED)
    has_alpha = whole.ndim == 3 and whole.shape[2] == 4 and whole.dtype in (np.uint8, np.uint16)
    return _on_white(whole, plain) if has_alpha else plain


def _read(path: Path) -> bytes:
    """The bytes of a regular file; nothing else is opened for long, so that a pipe cannot hang."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except PermissionError as error:
        raise PictureError(Problem.DENIED) from error
    except FileNotFoundError as error:
        raise PictureError(Problem.ABSENT) from error
    except (OSError, ValueError) as error:
        raise PictureError(Problem.UNREADABLE) from error
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise PictureError(Problem.FOLDER)
        if not stat.S_ISREG(found.st_mode):
            raise PictureError(Problem.NO_FILE)
        if found.st_size > LARGEST_FILE:
            raise PictureError(Problem.LARGE_FILE)
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise PictureError(Problem.UNREADABLE) from error
    finally:
        os.close(descriptor)
    if len(data) > LARGEST_FILE:
        raise PictureError(Problem.LARGE_FILE)
    return data


def _is_known(path: Path) -> bool:
    """Whether the file begins as a kind of picture does that OpenCV knows."""
    with _silent():
        return bool(cv2.haveImageReader(str(path)))


def _decoded(data: bytes, how: int) -> NDArray[np.uint8]:
    try:
        with _silent():
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    except cv2.error as error:
        too_large = error.func == "validateInputImageSize"
        raise PictureError(Problem.MANY_PIXELS if too_large else Problem.DAMAGED) from None
    if picture is None or picture.size == 0:
        raise PictureError(Problem.DAMAGED)
    return picture  # type: ignore[return-value]


def _on_white(whole: NDArray[np.uint8], plain: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The plain picture laid on white paper by its alpha channel, in `whole` (8 or 16 bits)."""
    seen = whole[:, :, 3]
    if seen.dtype != np.uint8:
        seen = (seen >> 8).astype(np.uint8)
    if plain.ndim == 3:
        seen = np.repeat(seen[:, :, None], 3, axis=2)
    return np.asarray(cv2.multiply(plain, seen, scale=1 / 255) + (255 - seen), np.uint8)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Keeps what libpng and libjpeg have to say about a picture off the terminal.

    They write to the process's standard error, past Python and past OpenCV.
    """
    with open(os.devnull, "w") as nowhere:
        kept = os.dup(2)
        try:
            os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
