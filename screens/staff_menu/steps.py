"""Where the visit is to go on: the steps by their numbers, of this situation or another."""

from textual.app import ComposeResult

from kiosk.language import mark
from kiosk.situations.model import Situation, SituationId
from screens.frame import Words
from screens.keys import ANSWER_DIGITS, Key
from screens.scene import Scene
from screens.staff_menu.menu import STEPS, StaffPage
from screens.staff_menu.wishes import GoToStep, Look, Page, Where

WHICH = mark("At which step is the visit to go on?")
WHICH_SITUATION = mark("Which situation is it?")
SHORT = mark("{number}: {words}")
MORE = mark("More steps")
OTHER = mark("Another situation")
KEYS = "12369"
"""The digits of the steps on one page: those that the foot and the head leave."""


def first_sentence(text: str) -> str:
    """As much of an instruction as tells which step it is."""
    sentence, stop, _ = text.partition(". ")
    return sentence + stop.strip()


def page_of(scene: Scene, size: int) -> int:
    """The part of the list, from 0, in which the step stands where the visit is."""
    situation, step = scene.situation, scene.last_step
    number = situation.number(step.id) if situation and step else None
    return (number - 1) // size if number else 0


class SituationsScreen(StaffPage):
    """The situations, to choose one whose steps are wanted."""

    title_words = STEPS

    def __init__(self, scene: Scene) -> None:
        language = scene.language
        keys = [
            Key(digit, language.say(situation.title), Look(Where(Page.STEPS, situation=name)))
            for digit, (name, situation) in zip(
                ANSWER_DIGITS, scene.kit.content.situations.items(), strict=False
            )
        ]
        super().__init__(language, scene.other_language, keys)

    def words(self) -> ComposeResult:
        """The question and a key for each."""
        yield Words(self.language.say(WHICH_SITUATION), classes="instruction")
        yield from self.answers()


class StepsScreen(StaffPage):
    """Some of the steps, each with its key; one key shows the next ones."""

    title_words = STEPS

    def __init__(self, scene: Scene, wanted: SituationId, part: int | None) -> None:
        """`part`: which of the pages, from 0; None: the one of the step of now."""
        language = scene.language
        situation = scene.kit.content.situations[wanted]
        if part is None:
            part = page_of(scene, len(KEYS)) if scene.visit.situation == wanted else 0
        self._situation = situation
        keys = _keys(scene, situation, part)
        pages = -(-len(situation.numbered) // len(KEYS))
        following = Where(Page.STEPS, (part + 1) % pages, wanted)
        foot = [
            Key("4", language.say(MORE), Look(following)),
            Key("7", language.say(OTHER), Look(Where(Page.SITUATIONS))),
        ]
        super().__init__(language, scene.other_language, keys, foot)

    def words(self) -> ComposeResult:
        """The question and a key for each step."""
        yield Words(self.language.say(WHICH), classes="instruction")
        yield from self.answers()


def _keys(scene: Scene, situation: Situation, part: int) -> list[Key]:
    say = scene.language.say
    shown = list(enumerate(situation.numbered, 1))[part * len(KEYS) :][: len(KEYS)]
    return [
        Key(
            digit,
            say(SHORT, number=number, words=first_sentence(say(step.instruction))),
            GoToStep(situation.id, step.id),
        )
        for digit, (number, step) in zip(KEYS, shown, strict=False)
    ]
