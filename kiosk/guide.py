"""The whole guide as text, markdown or JSON: for print, the web and tests."""

from collections.abc import Sequence
from typing import Any

from kiosk.guards import guards
from kiosk.language import AppLabel, Language, mark
from kiosk.situations.model import Branch, Situation

THE_APP_SHOWS = mark("The app shows: {screen}")
STEP_OF = mark("Step {number} of {count}")
SIDE_STEP = mark("Extra step")
WHO = {"citizen": mark("you"), "helper": mark("your helper")}


def number_in_words(situation: Situation, step_id: str, language: Language) -> str:
    """'Step 7 of 17', or that it is an extra step on the way."""
    number = situation.number(step_id)
    if number is None:
        return language.say(SIDE_STEP)
    return language.say(STEP_OF, number=number, count=len(situation.numbered))


def as_rows(situation: Situation, language: Language) -> list[dict[str, Any]]:
    """One row a counted step, in the form of `kiosk guide --format json`.

    Labels and screens are in the phone's wording; what a step does not have is None.
    """
    return [
        {
            "situation": situation.id,
            "number": number,
            "id": step.id,
            "actor": step.actor or situation.phone,
            "instruction": language.say(step.instruction),
            "labels": [language.label(key).text for key in step.labels],
            "app_screen": language.label(step.app_screen).text if step.app_screen else None,
            "rehearsal": step.rehearsal,
        }
        for number, step in enumerate(situation.numbered, start=1)
    ]


def as_text(situations: Sequence[Situation], language: Language) -> str:
    """The guide for a printer."""
    return "\n".join(line for situation in situations for line in _lines(situation, language, ""))


def as_markdown(situations: Sequence[Situation], language: Language) -> str:
    """The guide for a web page."""
    return "\n".join(line for situation in situations for line in _lines(situation, language, "#"))


def _lines(situation: Situation, language: Language, heading: str) -> list[str]:
    say = language.say
    bold = "**" if heading else ""
    lines = [f"{heading} {say(situation.title)}".strip(), ""]
    lines += [f"- {say(need)}" for need in situation.needs]
    lines.append("")
    for number, step in enumerate(situation.numbered, start=1):
        who = f" ({say(WHO[step.actor or situation.phone])})" if situation.phone == "helper" else ""
        lines.append(f"{number}. {say(step.instruction)}{who}")
        lines += [f"   {say(guard)}" for guard in guards(step)]
        if step.app_screen:
            screen = _label(language.label(step.app_screen), bold)
            lines.append(f"   {say(THE_APP_SHOWS, screen=screen)}")
        labels = " · ".join(_label(language.label(key), bold) for key in step.labels)
        if labels and not step.branches:
            lines.append(f"   {labels}")
        for branch in step.branches:
            lines.append(f"   - {_branch(branch, language, bold)}")
            lines += [f"     {sentence}" for sentence in _side_step(situation, branch, language)]
    return [*lines, "", *(say(sentence) for sentence in situation.closing), ""]


def _label(label: AppLabel, bold: str) -> str:
    english = f" ({label.english})" if label.english else ""
    return f"{bold}[{label.text}]{bold}{english}"


def _side_step(situation: Situation, branch: Branch, language: Language) -> list[str]:
    """What is done on the way where a branch leads to a step that is not counted."""
    if branch.goes_to.startswith("route:") or situation.number(branch.goes_to) is not None:
        return []
    step = situation.step(branch.goes_to)
    return [language.say(sentence) for sentence in (*guards(step), step.instruction)]


def _branch(branch: Branch, language: Language, bold: str) -> str:
    labels = (_label(language.label(key), bold) for key in branch.labels)
    return " ".join([language.say(branch.text), *labels])
