"""Reads config/situations, routes and links, and says in words what is wrong with them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, TypeVar

import msgspec

from kiosk import app_screens, document_numbers, phones
from kiosk.language import load_labels
from kiosk.learned import FACTS
from kiosk.places import Folders
from kiosk.reading import ConfigError, Day, Id, as_struct, read_table, suggestion
from kiosk.situations.model import (
    DESK,
    SITUATION_IDS,
    Content,
    Link,
    Phase,
    Question,
    Route,
    Situation,
    SituationId,
    Step,
)

Q = TypeVar("Q", Question, Route)


class _Common(msgspec.Struct, forbid_unknown_fields=True):
    as_of: Day
    phases: dict[Phase, str]
    steps: dict[str, dict[str, Any]]


class _Situation(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    minutes: int
    phone: str
    needs: tuple[str, ...]
    closing: tuple[str, ...]
    steps: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    step: dict[str, dict[str, Any]] = {}


class _Triage(msgspec.Struct, forbid_unknown_fields=True):
    first: str
    questions: tuple[Question, ...]


class _Routes(msgspec.Struct, forbid_unknown_fields=True):
    routes: tuple[Any, ...]


class _Links(msgspec.Struct, forbid_unknown_fields=True):
    links: dict[str, Any]


def load(folders: Folders | None = None) -> Content:
    """The checked content; `ConfigError` with one clear line for the first thing that is wrong."""
    folders = folders or Folders()
    common_file = folders.find("situations/common.toml")
    common = as_struct(read_table(common_file), _Common, "common.toml")
    triage = as_struct(read_table(folders.find("situations/triage.toml")), _Triage, "triage.toml")
    routes = as_struct(read_table(folders.find("routes.toml")), _Routes, "routes.toml").routes
    links = as_struct(read_table(folders.find("links.toml")), _Links, "links.toml").links
    content = Content(
        situations={name: _situation(folders, name, common) for name in SITUATION_IDS},
        questions=_by_id("triage.toml", triage.questions),
        first_question=triage.first,
        routes=_by_id(
            "routes.toml",
            tuple(as_struct(r, Route, f"routes.toml: routes[{n}]") for n, r in enumerate(routes)),
        ),
        links={key: as_struct(v, Link, f"links.toml: links.{key}") for key, v in links.items()},
        phases=common.phases,
        screens=app_screens.load(folders),
        phones=phones.load(folders),
        document_numbers=document_numbers.load(folders),
        as_of=common.as_of,
    )
    for problem in problems(content, set(load_labels(folders))):
        raise ConfigError(problem)
    return content


def _by_id(file: str, rows: tuple[Q, ...]) -> dict[Id, Q]:
    found: dict[Id, Q] = {}
    for row in rows:
        if row.id in found:
            raise ConfigError(f"{file}: '{row.id}' stands there twice")
        found[row.id] = row
    return found


def _situation(folders: Folders, name: SituationId, common: _Common) -> Situation:
    file = f"{name}.toml"
    told = as_struct(read_table(folders.find(f"situations/{file}")), _Situation, file)
    tables = {**common.steps, **told.step}

    def step(step_id: str) -> Step:
        if step_id not in tables:
            near = suggestion(step_id, list(tables))
            raise ConfigError(f"{file}: step '{step_id}' does not exist{near}")
        table = {**common.steps.get(step_id, {}), **told.step.get(step_id, {}), "id": step_id}
        written = [(file, told.step), ("common.toml", common.steps)]
        files = " or ".join(name for name, steps in written if step_id in steps)
        return as_struct(table, Step, f"{files}: step.{step_id}")

    numbered = tuple(step(step_id) for step_id in told.steps)
    side: dict[str, Step] = {}
    todo = list(numbered)
    while todo:
        for target in _step_targets(todo.pop()):
            if target not in told.steps and target not in side:
                if target not in tables:
                    near = suggestion(target, list(tables))
                    raise ConfigError(
                        f"{file}: a step goes to '{target}', which does not exist{near}"
                    )
                side[target] = step(target)
                todo.append(side[target])
    for unused in told.step.keys() - set(told.steps) - side.keys():
        raise ConfigError(f"{file}: step '{unused}' can never be reached")
    table = {
        "id": name,
        "title": told.title,
        "minutes": told.minutes,
        "phone": told.phone,
        "needs": told.needs,
        "closing": told.closing,
        "numbered": numbered,
        "side_steps": tuple(side.values()),
    }
    return as_struct(table, Situation, file)


def _step_targets(step: Step) -> Iterator[str]:
    targets = [branch.goes_to for branch in step.branches]
    if step.goes_to is not None:
        targets.append(step.goes_to)
    return (target for target in targets if not target.startswith("route:"))


def problems(content: Content, labels: set[str]) -> Iterator[str]:
    """What is wrong with the content as a whole, one line each; `labels`: the keys that exist."""
    yield from _name_problems(content)
    yield from _label_problems(content, labels)
    for situation in content.situations.values():
        yield from _situation_problems(content, situation)
    reached = _reached(content)
    for route in content.routes:
        if f"route:{route}" not in reached:
            yield f"routes.toml: route '{route}' can never be reached"
    for question in content.questions:
        if f"question:{question}" not in reached:
            yield f"triage.toml: question '{question}' can never be reached"
    for name in content.situations:
        if f"situation:{name}" not in reached:
            yield f"triage.toml: situation '{name}' can never be reached"


def _name_problems(content: Content) -> Iterator[str]:
    if content.first_question not in content.questions:
        near = suggestion(content.first_question, list(content.questions))
        yield f"triage.toml: first is '{content.first_question}', which does not exist{near}"
    if DESK not in content.routes:
        yield f"routes.toml: route '{DESK}' is missing"
    for question in content.questions.values():
        for answer in question.answers:
            yield from _target_problem(content, "triage.toml", question.id, answer.goes_to)
    for route in content.routes.values():
        if route.goes_on is not None:
            yield from _target_problem(content, "routes.toml", route.id, route.goes_on)
            if not route.goes_on_text:
                yield f"routes.toml: route '{route.id}' goes on, but has no goes_on_text"
        yield from _link_problems(content, f"routes.toml: route '{route.id}'", route.links)


def _link_problems(content: Content, at: str, links: tuple[Id, ...]) -> Iterator[str]:
    for link in links:
        if link not in content.links:
            near = suggestion(link, list(content.links))
            yield f"{at} shows link '{link}', which does not exist{near}"


def _label_problems(content: Content, labels: set[str]) -> Iterator[str]:
    shown = [("triage.toml", q.id, a.labels) for q in content.questions.values() for a in q.answers]
    for situation in content.situations.values():
        for step in (*situation.numbered, *situation.side_steps):
            screen = (step.app_screen,) if step.app_screen else ()
            branches = (label for branch in step.branches for label in branch.labels)
            shown.append((f"{situation.id}.toml", step.id, (*step.labels, *screen, *branches)))
    for file, at, keys in shown:
        for key in set(keys) - labels:
            near = suggestion(key, list(labels))
            yield f"{file}: '{at}' shows label '{key}', which does not exist{near}"


def _target_problem(content: Content, file: str, at: str, target: str) -> Iterator[str]:
    kind, _, name = target.partition(":")
    known: dict[str, list[str]] = {
        "question": list(content.questions),
        "situation": list(content.situations),
        "route": list(content.routes),
    }
    if kind not in known or not name:
        yield f"{file}: '{at}' goes to '{target}', which is no question:, situation: or route:"
    elif name not in known[kind]:
        near = suggestion(name, known[kind])
        yield f"{file}: '{at}' goes to {kind} '{name}', which does not exist{near}"


def _situation_problems(content: Content, situation: Situation) -> Iterator[str]:
    file = f"{situation.id}.toml"
    ids = [step.id for step in (*situation.numbered, *situation.side_steps)]
    for twice in {i for i in ids if ids.count(i) > 1}:
        yield f"{file}: step '{twice}' stands there twice"
    phases = [step.phase for step in situation.numbered]
    if len(situation.phases()) != 1 + sum(a != b for a, b in pairwise(phases)):
        yield f"{file}: a phase is left and entered again"
    for step in (*situation.numbered, *situation.side_steps):
        if step.phase not in content.phases:
            yield f"common.toml: phase '{step.phase}' has no title"
        yield from _link_problems(content, f"{file}: step '{step.id}'", step.links)
        if step.screen not in content.screens:
            near = suggestion(step.screen, list(content.screens))
            yield f"{file}: step '{step.id}' has screen '{step.screen}', which does not exist{near}"
        known = [*FACTS, *(f"phone:{phone}" for phone in content.phones)]
        named = {fact for tip in step.tips for fact in (*tip.first_when, *tip.not_when)}
        for fact in named - set(known):
            near = suggestion(fact, known)
            yield f"{file}: a tip of step '{step.id}' waits for '{fact}', which is no fact{near}"
        targets = [branch.goes_to for branch in step.branches]
        if step.goes_to is not None:
            targets.append(step.goes_to)
        for target in targets:
            if target.startswith("route:"):
                yield from _target_problem(content, file, step.id, target)
        if situation.number(step.id) is None and step.goes_to is None and not step.branches:
            yield f"{file}: side step '{step.id}' leads nowhere"


def _reached(content: Content) -> set[str]:
    """All to which a way leads from the first question or the desk, as `kind:ID`."""
    reached: set[str] = set()
    todo = [f"question:{content.first_question}", f"route:{DESK}"]
    while todo:
        target = todo.pop()
        if target in reached:
            continue
        reached.add(target)
        kind, _, name = target.partition(":")
        if kind == "question" and name in content.questions:
            todo += [answer.goes_to for answer in content.questions[name].answers]
        elif kind == "route" and name in content.routes:
            todo += filter(None, [content.routes[name].goes_on])
        elif situation := {str(i): told for i, told in content.situations.items()}.get(name):
            steps = (*situation.numbered, *situation.side_steps)
            todo += [branch.goes_to for step in steps for branch in step.branches]
            todo += [step.goes_to for step in steps if step.goes_to]
    return reached
