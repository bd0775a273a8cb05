"""The visit: no sequence of events leaves it without a way on, or home."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hardware.verdicts import (
    ChipExpected,
    ChipVerdict,
    CodeVerdict,
    DocumentKind,
    FaceHint,
    Rehearsal,
)
from kiosk.advising import advise, reads_chip
from kiosk.learned import Learned
from kiosk.situations.loading import load
from kiosk.situations.model import DESK, SITUATION_IDS, Situation, SituationId, Step
from kiosk.visit import (
    DIRECT,
    LONGEST_TRAIL,
    AskPhone,
    Back,
    CallStaff,
    ChipSeen,
    Choose,
    ChooseDirectly,
    CodeSeen,
    DidNotWork,
    Done,
    Event,
    FaceSeen,
    Kind,
    Practise,
    ShowLinks,
    ShowTyping,
    Speak,
    Spot,
    StartOver,
    TestKiosk,
    Visit,
    advance,
    begin,
    case_of,
    links_of,
    may_choose_directly,
    may_type,
    rehearsal_of,
    step_of,
)

CONTENT = load()
LANGUAGES = ("da", "en")
COUNTS = {"app": 17, "several-users": 21, "helper": 24, "new-app": 30}

IDS = {"", *SITUATION_IDS, *CONTENT.questions, *CONTENT.routes, *CONTENT.phones}
IDS |= {r.value for r in Rehearsal}
for _told in CONTENT.situations.values():
    IDS |= {step.id for step in (*_told.numbered, *_told.side_steps)}
VERDICTS = {v.value for v in (*CodeVerdict, *ChipVerdict, *ChipExpected, *DocumentKind, *FaceHint)}


def after(visit: Visit, *events: Event) -> Visit:
    """The visit after these events."""
    for event in events:
        visit = advance(visit, event, CONTENT)
    return visit


def standing_at(situation: SituationId, step_id: str) -> Visit:
    """A visit that walked by the questions to a situation, and in it to a step."""
    visit = after(begin("da", CONTENT), Choose(1), ChooseDirectly())
    visit = after(visit, Choose(1 + SITUATION_IDS.index(situation)), Done())
    steps = CONTENT.situations[situation]
    if step_id not in {step.id for step in steps.numbered}:
        visit = walked(visit, next(s.id for s in steps.numbered if leads_to(s, step_id)))
        number = [b.goes_to for b in steps.step(visit.spot.id).branches].index(step_id) + 1
        return after(visit, Choose(number))
    return walked(visit, step_id)


def leads_to(step: Step, target: str) -> bool:
    return target in [branch.goes_to for branch in step.branches]


def walked(visit: Visit, step_id: str) -> Visit:
    """The visit after going the main way to a step."""
    for _ in range(100):
        if visit.spot == Spot(Kind.STEP, step_id):
            return visit
        visit = after(visit, main_way(visit))
    raise AssertionError(f"the main way does not come to {step_id}")


def main_way(visit: Visit) -> Event:
    """What leads from a step to the one that is counted next."""
    step = step_of(visit, CONTENT)
    assert step is not None
    if not step.branches:
        return Done()
    assert visit.situation is not None
    numbered = CONTENT.situations[visit.situation].numbered
    following = numbered[numbered.index(step) + 1].id
    return Choose(1 + [branch.goes_to for branch in step.branches].index(following))


def offered(visit: Visit) -> list[Event]:
    """What can be pressed on the screen of this visit, besides another language."""
    always: list[Event] = [Back(), StartOver(), CallStaff()]
    spot = visit.spot
    match spot.kind:
        case Kind.QUESTION:
            answers = CONTENT.questions[spot.id].answers
            direct = [ChooseDirectly()] if may_choose_directly(visit, CONTENT) else []
            return [*(Choose(n + 1) for n in range(len(answers))), *direct, *always]
        case Kind.ROUTE:
            route = CONTENT.routes[spot.id]
            on = [Choose(1)] if route.goes_on else []
            return [Done(), *on, *([ShowLinks()] if route.links else []), *always]
        case Kind.NEEDS:
            return [Done(), Practise(), *always]
        case Kind.STEP:
            step = step_of(visit, CONTENT)
            assert step is not None
            ways: list[Event] = [Choose(n + 1) for n in range(len(step.branches))] or [Done()]
            tried = rehearsal_of(step)
            ways += [Practise(tried)] if tried else []
            ways += [ShowLinks()] if step.links else []
            ways += [AskPhone()] if reads_chip(step) else []
            return [*ways, DidNotWork(), *always]
        case Kind.TROUBLE:
            step = step_of(visit, CONTENT)
            assert step is not None
            tried = rehearsal_of(step)
            more: list[Event] = [Practise(tried)] if tried else []
            more += [AskPhone()] if reads_chip(step) else []
            more += [ShowTyping()] if may_type(step) else []
            return [Done(), DidNotWork(), *more, *always]
        case Kind.PHONE:
            return [*(Choose(n + 1) for n in range(len(CONTENT.phones))), *always]
        case Kind.REHEARSALS:
            return [Choose(1), Choose(2), Choose(3), Done(), *always]
        case Kind.REHEARSAL | Kind.END | Kind.TYPING:
            return [Done(), *always]
        case Kind.LINKS:
            return [Done()]
        case Kind.STAFF:
            return [Done(), TestKiosk(), Back(), StartOver()]
        case Kind.SELF_TEST:
            return [Done(), Back(), StartOver()]
        case Kind.RESTART:
            return [Done(), Back()]
    return []


EVENTS = st.one_of(
    st.sampled_from(
        [
            Done(),
            Back(),
            DidNotWork(),
            CallStaff(),
            StartOver(),
            ChooseDirectly(),
            ShowLinks(),
            AskPhone(),
            ShowTyping(),
            TestKiosk(),
        ]
    ),
    st.builds(Choose, st.integers(-1, 8)),
    st.builds(Practise, st.sampled_from([None, *Rehearsal])),
    st.builds(Speak, st.sampled_from(LANGUAGES)),
    st.builds(
        CodeSeen,
        st.sampled_from(CodeVerdict),
        st.sampled_from(DocumentKind),
        st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=3),
        st.none() | st.sampled_from(ChipExpected),
    ),
    st.builds(ChipSeen, st.sampled_from(ChipVerdict)),
    st.builds(FaceSeen, st.sampled_from(FaceHint)),
)


STARTS = st.sampled_from([begin("da", CONTENT)]) | st.sampled_from(
    [
        standing_at(situation.id, step.id)
        for situation in CONTENT.situations.values()
        for step in (*situation.numbered, *situation.side_steps)
    ]
)
"""A fresh visit, or one that has come to some step by the main way."""


def words_in(value: Any) -> Iterator[str]:
    """Every string that a visit holds, keys too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from words_in(key)
            yield from words_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from words_in(inner)
    elif isinstance(value, str):
        yield value


class AnyVisit(RuleBasedStateMachine):
    """One visit, to which anything happens that a person or a device can cause."""

    def __init__(self) -> None:
        super().__init__()
        self.visit = Visit("da", Spot(Kind.OVER))
        self.tries_before_desk = 3

    def is_over(self) -> bool:
        return self.visit.spot.kind is Kind.OVER

    def happens(self, event: Event) -> None:
        self.visit = advance(self.visit, event, CONTENT, self.tries_before_desk)

    @precondition(is_over)
    @rule(start=STARTS, language=st.sampled_from(LANGUAGES), tries=st.integers(1, 5))
    def arrives(self, start: Visit, language: str, tries: int) -> None:
        self.visit = after(start, Speak(language))
        self.tries_before_desk = tries

    # Two rules for what the screens offer: most of what happens is a key that is there.
    @precondition(lambda self: not self.is_over())
    @rule(data=st.data())
    def presses_a_key(self, data: st.DataObject) -> None:
        self.happens(data.draw(st.sampled_from(offered(self.visit))))

    @precondition(lambda self: not self.is_over())
    @rule()
    def goes_on(self) -> None:
        # The first way where there are several: so that visits come far.
        self.happens(Choose(1) if Choose(1) in offered(self.visit) else Done())

    @rule(event=EVENTS)
    def anything(self, event: Event) -> None:
        self.happens(event)

    @invariant()
    def every_key_that_is_offered_leads_on(self) -> None:
        keys = offered(self.visit)
        assert bool(keys) is (self.visit.spot.kind is not Kind.OVER)
        for key in keys:
            assert advance(self.visit, key, CONTENT, self.tries_before_desk) != self.visit, key

    @invariant()
    def starting_over_ends_the_visit(self) -> None:
        assert after(self.visit, StartOver(), Done()).spot == Spot(Kind.OVER)

    @invariant()
    def going_back_leads_home(self) -> None:
        visit = self.visit
        for _ in range(LONGEST_TRAIL + 1):
            if visit.spot.kind is not Kind.OVER:
                assert_well_formed(visit)
                visit = after(visit, Back())
        assert visit.spot.kind is Kind.OVER

    @invariant()
    def nothing_personal_is_kept(self) -> None:
        # Where a document or a person could leave something, only words that we know stand.
        told = msgspec.to_builtins(self.visit)
        learned = told.pop("learned")
        assert set(words_in(list(learned.values()))) - VERDICTS <= {learned["country"]}
        assert re.fullmatch("[A-Z]{0,3}", learned["country"])
        assert len(learned["face"]) == len(set(learned["face"])) <= len(FaceHint)
        names = set(told) | {"kind", "id"} | {kind.value for kind in Kind} | set(LANGUAGES)
        assert set(words_in(told)) <= names | IDS


def assert_well_formed(visit: Visit) -> None:
    """Everything that the spot names exists, so that its screen can be drawn."""
    assert len(visit.trail) <= LONGEST_TRAIL
    spot = visit.spot
    known = {
        Kind.QUESTION: CONTENT.questions.keys(),
        Kind.ROUTE: CONTENT.routes.keys(),
        Kind.REHEARSAL: {r.value for r in Rehearsal},
    }
    if spot.kind in (Kind.NEEDS, Kind.END, Kind.STEP, Kind.TROUBLE):
        assert visit.situation in CONTENT.situations
    if spot.kind in (Kind.STEP, Kind.TROUBLE):
        assert step_of(visit, CONTENT) is not None
    else:
        assert spot.id in known.get(spot.kind, {""})
    if spot.kind is Kind.LINKS:
        assert links_of(visit, CONTENT)
        assert set(links_of(visit, CONTENT)) <= CONTENT.links.keys()
    if visit.situation:
        situation = CONTENT.situations[visit.situation]
        for step_id in visit.tries:
            situation.step(step_id)
        for step_id, tips in visit.tried.items():
            assert set(tips) <= set(range(len(situation.step(step_id).tips)))
    assert visit.phone in ("", *CONTENT.phones)
    if spot.kind in (Kind.PHONE, Kind.TYPING):
        assert step_of(after(visit, Back()), CONTENT) is not None


TestAnyVisit = AnyVisit.TestCase
TestAnyVisit.settings = settings(max_examples=50, stateful_step_count=60, deadline=None)


# --- the way through -----------------------------------------------------------------------------


@pytest.mark.parametrize("situation", SITUATION_IDS)
def test_the_main_way_passes_every_step_in_order(situation: SituationId) -> None:
    visit = after(begin("en", CONTENT), Choose(1), ChooseDirectly())
    visit = after(visit, Choose(1 + SITUATION_IDS.index(situation)))
    assert visit.spot == Spot(Kind.NEEDS)
    visit = after(visit, Done())
    passed = []
    while visit.spot.kind is Kind.STEP:
        passed.append(visit.spot.id)
        visit = after(visit, main_way(visit))
    assert passed == [step.id for step in CONTENT.situations[situation].numbered]
    assert len(passed) == COUNTS[situation]
    assert visit.spot == Spot(Kind.END)
    over = after(visit, Done())
    assert (over.spot, over.trail) == (Spot(Kind.OVER), ())


def branches() -> Iterator[Any]:
    for situation in CONTENT.situations.values():
        for step in (*situation.numbered, *situation.side_steps):
            for number, branch in enumerate(step.branches, start=1):
                name = f"{situation.id}:{step.id}:{branch.goes_to}"
                yield pytest.param(situation, step, number, branch.goes_to, id=name)


@pytest.mark.parametrize(("situation", "step", "number", "target"), list(branches()))
def test_a_branch_leads_where_it_says(
    situation: Situation, step: Step, number: int, target: str
) -> None:
    visit = standing_at(situation.id, step.id)
    assert after(visit, Done()) == visit, "a choice is made, not passed over"
    chosen = after(visit, Choose(number))
    kind, colon, name = target.partition(":")
    assert chosen.spot == (Spot(Kind.ROUTE, name) if colon else Spot(Kind.STEP, kind))
    assert after(chosen, Back()).spot == visit.spot


@pytest.mark.parametrize("situation", SITUATION_IDS)
def test_a_side_step_leads_back_to_the_counted_ones(situation: SituationId) -> None:
    for side in CONTENT.situations[situation].side_steps:
        visit = after(standing_at(situation, side.id), Done())
        assert visit.spot == Spot(Kind.STEP, side.goes_to or "")


def test_every_answer_leads_where_it_says() -> None:
    for question in CONTENT.questions.values():
        visit = Visit("da", Spot(Kind.QUESTION, question.id))
        for number, answer in enumerate(question.answers, start=1):
            kind, _, name = answer.goes_to.partition(":")
            found = after(visit, Choose(number))
            if kind == "situation":
                assert (found.spot.kind, found.situation) == (Kind.NEEDS, name)
            else:
                assert (found.spot.kind.value, found.spot.id) == (kind, name)
        assert after(visit, Choose(0)) == after(visit, Choose(len(question.answers) + 1)) == visit


def test_a_route_goes_on_where_it_says_and_otherwise_ends() -> None:
    for route in CONTENT.routes.values():
        visit = Visit("da", Spot(Kind.ROUTE, route.id))
        on = after(visit, Choose(1))
        if route.goes_on is None:
            assert on == visit
        else:
            kind, _, name = route.goes_on.partition(":")
            assert name in (on.spot.id, on.situation), kind
        assert after(visit, Done()).spot.kind is Kind.OVER


def test_a_situation_is_not_chosen_directly_before_the_stop_check() -> None:
    visit = begin("da", CONTENT)
    assert not may_choose_directly(visit, CONTENT)
    assert after(visit, ChooseDirectly()) == visit
    answered = after(visit, Choose(1))
    assert may_choose_directly(answered, CONTENT)
    assert after(answered, ChooseDirectly()).spot == Spot(Kind.QUESTION, DIRECT)


def test_a_possible_fraud_leads_to_the_stop_route() -> None:
    assert after(begin("da", CONTENT), Choose(2)).spot == Spot(Kind.ROUTE, "stop")


# --- it did not work -----------------------------------------------------------------------------


@pytest.mark.parametrize("tries_before_desk", [1, 2, 3, 5])
def test_after_so_many_tries_the_desk(tries_before_desk: int) -> None:
    visit = standing_at("app", "scan-chip")
    for tries in range(1, tries_before_desk):
        visit = advance(visit, DidNotWork(), CONTENT, tries_before_desk)
        assert visit.spot == Spot(Kind.TROUBLE, "scan-chip")
        assert visit.tries == {"scan-chip": tries}
    visit = advance(visit, DidNotWork(), CONTENT, tries_before_desk)
    assert visit.spot == Spot(Kind.ROUTE, DESK)
    assert after(visit, Back()).spot == Spot(Kind.STEP, "scan-chip")


def test_tries_count_also_when_the_step_was_tried_again() -> None:
    visit = after(standing_at("app", "scan-code"), DidNotWork(), Done(), DidNotWork(), Done())
    assert visit.spot == Spot(Kind.STEP, "scan-code")
    assert after(visit, DidNotWork()).spot == Spot(Kind.ROUTE, DESK)


def test_tries_are_counted_for_each_step() -> None:
    visit = after(standing_at("app", "tap-scan-chip"), DidNotWork(), DidNotWork(), Done())
    visit = after(visit, Done(), DidNotWork())
    assert visit.spot == Spot(Kind.TROUBLE, "scan-chip")
    assert visit.tries == {"tap-scan-chip": 2, "scan-chip": 1}


def test_back_from_the_second_tip_leads_to_the_step() -> None:
    visit = after(standing_at("app", "scan-code"), DidNotWork(), DidNotWork(), Back())
    assert visit.spot == Spot(Kind.STEP, "scan-code")


def first_tip(visit: Visit) -> int:
    """The tip that stands in front, where this visit has trouble."""
    step = step_of(visit, CONTENT)
    assert step is not None
    return advise(case_of(visit, step, 99), CONTENT).suggestions[0].tip


def test_each_time_another_tip_comes_first_until_all_were_tried() -> None:
    visit = standing_at("app", "scan-chip")
    tips = len(CONTENT.situations["app"].step("scan-chip").tips)
    seen = []
    for _ in range(tips + 1):
        visit = advance(visit, DidNotWork(), CONTENT, 99)
        seen.append(first_tip(visit))
    assert seen == [*range(tips), 0]


@pytest.mark.parametrize("leave", [Done(), Back()])
def test_a_tip_that_was_read_is_not_the_first_again(leave: Event) -> None:
    visit = after(standing_at("app", "scan-chip"), DidNotWork())
    assert first_tip(visit) == 0
    assert first_tip(after(visit, leave, DidNotWork())) == 1


def test_what_a_rehearsal_finds_comes_before_what_was_tried() -> None:
    visit = after(standing_at("app", "scan-chip"), DidNotWork(), Done())
    visit = after(visit, ChipSeen(ChipVerdict.WORKS), DidNotWork())
    # The cover was tried already: of what the chip speaks for, the next one.
    assert first_tip(visit) == 1
    removed = after(standing_at("app", "scan-chip"), ChipSeen(ChipVerdict.UNSUPPORTED))
    assert first_tip(after(removed, DidNotWork())) == 0


def test_where_nothing_can_help_the_desk_comes_at_once() -> None:
    expired = CodeSeen(CodeVerdict.EXPIRED, DocumentKind.PASSPORT, "DNK")
    visit = after(standing_at("app", "open-app"), expired, DidNotWork())
    assert visit.spot == Spot(Kind.TROUBLE, "open-app")
    assert after(visit, DidNotWork()).spot == Spot(Kind.ROUTE, DESK)


# --- which phone, and typing by hand -------------------------------------------------------------


@pytest.mark.parametrize("trouble", [False, True])
def test_the_phone_is_told_where_it_reads_a_chip(trouble: bool) -> None:
    for number, phone in enumerate(CONTENT.phones, start=1):
        visit = after(standing_at("app", "scan-chip"), *([DidNotWork()] if trouble else []))
        asked = after(visit, AskPhone())
        assert asked.spot == Spot(Kind.PHONE)
        told = after(asked, Choose(number))
        assert (told.spot, told.phone) == (visit.spot, phone)
        assert after(asked, Back()) == visit
        assert after(asked, Choose(len(CONTENT.phones) + 1)) == asked


def test_the_phone_is_not_asked_elsewhere_and_forgotten_with_the_situation() -> None:
    for step in ("open-app", "watch-chip-video", "scan-code", "scan-face"):
        visit = standing_at("app", step)
        assert after(visit, AskPhone()) == visit
    told = after(standing_at("app", "scan-chip"), AskPhone(), Choose(1))
    question = msgspec.structs.replace(told, spot=Spot(Kind.QUESTION, DIRECT))
    assert after(question, Choose(3)).phone == ""


def test_how_to_type_is_told_where_the_scan_of_the_code_has_failed() -> None:
    trouble = after(standing_at("app", "scan-code"), DidNotWork())
    typing = after(trouble, ShowTyping())
    assert typing.spot == Spot(Kind.TYPING)
    assert after(typing, Done()) == after(typing, Back()) == trouble
    for visit in (
        standing_at("app", "scan-code"),
        after(standing_at("app", "scan-chip"), DidNotWork()),
        after(standing_at("app", "tap-scan-code"), DidNotWork()),
    ):
        assert after(visit, ShowTyping()) == visit


def test_another_situation_begins_without_tries_and_without_the_old_steps() -> None:
    # A site can let the desk's route go on to the questions; ours does not.
    desk = msgspec.structs.replace(CONTENT.routes[DESK], goes_on=f"question:{DIRECT}")
    content = msgspec.structs.replace(CONTENT, routes={**CONTENT.routes, DESK: desk})
    visit = standing_at("helper", "help-someone-else")
    for event in (DidNotWork(), DidNotWork(), DidNotWork(), Choose(1), Choose(1), Done()):
        visit = advance(visit, event, content)
    assert (visit.situation, visit.tries) == ("app", {})
    while visit.spot.kind is not Kind.OVER:
        assert_well_formed(visit)
        visit = advance(visit, Back(), content)


# --- rehearsals, staff, starting over ------------------------------------------------------------


def test_every_scan_can_be_rehearsed_before_the_first_step() -> None:
    needs = after(standing_at("app", "open-app"), Back())
    for number, rehearsal in enumerate(Rehearsal, start=1):
        choice = after(needs, Practise())
        assert choice.spot == Spot(Kind.REHEARSALS)
        chosen = after(choice, Choose(number))
        assert chosen.spot == Spot(Kind.REHEARSAL, rehearsal.value)
        assert after(chosen, Done(), Done()).spot == needs.spot


@pytest.mark.parametrize("trouble", [False, True])
@pytest.mark.parametrize("situation", SITUATION_IDS)
def test_a_step_is_rehearsed_on_its_own_device_only(situation: SituationId, trouble: bool) -> None:
    for step in CONTENT.situations[situation].numbered:
        visit = standing_at(situation, step.id)
        visit = after(visit, DidNotWork()) if trouble else visit
        for rehearsal in Rehearsal:
            tried = after(visit, Practise(rehearsal))
            if rehearsal is rehearsal_of(step):
                assert tried.spot == Spot(Kind.REHEARSAL, rehearsal.value)
                assert after(tried, Done()) == visit
            else:
                assert tried == visit


def test_what_was_found_is_kept_on_the_way_and_gone_with_the_next_visit() -> None:
    visit = after(standing_at("app", "scan-code"), Practise(Rehearsal.CODE))
    good = CodeSeen(CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK", ChipExpected.YES)
    visit = after(visit, good, ChipSeen(ChipVerdict.ANSWERS), FaceSeen(FaceHint.READY))
    visit = after(visit, Done(), Done())
    known = Learned(
        CodeVerdict.GOOD,
        DocumentKind.PASSPORT,
        "DNK",
        ChipVerdict.ANSWERS,
        ChipExpected.YES,
        (FaceHint.READY,),
    )
    assert visit.learned == known
    assert begin("da", CONTENT).learned == Learned()


@pytest.mark.parametrize("leave", [Back(), Done()])
def test_calling_staff_keeps_the_place(leave: Event) -> None:
    visit = standing_at("new-app", "enter-temporary-pin")
    called = after(visit, CallStaff())
    assert called.spot == Spot(Kind.STAFF)
    assert after(called, CallStaff()) == called
    assert after(called, leave) == visit


def test_a_self_test_keeps_the_place_and_begins_on_the_staff_screen_alone() -> None:
    visit = standing_at("new-app", "enter-temporary-pin")
    assert after(visit, TestKiosk()) == visit
    called = after(visit, CallStaff())
    tests = after(called, TestKiosk())
    assert tests.spot == Spot(Kind.SELF_TEST)
    assert after(tests, TestKiosk()) == tests
    assert after(tests, Back()) == called
    assert after(tests, Done()) == visit


def test_not_starting_over_after_all_keeps_the_place() -> None:
    visit = after(standing_at("helper", "scan-face"), DidNotWork())
    asked = after(visit, StartOver())
    assert asked.spot == Spot(Kind.RESTART)
    assert after(asked, Back()) == visit


def test_another_language_keeps_the_place() -> None:
    visit = after(standing_at("app", "scan-code"), DidNotWork())
    spoken = after(visit, Speak("en"))
    assert spoken.language == "en"
    assert after(spoken, Speak("da")) == visit


def test_the_links_of_a_screen_lead_back_to_it() -> None:
    for visit in (standing_at("new-app", "install-app"), Visit("da", Spot(Kind.ROUTE, "no-phone"))):
        shown = after(visit, ShowLinks())
        assert shown.spot == Spot(Kind.LINKS)
        assert links_of(shown, CONTENT) == links_of(visit, CONTENT)
        assert after(shown, ShowLinks()) == shown
        assert after(shown, Done()) == visit
    plain = standing_at("app", "open-app")
    assert after(plain, ShowLinks()) == plain


def test_a_visit_that_wanders_about_for_ever_still_finds_home() -> None:
    visit = begin("da", CONTENT)
    for _ in range(LONGEST_TRAIL):
        visit = after(visit, CallStaff(), StartOver())
    assert len(visit.trail) == LONGEST_TRAIL
    assert after(visit, *[Back()] * (LONGEST_TRAIL + 1)).spot.kind is Kind.OVER


def test_a_visit_that_is_over_stays_over() -> None:
    over = after(begin("da", CONTENT), Back())
    assert over.spot.kind is Kind.OVER
    for event in (Done(), Back(), StartOver(), CallStaff(), Speak("en"), Choose(1)):
        assert after(over, event) == over


@pytest.mark.parametrize(
    ("seen", "remembered"),
    [
        (["none", "answers", "none", "not-emrtd"], "answers"),
        (["works", "none"], "works"),
        (["works", "removed", "answers", "reader-lost"], "works"),
        (["answers", "wrong-key"], "wrong-key"),
        (["answers", "works"], "works"),
        (["answers", "signature-wrong", "none"], "signature-wrong"),
        (["works", "timeout"], "works"),
        (["works", "expired"], "expired"),
        (["none", "not-emrtd"], "not-emrtd"),
        (["reader-lost", "none"], "none"),
    ],
    ids=str,
)
def test_what_was_seen_of_a_chip_is_not_forgotten_when_it_is_taken_away(
    seen: list[str], remembered: str
) -> None:
    visit = begin("en", CONTENT)
    for verdict in seen:
        visit = advance(visit, ChipSeen(ChipVerdict(verdict)), CONTENT)
    assert visit.learned.chip == remembered


def test_a_bad_swipe_does_not_undo_a_good_one_but_another_document_does() -> None:
    visit = begin("en", CONTENT)
    good = CodeSeen(CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK")
    for verdict in (CodeVerdict.MISREAD, CodeVerdict.UNREADABLE):
        unread = CodeSeen(verdict, DocumentKind.OTHER, "")
        assert advance(visit, unread, CONTENT).learned.code is verdict
        after = advance(advance(visit, good, CONTENT), unread, CONTENT)
        assert (after.learned.code, after.learned.country) == (CodeVerdict.GOOD, "DNK")
    expired = CodeSeen(CodeVerdict.EXPIRED, DocumentKind.PASSPORT, "SWE")
    after = advance(advance(visit, good, CONTENT), expired, CONTENT)
    assert (after.learned.code, after.learned.country) == (CodeVerdict.EXPIRED, "SWE")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("no-face", ""),
        ("too-far no-face", "too-far"),
        ("too-far turn-left too-dark", "too-far turn-left too-dark"),
        ("too-far turn-left too-far", "turn-left too-far"),
        # "Hold still" is also said in the moment before all is right.
        ("too-dark hold-still", "too-dark hold-still"),
        ("too-dark hold-still ready", "too-dark ready"),
        # After that somebody turns to the keys, or goes.
        ("ready turn-left too-near covered several blurred hold-still no-face", "ready"),
        # But light, and glasses that were put on again, are not of the one who goes.
        ("ready backlight", "ready backlight"),
        ("ready glare", "ready glare"),
        ("glare ready glare ready", "glare ready"),
    ],
)
def test_what_was_said_before_the_camera_is_kept_as_far_as_it_matters(said: str, kept: str) -> None:
    visit = begin("en", CONTENT)
    for word in said.split():
        visit = advance(visit, FaceSeen(FaceHint(word)), CONTENT)
    assert [hint.value for hint in visit.learned.face] == kept.split()


@pytest.mark.parametrize("expected", ChipExpected)
def test_a_chip_is_expected_of_a_document_that_was_read(expected: ChipExpected) -> None:
    visit = begin("en", CONTENT)
    for verdict in CodeVerdict:
        seen = CodeSeen(verdict, DocumentKind.CARD, "UTO", expected)
        learned = advance(visit, seen, CONTENT).learned
        unread = verdict in (CodeVerdict.MISREAD, CodeVerdict.UNREADABLE)
        assert learned.chip_expected is (None if unread else expected)
