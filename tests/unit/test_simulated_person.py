"""The computed people: the networks see them as faces, and turned as they are."""

import itertools
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.face.detecting import Detector
from hardware.face.mesh import MeshFinder, around
from hardware.face.observing import Observer
from hardware.face.pose import Pose, angles, rotation
from hardware.simulated import person
from hardware.simulated.head import HEIGHT, WIDTH, Light, Look, Person, Stand, render
from hardware.simulated.person import HELD, HELD_WELL, WAYS, Show
from hardware.verdicts import FaceHint

LOOKS = {
    "as before the kiosk": Look(),
    "dark, long hair": Look("dark", "black", long=True),
    "medium, grey, glasses": Look("medium", "grey", glasses=True),
}
YAW_WITHIN, PITCH_WITHIN, ROLL_WITHIN = 4.0, 6.0, 4.0
STANDS = [
    *(Stand(yaw=yaw) for yaw in (-40, -30, -20, -10, 10, 20, 30, 40)),
    *(Stand(pitch=pitch) for pitch in (-25, -15, -8, 8, 15, 25)),
    *(Stand(roll=roll) for roll in (-30, -15, 15, 30)),
    *(
        Stand(yaw=yaw, pitch=pitch, roll=roll)
        for yaw, pitch, roll in itertools.product((-15, 15), (-12, 12), (-20, 20))
    ),
]


detector = cache(Detector)
finder = cache(MeshFinder)


def points(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The mesh's points of the one face in a picture."""
    (face,) = detector().find(picture)
    first = finder().find(picture, around(face))
    return finder().find(picture, first.region()).points.astype(np.float64)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_head_is_seen_turned_as_it_is(look: Look) -> None:
    straight = points(render([Person(look)]))
    wrong = []
    print(f"\n{'true':^24}{'measured':^24}   (yaw, pitch, roll in degrees)")
    for stand in STANDS:
        turned = points(render([Person(look, stand)]))
        measured = angles(rotation(straight, turned))
        true = Pose(stand.yaw, stand.pitch, stand.roll)
        print("".join(f"{value:8.1f}" for value in (*true, *measured)))
        within = (YAW_WITHIN, PITCH_WITHIN, ROLL_WITHIN)
        if any(abs(a - b) > most for a, b, most in zip(true, measured, within, strict=True)):
            wrong.append((true, measured))
    assert not wrong


def test_the_rotation_of_a_stand_is_its_pose() -> None:
    for stand in STANDS:
        pose = angles(stand.rotation())
        assert pose == pytest.approx((stand.yaw, stand.pitch, stand.roll), abs=1e-9)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_face_is_detected_where_it_is(look: Look) -> None:
    for x, y, height in ((0.5, 0.53, 0.44), (0.3, 0.4, 0.3), (0.7, 0.6, 0.35)):
        (face,) = detector().find(render([Person(look, Stand(x, y, height))]))
        assert face.score > 0.8
        assert face.centre[0] / WIDTH == pytest.approx(x, abs=0.02)
        assert face.centre[1] / HEIGHT == pytest.approx(y, abs=0.06)
        assert face.height / HEIGHT == pytest.approx(1.12 * height, rel=0.1)


@pytest.mark.parametrize("hint", WAYS)
def test_each_way_shows_as_many_faces_as_it_says(hint: FaceHint) -> None:
    expected = {FaceHint.NO_FACE: 0, FaceHint.SEVERAL: 2}.get(hint, 1)
    show = Show([hint])
    for t in (0.7, 1.9):
        faces = detector().find(show.draw(t))
        assert len(faces) == expected
        assert all(face.score >= 0.6 for face in faces)


@pytest.mark.grid
@pytest.mark.parametrize("hint", WAYS)
def test_each_way_asks_for_its_hint_alone(hint: FaceHint) -> None:
    show, observer = Show([hint]), Observer()
    seen = [observer.see(show.draw(1 + number / 15)).hints for number in range(6)]
    expected = () if hint is FaceHint.READY else (hint,)
    assert seen[1:] == [expected] * 5


def test_every_hint_has_its_way() -> None:
    assert set(WAYS) == set(FaceHint)


def test_a_show_is_the_same_each_time_and_never_the_same_twice() -> None:
    hints = [FaceHint.NO_FACE, FaceHint.TOO_FAR, FaceHint.READY]
    show, again = Show(hints), Show(hints)
    assert show.loop == 2 * HELD + HELD_WELL
    frames = [show.draw(number / 15) for number in range(30, 60)]
    for one, other in itertools.pairwise(frames):
        assert one.shape == (HEIGHT, WIDTH, 3)
        assert one.dtype == np.uint8
        assert (one != other).any()
    assert (again.draw(3.0 + again.loop) == show.draw(3.0)).all()
    assert (again.draw(45 / 15) == frames[15]).all()


def test_somebody_moves_from_one_way_to_the_next() -> None:
    show = Show([FaceHint.MOVE_LEFT, FaceHint.MOVE_RIGHT])
    (face,) = detector().find(show.draw(HELD + person.MOVING / 2))
    assert face.centre[0] / WIDTH == pytest.approx(0.5, abs=0.05)


def test_without_noise_a_picture_is_the_same_each_time() -> None:
    assert (render([Person()]) == render([Person()])).all()
    assert (render([], Light(wall=0.0)) == 0).all()
