"""The rehearsal of the chip on the screen: what to do, how far it is, what came out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from textual.pilot import Pilot

from hardware.errors import Reason
from hardware.messages import ChipFound, ChipProgress, FromHost, Status
from hardware.verdicts import ChipPhase, ChipVerdict, DeviceState, Role
from kiosk import advice
from kiosk.access import Theme
from kiosk.tried import CHIP_FOUND
from kiosk.visit import Kind, Spot, Visit
from screens import chip_rehearsal
from screens.app import ReactivationApp
from screens.chip_rehearsal import DRAWN, PHASES, ChipRehearsalScreen, bar
from screens.frame import FrameScreen
from screens.kit import Kit
from screens.widgets.chip_drawings import ReaderView
from tests.screens.audit import contrast_faults
from tests.screens.spots import all_visits
from tests.screens.test_layout import show, text_of

READY = Status(Role.READER, DeviceState.READY)
SIZES = [(80, 24), (110, 32), (200, 60)]


class Told:
    """The app at the rehearsal of the chip, told what a device host would say."""

    def __init__(self, app: ReactivationApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    async def hears(self, *messages: FromHost) -> None:
        for message in messages:
            self.app.heard(message)
        await self.pilot.pause()

    @property
    def screen(self) -> ChipRehearsalScreen:
        assert isinstance(self.app.screen, ChipRehearsalScreen)
        return self.app.screen

    @property
    def drawing(self) -> str | None:
        view = self.screen.query_one(ReaderView)
        return view.drawing if view.region else None

    def shows(self, verdict: ChipVerdict) -> bool:
        return advice.CHIP[verdict].found in self.words

    @property
    def words(self) -> str:
        """What stands in the words, without the drawing beside them."""
        region = self.screen.query_one("#words").region
        rows = text_of(self.app).split("\n")[region.y : region.bottom]
        return " ".join(" ".join(row[region.x : region.right] for row in rows).split())


@asynccontextmanager
async def told_at(kit: Kit, language: str, size: tuple[int, int]) -> AsyncIterator[Told]:
    app = ReactivationApp(kit, [])
    app.link.send = lambda message: None  # type: ignore[method-assign]
    async with app.run_test(size=size) as pilot:
        await show(pilot, Visit(language, Spot(Kind.REHEARSAL, "chip")))
        yield Told(app, pilot)


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second passes by itself."""
    monkeypatch.setattr(chip_rehearsal, "SHOWN_FOR", 3600.0)


@pytest.mark.grid
@pytest.mark.parametrize("size", SIZES[:2], ids=str)
@pytest.mark.parametrize("language", ["en", "da"])
async def test_every_verdict_is_whole_on_the_screen(
    kit: Kit, language: str, size: tuple[int, int]
) -> None:
    spoken = kit.languages[language]
    async with told_at(kit, language, size) as told:
        for verdict in ChipVerdict:
            await show(told.pilot, Visit(language, Spot(Kind.REHEARSAL, "chip")))
            await told.hears(READY, ChipFound(verdict, 15))
            assert told.screen.query_one("#words").max_scroll_y == 0, verdict
            for sentence in advice.on_chip(verdict, spoken, 15):
                assert sentence in told.words, verdict
            assert told.drawing == DRAWN.get(verdict)
            if told.drawing:
                assert told.screen.query_one(ReaderView).render().plain.strip()


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["en", "da"])
async def test_how_far_the_reading_is_in_words_and_cells(
    kit: Kit, language: str, size: tuple[int, int]
) -> None:
    spoken = kit.languages[language]
    async with told_at(kit, language, size) as told:
        await told.hears(READY)
        for percent, phase in enumerate(ChipPhase):
            await told.hears(ChipProgress(phase, percent * 25))
            assert f"◉ {spoken.say(PHASES[phase])}" in told.words
            assert bar(percent * 25).split()[0] in told.words
            assert f"{percent * 25} %" in told.words
            assert spoken.say(chip_rehearsal.BEING_READ) in told.words
            assert spoken.say(chip_rehearsal.LIE_STILL) in told.words
            assert told.screen.query_one("#words").max_scroll_y == 0
        assert told.drawing == "lies"


def test_the_bar_is_as_long_as_it_says() -> None:
    assert bar(0) == "░" * 30 + "   0 %"
    assert bar(50) == "█" * 15 + "░" * 15 + "  50 %"
    assert bar(99).count("░") == 1
    assert bar(100) == "█" * 30 + " 100 %"


async def test_that_a_chip_is_being_read_stays_long_enough_to_be_seen(kit: Kit) -> None:
    async with told_at(kit, "en", (80, 24)) as told:
        await told.hears(READY, ChipProgress(ChipPhase.OPENING, 5))
        await told.hears(ChipProgress(ChipPhase.CHECKING, 100), ChipFound(ChipVerdict.WORKS))
        assert chip_rehearsal.BEING_READ in told.words
        assert "100 %" in told.words, "how far it is moves on meanwhile"
        assert told.app.visit is not None
        assert told.app.visit.learned.chip is ChipVerdict.WORKS
        told.screen.stood()
        await told.pilot.pause()
        assert told.shows(ChipVerdict.WORKS)
        assert chip_rehearsal.BEING_READ not in told.words


async def test_it_is_shown_without_anybody_doing_anything(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chip_rehearsal, "SHOWN_FOR", 0.01)
    async with told_at(kit, "en", (80, 24)) as told:
        await told.hears(ChipProgress(ChipPhase.OPENING, 5), ChipFound(ChipVerdict.WORKS))
        while not told.shows(ChipVerdict.WORKS):
            await told.pilot.pause(0.01)


async def test_where_to_lay_the_document_is_shown_until_it_lies_there(kit: Kit) -> None:
    async with told_at(kit, "en", (80, 24)) as told:
        assert told.drawing is None, "the reader is not ready yet"
        await told.hears(READY)
        assert told.drawing == "lay-on"
        await told.hears(ChipFound(ChipVerdict.NONE))
        assert told.drawing == "lay-on"
        await told.hears(ChipFound(ChipVerdict.SEVERAL))
        assert told.drawing == "alone"
        await told.hears(ChipProgress(ChipPhase.CONNECTING, 0))
        assert told.drawing == "lies"


async def test_a_document_that_comes_back_is_read_on(kit: Kit) -> None:
    async with told_at(kit, "en", (80, 24)) as told:
        await told.hears(ChipProgress(ChipPhase.READING, 40))
        told.screen.stood()
        await told.hears(ChipFound(ChipVerdict.REMOVED))
        assert told.shows(ChipVerdict.REMOVED)
        await told.hears(ChipProgress(ChipPhase.OPENING, 41))
        assert not told.shows(ChipVerdict.REMOVED)
        assert "41 %" in told.words


@pytest.mark.parametrize("verdict", [ChipVerdict.WORKS, ChipVerdict.SIGNATURE_WRONG])
async def test_what_a_chip_means_stays_when_the_document_is_taken_away(
    kit: Kit, verdict: ChipVerdict
) -> None:
    async with told_at(kit, "en", (80, 24)) as told:
        await told.hears(ChipFound(ChipVerdict.NONE), ChipFound(verdict))
        await told.hears(ChipFound(ChipVerdict.NONE))
        assert told.shows(verdict)
        assert told.app.visit is not None
        assert told.app.visit.learned.chip is verdict
        await told.hears(ChipProgress(ChipPhase.OPENING, 5))
        assert not told.shows(verdict), "another document"


async def test_a_reader_that_fails_says_that_it_is_the_kiosk_and_draws_nothing(kit: Kit) -> None:
    async with told_at(kit, "en", (80, 24)) as told:
        await told.hears(READY, ChipProgress(ChipPhase.READING, 40))
        lost = Status(Role.READER, DeviceState.OUT_OF_ORDER, Reason.LOST)
        await told.hears(lost, ChipFound(ChipVerdict.READER_LOST))
        assert told.shows(ChipVerdict.READER_LOST)
        assert "the kiosk's own trouble" in told.words
        assert told.drawing is None
        await told.hears(READY)
        assert not told.shows(ChipVerdict.READER_LOST)
        assert told.drawing == "lay-on"


async def test_everything_can_be_read_while_a_chip_is_read(kit: Kit) -> None:
    async with told_at(kit, "en", (80, 24)) as told:
        await told.hears(ChipProgress(ChipPhase.READING, 40))
        screen = told.app.screen
        assert isinstance(screen, FrameScreen)
        assert list(contrast_faults(screen, Theme.LIGHT)) == []


@pytest.mark.grid
@pytest.mark.parametrize("language", ["en", "da"])
async def test_the_clerk_is_told_what_to_do_for_every_verdict(kit: Kit, language: str) -> None:
    """With all else that can stand there, at 80x24: all verdicts at the longest step of the first
    situation, and at that of the others the longest of them."""
    spoken = kit.languages[language]
    first, *others = (v for v in all_visits(kit.content, language) if v.spot.kind is Kind.STAFF)
    longest = max(ChipVerdict, key=lambda verdict: len(spoken.say(CHIP_FOUND[verdict])))
    shown = [(first, verdict) for verdict in ChipVerdict] + [(visit, longest) for visit in others]
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        for visit, verdict in shown:
            learned = msgspec.structs.replace(visit.learned, chip=verdict)
            await show(pilot, msgspec.structs.replace(visit, learned=learned))
            assert app.screen.query_one("#words").max_scroll_y == 0, verdict
            assert spoken.say(CHIP_FOUND[verdict]) in " ".join(text_of(app).split())
