"""The keeper on a real terminal, with a stand-in for the app that fails in every way."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import pytest

from kiosk.keeper import BAD_CONFIG, QUIT, RESET
from tests.e2e.terminal import TIMEOUT, Terminal
from tests.processes import alive, children, until

BEGIN = """\
import argparse, os, signal, sys, termios, time, tty
parser = argparse.ArgumentParser()
parser.add_argument("--alive", type=int)
parser.add_argument("--last-good", action="store_true")
told = parser.parse_args()
alive, last_good = told.alive, told.last_good
os.set_inheritable(alive, False)
lives = os.path.join(os.path.dirname(__file__), "lives")
with open(lives, "a") as note:
    note.write(f"{os.getpid()}\\n")
life = len(open(lives).readlines())
def sign(): os.write(alive, b".")
def say(text): os.write(2, text.encode())
def live(seconds=1e9):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sign()
        time.sleep(0.1)
"""
"""What every stand-in begins with; `life` counts how often it was started, from 1."""

RUNNER = """\
import sys
from kiosk import keeper
for name, value in {constants!r}.items():
    assert hasattr(keeper, name)
    setattr(keeper, name, value)
sys.exit(keeper.Keeper([sys.executable, {app!r}], attended={attended}).run())
"""


class Kept(Terminal):
    """A keeper on a terminal, and the lives of its app so far."""

    lives_file: Path

    def lives(self) -> list[int]:
        """The process id of every app so far."""
        return [int(line) for line in self.lives_file.read_text().split()]

    def app(self) -> int:
        """The process id of the app that runs now, once one does."""
        until(lambda: bool(children(self.process.pid)), "an app runs")
        return next(iter(children(self.process.pid)))


@contextmanager
def kept(
    folder: Path,
    app: str,
    environment: dict[str, str] | None = None,
    attended: bool = False,
    **constants: float,
) -> Iterator[Kept]:
    """The real keeper with an app that does this, and with some of its times made shorter."""
    (folder / "app.py").write_text(BEGIN + dedent(app))
    runner = folder / "runner.py"
    runner.write_text(
        RUNNER.format(constants=constants, app=str(folder / "app.py"), attended=attended)
    )
    with Kept([sys.executable, str(runner)], environment=environment) as terminal:
        terminal.lives_file = folder / "lives"
        yield terminal


@pytest.mark.parametrize(
    "death",
    [
        pytest.param("raise ZeroDivisionError", id="crash"),
        pytest.param("sys.exit(0)", id="exit 0"),
        pytest.param("sys.exit(1)", id="exit 1"),
        pytest.param("os.kill(os.getpid(), signal.SIGKILL)", id="killed"),
    ],
)
def test_an_app_that_ends_is_started_again(tmp_path: Path, death: str) -> None:
    app = f"""
        say(f"life {{life}}")
        sign()
        if life == 1:
            sys.stderr = open(os.devnull, "w")
            {death}
        live()
    """
    with kept(tmp_path, app) as terminal:
        screen = terminal.wait_for("life 2")
        assert "life 1" not in screen
        assert len(terminal.lives()) == 2
        # What the first has written is thrown away with it, where nobody had read it yet.
        assert RESET.encode() in terminal.written.partition(b"life 2")[0]


def test_what_a_killed_app_left_on_the_terminal_is_wiped(tmp_path: Path) -> None:
    app = """
        if life == 1:
            tty.setraw(0)
            say("\\033[?1049h\\033[?1003h\\033[?25l\\033[31mthe last frame")
        else:
            say("life 2: " + " ".join(str(flag) for flag in termios.tcgetattr(0)[:4]))
        live()
    """
    with kept(tmp_path, app) as terminal:
        terminal.wait_for("the last frame")
        assert terminal.attributes != terminal.initial
        os.kill(terminal.app(), signal.SIGKILL)
        screen = terminal.wait_for(
            "life 2: " + " ".join(str(flag) for flag in terminal.initial[:4])
        )
        assert "the last frame" not in screen
        after = terminal.written.partition(b"the last frame")[2]
        assert after.startswith(RESET.encode())


def test_an_app_that_was_asked_to_leave_is_not_started_again(tmp_path: Path) -> None:
    with kept(tmp_path, f"say('good bye'); sign(); sys.exit({QUIT})") as terminal:
        assert terminal.wait() == 0
        assert len(terminal.lives()) == 1
        assert terminal.attributes == terminal.initial
        assert terminal.written.endswith(b"good bye" + RESET.encode())
        assert terminal.text().strip() == ""


def test_whoever_starts_a_kiosk_with_a_bad_configuration_reads_why(tmp_path: Path) -> None:
    app = f"say('kiosk.toml: no'); sys.exit({BAD_CONFIG})"
    with kept(tmp_path, app, attended=True) as terminal:
        assert terminal.wait() == BAD_CONFIG
        assert len(terminal.lives()) == 1
        assert terminal.text().strip() == "kiosk.toml: no"
        assert terminal.attributes == terminal.initial


@pytest.mark.slow
@pytest.mark.parametrize("attended", [False, True])
def test_a_configuration_that_breaks_later_gives_way_to_the_last_good_one(
    tmp_path: Path, attended: bool
) -> None:
    app = f"""
        say(f"life {{life}} {{last_good}}")
        sign()
        if life < 4:
            sys.exit({BAD_CONFIG} if life == 2 else 1)
        live()
    """
    with kept(tmp_path, app, attended=attended) as terminal:
        assert "life 4 True" in terminal.wait_for("life 4")
        written = terminal.written.decode()
        assert [f"life {life} {life > 2}" in written for life in (1, 2, 3)] == [True] * 3


def test_a_kiosk_nobody_watches_comes_up_with_the_last_good_configuration(tmp_path: Path) -> None:
    app = f"""
        if not last_good:
            sys.exit({BAD_CONFIG})
        say(f"life {{life}}")
        live()
    """
    with kept(tmp_path, app) as terminal:
        terminal.wait_for("life 2")
        os.kill(terminal.app(), signal.SIGKILL)
        terminal.wait_for("life 3")


def test_without_a_good_configuration_it_is_out_of_order_until_one_is_there(tmp_path: Path) -> None:
    app = f"""
        if last_good or life < 3:
            say("kiosk.toml: no")
            sys.exit({BAD_CONFIG})
        say(f"life {{life}}")
        live()
    """
    with kept(tmp_path, app, PAUSE=2.0) as terminal:
        screen = terminal.wait_for("This machine is out of order just now. Please ask at the desk.")
        assert "kiosk.toml" not in screen
        terminal.wait_for("life 3")


def test_a_system_that_starts_no_app_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "lives").touch()
    runner = tmp_path / "runner.py"
    missing = tmp_path / "python"
    runner.write_text(
        "from kiosk import keeper\nkeeper.PAUSE = 0.5\n"
        f"keeper.Keeper([{str(missing)!r}, '-c', 'import time; print(\"here\"); time.sleep(1e9)'])"
        ".run()\n"
    )
    with Terminal([sys.executable, str(runner)]) as terminal:
        terminal.wait_for("This machine is out of order just now.")
        missing.symlink_to(sys.executable)
        # It takes neither --alive nor a sign of life: that it is started is enough.
        terminal.wait_for("here")


def test_switches_of_python_and_the_way_to_systemd_end_at_the_keeper(tmp_path: Path) -> None:
    kept_ones = {"PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
    others = {"PYTHONFAULTHANDLER": "1", "PYTHONSTARTUP": "/nowhere", "PYTHONBREAKPOINT": "pdb"}
    others |= {"PYTHONASYNCIODEBUG": "1", "PYTHONOFTOMORROW": "1"}
    others |= {"WATCHDOG_PID": "1", "WATCHDOG_USEC": "1", "NOTIFY_SOCKET": str(tmp_path / "none")}
    names = [*kept_ones, *others]
    app = f"""
        say(" ".join(str(int(name in os.environ)) for name in {names}) + " seen")
        live()
    """
    with kept(tmp_path, app, kept_ones | others) as terminal:
        terminal.wait_for("1 " * len(kept_ones) + "0 " * len(others) + "seen")


def test_a_keeper_that_fails_leaves_no_app_and_nothing_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(BEGIN + "say('the app'); live()")
    runner = tmp_path / "runner.py"
    runner.write_text(
        "import sys, time\nfrom kiosk import keeper\n"
        "def fail(message): time.sleep(0.5); raise ZeroDivisionError('ERIKSSON')\n"
        "keeper.notify = fail\n"
        f"sys.exit(keeper.Keeper([sys.executable, {str(tmp_path / 'app.py')!r}]).run())\n"
    )
    with Terminal([sys.executable, str(runner)]) as terminal:
        assert terminal.wait() == 1
        assert not alive(int((tmp_path / "lives").read_text()))
        assert terminal.attributes == terminal.initial
        assert terminal.text().strip() == ""
        assert b"ERIKSSON" not in terminal.written


def test_an_app_that_freezes_is_killed(tmp_path: Path) -> None:
    app = """
        say(f"life {life}")
        if life == 1:
            live(0.3)
            say(" frozen")
            time.sleep(1e9)
        live()
    """
    with kept(tmp_path, app, FROZEN_AFTER=1.0) as terminal:
        terminal.wait_for("life 1 frozen")
        frozen = terminal.lives()[0]
        terminal.wait_for("life 2")
        assert not alive(frozen)


def test_an_app_that_never_gives_a_sign_is_killed(tmp_path: Path) -> None:
    app = """
        say(f"life {life}")
        if life == 1:
            time.sleep(1e9)
        live()
    """
    with kept(tmp_path, app, START_WITHIN=2.0) as terminal:
        terminal.wait_for("life 1")
        terminal.wait_for("life 2")
        assert not alive(terminal.lives()[0])


def test_an_app_that_is_slow_but_alive_is_left_alone(tmp_path: Path) -> None:
    with kept(tmp_path, "say('life'); live()", FROZEN_AFTER=1.5) as terminal:
        terminal.wait_for("life")
        time.sleep(3.0)  # twice its patience
        assert len(terminal.lives()) == 1


def test_three_short_lives_are_out_of_order_and_then_it_tries_again(tmp_path: Path) -> None:
    app = """
        say(f"life {life}")
        sign()
        if life <= 3:
            sys.exit(1)
        live()
    """
    with kept(tmp_path, app, PAUSE=2.0) as terminal:
        terminal.wait_for("Denne maskine virker ikke lige nu. Spørg ved skranken.")
        screen = terminal.wait_for("This machine is out of order just now. Please ask at the desk.")
        assert "life" not in screen
        assert len(terminal.lives()) == 3
        # What is pressed meanwhile neither leaves the kiosk nor stops it.
        terminal.press("\x03\x1c\x1a")
        screen = terminal.wait_for("life 4")
        assert "out of order" not in screen
        assert alive(terminal.process.pid)


def test_the_keyboard_cannot_stop_an_app_that_is_just_starting(tmp_path: Path) -> None:
    app = """
        say("starting")
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            sign()
        say(" started")
        live()
    """
    with kept(tmp_path, app) as terminal:
        terminal.wait_for("starting")
        terminal.press("\x03\x1c\x1a")  # Ctrl+C, Ctrl+\ and Ctrl+Z on a terminal that heeds them
        terminal.wait_for("started")
        assert len(terminal.lives()) == 1


@pytest.mark.grid
@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    "manners",
    [
        pytest.param("", id="leaves"),
        pytest.param("signal.signal(signal.SIGTERM, signal.SIG_IGN)", id="stays"),
    ],
)
def test_the_keeper_is_terminated(tmp_path: Path, name: signal.Signals, manners: str) -> None:
    app = f"""
        {manners}
        tty.setraw(0)
        say("\\033[?1049h\\033[?1003hthe app")
        live()
    """
    with kept(tmp_path, app) as terminal:
        terminal.wait_for("the app")
        app_pid = terminal.app()
        terminal.process.send_signal(name)
        assert terminal.wait() == 0
        assert not alive(app_pid)
        assert len(terminal.lives()) == 1
        assert terminal.attributes == terminal.initial
        assert terminal.written.endswith(b"the app" + RESET.encode())


def test_the_keeper_is_terminated_while_it_is_out_of_order(tmp_path: Path) -> None:
    with kept(tmp_path, "sys.exit(1)", PAUSE=10 * TIMEOUT) as terminal:
        terminal.wait_for("out of order")
        terminal.process.terminate()
        assert terminal.wait() == 0
        assert terminal.text().strip() == ""


# --- systemd --------------------------------------------------------------------------------------


@contextmanager
def systemd(address: str) -> Iterator[socket.socket]:
    """The end of sd_notify(3) that systemd listens at."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + address[1:] if address[0] == "@" else address)
        listening.settimeout(TIMEOUT)
        yield listening


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_is_told(tmp_path: Path, abstract: bool) -> None:
    address = f"@kiosk-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    app = """
        time.sleep(0.3)
        live()
    """
    with (
        systemd(address) as listening,
        kept(tmp_path, app, {"NOTIFY_SOCKET": address}) as terminal,
    ):
        assert listening.recv(100) == b"READY=1"
        for _ in range(3):
            assert listening.recv(100) == b"WATCHDOG=1"
        terminal.process.terminate()
        while (told := listening.recv(100)) == b"WATCHDOG=1":
            pass
        assert told == b"STOPPING=1"
        assert terminal.wait() == 0


def test_systemd_is_not_told_that_a_frozen_app_lives(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    app = """
        sign()
        say("once")
        time.sleep(1e9)
    """
    with systemd(address) as listening, kept(tmp_path, app, {"NOTIFY_SOCKET": address}) as terminal:
        assert listening.recv(100) == b"READY=1"
        terminal.wait_for("once")
        listening.settimeout(2.5)
        with pytest.raises(TimeoutError):
            listening.recv(100)


def test_systemd_hears_of_the_keeper_while_it_is_out_of_order(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with (
        systemd(address) as listening,
        kept(tmp_path, "sys.exit(1)", {"NOTIFY_SOCKET": address}, PAUSE=10 * TIMEOUT) as terminal,
    ):
        terminal.wait_for("out of order")
        assert listening.recv(100) == b"WATCHDOG=1"


def test_a_systemd_that_does_not_listen_stops_nothing(tmp_path: Path) -> None:
    nowhere = {"NOTIFY_SOCKET": str(tmp_path / "nobody")}
    with kept(tmp_path, "say('life'); live()", nowhere) as terminal:
        terminal.wait_for("life")
        time.sleep(0.5)
        terminal.process.terminate()
        assert terminal.wait() == 0
        assert len(terminal.lives()) == 1
