"""After a visit nothing of it is left: not in any memory, file or log, and not on the terminal.

People who are known byte by byte come to a real kiosk and try all three scans. What is known of
them is looked for in everything that the kiosk has, in the codes in which it could be
hidden: while they are there, when they have gone, and after each process was killed meanwhile. The
machine that is played and the tests themselves hold all of it and are not looked through.
"""

import os
import random
import subprocess
import sys
from collections.abc import Iterator

import pytest

from hardware.verdicts import Rehearsal
from tests.e2e.forgetting import crashes, places, visits
from tests.e2e.forgetting.crashes import Crash, Phase
from tests.e2e.forgetting.kiosk import Kiosk, may_look, started
from tests.e2e.forgetting.needles import hidden_texts
from tests.e2e.forgetting.player import playing
from tests.e2e.forgetting.search import Finder
from tests.e2e.forgetting.tally import Looks, Tally
from tests.processes import until

needs_root = pytest.mark.skipif(
    not may_look(), reason="only root can shut a kiosk in and read the memory of its processes"
)


@pytest.fixture(scope="module")
def seed() -> int:
    """Somebody else visits in each run; who it was is printed."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"the visitor is number {seed}")
    return seed


@pytest.fixture(scope="module")
def kiosk(seed: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    """A kiosk with a swipe reader, to which the people of the tests come one after another."""
    folder = tmp_path_factory.mktemp("kiosk")
    with (
        playing(seed, "swipe", folder / "machine") as (played, running),
        started(folder, played, running, **visits.settings()) as kiosk,
    ):
        yield kiosk


def test_what_is_hidden_is_found_wherever_it_begins() -> None:
    words = ["ZEPUVYDUBO", "7105085M"]
    forms = set(hidden_texts(words))
    finder = Finder({"it": forms})
    for form in forms:
        for before in range(9):
            data = os.urandom(before) + form + os.urandom(5)
            assert before in finder.find(data).get("it", []), (form, before)
    assert not finder.find(bytes(range(256)) * 4096)


@needs_root
def test_what_another_process_holds_is_found_there() -> None:
    secret = "ZEPUVYDUBO"
    finder = Finder({"it": hidden_texts([secret])})
    holds = "import sys; held = sys.stdin.readline().encode('utf-16-le'); print(flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{holds}; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert not places.in_memory(process.pid, "it", finder).hits
        process.stdin.write(f"{secret}\n".encode())
        process.stdin.flush()
        process.stdout.readline()
        assert places.in_memory(process.pid, "it", finder).found() == {"it"}


@needs_root
def test_nothing_of_a_visit_is_left_however_it_ends(kiosk: Kiosk) -> None:
    tally = Tally()
    looks = Looks(kiosk, tally)
    for end in (visits.finish, visits.start_over, visits.by_staff):
        crashes.come_to(kiosk, looks, Phase.AFTER)
        looks.left()
        before = kiosk.processes()
        end(kiosk)
        visits.is_over(kiosk.terminal)
        now = kiosk.processes()
        assert now["app"] == before["app"]
        assert now["host"] != before["host"]
        looks.over(f"after a visit that ended by {end.__name__}")
    print(tally.told())


@needs_root
def test_a_number_that_somebody_types_is_not_kept(kiosk: Kiosk) -> None:
    tally = Tally()
    looks = Looks(kiosk, tally)
    visits.begin(kiosk.terminal)
    visits.type_number(kiosk.terminal, kiosk.played.typed)
    visits.go_home(kiosk.terminal)
    until(lambda: "host" in kiosk.processes(), "another host runs")
    looks.over("after somebody had typed a number")
    print(tally.told())


@needs_root
def test_what_a_reader_types_as_a_keyboard_is_not_kept(kiosk: Kiosk) -> None:
    tally = Tally()
    looks = Looks(kiosk, tally)
    for _ in range(3):
        visits.begin(kiosk.terminal)
        kiosk.terminal.press("".join(f"{line}\r" for line in kiosk.played.lines))
        kiosk.terminal.standing_still(0.3)
        looks.left("after a document had been typed")
        visits.go_home(kiosk.terminal)
    until(lambda: "host" in kiosk.processes(), "another host runs")
    looks.over("after a document had been typed and the visit was over")
    print(tally.told())


@needs_root
def test_nothing_is_left_when_the_device_host_crashes(kiosk: Kiosk) -> None:
    tally = Tally()
    looks = Looks(kiosk, tally)
    terminal = kiosk.terminal
    visits.begin(terminal)
    for rehearsal, way, wanted in (
        (Rehearsal.CODE, "SIGKILL", crashes.OF_CODE),
        (Rehearsal.CHIP, "SIGSEGV", crashes.OF_CHIP),
        (Rehearsal.FACE, "SIGABRT", crashes.OF_FACE[len(crashes.OF_CODE) :]),
    ):
        visits.SCANS[rehearsal](terminal)
        looks.during(*wanted)
        crash = Crash("host", Phase(rehearsal.value), way)
        crashes.bring_about(kiosk, crash)
        looks.written(f"after a crash ({crash})")
        if rehearsal is Rehearsal.CODE:  # the next host needs it, too: the chip opens with it
            visits.leave(terminal)
            visits.code(terminal)
        visits.leave(terminal)
    visits.start_over(kiosk)
    visits.is_over(terminal)
    looks.over("after a visit in which the host crashed")
    print(tally.told())


@needs_root
@pytest.mark.parametrize(
    "crash",
    [
        Crash("app", Phase.FACE, "SIGKILL"),
        Crash("app", Phase.CHIP, "SIGABRT"),
        # In the end: nothing is left that a test could begin with.
        Crash("keeper", Phase.FACE, "SIGKILL"),
    ],
    ids=str,
)
def test_nothing_is_left_when_the_app_or_the_keeper_crashes(kiosk: Kiosk, crash: Crash) -> None:
    tally = Tally()
    looks = Looks(kiosk, tally)
    crashes.come_to(kiosk, looks, crash.phase)
    crashes.bring_about(kiosk, crash)
    crashes.nothing_is_left(kiosk, looks, crash)
    print(tally.told())
