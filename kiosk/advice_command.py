"""`kiosk advise`: what the kiosk would advise in a case, and why."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from hardware.verdicts import ChipExpected, ChipVerdict, CodeVerdict, DocumentKind
from kiosk import face_findings
from kiosk.advising import Advised, Case, after_trying
from kiosk.countries import country_name
from kiosk.language import Language
from kiosk.learned import Learned
from kiosk.reading import suggestion
from kiosk.situations.model import SITUATION_IDS, Content

W = TypeVar("W", bound=StrEnum)


class BadWordError(Exception):
    """A word names nothing; the text is one clear line with the nearest that does."""


def learned_from(
    code: str | None,
    kind: str | None,
    country: str,
    chip: str | None,
    expected: str | None,
    face: Sequence[str],
) -> Learned:
    """What the rehearsals have shown, from words; `BadWordError` for one that is none."""
    country = country.upper()
    if country and country_name(country, "en") is None:
        raise BadWordError(f"there is no issuer '{country}'; the code of a document has it: DNK")
    return Learned(
        _word(code, list(CodeVerdict), "verdict on a code"),
        _word(kind, list(DocumentKind), "kind of document"),
        country,
        _word(chip, list(ChipVerdict), "verdict on a chip"),
        _word(expected, list(ChipExpected), "word for whether a chip is expected"),
        tuple(
            hint
            for word in face
            if (hint := _word(word, list(face_findings.KEPT), "finding before the camera"))
        ),
    )


def case_from(
    content: Content,
    situation: str,
    step: str,
    learned: Learned,
    tries: int,
    limit: int,
    phone: str,
) -> Case:
    """A case from words; `BadWordError` for one that is none.

    `tries`: how often the step did not work: each time the first thing to try was tried.
    """
    name = next((known for known in SITUATION_IDS if known == situation), None)
    if name is None:
        raise _unknown("situation", situation, list(SITUATION_IDS))
    told = content.situations[name]
    steps = [one.id for one in (*told.numbered, *told.side_steps)]
    if step not in steps:
        raise _unknown(f"step of {name}", step, steps)
    if phone and phone not in content.phones:
        raise _unknown("phone", phone, list(content.phones))
    case = Case(name, step, learned, tries, (), limit, phone)
    for _ in range(tries - 1):
        case = msgspec.structs.replace(case, tried=after_trying(case, content))
    return case


def as_row(case: Case, advised: Advised, language: Language) -> dict[str, Any]:
    """The advice as JSON has it, in the person's language."""
    say = language.say
    desk = advised.desk
    return {
        "situation": case.situation,
        "step": case.step,
        "known": sorted(case.facts()),
        "tries": case.tries,
        "learned": _say(case, advised.learned, language) or None,
        "place": say(advised.place) or None,
        "try": [
            {"text": say(one.text), "why": _say(case, one.why, language) or None}
            for one in advised.suggestions
        ],
        "desk": {"now": desk.now, "why": say(desk.why)} if desk else None,
    }


def as_text(row: dict[str, Any]) -> str:
    """The same for people."""
    lines = [f"{row['situation']}, {row['step']}: " + (", ".join(row["known"]) or "nothing known")]
    lines += [f"learned: {row['learned']}"] if row["learned"] else []
    lines += [f"phone: {row['place']}"] if row["place"] else []
    if row["desk"]:
        when = "now" if row["desk"]["now"] else "next"
        lines.append(f"desk, {when}: {row['desk']['why']}")
    for number, one in enumerate(row["try"], start=1):
        lines.append(f"{number:2}. {one['text']}")
        if one["why"]:
            lines.append(f"    why: {one['why']}")
    return "\n".join(lines)


def _say(case: Case, sentence: str, language: Language) -> str:
    country = country_name(case.learned.country, language.code) if case.learned.country else None
    return language.say(sentence, country=country or "")


def _word(word: str | None, known: list[W], what: str) -> W | None:
    if word is None:
        return None
    for one in known:
        if one.value == word:
            return one
    raise _unknown(what, word, [one.value for one in known])


def _unknown(what: str, word: str, known: list[str]) -> BadWordError:
    near = suggestion(word, known) or f"; there are {', '.join(known)}"
    return BadWordError(f"there is no {what} '{word}'{near}")
