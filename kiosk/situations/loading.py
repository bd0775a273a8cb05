"""Reads config/situations, routes and links, and says in words what is wrong with them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeVar

import msgspec

from kiosk.language import load_labels
from kiosk.places import Folders
from kiosk.reading import ConfigError, as_struct, read_table, suggestion
from kiosk.situations.model import (
    SITUATION_IDS,
    Id,
    Phase,
    Question,
    Route,
    Situation,
    SituationId,
    Step,
)

T = TypeVar("T")
Q = TypeVar("Q", Question, Route)

DESK = "desk"
"""The route to which a step leads after too many tries."""


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address that is shown as a QR code, with the plain words that lead there without one."""

    title: str
    url: str
    words: str
    source: str = ""


class Content(msgspec.Struct, frozen=True):
    """All that the guide says, checked: every name in it leads somewhere."""

    situations: dict[SituationId, Situation]
    questions: dict[Id, Question]
    first_question: Id
    routes: dict[Id, Route]
    links: dict[Id, Link]
    phases: dict[Phase, str]
    """The title of each phase."""


class _Common(msgspec.Struct, forbid_unknown_fields=True):
    phases: dict[Phase, str]
    steps: dict[str, dict[str, Any]]


class _Situation(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    minutes: int
    phone: str
    needs: tuple[str, ...]
    closing: tuple[str, ...]
    steps: tuple[str, ...]
    step: dict[str, dict[str, Any]] = {}


class _Triage(msgspec.Struct, forbid_unknown_fields=True):
    first: str
    questions: tuple[Question, ...]


def load(folders: Folders | None = None) -> Content:
    """The checked content; `ConfigError` with one clear line for the first thing that is wrong."""
    folders = folders or Folders()
    common_file = folders.find("situations/common.toml")
    common = as_struct(read_table(common_file), _Common, "common.toml")
    triage = as_struct(read_table(folders.find("situations/triage.toml")), _Triage, "triage.toml")
    routes = _listed(folders, "routes.toml", "routes", Route)
    links_table = read_table(folders.find("links.toml")).get("links", {})
    content = Content(
        situations={name: _situation(folders, name, common) for name in SITUATION_IDS},
        questions=_by_id("triage.toml", triage.questions),
        first_question=triage.first,
        routes=_by_id("routes.toml", routes),
        links={k: as_struct(v, Link, f"links.toml: links.{k}") for k, v in links_table.items()},
        phases=common.phases,
    )
    for problem in problems(content, set(load_labels(folders))):
        raise ConfigError(problem)
    return content


def _listed(folders: Folders, name: str, key: str, kind: type[T]) -> tuple[T, ...]:
    rows = read_table(folders.find(name)).get(key, [])
    return tuple(as_struct(row, kind, f"{name}: {key}[{n}]") for n, row in enumerate(rows))


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
        return as_struct(table, Step, f"{file}: step.{step_id}")

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
        if route not in reached and route != DESK:
            yield f"routes.toml: route '{route}' can never be reached"
    for question in content.questions:
        if question not in reached:
            yield f"triage.toml: question '{question}' can never be reached"


def _name_problems(content: Content) -> Iterator[str]:
    if content.first_question not in content.questions:
        yield f"triage.toml: first is '{content.first_question}', which does not exist"
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
        for link in route.links:
            if link not in content.links:
                yield f"routes.toml: route '{route.id}' shows link '{link}', which does not exist"


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
            yield f"{file}: '{at}' shows label '{key}', which app_labels.toml does not have{near}"


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
        for link in step.links:
            if link not in content.links:
                yield f"{file}: step '{step.id}' shows link '{link}', which does not exist"
        targets = [branch.goes_to for branch in step.branches]
        if step.goes_to is not None:
            targets.append(step.goes_to)
        for target in targets:
            if target.startswith("route:"):
                yield from _target_problem(content, file, step.id, target)
        if situation.number(step.id) is None and step.goes_to is None and not step.branches:
            yield f"{file}: side step '{step.id}' leads nowhere"


def _reached(content: Content) -> set[str]:
    """The names of the questions and routes to which something leads."""
    targets = [a.goes_to for question in content.questions.values() for a in question.answers]
    targets += [route.goes_on for route in content.routes.values() if route.goes_on]
    for situation in content.situations.values():
        for step in (*situation.numbered, *situation.side_steps):
            targets += [branch.goes_to for branch in step.branches]
            targets += [step.goes_to] if step.goes_to else []
    return {target.partition(":")[2] for target in targets} | {content.first_question}
