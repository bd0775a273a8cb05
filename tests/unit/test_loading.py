"""The shipped content loads; broken content is told in one line: file, key, nearest known name."""

from pathlib import Path

import pytest

from kiosk.places import Folders
from kiosk.reading import ConfigError
from kiosk.situations.loading import load
from kiosk.situations.model import Content
from tests.sites import site

COUNTS = {"app": 17, "several-users": 21, "helper": 24, "new-app": 30}

LONELY_QUESTIONS = """
[[questions]]
id = "ping"
text = "?"
answers = [{ text = "1", goes_to = "question:pong" }, { text = "2", goes_to = "route:desk" }]

[[questions]]
id = "pong"
text = "?"
answers = [{ text = "1", goes_to = "question:ping" }, { text = "2", goes_to = "route:desk" }]
"""


def test_the_shipped_content_is_in_order() -> None:
    content = load()
    assert {name: len(told.numbered) for name, told in content.situations.items()} == COUNTS
    assert content.first_question == "stop-check"


def told_by(folders: Folders) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folders)
    line = str(caught.value)
    assert "\n" not in line
    return line


COMMON, APP, HELPER = "situations/common.toml", "situations/app.toml", "situations/helper.toml"
TRIAGE, ROUTES, LINKS, LABELS = (
    "situations/triage.toml", "routes.toml", "links.toml", "languages/da/labels.toml",
)  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        pytest.param(
            APP, "minutes = 15", "minuts = 15",
            "app.toml: 'minuts' is not known; did you mean 'minutes'?",
            id="unknown key of a situation",
        ),
        pytest.param(
            APP, "\nexpect = ", "\nexpct = ",
            "app.toml or common.toml: step.open-app: 'expct' is not known; did you mean 'expect'?",
            id="unknown key of a step",
        ),
        pytest.param(
            COMMON, '\npicture = "scan-code"', '\npictur = "scan-code"',
            "common.toml: step.scan-code: 'pictur' is not known; did you mean 'picture'?",
            id="unknown key of a common step",
        ),
        pytest.param(
            COMMON, "first_when = [", "first_wen = [",
            "common.toml: step.scan-code.tips[0]: 'first_wen' is not known; "
            "did you mean 'first_when'?",
            id="unknown key of a tip",
        ),
        pytest.param(
            COMMON, "chip:answers", "chip:answer",
            "app.toml: a tip of step 'watch-chip-video' waits for 'chip:answer', which is no fact; "
            "did you mean 'chip:answers'?",
            id="unknown fact of a tip",
        ),
        pytest.param(
            COMMON, '"phone:iphone"', '"phone:iphon"',
            "app.toml: a tip of step 'tap-scan-chip' waits for 'phone:iphon', which is no fact; "
            "did you mean 'phone:iphone'?",
            id="unknown phone that speaks against a tip",
        ),
        pytest.param(
            COMMON, 'action = "watch"', 'action = "wach"',
            "common.toml: step.watch-code-video.action: 'wach' is not known; did you mean 'watch'?",
            id="unknown word",
        ),
        pytest.param(
            APP, "minutes = 15", 'minutes = "15"',
            "app.toml: minutes: expected `int`, got `str`",
            id="wrong type",
        ),
        pytest.param(
            APP, "minutes = 15", "",
            "app.toml: 'minutes' is missing",
            id="missing key",
        ),
        pytest.param(
            APP, "minutes = 15", "minutes = ",
            "app.toml: is not TOML: Invalid value (at line 16, column 11)",
            id="not TOML",
        ),
        pytest.param(
            APP, '"scan-code"', '"scan-cod"',
            "app.toml: step 'scan-cod' does not exist; did you mean 'scan-code'?",
            id="unknown step in the order",
        ),
        pytest.param(
            APP, '"scan-code"', '"tap-scan-code"',
            "app.toml: step 'tap-scan-code' stands there twice",
            id="step twice",
        ),
        pytest.param(
            APP, "[step.open-app]", "[step.open-ap]",
            "app.toml: step 'open-ap' can never be reached",
            id="step that nothing leads to",
        ),
        pytest.param(
            APP, '  "open-app",\n', '  "confirm-reactivation",\n  "open-app",\n',
            "app.toml: step 'confirm-reactivation' stands there twice",
            id="last step also first",
        ),
        pytest.param(
            APP, "[step.open-app]", '[step.open-app]\nphase = "chip"',
            "app.toml: a phase is left and entered again",
            id="phase re-entered",
        ),
        pytest.param(
            COMMON, '\nready = "Ready"', "",
            "common.toml: phase 'ready' has no title",
            id="phase without a title",
        ),
        pytest.param(
            COMMON, '\nready = "Ready"', '\nredy = "Ready"',
            "common.toml: phases: 'redy' is not known",
            id="unknown phase",
        ),
        pytest.param(
            HELPER, 'goes_to = "select-device"', 'goes_to = "select-devic"',
            "helper.toml: a step goes to 'select-devic', which does not exist; "
            "did you mean 'select-device'?",
            id="branch to no step",
        ),
        pytest.param(
            HELPER, 'goes_to = "route:other-phone"', 'goes_to = "route:other-phon"',
            "helper.toml: 'select-way' goes to route 'other-phon', which does not exist; "
            "did you mean 'other-phone'?",
            id="branch to no route",
        ),
        pytest.param(
            COMMON, 'goes_to = "confirm-reactivation"\n', "",
            "app.toml: side step 'new-user-id' leads nowhere",
            id="side step without a way on",
        ),
        pytest.param(
            COMMON, 'labels = ["get-started"]', 'labels = ["get-startd"]',
            "app.toml: 'get-started' shows label 'get-startd', which does not exist; "
            "did you mean 'get-started'?",
            id="unknown label",
        ),
        pytest.param(
            COMMON, 'links = ["video-guide"]', 'links = ["video-guid"]',
            "app.toml: step 'watch-code-video' shows link 'video-guid', which does not exist; "
            "did you mean 'video-guide'?",
            id="unknown link of a step",
        ),
        pytest.param(
            ROUTES, 'links = ["new-pin"]', 'links = ["new-pn"]',
            "routes.toml: route 'wrong-pin' shows link 'new-pn', which does not exist; "
            "did you mean 'new-pin'?",
            id="unknown link of a route",
        ),
        pytest.param(
            ROUTES, 'title = "Stop', 'titel = "Stop',
            "routes.toml: routes[0]: 'titel' is not known; did you mean 'title'?",
            id="unknown key of a route",
        ),
        pytest.param(
            ROUTES, 'id = "desk"', 'id = "desc"',
            "routes.toml: route 'desk' is missing",
            id="no desk",
        ),
        pytest.param(
            ROUTES, 'id = "desk"', 'id = "stop"',
            "routes.toml: 'stop' stands there twice",
            id="route twice",
        ),
        pytest.param(
            ROUTES, 'goes_on_text = "I have checked', '# "I have checked',
            "routes.toml: route 'stop' goes on, but has no goes_on_text",
            id="key without words",
        ),
        pytest.param(
            ROUTES, 'goes_on = "question:document"', 'goes_on = "question:documnt"',
            "routes.toml: 'stop' goes to question 'documnt', which does not exist; "
            "did you mean 'document'?",
            id="route to no question",
        ),
        pytest.param(
            TRIAGE, 'goes_to = "question:document"', 'goes_to = "question:documnt"',
            "triage.toml: 'stop-check' goes to question 'documnt', which does not exist; "
            "did you mean 'document'?",
            id="answer to no question",
        ),
        pytest.param(
            TRIAGE, 'goes_to = "question:document"', 'goes_to = "document"',
            "triage.toml: 'stop-check' goes to 'document', which is no question:, situation: "
            "or route:",
            id="answer to nothing",
        ),
        pytest.param(
            TRIAGE, 'first = "stop-check"', 'first = "stop-chek"',
            "triage.toml: first is 'stop-chek', which does not exist; did you mean 'stop-check'?",
            id="no first question",
        ),
        pytest.param(
            TRIAGE, 'first = "stop-check"', 'first = "document"',
            "routes.toml: route 'stop' can never be reached",
            id="route that nothing leads to",
        ),
        pytest.param(
            TRIAGE, 'first = "stop-check"\n', 'first = "stop-check"\n' + LONELY_QUESTIONS,
            "triage.toml: question 'ping' can never be reached",
            id="questions that lead to each other only",
        ),
        pytest.param(
            TRIAGE, 'text = "No, I came', 'txt = "No, I came',
            "triage.toml: questions[0].answers[0]: 'txt' is not known; did you mean 'text'?",
            id="unknown key of an answer",
        ),
        pytest.param(
            LINKS, "url = ", "adress = ",
            "links.toml: links.app-store: 'adress' is not known",
            id="unknown key of a link, and none like it",
        ),
        pytest.param(
            LABELS, ", verified = false", ", verifed = false",
            "languages/da/labels.toml: your-mitid-is-temporarily-blocked: 'verifed' is not known; "
            "did you mean 'verified'?",
            id="unknown key of a label",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_file_and_key(
    tmp_path: Path, file: str, old: str, new: str, line: str
) -> None:
    assert told_by(site(tmp_path, file, old, new)) == line


@pytest.mark.parametrize(
    ("file", "whole", "line"),
    [
        (LINKS, "links = 3", "links.toml: links: expected `object`, got `int`"),
        (LINKS, "[links]\na = 3", "links.toml: links.a: expected `object`, got `int`"),
        (LINKS, "[link]", "links.toml: 'link' is not known; did you mean 'links'?"),
        (ROUTES, "routes = 3", "routes.toml: routes: expected `array`, got `int`"),
        (ROUTES, "routes = [3]", "routes.toml: routes[0]: expected `object`, got `int`"),
        (ROUTES, "[[route]]", "routes.toml: 'route' is not known; did you mean 'routes'?"),
        (LABELS, "menu = 3", "languages/da/labels.toml: menu: expected `object`, got `int`"),
        (LABELS, "[menu]", "languages/da/labels.toml: menu: 'text' is missing"),
        (
            LABELS, "manu = { text = 'M', source = '', date = '', verified = false }",
            "languages/da/labels.toml: 'manu' is no label in English; did you mean 'menu'?",
        ),
        (COMMON, "", "common.toml: 'as_of' is missing"),
    ],
)  # fmt: skip
def test_a_file_of_the_wrong_shape_is_told(
    tmp_path: Path, file: str, whole: str, line: str
) -> None:
    assert told_by(site(tmp_path, file, whole=whole)) == line


def test_a_situation_without_steps_is_told(tmp_path: Path) -> None:
    whole = 'title = ""\nminutes = 1\nphone = "citizen"\nneeds = []\nclosing = []\nsteps = []'
    assert (
        told_by(site(tmp_path, APP, whole=whole))
        == "app.toml: steps: expected `array` of length >= 1"
    )


def test_a_name_counts_as_reached_for_its_own_kind_only(tmp_path: Path) -> None:
    lonely = '[[routes]]\nid = "new-user-id"\ntitle = "A step has this name"\nsteps = ["Wait."]\n'
    folders = site(tmp_path, ROUTES, '[[routes]]\nid = "stop"', lonely + '[[routes]]\nid = "stop"')
    assert told_by(folders) == "routes.toml: route 'new-user-id' can never be reached"


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    folders = site(tmp_path, LINKS, whole="")
    folders.find(LINKS).write_bytes(b"\xff\xfe")
    assert told_by(folders).startswith("links.toml: is not TOML: ")


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    folders = site(tmp_path, LINKS, whole="")
    folders.find(LINKS).unlink()
    (folders.settings_file.parent / LINKS).mkdir()
    assert told_by(folders).endswith("links.toml: cannot be read (Is a directory)")


def test_what_a_site_says_wins_field_by_field(tmp_path: Path) -> None:
    folders = site(
        tmp_path, APP, "[step.open-app]", '[step.scan-code]\nwarning = "Ours"\n\n[step.open-app]'
    )
    ours: Content = load(folders)
    theirs = load()
    changed, shipped = ours.situations["app"], theirs.situations["app"]
    assert changed.step("scan-code").warning == "Ours"
    assert changed.step("scan-code").instruction == shipped.step("scan-code").instruction
    assert changed.step("open-app") == shipped.step("open-app")
    assert ours.situations["helper"] == theirs.situations["helper"]
    assert ours.routes == theirs.routes
