"""The real program in a pty, on the simulated machine: every step, every branch, every question."""

import re
import sys
from collections.abc import Iterator

import pytest

from hardware.verdicts import ChipVerdict, CodeVerdict, Rehearsal
from kiosk import advice, evidence, guide
from kiosk.language import Language, load_languages
from kiosk.places import Folders
from kiosk.situations.loading import load
from kiosk.situations.model import Content, Situation, Step
from kiosk.visit import DIRECT, rehearsal_of
from screens import attract, needs, rehearsal, staff, wiped
from screens.keys import ANSWER_DIGITS
from tests.e2e.terminal import Terminal

KIOSK = [sys.executable, "-m", "kiosk", "run", "--simulate"]
LANGUAGES = ("da", "en")
HEAD = 34
"""Columns before the keys of the head at 80x24."""


class Walker:
    """A person at the kiosk, who reads before pressing."""

    def __init__(self, terminal: Terminal, language: Language, content: Content) -> None:
        self.terminal = terminal
        self.language = language
        self.content = content

    def press(self, digit: str) -> None:
        """Presses one key."""
        self.terminal.press(digit)

    def sees(self, sentence: str, **values: object) -> None:
        """The sentence stands on the screen, in the person's language."""
        self.reads(" ".join(self.language.say(sentence, **values).split()))

    def reads(self, text: str) -> None:
        """The text stands on the screen, wrapped or not, also beside a drawing.

        The edge of a key is no part of it.
        """

        def there(screen: str) -> bool:
            rows = screen.replace("▁", " ").split("\n")
            beside = [re.split(r" {3,}", row.strip())[0] for row in rows]
            return any(text in " ".join(" ".join(part).split()) for part in (rows, beside))

        self.terminal.wait_until(there, repr(text))

    def sees_at_the_head(self, sentence: str) -> None:
        """The same, where keys stand at the right of every row."""
        wanted = " ".join(self.language.say(sentence).split())

        def where(screen: str) -> str:
            return " ".join(" ".join(row[:HEAD] for row in screen.split("\n")[:2]).split())

        self.terminal.wait_until(lambda screen: where(screen) == wanted, repr(wanted))

    def begins(self) -> None:
        """From the first screen to the first question."""
        self.sees(attract.TITLE)
        self.press(ANSWER_DIGITS[LANGUAGES.index(self.language.code)])
        self.sees(self.content.questions[self.content.first_question].text)

    def chooses_directly(self, number: int) -> Situation:
        """Past the stop-check, and then the situation of this number, without the questions."""
        first = self.content.questions[self.content.first_question]
        self.press("1")
        self.at_target(None, first.answers[0].goes_to)
        self.press("7")
        self.sees(self.content.questions[DIRECT].text)
        target = self.content.questions[DIRECT].answers[number - 1].goes_to
        self.press(ANSWER_DIGITS[number - 1])
        self.at_target(None, target)
        return next(s for s in self.content.situations.values() if target == f"situation:{s.id}")

    def at_step(self, situation: Situation, step: Step) -> None:
        """The step is on the screen: its number, its instruction, and its labels."""
        number = situation.number(step.id)
        if number is None:
            self.sees(guide.SIDE_STEP)
        else:
            self.sees(guide.STEP_OF, number=number, count=len(situation.numbered))
        self.sees(step.instruction)
        for key in step.labels:
            self.reads(self.language.label(key).text)

    def at_target(self, situation: Situation | None, target: str) -> None:
        """What an answer or branch leads to is on the screen."""
        kind, colon, name = target.partition(":")
        if not colon:
            assert situation is not None
            self.at_step(situation, situation.step(target))
        elif kind == "question":
            self.sees(self.content.questions[name].text)
        elif kind == "route":
            self.sees(self.content.routes[name].title)
        else:
            self.sees(needs.WHAT_YOU_NEED)
            self.sees_at_the_head(
                next(s for s in self.content.situations.values() if s.id == name).title
            )

    def ends(self) -> None:
        """The visit is erased, the screen says so, and the first screen is back."""
        self.press("1")
        self.sees(wiped.ERASED)
        self.sees(attract.TITLE)


@pytest.fixture(scope="module")
def content() -> Content:
    return load()


@pytest.fixture(scope="module", params=LANGUAGES)
def walker(
    request: pytest.FixtureRequest, content: Content, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walker]:
    """The kiosk runs once for each language; visits follow each other as in real life."""
    language = load_languages(LANGUAGES, Folders())[request.param]
    # On a busy machine two keys can reach the app closer together than they were pressed.
    settings = tmp_path_factory.mktemp("site") / "kiosk.toml"
    settings.write_text("[input]\ndebounce_seconds = 0\n")
    with Terminal([*KIOSK, "--config", str(settings)]) as terminal:
        yield Walker(terminal, language, content)


def main_way(situation: Situation, step: Step) -> int:
    """The number of the branch that leads to the next counted step."""
    number = situation.number(step.id)
    assert number is not None
    following = situation.numbered[number].id
    return 1 + [branch.goes_to for branch in step.branches].index(following)


def look_into_branches(walker: Walker, situation: Situation, step: Step) -> None:
    """Each way leads where it says; from each, 'back' leads to the step again."""
    for number, branch in enumerate(step.branches, start=1):
        walker.press(str(number))
        walker.at_target(situation, branch.goes_to)
        if ":" not in branch.goes_to and situation.number(branch.goes_to) is None:
            side = situation.step(branch.goes_to)
            assert side.goes_to is not None
            walker.press("1")
            walker.at_target(situation, side.goes_to)
            walker.press("0")
            walker.at_step(situation, side)
        walker.press("0")
        walker.at_step(situation, step)


@pytest.mark.grid
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_situation_from_the_first_screen_to_the_last(walker: Walker, number: int) -> None:
    """Every step in order with its labels, every branch, the closing, and the wipe."""
    walker.begins()
    situation = walker.chooses_directly(number)
    walker.press("1")
    for step in situation.numbered:
        walker.at_step(situation, step)
        if step.branches:
            look_into_branches(walker, situation, step)
            walker.press(str(main_way(situation, step)))
        else:
            walker.press("1")
    walker.sees(situation.closing[0])
    walker.ends()


@pytest.mark.slow
def test_the_questions_lead_everywhere_they_say(walker: Walker) -> None:
    """Every answer of every question, and back."""
    asked: set[str] = set()

    def ask(question_id: str) -> None:
        asked.add(question_id)
        question = walker.content.questions[question_id]
        for digit, answer in zip(ANSWER_DIGITS, question.answers, strict=False):
            walker.press(digit)
            walker.at_target(None, answer.goes_to)
            kind, _, name = answer.goes_to.partition(":")
            if kind == "question" and name not in asked:
                ask(name)
            elif kind == "route" and (on := walker.content.routes[name].goes_on):
                walker.press("2")
                walker.at_target(None, on)
                if on.startswith("question:") and on[9:] not in asked:
                    ask(on[9:])
                walker.press("0")
                walker.sees(walker.content.routes[name].title)
            walker.press("0")
            walker.sees(question.text)

    walker.begins()
    ask(walker.content.first_question)
    assert asked | {DIRECT} == set(walker.content.questions)
    walker.press("9")
    walker.sees(staff.SURE)
    walker.ends()


@pytest.mark.slow
def test_the_three_rehearsals_and_what_they_teach(walker: Walker) -> None:
    """Code and chip are found by the real drivers, the face is seen; the steps know of it later."""
    walker.begins()
    situation = walker.chooses_directly(1)
    walker.press("3")
    walker.sees(needs.TRY_WHICH)
    walker.press("1")
    country = {"da": "Danmark", "en": "Denmark"}[walker.language.code]
    walker.sees(advice.CODE[CodeVerdict.GOOD].do, country=country)
    walker.press("1")
    walker.sees(needs.TRY_WHICH)
    walker.press("2")
    walker.sees(advice.CHIP[ChipVerdict.WORKS].found)
    walker.press("1")
    walker.sees(needs.TRY_WHICH)
    walker.press("3")
    walker.sees(rehearsal.TITLE[Rehearsal.FACE])
    walker.terminal.wait_until(lambda screen: screen.count("▀") > 300, "a picture of half blocks")
    walker.press("1")
    walker.sees(needs.TRY_WHICH)
    walker.press("4")
    walker.sees(needs.WHAT_YOU_NEED)
    walker.press("1")
    for step in situation.numbered:
        walker.at_step(situation, step)
        if step.rehearsal == "country":
            walker.terminal.wait_for(country)
        if step.rehearsal == "chip":
            walker.sees(evidence.OF_CHIP[ChipVerdict.WORKS])
            break
        assert rehearsal_of(step) in (None, Rehearsal.CODE)
        walker.press("1")
    walker.press("9")
    walker.sees(staff.SURE)
    walker.ends()
