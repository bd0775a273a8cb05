"""What a situation is made of. The files in config/situations/ are read into these."""

from typing import Annotated, Literal

import msgspec

from kiosk.app_screens import PLAIN_PAGE, AppScreen
from kiosk.document_numbers import NumberRule
from kiosk.phones import PhoneFamily
from kiosk.reading import Id

SituationId = Literal["app", "several-users", "helper", "new-app"]
DESK = "desk"
"""The route to which a step leads after too many tries."""

SITUATION_IDS: tuple[SituationId, ...] = ("app", "several-users", "helper", "new-app")

Action = Literal[
    "open", "tap", "accept", "choose", "watch", "scan", "wait", "decide",
    "done", "select", "follow", "install", "enter",
]  # fmt: skip
Actor = Literal["citizen", "helper"]
Place = Literal["phone", "kiosk", "shop"]
Practice = Literal["country", "code", "chip", "face"]
Phase = Literal["start", "document", "code", "chip", "face", "user-id", "pin", "order", "ready"]
Picture = Literal[
    "store", "code", "scan-code", "chip-sign", "chip", "face", "post", "done"
]  # fmt: skip


class Branch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way on from a step at which the person decides.

    `goes_to` names a step of the same situation, or a route as `route:ID`.
    """

    text: str
    goes_to: str
    labels: tuple[Id, ...] = ()


class Tip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to try when a step did not work; they stand in order of likelihood."""

    text: str
    first_when: tuple[str, ...] = ()
    """What is known that moves this tip to the front, e.g. `chip:answers` or `phone:samsung`."""
    not_when: tuple[str, ...] = ()
    """What is known that speaks against this tip: then it is not given."""
    why: str = ""
    """Why it is worth a try, where nothing was learned that speaks for it."""
    by_phone: bool = False
    """Whether the sentence of the phone's family takes the place of `text` once it was told."""


class Timer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A countdown that runs while a step is on the screen, and what to do when it has run out."""

    seconds: Annotated[int, msgspec.Meta(ge=5, le=3600)]
    waiting: str
    after: str


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One action, on one screen."""

    id: Id
    action: Action
    phase: Phase
    instruction: str
    """At most two sentences; what the app calls things stands in `labels`, never in here."""
    labels: tuple[Id, ...] = ()
    """What to tap, by key of labels.toml, in the order in which they are tapped or read."""
    app_screen: Id | None = None
    """The title of the app's screen on which this happens, by key of labels.toml."""
    expect: str = ""
    """What will be seen next."""
    actor: Actor | None = None
    """Who acts; None: the one whose phone it is."""
    place: Place = "phone"
    rehearsal: Practice | None = None
    optional: bool = False
    warning: str = ""
    """What to take care of: shown above the instruction."""
    secret: bool = False
    """Something secret is typed on the phone here: nobody may see it."""
    picture: Picture | None = None
    """What is drawn beside the words; None: the phone with the app's screen."""
    screen: Id = PLAIN_PAGE
    """What else is on that screen, by key of app_screens.toml."""
    links: tuple[Id, ...] = ()
    """QR codes that help here, by key of links.toml."""
    timer: Timer | None = None
    tips: tuple[Tip, ...] = ()
    branches: tuple[Branch, ...] = ()
    goes_to: str | None = None
    """Where a side step leads; None: to the step that follows in the situation."""


class Situation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the four ways through the app, ready to walk: every step it can reach."""

    id: SituationId
    title: str
    """How the person would say it: 'I have the MitID app on my phone'."""
    minutes: int
    """About how long it takes."""
    phone: Actor
    """Whose phone it is done on, and who acts where a step does not say."""
    needs: tuple[str, ...]
    closing: tuple[str, ...]
    """What is true at the end, in plain words."""
    numbered: tuple[Step, ...]
    """The steps that are counted, in order."""
    side_steps: tuple[Step, ...] = ()
    """Steps that only a branch leads to."""

    def step(self, step_id: str) -> Step:
        """The step of this id; KeyError when there is none."""
        for step in (*self.numbered, *self.side_steps):
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def number(self, step_id: str) -> int | None:
        """The number of a step, from 1; None for a side step."""
        for number, step in enumerate(self.numbered, start=1):
            if step.id == step_id:
                return number
        return None

    def after(self, step: Step) -> str | None:
        """Where 'done' leads from a step: a step id, `route:ID`, or None for the end."""
        if step.goes_to is not None:
            return step.goes_to
        number = self.number(step.id)
        assert number is not None, "the loader lets no side step in that leads nowhere"
        return self.numbered[number].id if number < len(self.numbered) else None

    def phases(self) -> tuple[Phase, ...]:
        """The phases of the situation, in the order in which they are reached."""
        return tuple(dict.fromkeys(step.phase for step in self.numbered))


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer to a question; leads to `question:ID`, `situation:ID` or `route:ID`."""

    text: str
    goes_to: str
    labels: tuple[Id, ...] = ()
    """What the phone shows in this case, by key of labels.toml."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One plain question on what the phone shows or what the person has."""

    id: Id
    text: str
    answers: Annotated[tuple[Answer, ...], msgspec.Meta(min_length=2, max_length=6)]
    help: str = ""
    picture: Picture | None = None
    """What is drawn beside the answers, where a picture helps to answer."""


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An honest other way: what to do when none of the situations is the right one (any more)."""

    id: Id
    title: str
    steps: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=5)]
    """What to do, in order, one sentence or two each."""
    support: bool = True
    """Whether the support's number and hours are shown."""
    links: tuple[Id, ...] = ()
    goes_on: str | None = None
    """Where the person can go on here in the kiosk after all, as in `Answer.goes_to`."""
    goes_on_text: str = ""


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address that is shown as a QR code, with the plain words that lead there without one."""

    title: str
    url: str
    words: str
    source: str = ""


class Content(msgspec.Struct, frozen=True):
    """All that the guide says, checked: every name in it leads somewhere."""

    situations: dict[SituationId, Situation]
    questions: dict[Id, Question]
    first_question: Id
    routes: dict[Id, Route]
    links: dict[Id, Link]
    phases: dict[Phase, str]
    """The title of each phase."""
    screens: dict[Id, AppScreen]
    """What stands on the screens of the app."""
    phones: dict[Id, PhoneFamily]
    """The families of phones, in the order in which they are offered."""
    document_numbers: tuple[NumberRule, ...]
    """What is known of the numbers of some countries' documents."""
    as_of: str
    """The day on which the guide was last compared with MitID's own page (ISO 8601)."""
