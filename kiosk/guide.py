"""The whole guide as text, markdown or JSON: for print, the web and tests."""

from collections.abc import Sequence
from typing import Any

from kiosk.advice import guards
from kiosk.language import AppLabel, Language, mark
from kiosk.situations.model import Situation, Step

WHO = {"citizen": mark("you"), "helper": mark("your helper")}


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
        labels = " · ".join(_label(language.label(key), bold) for key in step.labels)
        if labels and not step.branches:
            lines.append(f"   {labels}")
        lines += [f"   - {_branch(step, n, language, bold)}" for n in range(len(step.branches))]
    return [*lines, "", *(say(sentence) for sentence in situation.closing), ""]


def _label(label: AppLabel, bold: str) -> str:
    english = f" ({label.english})" if label.english else ""
    return f"{bold}[{label.text}]{bold}{english}"


def _branch(step: Step, number: int, language: Language, bold: str) -> str:
    branch = step.branches[number]
    labels = (_label(language.label(key), bold) for key in branch.labels)
    return " ".join([language.say(branch.text), *labels])
