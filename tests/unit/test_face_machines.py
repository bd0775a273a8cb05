"""The simulated person and the faults of cameras in the running device host."""

import asyncio
from pathlib import Path

import pytest

from hardware.errors import Reason
from hardware.face.models import installed
from hardware.messages import (
    FaceCoached,
    FrameShown,
    FromHost,
    PreviewFrame,
    Rehearse,
    Status,
    Stop,
)
from hardware.verdicts import DeviceState, FaceHint, Rehearsal, Role
from tests.face_networks import take_away
from tests.hosts import Linked, is_a, linked, plugged_in

OPENING = Status(Role.CAMERA, DeviceState.OPENING)
LIVE = Status(Role.CAMERA, DeviceState.READY)
STALLED = Status(Role.CAMERA, DeviceState.STALLED, Reason.STALLED)
BLACK = Status(Role.CAMERA, DeviceState.STALLED, Reason.BLACK)
FROZEN = Status(Role.CAMERA, DeviceState.STALLED, Reason.FROZEN)
LOST = Status(Role.CAMERA, DeviceState.OUT_OF_ORDER, Reason.LOST)
ABSENT = Status(Role.CAMERA, DeviceState.OUT_OF_ORDER, Reason.ABSENT)
MALFORMED = Status(Role.CAMERA, DeviceState.OUT_OF_ORDER, Reason.MALFORMED)

ASKED = {FaceHint.TOO_FAR, FaceHint.TOO_DARK, FaceHint.SEVERAL, FaceHint.READY}
"""What the person of the specimen machine is told, besides to turn to one side."""
TURNED = {FaceHint.TURN_LEFT, FaceHint.TURN_RIGHT}

needs_networks = pytest.mark.skipif(
    not installed(), reason="the networks that see faces are not installed"
)


async def hears(told: Linked, *kinds: type[FromHost]) -> FromHost:
    """The next of these kinds; every frame is said to be shown, as the app does."""
    while True:
        said = await told.says(lambda message: True)
        if isinstance(said, PreviewFrame):
            told.send(FrameShown(said.sequence))
        if isinstance(said, kinds):
            return said


@pytest.mark.slow
@needs_networks
async def test_the_simulated_person_is_coached_to_ready() -> None:
    with plugged_in("specimen") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.FACE, 40, 16))
            hints: set[FaceHint] = set()
            # The ways come over and over: what a busy machine misses once comes again.
            while not (hints >= ASKED and hints & TURNED):
                said = await hears(told, FaceCoached)
                assert isinstance(said, FaceCoached)
                hints.add(said.hint)
    assert hints <= ASKED | TURNED | {FaceHint.HOLD_STILL}


@pytest.mark.slow
@needs_networks
async def test_a_second_person_blurs_the_preview() -> None:
    """Nothing finer than the blur is sent from the moment when that hint is."""
    with plugged_in("face-alone") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.FACE, 60, 22))
            await told.says(FaceCoached(FaceHint.SEVERAL))
            told.send(FrameShown(1))
            blurred = await hears(told, PreviewFrame)
            await told.says(FaceCoached(FaceHint.READY))
            told.send(FrameShown(1))
            await hears(told, PreviewFrame)
            sharp = await hears(told, PreviewFrame)
    assert isinstance(blurred, PreviewFrame)
    assert isinstance(sharp, PreviewFrame)
    assert steepest(blurred) < steepest(sharp) / 2


def steepest(frame: PreviewFrame) -> int:
    """The largest step from one pixel to the next along a row, mean of the channels."""
    import numpy as np

    pixels = np.frombuffer(frame.pixels, np.uint8).reshape(2 * frame.rows, frame.columns, 3)
    return int(np.abs(np.diff(pixels.astype(int).mean(-1), axis=1)).max())


FAULTS = {
    "camera-unplugged": [OPENING, ABSENT],
    "camera-malformed": [OPENING, MALFORMED],
    "camera-black": [OPENING, LIVE, BLACK],
    "camera-frozen": [OPENING, LIVE, FROZEN],
    "camera-stalls": [OPENING, LIVE, STALLED],
    "camera-drops": [OPENING, LIVE, LOST],
}


@pytest.mark.grid
@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_of_a_camera_is_told_as_its_state(name: str) -> None:
    with plugged_in(name) as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.FACE, 40, 16))
            states = [await hears(told, Status) for _ in FAULTS[name]]
            assert states == FAULTS[name]
            # The host answers, whatever its camera does.
            async with asyncio.timeout(10):  # OpenCV itself gives up after 15 s
                told.send(Stop())
                await answers(told)


async def answers(told: Linked) -> None:
    """Whether a rehearsal of another device begins."""
    told.send(Rehearse(Rehearsal.CHIP))
    await told.says(lambda said: isinstance(said, Status) and said.role is Role.READER)


@pytest.mark.slow
async def test_a_camera_that_is_plugged_in_again_is_used_again() -> None:
    with plugged_in("camera-drops") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.FACE, 40, 16))
            await told.says(LIVE)
            await told.says(LOST)
            await told.says(LIVE)
            await told.says(is_a(PreviewFrame))


async def test_a_dead_camera_shows_no_picture() -> None:
    """What is frozen or black must not stand on the screen as if it were live."""
    with plugged_in("camera-black") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.FACE, 40, 16))
            await hears(told, Status)
            await told.says(BLACK)
            told.send(FrameShown(99))
            await asyncio.sleep(1)
            assert not [said for said in told.said if isinstance(said, PreviewFrame)]


async def test_without_networks_the_picture_goes_on_and_nobody_is_coached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away(tmp_path, monkeypatch)
    with plugged_in("face-place") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.FACE, 40, 16))
            await told.says(Status(Role.CAMERA, DeviceState.READY, Reason.MODELS_MISSING))
            for _ in range(30):
                assert isinstance(await hears(told, PreviewFrame, FaceCoached), PreviewFrame)
