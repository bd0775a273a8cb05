"""Advice: from what is known of a case to what to try next, why, and when to go to the desk.

One pure function, `advise`. The content gives the tips of a step in order of likelihood; what the
rehearsals have found, and the phone if it was told, moves them, or speaks against them.
"""

import msgspec

from hardware.verdicts import ChipExpected, ChipVerdict, CodeVerdict
from kiosk import evidence, face_findings, stopping
from kiosk.advice import CODE
from kiosk.countries import country_name
from kiosk.learned import Learned
from kiosk.situations.model import Content, Situation, SituationId, Step, Tip

ABOUT_DOCUMENT = ("country", "code", "chip")
"""The scans for which the app wants the document."""


class Case(msgspec.Struct, frozen=True):
    """What is known where somebody stands; nothing of it is personal."""

    situation: SituationId
    step: str
    """The step's id."""
    learned: Learned = Learned()
    tries: int = 0
    """How often this step did not work."""
    tried: tuple[int, ...] = ()
    """The tips that were tried at this step, by their places in the content, from 0."""
    tries_before_desk: int = 3
    phone: str = ""
    """The family of the phone, by key of phones.toml; empty when it was not told."""

    def facts(self) -> frozenset[str]:
        """All that is known, as names that tips can refer to."""
        told = {f"phone:{self.phone}"} if self.phone else set()
        return self.learned.facts() | told


class Suggestion(msgspec.Struct, frozen=True):
    """One thing to try, as sentences for the catalogue."""

    text: str
    why: str
    """Why it is worth a try here; empty where that goes without saying."""
    tip: int
    """Which of the step's tips it is, from 0."""
    found: bool = False
    """Whether the reason tells what was found here of a document or a face."""


class Desk(msgspec.Struct, frozen=True):
    """When to stop, and to go to the desk."""

    now: bool
    """At once; else: when the next thing to try does not help."""
    why: str
    """A sentence for the catalogue."""
    found: bool = False
    """Whether it tells what was found here of a document."""


class Advised(msgspec.Struct, frozen=True):
    """What to tell somebody at a step: before it is done, and when it did not work."""

    learned: str
    """What was learned here that helps with this step: a sentence for the catalogue, or empty.

    `{country}` in it stands for the name of the issuing country.
    """
    place: str
    """Where this phone reads a chip, at the steps where that matters: a sentence, or empty."""
    suggestions: tuple[Suggestion, ...]
    """What to try, the most likely first; what was tried already comes last.

    None where nothing on the phone can help.
    """
    desk: Desk | None

    @property
    def stop(self) -> bool:
        """Whether trying on makes no sense."""
        return self.desk is not None and self.desk.now


def advise(case: Case, content: Content) -> Advised:
    """What to try next, why, and when to stop; KeyError for a step that the situation has not."""
    situation = content.situations[case.situation]
    step = situation.step(case.step)
    learned = _learned(step, case.learned)
    place = content.phones[case.phone].text if case.phone and reads_chip(step) else ""
    hopeless = _hopeless(case.learned) if _document_wanted(situation, step) else ""
    if hopeless:
        return Advised(learned, place, (), Desk(True, hopeless, found=True))
    return Advised(learned, place, _suggestions(step, case, learned, place), _desk(step, case))


def after_trying(case: Case, content: Content) -> tuple[int, ...]:
    """The tips that were tried, once the first of this case was; empty again after the last."""
    given = [suggestion.tip for suggestion in advise(case, content).suggestions]
    tried = (*case.tried, *given[:1])
    return () if set(given) <= set(tried) else tried


def reads_chip(step: Step) -> bool:
    """Whether the phone is about to lie on the chip: then it matters which phone it is."""
    return step.rehearsal == "chip" and step.action != "watch"


# --- what was learned ----------------------------------------------------------------------------


def _learned(step: Step, learned: Learned) -> str:
    if step.rehearsal in ("country", "code"):
        return _of_code(step, learned)
    if step.rehearsal == "chip":
        return _of_chip(learned)
    # While the app works on the scan, the person can do nothing more for it.
    if step.rehearsal == "face" and step.action != "wait":
        return _of_face(learned)
    return ""


def _of_code(step: Step, learned: Learned) -> str:
    if learned.code is None:
        return ""
    if learned.code in evidence.OF_CODE:
        return evidence.OF_CODE[learned.code]
    if not CODE[learned.code].good:
        return ""
    if step.rehearsal == "code":
        return evidence.CODE_WORKS
    return evidence.COUNTRY if country_name(learned.country, "en") else ""


def _of_chip(learned: Learned) -> str:
    if learned.chip in evidence.OF_CHIP:
        return evidence.OF_CHIP[learned.chip]
    if learned.code is CodeVerdict.NO_CHIP:
        return evidence.NO_CHIP
    if learned.chip in evidence.SILENT:
        expected = learned.chip_expected is ChipExpected.YES
        return evidence.CHIP_MISSING if expected else evidence.CHIP_SILENT
    unsure = learned.chip is None and learned.chip_expected is ChipExpected.PERHAPS
    return evidence.CHIP_PERHAPS if unsure else ""


def _of_face(learned: Learned) -> str:
    found = face_findings.finding(learned.face)
    if found is None:
        return ""
    if found.hint is None:
        return evidence.FACE_WELL
    return evidence.AFTER[found.hint] if found.ready else evidence.OF_FACE[found.hint]


# --- what to try ---------------------------------------------------------------------------------


def _suggestions(step: Step, case: Case, learned: str, place: str) -> tuple[Suggestion, ...]:
    facts = case.facts()
    open_tips = [
        (number, tip)
        for number, tip in enumerate(step.tips)
        if not facts.intersection(tip.not_when)
    ]
    # Sorting keeps the content's order where neither trying nor finding tells tips apart.
    open_tips.sort(key=lambda one: (one[0] in case.tried, -_spoken_for(one[1], facts)))
    given = []
    for number, tip in open_tips:
        text = place if tip.by_phone and place else tip.text
        why, found = _why(tip, facts, learned)
        given.append(Suggestion(text, why, number, found))
    return tuple(given)


def _spoken_for(tip: Tip, facts: frozenset[str]) -> int:
    return len(facts.intersection(tip.first_when))


def _why(tip: Tip, facts: frozenset[str], learned: str) -> tuple[str, bool]:
    """Why a tip is worth a try, and whether that tells what was found here."""
    speaking = facts.intersection(tip.first_when)
    for fact, reason in evidence.REASONS.items():
        if fact in speaking:
            return reason, not fact.startswith("phone:")
    return (learned, True) if speaking and learned else (tip.why, False)


# --- when to stop --------------------------------------------------------------------------------


def _desk(step: Step, case: Case) -> Desk | None:
    if case.tries >= case.tries_before_desk:
        return Desk(True, stopping.TRIED_ENOUGH)
    doubt, tries = _doubt(step, case.learned)
    if doubt and case.tries >= tries:
        return Desk(True, doubt, found=True)
    if case.tries and case.tries == case.tries_before_desk - 1:
        return Desk(False, stopping.LAST_TRY)
    return Desk(False, doubt, found=True) if doubt else None


def _hopeless(learned: Learned) -> str:
    """Why the app cannot take this document, where that is sure."""
    if learned.code is CodeVerdict.NO_CHIP and learned.chip in stopping.CHIP_ANSWERS:
        return ""  # such cards have none as far as is known, but this one has answered
    if learned.code in stopping.HOPELESS:
        return stopping.HOPELESS[learned.code]
    if learned.chip is ChipVerdict.EXPIRED:
        return stopping.HOPELESS[CodeVerdict.EXPIRED]
    return ""


def _document_wanted(situation: Situation, step: Step) -> bool:
    """Whether the app still wants the document, at this step or at one that follows."""
    number = situation.number(step.id)
    ahead = (step,) if number is None else situation.numbered[number - 1 :]
    return any(one.rehearsal in ABOUT_DOCUMENT for one in ahead)


def _doubt(step: Step, learned: Learned) -> tuple[str, int]:
    """Why the desk may be needed, and after how many tries there is no more sense in trying."""
    if step.rehearsal == "chip":
        if learned.chip in stopping.UNCONFIRMED:
            return stopping.CHIP_UNCONFIRMED, 1
        if learned.chip in stopping.INCOMPLETE:
            return stopping.CHIP_INCOMPLETE, 2
        if learned.chip in evidence.SILENT:
            return stopping.CHIP_SILENT, 1 if learned.chip_expected is ChipExpected.NO else 2
        if learned.chip is None and learned.chip_expected is ChipExpected.NO:
            return stopping.NOT_MADE_WITH_CHIP, 1
    if step.rehearsal in ABOUT_DOCUMENT and learned.code in stopping.DOUBTFUL:
        return stopping.MAY_REFUSE, 2
    return "", 0
