"""The kiosk's terminal in a compositor: no key and no button of it belongs to the terminal."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.e2e.attacked import kinds
from tests.e2e.compositor import FOOT_INI, MISSING, Compositor, Foot
from tests.processes import until

NEWER_INI = FOOT_INI.with_name("foot-1.21.ini")
KNOWN = Path("/etc/xdg/foot/foot.ini")
MANUAL = Path("/usr/share/man/man5/foot.ini.5.gz")
SECTIONS = ("key-bindings", "mouse-bindings")
NO_BINDING = {"noop", "selection-override-modifiers"}
"""What stands among them and does nothing by itself."""

OF_1_21 = {
    "key-bindings": """
        scrollback-up-page scrollback-down-page clipboard-copy clipboard-paste primary-paste
        search-start font-increase font-decrease font-reset spawn-terminal show-urls-launch
        prompt-prev prompt-next unicode-input""",
    "mouse-bindings": """
        scrollback-up-mouse scrollback-down-mouse font-increase font-decrease primary-paste
        select-begin select-begin-block select-extend select-extend-character-wise select-word
        select-word-whitespace select-quote select-row""",
}
"""What foot 1.21 of Debian 13 binds by itself (its /etc/xdg/foot/foot.ini)."""


def settings(text: str) -> dict[str, dict[str, str]]:
    """The sections of a configuration, each with its lines."""
    found: dict[str, dict[str, str]] = {}
    section = "main"
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif named := re.fullmatch(r"([a-z0-9-]+) *= *(.*)", line):
            found.setdefault(section, {})[named[1]] = named[2]
    return found


def bound_by_itself(text: str) -> dict[str, set[str]]:
    """What foot binds where nothing is said, by the list that comes with it, all in comments."""
    listed = settings(re.sub(r"^# ", "", text, flags=re.MULTILINE))
    off = re.compile(r"(?:\[.*\] )?none\b.*|\[your-fancy-name\].*")
    return {
        section: {name for name, value in listed[section].items() if not off.fullmatch(value)}
        - NO_BINDING
        for section in SECTIONS
    }


def in_manual() -> dict[str, set[str]]:
    """Every name of a binding that foot.ini(5) describes, with those that are off by themselves."""
    text = gzip.decompress(MANUAL.read_bytes()).decode()
    found = {}
    for section in SECTIONS:
        part = text.partition(f".SH SECTION: {section}\n")[2].partition("\n.SH ")[0]
        described = re.findall(
            r"^(\\fB[a-z-]+\\fR(?:, \\fB[a-z-]+\\fR)*)\n\.RS", part, re.MULTILINE
        )
        found[section] = set(re.findall(r"\\fB([a-z-]+)\\fR", " ".join(described))) - NO_BINDING
    return found


def ini_of_installed() -> Path:
    """The file for the foot that is installed."""
    said = subprocess.run(["foot", "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"(\d+)\.(\d+)", said)
    assert version is not None
    return NEWER_INI if tuple(map(int, version.groups())) >= (1, 18) else FOOT_INI


needs_foot = pytest.mark.skipif(
    shutil.which("foot") is None or not KNOWN.exists(), reason="not installed: foot"
)


@pytest.mark.parametrize("file", [FOOT_INI, NEWER_INI], ids=["1.13", "1.21"])
def test_nothing_that_is_shipped_is_bound(file: Path) -> None:
    said = settings(file.read_text())
    for section in (*SECTIONS, "search-bindings", "url-bindings"):
        assert set(said[section].values()) == {"none"}, section
    assert "text-bindings" not in said
    assert said["main"]["locked-title"] == "yes"
    assert said["main"]["selection-target"] == "none"
    assert said["scrollback"] == {"lines": "0"}
    assert said["bell"]["notify"] == "no"
    assert said["bell"]["command"] == "none"


def test_whatever_debian_13_binds_is_off_in_its_file() -> None:
    said = settings(NEWER_INI.read_text())
    for section, names in OF_1_21.items():
        assert set(names.split()) <= set(said[section])
    assert said["security"] == {"osc52": "disabled"}
    assert said["desktop-notifications"] == {"command": "none"}


def test_the_two_files_differ_only_where_the_two_terminals_do() -> None:
    older, newer = (
        {line for line in file.read_text().splitlines() if not line.startswith("#")}
        for file in (FOOT_INI, NEWER_INI)
    )
    assert older - newer == {"notify=none"}
    assert newer - older == {
        "[security]", "osc52=disabled", "[desktop-notifications]", "system=no", "visual=no",
        "quit=none", "select-quote=none", "scrollback-up-mouse=none", "scrollback-down-mouse=none",
    }  # fmt: skip


@needs_foot
def test_whatever_the_installed_foot_binds_is_off() -> None:
    said = settings(ini_of_installed().read_text())
    for section, names in bound_by_itself(KNOWN.read_text()).items():
        assert len(names) >= 8, "the list is not read any more"
        assert names <= set(said[section]), f"on: {names - set(said[section])}"


@needs_foot
@pytest.mark.skipif(not MANUAL.exists(), reason="not installed: the manual of foot")
def test_the_manual_knows_no_binding_that_is_neither_off_nor_off_by_itself() -> None:
    said = settings(ini_of_installed().read_text())
    by_itself = settings(re.sub(r"^# ", "", KNOWN.read_text(), flags=re.MULTILINE))
    for section, names in in_manual().items():
        assert len(names) >= 8, "the manual is not read any more"
        unknown = names - set(said[section]) - set(by_itself[section])
        # The manual has them and the list has not; their default stands in the manual.
        assert unknown <= {"scrollback-home", "scrollback-end"}, unknown


@needs_foot
def test_the_installed_foot_takes_its_file() -> None:
    subprocess.run(["foot", "--check-config", f"--config={ini_of_installed()}"], check=True)


# --- in a compositor ------------------------------------------------------------------------------

in_compositor = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
HELD = (
    ("ctrl", "shift"), ("shift",), ("ctrl",), ("alt",), ("ctrl", "alt"), ("logo",),
    ("ctrl", "alt", "shift"),
)  # fmt: skip
KEYS = (
    *"abcdefghijklmnopqrstuvwxyz", "plus", "minus", "equal", "KP_Add", "KP_Subtract", "Page_Up",
    "Page_Down", "Home", "End", "Insert", "F1", "F2", "F4", "F10", "F11", "F12", "Print", "Escape",
    "Delete",
)  # fmt: skip
ALONE = (
    "XF86Copy", "XF86Paste", "F1", "F11", "Print", "Menu", "Insert", "Page_Up", "Help", "XF86WWW",
    "XF86Terminal",
)  # fmt: skip


@pytest.fixture(scope="module")
def compositor() -> Iterator[Compositor]:
    with Compositor() as running:
        yield running


def windows(compositor: Compositor) -> int:
    """How many windows there are."""
    (address,) = compositor.folder.glob("sway-ipc.*.sock")
    told = json.loads(compositor.run(["swaymsg", "-s", str(address), "-t", "get_tree"]))

    def count(node: dict[str, object]) -> int:
        below = [*node.get("nodes", []), *node.get("floating_nodes", [])]  # type: ignore[misc]
        return (node.get("pid") is not None) + sum(map(count, below))

    return count(told)


def chord(compositor: Compositor, held: tuple[str, ...], keys: tuple[str, ...]) -> None:
    """Strikes keys one after the other while others are held."""
    words = [word for name in held for word in ("-M", name)]
    for key in keys:
        words += ["-k", key, "-s", "5"]
    compositor.run(["wtype", *words])


def still(compositor: Compositor) -> NDArray[np.uint8]:
    """What the screen shows once it stands still."""
    picture = compositor.picture()

    def stands() -> bool:
        nonlocal picture
        last, picture = picture, compositor.picture()
        return np.array_equal(last, picture)

    until(stands, "the screen stands still")
    return picture


def kiosk(compositor: Compositor, config: Path, folder: Path) -> Foot:
    """The real kiosk in foot, with its first screen drawn."""
    settings_file = folder / "kiosk.toml"
    settings_file.write_text("[screen]\nmotion = false\n[input]\ndebounce_seconds = 0\n")
    run = [sys.executable, "-m", "kiosk", "run", "--no-sound", "--simulate", "no-devices"]
    foot = compositor.foot(*run, "--config", str(settings_file), config=config)
    until(lambda: np.median(compositor.picture()) > 200, "the first screen")
    return foot


@in_compositor
def test_no_chord_opens_a_window_starts_a_program_or_changes_the_screen(
    compositor: Compositor, tmp_path: Path
) -> None:
    foot = kiosk(compositor, ini_of_installed(), tmp_path)
    try:
        before, running = still(compositor), kinds(foot.process.pid)
        assert windows(compositor) == 1
        for held in HELD:
            chord(compositor, held, KEYS)
        chord(compositor, (), ALONE)
        assert np.array_equal(still(compositor), before)
        assert windows(compositor) == 1
        assert kinds(foot.process.pid) == running
        # It is the kiosk that has the keyboard: a key of its own is pressed.
        compositor.press("1")
        until(lambda: not np.array_equal(compositor.picture(), before), "a visit begins")
    finally:
        foot.process.terminate()
        foot.process.wait()
        until(lambda: windows(compositor) == 0, "the window is gone")


@in_compositor
def test_with_a_terminal_as_it_comes_the_same_chords_open_a_shell(
    compositor: Compositor, tmp_path: Path
) -> None:
    """Else the test above would see nothing."""
    foot = kiosk(compositor, Path(os.devnull), tmp_path)
    try:
        chord(compositor, ("ctrl", "shift"), ("n",))
        until(lambda: windows(compositor) == 2, "a second terminal")
    finally:
        for pid in list(_terminals(compositor)):
            os.kill(pid, 15)
        foot.process.wait()
        until(lambda: windows(compositor) == 0, "the windows are gone")


def _terminals(compositor: Compositor) -> Iterator[int]:
    (address,) = compositor.folder.glob("sway-ipc.*.sock")
    told = compositor.run(["swaymsg", "-s", str(address), "-t", "get_tree"]).decode()
    yield from map(int, re.findall(r'"pid": (\d+)', told))
