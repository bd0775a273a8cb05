"""What the device host says comes to the screen, and it fits the smallest one."""

import pytest

from hardware.errors import Reason
from hardware.messages import ChipFound, CodeFound, FrameShown, FromHost, PreviewFrame, Status
from hardware.verdicts import (
    ROLE_OF,
    ChipExpected,
    ChipVerdict,
    CodeVerdict,
    DeviceState,
    DocumentKind,
    Rehearsal,
    Role,
)
from kiosk import advice
from kiosk.visit import Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.kit import Kit
from screens.widgets.preview import Preview
from tests.screens.test_layout import show, text_of

SAYINGS: list[tuple[Rehearsal, FromHost]] = [
    *((Rehearsal.CODE, CodeFound(v, DocumentKind.PASSPORT, "GBD")) for v in CodeVerdict),
    *(
        (rehearsal, Status(ROLE_OF[rehearsal], state, Reason.ABSENT))
        for rehearsal in (Rehearsal.CODE, Rehearsal.CHIP)
        for state in DeviceState
    ),
]


@pytest.mark.grid
@pytest.mark.parametrize("language", ["en", "da"])
async def test_every_finding_fits_and_says_what_to_do(kit: Kit, language: str) -> None:
    """Each verdict and state is shown whole at 80x24, with its advice, in both languages."""
    app = ReactivationApp(kit, [])
    # The test speaks for the host: the app's own would say that it has no device.
    app.link.send = lambda message: None  # type: ignore[method-assign]
    spoken = kit.languages[language]
    async with app.run_test(size=(80, 24)) as pilot:
        for number, (rehearsal, saying) in enumerate(SAYINGS):
            # One verdict on a code takes the place of another; all else begins anew.
            if not number or not isinstance(saying, CodeFound):
                await show(pilot, Visit(language, Spot(Kind.REHEARSAL, rehearsal.value)))
            app.heard(saying)
            await pilot.pause()
            shown = " ".join(text_of(app).split())
            assert app.screen.query_one("#words").max_scroll_y == 0, saying
            if isinstance(saying, CodeFound):
                assert spoken.say(advice.CODE[saying.verdict].found) in shown
            if isinstance(saying, Status) and saying.state is DeviceState.OUT_OF_ORDER:
                assert "".join(spoken.say(advice.WITHOUT_DEVICE[rehearsal]).split())[:30] in (
                    "".join(shown.split())
                )


async def test_the_visit_learns_only_verdicts(kit: Kit) -> None:
    """What is found is remembered as enums and a country, for the steps to come."""
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, Visit("en", Spot(Kind.REHEARSAL, "code")))
        app.heard(CodeFound(CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK", ChipExpected.YES))
        assert app.visit is not None
        assert app.visit.learned.facts() == {"code:good", "kind:passport", "chip-expected:yes"}
        assert app.visit.learned.country == "DNK"


async def test_what_comes_late_from_the_devices_changes_nothing(kit: Kit) -> None:
    """A message for a rehearsal that has been left, or after the visit, is dropped."""
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        app.heard(ChipFound(ChipVerdict.ANSWERS))
        assert app.visit is None
        await show(pilot, Visit("en", Spot(Kind.REHEARSALS)))
        app.heard(ChipFound(ChipVerdict.ANSWERS))
        assert app.visit is not None
        assert app.visit.learned.chip is None


async def test_the_preview_shows_the_frame_and_asks_for_the_next(kit: Kit) -> None:
    """A frame is painted as half blocks, and only then acknowledged."""
    sent: list[object] = []
    app = ReactivationApp(kit, [])
    app.link.send = sent.append  # type: ignore[method-assign]
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, Visit("en", Spot(Kind.REHEARSAL, "face")))
        size = app.screen.query_one(Preview).size
        assert size.width >= 30
        assert FrameShown(7) not in sent
        pixels = bytes([200, 40, 40]) * (size.width * size.height * 2)
        app.heard(Status(Role.CAMERA, DeviceState.READY))
        app.heard(PreviewFrame(7, size.width, size.height, pixels))
        while "▀" not in text_of(app):
            await pilot.pause()
        while FrameShown(7) not in sent:
            await pilot.pause()
