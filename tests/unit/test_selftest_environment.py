"""What the kiosk stands on: each check on what is good, what is worth a look, and what is wrong."""

import ast
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hardware.errors import HardwareError, Reason
from hardware.face import models
from hardware.mrz import networks
from hardware.resources import Resource
from hardware.verdicts import Role
from kiosk.places import shipped
from kiosk.reading import ConfigError
from kiosk.selftest import content, environment, terminal
from kiosk.selftest.check import Check, Given, Outcome, State
from kiosk.selftest.environment import RELEASED, clock, disk, memory, synchronised, trust
from tests.sites import site

CHECKS = {check.id: check for check in (*environment.CHECKS, *content.CHECKS)}
READER = Resource(Role.READER, "nfcpy", "usb")
PLAIN = Given(str(shipped() / "kiosk.toml"), (), "/nowhere")
NOW = datetime(2026, 11, 25, tzinfo=UTC)
needs_networks = pytest.mark.skipif(
    not models.installed(), reason="the networks that see faces are not installed: make face"
)


def outcome(name: str, given: Given = PLAIN) -> Outcome:
    """The outcome of a check, here and not in a process of its own."""
    return CHECKS[name].run(given)


def test_every_check_has_an_id_of_its_own() -> None:
    assert len(CHECKS) == len((*environment.CHECKS, *content.CHECKS))
    assert [check.id for check in CHECKS.values() if check.on_site] == [
        "clock.synchronised", "terminal", "host-confined", "trust",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["settings", "clock", "disk", "memory", "locale", "content", "languages", "support"]
)
def test_on_this_machine_all_is_well_or_nearly(name: str) -> None:
    told = outcome(name)
    assert told.state in (State.PASS, State.WARN), told.message


# --- clock ----------------------------------------------------------------------------------------


def test_a_clock_that_shows_a_day_before_this_program_is_wrong() -> None:
    assert clock(PLAIN, RELEASED).state is State.PASS
    told = clock(PLAIN, RELEASED - timedelta(days=1))
    assert told.state is State.FAIL
    assert str(RELEASED - timedelta(days=1)) in told.message
    assert clock(PLAIN, date(1970, 1, 1)).state is State.FAIL


def test_this_version_is_not_older_than_its_clock_says() -> None:
    assert datetime.now(UTC).date() >= RELEASED


def test_without_time_zones_the_clock_is_no_use() -> None:
    """In a process of its own that finds neither the machine's zones nor the package tzdata."""
    program = (
        "import sys; sys.modules['tzdata'] = None\n"
        "from kiosk.selftest.environment import clock\n"
        "print(clock(None).state, clock(None).message)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60,
        env=os.environ | {"PYTHONTZPATH": ""}, check=True,
    )  # fmt: skip
    assert told.stdout == "fail the hours of Europe/Copenhagen are not known: install tzdata\n"


def test_a_clock_that_nothing_keeps_right_is_a_warning() -> None:
    told = synchronised(0x2001, 16_500)
    assert (told.state, told.data) == (State.PASS, {"max_error_ms": 16.5})
    assert synchronised(0x40, 16_000_000).state is State.WARN
    real = outcome("clock.synchronised")
    assert real.state in (State.PASS, State.WARN, State.SKIP), "the real kernel"


@pytest.mark.skipif(shutil.which("timedatectl") is None, reason="systemd is not installed")
def test_the_kernel_says_the_same_to_others() -> None:
    other = subprocess.run(
        ["timedatectl", "show", "--property=NTPSynchronized", "--value"],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    if other.returncode:
        pytest.skip(f"timedatectl: {other.stderr.splitlines()[0]}")
    expected = State.PASS if other.stdout.strip() == "yes" else State.WARN
    assert outcome("clock.synchronised").state is expected


# --- disk and memory ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "megabytes", "state"),
    [
        (50, 10_000, State.PASS),
        (15, 10_000, State.PASS),
        (14.9, 10_000, State.WARN),
        (2, 100, State.WARN),
        (1.9, 10_000, State.FAIL),
        (50, 49, State.FAIL),
    ],
)
def test_a_disk_that_fills(percent: float, megabytes: float, state: State) -> None:
    told = disk({"state": (90, 9_000), "temp": (percent, megabytes)})
    assert told.state is state
    assert told.data["temp_free_percent"] == pytest.approx(percent)
    assert told.data["state_free_mb"] == 9_000
    assert f"temp {percent:.0f} %" in told.message


def test_a_full_disk_is_seen(tmp_path: Path) -> None:
    """A real one, small, in a mount namespace of its own."""
    program = (
        "from kiosk.selftest.check import Given\n"
        "from kiosk.selftest.environment import CHECKS\n"
        "(check,) = (check for check in CHECKS if check.id == 'disk')\n"
        f"print(check.run(Given(None, (), '', temp={str(tmp_path)!r})).state)"
    )
    script = (
        f"mount -t tmpfs -o size=200m none {tmp_path} && "
        f'fallocate -l {{}} {tmp_path}/filling && {sys.executable} -c "$1"'
    )
    for filling, state in (("10m", "pass"), ("175m", "fail")):
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
             script.format(filling), "sh", program],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"no disk of one's own can be made here: {done.stderr.strip()[:80]}")
        assert done.stdout.strip() == state


@pytest.mark.parametrize(
    ("megabytes", "state"),
    [(301, State.PASS), (300, State.PASS), (299, State.WARN), (100, State.WARN), (99, State.FAIL)],
)
def test_memory_that_runs_out(megabytes: float, state: State) -> None:
    told = memory(megabytes)
    assert (told.state, told.data) == (state, {"available_mb": megabytes})


# --- settings, locale, content --------------------------------------------------------------------


def test_a_fault_in_the_content_is_told_with_its_line(tmp_path: Path) -> None:
    folders = site(tmp_path, "situations/app.toml", "\nminutes", "\nminuts")
    with pytest.raises(ConfigError, match="'minuts' is not known; did you mean 'minutes'"):
        outcome("content", Given(str(folders.settings_file), (), ""))
    assert outcome("content").message == "4 situations, 92 steps"


def test_a_language_without_a_catalogue_fails(tmp_path: Path) -> None:
    folders = site(tmp_path, "kiosk.toml")
    given = Given(str(folders.settings_file), (), "")
    assert outcome("locale", given).state is State.PASS
    catalogue = tmp_path / "languages" / "da" / "LC_MESSAGES" / "kiosk.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_bytes(b"")
    told = outcome("locale", given)
    assert told.state is State.FAIL
    assert told.message == "da: no compiled catalogue: kiosk language pack da"


@pytest.mark.parametrize(
    ("variables", "state"),
    [({"LC_ALL": "C.UTF-8"}, "pass"), ({"LC_ALL": "POSIX"}, "warn"), ({"LC_ALL": "xx_YY"}, "warn")],
)
def test_a_locale_that_is_not_utf_8_is_a_warning(variables: dict[str, str], state: str) -> None:
    program = (
        "from kiosk.selftest.check import Given\n"
        "from kiosk.selftest.environment import CHECKS\n"
        "(check,) = (check for check in CHECKS if check.id == 'locale')\n"
        f"print(check.run(Given({PLAIN.settings_file!r}, (), '')).state)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True,
        env=os.environ | {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"} | variables,
    )  # fmt: skip
    assert done.stdout.strip() == state


# --- speech ---------------------------------------------------------------------------------------


def test_what_speech_lacks_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No program at all, then one that knows no voice, then one that knows every voice."""

    def speech() -> tuple[State, str]:
        told = outcome("speech")
        return told.state, told.message

    monkeypatch.setenv("PATH", str(tmp_path))
    missing = "nothing is read aloud: not installed: espeak-ng, aplay"
    assert speech() == (State.WARN, missing)
    for name, exit_code in (("aplay", 0), ("espeak-ng", 1)):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {exit_code}\n")
        program.chmod(0o755)
    assert speech() == (State.WARN, "espeak-ng has no voice for: Dansk, English")
    (tmp_path / "espeak-ng").write_text("#!/bin/sh\nexit 0\n")
    assert speech() == (State.PASS, "espeak-ng speaks Dansk, English")


def test_a_kiosk_without_sound_is_so_on_purpose(tmp_path: Path) -> None:
    folders = site(tmp_path, "kiosk.toml", whole='[speech]\nprogram = ""')
    assert outcome("speech", Given(str(folders.settings_file), (), "")).state is State.SKIP


# --- networks -------------------------------------------------------------------------------------


@needs_networks
def test_networks_that_are_whole_pass() -> None:
    assert outcome("models").state is State.PASS


@needs_networks
def test_networks_for_faces_that_are_missing_are_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    told = outcome("models")
    assert told.state is State.WARN
    assert models.MESH in told.message


def test_a_damaged_network_for_codes_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(networks.MODELS, tmp_path / "models")
    (tmp_path / "models" / "line_reader.onnx").write_bytes(b"\0" * 100)
    monkeypatch.setattr(networks, "MODELS", tmp_path / "models")
    with pytest.raises(HardwareError) as failure:
        networks.Network("line_reader.onnx")
    assert failure.value.reason is Reason.LIBRARY_MISSING
    told = outcome("models")
    assert told.state is State.FAIL
    assert "line_reader.onnx" in told.message


# --- trust ----------------------------------------------------------------------------------------


def test_a_list_of_certificates_grows_old() -> None:
    fresh = [NOW - timedelta(days=3000), NOW - timedelta(days=30)]
    told = trust(fresh, 2, NOW)
    assert told.state is State.PASS
    assert told.message == "2 certificates of 2 countries, the newest 30 days old"
    assert told.data == {"certificates": 2, "newest_age_days": 30}
    assert trust([NOW - timedelta(days=366)], 1, NOW).state is State.WARN
    assert trust([], 0, NOW).state is State.WARN


def test_certificates_matter_where_there_is_a_reader(tmp_path: Path) -> None:
    assert outcome("trust").state is State.SKIP
    told = outcome("trust", Given(PLAIN.settings_file, (READER,), str(tmp_path)))
    assert told.state is State.WARN
    assert "no certificates" in told.message


# --- terminal -------------------------------------------------------------------------------------


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variables of a terminal, and no programs but those in the folder."""
    for name in ("TERM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    listing = tmp_path / "fc-list"
    listing.write_text("#!/bin/sh\necho DejaVu Sans Mono\n")
    listing.chmod(0o755)
    return listing


def faults() -> str:
    """What is wrong with the terminal; empty where nothing is."""
    told = outcome("terminal")
    assert told.state in (State.PASS, State.WARN)
    return "" if told.state is State.PASS else told.message


def test_a_terminal_that_nobody_knows_is_a_warning(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "no-such-terminal")
    assert "no-such-terminal can is not known" in faults()


def test_a_terminal_that_does_not_tell_its_colours_is_a_warning(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "linux")
    assert "linux does not say that it shows all colours" in faults()
    monkeypatch.setenv("COLORTERM", "truecolor")
    assert faults() == ""


def test_a_font_without_what_is_drawn_is_a_warning(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "linux")
    monkeypatch.setenv("COLORTERM", "truecolor")
    bare.write_text("#!/bin/sh\n")
    assert "no font of one width" in faults()
    bare.unlink()
    assert "install fontconfig" in faults()


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="fontconfig is not installed")
def test_the_font_of_the_kiosk_has_what_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ":spacing=100:charset=" + " ".join(f"{ord(drawn):x}" for drawn in terminal.DRAWN)
    listed = subprocess.run(["fc-list", wanted, "family"], capture_output=True, timeout=30)
    if b"DejaVu" not in subprocess.run(["fc-list"], capture_output=True, timeout=30).stdout:
        pytest.skip("fonts-dejavu-core is not installed")
    assert b"DejaVu Sans Mono" in listed.stdout, "deploy/foot/foot.ini"
    monkeypatch.setattr(terminal, "DRAWN", terminal.DRAWN + "\U00010380")
    assert "no font of one width" in terminal._font(), "a letter of Ugarit"


def test_the_check_knows_all_that_the_screens_draw() -> None:
    """Arrows, frames, blocks, shapes and ticks: whatever stands in a string of the screens."""
    drawn = set()
    for file in (Path(__file__).parents[2] / "screens").rglob("*.py"):
        if file.parent.name == "operator":
            continue  # a clerk's console, on a terminal of its own
        if file.name in ("bidi.py", "look_alikes.py", "mirrored.py"):
            continue  # they name letters of other scripts, and ranges
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                drawn |= {c for c in node.value if "\u2190" <= c <= "\u27bf"}
    assert drawn, "nothing was looked at"
    assert sorted(drawn - set(terminal.DRAWN)) == []


def test_all_checks_are_whole() -> None:
    for check in CHECKS.values():
        assert isinstance(check, Check)
        assert 0 < check.timeout <= 90
