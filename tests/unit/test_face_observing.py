"""Pictures of a real face and of invented ones through all that sees a face."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from hardware.face.models import installed
from hardware.face.observing import LINES, Observation, Observer, reduced
from hardware.face.pose import angles, canonical, pose_of, rotation
from hardware.face.tracking import Tracker
from hardware.opencv import cv2
from hardware.simulated.canonical_face import canonical_face
from hardware.simulated.head import Look, Person, Stand, render
from hardware.simulated.person import WAYS, Show
from hardware.verdicts import FaceHint
from tests import faces

pytestmark = pytest.mark.skipif(
    not installed(), reason="the networks that see faces are not installed"
)
Picture = faces.Picture


def observed(*pictures: Picture) -> Observation:
    """The last of pictures that follow one another."""
    observer = Observer()
    for picture in pictures:
        seen = observer.see(picture)
    return seen


@pytest.mark.parametrize("make", faces.GOOD.values(), ids=faces.GOOD)
def test_a_good_picture_of_a_real_face_asks_for_nothing(make: Callable[[], Picture]) -> None:
    frame = make()
    assert observed(frame, frame).hints == ()


SPOILT = [
    pytest.param(hint, make, id=f"{hint.value}: {how}")
    for hint, cases in faces.SPOILT.items()
    for how, make in cases.items()
]


@pytest.mark.parametrize(("hint", "make"), SPOILT)
def test_what_was_done_to_a_real_face_is_said_first(
    hint: FaceHint, make: Callable[[], Picture]
) -> None:
    frame = make()
    assert observed(frame, frame).hints[0] is hint


@pytest.mark.parametrize("hint", WAYS)
def test_an_invented_person_is_told_what_is_wrong(hint: FaceHint) -> None:
    show = Show((hint,))
    hints = observed(show.draw(1.6), show.draw(1.6 + 1 / 15)).hints
    assert hints[:1] == (() if hint is FaceHint.READY else (hint,))


def test_the_second_person_is_seen_also_when_small() -> None:
    frame = faces.framed(0.32, 0.62)
    small = faces.framed(0.11, 0.12, 0.3)
    frame[:, :170] = small[:, :170]
    seen = observed(frame)
    assert seen.faces == 2
    assert seen.hints[0] is FaceHint.SEVERAL


def test_somebody_far_behind_does_not_count() -> None:
    frame = faces.framed(0.4, 0.62)
    frame[:, :170] = faces.framed(0.06, 0.12, 0.3)[:, :170]
    assert observed(frame).faces == 1


def test_a_face_that_moves_through_the_picture_is_followed() -> None:
    observer = Observer()
    for x in np.linspace(0.3, 0.7, 30):
        seen = observer.see(faces.framed(x=float(x)))
        assert seen.measures is not None
        assert seen.measures.x == pytest.approx(x, abs=0.02)


def test_a_face_that_jumps_is_found_again() -> None:
    seen = observed(faces.framed(x=0.25), faces.framed(x=0.75))
    assert seen.measures is not None
    assert seen.measures.x == pytest.approx(0.75, abs=0.02)
    assert observed(faces.framed(), faces.nobody()).hints == (FaceHint.NO_FACE,)


def test_a_large_picture_is_measured_as_a_small_one() -> None:
    frame = faces.framed()
    large = np.asarray(cv2.resize(frame, (1920, 1440), interpolation=cv2.INTER_CUBIC), np.uint8)
    assert reduced(large).shape == (LINES, 640, 3)
    one, other = observed(frame).measures, observed(large).measures
    assert one is not None
    assert other is not None
    assert other.size == pytest.approx(one.size, abs=0.01)
    assert other.light == pytest.approx(one.light, abs=0.02)


@pytest.mark.parametrize("shape", [(1, 1), (480, 3), (3, 640), (40, 30), (479, 641)])
def test_pictures_of_any_size_are_looked_at(shape: tuple[int, int]) -> None:
    frame = np.full((*shape, 3), 90, np.uint8)
    assert observed(frame).hints == (FaceHint.NO_FACE,)


def test_a_grey_camera_is_not_taken_for_a_mask() -> None:
    frame = faces.framed()
    grey = cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    assert observed(np.asarray(grey, np.uint8)).hints == ()


@pytest.mark.parametrize("skin", ["light", "medium", "dark"])
@pytest.mark.parametrize("hair", ["brown", "black", "grey"])
def test_no_skin_and_no_hair_is_in_the_way(skin: str, hair: str) -> None:
    look = Look(skin=skin, hair=hair, long=True)  # type: ignore[arg-type]
    frames = [render((Person(look),), rng=np.random.default_rng(n)) for n in range(2)]
    assert observed(*frames).hints == ()


@pytest.mark.parametrize("roll", [-25, -10, 10, 25])
def test_a_real_face_that_leans_is_measured(roll: float) -> None:
    straight, leaning = (
        pose_of(faces.mesh_of(faces.framed(roll=angle)).points) for angle in (0.0, float(roll))
    )
    assert leaning.roll - straight.roll == pytest.approx(roll, abs=1.5)


def test_the_canonical_face_is_the_one_that_our_heads_give() -> None:
    made, kept = canonical_face(), canonical()
    assert angles(rotation(kept, made)) == pytest.approx((0, 0, 0), abs=0.2)
    assert np.abs(made - kept).max() < 0.02


def test_the_way_of_a_still_face_is_small_and_that_of_a_moving_one_is_not() -> None:
    rng = np.random.default_rng(3)

    def noisy(frame: Picture) -> Picture:
        return np.clip(frame + rng.normal(0, 3, frame.shape), 0, 255).astype(np.uint8)

    still = [noisy(faces.framed()) for _ in range(8)]
    moving = [noisy(faces.framed(x=0.45 + 0.015 * n)) for n in range(8)]
    for frames, least, most in ((still, 0.0, 0.03), (moving, 0.06, 0.4)):
        observer = Observer()
        ways = [seen.measures.motion for f in frames if (seen := observer.see(f)).measures]
        assert least <= min(ways[1:])
        assert max(ways[1:]) <= most


def test_the_same_pictures_are_seen_the_same_way() -> None:
    frames = [faces.framed(x=0.48), faces.framed(x=0.5)]
    assert observed(*frames) == observed(*frames)


def test_pose_follows_a_turn_frame_by_frame() -> None:
    tracker = Tracker()
    yaws = []
    for yaw in range(-30, 31, 6):
        mesh = tracker.look(render((Person(Look(), Stand(yaw=yaw)),))).mesh
        assert mesh is not None
        yaws.append(pose_of(mesh.points).yaw)
    assert all(a < b for a, b in pairwise(yaws))


def test_whatever_is_in_the_picture_is_looked_at_without_a_fault() -> None:
    """Faces cut off, tiny, huge, turned, in noise, in pictures of any size, one after another."""
    rng = np.random.default_rng(20261125)
    sources = [faces.astronaut(), faces.two(), Show((FaceHint.GLARE,)).draw(1.5)]
    observer = Observer()
    found = 0
    for _ in range(150):
        source = sources[int(rng.integers(len(sources)))]
        width, height = int(rng.integers(2, 800)), int(rng.integers(2, 600))
        middle = rng.uniform(0, 1, 2) * (source.shape[1], source.shape[0])
        zoom = float(np.exp(rng.uniform(-2, 2)))
        lay = cv2.getRotationMatrix2D(middle.tolist(), float(rng.normal(0, 25)), zoom)
        lay[:, 2] += rng.uniform(-0.2, 1.2, 2) * (width, height) - middle
        frame = cv2.warpAffine(source, lay, (width, height)).astype(np.float32)
        frame = frame * rng.uniform(0, 3) + rng.normal(0, rng.uniform(0, 40), frame.shape)
        seen = observer.see(np.clip(frame, 0, 255).astype(np.uint8))
        if seen.measures:
            found += 1
            assert all(np.isfinite(value) for value in vars(seen.measures).values())
    assert found > 10
