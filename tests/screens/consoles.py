"""A console with kiosks that tell what they do, by the very messages of the broker, without one."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from hardware.errors import Reason
from hardware.verdicts import ChipVerdict, CodeVerdict, DeviceState, FaceHint, Role
from kiosk.fleet.commands import Deed, Rank
from kiosk.fleet.console_link import ConsoleError, Silence
from kiosk.fleet.fleet_state import Fleet
from kiosk.fleet.reports import (
    Ack,
    Call,
    Doing,
    Help,
    KioskState,
    Refusal,
    Report,
    Result,
    SelfTestReport,
    StepReport,
    Why,
    encode,
)
from kiosk.fleet.topics import Leaf, Place
from kiosk.selftest.results import State as CheckState
from kiosk.selftest.results import Verdict
from kiosk.situations.model import Content
from kiosk.visit import Kind
from screens.kit import Kit
from screens.operator.app import ConsoleApp

NOW = 1_800_000_000.0
BOOT = "0" * 16
CALL = "c" * 16
SID = "5" * 24
ONE = Place("lyngby", "kiosk-1")


class DeskLink:
    """What the console's link is to the screens: a fleet, and a broker that is only told of."""

    def __init__(
        self,
        changed: Callable[[], None],
        rank: Rank = Rank.CLERK,
        centres: tuple[str, ...] = ("lyngby",),
        refusal: Refusal | None = None,
        silence: Silence | None = None,
    ) -> None:
        self.fleet = Fleet()
        self.operator, self.rank, self.centres = "anna", rank, centres
        self.connected = True
        self.since = NOW
        self.asked: list[tuple[Place, Deed, str | None]] = []
        self._changed, self._refusal, self._silence = changed, refusal, silence

    def colleagues(self, centre: str) -> list[str]:
        return ["bo", "carla"] if centre == "lyngby" else []

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def ask(self, place: Place, deed: Deed, sid: str | None = None) -> Ack:
        self.asked.append((place, deed, sid))
        if self._silence:
            raise ConsoleError(self._silence)
        result = Result.REJECTED if self._refusal else Result.DONE
        return Ack(n="0" * 32, result=result, why=self._refusal)

    def heard(self, place: Place, leaf: Leaf, report: Report | None, now: float = NOW) -> None:
        """A kiosk tells something; None takes it back."""
        payload = encode(report) if report is not None else b""
        self.fleet.heard(place.topic(leaf), payload, False, now)
        self._changed()


def state(doing: Doing, **more: Any) -> KioskState:
    """What a kiosk does now."""
    return KioskState(state=doing, boot=BOOT, at=int(NOW), since=int(NOW), app="0.8.0", **more)


def step_of(content: Content, at: int = 6, **more: Any) -> StepReport:
    """A visit in the first situation, at one of its steps."""
    situation = content.situations["app"]
    step = situation.numbered[at]
    told: dict[str, Any] = {"tries": 0} | more
    return StepReport(
        sid=SID,
        kind=Kind.STEP,
        since=int(NOW) - 75,
        situation="app",
        step=step.id,
        n=at + 1,
        of=len(situation.numbered),
        phase=step.phase,
        **told,
    )


def centre_of_all(link: DeskLink, content: Content) -> None:
    """A kiosk of every grade in one centre; the first one calls."""
    devices = dict.fromkeys(Role, DeviceState.READY)
    at = {name: Place("lyngby", name) for name in
          ("kiosk-1", "kiosk-2", "kiosk-3", "kiosk-4", "kiosk-5", "kiosk-6", "kiosk-7", "kiosk-8",
           "kiosk-9")}  # fmt: skip
    one = at["kiosk-1"]
    stuck = step_of(content, 8, tries=3, code=CodeVerdict.GOOD, chip=ChipVerdict.NONE,
                    hint=FaceHint.BACKLIGHT)  # fmt: skip
    link.heard(one, Leaf.STEP, stuck)
    link.heard(one, Leaf.HELP, Help(id=CALL, sid=SID, reason=Why.CITIZEN, since=int(NOW)))
    broken = {**devices, Role.READER: DeviceState.OUT_OF_ORDER}
    link.heard(one, Leaf.STATE, state(Doing.VISIT, help=Call.OPEN, language="da", devices=broken))
    tested = SelfTestReport(at=int(NOW) - 3600, verdict=Verdict.FAIL,
                            checks={"reader.present": CheckState.FAIL},
                            reasons={Role.READER: Reason.ABSENT})  # fmt: skip
    link.heard(one, Leaf.SELFTEST, tested)
    link.heard(at["kiosk-2"], Leaf.STEP, step_of(content, 3))
    helped = state(Doing.VISIT, help=Call.TAKEN, by="carla", language="en", devices=devices)
    link.heard(at["kiosk-2"], Leaf.STATE, helped)
    link.heard(at["kiosk-3"], Leaf.STEP, step_of(content, 5, tries=4))
    link.heard(at["kiosk-3"], Leaf.STATE, state(Doing.VISIT, devices=devices))
    link.heard(at["kiosk-4"], Leaf.STATE, state(Doing.IDLE), NOW - 400)
    link.fleet.tick(NOW)
    link.heard(at["kiosk-5"], Leaf.STATE, state(Doing.IDLE, devices=broken))
    link.heard(at["kiosk-6"], Leaf.STATE, state(Doing.OUT_OF_ORDER, reason="cleaning"))
    link.heard(at["kiosk-7"], Leaf.STATE, state(Doing.IDLE, devices=devices))
    link.heard(at["kiosk-7"], Leaf.SELFTEST, SelfTestReport(at=int(NOW), verdict=Verdict.WARN))
    link.heard(at["kiosk-8"], Leaf.STEP, step_of(content, 1))
    link.heard(at["kiosk-8"], Leaf.STATE, state(Doing.VISIT, devices=devices))
    link.heard(at["kiosk-9"], Leaf.STATE, state(Doing.IDLE, devices=devices))


def console(
    kit: Kit, language: str = "en", now: Callable[[], float] = lambda: NOW + 65, **of_link: Any
) -> ConsoleApp:
    """A console whose link is a `DeskLink`; the clock stands still unless another is given."""
    app = ConsoleApp(kit, lambda changed: DeskLink(changed, **of_link), language, now=now)
    app.sound = False
    return app


def link_of(app: ConsoleApp) -> DeskLink:
    """The link of such a console."""
    return cast(DeskLink, app.link)
