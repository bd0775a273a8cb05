"""From the locator's maps to zones and lines."""

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.mrz.straightening import BLOCK_HEIGHT, BLOCK_WIDTH, STRIDE
from hardware.mrz.text_lines import find_lines
from hardware.mrz.zones import find_zones
from hardware.opencv import cv2

Map = NDArray[np.float32]
CELLS = BLOCK_HEIGHT // STRIDE, BLOCK_WIDTH // STRIDE


def zone_map(middle: tuple[float, float], size: tuple[float, float], turn: float) -> Map:
    """A zone of that size in cells, turned by so many degrees."""
    box = cv2.boxPoints((middle, size, turn))
    mask = np.zeros((60, 80), np.uint8)
    cv2.fillPoly(mask, [np.round(box).astype(np.int32)], 1)
    return mask.astype(np.float32)


def way(turn: float) -> Map:
    """Maps of a reading direction that is the same everywhere."""
    radians = np.deg2rad(turn)
    return np.ones((2, 60, 80), np.float32) * np.float32([[[np.cos(radians)]], [[np.sin(radians)]]])


@pytest.mark.parametrize("turn", [0, 30, 90, 135, 180, 225, 270, 340])
def test_a_zone_is_read_in_its_direction(turn: float) -> None:
    (zone,) = find_zones(zone_map((40, 30), (44, 9), turn), way(turn))
    along = zone.quad[1] - zone.quad[0]
    found = np.rad2deg(np.arctan2(along[1], along[0]))
    assert abs((found - turn + 180) % 360 - 180) < 6
    assert np.allclose(zone.quad.mean(0), np.array([40, 30]) * STRIDE + 1.5, atol=5)
    assert abs(np.linalg.norm(along) - 44 * STRIDE) < 3 * STRIDE


def test_specks_are_nofind_zones() -> None:
    specks = np.zeros((60, 80), np.float32)
    specks[::20, ::20] = 1
    assert find_zones(specks, way(0)) == []


def test_a_zone_that_glare_has_parted_is_one() -> None:
    parted = zone_map((40, 30), (60, 8), 20)
    parted[:, 36:44] = 0
    (zone,) = find_zones(parted, way(20))
    assert abs(np.linalg.norm(zone.quad[1] - zone.quad[0]) - 60 * STRIDE) < 4 * STRIDE


def test_two_codes_below_each_other_are_two() -> None:
    both = zone_map((40, 15), (50, 7), 0) + zone_map((40, 45), (50, 7), 0)
    assert len(find_zones(both, way(0))) == 2


def bands(*lines: tuple[float, float, float, float, float]) -> Map:
    """A map with bands: start, end, row at the start and at the end, and height, all in cells."""
    large = np.zeros((CELLS[0] * 8, CELLS[1] * 8), np.uint8)
    for start, end, row, last, height in lines:
        half = height / 2
        corners = [(start, row - half), (end, last - half), (end, last + half), (start, row + half)]
        cv2.fillPoly(large, [np.round(np.array(corners) * 8).astype(np.int32)], 255)
    small = cv2.resize(large, CELLS[::-1], interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255


def test_three_lines_are_found_from_the_top_down() -> None:
    lines = find_lines(bands((10, 110, 12, 14, 3), (10, 110, 20, 22, 3), (10, 110, 28, 30, 3)))
    assert len(lines) == 3
    for line, row in zip(lines, (13, 21, 29), strict=True):
        assert line.curve[0] == pytest.approx(row * STRIDE - 0.5, abs=1)
        assert line.curve[1] == pytest.approx(0.02, abs=0.004)
        assert (line.start, line.end) == pytest.approx((10 * STRIDE, 110 * STRIDE), abs=3)
        assert line.cap == pytest.approx(3 * STRIDE, abs=1.5)


def test_a_line_that_glare_has_cut_in_two_is_one() -> None:
    lines = find_lines(bands((10, 50, 14, 14, 2), (65, 110, 14, 14, 2), (10, 110, 19, 19, 2)))
    assert len(lines) == 2
    assert lines[0].end - lines[0].start == pytest.approx(100 * STRIDE, abs=4)


def test_a_line_that_ends_early_is_as_long_as_the_others() -> None:
    short, long = find_lines(bands((10, 84, 14, 14, 2), (10, 110, 19, 19, 2)))
    assert short.end == pytest.approx(long.end, abs=1)


def test_a_short_stretch_beside_the_lines_is_none() -> None:
    lines = find_lines(bands((10, 110, 14, 14, 2), (10, 110, 19, 19, 2), (10, 22, 25, 25, 2)))
    assert len(lines) == 2


def test_a_line_that_was_overlooked_between_two_is_put_in() -> None:
    lines = find_lines(bands((10, 110, 8, 8, 3), (10, 110, 24, 24, 3)))
    assert [round(line.curve[0] / STRIDE) for line in lines] == [8, 16, 24]


def test_where_two_of_three_lines_are_seen_the_third_is_looked_for_on_both_sides() -> None:
    lines = find_lines(bands((10, 110, 14, 14, 3.6), (10, 110, 23, 23, 3.6)))
    assert [round(line.curve[0] / STRIDE) for line in lines] == [5, 14, 23, 32]


def test_an_empty_map_has_nofind_lines() -> None:
    assert find_lines(np.zeros(CELLS, np.float32)) == ()
