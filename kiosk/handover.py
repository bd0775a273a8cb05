"""The note for the desk at the end of a visit that did not work; nothing about the person.

So staff begin at the right point: the situation, the step, what was tried, and what to bring.
"""

from hardware.verdicts import FaceHint
from kiosk import face_findings
from kiosk.guide import number_in_words
from kiosk.language import Language, mark
from kiosk.situations.model import Content
from kiosk.tried import tried
from kiosk.visit import Visit, last_step_of, situation_of

TRIES = mark("Did not work at this step: {count} times")
BRING = (
    mark("Bring the phone, and the passport or ID card that was scanned."),
    mark("Bring other valid ID too, on paper or as a card. Or bring a witness with MitID."),
)
"""What counts at Borgerservice: the route `desk` of routes.toml, and its source."""


def place(visit: Visit, content: Content, language: Language) -> list[str]:
    """The situation, the step at which it ended, and how often that did not work."""
    situation, step = situation_of(visit, content), last_step_of(visit, content)
    lines = [language.say(situation.title)] if situation else []
    if situation and step:
        number = number_in_words(situation, step.id, language)
        lines.append(f"{number}: {language.say(step.instruction)}")
        if tries := visit.tries.get(step.id, 0):
            lines.append(language.say(TRIES, count=tries))
    return lines


def whole(visit: Visit, content: Content, language: Language) -> str:
    """The note in sentences, a line each."""
    found = tried(visit.learned, language)
    bring = map(language.say, BRING)
    return "\n".join([*place(visit, content, language), *found, *bring])


def short(visit: Visit, content: Content) -> str:
    """The note in few letters, ASCII alone, by the names of our content and of the verdicts.

    It fits the QR code of the smallest terminal: 106 bytes.
    """
    situation, step = situation_of(visit, content), last_step_of(visit, content)
    lines = [f"MitID {situation.id}" if situation else "MitID"]
    if situation and step:
        number = situation.number(step.id)
        at = f"{number}/{len(situation.numbered)}" if number else step.id
        tries = visit.tries.get(step.id, 0)
        lines.append(f"step {at}" + (f", {tries}x" if tries else ""))
    learned = visit.learned
    if learned.code:
        lines.append(f"code {learned.code}")
    if learned.chip:
        lines.append(f"chip {learned.chip}")
    if face := face_findings.finding(learned.face):
        lines.append(f"face {face.hint or FaceHint.READY}")
    return "\n".join(lines)
