"""For somebody who helps: all steps with the one of now, why the scans failed here, and what the
desk needs when nothing works.
"""

from textual.app import ComposeResult

from kiosk.language import Language, mark
from kiosk.selftest.results import Run
from kiosk.selftest.words import last_test
from kiosk.situations.model import Step
from kiosk.tried import tried
from screens.frame import Words
from screens.keys import Key
from screens.scene import Scene
from screens.staff_menu.menu import DESK, OVERVIEW, StaffPage
from screens.staff_menu.steps import MORE, first_sentence, page_of
from screens.staff_menu.wishes import Look, Page, Where

WHY = mark("What was tried here")
ALL_STEPS = mark("All steps")
AT_DESK = mark("At the desk")
HERE = mark("now: {number}: {words}")
STEP = mark("{number}: {words}")
TRIES = mark("Step {number} did not work. Tries: {count}.")
NO_TRIES = mark("Nothing was said not to work.")
BOOK = mark("Book an appointment at Borgerservice. The person must come there.")
PAPERS = mark(
    "The person brings papers that prove who they are. On a phone, only the driving licence and "
    "the health card count."
)
ANSWERS = mark("The person answers questions from the CPR register, or brings a witness.")
WITNESS = mark(
    "A witness is 18 or older and has had MitID for more than 30 days. The witness brings photo ID "
    "and the own MitID."
)
THREE = mark("Nobody may be a witness more than 3 times in 120 days.")
ABROAD = mark("People with papers from abroad are advised to bring a witness, always.")
SOURCE = mark("From MitID's own page on documentation, as of {date}. Your own rules come first.")

ROWS_AROUND = 10
"""Of head, title, foot and the last line."""


class OverviewScreen(StaffPage):
    """As many steps as have room, two rows for each, beginning with the part of now."""

    title_words = OVERVIEW

    def __init__(self, scene: Scene, part: int | None, rows: int) -> None:
        """`part`: which of the pages, from 0; None: that of now; `rows`: of the terminal."""
        self._scene = scene
        situation = scene.situation
        assert situation is not None
        size = max(4, (rows - ROWS_AROUND) // 2)
        if part is None:
            part = page_of(scene, size)
        pages = -(-len(situation.numbered) // size)
        self._shown = list(enumerate(situation.numbered, 1))[part * size :][:size]
        say = scene.language.say
        foot = [Key("2", say(WHY), Look(Where(Page.TRIED)))]
        if pages > 1:
            foot.insert(0, Key("1", say(MORE), Look(Where(Page.OVERVIEW, (part + 1) % pages))))
        super().__init__(scene.language, scene.other_language, (), foot)

    def words(self) -> ComposeResult:
        """The situation, and a line for each step; the one of now is told in words, too."""
        say = self.language.say
        situation, now = self._scene.situation, self._scene.last_step
        assert situation is not None
        yield Words(say(situation.title), classes="instruction")
        for number, step in self._shown:
            words = first_sentence(say(step.instruction))
            here = step == now
            line = say(HERE if here else STEP, number=number, words=words)
            yield Words(f"► {line}" if here else f"  {line}", classes="number" if here else "list")


class TriedScreen(StaffPage):
    """What the rehearsals have shown, in the clerk's words, and what did not work how often."""

    title_words = WHY

    def __init__(self, scene: Scene, tested: Run | None) -> None:
        """`tested`: the last self-test of this kiosk."""
        self._scene = scene
        self._tested = tested
        say = scene.language.say
        foot = [
            Key("1", say(ALL_STEPS), Look(Where(Page.OVERVIEW))),
            Key("2", say(AT_DESK), Look(Where(Page.DESK))),
        ]
        super().__init__(scene.language, scene.other_language, (), foot)

    def words(self) -> ComposeResult:
        """A line for each scan, for each step with tries, and for the kiosk's devices."""
        for line in tried(self._scene.visit.learned, self.language):
            yield Words(f"– {line}", classes="list", private=True)
        for line in self._tries() or [self.language.say(NO_TRIES)]:
            yield Words(f"– {line}", classes="list")
        yield Words(f"– {last_test(self._tested, self.language)}", classes="list")

    def _tries(self) -> list[str]:
        situation, tries = self._scene.situation, self._scene.visit.tries
        steps: list[tuple[int, Step]] = list(enumerate(situation.numbered, 1)) if situation else []
        return [
            self.language.say(TRIES, number=number, count=tries[step.id])
            for number, step in steps
            if tries.get(step.id)
        ][-MOST_TRIES:]


MOST_TRIES = 6
"""Lines that have room; the latest steps matter."""


class DeskScreen(StaffPage):
    """The official way when the scans do not work: papers, questions, a witness."""

    title_words = DESK

    def __init__(self, language: Language, other: Language | None, as_of: str) -> None:
        """`as_of`: the date of the official pages that this guide follows."""
        self._as_of = as_of
        super().__init__(language, other)

    def words(self) -> ComposeResult:
        """What to do, a line each, and where it comes from."""
        say = self.language.say
        yield Words(say(BOOK), classes="instruction")
        for line in (PAPERS, ANSWERS, WITNESS, THREE, ABROAD):
            yield Words(f"– {say(line)}", classes="list")
        yield Words(say(SOURCE, date=self._as_of), classes="aside")
