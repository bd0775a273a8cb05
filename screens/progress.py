"""Where the person is: the step's number and the phases, done, now and to come."""

from collections.abc import Sequence

from rich.text import Text

from kiosk import guide
from kiosk.language import mark
from kiosk.situations.model import Step
from kiosk.speech.utterance import Utterance
from screens.frame import Words
from screens.scene import Scene

PART_OF = mark("Part {number} of {count}: {phase}")

ROOM = 76
"""Columns for the phases on the smallest terminal."""

_DONE, _NOW, _TO_COME = "●", "◉", "○"


def number_in_words(scene: Scene, step: Step) -> str:
    """'Step 7 of 17', or that it is an extra step on the way."""
    situation = scene.situation
    assert situation is not None
    return guide.number_in_words(situation, step.id, scene.language)


def phases(scene: Scene, step: Step) -> Words:
    """A dot with its word for each phase; the one of now is filled, bold and underlined.

    Spoken is only the one of now: the others come in their time.
    """
    situation = scene.situation
    assert situation is not None
    all_phases = situation.phases()
    now = all_phases.index(step.phase)
    words = [scene.language.say(scene.kit.content.phases[phase]) for phase in all_phases]
    apart = "  " if sum(map(len, words)) + 4 * len(words) <= ROOM else " "
    part = scene.language.say(PART_OF, number=now + 1, count=len(words), phase=words[now])
    said = [Utterance(part, scene.language.code)]
    return Words(dots(words, now, apart), classes="phases", said=said)


def dots(words: Sequence[str], now: int, apart: str) -> Text:
    """A dot with each word, done, now or to come, on one line; `apart` stands between them."""
    line = Text(no_wrap=True)
    for position, word in enumerate(words):
        dot = _DONE if position < now else _NOW if position == now else _TO_COME
        line.append(f"{dot} ")
        line.append(word, "bold underline" if position == now else "")
        line.append(apart)
    line.right_crop(len(apart))
    return line
