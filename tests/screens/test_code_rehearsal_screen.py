"""The code before a camera and on glass: one hint at a time, and it fits the smallest screen."""

import msgspec
import numpy as np
import pytest
from textual.pilot import Pilot

from hardware.errors import Reason
from hardware.messages import (
    CodeCoached,
    CodeFound,
    FrameShown,
    FromHost,
    PreviewFrame,
    Resize,
    Scan,
    Status,
    ToHost,
)
from hardware.verdicts import (
    CodeHint,
    CodeVerdict,
    DeviceState,
    DocumentKind,
    Rehearsal,
    Role,
    ScannerKind,
)
from kiosk import advice, coaching
from kiosk.access import Theme
from kiosk.visit import Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.code_rehearsal import SWIPE, CodeRehearsalScreen
from screens.kit import Kit
from screens.widgets import hint_view, outlines
from screens.widgets.hint_view import HintDrawing, HintView
from screens.widgets.preview import Preview
from tests.screens.audit import contrast_faults
from tests.screens.test_layout import dead_keys, key_faults, show, text_of

SIZES = [(80, 24), (120, 40), (200, 60)]
PICTURE_SCANNERS = [ScannerKind.CAMERA, ScannerKind.FLATBED, ScannerKind.FEEDER]
LIVE_OR_NOT = PICTURE_SCANNERS[:2]
"""Once a code was read the two kinds of scanners look the same."""
GOOD = CodeFound(CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK")


@pytest.fixture(autouse=True)
def _hints_stand_until_the_test_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hint_view, "SHOWN_FOR", 3600.0)


class Rehearsed:
    """A rehearsal of the code on the screen; the test speaks for the device host."""

    def __init__(self, kit: Kit, language: str = "en") -> None:
        self.app = ReactivationApp(kit, [])
        self.said: list[ToHost] = []
        self.app.link.send = self.said.append  # type: ignore[method-assign]
        self.language = kit.languages[language]
        self.visit = Visit(language, Spot(Kind.REHEARSAL, Rehearsal.CODE.value))

    async def begin(self, pilot: Pilot[int], kind: ScannerKind) -> None:
        """Brings the screen up, with this kind of scanner ready."""
        screen = await show(pilot, self.visit)
        assert isinstance(screen, CodeRehearsalScreen)
        self.screen = screen
        await self.hears(pilot, Status(Role.SCANNER, DeviceState.READY, scanner=kind))

    async def hears(self, pilot: Pilot[int], *messages: FromHost) -> None:
        """The device host says these."""
        for message in messages:
            self.app.heard(message)
        await pilot.pause()
        await pilot.pause()

    async def stood(self, pilot: Pilot[int]) -> None:
        """A second passes: the hint has stood long enough."""
        self.hints.stood()
        await pilot.pause()
        await pilot.pause()

    @property
    def hints(self) -> HintView:
        return self.screen.query_one(HintView)

    @property
    def preview(self) -> Preview:
        return self.screen.query_one(Preview)

    def words(self) -> str:
        """What can be read in the column of words."""
        region = self.screen.query_one("#words").region
        rows = text_of(self.app).split("\n")[region.y : region.bottom]
        return " ".join(" ".join(row[region.x : region.right] for row in rows).split())

    def shows(self, words: coaching.Coaching) -> bool:
        """Whether both sentences can be read whole."""
        say = self.language.say
        spoken = f"{say(words.seen)} {say(words.do)}"
        assert (self.hints.spoken == spoken) == (spoken in self.readable())
        return self.hints.spoken == spoken

    def readable(self) -> str:
        """The words of the hint as they are laid out, one row after the other."""
        region = self.screen.query_one(".hint-words").region
        rows = text_of(self.app).split("\n")[region.y : region.bottom]
        return " ".join(" ".join(row[region.x : region.right] for row in rows).split())


@pytest.mark.grid
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("kind", PICTURE_SCANNERS)
async def test_every_hint_fits_with_its_drawing(
    kit: Kit, kind: ScannerKind, language: str, size: tuple[int, int]
) -> None:
    """No word is cut off, the drawing has its room, every key is alive, all can be read."""
    told = Rehearsed(kit, language)
    async with told.app.run_test(size=size) as pilot:
        await told.begin(pilot, kind)
        for hint in CodeHint:
            await told.hears(pilot, CodeCoached(hint))
            await told.stood(pilot)
            assert told.shows(coaching.on_hint(hint, kind)), hint
            drawing = told.screen.query_one(HintDrawing)
            assert drawing.size.width >= HintDrawing.SMALLEST[0], hint
            assert drawing.size.height >= HintDrawing.SMALLEST[1], hint
            assert drawing.region in told.screen.query_one("#words").region
            assert told.screen.query_one("#words").max_scroll_y == 0, hint
            assert list(key_faults(told.screen, size)) == []
            assert list(dead_keys(kit, told.visit, told.screen)) == []
            assert list(contrast_faults(told.screen, Theme.LIGHT)) == []


@pytest.mark.grid
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("kind", LIVE_OR_NOT)
async def test_every_verdict_takes_the_place_of_the_hint(
    kit: Kit, kind: ScannerKind, language: str, size: tuple[int, int]
) -> None:
    """What was found is shown whole, and the live picture is no more to be looked at."""
    told = Rehearsed(kit, language)
    async with told.app.run_test(size=size) as pilot:
        await told.begin(pilot, kind)
        for verdict in CodeVerdict:
            await told.stood(pilot)
            await told.hears(pilot, CodeFound(verdict, DocumentKind.PASSPORT, "GBD"))
            for sentence in advice.on_code(verdict, told.language, "?")[:2]:
                assert sentence in told.words()
            assert not told.preview.region
            assert not told.hints.region
            assert not told.hints.spoken
            assert told.screen.query_one("#words").max_scroll_y == 0
            assert list(key_faults(told.screen, size)) == []
            assert list(contrast_faults(told.screen, Theme.LIGHT)) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_live_picture_has_a_frame_for_the_code(kit: Kit, size: tuple[int, int]) -> None:
    """It stands beside the hint, is asked for at its size, and every frame is acknowledged."""
    told = Rehearsed(kit)
    async with told.app.run_test(size=size) as pilot:
        await told.begin(pilot, ScannerKind.CAMERA)
        region = told.preview.region
        assert region.width >= 40
        assert region in told.screen.region
        assert Resize(*told.preview.size) in told.said
        # A wide picture, as a document camera sends it: whole, so not as high as there is room.
        columns, rows = region.width, region.width * 9 // 32
        pixels = np.full((2 * rows, columns, 3), 120, np.uint8)
        await told.hears(pilot, PreviewFrame(3, columns, rows, pixels.tobytes(), Role.SCANNER))
        while FrameShown(3) not in told.said:
            await pilot.pause()
        assert told.preview.outline == "code"
        colours = {
            tuple(colour.get_truecolor())
            for strip in told.preview.render_lines(told.preview.region.reset_offset)
            for _, style, _ in strip
            if style is not None
            for colour in (style.color, style.bgcolor)
            if colour is not None
        }
        assert {outlines.BRIGHT, outlines.DARK, (120, 120, 120)} <= colours


async def test_a_picture_for_which_there_is_no_room_holds_nothing_up(kit: Kit) -> None:
    """Before the live picture has its place, and once a code was read, frames are let go."""
    told = Rehearsed(kit)
    async with told.app.run_test(size=(80, 24)) as pilot:
        screen = await show(pilot, told.visit)
        await told.hears(pilot, PreviewFrame(1, 1, 1, bytes(6), Role.SCANNER))
        assert FrameShown(1) in told.said
        await told.begin(pilot, ScannerKind.CAMERA)
        assert screen is not told.screen
        await told.hears(pilot, GOOD)
        await told.hears(pilot, PreviewFrame(2, 1, 1, bytes(6), Role.SCANNER))
        assert FrameShown(2) in told.said


async def test_a_hint_stands_for_a_second_and_then_the_newest_comes(kit: Kit) -> None:
    """Hints that come meanwhile do not flicker by."""
    told = Rehearsed(kit)
    camera = coaching.CAMERA
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot, ScannerKind.CAMERA)
        assert told.shows(camera[CodeHint.NO_DOCUMENT])
        await told.hears(pilot, CodeCoached(CodeHint.TOO_FAR), CodeCoached(CodeHint.GLARE))
        assert told.shows(camera[CodeHint.NO_DOCUMENT])
        await told.stood(pilot)
        assert told.shows(camera[CodeHint.GLARE])
        # What has come and gone again within the second is not shown at all.
        await told.hears(pilot, CodeCoached(CodeHint.TOO_FAR), CodeCoached(CodeHint.GLARE))
        await told.stood(pilot)
        assert told.shows(camera[CodeHint.GLARE])
        await told.hears(pilot, CodeCoached(CodeHint.TILTED))
        assert told.shows(camera[CodeHint.TILTED]), "the one before has stood long enough"


async def test_a_second_passes_by_itself(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to press anything for the next hint to come."""
    monkeypatch.setattr(hint_view, "SHOWN_FOR", 0.01)
    told = Rehearsed(kit)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot, ScannerKind.CAMERA)
        await told.hears(pilot, CodeCoached(CodeHint.TOO_FAR), CodeCoached(CodeHint.GLARE))
        while told.hints.spoken.split(".")[0] != "Light is reflected on the code":
            await pilot.pause()


async def test_a_code_is_told_at_once_and_a_new_document_is_coached_again(kit: Kit) -> None:
    """The verdict waits for no hint, and no late hint takes its place."""
    told = Rehearsed(kit)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot, ScannerKind.CAMERA)
        await told.hears(pilot, CodeCoached(CodeHint.READ), GOOD)
        assert advice.CODE[CodeVerdict.GOOD].found in told.words()
        await told.stood(pilot)
        assert advice.CODE[CodeVerdict.GOOD].found in told.words()
        assert told.preview.region.area == 0
        # The camera is lost: what was found stays to be read.
        await told.hears(pilot, Status(Role.SCANNER, DeviceState.OUT_OF_ORDER, Reason.ABSENT))
        assert advice.CODE[CodeVerdict.GOOD].found in told.words()
        # The host speaks again only when another document is shown.
        await told.hears(pilot, CodeCoached(CodeHint.CUT_OFF))
        assert told.shows(coaching.CAMERA[CodeHint.CUT_OFF])
        assert told.preview.region
        assert advice.CODE[CodeVerdict.GOOD].found not in told.words()


async def test_a_camera_that_is_lost_says_so_and_coaches_when_it_is_back(kit: Kit) -> None:
    """Its last picture does not stay, and the guide goes on without it."""
    told = Rehearsed(kit)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot, ScannerKind.CAMERA)
        await told.hears(pilot, PreviewFrame(1, 2, 1, bytes(12), Role.SCANNER))
        assert "▀" in text_of(told.app)
        await told.hears(pilot, Status(Role.SCANNER, DeviceState.OUT_OF_ORDER, Reason.ABSENT))
        assert advice.WITHOUT_DEVICE[Rehearsal.CODE] in told.words()
        assert not told.preview.region
        ready = Status(Role.SCANNER, DeviceState.READY, scanner=ScannerKind.CAMERA)
        await told.hears(pilot, ready)
        assert told.shows(coaching.CAMERA[CodeHint.NO_DOCUMENT])
        assert told.preview.region
        live = told.preview.region
        rows = text_of(told.app).split("\n")[live.y : live.bottom]
        assert not "".join(row[live.x : live.right] for row in rows).strip()


async def test_key_3_scans_what_lies_on_the_glass(kit: Kit) -> None:
    """Pressed by its digit; while it scans there is no such key; then what was found comes."""
    told = Rehearsed(kit)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot, ScannerKind.FLATBED)
        assert told.shows(coaching.LAY_DOWN)
        assert not told.preview.region
        await pilot.press("3")
        await pilot.pause()
        assert told.said.count(Scan()) == 1
        assert told.shows(coaching.SCANNING)
        assert told.screen.key_for("3") is None
        scanning = Status(Role.SCANNER, DeviceState.OPENING, scanner=ScannerKind.FLATBED)
        ready = msgspec.structs.replace(scanning, state=DeviceState.READY)
        await told.hears(pilot, scanning, ready, GOOD)
        assert told.shows(coaching.SCANNING), "an indicator once shown stays"
        await told.stood(pilot)
        assert advice.CODE[CodeVerdict.GOOD].found in told.words()
        # And once more, with another document.
        assert told.screen.key_for("3") is not None
        told.app._pressed = ("", 0.0)
        await pilot.press("3")
        await pilot.pause()
        assert told.said.count(Scan()) == 2
        assert told.shows(coaching.SCANNING)
        await told.hears(pilot, CodeCoached(CodeHint.CUT_OFF))
        await told.stood(pilot)
        assert told.shows(coaching.FLATBED[CodeHint.CUT_OFF])
        assert told.screen.key_for("3") is not None


async def test_a_sheet_fed_scanner_needs_no_key(kit: Kit) -> None:
    """It begins by itself, shows that it does, and says what it found."""
    told = Rehearsed(kit)
    scanning = Status(Role.SCANNER, DeviceState.OPENING, scanner=ScannerKind.FEEDER)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot, ScannerKind.FEEDER)
        assert told.shows(coaching.PUT_IN)
        assert not told.preview.region
        await told.hears(pilot, scanning)
        assert told.shows(coaching.DRAWN_IN)
        await told.hears(pilot, CodeCoached(CodeHint.GLARE))
        await told.stood(pilot)
        assert told.shows(coaching.PUT_IN_AGAIN)
        assert told.screen.key_for("3") is None
        await told.hears(pilot, scanning, GOOD)
        await told.stood(pilot)
        assert advice.CODE[CodeVerdict.GOOD].found in told.words()
        assert told.screen.key_for("3") is None
        assert told.said.count(Scan()) == 0


async def test_a_scanner_that_is_lost_offers_no_scan(kit: Kit) -> None:
    """Neither while it waits for a document nor after it has read one."""
    told = Rehearsed(kit)
    lost = Status(Role.SCANNER, DeviceState.OUT_OF_ORDER, Reason.ABSENT)
    back = Status(Role.SCANNER, DeviceState.READY, scanner=ScannerKind.FLATBED)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await told.begin(pilot, ScannerKind.FLATBED)
        await told.hears(pilot, lost)
        assert told.screen.key_for("3") is None
        assert advice.WITHOUT_DEVICE[Rehearsal.CODE] in told.words()
        await told.hears(pilot, back)
        assert told.shows(coaching.LAY_DOWN)
        await told.stood(pilot)
        await told.hears(pilot, GOOD, lost)
        assert advice.CODE[CodeVerdict.GOOD].found in told.words()
        assert told.screen.key_for("3") is None
        await told.hears(pilot, back)
        assert told.screen.key_for("3") is not None


async def test_a_swipe_reader_is_explained_when_it_is_known(kit: Kit) -> None:
    """Before that nobody is told to pull a passport through a camera."""
    told = Rehearsed(kit)
    async with told.app.run_test(size=(80, 24)) as pilot:
        await show(pilot, told.visit)
        assert "Pull" not in text_of(told.app)
        await told.begin(pilot, ScannerKind.SWIPE)
        assert told.language.say(SWIPE) in told.words()
        assert not told.hints.region
        assert told.screen.key_for("3") is None
