"""The face before the camera: one hint at a time, every state of the camera, and a skip."""

import gc
import weakref

import numpy as np
import pytest
from textual.pilot import Pilot

from hardware.errors import Reason
from hardware.messages import (
    FaceCoached,
    FrameShown,
    FromHost,
    PreviewFrame,
    Rehearse,
    Resize,
    Status,
    ToHost,
)
from hardware.verdicts import DeviceState, FaceHint, Rehearsal, Role
from kiosk import face_coaching
from kiosk.access import Theme
from kiosk.coaching import Coaching
from kiosk.visit import Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.face_rehearsal import CAMERA_ON, POINTING, SKIP, FaceRehearsalScreen
from screens.kit import Kit
from screens.rehearsal import GO_ON
from screens.widgets.hint_view import HintDrawing, HintView
from screens.widgets.key_button import KeyButton
from screens.widgets.picture import PictureView
from screens.widgets.preview import Preview
from tests.screens.audit import contrast_faults
from tests.screens.test_layout import dead_keys, key_faults, show, text_of

SIZES = [(80, 24), (120, 40), (200, 60)]
ON = Status(Role.CAMERA, DeviceState.READY)
WITHOUT_MODELS = Status(Role.CAMERA, DeviceState.READY, Reason.MODELS_MISSING)
WITHOUT_PICTURE = [
    Status(Role.CAMERA, DeviceState.NOT_CONFIGURED),
    Status(Role.CAMERA, DeviceState.STALLED),
    *(
        Status(Role.CAMERA, DeviceState.STALLED, reason)
        for reason in (Reason.STALLED, Reason.FROZEN, Reason.BLACK)
    ),
    *(Status(Role.CAMERA, DeviceState.OUT_OF_ORDER, reason) for reason in Reason),
]


class Rehearsed:
    """A rehearsal of the face on the screen; the test speaks for the device host."""

    def __init__(self, kit: Kit, language: str = "en") -> None:
        self.app = ReactivationApp(kit, [])
        self.said: list[ToHost] = []
        self.app.link.send = self.said.append  # type: ignore[method-assign]
        self.language = kit.languages[language]
        self.visit = Visit(language, Spot(Kind.REHEARSAL, Rehearsal.FACE.value))

    async def begin(self, pilot: Pilot[int], status: Status = ON) -> None:
        """Brings the screen up, and its camera into this state."""
        screen = await show(pilot, self.visit)
        assert isinstance(screen, FaceRehearsalScreen)
        self.screen = screen
        await self.hears(pilot, status)

    async def hears(self, pilot: Pilot[int], *messages: FromHost) -> None:
        """The device host says these."""
        for message in messages:
            self.app.heard(message)
        await pilot.pause()
        await pilot.pause()

    def frame(self, sequence: int = 1) -> PreviewFrame:
        """A grey picture of the size that the preview has."""
        columns, rows = self.preview.size
        return PreviewFrame(sequence, columns, rows, bytes([120]) * (columns * rows * 6))

    @property
    def preview(self) -> Preview:
        return self.screen.query_one(Preview)

    def words(self) -> str:
        """What can be read in the column of words, one row after the other."""
        region = self.screen.query_one("#words").region
        rows = text_of(self.app).split("\n")[region.y : region.bottom]
        return " ".join(" ".join(row[region.x : region.right] for row in rows).split())

    def reads(self, *sentences: str) -> bool:
        """Whether all of these can be read whole."""
        return all(
            self.language.say(sentence) in self.words() for sentence in sentences if sentence
        )

    def first_key(self) -> str:
        """The words on key 1."""
        button = self.screen.query_one("KeyButton.-foot", KeyButton)
        assert button.key is self.screen.key_for("1")
        assert button.key.words in text_of(self.app)
        return button.key.words

    def in_order(self, size: tuple[int, int]) -> None:
        """Nothing is cut off, every key is alive and can be hit, all can be read."""
        assert self.screen.query_one("#words").max_scroll_y == 0
        assert list(key_faults(self.screen, size)) == []
        assert list(dead_keys(self.app.kit, self.visit, self.screen)) == []
        assert list(contrast_faults(self.screen, Theme.LIGHT)) == []


@pytest.mark.grid
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["en", "da"])
async def test_every_hint_fits_with_its_drawing(
    kit: Kit, language: str, size: tuple[int, int]
) -> None:
    """Both sentences whole, the drawing with its room, the live picture large beside them."""
    told = Rehearsed(kit, language)
    async with told.app.run_test(size=size) as pilot:
        await told.begin(pilot)
        for hint in FaceHint:
            await told.hears(pilot, FaceCoached(hint))
            words = face_coaching.COACHING[hint]
            assert told.reads(words.seen, words.do), hint
            spoken = f"{told.language.say(words.seen)} {told.language.say(words.do)}"
            assert told.screen.query_one(HintView).spoken == spoken
            drawing = told.screen.query_one(HintDrawing)
            assert drawing.size.width >= HintDrawing.SMALLEST[0], hint
            assert drawing.size.height >= HintDrawing.SMALLEST[1], hint
            assert drawing.region in told.screen.query_one("#words").region
            assert told.preview.region.width >= 40
            assert told.preview.region.height >= 16
            assert not told.reads(face_coaching.ADVICE[0])
            told.in_order(size)


@pytest.mark.grid
@pytest.mark.parametrize("size", SIZES[:2], ids=str)
@pytest.mark.parametrize("language", ["en", "da"])
async def test_every_state_without_a_picture_says_so(
    kit: Kit, language: str, size: tuple[int, int]
) -> None:
    """No picture stands still there, what helps everybody is to be read, the guide goes on."""
    told = Rehearsed(kit, language)
    async with told.app.run_test(size=size) as pilot:
        await told.begin(pilot)
        for status in WITHOUT_PICTURE:
            await told.hears(pilot, ON)
            await told.hears(pilot, FaceCoached(FaceHint.MOVE_UP), told.frame())
            assert told.preview._picture is not None
            assert told.language.say(CAMERA_ON) in text_of(told.app)
            await told.hears(pilot, status, FaceCoached(FaceHint.READY))
            words = face_coaching.on_camera(status.state, status.reason)
            assert words is not None
            assert told.reads(words.seen, words.do, *face_coaching.ADVICE), status
            assert told.preview._picture is None
            assert told.preview.pointing is None
            assert told.screen.query_one(PictureView).region
            assert told.language.say(CAMERA_ON) not in text_of(told.app)
            assert not told.screen.query_one(HintView).spoken
            # A frame that was on its way is let go, and not shown.
            await told.hears(pilot, PreviewFrame(9, 1, 1, bytes(6)))
            assert told.said[-1] == FrameShown(9)
            assert told.preview._picture is None
            assert told.first_key() == told.language.say(SKIP)
            told.in_order(size)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["en", "da"])
async def test_what_helps_everybody_is_there_before_the_first_hint(
    kit: Kit, language: str, size: tuple[int, int]
) -> None:
    """While the camera opens, until the first hint, and for good where hints are not installed."""
    told = Rehearsed(kit, language)
    async with told.app.run_test(size=size) as pilot:
        await told.begin(pilot, Status(Role.CAMERA, DeviceState.OPENING))
        opening = face_coaching.on_camera(DeviceState.OPENING, None)
        assert opening is not None
        assert told.reads(opening.seen, *face_coaching.ADVICE)
        assert told.language.say(CAMERA_ON) not in text_of(told.app)
        told.in_order(size)
        for status, sentence in ((ON, ""), (WITHOUT_MODELS, face_coaching.NO_COACHING.seen)):
            await told.hears(pilot, status, told.frame())
            assert told.reads(sentence, *face_coaching.ADVICE)
            assert told.language.say(CAMERA_ON) in text_of(told.app)
            assert "▀" in text_of(told.app)
            told.in_order(size)


@pytest.mark.parametrize("language", ["en", "da"])
async def test_the_skip_is_as_large_as_the_rest_and_becomes_go_on(kit: Kit, language: str) -> None:
    """Once all was right it stays so; key 1 leaves the rehearsal in both cases."""
    told = Rehearsed(kit, language)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot)
        assert told.first_key() == told.language.say(SKIP)
        skip, *others = (button.region.size for button in told.screen.query("KeyButton.-foot"))
        assert all(skip.width >= other.width for other in others)
        assert {skip.height} == {other.height for other in others}
        await told.hears(pilot, FaceCoached(FaceHint.HOLD_STILL))
        assert told.first_key() == told.language.say(SKIP)
        await told.hears(pilot, FaceCoached(FaceHint.READY))
        assert told.first_key() == told.language.say(GO_ON)
        await told.hears(pilot, FaceCoached(FaceHint.MOVE_UP))
        assert told.first_key() == told.language.say(GO_ON)
        await pilot.press("1")
        await pilot.pause()
        assert told.app.screen is not told.screen


async def test_arrow_and_oval_say_what_the_hint_says(kit: Kit) -> None:
    """An arrow to where one is to move; another oval, with a tick, when all is right."""
    told = Rehearsed(kit)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot)
        for hint in FaceHint:
            await told.hears(pilot, FaceCoached(hint))
            assert told.preview.pointing == POINTING.get(hint)
            assert told.preview.outline == ("ready" if hint is FaceHint.READY else "oval")


async def test_the_host_begins_once_the_size_is_known(kit: Kit) -> None:
    """Not before; and it is told when there is another size."""
    told = Rehearsed(kit)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot)
        size = told.preview.size
        assert [m for m in told.said if isinstance(m, Rehearse)] == [
            Rehearse(Rehearsal.FACE, size.width, size.height)
        ]
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        await pilot.pause()
        assert Resize(*told.preview.size) in told.said
        assert told.preview.size != size


async def test_no_picture_stays_in_memory_when_the_screen_is_left(kit: Kit) -> None:
    """Neither as it came nor as it was drawn."""
    told = Rehearsed(kit)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot)
        await told.hears(pilot, told.frame())
        preview = told.preview
        assert isinstance(preview._picture, np.ndarray)
        assert isinstance(preview._canvas, np.ndarray)
        kept = [weakref.ref(preview._picture), weakref.ref(preview._canvas)]
        await show(pilot, Visit("en", Spot(Kind.REHEARSALS)))
        await pilot.pause()
        gc.collect()
        assert [ref() for ref in kept] == [None, None]


async def test_a_few_rows_painted_by_themselves_are_not_kept_for_reuse(kit: Kit) -> None:
    """numpy keeps small arrays that were freed, as they are."""
    rehearsed = Rehearsed(kit)
    async with rehearsed.app.run_test(size=(80, 24)) as pilot:
        await rehearsed.begin(pilot)
        preview = rehearsed.preview
        columns, rows = preview.size
        pixels = np.random.default_rng(1).integers(0, 256, (2 * rows, columns, 3), np.uint8)
        preview.show(pixels.tobytes(), columns, rows)
        changed = pixels[:2]  # a row of cells above the outline
        changed ^= 255
        preview.show(pixels.tobytes(), columns, rows)

        def kept() -> bool:
            again = [np.empty_like(changed) for _ in range(7)]
            return any(array.tobytes() == changed.tobytes() for array in again)

        assert kept()
        await show(pilot, Visit("en", Spot(Kind.REHEARSALS)))
        await pilot.pause()
        assert not kept()


def test_every_sentence_of_a_hint_is_short() -> None:
    """What is seen in one or two short sentences, then what to do."""
    for hint in FaceHint:
        words: Coaching = face_coaching.COACHING[hint]
        assert len(words.seen) <= 60
        assert len(words.do) <= 80
