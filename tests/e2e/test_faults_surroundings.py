"""What happens around the kiosk: the disk is full, the clock jumps."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hardware.host_folder import PREFIX
from hardware.verdicts import CodeVerdict
from kiosk import advice, settings, visit
from kiosk.places import Folders
from screens import needs, staff
from screens.idle import STILL_THERE
from tests.e2e.jumping_clock import JumpingClock
from tests.e2e.running import CONTENT, FIRST, QUESTION, RESTART, begin, found, started
from tests.e2e.terminal import Terminal

DIRECT = CONTENT.questions[visit.DIRECT].text

DEBOUNCE = settings.load(Folders()).input.debounce_seconds


def ends(terminal: Terminal) -> None:
    """Ends the visit, and waits for the first screen."""
    terminal.press("9")
    terminal.wait_for(RESTART)
    terminal.press("1")
    terminal.wait_for(FIRST)


def tries_the_code(terminal: Terminal) -> None:
    """Goes to the rehearsal of the code, in a visit that has just begun, and has it read."""
    time.sleep(DEBOUNCE)  # the same key once more
    terminal.press("1")
    terminal.wait_until(lambda screen: "7  " in screen, "a way to choose the situation directly")
    terminal.press("7")
    terminal.wait_for(DIRECT)
    terminal.press("1")
    terminal.wait_for(needs.WHAT_YOU_NEED)
    terminal.press("3")
    terminal.wait_for(needs.TRY_WHICH)
    terminal.press("1")
    terminal.wait_for(advice.CODE[CodeVerdict.GOOD].found)


# --- a full disk ----------------------------------------------------------------------------------

OWN_DISK = ("unshare", "--mount", "sh", "-c")
MOUNTED = 'mount -t tmpfs -o size=512k,nr_inodes=100 tmpfs "$0" && exec "$@"'


def fill(disk: Path) -> None:
    """Leaves neither a byte nor the name of a file free."""
    with contextlib.suppress(OSError), (disk / "bytes").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    with contextlib.suppress(OSError):
        for number in range(1000):
            (disk / f"name-{number}").touch()
    with pytest.raises(OSError, match="No space left"):
        (disk / "one more").mkdir()


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    if subprocess.run([*OWN_DISK, MOUNTED, str(tmp_path), "true"], check=False).returncode:
        pytest.skip("a disk of its own needs root")
    places = ("TMPDIR", "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "XDG_CACHE_HOME", "HOME")
    environment = dict.fromkeys(places, str(tmp_path))
    before = (*OWN_DISK, MOUNTED, str(tmp_path))
    log = tmp_path / "log"
    with started("--log", str(log), before=before, environment=environment) as terminal:
        begin(terminal)
        old = found(terminal.process.pid)
        disk = Path(f"/proc/{terminal.process.pid}/root{tmp_path}")
        assert list(disk.glob(f"{PREFIX}*"))
        fill(disk)
        # The visit ends as ever, and the next one has a device host.
        ends(terminal)
        begin(terminal)
        new = found(terminal.process.pid)
        assert new.app == old.app
        tries_the_code(terminal)
        # An app that starts on a full disk has its first screen and its host, too.
        left = folder_of(new.host)
        os.kill(new.app, signal.SIGKILL)
        terminal.wait_until(lambda screen: FIRST not in screen, "a fresh terminal")
        terminal.wait_for(FIRST)
        begin(terminal)
        last = found(terminal.process.pid)
        assert folder_of(last.host) != left
        assert folder_of(last.host).is_dir()
        assert not left.exists()
        assert b"Traceback" not in terminal.written
        assert b"Errno" not in terminal.written


def folder_of(host: int) -> Path:
    """Where a device host puts its files, as seen from here."""
    told = Path(f"/proc/{host}/environ").read_bytes().decode().split("\0")
    return Path(
        f"/proc/{host}/root" + next(line[7:] for line in told if line.startswith("TMPDIR="))
    )


# --- a clock that jumps ---------------------------------------------------------------------------

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DAY = 24 * 60 * 60
JUMPS = {
    "a day ahead": DAY,
    "a year back": -365 * DAY,
    "to the beginning of all time": datetime(1970, 1, 1, tzinfo=UTC),
    "to midnight": datetime(2027, 3, 27, 23, 59, 58, tzinfo=UTC),
    "to the hour that summer time leaves out": datetime(2027, 3, 28, 0, 59, 58, tzinfo=UTC),
    "to midnight here": datetime(2027, 10, 30, 23, 59, 58, tzinfo=COPENHAGEN),
    "to another century": datetime(2099, 12, 31, 23, 59, 58, tzinfo=UTC),
    "and back": 0,
}


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> JumpingClock:
    try:
        made = JumpingClock(tmp_path_factory.mktemp("clock"))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a clock that jumps needs a C compiler")
    made.jump_to(datetime(1970, 1, 1, tzinfo=UTC))
    assert made.year() == 1970
    made.jump(0)
    assert made.year() > 1970
    return made


@pytest.fixture(scope="module")
def kiosk(clock: JumpingClock) -> Iterator[Terminal]:
    with started(environment=clock.environment | {"TZ": COPENHAGEN.key}) as terminal:
        begin(terminal)
        yield terminal


@pytest.mark.grid
@pytest.mark.parametrize("to", JUMPS.values(), ids=JUMPS)
def test_the_clock_jumps_in_a_visit(
    kiosk: Terminal, clock: JumpingClock, to: float | datetime
) -> None:
    before = found(kiosk.process.pid)
    if isinstance(to, datetime):
        clock.jump_to(to)
    else:
        clock.jump(to)
    # Longer than from one time that the kiosk looks whether somebody is there to the next.
    time.sleep(1.2)
    assert STILL_THERE not in " ".join(kiosk.text().split())
    kiosk.press("#")
    kiosk.wait_for(staff.ASK)
    kiosk.press("1")
    kiosk.wait_for(QUESTION)
    assert found(kiosk.process.pid) == before


@pytest.mark.slow
def test_the_clock_jumps_between_visits(kiosk: Terminal, clock: JumpingClock) -> None:
    ends(kiosk)
    before = found(kiosk.process.pid)
    clock.jump(DAY)
    time.sleep(1.2)
    begin(kiosk)
    tries_the_code(kiosk)
    clock.jump(0)
    assert found(kiosk.process.pid) == before


def test_an_app_that_starts_with_a_wrong_clock(kiosk: Terminal, clock: JumpingClock) -> None:
    clock.jump_to(datetime(1970, 1, 1, tzinfo=UTC))
    before = found(kiosk.process.pid)
    os.kill(before.app, signal.SIGKILL)
    kiosk.wait_until(lambda screen: FIRST not in screen, "a fresh terminal")
    kiosk.wait_for(FIRST)
    begin(kiosk)
    clock.jump(0)
    assert found(kiosk.process.pid).app != before.app
