"""Where the person is: the step's number and the phases, done, now and to come."""

from rich.text import Text

from kiosk.language import mark
from kiosk.situations.model import Step
from screens.scene import Scene

STEP_OF = mark("Step {number} of {count}")
SIDE_STEP = mark("Extra step")

_DONE, _NOW, _TO_COME = "●", "◉", "○"


def number_in_words(scene: Scene, step: Step) -> str:
    """'Step 7 of 17', or that it is an extra step on the way."""
    situation = scene.situation
    assert situation is not None
    number = situation.number(step.id)
    if number is None:
        return scene.language.say(SIDE_STEP)
    return scene.language.say(STEP_OF, number=number, count=len(situation.numbered))


def phases(scene: Scene, step: Step) -> Text:
    """A dot with its word for each phase; the one of now is filled, bold and underlined."""
    situation = scene.situation
    assert situation is not None
    all_phases = situation.phases()
    now = all_phases.index(step.phase) if step.phase in all_phases else -1
    line = Text(no_wrap=True, overflow="ellipsis")
    for position, phase in enumerate(all_phases):
        dot = _DONE if position < now else _NOW if position == now else _TO_COME
        style = "bold underline" if position == now else ""
        line.append(f"{dot} ", "")
        line.append(scene.language.say(scene.kit.content.phases[phase]), style)
        line.append("  ")
    return line
