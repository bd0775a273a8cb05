"""Every screen that a visit can show, for tests that look at all of them."""

from collections.abc import Iterator

from hardware.verdicts import ChipVerdict, CodeVerdict, DocumentKind, FaceHint, Rehearsal
from kiosk.advising import reads_chip
from kiosk.learned import Learned
from kiosk.situations.model import DESK, Actor, Content, Step
from kiosk.visit import CODE, Kind, Spot, Visit, may_type

SEEN = Learned(
    CodeVerdict.GOOD,
    DocumentKind.PASSPORT,
    "DNK",
    ChipVerdict.ANSWERS,
    face=(FaceHint.HEADWEAR,),
)
"""What makes the screens longest: something was learned about every scan."""
HOPELESS = Learned(CodeVerdict.EXPIRED_DANISH, DocumentKind.PASSPORT, "DNK")
"""What is said at every step as long as the document is wanted."""
LONGEST_PHONE = "pixel"


def all_visits(content: Content, language: str) -> Iterator[Visit]:
    """A visit on each screen there is, with as much on it as there can be.

    A step that two situations share word for word comes once.
    """
    for question in content.questions:
        yield Visit(language, Spot(Kind.QUESTION, question))
    for route in content.routes:
        yield Visit(language, Spot(Kind.ROUTE, route), (Spot(Kind.QUESTION, "stop-check"),))
    yield Visit(language, Spot(Kind.REHEARSALS))
    for rehearsal in Rehearsal:
        yield Visit(language, Spot(Kind.REHEARSAL, rehearsal.value))
    shown: list[tuple[Step, Actor]] = []
    for situation in content.situations.values():
        told = {"situation": situation.id, "learned": SEEN}
        for kind in (Kind.NEEDS, Kind.END, Kind.RESTART):
            yield Visit(language, Spot(kind), **told)
        for step in (*situation.numbered, *situation.side_steps):
            if (step, situation.phone) in shown:
                continue
            shown.append((step, situation.phone))
            here = Spot(Kind.STEP, step.id)
            tries = {step.id: 1}
            yield Visit(language, here, **told)
            yield Visit(language, here, situation=situation.id, learned=HOPELESS)
            yield Visit(language, Spot(Kind.TROUBLE, step.id), (here,), tries=tries, **told)
            if reads_chip(step):
                yield Visit(language, here, **told, phone=LONGEST_PHONE)
                yield Visit(language, Spot(Kind.PHONE), (here,), **told)
            if may_type(step):
                trouble = (here, Spot(Kind.TROUBLE, step.id))
                yield Visit(language, Spot(Kind.TYPING), trouble, **told)
                unknown = {**told, "learned": Learned()}
                yield Visit(language, Spot(Kind.TYPING), trouble, **unknown)
            if step.links:
                yield Visit(language, Spot(Kind.LINKS), (here,), **told)
        stopped = {**told, "learned": HOPELESS}
        yield Visit(language, Spot(Kind.TROUBLE, here.id), (here,), tries=tries, **stopped)
        longest = max(situation.numbered, key=lambda step: len(step.instruction))
        here = Spot(Kind.STEP, longest.id)
        tries = {longest.id: 2}
        yield Visit(language, Spot(Kind.STAFF), (here,), tries=tries, **told)
        yield Visit(language, Spot(Kind.ROUTE, DESK), (here,), tries=tries, **told)
        for form in ("", CODE):
            yield Visit(language, Spot(Kind.NOTE, form), (here,), tries=tries, **told)


def one_of_each(content: Content, language: str) -> Iterator[Visit]:
    """One visit for each kind of screen."""
    seen: set[tuple[Kind, str]] = set()
    for visit in all_visits(content, language):
        which = visit.spot.id if visit.spot.kind in (Kind.REHEARSAL, Kind.NOTE) else ""
        if (visit.spot.kind, which) not in seen:
            seen.add((visit.spot.kind, which))
            yield visit
