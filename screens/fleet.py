"""The app's end of the fleet: tells the desk what happens here, and does what it asks.

It is imported only where the settings name a broker, and after the first paint. The citizen at the
kiosk never waits for it.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec

from hardware.messages import FromHost, Healed, Status
from hardware.verdicts import DeviceState, Role
from kiosk.fleet import commands, operators
from kiosk.fleet.audit import Audit, AuditError
from kiosk.fleet.commands import MAY, Command
from kiosk.fleet.gate import Gate, Refused
from kiosk.fleet.helping import Call, Helped
from kiosk.fleet.kiosk_link import KioskLink
from kiosk.fleet.mqtt import Broker
from kiosk.fleet.observing import Watch
from kiosk.fleet.reports import (
    Ack,
    AuditHead,
    Doing,
    Ending,
    Happened,
    Help,
    Id,
    KioskState,
    Refusal,
    Result,
    SelfTestReport,
    Why,
)
from kiosk.fleet.topics import Place
from kiosk.places import made, state_folder
from kiosk.selftest.results import Run, Trigger
from kiosk.selftest.words import WELL, finding
from kiosk.situations.model import Situation
from kiosk.staff import record
from kiosk.visit import Guide, Kind, Speak, Visit

if TYPE_CHECKING:
    from screens.app import ReactivationApp

_VERSION = version("reactivation-kiosk")  # read from files: with the import, in a thread
OUTBOX = "outbox.sqlite"
TOLD_EVERY = 60.0
"""Seconds after which the state is told again: its age is that of the contact."""
LEAVES_WITHIN = 2.0
"""Seconds for the last words to the broker."""
log = logging.getLogger("kiosk.fleet")


class FleetEnd:
    """What the desk sees and does, beside the app, whose hooks it takes."""

    def __init__(self, app: "ReactivationApp") -> None:
        """`ConfigError` or `OSError` where the files of the fleet cannot be read or written."""
        kit = app.kit
        told = kit.settings.fleet
        folder = kit.folders.settings_file.parent / told.folder
        self._place = Place(told.centre, told.name)
        # A bridge on this machine has the key; whoever may open its socket may use it.
        ca, certificate, key = (
            None if told.broker.startswith("unix:") else folder / f"{name}.pem"
            for name in ("ca", "certificate", "key")
        )
        broker = Broker(told.broker, ca, certificate, key, str(self._place))
        self._operators = operators.load(folder / "operators.toml")
        self._app = app
        self._boot = secrets.token_hex(8)
        self._watch = Watch(kit.content, self._boot)
        self._gate = Gate(self._place, self._operators)
        kept = made(state_folder())
        self._audit = Audit(kept / record.NAME)
        self._link = KioskLink(
            broker, self._place, self._boot, kept / OUTBOX, self._command, self._staffed
        )
        # The disk may be slow or full: the screen does not wait for a row of the audit.
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="audit")
        self._call: Help | None = None
        self._helped = app.helped
        self._devices: dict[Role, DeviceState] = {}
        self._doing = Doing.STARTING
        self._since = time.time()
        self._number = 0
        self._told_run = ""
        self._ending: Ending | None = None
        self._loop = asyncio.get_running_loop()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Takes the app's hooks; from now on the desk is told."""
        app = self._app
        app.on_call, app.on_cancel = self.call, self.cancel
        app.on_phrase_read = self._phrase_read
        app.on_visit, app.on_heard, app.on_staff = self._visit, self._heard, self._at_kiosk
        if app.visit is not None:
            self._visit(None, app.visit)
        self._keep(lambda: self._audit.head())
        self._tell_state()
        self._tasks = [asyncio.create_task(self._link.run()), asyncio.create_task(self._go_on())]
        for task in self._tasks:
            task.add_done_callback(_note_end)

    async def close(self) -> None:
        """The app leaves, and says so to the broker if that does not take long."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LEAVES_WITHIN)
        self._disk.shutdown(wait=False)

    async def _go_on(self) -> None:
        """The state again and again, and each self-test soon after it has ended."""
        passed = TOLD_EVERY
        while True:
            self._tell_selftest(await asyncio.to_thread(self._app.self_testing.latest))
            if passed >= TOLD_EVERY or self._now_doing() is not self._doing:
                passed = 0.0
                self._tell_state()
            await asyncio.sleep(1.0)
            passed += 1.0

    # --- what is told ------------------------------------------------------------------------

    def _visit(self, before: Visit | None, after: Visit | None) -> None:
        """The visit has gone on, begun or ended."""
        ending, self._ending = self._ending, None
        if after is None and ending is None:
            ending = Ending.IDLE  # all other ways out of a visit are seen in it, or told before
        if after is None or after.spot.kind is Kind.OVER:
            self._drop_call()
            self._helped = Helped(self._helped.staffed)
        for event in self._watch.changed(before, after, ending):
            self._link.happened(event)
        self._link.tell_step(self._watch.report)
        self._tell_state()

    def _heard(self, message: FromHost) -> None:
        """The device host has said how a device is, or what it did about it."""
        match message:
            case Status(role, state):
                if self._devices.get(role) is not state:
                    self._devices[role] = state
                    self._tell_state()
            case Healed(role, step):
                event = self._watch.event(Happened.HEALED, role=role, healing=step)
                self._link.happened(event)

    def _at_kiosk(self, deed: str) -> None:
        """Somebody did something with the menu for staff."""
        self._keep(lambda: self._audit.append(operators.KIOSK, deed))
        if deed == "staff-menu-opened":
            self._link.happened(self._watch.event(Happened.STAFF_MENU))
        elif deed == "in-order":
            self._link.happened(self._watch.event(Happened.IN_SERVICE))
        elif deed.startswith("out-of-order"):
            self._link.happened(self._watch.event(Happened.OUT_OF_ORDER))
        if self._app.visit is not None and deed.startswith(("out-of-order", "end-visit")):
            self._ending = Ending.STAFF

    def _now_doing(self) -> Doing:
        if self._app.visit is not None:
            return Doing.VISIT
        return Doing.OUT_OF_ORDER if self._app.out_of_order else Doing.IDLE

    def _tell_state(self) -> None:
        app, doing, now = self._app, self._now_doing(), time.time()
        if doing is not self._doing:
            self._doing, self._since = doing, now
        self._number += 1
        state = KioskState(
            state=doing,
            boot=self._boot,
            seq=self._number,
            at=int(now),
            since=int(self._since),
            app=_VERSION,
            help=self._helped.call,
            by=self._helped.by or None,
            language=app.visit.language if app.visit else None,
            reason=app.out_of_order,
            devices=dict(self._devices),
        )
        self._link.tell_state(state)

    def _tell_selftest(self, run: Run | None) -> None:
        if run is None or run.run == self._told_run:
            return
        self._told_run = run.run
        for role in self._app.self_testing.roles:
            well = finding(run.checks, role) in WELL
            self._devices[role] = DeviceState.READY if well else DeviceState.OUT_OF_ORDER
        self._link.tell_selftest(_report(run))
        self._tell_state()

    # --- calls for help ----------------------------------------------------------------------

    def call(self) -> None:
        """The person calls; where nobody is at a console, the screen says where to go."""
        report = self._watch.report
        if report is None or self._call is not None or not self._helped.staffed:
            return
        now = int(time.time())
        self._call = Help(
            id=secrets.token_hex(8), sid=report.sid, reason=Why.CITIZEN, since=now, step=report.step
        )
        self._link.tell_help(self._call)
        self._happened(Happened.HELP_CALLED)
        self._help(call=Call.OPEN, by="")

    def cancel(self) -> None:
        """The person does not need anybody any more."""
        self._end_call()

    def _end_call(self) -> None:
        if self._drop_call():
            self._help(call=Call.NONE, by="")

    def _drop_call(self) -> bool:
        """The desk hears that the call has ended; whether there was one."""
        if self._call is None:
            return False
        self._call = None
        self._link.tell_help(None)
        self._happened(Happened.HELP_ENDED)
        return True

    def _happened(self, what: Happened, **more: object) -> None:
        report = self._watch.report
        situation = report.situation if report else None
        step = report.step if report else None
        event = self._watch.event(what, situation=situation, step=step, **more)
        self._link.happened(event)

    def _staffed(self, staffed: bool) -> None:
        self._help(staffed=staffed)

    def _phrase_read(self) -> None:
        self._helped = msgspec.structs.replace(self._helped, phrase="")

    def _help(self, **changes: object) -> None:
        """What the screens know of help changes."""
        self._helped = msgspec.structs.replace(self._helped, **changes)
        self._app.show_helped(self._helped)
        self._tell_state()

    # --- what the desk asks ------------------------------------------------------------------

    def _command(self, payload: bytes) -> Ack | None:
        """Obeys, or says why not; None where nobody could be told."""
        try:
            told = self._gate.judge(payload, self._watch.sid)
        except Refused as refused:
            return self._refuse(refused)
        why = self._obey(told)
        return self._answer(told, why)

    def _refuse(self, refused: Refused) -> Ack | None:
        told = refused.command
        if told is None:
            log.warning("a command is refused: %s", refused.why)
            return None
        if not refused.proven:
            # Anybody may have made it up: it is no row of an operator's.
            log.warning("a command is refused: %s", refused.why)
            return Ack(n=told.n, result=Result.REJECTED, why=refused.why)
        return self._answer(told, refused.why)

    def _answer(self, told: Command, why: Refusal | None) -> Ack:
        result = Result.REJECTED if why else Result.DONE
        deed = str(type(told.deed).__struct_config__.tag)
        self._keep(lambda: self._audit.append(told.op, deed, told.n, result, why))
        report = self._watch.report
        return Ack(n=told.n, result=result, why=why, step=report.step if report else None)

    def _obey(self, told: Command) -> Refusal | None:
        """Does it; why not, where it cannot be done."""
        app, visit = self._app, self._app.visit
        match told.deed:
            case commands.TestKiosk():
                if visit is not None or app.wiping:
                    return Refusal.BUSY
                app.self_testing.begin(Trigger.STAFF)
                return None
            case _ if visit is None:
                return Refusal.SESSION
            case commands.TakeCall() | commands.EndCall() | commands.HandOver():
                return self._about_call(told)
            case commands.Guide(step, situation):
                chosen = situation or visit.situation
                if chosen is None or not _has(app.kit.content.situations[chosen], step):
                    return Refusal.UNKNOWN
                app.for_desk(Guide(step, chosen))
            case commands.SayPhrase(key):
                if key not in app.kit.phrases:
                    return Refusal.UNKNOWN
                self._help(phrase=key)
            case commands.SetLanguage(language):
                if language not in app.kit.languages:
                    return Refusal.UNKNOWN
                app.for_desk(Speak(language))
            case commands.Mute(seconds):
                app.mute(seconds)
            case commands.EndVisit():
                self._ending = Ending.STAFF
                app.end_visit()
            case commands.ResetVisit():
                self._ending = Ending.STAFF
                app.end_visit(begin_again=True)
        return None

    def _about_call(self, told: Command) -> Refusal | None:
        """Taking a call, handing it over, and ending it."""
        if self._call is None:
            return Refusal.UNKNOWN
        by = self._helped.by
        match told.deed:
            case commands.TakeCall(call):
                if call != self._call.id:
                    return Refusal.UNKNOWN
                if by and by != told.op:
                    return Refusal.TAKEN
                if not by:
                    waited = max(0, int((time.time() - self._call.since) * 1000))
                    self._happened(Happened.HELP_TAKEN, ms=min(waited, 10**9))
                    self._help(call=Call.TAKEN, by=told.op)
            case commands.HandOver(to):
                if by != told.op:
                    return Refusal.TAKEN if by else Refusal.UNKNOWN
                if not self._may_help(to):
                    return Refusal.UNKNOWN
                self._help(by=to)
            case _:
                self._end_call()
        return None

    def _may_help(self, name: str) -> bool:
        operator = self._operators.get(name)
        if operator is None or not operator.serves(self._place.centre):
            return False
        return commands.TakeCall in MAY[operator.rank]

    # --- the audit, in its own thread --------------------------------------------------------

    def _keep(self, write: Callable[[], AuditHead]) -> None:
        with suppress(RuntimeError):  # the app leaves
            self._disk.submit(self._write, write)

    def _write(self, write: Callable[[], AuditHead]) -> None:
        try:
            head = write()
        except AuditError as error:
            log.error("the audit: %s", error)
        else:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._link.tell_audit, head)


def _has(situation: Situation, step: str) -> bool:
    return any(step == one.id for one in (*situation.numbered, *situation.side_steps))


def _report(run: Run) -> SelfTestReport:
    """What of a self-test is told: states and reasons, and none of its messages."""
    checks, reasons = {}, {}
    for check in run.checks:
        with suppress(msgspec.ValidationError):
            checks[msgspec.convert(check.id, Id)] = check.state
        with suppress(ValueError):
            if check.reason is not None and check.device is not None:
                reasons[Role(check.device)] = check.reason
    at = max(0, int(run.started.timestamp()))
    return SelfTestReport(at=at, verdict=run.verdict, checks=checks, reasons=reasons)


def _note_end(task: asyncio.Task[None]) -> None:
    """A fault in the fleet costs the desk its view, and the citizen nothing."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("the link to the desk has ended: %s", type(error).__name__)
