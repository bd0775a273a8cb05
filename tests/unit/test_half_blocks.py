"""The encoder of half blocks, decoded again by a terminal and by a parser of our own."""

import re
from itertools import pairwise

import numpy as np
import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from screens.widgets.half_blocks import Colours, encode, runs

Code = tuple[int, ...]


ANY_LEVEL = st.integers(0, 255)


def pictures(levels: st.SearchStrategy[int] = ANY_LEVEL) -> st.SearchStrategy[np.ndarray]:
    shapes = st.tuples(st.integers(1, 4).map(lambda rows: 2 * rows), st.integers(1, 9), st.just(3))
    return arrays(np.uint8, shapes, elements=levels)


FEW_LEVELS = st.sampled_from([0, 248])
"""Pictures of few colours: neighbours are often equal, so that little is written."""


def decode(line: str, colours: Colours) -> list[tuple[Code, Code]]:
    """What a terminal would show: for each cell the codes of its front and its back."""
    assert line.endswith("\x1b[0m")
    front: Code = ()
    back: Code = ()
    cells = []
    for sgr, glyph in re.findall(r"\x1b\[([\d;]*)m|(.)", line.removesuffix("\x1b[0m")):
        if glyph:
            assert glyph == "▀"
            cells.append((front, back))
            continue
        codes = [int(code) for code in sgr.split(";")]
        while codes:
            if colours == "16":
                code = codes.pop(0)
                if code in (30, 90, 37, 97):
                    front = (code,)
                else:
                    back = (code - 10,)
                continue
            size = 3 if colours == "truecolor" else 1
            side, kind, *numbers = codes[: 2 + size]
            assert kind == (2 if colours == "truecolor" else 5)
            if side == 38:
                front = tuple(numbers)
            else:
                assert side == 48
                back = tuple(numbers)
            del codes[: 2 + size]
    return cells


def shown(pixels: np.ndarray, colours: Colours) -> np.ndarray:
    """The codes that a terminal would show for each pixel, (2 * rows, columns, codes)."""
    lines = encode(pixels, colours)
    assert len(lines) == len(pixels) // 2
    found = np.array([decode(line, colours) for line in lines])  # rows, columns, side, codes
    return found.transpose(0, 2, 1, 3).reshape(len(pixels), pixels.shape[1], -1)


@given(pictures() | pictures(FEW_LEVELS))
@settings(deadline=None)
def test_true_colours_arrive_exactly(pixels: np.ndarray) -> None:
    assert (shown(pixels, "truecolor") == pixels).all()


def xterm_palette() -> np.ndarray:
    steps = [0, 95, 135, 175, 215, 255]
    cube = [(r, g, b) for r in steps for g in steps for b in steps]
    return np.array([*cube, *((grey, grey, grey) for grey in range(8, 239, 10))])


@given(pictures() | pictures(FEW_LEVELS))
@settings(deadline=None)
def test_of_256_colours_the_nearest_is_chosen(pixels: np.ndarray) -> None:
    palette = xterm_palette()
    off = ((pixels.astype(int)[..., None, :] - palette) ** 2).sum(-1)
    chosen = shown(pixels, "256") - 16
    assert (np.take_along_axis(off, chosen, -1)[..., 0] == off.min(-1)).all()


@given(pictures() | pictures(FEW_LEVELS))
@settings(deadline=None)
def test_of_16_colours_only_greys_are_used_and_brighter_stays_brighter(pixels: np.ndarray) -> None:
    order = {30: 0, 90: 1, 37: 2, 97: 3}
    luminance = (pixels @ np.array([0.299, 0.587, 0.114])).ravel()
    levels = np.array([order[code] for code in shown(pixels, "16").ravel().tolist()])
    by_luminance = levels[np.argsort(luminance, kind="stable")]
    apart = np.diff(np.sort(luminance)) > 2  # the encoder counts in whole numbers
    assert (np.diff(by_luminance)[apart] >= 0).all()
    assert (levels[luminance < 40] == 0).all()
    assert (levels[luminance > 216] == 3).all()


@pytest.mark.parametrize("colours", ["truecolor", "256", "16"])
def test_a_plain_row_is_one_sequence(colours: Colours) -> None:
    (line,) = encode(np.full((2, 40, 3), 128, np.uint8), colours)
    assert line.count("\x1b") == 2  # the colours, and the end
    assert line.count("▀") == 40


def test_only_the_side_that_changes_is_written() -> None:
    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[1, 1:] = (7, 80, 200)
    (line,) = encode(pixels, "truecolor")
    assert line == "\x1b[38;2;0;0;0;48;2;0;0;0m▀\x1b[48;2;7;80;200m▀▀\x1b[0m"


@pytest.mark.parametrize("colours", ["truecolor", "256"])
def test_a_terminal_shows_the_picture(colours: Colours) -> None:
    pixels = np.random.default_rng(2).integers(0, 2, (12, 20, 3), np.uint8) * 255
    screen = pyte.Screen(20, 6)
    stream = pyte.Stream(screen)
    for row, line in enumerate(encode(pixels, colours), start=1):
        stream.feed(f"\x1b[{row};1H{line}")
    for row in range(6):
        for column in range(20):
            cell = screen.buffer[row][column]
            assert cell.data == "▀"
            assert cell.fg == bytes(pixels[2 * row, column]).hex()
            assert cell.bg == bytes(pixels[2 * row + 1, column]).hex()


@given(pictures(FEW_LEVELS))
def test_runs_are_the_row_again_and_never_split(pixels: np.ndarray) -> None:
    found = list(runs(pixels[:2]))
    again = np.concatenate([np.repeat(pair[:, None], length, 1) for length, pair in found], 1)
    assert (again == pixels[:2]).all()
    for (_, left), (_, right) in pairwise(found):
        assert (left != right).any()
