"""What of a visit is told to the desk, and what happened in it."""

import msgspec
import pytest

from hardware.verdicts import ChipVerdict, CodeVerdict, DocumentKind, FaceHint, Rehearsal
from kiosk.fleet.observing import Watch
from kiosk.fleet.reports import Ending, Event, Happened, encode
from kiosk.places import Folders
from kiosk.situations.loading import load
from kiosk.visit import (
    Back,
    CallStaff,
    ChipSeen,
    CodeSeen,
    DidNotWork,
    Done,
    FaceSeen,
    Guide,
    Kind,
    Practise,
    Spot,
    Visit,
    advance,
    begin,
)
from kiosk.visit import Event as Step

CONTENT = load(Folders())
SITUATION = CONTENT.situations["app"]
BOOT = "0123456789abcdef"


class Followed:
    """A visit, and a watch whose clock the test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.watch = Watch(CONTENT, BOOT, lambda: self.now)
        self.visit: Visit | None = None
        self.events: list[Event] = []

    def goes(self, to: Visit | None, ending: Ending | None = None) -> list[Event]:
        """The visit is so from now on."""
        told = self.watch.changed(self.visit, to, ending)
        self.visit = to
        self.events += told
        return told

    def does(self, *steps: Step, seconds: float = 0.0) -> list[Event]:
        """The person does this, after so many seconds each."""
        told = []
        for step in steps:
            assert self.visit is not None
            self.now += seconds
            told += self.goes(advance(self.visit, step, CONTENT))
        return told


@pytest.fixture
def followed() -> Followed:
    """At the first step of the first situation."""
    found = Followed()
    found.goes(begin("en", CONTENT))
    found.does(Guide(SITUATION.numbered[0].id, "app"))
    return found


def test_a_visit_begins_with_a_number_that_says_nothing() -> None:
    sids = set()
    for _ in range(50):
        found = Followed()
        (event,) = found.goes(begin("da", CONTENT))
        assert event.type is Happened.VISIT_BEGUN
        report = found.watch.report
        assert report is not None
        assert report.kind is Kind.QUESTION
        assert report.step == CONTENT.first_question
        sids.add(report.sid)
    assert len(sids) == 50


def test_where_it_stands(followed: Followed) -> None:
    followed.does(Done(), seconds=3)
    second = SITUATION.numbered[1]
    report = followed.watch.report
    assert report is not None
    assert (report.step, report.n, report.of) == (second.id, 2, len(SITUATION.numbered))
    assert report.phase == second.phase
    assert report.since == 1_000_003
    followed.does(DidNotWork(), CallStaff(), seconds=10)
    report = followed.watch.report
    assert report is not None
    assert (report.kind, report.step, report.tries) == (Kind.STAFF, second.id, 1)
    assert report.since == 1_000_003, "the step is the same, whatever is on the screen"


def test_a_step_that_was_done_is_told_with_its_time(followed: Followed) -> None:
    (done,) = followed.does(Done(), seconds=12.5)
    assert (done.type, done.step, done.ms) == (Happened.STEP, SITUATION.numbered[0].id, 12_500)
    assert done.at % 60 == 0


def test_going_back_does_no_step(followed: Followed) -> None:
    followed.does(Done())
    assert followed.does(Back()) == []


def test_what_did_not_work(followed: Followed) -> None:
    (event,) = followed.does(DidNotWork())
    assert event.type is Happened.DID_NOT_WORK
    assert (event.situation, event.step) == ("app", SITUATION.numbered[0].id)


@pytest.mark.parametrize(
    ("rehearsal", "seen", "field", "value"),
    [
        (
            Rehearsal.CODE,
            CodeSeen(CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK"),
            "code",
            CodeVerdict.GOOD,
        ),
        (Rehearsal.CHIP, ChipSeen(ChipVerdict.WORKS), "chip", ChipVerdict.WORKS),
        (Rehearsal.FACE, FaceSeen(FaceHint.BACKLIGHT), "hint", FaceHint.BACKLIGHT),
    ],
)
def test_a_rehearsal_is_told_once_it_is_left(
    followed: Followed, rehearsal: Rehearsal, seen: Step, field: str, value: object
) -> None:
    assert followed.visit is not None
    at = msgspec.structs.replace(followed.visit, spot=Spot(Kind.REHEARSALS))
    followed.goes(at)
    followed.does(Practise(rehearsal))
    assert followed.does(seen, seen) == []
    (event,) = followed.does(Back())
    assert (event.type, event.rehearsal) == (Happened.REHEARSED, rehearsal)
    assert getattr(event, field) == value
    report = followed.watch.report
    assert report is not None
    assert getattr(report, field) == value
    followed.does(Practise(rehearsal))
    assert followed.does(Back()) == [], "nothing new was shown"


@pytest.mark.parametrize(
    ("kind", "ending"),
    [(Kind.END, Ending.FINISHED), (Kind.ROUTE, Ending.ROUTE), (Kind.RESTART, Ending.LEFT)],
)
def test_how_a_visit_ended(followed: Followed, kind: Kind, ending: Ending) -> None:
    assert followed.visit is not None
    followed.now += 60
    followed.goes(msgspec.structs.replace(followed.visit, spot=Spot(kind, "desk")))
    told = followed.does(Done())
    event = told[-1]
    assert (event.type, event.ending, event.ms) == (Happened.VISIT_ENDED, ending, 60_000)
    assert followed.watch.sid is None
    assert followed.watch.report is None
    assert followed.goes(None) == [], "it has been told already"


def test_a_visit_that_is_ended_by_others(followed: Followed) -> None:
    (event,) = followed.goes(None, Ending.IDLE)
    assert (event.type, event.ending) == (Happened.VISIT_ENDED, Ending.IDLE)
    assert event.step == SITUATION.numbered[0].id


def test_a_clock_that_was_set_back_costs_one_figure(followed: Followed) -> None:
    (event,) = followed.does(Done(), seconds=-5000)
    assert event.ms == 0


def test_events_are_numbered_and_name_no_visit(followed: Followed) -> None:
    sid = followed.watch.sid
    assert sid is not None
    followed.does(Done(), DidNotWork(), Done(), CallStaff())
    followed.goes(None, Ending.STAFF)
    assert [event.id for event in followed.events] == [
        f"{BOOT}-{number}" for number in range(1, len(followed.events) + 1)
    ]
    assert not any(sid.encode() in encode(event) for event in followed.events)


def test_the_next_visit_has_nothing_of_the_one_before(followed: Followed) -> None:
    before = followed.watch.sid
    followed.does(DidNotWork())
    followed.goes(None, Ending.STAFF)
    followed.goes(begin("en", CONTENT))
    report = followed.watch.report
    assert report is not None
    assert report.sid != before
    assert (report.situation, report.tries, report.code) == (None, 0, None)
