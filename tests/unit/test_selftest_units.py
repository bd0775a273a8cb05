"""The units of systemd that test a kiosk: whole, locked up, and on time."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = ("kiosk-selftest.service", "kiosk-selftest-alert@.service")
INSTALLED = "/usr/bin/kiosk"
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed"
)


def analyze(*arguments: str) -> str:
    """What systemd-analyze says; the test fails where it does not like it."""
    done = subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units as a site has them, on a machine where the command lies elsewhere."""
    here = str(Path(sys.executable).with_name("kiosk"))
    found = []
    for unit in sorted(UNITS.glob("kiosk-selftest*")):
        # A template can be looked at only as one of its instances.
        for name in {unit.name, unit.name.replace("@.", "@kiosk-selftest.")}:
            (tmp_path / name).write_text(unit.read_text().replace(INSTALLED, here))
            if "@." not in name:
                found.append(str(tmp_path / name))
    assert len(found) == 3
    return found


@needs_systemd
def test_systemd_finds_nothing_to_say_of_the_units(units: list[str]) -> None:
    assert analyze("verify", *units) == ""


@needs_systemd
def test_the_services_are_locked_up(units: list[str]) -> None:
    for service in (unit for unit in units if unit.endswith(".service")):
        analyze("security", "--no-pager", "--offline=true", "--threshold=15", service)


@needs_systemd
def test_the_timer_rings_before_the_desk_opens() -> None:
    timer = read("kiosk-selftest.timer")["Timer"]
    told = analyze("calendar", timer["OnCalendar"], "--base-time=2026-11-21 12:00:00 UTC")
    assert "Mon 2026-11-23 06:30:00 UTC" in told, "half past seven in Denmark, in winter"
    assert (timer["Persistent"], timer["FixedRandomDelay"]) == ("yes", "yes")


def test_a_warning_is_no_alarm_and_all_that_is_worse_is_one() -> None:
    unit = read("kiosk-selftest.service")
    assert unit["Service"]["SuccessExitStatus"] == "0 1"
    assert unit["Unit"]["OnFailure"] == "kiosk-selftest-alert@%n.service"
    assert unit["Service"]["ExecStart"] == f"{INSTALLED} selftest --trigger timer"


def read(name: str) -> configparser.ConfigParser:
    """A unit, whose keys that stand twice do not matter here."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((UNITS / name).read_text())
    return parser
