"""More of what is left of a visit, which is nothing: people who walk away, exceptions, a terminal's
scroll-back, a document shown to a camera. The whole matrix takes `make forget`."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens import attract, needs
from screens.widgets.half_blocks import GLYPH
from tests.e2e.forgetting import crashes, visits
from tests.e2e.forgetting.crashes import Crash, Phase
from tests.e2e.forgetting.kiosk import Kiosk, may_look, started
from tests.e2e.forgetting.player import playing
from tests.e2e.forgetting.tally import Looks, Tally
from tests.processes import child, until

IDLE = 30.0
"""Seconds; what is between two keys must be shorter on a busy machine, too."""
FAULTY = (sys.executable, "-m", "tests.e2e.forgetting.faulty")

LeftAlone = tuple[Kiosk, dict[str, int]]
"""And its processes when the person was still there."""

pytestmark = pytest.mark.skipif(
    not may_look(), reason="only root can shut a kiosk in and read the memory of its processes"
)


@pytest.fixture(scope="module")
def seed() -> int:
    """Somebody else visits in each run; who it was is printed."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"the visitor is number {seed}")
    return seed


@pytest.fixture(scope="module", autouse=True)
def left_alone(seed: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeftAlone]:
    """A kiosk from which somebody has walked away, while the other tests go on."""
    folder = tmp_path_factory.mktemp("idle")
    with (
        playing(seed, "swipe", folder / "machine") as (played, running),
        started(folder, played, running, **visits.settings(IDLE)) as kiosk,
    ):
        crashes.come_to(kiosk, Looks(kiosk, Tally()), Phase.FACE)
        yield kiosk, kiosk.processes()


@pytest.fixture(scope="module")
def faulty(seed: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    """A kiosk with a document camera, in which exceptions can be brought about."""
    folder = tmp_path_factory.mktemp("faulty")
    with (
        playing(seed + 1, "document", folder / "machine") as (played, running),
        started(folder, played, running, FAULTY, **visits.settings()) as kiosk,
    ):
        yield kiosk


@pytest.mark.parametrize(
    "crash",
    [
        Crash("host", Phase.CHIP, "exception"),
        Crash("app", Phase.FACE, "exception"),
        # In the end: nothing is left that a test could begin with.
        Crash("keeper", Phase.CODE, "exception"),
    ],
    ids=str,
)
def test_nothing_is_left_after_an_exception(faulty: Kiosk, crash: Crash) -> None:
    tally = Tally()
    looks = Looks(faulty, tally)
    crashes.come_to(faulty, looks, crash.phase)
    crashes.bring_about(faulty, crash)
    crashes.nothing_is_left(faulty, looks, crash)
    print(tally.told())


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_a_killed_app_leaves_no_picture_in_the_scroll_back(tmp_path: Path) -> None:
    tmux = ["tmux", "-S", str(tmp_path / "tmux")]

    def run(*words: str) -> str:
        return subprocess.run([*tmux, *words], capture_output=True, check=True, text=True).stdout

    def scrolled() -> str:
        return run("capture-pane", "-p", "-J", "-S", "-", "-E", "-")

    def press(key: str) -> None:
        time.sleep(0.5)  # the same key counts once within debounce_seconds
        run("send-keys", key)

    def shows(text: str) -> None:
        until(lambda: text in " ".join(scrolled().split()), text, visits.LONG_SCAN)

    command = [sys.executable, "-m", "kiosk", "run", "--simulate", "quick", "--language", "en"]
    run("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", *command)
    try:
        shows(attract.TITLE)
        for key, then in (("1", "Is somebody"), ("1", "?"), ("7", "situation")):
            press(key)
            shows(then)
        press("1")
        shows(needs.WHAT_YOU_NEED)
        press("3")
        shows(needs.TRY_WHICH)
        press("3")
        until(lambda: scrolled().count(GLYPH) > 100, "a live picture", visits.LONG_SCAN)
        keeper = int(run("display-message", "-p", "#{pane_pid}"))
        app = child(keeper, "-m screens")
        assert app
        os.kill(app, signal.SIGKILL)
        shows(attract.TITLE)
        assert GLYPH not in scrolled()
        assert int(run("display-message", "-p", "#{history_size}")) == 0
    finally:
        subprocess.run([*tmux, "kill-server"], capture_output=True, check=False)


def test_nothing_is_left_when_somebody_walks_away(left_alone: LeftAlone) -> None:
    kiosk, before = left_alone
    tally = Tally()
    # It may be over by now: the screen that says so stands for seconds only.
    kiosk.terminal.wait_for(attract.TITLE, IDLE + visits.LONG_SCAN)
    now = kiosk.processes()
    assert now["app"] == before["app"]
    assert now["host"] != before["host"]
    Looks(kiosk, tally).over("after somebody had walked away")
    print(tally.told())
