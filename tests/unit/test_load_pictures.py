"""Pictures from files: all kinds come out alike, and what is none is refused in one line."""

import os
import subprocess
import sys
import zlib
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.opencv import LARGEST_PICTURE, cv2
from hardware.pictures import LARGEST_FILE, PictureError, Problem, decode, load

HALVES = np.full((80, 120), 250, np.uint8)
HALVES[:, 60:] = 20
HALVES[:20, :20] = 20
"""White on the left, black on the right, and a black corner at the top left."""

CMYK = b64decode(
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2Rjcs"
    "LUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAAB"
    "AgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNi"
    "coIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SV"
    "lpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4E"
    "QwBNAFkASwAAPwD06vTq9Or06iiivmKv/9k="
)
"""16 x 8 pixels of a print: the left half without ink, the right half black."""
ANIMATIONS = {
    "apng": "iVBORw0KGgoAAAANSUhEUgAAABAAAAAICAAAAADVHSBLAAAACGFjVEwAAAACAAAAAPONk3AAAAAaZmNUTAAA"
    "AAAAAAAQAAAACAAAAAAAAAAAAAEACgAA6K2c7QAAABVJREFUeJxj/M8AAYxQmokBDdBHAACLwAEQV5sQZQAA"
    "ABpmY1RMAAAAAQAAABAAAAAIAAAAAAAAAAAAAQAKAABz3nY5AAAAFWZkQVQAAAACeJxjbGBABUwMAyIAAEhI"
    "AJDdpzrCAAAAAElFTkSuQmCC",
    "gif": "R0lGODlhEAAIAIEAAAAAAP///wAAAAAAACH5BAAKAAAALAAAAAAQAAgAAAgkAAMIHCgQgMGDBgkSRIhQ4UCG"
    "Bx0WhAhAYgCKFSVitLhRI8WAACH5BAEKAAEALAAAAAAQAAgAgYCAgAAAAAAAAAAAAAgVAAEIHEiwoMGDCBMqXMiw"
    "ocOHCAMCADs=",
    "webp": "UklGRpAAAABXRUJQVlA4WAoAAAACAAAADwAABwAAQU5JTQYAAAAAAAAAAABBTk1GMgAAAAAAAAAAAA8AAAcA"
    "AGQAAAJWUDhMGgAAAC8PwAEADzD/8z//8x94EAsm85fuTCGi/5EBQU5NRioAAAAAAAAAAAAPAAAHAABkAAAAVlA4"
    "TBEAAAAvD8ABAAdQwAIWsP+BiOh/AAA=",
}
"""Two frames of 16 x 8 pixels; the first is white on the left and black on the right."""


def encoded(picture: np.ndarray, kind: str, *how: int) -> bytes:
    done, data = cv2.imencode(f".{kind}", picture, how)
    assert done
    return data.tobytes()


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG file."""
    check = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + check


def png(width: int, height: int, *, depth: int = 8, colour: int = 0, body: bytes = b"") -> bytes:
    """A PNG file that says it has so many pixels, whatever it holds."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([depth, colour, 0, 0, 0])
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def huge_jpeg(width: int, height: int) -> bytes:
    """A JPEG whose header says that it is so large; what it holds is small."""
    data = bytearray(encoded(HALVES, "jpg"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)


def turned_jpeg(orientation: int) -> bytes:
    """The picture as a JPEG whose EXIF says how the camera was held."""
    entry = b"\x12\x01\x03\x00\x01\x00\x00\x00" + bytes([orientation, 0, 0, 0])
    tiff = b"II*\x00\x08\x00\x00\x00\x01\x00" + entry + bytes(4)
    segment = b"Exif\x00\x00" + tiff
    plain = encoded(HALVES, "jpg")
    return plain[:2] + b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment + plain[2:]


def halves(picture: np.ndarray) -> bool:
    """Whether this is the picture of two halves, in whatever size."""
    _, width = picture.shape
    half = width // 2
    left, right = picture[-2:, : half - 1], picture[-2:, half + 1 :]
    return picture.dtype == np.uint8 and left.min() > 200 and right.max() < 60


COLOUR = cv2.cvtColor(HALVES, cv2.COLOR_GRAY2BGR)
KINDS = {
    "png": encoded(HALVES, "png"),
    "png in colour": encoded(COLOUR, "png"),
    "png of 16 bits": encoded(HALVES.astype(np.uint16) * 257, "png"),
    "jpeg": encoded(HALVES, "jpg"),
    "jpeg in colour": encoded(COLOUR, "jpg"),
    "progressive jpeg": encoded(COLOUR, "jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "jpeg of a print": CMYK,
    "webp": encoded(COLOUR, "webp"),
    "tiff": encoded(COLOUR, "tiff"),
    "tiff of 16 bits": encoded(HALVES.astype(np.uint16) * 257, "tiff"),
    "bmp": encoded(COLOUR, "bmp"),
    "pgm": encoded(HALVES, "pgm"),
    **{f"animated {name}": b64decode(data) for name, data in ANIMATIONS.items()},
}


@pytest.mark.parametrize("data", KINDS.values(), ids=KINDS)
def test_every_kind_of_picture_comes_out_grey(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "picture"  # its name does not matter
    file.write_bytes(data)
    picture = load(file)
    assert picture.ndim == 2
    assert halves(picture)


@pytest.mark.parametrize("kind", ["png", "webp", "tiff"])
@pytest.mark.parametrize("wide", [False, True], ids=["8 bits", "16 bits"])
def test_what_is_transparent_is_white(kind: str, wide: bool) -> None:
    if wide and kind == "webp":
        pytest.skip("WebP has 8 bits")
    picture = np.zeros((40, 60, 4), np.uint8)  # black wherever it can be seen
    picture[:, 30:, 3] = 255
    data = encoded(picture.astype(np.uint16) * 257 if wide else picture, kind)
    assert halves(decode(data))


def test_half_transparent_is_half_white() -> None:
    picture = np.zeros((4, 4, 4), np.uint8)
    picture[:, :, 3] = 128
    assert decode(encoded(picture, "png")) == pytest.approx(127, abs=1)


@pytest.mark.parametrize(
    ("orientation", "shape", "corner"),
    [
        (1, (80, 120), (0, 0)),
        (3, (80, 120), (-1, -1)),
        (6, (120, 80), (0, -1)),
        (8, (120, 80), (-1, 0)),
    ],
)
def test_a_picture_comes_upright(
    orientation: int, shape: tuple[int, int], corner: tuple[int, int]
) -> None:
    picture = decode(turned_jpeg(orientation))
    assert picture.shape == shape
    dark = [at for at in ((0, 0), (0, -1), (-1, 0), (-1, -1)) if picture[at] < 60]
    assert corner in dark
    assert len(dark) == 3  # the marked corner, and the two of the black half


def problem_of(path: Path) -> Problem:
    with pytest.raises(PictureError) as caught:
        load(path)
    line = str(caught.value)
    assert line.isprintable()
    assert 8 < len(line) < 90
    return caught.value.problem


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY),
        (b"no picture at all\n" * 20, Problem.NO_PICTURE),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Problem.NO_PICTURE),
        (bytes(5000), Problem.NO_PICTURE),
        (KINDS["jpeg"][:30], Problem.DAMAGED),
        (KINDS["png"][:8], Problem.DAMAGED),
        (KINDS["jpeg"][:-200], Problem.DAMAGED),
        (KINDS["progressive jpeg"][:-200], Problem.DAMAGED),
        (KINDS["png"][:-40], Problem.DAMAGED),
        (
            encoded(np.random.default_rng(7).integers(0, 255, (64, 64), np.uint8), "webp")[:-40],
            Problem.DAMAGED,
        ),
        (KINDS["tiff"][:-40], Problem.DAMAGED),
        (KINDS["bmp"][:-40], Problem.DAMAGED),
        (KINDS["animated gif"][:-90], Problem.DAMAGED),
        (png(0, 0), Problem.DAMAGED),
        (png(10_000, 10_000), Problem.MANY_PIXELS),
        (png(2_000_000_000, 2_000_000_000), Problem.DAMAGED),  # more than PNG allows
        (huge_jpeg(10_000, 10_000), Problem.MANY_PIXELS),
        (huge_jpeg(65_500, 65_500), Problem.MANY_PIXELS),
    ],
    ids=range(18),
)
def test_what_is_no_picture_is_refused(data: bytes, problem: Problem, tmp_path: Path) -> None:
    file = tmp_path / "picture.jpg"
    file.write_bytes(data)
    assert problem_of(file) is problem


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert problem_of(tmp_path / "nothing.png") is Problem.ABSENT
    assert problem_of(tmp_path) is Problem.FOLDER
    assert problem_of(tmp_path / "pipe") is Problem.NO_FILE
    assert problem_of(Path("/dev/zero")) is Problem.NO_FILE
    assert problem_of(tmp_path / "loop") is Problem.UNREADABLE
    assert problem_of(Path("a\0b")) is Problem.UNREADABLE


def test_a_file_that_may_not_be_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    assert problem_of(tmp_path / "picture.jpg") is Problem.DENIED


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.bmp"
    with file.open("wb") as large:
        large.write(b"BM")
        large.truncate(LARGEST_FILE + 1)  # a hole, which takes no room
    assert problem_of(file) is Problem.LARGE_FILE


def test_a_picture_of_100_megapixels_takes_no_memory(tmp_path: Path) -> None:
    # Real ones: all their pixels are there to be decoded.
    rows = zlib.compress((b"\0" + b"\xc8" * 10_000) * 10_000, 1)
    head = (10_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    file = tmp_path / "huge.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    program = (
        "import resource, sys; from pathlib import Path; from hardware import pictures\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: pictures.load(Path(sys.argv[1]))\n"
        "except pictures.PictureError as error: print(error.problem.name)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True
    )
    problem, growth = done.stdout.split()
    assert problem == "MANY_PIXELS"
    assert int(growth) < 16_000  # kB; decoded it has 100,000
    assert done.stderr == ""


def test_the_largest_pictures_of_telephones_are_taken() -> None:
    assert LARGEST_PICTURE >= 8160 * 6120


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kind=st.sampled_from(list(KINDS)), data=st.data())
def test_damaged_pictures_are_pictures_or_refused(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(KINDS[kind])
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=4)):
        damaged[place] = data.draw(st.integers(0, 255))
    try:
        picture = decode(bytes(damaged))
    except PictureError:
        return
    assert (picture.ndim, picture.dtype) == (2, np.uint8)


def test_nothing_is_said_of_damage_on_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bad_profile = chunk(b"iCCP", b"\0" * 40)
    for name, data in (
        ("profile.png", KINDS["png"][:33] + bad_profile + KINDS["png"][33:]),
        ("checksum.png", KINDS["png"][:60] + b"\xff" + KINDS["png"][61:]),
        ("cut.jpg", KINDS["jpeg"][:-300]),
        ("cut.tiff", KINDS["tiff"][:-300]),
    ):
        (tmp_path / name).write_bytes(data)
        try:
            load(tmp_path / name)
        except PictureError:
            assert name != "profile.png"
    assert capfd.readouterr() == ("", "")
