"""Where one citizen is, what was tried and what was learned: a pure state machine.

A `Visit` never changes: `advance` makes the next one from an event. It holds nothing personal.
"""

from enum import StrEnum

import msgspec

from hardware.verdicts import (
    ChipExpected,
    ChipVerdict,
    CodeVerdict,
    DocumentKind,
    FaceHint,
    Rehearsal,
)
from kiosk import face_findings
from kiosk.advising import Case, advise, after_trying, reads_chip
from kiosk.learned import ABOUT_LYING, Learned
from kiosk.situations.model import DESK, Content, Situation, SituationId, Step

DIRECT = "which-situation"
"""The question that offers the four situations directly."""

LONGEST_TRAIL = 200
"""How many screens 'back' remembers: more than the longest way through a situation."""


UNREAD = (CodeVerdict.MISREAD, CodeVerdict.UNREADABLE)
"""Verdicts that speak of the scan and not of the document."""

READ_IN_PART = frozenset(
    {
        ChipVerdict.ANSWERS,
        ChipVerdict.WRONG_KEY,
        ChipVerdict.DELAYED,
        ChipVerdict.MESSAGING_BROKEN,
        ChipVerdict.TIMEOUT,
    }
)
"""Verdicts on a chip of a document that was not read to the end."""


def _weight(verdict: ChipVerdict | None) -> int:
    """How much a verdict says about the document: what says less does not undo what says more."""
    if verdict is None or verdict in ABOUT_LYING:
        return 0
    return 1 if verdict in READ_IN_PART else 2


class Kind(StrEnum):
    """The kinds of screen on which a visit can stand."""

    QUESTION = "question"
    ROUTE = "route"
    NEEDS = "needs"
    STEP = "step"
    TROUBLE = "trouble"
    """A step did not work: what to try next."""
    REHEARSALS = "rehearsals"
    """The choice of the three rehearsals."""
    REHEARSAL = "rehearsal"
    PHONE = "phone"
    """Which phone it is, asked where a phone reads a chip."""
    TYPING = "typing"
    """How to type what stands on the document, where the scan of the code fails."""
    LINKS = "links"
    """QR codes of the step or route from which it was opened."""
    STAFF = "staff"
    NOTE = "note"
    """The note for the desk: in words, or as the QR code `CODE`."""
    SELF_TEST = "self-test"
    """The clerk has the kiosk test itself."""
    RESTART = "restart"
    """Really start over?"""
    END = "end"
    OVER = "over"
    """The visit is over: everything of it is to be wiped."""


CODE = "code"
"""The id of the note's QR code."""


class Spot(msgspec.Struct, frozen=True):
    """One screen: its kind and, where there are several of the kind, which."""

    kind: Kind
    id: str = ""


class Visit(msgspec.Struct, frozen=True):
    """One citizen's way through the guide."""

    language: str
    spot: Spot
    trail: tuple[Spot, ...] = ()
    """Where 'back' leads, the newest last."""
    situation: SituationId | None = None
    tries: dict[str, int] = {}
    """How often each step did not work, by step id."""
    tried: dict[str, tuple[int, ...]] = {}
    """The tips that were tried at each step, by step id: their places in the content, from 0."""
    phone: str = ""
    """The family of the phone, by key of phones.toml; empty when it was not told."""
    phone_language: str = ""
    """The language of the app on the phone; empty while the person has not chosen it."""
    learned: Learned = Learned()


class Done(msgspec.Struct, frozen=True):
    """The person did what the screen says, or wants to go on."""


class Back(msgspec.Struct, frozen=True):
    """One screen back."""


class Choose(msgspec.Struct, frozen=True):
    """One of the answers or ways that the screen offers, from 1."""

    number: int


class DidNotWork(msgspec.Struct, frozen=True):
    """The step did not work, or the tip did not help."""


class CallStaff(msgspec.Struct, frozen=True):
    """The person wants help from staff."""


class TestKiosk(msgspec.Struct, frozen=True):
    """The clerk wants the kiosk to test itself."""

    __test__ = False  # no test of pytest's


class StartOver(msgspec.Struct, frozen=True):
    """The person wants to begin again."""


class ChooseDirectly(msgspec.Struct, frozen=True):
    """The person knows the situation and skips the questions."""


class Practise(msgspec.Struct, frozen=True):
    """The person wants to try a scan here; None: to choose which."""

    rehearsal: Rehearsal | None = None


class AskPhone(msgspec.Struct, frozen=True):
    """The person wants to say which phone it is."""


class ShowTyping(msgspec.Struct, frozen=True):
    """The person wants to know how to type what stands on the document."""


class ShowLinks(msgspec.Struct, frozen=True):
    """The person wants the QR codes of this screen."""


class ShowNote(msgspec.Struct, frozen=True):
    """The person wants the note for the desk; on the note itself, its QR code."""


class Guide(msgspec.Struct, frozen=True):
    """Staff brings the visit to this step; None: of the situation that was chosen."""

    step: str
    situation: SituationId | None = None


class Speak(msgspec.Struct, frozen=True):
    """The person wants another language."""

    language: str


class SpeakPhone(msgspec.Struct, frozen=True):
    """The app on the phone is in this language, whatever that of the kiosk."""

    language: str


class CodeSeen(msgspec.Struct, frozen=True):
    """The scanner read a document's code."""

    verdict: CodeVerdict
    kind: DocumentKind
    country: str
    chip: ChipExpected | None = None


class ChipSeen(msgspec.Struct, frozen=True):
    """The reader says what it finds."""

    verdict: ChipVerdict


class FaceSeen(msgspec.Struct, frozen=True):
    """The coach says what to do before the camera, or that all is right."""

    hint: FaceHint


Event = (
    Done | Back | Choose | DidNotWork | CallStaff | StartOver | ChooseDirectly | Practise
    | AskPhone | ShowTyping | ShowLinks | Speak | SpeakPhone | CodeSeen | ChipSeen | FaceSeen
    | TestKiosk | ShowNote | Guide
)  # fmt: skip


def begin(language: str, content: Content) -> Visit:
    """A new visit in this language, at the first question."""
    return Visit(language, Spot(Kind.QUESTION, content.first_question))


def situation_of(visit: Visit, content: Content) -> Situation | None:
    """The situation that was chosen, if one was."""
    return content.situations[visit.situation] if visit.situation else None


def step_of(visit: Visit, content: Content) -> Step | None:
    """The step at which the visit stands, also while its trouble is on the screen."""
    situation = situation_of(visit, content)
    if situation is None or visit.spot.kind not in (Kind.STEP, Kind.TROUBLE):
        return None
    return situation.step(visit.spot.id)


def last_step_of(visit: Visit, content: Content) -> Step | None:
    """The step at which the visit stands, or last stood."""
    situation = situation_of(visit, content)
    if situation is None:
        return None
    for spot in (visit.spot, *reversed(visit.trail)):
        if spot.kind in (Kind.STEP, Kind.TROUBLE):
            return situation.step(spot.id)
    return None


def case_of(visit: Visit, step: Step, tries_before_desk: int = 3) -> Case:
    """What is known at a step of the chosen situation."""
    assert visit.situation is not None
    return Case(
        visit.situation,
        step.id,
        visit.learned,
        visit.tries.get(step.id, 0),
        visit.tried.get(step.id, ()),
        tries_before_desk,
        visit.phone,
    )


def may_type(step: Step) -> bool:
    """Whether the app lets one type what it would scan at this step."""
    return step.rehearsal == "code" and step.action == "scan"


def links_of(visit: Visit, content: Content) -> tuple[str, ...]:
    """The links that the screen at which the visit stands can show, by key."""
    spot = visit.spot
    if spot.kind is Kind.LINKS:
        return links_of(msgspec.structs.replace(visit, spot=visit.trail[-1]), content)
    if spot.kind is Kind.ROUTE:
        return content.routes[spot.id].links
    step = step_of(visit, content)
    return step.links if step else ()


def has_note(visit: Visit) -> bool:
    """Whether there is something to note for the desk, and the screen offers it."""
    spot = visit.spot
    offered = spot.kind is Kind.STAFF or spot == Spot(Kind.ROUTE, DESK) or spot == Spot(Kind.NOTE)
    return offered and visit.situation is not None


def advance(visit: Visit, event: Event, content: Content, tries_before_desk: int = 3) -> Visit:
    """The visit after an event; the same visit when the event means nothing where it stands."""
    spot = visit.spot
    if spot.kind is Kind.OVER:
        return visit
    match event:
        case Speak(language):
            return msgspec.structs.replace(visit, language=language)
        case SpeakPhone(language):
            told = msgspec.structs.replace(visit, phone_language=language)
            # The step is tried again, now with the words that stand on the phone.
            return _back(told) if spot.kind is Kind.TROUBLE else told
        case Guide(wanted, chosen):
            return _guide(visit, wanted, chosen, content)
        case CodeSeen(verdict, kind, country, chip):
            if verdict in UNREAD and visit.learned.code not in (None, *UNREAD):
                return visit  # a bad swipe says nothing against the good one before it
            learned = msgspec.structs.replace(
                visit.learned,
                code=verdict,
                kind=kind,
                country=country,
                chip_expected=None if verdict in UNREAD else chip,
            )
            return msgspec.structs.replace(visit, learned=learned)
        case ChipSeen(verdict):
            if _weight(verdict) < _weight(visit.learned.chip):
                return visit  # that the document is taken away again changes nothing
            learned = msgspec.structs.replace(visit.learned, chip=verdict)
            return msgspec.structs.replace(visit, learned=learned)
        case FaceSeen(hint):
            face = face_findings.remembered(visit.learned.face, hint)
            learned = msgspec.structs.replace(visit.learned, face=face)
            return msgspec.structs.replace(visit, learned=learned)
        case Back():
            return _back(_with_tip_tried(visit, content))
        case CallStaff() if spot.kind is Kind.SELF_TEST:
            return _back(visit)  # the staff screen, from which it was begun
        case CallStaff() if spot.kind is not Kind.STAFF:
            return _go(visit, Spot(Kind.STAFF))
        case TestKiosk() if spot.kind is Kind.STAFF:
            return _go(visit, Spot(Kind.SELF_TEST))
        case StartOver() if spot.kind is not Kind.RESTART:
            return _go(visit, Spot(Kind.RESTART))
        case Practise(rehearsal) if spot.kind in (Kind.NEEDS, Kind.STEP, Kind.REHEARSALS):
            return _practise(visit, rehearsal, content)
        case Practise(rehearsal) if spot.kind is Kind.TROUBLE and rehearsal:
            return _practise(visit, rehearsal, content)
        case AskPhone() if (step := step_of(visit, content)) and reads_chip(step):
            return _go(visit, Spot(Kind.PHONE))
        case ShowTyping() if spot.kind is Kind.TROUBLE:
            step = step_of(visit, content)
            return _go(visit, Spot(Kind.TYPING)) if step and may_type(step) else visit
        case ShowNote() if has_note(visit):
            return _go(visit, Spot(Kind.NOTE, CODE if spot.kind is Kind.NOTE else ""))
        case ShowLinks() if spot.kind is not Kind.LINKS and links_of(visit, content):
            return _go(visit, Spot(Kind.LINKS))
        case ChooseDirectly() if spot.kind is Kind.QUESTION and _may_choose(visit, content):
            return _go(visit, Spot(Kind.QUESTION, DIRECT))
        case Choose(number):
            return _choose(visit, number, content)
        case DidNotWork() if spot.kind in (Kind.STEP, Kind.TROUBLE):
            return _did_not_work(visit, content, tries_before_desk)
        case Done():
            return _done(visit, content)
    return visit


def may_choose_directly(visit: Visit, content: Content) -> bool:
    """Whether this screen offers to skip the questions."""
    return visit.spot.kind is Kind.QUESTION and _may_choose(visit, content)


def _may_choose(visit: Visit, content: Content) -> bool:
    # Not before the stop-check against fraud has been answered.
    return visit.spot.id not in (content.first_question, DIRECT) and DIRECT in content.questions


def _go(visit: Visit, spot: Spot) -> Visit:
    trail = (*visit.trail, visit.spot)[-LONGEST_TRAIL:]
    return msgspec.structs.replace(visit, spot=spot, trail=trail)


def _back(visit: Visit) -> Visit:
    if not visit.trail:
        return msgspec.structs.replace(visit, spot=Spot(Kind.OVER))
    return msgspec.structs.replace(visit, spot=visit.trail[-1], trail=visit.trail[:-1])


def _guide(visit: Visit, step: str, wanted: SituationId | None, content: Content) -> Visit:
    """At the step, as if one had come there by oneself; the same visit where there is none such."""
    chosen = wanted or visit.situation
    if chosen is None:
        return visit
    situation = content.situations[chosen]
    if step not in {each.id for each in (*situation.numbered, *situation.side_steps)}:
        return visit
    if chosen != visit.situation:
        visit = _to(visit, f"situation:{chosen}")
    if visit.spot == Spot(Kind.STEP, step):
        return visit
    return _go(visit, Spot(Kind.STEP, step))


def _practise(visit: Visit, rehearsal: Rehearsal | None, content: Content) -> Visit:
    if rehearsal is None:
        return _go(visit, Spot(Kind.REHEARSALS)) if visit.spot.kind is Kind.NEEDS else visit
    step = step_of(visit, content)
    if step is not None and rehearsal is not rehearsal_of(step):
        return visit
    return _go(visit, Spot(Kind.REHEARSAL, rehearsal.value))


def rehearsal_of(step: Step) -> Rehearsal | None:
    """What of this step can be tried on the kiosk; the country is read from the code."""
    if step.rehearsal is None:
        return None
    return Rehearsal.CODE if step.rehearsal == "country" else Rehearsal(step.rehearsal)


def _choose(visit: Visit, number: int, content: Content) -> Visit:
    spot = visit.spot
    if spot.kind is Kind.QUESTION:
        targets = [answer.goes_to for answer in content.questions[spot.id].answers]
    elif spot.kind is Kind.STEP and (step := step_of(visit, content)):
        targets = [branch.goes_to for branch in step.branches]
    elif spot.kind is Kind.PHONE:
        families = list(content.phones)
        if not 1 <= number <= len(families):
            return visit
        return _back(msgspec.structs.replace(visit, phone=families[number - 1]))
    elif spot.kind is Kind.REHEARSALS:
        order = list(Rehearsal)
        if not 1 <= number <= len(order):
            return visit
        return _practise(visit, order[number - 1], content)
    elif spot.kind is Kind.ROUTE and (goes_on := content.routes[spot.id].goes_on):
        targets = [goes_on]
    else:
        return visit
    return _to(visit, targets[number - 1]) if 1 <= number <= len(targets) else visit


def _to(visit: Visit, target: str) -> Visit:
    """To `question:ID`, `situation:ID`, `route:ID`, or to a step of the chosen situation."""
    kind, colon, name = target.partition(":")
    if not colon:
        return _go(visit, Spot(Kind.STEP, target))
    if kind == "situation":
        chosen = msgspec.convert(name, SituationId)
        # 'Back' must not lead to the steps of a situation that was left: they are not of this one.
        asked = tuple(s for s in visit.trail if s.kind in (Kind.QUESTION, Kind.ROUTE))
        visit = msgspec.structs.replace(
            visit, trail=asked, situation=chosen, tries={}, tried={}, phone=""
        )
        return _go(visit, Spot(Kind.NEEDS))
    return _go(visit, Spot(Kind.QUESTION if kind == "question" else Kind.ROUTE, name))


def _with_tip_tried(visit: Visit, content: Content) -> Visit:
    """The visit that remembers which tip stood in front on the trouble's screen that is left."""
    step = step_of(visit, content)
    if step is None or visit.spot.kind is not Kind.TROUBLE:
        return visit
    tried = after_trying(case_of(visit, step), content)
    return msgspec.structs.replace(visit, tried={**visit.tried, step.id: tried})


def _did_not_work(visit: Visit, content: Content, tries_before_desk: int) -> Visit:
    step_id = visit.spot.id
    tries = visit.tries.get(step_id, 0) + 1
    tried = _with_tip_tried(visit, content)
    tried = msgspec.structs.replace(tried, tries={**visit.tries, step_id: tries})
    stop = tries >= tries_before_desk
    if visit.spot.kind is Kind.TROUBLE:
        step = step_of(visit, content)
        assert step is not None
        stop |= advise(case_of(visit, step, tries_before_desk), content).stop
        # The next tip takes the place of this one: 'back' leads to the step, not through all tips.
        tried = _back(tried)
    if stop:
        return _go(tried, Spot(Kind.ROUTE, DESK))
    return _go(tried, Spot(Kind.TROUBLE, step_id))


def _done(visit: Visit, content: Content) -> Visit:
    situation = situation_of(visit, content)
    match visit.spot.kind:
        case Kind.NEEDS if situation:
            return _go(visit, Spot(Kind.STEP, situation.numbered[0].id))
        case Kind.STEP if situation:
            step = situation.step(visit.spot.id)
            if step.branches:
                return visit
            target = situation.after(step)
            return _go(visit, Spot(Kind.END)) if target is None else _to(visit, target)
        case Kind.ROUTE | Kind.END | Kind.RESTART:
            return msgspec.structs.replace(visit, spot=Spot(Kind.OVER), trail=())
        case Kind.TROUBLE:
            return _back(_with_tip_tried(visit, content))
        case Kind.REHEARSALS | Kind.REHEARSAL | Kind.LINKS | Kind.STAFF | Kind.TYPING | Kind.NOTE:
            return _back(visit)
        case Kind.SELF_TEST:
            # The staff screen, from which it was begun, has been left with it.
            return _back(_back(visit))
    return visit
