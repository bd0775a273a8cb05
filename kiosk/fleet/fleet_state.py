"""What a console knows of its kiosks: from messages to states with their age, the worst first.

Pure: no connection, and the clock is handed in (seconds since 1970). Nothing here goes over all
kiosks when one changes, so that ten thousand of them cost a console as little as ten.
"""

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from enum import IntEnum

import msgspec

from hardware.verdicts import DeviceState, Role
from kiosk.fleet.helping import Call
from kiosk.fleet.reports import (
    LARGEST,
    AuditHead,
    BadReportError,
    Doing,
    Help,
    KioskState,
    Report,
    SelfTestReport,
    StepReport,
    decode,
)
from kiosk.fleet.topics import EXPIRES, RETAINED, STAFF, Leaf, Place, parsed
from kiosk.selftest.results import Verdict

SILENT = 180
"""Seconds without a word after which there is no contact: a kiosk tells its state every minute."""
STUCK_TRIES = 3
"""So many times that a step did not work; from then on the kiosk itself offers another way."""
_AT_ONCE = 2_000
"""Kiosks whose age is looked at in one tick: a key must not wait for ten thousand."""
MOST = 50_000
"""Kiosks that one console keeps at most; what comes beyond them is counted as junk."""

_KINDS: dict[Leaf, type[Report]] = {
    Leaf.STATE: KioskState,
    Leaf.STEP: StepReport,
    Leaf.HELP: Help,
    Leaf.SELFTEST: SelfTestReport,
    Leaf.AUDIT: AuditHead,
}


class Grade(IntEnum):
    """How much a kiosk needs somebody, the most first."""

    CALLING = 0
    """A citizen has called and nobody has answered; those who wait longest first."""
    HELPED = 1
    """A call that somebody has answered."""
    STUCK = 2
    """A step did not work again and again."""
    LOST = 3
    """No contact."""
    FAULT = 4
    """A device cannot be used, or the last self-test failed."""
    OUT_OF_ORDER = 5
    """Staff has put it out of order."""
    WARNING = 6
    """The last self-test has found something that does not stop the kiosk, or found nothing out."""
    VISIT = 7
    IDLE = 8


class Kiosk(msgspec.Struct, frozen=True, gc=False):  # no cycles: thousands stay for the whole day
    """One kiosk, as last heard. What is None was never told, was cleared, or is too old."""

    place: Place
    state: KioskState | None = None
    step: StepReport | None = None
    help: Help | None = None
    selftest: SelfTestReport | None = None
    audit: AuditHead | None = None
    heard_at: float | None = None
    """The last sign of life; None: not known, as with one that was lost before we came."""
    silent: bool = False
    """Whether nothing was heard for `SILENT` seconds, though nobody said that it was lost."""
    called_at: float | None = None
    """Since when a call waits, by this clock."""
    step_at: float = 0.0
    help_at: float = 0.0
    """When the step and the call were last told."""

    @property
    def lost(self) -> bool:
        """Whether there is no contact with it now."""
        return self.silent or self.state is None or self.state.state is Doing.LOST

    @property
    def call(self) -> Call:
        """Whether somebody calls, and whether the call has been answered."""
        told = self.state.help if self.state is not None else Call.NONE
        return Call.OPEN if told is Call.NONE and self.help is not None else told

    @property
    def broken(self) -> bool:
        """Whether a device that it should have cannot be used, or the last self-test failed."""
        if self.selftest is not None and self.selftest.verdict is Verdict.FAIL:
            return True
        return any(
            seen in (DeviceState.OUT_OF_ORDER, DeviceState.STALLED)
            for seen in self.devices.values()
        )

    @property
    def devices(self) -> dict[Role, DeviceState]:
        """Its devices, as it told last; a will tells of none."""
        return self.state.devices if self.state is not None else {}

    @property
    def grade(self) -> Grade:
        """How much it needs somebody."""
        if self.call is Call.OPEN:
            return Grade.CALLING
        if self.call is Call.TAKEN:
            return Grade.HELPED
        if self.lost or self.state is None:
            return Grade.LOST
        if self.step is not None and self.step.tries >= STUCK_TRIES:
            return Grade.STUCK
        if self.state.state is Doing.OUT_OF_ORDER:
            return Grade.OUT_OF_ORDER
        if self.broken:
            return Grade.FAULT
        if self.selftest is not None and self.selftest.verdict is not Verdict.PASS:
            return Grade.WARNING
        return Grade.VISIT if self.state.state is Doing.VISIT else Grade.IDLE

    def age(self, now: float) -> float | None:
        """Seconds since the last sign of life, 0 at least; None where it is not known."""
        return None if self.heard_at is None else max(0.0, now - self.heard_at)

    def waiting(self, now: float) -> float | None:
        """For how many seconds a call has waited, 0 at least; None without a call."""
        return None if self.called_at is None else max(0.0, now - self.called_at)


_Key = tuple[int, float, Place]


class Order:
    """Kiosks in the order in which a console shows them; a change costs a bisection."""

    def __init__(self) -> None:
        self._keys: list[_Key] = []
        self._of: dict[Place, _Key] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, index: int) -> Place:
        return self._keys[index][2]

    def __iter__(self) -> Iterator[Place]:
        return (key[2] for key in self._keys)

    def index(self, place: Place) -> int | None:
        """Where it stands, or None."""
        key = self._of.get(place)
        return None if key is None else bisect_left(self._keys, key)

    def part(self, first: Grade, last: Grade) -> range:
        """The indices of those from one grade to another, both included."""
        return range(
            bisect_left(self._keys, int(first), key=lambda key: key[0]),
            bisect_left(self._keys, int(last) + 1, key=lambda key: key[0]),
        )

    def count(self, grade: Grade) -> int:
        """How many are of this grade."""
        return len(self.part(grade, grade))

    def put(self, kiosk: Kiosk) -> None:
        """Takes it in, or to where it now belongs."""
        grade = kiosk.grade
        calls = grade in (Grade.CALLING, Grade.HELPED)
        key = (int(grade), kiosk.called_at or 0.0 if calls else 0.0, kiosk.place)
        if self._of.get(kiosk.place) != key:
            self.drop(kiosk.place)
            insort(self._keys, key)
            self._of[kiosk.place] = key

    def drop(self, place: Place) -> None:
        """Takes it out, where it is in."""
        key = self._of.pop(place, None)
        if key is not None:
            del self._keys[bisect_left(self._keys, key)]


class Fleet:
    """All kiosks of which a console hears."""

    def __init__(self) -> None:
        self.junk = 0
        """Messages that were none of a kiosk's; they are counted and never shown."""
        self.order = Order()
        self.centres: dict[str, Order] = {}
        """The kiosks of each centre; none without a kiosk."""
        self._kiosks: dict[Place, Kiosk] = {}
        self._expected: frozenset[Place] = frozenset()
        self._due: list[tuple[float, Place]] = []  # a heap: when to look at a kiosk's age
        self._watched: set[Place] = set()  # those that are in it, each once

    def __len__(self) -> int:
        return len(self._kiosks)

    def get(self, place: Place) -> Kiosk | None:
        """One kiosk; None where nothing (more) is known of it."""
        return self._kiosks.get(place)

    def expect(self, places: Iterable[Place]) -> None:
        """These kiosks there are: with those of which nothing is heard there is no contact."""
        self._expected = frozenset(places)
        for place in self._expected - self._kiosks.keys():
            self._keep(Kiosk(place))

    def centre_order(self) -> list[str]:
        """The centres, those first whose worst kiosk needs somebody most; then by name."""
        worst = {
            name: min((grade for grade in Grade if order.count(grade)), default=Grade.IDLE)
            for name, order in self.centres.items()
        }
        return sorted(worst, key=lambda name: (worst[name], name))

    def heard(self, topic: str, payload: bytes, retained: bool, now: float) -> Place | None:
        """Takes a message in; the kiosk that it changed, or None.

        `retained`: it was kept by the broker, and so may be old; its own time is then the only one.
        An empty one takes a report back.
        """
        told = parsed(topic)
        if told is None or told[0].centre == STAFF or told[1] not in RETAINED:
            if told is None or told[0].centre == STAFF or len(payload) > LARGEST:
                self.junk += 1
            return None
        place, leaf = told
        old = self._kiosks.get(place)
        if old is None and len(self._kiosks) >= MOST:
            self.junk += 1
            return None
        report: Report | None = None
        if payload:
            try:
                report = decode(payload, _KINDS[leaf])
            except BadReportError:
                self.junk += 1
                return None
        new = _with(old or Kiosk(place), leaf, report, retained, now)
        if new == old or (old is None and report is None):
            return None
        self._keep(new)
        return place

    def tick(self, now: float) -> list[Place]:
        """Looks at the ages; those kiosks that have fallen silent, or whose reports are too old."""
        changed = []
        for _ in range(_AT_ONCE):
            if not self._due or self._due[0][0] > now:
                break
            _at, place = heapq.heappop(self._due)
            kiosk = self._kiosks.get(place)
            if kiosk is None:
                self._watched.discard(place)
                continue
            aged = _aged(kiosk, now)
            heapq.heappush(self._due, (_look_at(aged, now), place))
            if aged != kiosk:
                self._keep(aged)
                changed.append(place)
        return changed

    def _keep(self, kiosk: Kiosk) -> None:
        place = kiosk.place
        of_centre = self.centres.setdefault(place.centre, Order())
        told = (kiosk.state, kiosk.step, kiosk.help, kiosk.selftest, kiosk.audit)
        if place not in self._expected and not any(report is not None for report in told):
            self._kiosks.pop(place, None)
            self.order.drop(place)
            of_centre.drop(place)
            if not of_centre:
                del self.centres[place.centre]
            return
        if place not in self._watched:
            self._watched.add(place)
            heapq.heappush(self._due, (0.0, place))
        self._kiosks[place] = kiosk
        self.order.put(kiosk)
        of_centre.put(kiosk)


def _with(kiosk: Kiosk, leaf: Leaf, report: Report | None, retained: bool, now: float) -> Kiosk:
    """The kiosk after one report."""
    change: dict[str, object] = {str(leaf): report}
    if leaf is Leaf.STATE:
        if isinstance(report, KioskState) and _outdated(report, kiosk.state):
            return kiosk
        if isinstance(report, KioskState) and report.state is Doing.LOST:
            return msgspec.structs.replace(
                kiosk, state=report, **_last_contact(kiosk, report, retained, now)
            )
        if isinstance(report, KioskState) and _call_ended(kiosk, report):
            change |= {"help": None, "called_at": None}  # it is about to be taken back
        if isinstance(report, KioskState) and retained:
            change["heard_at"] = max(kiosk.heard_at or 0.0, min(report.at, now))
    elif leaf is Leaf.STEP and report is not None:
        change["step_at"] = now
    elif leaf is Leaf.HELP and not isinstance(report, Help):
        change["called_at"] = None
    elif leaf is Leaf.HELP and isinstance(report, Help):
        change["help_at"] = now
        if kiosk.help is None or kiosk.help.id != report.id:
            change["called_at"] = float(min(report.since, now) if retained else now)
    if not retained and report is not None:
        change["heard_at"] = now
    new = msgspec.structs.replace(kiosk, **change)
    return _called(_aged(new, now), now)


def _outdated(report: KioskState, current: KioskState | None) -> bool:
    """Whether it is older than what is known: wills come late, and under an older boot."""
    if current is None:
        return False
    if report.state is Doing.LOST:
        return report.boot != current.boot
    return report.boot == current.boot and report.seq < current.seq


def _call_ended(kiosk: Kiosk, report: KioskState) -> bool:
    before = kiosk.state.help if kiosk.state is not None else Call.NONE
    return report.help is Call.NONE and before is not Call.NONE


def _last_contact(kiosk: Kiosk, lost: KioskState, retained: bool, now: float) -> dict[str, object]:
    """A will has no time of its own; a kiosk that leaves says when it did."""
    told = kiosk.heard_at or lost.at or (None if retained else now)
    return {"heard_at": None if told is None else min(float(told), now), "silent": False}


def _called(kiosk: Kiosk, now: float) -> Kiosk:
    """A call of which only the state tells waits since then, too."""
    if kiosk.call is Call.NONE:
        since = None
    elif kiosk.called_at is not None:
        return kiosk
    else:
        since = now
    return kiosk if since == kiosk.called_at else msgspec.structs.replace(kiosk, called_at=since)


def _aged(kiosk: Kiosk, now: float) -> Kiosk:
    """What has become of it by now, if nothing more is heard: the broker says so of nothing."""
    change: dict[str, object] = {}
    if kiosk.step is not None and now - kiosk.step_at >= EXPIRES[Leaf.STEP]:
        change["step"] = None
    if kiosk.help is not None and now - kiosk.help_at >= EXPIRES[Leaf.HELP]:
        change |= {"help": None, "called_at": None}
    silent = kiosk.heard_at is not None and now - kiosk.heard_at >= SILENT
    if silent != kiosk.silent:
        change["silent"] = silent
    return msgspec.structs.replace(kiosk, **change) if change else kiosk


def _look_at(kiosk: Kiosk, now: float) -> float:
    """When its age has to be looked at next."""
    times = [now + SILENT]
    if kiosk.step is not None:
        times.append(kiosk.step_at + EXPIRES[Leaf.STEP])
    if kiosk.help is not None:
        times.append(kiosk.help_at + EXPIRES[Leaf.HELP])
    if kiosk.heard_at is not None and not kiosk.silent:
        times.append(kiosk.heard_at + SILENT)
    return max(min(times), now + 1)
