"""The outlines that are drawn over the live picture: the oval for a face, the frame for a code."""

import numpy as np
import pytest

from screens.widgets import outlines


@pytest.mark.parametrize(
    ("lines", "columns"), [(24, 24), (48, 36), (76, 56), (80, 120), (120, 160)]
)
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_the_oval_is_closed_inside_and_to_be_seen_on_any_grey(
    lines: int, columns: int, grey: int
) -> None:
    picture = np.full((lines, columns, 3), grey, np.uint8)
    drawn = outlines.draw(picture, "oval")
    changed = (drawn != picture).any(-1)
    assert not changed[lines // 2 - 1 : lines // 2 + 2, columns // 2].any()
    assert not changed[[0, -1]].any()
    assert not changed[:, [0, -1]].any()
    # Contrast of what is drawn with the picture: ITU-R BT.709 luminance, WCAG 2 ratio.
    linear = (np.arange(256) / 255) ** 2.2 + 0.05
    ratios = linear[drawn[changed][:, 0]] / linear[grey]
    assert max(ratios.max(), 1 / ratios.min()) > 3
    # From the middle one cannot leave without crossing it.
    ring = (drawn == outlines.BRIGHT).all(-1) | (drawn == outlines.DARK).all(-1)
    for row in range(lines):
        if ring[row].any() and abs(row - (lines - 1) / 2) < lines * 0.3:
            assert ring[row, : columns // 2].any()
            assert ring[row, columns // 2 :].any()
    for column in (columns // 2, columns // 2 - 1):
        assert ring[: lines // 2, column].any()
        assert ring[lines // 2 :, column].any()


@pytest.mark.parametrize(
    ("lines", "columns"), [(24, 42), (34, 42), (36, 64), (62, 64), (90, 160), (12, 21), (60, 24)]
)
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_the_frame_for_the_code_is_whole_and_leaves_what_is_in_it(
    lines: int, columns: int, grey: int
) -> None:
    picture = np.full((lines, columns, 3), grey, np.uint8)
    drawn = outlines.draw(picture, "code")
    bright = (drawn == outlines.BRIGHT).all(-1)
    rows, across = np.flatnonzero(bright.any(1)), np.flatnonzero(bright.any(0))
    top, bottom, left, right = rows[0], rows[-1], across[0], across[-1]
    for edge in (
        bright[top, left : right + 1],
        bright[bottom, left : right + 1],
        bright[top : bottom + 1, left],
        bright[top : bottom + 1, right],
    ):
        assert edge.all()
    # A dark line goes round the bright one, so that it is seen on white paper too.
    dark = (drawn == outlines.DARK).all(-1)
    assert dark[top - 1, left : right + 1].all()
    assert dark[top : bottom + 1, left - 1].all()
    assert dark[top : bottom + 1, right + 1].all()
    # The code stands in it at the bottom of the page, wide enough to be read.
    assert bottom < lines
    assert top > lines / 3
    assert right - left > columns * 0.8
    assert abs((left + right) - (columns - 1)) <= 1
    thick = 1 + columns // 120
    inside = drawn[top + thick : bottom - thick + 1, left + thick : right - thick + 1]
    assert inside.size
    assert (inside == grey).all()
