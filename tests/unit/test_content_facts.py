"""What the official page says, step for step, against what config/ says.

The table stands here in full, so that no slip in the content can hide in the test.
Source: https://mitid.dk/en-gb/help/help-universe/reactivating/reactivate-your-mitid-in-the-mitid-app/
as of 2026-11-22. The content is read here with tomllib alone: a fault in the loader cannot hide it.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.verdicts import (
    ChipExpected,
    ChipVerdict,
    CodeVerdict,
    DocumentKind,
    FaceHint,
)
from kiosk import guards

CONFIG = Path(__file__).parents[2] / "config"
SITUATIONS = ("app", "several-users", "helper", "new-app")

# situation, number, action, screen of the app, labels, rehearsal
STEPS: list[tuple[str, int, str, str, tuple[str, ...], str]] = [
    ("app", 1, "open", "", (), ""),
    ("app", 2, "tap", "Your MitID is temporarily blocked", ("Reactivate",), ""),
    ("app", 3, "tap", "", ("Get started",), ""),
    ("app", 4, "accept", "", ("Terms and Conditions", "Privacy Policy"), ""),
    ("app", 5, "choose", "", ("Next",), "country"),
    ("app", 6, "watch", "", (), "code"),
    ("app", 7, "tap", "", ("Scan the code",), "code"),
    ("app", 8, "scan", "", (), "code"),
    ("app", 9, "watch", "", (), "chip"),
    ("app", 10, "tap", "", ("Scan the chip",), "chip"),
    ("app", 11, "scan", "Scanning chip", (), "chip"),
    ("app", 12, "watch", "", (), "face"),
    ("app", 13, "tap", "", ("Scan your face",), "face"),
    ("app", 14, "scan", "", ("I'm ready",), "face"),
    ("app", 15, "wait", "Confirming your identity", (), "face"),
    (
        "app",
        16,
        "decide",
        "You should change your user ID",
        ("Change user ID", "Keep your current user ID"),
        "",
    ),
    ("app", 17, "tap", "", ("Reactivate",), ""),
    ("several-users", 1, "open", "", (), ""),
    ("several-users", 2, "tap", "", ("Menu",), ""),
    ("several-users", 3, "tap", "", ("App settings", "Users in the app"), ""),
    ("several-users", 4, "tap", "", ("View users",), ""),
    ("several-users", 5, "tap", "Your MitID is temporarily blocked", ("Reactivate",), ""),
    ("several-users", 6, "tap", "", ("Get started",), ""),
    ("several-users", 7, "accept", "", ("Terms and Conditions", "Privacy Policy"), ""),
    ("several-users", 8, "choose", "", ("Next",), "country"),
    ("several-users", 9, "watch", "", (), "code"),
    ("several-users", 10, "tap", "", ("Scan the code",), "code"),
    ("several-users", 11, "scan", "", (), "code"),
    ("several-users", 12, "watch", "", (), "chip"),
    ("several-users", 13, "tap", "", ("Scan the chip",), "chip"),
    ("several-users", 14, "scan", "Scanning chip", (), "chip"),
    ("several-users", 15, "watch", "", (), "face"),
    ("several-users", 16, "tap", "", ("Scan your face",), "face"),
    ("several-users", 17, "scan", "", ("I'm ready",), "face"),
    ("several-users", 18, "wait", "Confirming your identity", (), "face"),
    (
        "several-users",
        19,
        "decide",
        "You should change your user ID",
        ("Change user ID", "Keep your current user ID"),
        "",
    ),
    ("several-users", 20, "tap", "", ("Reactivate",), ""),
    ("several-users", 21, "done", "", (), ""),
    ("helper", 1, "open", "", (), ""),
    ("helper", 2, "tap", "", ("Menu",), ""),
    ("helper", 3, "tap", "", ("Activate and block",), ""),
    ("helper", 4, "tap", "", ("Reactivate",), ""),
    ("helper", 5, "tap", "", ("Help someone else to reactivate",), ""),
    ("helper", 6, "tap", "", ("Get started",), ""),
    ("helper", 7, "accept", "", ("Terms and Conditions", "Privacy Policy"), ""),
    ("helper", 8, "choose", "", ("Next",), "country"),
    ("helper", 9, "watch", "", (), "code"),
    ("helper", 10, "tap", "", ("Scan the code",), "code"),
    ("helper", 11, "scan", "", (), "code"),
    ("helper", 12, "watch", "", (), "chip"),
    ("helper", 13, "tap", "", ("Scan the chip",), "chip"),
    ("helper", 14, "scan", "Scanning chip", (), "chip"),
    ("helper", 15, "watch", "", (), "face"),
    ("helper", 16, "tap", "", ("Scan your face",), "face"),
    ("helper", 17, "scan", "", ("I'm ready",), "face"),
    ("helper", 18, "wait", "Confirming your identity", (), "face"),
    (
        "helper",
        19,
        "decide",
        "You should change your user ID",
        ("Change user ID", "Keep your current user ID"),
        "",
    ),
    ("helper", 20, "tap", "", ("Reactivate",), ""),
    ("helper", 21, "select", "", ("Code display, audio code reader or chip", "Next"), ""),
    ("helper", 22, "select", "", ("Select code display",), ""),
    ("helper", 23, "tap", "Do you have a code display?", ("No, order",), ""),
    ("helper", 24, "follow", "", (), ""),
    ("new-app", 1, "install", "", (), ""),
    ("new-app", 2, "open", "", (), ""),
    ("new-app", 3, "tap", "", ("Get started",), ""),
    ("new-app", 4, "choose", "", ("Passport/ID card", "Next"), ""),
    ("new-app", 5, "accept", "", ("Terms and Conditions", "Privacy Policy"), ""),
    ("new-app", 6, "choose", "", ("Next",), "country"),
    ("new-app", 7, "watch", "", (), "code"),
    ("new-app", 8, "tap", "", ("Scan the code",), "code"),
    ("new-app", 9, "scan", "", (), "code"),
    ("new-app", 10, "watch", "", (), "chip"),
    ("new-app", 11, "tap", "", ("Scan the chip",), "chip"),
    ("new-app", 12, "scan", "Scanning chip", (), "chip"),
    ("new-app", 13, "watch", "", (), "face"),
    ("new-app", 14, "tap", "", ("Scan your face",), "face"),
    ("new-app", 15, "scan", "", ("I'm ready",), "face"),
    ("new-app", 16, "wait", "Confirming your identity", (), "face"),
    (
        "new-app",
        17,
        "decide",
        "You should change your user ID",
        ("Change user ID", "Keep your current user ID"),
        "",
    ),
    ("new-app", 18, "tap", "", ("Reactivate",), ""),
    (
        "new-app",
        19,
        "select",
        "How do you want to authenticate with MitID?",
        ("On this phone",),
        "",
    ),
    ("new-app", 20, "enter", "", (), ""),
    ("new-app", 21, "tap", "Choose your personal PIN code", ("Next",), ""),
    ("new-app", 22, "enter", "", (), ""),
    ("new-app", 23, "enter", "", ("Next",), ""),
    ("new-app", 24, "choose", "", ("Fingerprint", "Touch ID", "Face ID"), ""),
    ("new-app", 25, "tap", "", ("Set up notifications", "Allow"), ""),
    ("new-app", 26, "tap", "", ("Next",), ""),
    ("new-app", 27, "tap", "How to use the MitID app", ("Next",), ""),
    ("new-app", 28, "tap", "How to authenticate", ("Next",), ""),
    ("new-app", 29, "tap", "Be aware of ...", ("Start using the app",), ""),
    ("new-app", 30, "done", "", (), ""),
]

COUNTS = {"app": 17, "several-users": 21, "helper": 24, "new-app": 30}

# the steps at which something secret is typed, and those that the app does not insist on
SECRET = {
    "app": {"new-user-id"},
    "several-users": {"new-user-id"},
    "helper": {"new-user-id"},
    "new-app": {"new-user-id", "enter-temporary-pin", "enter-personal-pin", "repeat-personal-pin"},
}
OPTIONAL = {"watch-code-video", "watch-chip-video"}

# in `helper`: what only the person whose MitID is blocked can do
BLOCKED_PERSON_ACTS = {
    "accept-terms",
    "choose-country",
    "watch-face-video",
    "tap-scan-face",
    "scan-face",
    "wait-for-identity",
    "decide-user-id",
    "new-user-id",
    "confirm-reactivation",
    "select-way",
    "select-device",
    "order-code-display",
    "follow-order",
}

Table = dict[str, Any]


def toml(name: str) -> Table:
    return tomllib.loads((CONFIG / name).read_text(encoding="utf-8"))


COMMON = toml("situations/common.toml")
WORDINGS = {code: toml(f"languages/{code}/labels.toml") for code in ("en", "da")}
LABELS = {key: {code: WORDINGS[code][key] for code in WORDINGS} for key in WORDINGS["en"]}
LINKS = toml("links.toml")["links"]
PHONES = toml("phones.toml")["phones"]
ROUTES = {route["id"]: route for route in toml("routes.toml")["routes"]}
TRIAGE = toml("situations/triage.toml")
QUESTIONS = {question["id"]: question for question in TRIAGE["questions"]}
TOLD = {name: toml(f"situations/{name}.toml") for name in SITUATIONS}


def merged(situation: str, step_id: str) -> Table:
    """A step as it is shown: the common one, and field by field what the situation says instead."""
    own = TOLD[situation].get("step", {}).get(step_id, {})
    return {**COMMON["steps"].get(step_id, {}), **own, "id": step_id}


def targets(step: Table) -> list[str]:
    branches = [branch["goes_to"] for branch in step.get("branches", [])]
    return branches + ([step["goes_to"]] if "goes_to" in step else [])


def all_steps(situation: str) -> dict[str, Table]:
    """The counted steps in order, then the side steps that a branch leads to."""
    found: dict[str, Table] = {}
    todo = list(TOLD[situation]["steps"])
    while todo:
        step_id = todo.pop(0)
        if step_id not in found:
            found[step_id] = merged(situation, step_id)
            todo += [target for target in targets(found[step_id]) if ":" not in target]
    return found


EVERY_STEP = [
    pytest.param(situation, step, id=f"{situation}:{step['id']}")
    for situation in SITUATIONS
    for step in all_steps(situation).values()
]


def english(key: str) -> str:
    text: str = LABELS[key]["en"]["text"]
    return text


@pytest.mark.parametrize("situation", SITUATIONS)
def test_steps_are_those_of_the_page_in_order(situation: str) -> None:
    told = [
        (
            situation,
            number,
            step["action"],
            english(step["app_screen"]) if "app_screen" in step else "",
            tuple(english(key) for key in step.get("labels", ())),
            step.get("rehearsal", ""),
        )
        for number, step in enumerate(
            (merged(situation, step_id) for step_id in TOLD[situation]["steps"]), start=1
        )
    ]
    assert told == [row for row in STEPS if row[0] == situation]
    assert len(told) == COUNTS[situation]


def test_phases_come_in_blocks() -> None:
    for situation in SITUATIONS:
        phases = [merged(situation, step_id)["phase"] for step_id in TOLD[situation]["steps"]]
        blocks = [p for n, p in enumerate(phases) if n == 0 or phases[n - 1] != p]
        assert len(blocks) == len(set(blocks)), (situation, blocks)
        assert set(blocks) <= COMMON["phases"].keys()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_secrets_are_guarded(situation: str) -> None:
    steps = all_steps(situation)
    assert {i for i, step in steps.items() if step.get("secret")} == SECRET[situation]
    assert "Nobody may see it" in guards.SECRET
    assert "look away" in guards.SECRET


@pytest.mark.parametrize("situation", SITUATIONS)
def test_optional_videos_say_so(situation: str) -> None:
    steps = all_steps(situation)
    assert {i for i, step in steps.items() if step.get("optional")} == OPTIONAL
    for step_id in OPTIONAL:
        assert "optional" in steps[step_id]["instruction"]
    assert "always" in steps["watch-face-video"]["instruction"]


def test_helper_keeps_the_two_people_apart() -> None:
    assert TOLD["helper"]["phone"] == "helper"
    steps = all_steps("helper")
    assert {i for i, step in steps.items() if step.get("actor") == "citizen"} == BLOCKED_PERSON_ACTS
    for step_id in ("choose-country", "tap-scan-code", "scan-code", "tap-scan-chip", "scan-face"):
        assert "person whose MitID is blocked" in steps[step_id]["instruction"]
    for step_id in ("open-app", "scan-code", "scan-chip"):
        assert "the helper's phone" in steps[step_id]["instruction"]
    assert any("You cannot log in with MitID" in line for line in TOLD["helper"]["closing"])
    assert "cannot be used again" in steps["order-code-display"]["warning"]


def test_every_end_is_told() -> None:
    for situation in SITUATIONS:
        assert "reactivated" in TOLD[situation]["closing"][0]


def test_branches_are_the_real_ways() -> None:
    for situation in SITUATIONS:
        steps = all_steps(situation)
        assert targets(steps["decide-user-id"]) == ["new-user-id", "confirm-reactivation"]
        assert steps["new-user-id"]["goes_to"] == "confirm-reactivation"
        order = TOLD[situation]["steps"]
        for number, step_id in enumerate(order):
            if branches := steps[step_id].get("branches"):
                assert len(branches) >= 2
                assert order[number + 1] in targets(steps[step_id]), "the main way is among them"
    helper, new_app = all_steps("helper"), all_steps("new-app")
    assert targets(helper["select-way"]) == ["select-device", "route:other-phone"]
    assert targets(helper["select-device"]) == [
        "order-code-display",
        "route:audio-code-reader",
        "route:mitid-chip",
    ]
    assert targets(new_app["select-this-phone"]) == [
        "enter-temporary-pin",
        "route:other-phone",
        "route:code-display",
    ]


def test_sms_has_two_minutes() -> None:
    timer = all_steps("new-app")["enter-temporary-pin"]["timer"]
    assert timer["seconds"] == 120
    assert "5 days" in timer["after"]


@pytest.mark.parametrize(("situation", "step"), EVERY_STEP)
def test_texts_fit_the_screen(situation: str, step: Table) -> None:
    instruction = step["instruction"]
    assert len(instruction) <= 170, len(instruction)
    assert len(re.findall(r"[.?](?=\s|$)", instruction)) <= 2
    assert instruction.endswith(".")
    assert step["expect"]
    for short in (step["expect"], step.get("warning", "")):
        assert len(short) <= 110, short
    assert len(step["tips"]) >= 2
    if step["action"] == "scan":
        assert 5 <= len(step["tips"]) <= 10
    for tip in step["tips"]:
        assert len(tip["text"]) <= 140, tip["text"]
        assert len(tip.get("why", "")) <= 70, tip["why"]
    for text in step.get("timer", {}).values():
        assert len(str(text)) <= 170


@pytest.mark.parametrize(("situation", "step"), EVERY_STEP)
def test_instruction_quotes_no_label(situation: str, step: Table) -> None:
    for key, label in LABELS.items():
        for language, wording in label.items():
            quoted = re.search(rf"(?<!\w){re.escape(wording['text'])}(?!\w)", step["instruction"])
            assert quoted is None, (key, language)


@pytest.mark.parametrize(("situation", "step"), EVERY_STEP)
def test_every_name_leads_somewhere(situation: str, step: Table) -> None:
    known = all_steps(situation)
    for target in targets(step):
        kind, colon, name = target.partition(":")
        assert name in ROUTES if colon else kind in known, target
    keys = [*step.get("labels", ()), *([step["app_screen"]] if "app_screen" in step else [])]
    keys += [key for branch in step.get("branches", ()) for key in branch.get("labels", ())]
    assert set(keys) <= LABELS.keys()
    assert set(step.get("links", ())) <= LINKS.keys()
    facts = {f"code:{v.value}" for v in CodeVerdict} | {f"chip:{v.value}" for v in ChipVerdict}
    facts |= {f"chip-expected:{word.value}" for word in ChipExpected}
    facts |= {f"face:{hint.value}" for hint in FaceHint} - {"face:no-face"}
    facts |= {f"kind:{kind.value}" for kind in DocumentKind}
    facts |= {f"phone:{phone}" for phone in PHONES}
    for tip in step["tips"]:
        assert {*tip.get("first_when", ()), *tip.get("not_when", ())} <= facts


def test_every_label_is_used() -> None:
    used = {
        key
        for situation in SITUATIONS
        for step in all_steps(situation).values()
        for key in (
            *step.get("labels", ()),
            step.get("app_screen", ""),
            *(key for branch in step.get("branches", ()) for key in branch.get("labels", ())),
        )
    }
    assert LABELS.keys() == used - {""}


def test_labels_have_their_provenance() -> None:
    assert WORDINGS["en"].keys() == WORDINGS["da"].keys()
    for key, label in LABELS.items():
        assert key == re.sub(r"[^a-z0-9]+", "-", label["en"]["text"].lower()).strip("-")
        assert label["en"]["verified"] is True
        for wording in label.values():
            assert wording["text"]
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", wording["date"])
            if wording["verified"]:
                assert wording["source"].startswith("https://")
            else:
                assert "not found" in wording["source"] or "proposal" in wording["source"]


def triage_targets() -> Iterator[str]:
    for question in QUESTIONS.values():
        for answer in question["answers"]:
            yield answer["goes_to"]
    for route in ROUTES.values():
        if "goes_on" in route:
            yield route["goes_on"]


def test_triage_leads_somewhere() -> None:
    known = {"question": set(QUESTIONS), "situation": set(SITUATIONS), "route": set(ROUTES)}
    for target in triage_targets():
        kind, _, name = target.partition(":")
        assert name in known[kind], target
    assert {f"situation:{situation}" for situation in SITUATIONS} <= set(triage_targets())
    assert TRIAGE["first"] == "stop-check"
    assert {a["goes_to"] for a in QUESTIONS["stop-check"]["answers"]} >= {"route:stop"}
    direct = [answer["goes_to"] for answer in QUESTIONS["which-situation"]["answers"]]
    assert direct[:4] == [f"situation:{situation}" for situation in SITUATIONS]


def test_titles_offered_are_those_of_the_situations() -> None:
    for answer in QUESTIONS["which-situation"]["answers"][:4]:
        assert answer["text"] == TOLD[answer["goes_to"].partition(":")[2]]["title"]


def test_questions_fit_the_screen() -> None:
    for question in QUESTIONS.values():
        assert 2 <= len(question["answers"]) <= 6
        assert len(question["text"]) <= 100
        assert len(question.get("help", "")) <= 110
        for answer in question["answers"]:
            assert len(answer["text"]) <= 70, answer["text"]
            assert set(answer.get("labels", ())) <= LABELS.keys()


def test_no_document_is_told_before_the_phone_is_asked_about() -> None:
    assert QUESTIONS["stop-check"]["answers"][0]["goes_to"] == "question:document"
    assert "route:no-document" in {a["goes_to"] for a in QUESTIONS["document"]["answers"]}


def test_routes_and_lists_fit_the_screen() -> None:
    for route in ROUTES.values():
        assert 1 <= len(route["steps"]) <= 5
        assert len(route["title"]) <= 70
        assert set(route.get("links", ())) <= LINKS.keys()
        assert ("goes_on" in route) == ("goes_on_text" in route)
        for line in route["steps"]:
            assert len(line) <= 170, line
    for told in TOLD.values():
        for line in (*told["needs"], *told["closing"]):
            assert len(line) <= 170, line


def test_links_can_be_scanned() -> None:
    for link in LINKS.values():
        assert link["url"].startswith("https://")
        assert len(link["url"]) <= 100
        assert link["words"]
        assert link["title"]


def sentences() -> Iterator[str]:
    """Every sentence that a person reads."""
    for situation in SITUATIONS:
        told = TOLD[situation]
        yield from (told["title"], *told["needs"], *told["closing"])
        for step in all_steps(situation).values():
            yield from (step["instruction"], step["expect"], step.get("warning", ""))
            yield from (tip["text"] for tip in step["tips"])
            yield from (branch["text"] for branch in step.get("branches", ()))
    for question in QUESTIONS.values():
        yield from (question["text"], question.get("help", ""))
        yield from (answer["text"] for answer in question["answers"])
    for route in ROUTES.values():
        yield from (route["title"], *route["steps"], route.get("goes_on_text", ""))
    for link in LINKS.values():
        yield from (link["title"], link["words"])


def test_the_voice_is_calm() -> None:
    for sentence in sentences():
        assert not re.search(r"[!—–{}]|\byou (failed|forgot|must)\b", sentence), sentence
        assert not re.search(r"\b(please|simply|just|error code)\b", sentence, re.I), sentence
        assert sentence == sentence.strip()


def test_nobody_is_asked_for_anything_personal() -> None:
    for question in QUESTIONS.values():
        asked = " ".join([question["text"], *(a["text"] for a in question["answers"])])
        assert not re.search(r"\b(what|which) (is )?your (name|number|CPR|user ID)", asked, re.I)
