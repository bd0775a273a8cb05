"""What of a visit is told: from the visit before and after something happened, nothing else.

What a citizen or a document says is in no visit, so that it cannot be in a report.
"""

import secrets
import time
from collections.abc import Callable

import msgspec

from hardware.verdicts import FaceHint, Rehearsal
from kiosk import face_findings
from kiosk.fleet.reports import Ending, Event, Happened, StepReport
from kiosk.learned import Learned
from kiosk.situations.model import Content
from kiosk.visit import Kind, Visit, last_step_of, situation_of

_ENDINGS = {Kind.END: Ending.FINISHED, Kind.ROUTE: Ending.ROUTE}


class Watch:
    """Follows one visit after the other. Times are seconds since 1970 (UTC) by `now`."""

    def __init__(self, content: Content, boot: str, now: Callable[[], float] = time.time) -> None:
        """`boot`: this life of the app, in which events are numbered."""
        self.sid: str | None = None
        """The visit, by a number that says nothing; None: there is none."""
        self.report: StepReport | None = None
        """Where it stands."""
        self._content = content
        self._boot = boot
        self._now = now
        self._number = 0
        self._began = 0.0
        self._since = 0.0
        self._learned = Learned()

    def event(self, kind: Happened, **more: object) -> Event:
        """One that happens now, with the next number; `more`: its other fields."""
        self._number += 1
        at = int(self._now()) // 60 * 60
        told = {"id": f"{self._boot}-{self._number}", "type": kind, "at": at, **more}
        return msgspec.convert(told, Event)

    def changed(
        self, before: Visit | None, after: Visit | None, ending: Ending | None = None
    ) -> list[Event]:
        """What has happened between the two; `sid` and `report` follow.

        `ending`: why the visit ended, where that is not to be seen in it.
        """
        if after is not None and after.spot.kind is Kind.OVER:
            after, ending = None, ending or _ending(before)
        events = []
        if before is None and after is not None:
            self._begin()
            events.append(self.event(Happened.VISIT_BEGUN))
        if before is not None and self.sid is not None:
            events += self._left(before, after)
        if after is None:
            if before is not None and self.sid is not None:
                events.append(self._ended(before, ending or Ending.LEFT))
            self.sid = self.report = None
            return events
        if before is None or before.spot != after.spot:
            self._learned = after.learned
        self._tell(after)
        return events

    def _begin(self) -> None:
        self.sid = secrets.token_hex(12)
        self.report = None
        self._began = self._since = self._now()

    def _ended(self, visit: Visit, ending: Ending) -> Event:
        step = last_step_of(visit, self._content)
        return self.event(
            Happened.VISIT_ENDED,
            situation=visit.situation,
            step=step.id if step else None,
            ending=ending,
            ms=self._passed(self._began),
        )

    def _left(self, before: Visit, after: Visit | None) -> list[Event]:
        """What one leaves behind: a step that was done or did not work, a rehearsal, a choice."""
        events = []
        if after is None or before.spot != after.spot:
            events += self._rehearsed(before)
        if after is None:
            return events
        if after.situation is not None and after.situation != before.situation:
            events.append(self.event(Happened.SITUATION, situation=after.situation))
        step = last_step_of(before, self._content)
        if step is None or before.situation is None:
            return events
        about = {"situation": before.situation, "step": step.id}
        if after.tries.get(step.id, 0) > before.tries.get(step.id, 0):
            events.append(self.event(Happened.DID_NOT_WORK, **about))
        if self._went_on(before, after):
            events.append(self.event(Happened.STEP, **about, ms=self._passed(self._since)))
        return events

    def _went_on(self, before: Visit, after: Visit) -> bool:
        """Whether the step at which the visit stood has been done."""
        if before.spot.kind is not Kind.STEP or len(after.trail) <= len(before.trail):
            return False
        if after.spot.kind is Kind.STEP:
            return after.spot != before.spot
        return after.spot.kind in (Kind.END, Kind.ROUTE) and after.tries == before.tries

    def _rehearsed(self, before: Visit) -> list[Event]:
        """What a rehearsal that is left has shown; nothing where it has shown nothing new."""
        if before.spot.kind is not Kind.REHEARSAL or before.learned == self._learned:
            return []
        rehearsal, learned = Rehearsal(before.spot.id), before.learned
        found: dict[str, object] = {}
        if rehearsal is Rehearsal.CODE:
            found = {"code": learned.code}
        elif rehearsal is Rehearsal.CHIP:
            found = {"chip": learned.chip}
        else:
            found = {"hint": _hint(learned)}
        return [self.event(Happened.REHEARSED, rehearsal=rehearsal, **found)]

    def _tell(self, visit: Visit) -> None:
        assert self.sid is not None
        spot, learned = visit.spot, visit.learned
        situation, step = situation_of(visit, self._content), last_step_of(visit, self._content)
        name = step.id if step else None
        if name is None and spot.kind in (Kind.QUESTION, Kind.ROUTE):
            name = spot.id
        told = self.report
        if told is None or (told.situation, told.step) != (visit.situation, name):
            self._since = self._now()
        self.report = StepReport(
            sid=self.sid,
            kind=spot.kind,
            since=int(self._since),
            situation=visit.situation,
            step=name,
            n=situation.number(step.id) if situation and step else None,
            of=len(situation.numbered) if situation else None,
            phase=step.phase if step else None,
            tries=visit.tries.get(step.id, 0) if step else 0,
            code=learned.code,
            chip=learned.chip,
            hint=_hint(learned),
        )

    def _passed(self, since: float) -> int:
        """Milliseconds since then; a clock that was set back costs this one figure."""
        return max(0, min(int((self._now() - since) * 1000), 10**9))


def _ending(before: Visit | None) -> Ending:
    return _ENDINGS.get(before.spot.kind, Ending.LEFT) if before else Ending.LEFT


def _hint(learned: Learned) -> FaceHint | None:
    """What the coach of the face came to."""
    found = face_findings.finding(learned.face)
    if found is None:
        return None
    return FaceHint.READY if found.ready else found.hint
