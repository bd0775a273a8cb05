"""A site's configuration breaks: the real kiosk comes up all the same, or says why it cannot."""

import os
import signal
import sys
from pathlib import Path

import pytest

from kiosk.places import shipped
from screens import attract
from tests.e2e.terminal import Terminal
from tests.processes import child, until
from tests.sites import site

KIOSK = str(Path(sys.executable).with_name("kiosk"))
FIRST = attract.TITLE
BROKEN = ("seconds = 90 ", 'seconds = "ninety" ')


def run(settings_file: Path, tmp_path: Path, *options: str) -> Terminal:
    command = [KIOSK, "run", "--config", str(settings_file), "--log", str(tmp_path / "log")]
    return Terminal([*command, *options], environment={"STATE_DIRECTORY": str(tmp_path / "state")})


def break_settings(settings_file: Path) -> int:
    """Makes a mistake in the settings; its line."""
    told = (shipped() / "kiosk.toml").read_text()
    settings_file.write_text(told.replace(*BROKEN, 1))
    lines = settings_file.read_text().splitlines()
    return next(n for n, line in enumerate(lines, 1) if "ninety" in line)


def test_it_comes_up_with_the_last_good_one_and_the_log_has_file_and_line(tmp_path: Path) -> None:
    settings_file = site(tmp_path / "site", "kiosk.toml", "(", "(").settings_file
    with run(settings_file, tmp_path) as terminal:
        terminal.wait_for(FIRST)
        until((tmp_path / "state/last-good/kiosk.toml").is_file, "the configuration is kept")
    line = break_settings(settings_file)
    with run(settings_file, tmp_path) as terminal:
        terminal.wait_for(FIRST)
        terminal.press("1")
        terminal.wait_for("0 ")
        log = (tmp_path / "log").read_text()
        assert f"{settings_file}, line {line}: idle.seconds" in log
        assert "the last good configuration is taken" in log
    os.unlink(settings_file)  # as where it lies on a disk that is gone
    with run(settings_file, tmp_path) as terminal:
        terminal.wait_for(FIRST)


@pytest.mark.slow
def test_without_one_it_is_out_of_order_until_it_is_mended(tmp_path: Path) -> None:
    settings_file = tmp_path / "kiosk.toml"
    line = break_settings(settings_file)
    with run(settings_file, tmp_path) as terminal:
        screen = terminal.wait_for("This machine is out of order just now. Please ask at the desk.")
        assert "kiosk.toml" not in screen
        assert f"{settings_file}, line {line}: idle.seconds" in (tmp_path / "log").read_text()
        settings_file.write_bytes((shipped() / "kiosk.toml").read_bytes())
        terminal.wait_for(FIRST)


def test_content_that_breaks_under_a_running_kiosk(tmp_path: Path) -> None:
    folders = site(tmp_path / "site", "situations/triage.toml", "(", "(")
    with run(folders.settings_file, tmp_path) as terminal:
        terminal.wait_for(FIRST)
        until((tmp_path / "state/last-good/kiosk.toml").is_file, "the configuration is kept")
        site(tmp_path / "site", "situations/triage.toml", "situation:helper", "situation:helpr")
        app = child(terminal.process.pid, "-m screens")
        assert app
        os.kill(app, signal.SIGKILL)
        log = tmp_path / "log"
        until(lambda: "the last good configuration is taken" in log.read_text(), "it falls back")
        terminal.wait_for(FIRST)
        terminal.press("1")
        terminal.wait_for("0 ")
        assert "triage.toml, line" in log.read_text()


def test_whoever_stands_there_reads_why(tmp_path: Path) -> None:
    settings_file = tmp_path / "kiosk.toml"
    break_settings(settings_file)
    with run(settings_file, tmp_path, "--allow-quit") as terminal:
        assert terminal.wait() == 2
        assert "kiosk: kiosk.toml: idle.seconds: expected" in " ".join(terminal.text().split())


@pytest.mark.parametrize("where", ["no/such/folder/log", "."])
def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, where: str) -> None:
    settings_file = site(tmp_path, "kiosk.toml", "(", "(").settings_file
    with Terminal(
        [KIOSK, "run", "--config", str(settings_file), "--log", str(tmp_path / where)],
        environment={"STATE_DIRECTORY": "/proc/no/state"},
    ) as terminal:
        screen = terminal.wait_for(FIRST)
        assert "Error" not in screen
