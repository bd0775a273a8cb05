"""The command: exit codes, one clear line, never a traceback.

Where nothing but the arguments counts it is called in this process, which is quicker.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from hardware.face import models
from hardware.mrz.specimens import ICAO
from kiosk.cli import main
from tests.face_networks import take_away
from tests.sites import site

Kiosk = Callable[..., subprocess.CompletedProcess[bytes]]

COMMANDS = [
    (), ("run",), ("guide",), ("advise",), ("document",), ("document", "parse"),
    ("document", "read"), ("devices",), ("devices", "record"), ("selftest",),
    ("face",), ("face", "install"),
    ("config",), ("config", "check"), ("config", "show"), ("config", "schema"), ("simulate",),
]  # fmt: skip
SPECIMEN = "\n".join(ICAO["TD3"]).encode()


def kiosk(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Runs the command without a terminal; fails on a traceback, whatever else it says."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments], input=given, capture_output=True, timeout=120
    )
    assert b"Traceback" not in done.stderr + done.stdout
    return done


def refused(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one line on standard error with which the command has refused, with exit code 2."""
    lines = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout, len(lines)) == (2, b"", 1), lines
    assert lines[0].startswith("kiosk: ")
    return lines[0].removeprefix("kiosk: ")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    """Runs the command's entry point in this process."""

    def called(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        monkeypatch.setattr(sys, "argv", ["kiosk", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = (told.encode() for told in capsys.readouterr())
        code = left.value.code or 0
        assert isinstance(code, int)
        return subprocess.CompletedProcess(arguments, code, out, err)

    return called


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_answers_help(here: Kiosk, command: tuple[str, ...]) -> None:
    done = here(*command, "--help")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Usage: kiosk" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "Missing command"),
        (("nonsense",), "No such command 'nonsense'"),
        (("document",), "Missing command"),
        (("face",), "Missing command"),
        (("guide", "--format", "xml"), "'xml' is not one of 'text', 'markdown', 'json'"),
        (("run", "--simulate", "--nonsense"), "No such option '--nonsense'"),
        (("guide", "helpr"), "there is no situation 'helpr'; did you mean 'helper'?"),
        (("guide", "--language", "xx"), "languages/xx/language.toml: there is no such file"),
        (("devices", "--simulate", "nowhere"), "there is no machine 'nowhere'"),
        (("config", "check", "--config", "/nowhere"), "/nowhere: there is no such file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_usage_is_refused_in_one_line(
    here: Kiosk, arguments: tuple[str, ...], line: str
) -> None:
    assert line in refused(here(*arguments))


@pytest.mark.parametrize("command", [("nonsense",), ("run", "--simulate")], ids=" ".join)
def test_the_real_command_refuses_in_one_line(command: tuple[str, ...]) -> None:
    told = refused(kiosk(*command))
    if command[0] == "run":
        assert told == "the kiosk needs a terminal: start it in one, not in a pipe"


# --- document parse -------------------------------------------------------------------------------


def test_a_code_is_parsed_from_standard_input() -> None:
    done = kiosk("document", "parse", "--format", "json", given=SPECIMEN)
    assert (done.returncode, done.stderr) == (0, b"")
    told = json.loads(done.stdout)
    assert (told["format"], told["issuer"], told["number"]) == ("TD3", "UTO", "L898902C3")
    assert set(told["checks"].values()) == {"passed"}


@pytest.mark.parametrize(
    ("given", "line"),
    [
        pytest.param(b"", "the input is empty; a code has 2 or 3 lines", id="empty"),
        pytest.param(
            SPECIMEN[:-1], "line 2, position 44: it has 43 characters, not 44", id="short"
        ),
        pytest.param(
            SPECIMEN.replace(b"ERIK", b"ER\x1bK"), "line 1, position 8: ", id="escape sequence"
        ),
        pytest.param(bytes(range(256)), "the input is not text", id="binary"),
        pytest.param(b"A" * 5_000_000, "the input is longer than 10,000 characters", id="huge"),
    ],
)
def test_what_is_no_code_is_refused_in_one_line(given: bytes, line: str) -> None:
    told = refused(kiosk("document", "parse", given=given))
    assert told.startswith(line)
    assert told.isprintable()


# --- the settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        (
            "kiosk.toml", "\ntries_before_desk", "\ntries_befor_desk",
            "kiosk.toml: kiosk: 'tries_befor_desk' is not known; did you mean 'tries_before_desk'?",
        ),
        (
            "support.toml", "Copenhagen", "Copenhagn",
            "support.toml: timezone: there is no 'Europe/Copenhagn'",
        ),
        (
            "situations/triage.toml", "situation:helper", "situation:helpr",
            "triage.toml: 'helper-has-app' goes to situation 'helpr', which does not exist; "
            "did you mean 'helper'?",
        ),
    ],
)  # fmt: skip
def test_a_fault_in_a_site_s_files_is_refused_by_file_and_key(
    here: Kiosk, tmp_path: Path, file: str, old: str, new: str, line: str
) -> None:
    folders = site(tmp_path, file, old, new)
    assert refused(here("config", "check", "--config", str(folders.settings_file))) == line


def test_settings_in_order_are_said_to_be(here: Kiosk, tmp_path: Path) -> None:
    folders = site(tmp_path, "kiosk.toml", whole="[kiosk]\ntries_before_desk = 5")
    checked = here("config", "check", "--config", str(folders.settings_file))
    assert (checked.returncode, checked.stderr) == (0, b"")
    shown = here("config", "show", "--config", str(folders.settings_file))
    assert json.loads(shown.stdout)["kiosk"] == {
        "name": "",
        "languages": ["da", "en"],
        "tries_before_desk": 5,
    }


# --- devices --------------------------------------------------------------------------------------

needs_networks = pytest.mark.skipif(
    not models.installed(), reason="the networks that see faces are not installed"
)


def test_the_selftest_warns_of_a_camera_that_coaches_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away(tmp_path, monkeypatch)
    done = kiosk("selftest", "--simulate", "--only", "device.camera.opens")
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"WARN   device.camera.opens  models-missing: " in done.stdout
    assert done.stdout.endswith(b"verdict: warn\n")
    listed = kiosk("devices", "--simulate").stdout.decode().splitlines()
    assert listed[2].startswith("camera   ready (models-missing)  opencv at http://127.0.0.1:")


def test_when_nothing_is_checked_the_exit_code_says_unknown() -> None:
    done = kiosk("selftest", "--simulate", "no-devices", "--only", "device.camera")
    assert done.returncode == 3


@needs_networks
def test_the_devices_of_a_simulated_machine() -> None:
    done = kiosk("devices", "--simulate", "unplugged-scanner", "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    rows = [(row["role"], row["state"], row["reason"]) for row in json.loads(done.stdout)]
    assert rows == [
        ("scanner", "out-of-order", "absent"),
        ("reader", "ready", None),
        ("camera", "ready", None),
    ]


def test_the_devices_say_what_was_found(here: Kiosk) -> None:
    done = here("devices", "--simulate", "specimen", "--format", "json")
    found = {row["role"]: row["found"] for row in json.loads(done.stdout)}
    assert found == {"scanner": "listening", "reader": None, "camera": None}
    scanner = here("devices", "--simulate", "specimen").stdout.decode().splitlines()[0]
    assert scanner.startswith("scanner  ready  serial-swipe at /")
    assert scanner.endswith(", found: listening")


# --- the guide ------------------------------------------------------------------------------------


def test_the_guide_as_json_has_the_92_steps() -> None:
    done = kiosk("guide", "--language", "da", "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(json.loads(done.stdout)) == 92


def test_output_that_nobody_reads_is_no_traceback() -> None:
    # What `kiosk guide | head -1` comes to at its worst: the reader is gone before the first line.
    reads, writes = os.pipe()
    os.close(reads)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "guide"], stdout=writes, stderr=subprocess.PIPE
        )
    finally:
        os.close(writes)
    assert (done.returncode, done.stderr) == (1, b"")


def test_the_installed_command_is_this_one() -> None:
    (command,) = entry_points(group="console_scripts", name="kiosk")
    assert command.value == "kiosk.cli:main"
