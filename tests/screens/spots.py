"""Every screen that a visit can show, for tests that look at all of them."""

from collections.abc import Iterator

from hardware.verdicts import ChipVerdict, CodeVerdict, DocumentKind, Rehearsal
from kiosk.learned import Learned
from kiosk.situations.loading import Content
from kiosk.visit import Kind, Spot, Visit

SEEN = Learned(CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK", ChipVerdict.ANSWERS)
"""What makes the screens longest: something was learned about every scan."""


def all_visits(content: Content, language: str) -> Iterator[Visit]:
    """A visit on each screen there is, with as much on it as there can be."""
    for question in content.questions:
        yield Visit(language, Spot(Kind.QUESTION, question))
    for route in content.routes:
        yield Visit(language, Spot(Kind.ROUTE, route), (Spot(Kind.QUESTION, "stop-check"),))
    yield Visit(language, Spot(Kind.REHEARSALS))
    for rehearsal in Rehearsal:
        yield Visit(language, Spot(Kind.REHEARSAL, rehearsal.value))
    for situation in content.situations.values():
        for kind in (Kind.NEEDS, Kind.END, Kind.RESTART):
            yield Visit(language, Spot(kind), situation=situation.id, learned=SEEN)
        for step in (*situation.numbered, *situation.side_steps):
            here = Spot(Kind.STEP, step.id)
            told = {"situation": situation.id, "learned": SEEN}
            yield Visit(language, here, **told)
            for tries in (1, 2):
                spot = Spot(Kind.TROUBLE, step.id)
                yield Visit(language, spot, (here,), tries={step.id: tries}, **told)
            yield Visit(language, Spot(Kind.STAFF), (here,), tries={step.id: 2}, **told)
            if step.links:
                yield Visit(language, Spot(Kind.LINKS), (here,), **told)
