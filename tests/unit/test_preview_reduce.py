"""What leaves the host of a frame: mirrored, cropped, small, and coarse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.messages import PreviewFrame, decode_from_host, encode
from hardware.mrz.formats import FormatName
from hardware.preview import SHARPEST_DOCUMENT, reduce, reduce_document
from hardware.verdicts import Role

RED, GREEN, BLUE = (248, 0, 0), (0, 248, 0), (0, 0, 248)  # RGB


def pixels(frame: np.ndarray, columns: int, rows: int) -> np.ndarray:
    return np.frombuffer(reduce(frame, columns, rows), np.uint8).reshape(2 * rows, columns, 3)


def bands(*colours: tuple[int, int, int], width: int = 640, height: int = 480) -> np.ndarray:
    """A frame of upright bands of equal width, given as RGB from left to right."""
    frame = np.empty((height, width, 3), np.uint8)
    for number, colour in enumerate(colours):
        frame[:, number * width // len(colours) :] = colour[::-1]
    return frame


def test_the_picture_is_a_mirror_and_its_colours_are_red_green_blue() -> None:
    found = pixels(bands(RED, GREEN, BLUE), 30, 11)
    assert tuple(found[5, 0]) == BLUE
    assert tuple(found[5, 15]) == GREEN
    assert tuple(found[5, 29]) == RED


def test_a_narrow_grid_crops_the_sides() -> None:
    found = pixels(bands(RED, GREEN, GREEN, BLUE), 20, 20)  # 20 x 40 pixels of a 640 x 480 frame
    assert (found == GREEN).all()


def test_a_wide_grid_crops_above_and_below() -> None:
    frame = bands(GREEN)
    frame[:100] = frame[-100:] = RED[::-1]
    assert (pixels(frame, 100, 10) == GREEN).all()


def test_a_circle_stays_round() -> None:
    down, right = np.mgrid[0:480, 0:640]
    inside = (right - 320) ** 2 + (down - 240) ** 2 < 150**2
    frame = np.where(inside[..., None], 255, 0).astype(np.uint8).repeat(3, axis=2)
    found = pixels(frame, 60, 40)[..., 0] > 127
    assert abs(int(found.any(0).sum()) - int(found.any(1).sum())) <= 1


def test_fine_patterns_are_averaged() -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    frame[::2, ::2] = frame[1::2, 1::2] = 255
    assert np.abs(pixels(frame, 40, 15).astype(int) - 127).max() <= 8


@settings(max_examples=50, deadline=None)
@given(
    columns=st.integers(1, 160),
    rows=st.integers(1, 60),
    width=st.integers(1, 200),
    height=st.integers(1, 200),
    level=st.integers(0, 255),
)
def test_every_grid_of_every_frame_is_a_message(
    columns: int, rows: int, width: int, height: int, level: int
) -> None:
    reduced = reduce(np.full((height, width, 3), level, np.uint8), columns, rows)
    message = PreviewFrame(sequence=1, columns=columns, rows=rows, pixels=reduced)
    assert decode_from_host(encode(message)[4:]) == message
    assert set(reduced) == {level & 0xF8}


# --- documents -----------------------------------------------------------------------------------


def document_pixels(frame: np.ndarray, columns: int, rows: int) -> np.ndarray:
    columns, rows, reduced = reduce_document(frame, columns, rows)
    return np.frombuffer(reduced, np.uint8).reshape(2 * rows, columns, 3)


def test_a_document_is_shown_whole_and_is_no_mirror() -> None:
    found = document_pixels(bands(RED, GREEN, BLUE, width=1280, height=720), 60, 40)
    assert found.shape == (34, 60, 3)  # 16:9
    assert tuple(found[5, 1]) == RED
    assert tuple(found[5, 30]) == GREEN
    assert tuple(found[5, 58]) == BLUE


def test_a_document_in_grey_is_shown_too() -> None:
    found = document_pixels(np.full((72, 128), 0xA8, np.uint8), 16, 8)
    assert found.shape == (8, 16, 3)
    assert (found == 0xA8).all()


def test_a_document_fits_also_into_a_grid_that_is_low() -> None:
    assert document_pixels(bands(RED, width=1280, height=720), 160, 10).shape == (20, 36, 3)


@settings(max_examples=50, deadline=None)
@given(
    columns=st.integers(1, 160),
    rows=st.integers(1, 60),
    width=st.integers(1, 200),
    height=st.integers(1, 200),
)
def test_every_grid_of_every_document_is_a_message(
    columns: int, rows: int, width: int, height: int
) -> None:
    fits = reduce_document(np.full((height, width, 3), 99, np.uint8), columns, rows)
    assert 1 <= fits[0] <= columns
    assert 1 <= fits[1] <= rows
    message = PreviewFrame(1, *fits, Role.SCANNER)
    assert decode_from_host(encode(message)[4:]) == message


@pytest.mark.parametrize("name", ["TD1", "TD2", "TD3"])
def test_no_letter_of_a_document_has_two_pixels_of_the_largest_preview(name: FormatName) -> None:
    letters = {"TD1": 30, "TD2": 36, "TD3": 44}[name]
    # Held so near that just half of the code is in the picture.
    assert SHARPEST_DOCUMENT / (letters / 2) < 2.2
    # As near as the whole page is in it: the code takes 92 % of the width.
    assert SHARPEST_DOCUMENT * 0.92 / letters < 1


def test_strokes_as_fine_as_letters_are_gone_from_the_largest_preview() -> None:
    x = np.arange(1280)
    letter = 1280 * 0.92 / 30  # of a card that fills the picture
    for strokes, left in ((2, 0.45), (4, 0.3)):  # in a letter, each with a gap beside it
        bars = np.where((x * strokes * 2 / letter).astype(int) % 2, 255, 0).astype(np.uint8)
        frame = np.broadcast_to(bars[None, :, None], (720, 1280, 3)).copy()
        found = document_pixels(frame, 160, 60).astype(int)
        assert found.shape == (90, 160, 3)
        assert np.ptp(found[45, :, 0]) < left * 255
