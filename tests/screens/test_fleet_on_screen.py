"""What the desk asks of the app, over a real broker: done, or refused with the reason."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from textual.pilot import Pilot

from hardware.errors import Reason
from hardware.messages import Healed, Status
from hardware.verdicts import DeviceState, HealingStep, Role
from kiosk import visit as walk
from kiosk.fleet import audit
from kiosk.fleet.commands import (
    Deed,
    EndCall,
    EndVisit,
    Guide,
    HandOver,
    Mute,
    ResetVisit,
    SayPhrase,
    SetLanguage,
    TakeCall,
    TestKiosk,
)
from kiosk.fleet.console_link import ConsoleLink
from kiosk.fleet.fleet_state import Kiosk
from kiosk.fleet.helping import Call, Helped
from kiosk.fleet.reports import Doing, OutOfOrder, Refusal, Result
from kiosk.fleet.topics import Place
from kiosk.places import Folders
from kiosk.visit import Kind, Spot
from screens.app import ReactivationApp
from screens.idle import IdleWarning
from screens.kit import load_kit
from screens.loudspeaker import Loudspeaker
from screens.phrase import PhraseScreen
from screens.staff_menu.wishes import PutOutOfOrder
from tests.brokers import Broker, broker
from tests.e2e.at_desk import kiosk_site
from tests.processes import LONG

PLACE = Place("lyngby", "kiosk-1")
PEOPLE = {
    "anna": ("clerk", ["lyngby"]),
    "bo": ("clerk", ["lyngby"]),
    "cai": ("supervisor", ["lyngby"]),
    "dan": ("technician", ["lyngby"]),
}


class Desk:
    """The app at the kiosk, and the consoles of its centre."""

    def __init__(self, app: ReactivationApp, pilot: Pilot[None], state: Path, real: Broker) -> None:
        self.app = app
        self.pilot = pilot
        self.state = state
        self.broker = real
        self.consoles: dict[str, ConsoleLink] = {}

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Waits until it is so, while the app goes on."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LONG):
                while not condition():
                    await self.pilot.pause(0.02)
        assert condition(), what

    def seen(self, name: str = "anna") -> Kiosk:
        """The kiosk as this console sees it."""
        found = self.consoles[name].fleet.get(PLACE)
        assert found is not None
        return found

    async def ask(self, deed: Deed, sid: str | None = None, name: str = "anna") -> Refusal | None:
        """Asks for something, of the visit that is there; why it was not done."""
        step = self.seen(name).step
        ack = await self.consoles[name].ask(PLACE, deed, sid or (step.sid if step else None))
        assert (ack.result is Result.DONE) is (ack.why is None)
        return ack.why

    async def begins(self) -> None:
        """Somebody begins a visit, and the desk sees it."""
        await self.pilot.press("1")
        await self.until(lambda: self.app.visit is not None, "a visit begins")
        await self.until(lambda: self.seen().step is not None, "the desk sees it")

    async def calls(self) -> str:
        """The person calls; the number of the call."""
        self.app._pressed = ("", 0.0)
        await self.pilot.press("#")
        await self.until(lambda: self.seen().call is Call.OPEN, "the desk hears the call")
        found = self.seen().help
        assert found is not None
        return found.id

    def deeds(self) -> list[tuple[str, str, str | None]]:
        """What the audit holds."""
        rows = audit.rows(self.state / "audit.sqlite")
        return [(row.operator, row.deed, row.why) for row in rows]


@asynccontextmanager
async def desk_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *people: str
) -> AsyncIterator[Desk]:
    """An app without devices, joined to a broker, and the consoles of these people."""
    state = tmp_path / "state"
    monkeypatch.setenv("STATE_DIRECTORY", str(state))
    with broker(tmp_path / "b", {"lyngby": ["kiosk-1"]}, PEOPLE) as real:
        kit = load_kit(Folders(kiosk_site(tmp_path / "kiosk", real, PLACE)), "en")
        app = ReactivationApp(kit, [], loudspeaker=Loudspeaker(kit, silent=True))
        async with app.run_test(size=(80, 24)) as pilot:
            desk = Desk(app, pilot, state, real)
            running = []
            for name in people:
                console = ConsoleLink(real.operator_folder(name), lambda: None)
                desk.consoles[name] = console
                running.append(asyncio.create_task(console.run()))
            await desk.until(
                lambda: all(c.fleet.get(PLACE) is not None for c in desk.consoles.values()),
                "each console sees the kiosk",
            )
            await desk.until(lambda: app.helped.staffed, "the kiosk sees that somebody is there")
            try:
                yield desk
            finally:
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)


async def test_a_call_is_answered_once_handed_over_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_of(tmp_path, monkeypatch, "anna", "bo") as desk:
        await desk.begins()
        assert await desk.ask(EndCall()) is Refusal.UNKNOWN
        call = await desk.calls()
        assert desk.app.helped == Helped(True, Call.OPEN)
        assert await desk.ask(TakeCall("0" * 16)) is Refusal.UNKNOWN
        assert await desk.ask(HandOver("bo")) is Refusal.UNKNOWN
        assert await desk.ask(TakeCall(call)) is None
        assert desk.app.helped == Helped(True, Call.TAKEN, "anna")
        await desk.until(lambda: desk.seen("bo").call is Call.TAKEN, "the colleague sees it")
        assert await desk.ask(TakeCall(call), name="bo") is Refusal.TAKEN
        assert await desk.ask(HandOver("anna"), name="bo") is Refusal.TAKEN
        for nobody in ("dan", "eve"):
            assert await desk.ask(HandOver(nobody)) is Refusal.UNKNOWN
        assert await desk.ask(HandOver("bo")) is None
        assert desk.app.helped.by == "bo"
        assert await desk.ask(EndCall(), name="bo") is None
        assert desk.app.helped == Helped(True)
        await desk.until(lambda: desk.seen().help is None, "the call is gone")
        await desk.until(lambda: ("bo", "end-call", None) in desk.deeds(), "the audit has it")
        assert ("bo", "take-call", "taken") in desk.deeds()
        assert audit.verify(desk.state / "audit.sqlite") is None


async def test_a_call_from_the_first_screen_reaches_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With it a visit begins, which the desk can help."""
    async with desk_of(tmp_path, monkeypatch, "anna") as desk:
        call = await desk.calls()
        assert desk.app.visit is not None
        assert desk.app.visit.spot == Spot(Kind.STAFF)
        await desk.until(lambda: desk.seen().step is not None, "the desk sees the visit")
        assert await desk.ask(TakeCall(call)) is None
        assert desk.app.helped == Helped(True, Call.TAKEN, "anna")


async def test_a_call_ends_when_the_person_needs_nobody_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_of(tmp_path, monkeypatch, "anna") as desk:
        await desk.begins()
        await desk.calls()
        await desk.pilot.press("4")
        await desk.until(lambda: desk.seen().call is Call.NONE, "the desk hears that it ended")
        assert desk.app.helped == Helped(True)


async def test_the_desk_guides_a_visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_of(tmp_path, monkeypatch, "anna") as desk:
        app = desk.app
        await desk.begins()
        assert await desk.ask(Guide("open-app")) is Refusal.UNKNOWN, "no situation was chosen"
        assert await desk.ask(Guide("no-such-step", "app")) is Refusal.UNKNOWN
        wanted = app.kit.content.situations["app"].numbered[2].id
        assert await desk.ask(Guide(wanted, "app")) is None
        assert app.visit is not None
        assert app.visit.spot == Spot(Kind.STEP, wanted)
        await desk.until(lambda: desk.seen().step.step == wanted, "the desk sees the step")

        assert await desk.ask(SayPhrase("no-such-phrase")) is Refusal.UNKNOWN
        assert await desk.ask(SayPhrase(next(iter(app.kit.phrases)))) is None
        await desk.until(lambda: isinstance(app.screen, PhraseScreen), "the phrase is shown")
        app._pressed = ("", 0.0)
        await desk.pilot.press("1")
        await desk.until(lambda: not isinstance(app.screen, PhraseScreen), "it was read")
        assert app.visit.spot == Spot(Kind.STEP, wanted)

        assert await desk.ask(SetLanguage("xx")) is Refusal.UNKNOWN
        assert await desk.ask(SetLanguage("da")) is None
        assert app.visit.language == "da"

        app.last_input = app.clock() - app.kit.settings.idle.on_phone_seconds - 1
        await desk.until(lambda: isinstance(app.screen, IdleWarning), "a warning")
        assert await desk.ask(Guide(app.kit.content.situations["app"].numbered[3].id)) is None
        await desk.until(lambda: not isinstance(app.screen, IdleWarning), "it gives way")

        assert await desk.ask(Mute(60)) is None
        assert app._is_mute()


async def test_the_desk_ends_a_visit_and_begins_it_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.app.WIPED_SHOWN", 0.1)
    async with desk_of(tmp_path, monkeypatch, "anna", "cai") as desk:
        app = desk.app
        await desk.begins()
        step = desk.seen().step
        assert step is not None
        first = step.sid
        assert await desk.ask(TestKiosk(), name="cai") is Refusal.BUSY
        assert await desk.ask(SetLanguage("da")) is None
        assert await desk.ask(ResetVisit()) is None
        await desk.until(lambda: app.visit is not None and not app.wiping, "it begins anew")
        assert app.visit is not None
        assert app.visit.language == "da"
        await desk.until(
            lambda: (now := desk.seen().step) is not None and now.sid != first,
            "it is another visit for the desk",
        )
        assert await desk.ask(EndVisit(), first) is Refusal.SESSION, "meant for the one before"
        assert app.visit is not None
        assert await desk.ask(EndVisit()) is None
        assert app.visit is None
        await desk.until(lambda: desk.seen().step is None, "the desk sees that it has ended")
        assert desk.seen().state.state is Doing.IDLE


async def test_a_technician_ends_no_visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the technician's console has been made to ask."""
    async with desk_of(tmp_path, monkeypatch, "anna", "dan") as desk:
        await desk.begins()
        monkeypatch.setattr("kiosk.fleet.console_link.MAY", {desk.consoles["dan"].rank: {EndVisit}})
        assert await desk.ask(EndVisit(), name="dan") is Refusal.RANK
        assert desk.app.visit is not None


async def test_out_of_order_is_told_and_without_a_console_nobody_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_of(tmp_path, monkeypatch, "anna") as desk:
        app = desk.app
        await desk.begins()
        app.show_helped(Helped(False))
        fleet = app.fleet
        assert fleet is not None
        fleet._staffed(False)
        app._pressed = ("", 0.0)
        await desk.pilot.press("#")
        assert app.visit is not None
        assert app.visit.spot == Spot(Kind.STAFF)
        assert app.helped.call is Call.NONE
        from screens.staff_menu.wishes import Page, Where

        app.staff_menu.where = Where(Page.MENU)
        app._act_for_staff(PutOutOfOrder(OutOfOrder.CLEANING))
        await desk.until(lambda: desk.seen().state.state is Doing.OUT_OF_ORDER, "the desk sees why")
        assert desk.seen().state.reason is OutOfOrder.CLEANING
        await desk.until(
            lambda: ("kiosk", "out-of-order-cleaning", None) in desk.deeds(), "the audit has it"
        )


async def test_a_kiosk_whose_files_of_the_fleet_are_missing_works_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    settings = tmp_path / "kiosk.toml"
    settings.write_text('[fleet]\nbroker = "mqtts://127.0.0.1:1"\ncentre = "a"\nname = "b"\n')
    app = ReactivationApp(load_kit(Folders(settings), "en"), [])
    async with app.run_test(size=(80, 24)) as pilot:
        async with asyncio.timeout(LONG):
            while "works without the fleet" not in caplog.text:
                await pilot.pause(0.02)
        await pilot.press("1")
        await pilot.press("#")
        assert app.visit is not None
        assert app.visit.spot == Spot(Kind.STAFF)
        assert app.fleet is None


@pytest.mark.slow
async def test_a_broker_that_goes_away_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The citizen notices nothing but that nobody can be called; the desk sees all of it later."""
    monkeypatch.setattr("kiosk.fleet.kiosk_link.LONGEST", 1.0)
    monkeypatch.setattr("kiosk.fleet.console_link._WAITS", (0.2, 1.0))
    async with desk_of(tmp_path, monkeypatch, "anna") as desk:
        app = desk.app
        await desk.begins()
        call = await desk.calls()
        desk.broker.kill()
        await desk.until(lambda: not app.helped.staffed, "nobody is there any more")
        wanted = app.kit.content.situations["app"].numbered[0].id
        app.happen(walk.Guide(wanted, "app"))
        app._pressed = ("", 0.0)
        await desk.pilot.press("1")
        assert app.visit is not None
        assert app.visit.spot.kind is Kind.STEP
        second = app.visit.spot.id
        assert second != wanted
        desk.broker.start()
        await desk.until(lambda: app.helped.staffed, "somebody is there again")
        await desk.until(
            lambda: (now := desk.seen().step) is not None and now.step == second,
            "the desk sees where the visit is now",
        )
        assert await desk.ask(TakeCall(call)) is None
        assert app.helped.by == "anna"


async def test_the_desk_sees_the_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_of(tmp_path, monkeypatch, "anna") as desk:
        desk.app.heard(Status(Role.READER, DeviceState.OUT_OF_ORDER, Reason.LOST))
        desk.app.heard(Healed(Role.READER, HealingStep.GIVEN_UP))
        await desk.until(
            lambda: desk.seen().state.devices == {Role.READER: DeviceState.OUT_OF_ORDER},
            "the desk sees it",
        )
