"""The package on clean Debian systems: installed, tested, run, updated, put back, removed.

Run by `make deb-test`; it takes root, debootstrap, systemd-container and, for what the package
depends on, Debian's packages. The tests of one system build on each other, in this order.
"""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clean_roots import packages
from tests.clean_roots.clean_machine import SUITES, CleanMachine, missing
from tests.e2e.running import FIRST, QUESTION
from tests.e2e.terminal import Terminal
from tests.processes import alive, until

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")

HEADLESS = """[Service]
Environment=WLR_BACKENDS=headless
Environment=KIOSK_TRIED=1
ExecStart=
ExecStart=/usr/bin/cage -- /usr/bin/foot --config=/etc/kiosk/foot.ini --fullscreen \
/usr/bin/kiosk run --simulate
"""
"""The kiosk's unit with all its locks, where there is no screen and no device."""
OF_OTHERS = ("/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp", "/var/log", "/var/cache",
             "/var/lib/dpkg", "/var/lib/apt", "/var/lib/systemd",
    "/var/lib/ucf", "/root")  # fmt: skip
"""Where dpkg, apt, systemd and the try itself keep books."""
KEEPER = "-I /usr/bin/kiosk run"
UNITS = ("kiosk.service", "kiosk-selftest.timer")
FREEZES = 120.0
"""Seconds within which systemd must have started anew what stands still (WatchdogSec=45)."""


@pytest.fixture(scope="module")
def deb() -> Path:
    return packages.built()


@pytest.fixture(scope="module")
def others(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Packages that come after this one, by what is wrong with them."""
    into = tmp_path_factory.mktemp("packages")
    version = packages.version_of(deb)
    wrong = {
        "better": packages.nothing,
        "network": packages.without_a_network,
        "start": packages.does_not_run,
        "install": packages.does_not_install,
    }
    return {
        name: packages.remade(deb, f"{version}+{number}", into, change)
        for number, (name, change) in enumerate(wrong.items(), 1)
    }


@pytest.fixture(scope="module", params=SUITES)
def machine(request: pytest.FixtureRequest, deb: Path) -> Iterator[CleanMachine]:
    """A clean system with the package, by one `apt install`, and then without a network."""
    with CleanMachine(request.param) as machine:
        assert not [path for path in machine.files("/proc") if "kiosk" in path]
        machine.install(deb)
        machine.boot()
        yield machine


def test_one_apt_install_brings_program_user_and_settings_and_switches_nothing_on(
    machine: CleanMachine, deb: Path
) -> None:
    assert machine.run("kiosk", "--version").stdout.strip() == packages.version_of(deb)
    assert machine.run("dpkg", "--verify", "kiosk").stdout == ""
    assert machine.run("stat", "-c", "%U:%G %a", "/etc/kiosk/kiosk.toml").stdout == (
        "root:kiosk 640\n"
    )
    groups = machine.run("id", "-Gn", "kiosk").stdout.split()
    assert {"kiosk", "video", "dialout", "audio", "plugdev"} <= set(groups)
    assert "input" not in groups, "who is in it may read what any keyboard types"
    assert machine.run("getent", "passwd", "kiosk").stdout.strip().endswith("/usr/sbin/nologin")
    for unit in UNITS:
        said = machine.run("systemctl", "is-enabled", unit, check=False).stdout.strip()
        assert said == "disabled"
    failed = machine.run("systemctl", "list-units", "--failed", "--plain", "--no-legend").stdout
    assert "kiosk" not in failed


def test_the_self_test_passes_without_a_network(machine: CleanMachine) -> None:
    links = machine.run("ls", "/sys/class/net").stdout.split()
    assert "lo" in links
    assert "eth0" not in links
    done = machine.run("kiosk", "selftest", "--simulate", "--format", "json", user="kiosk",
                       check=False)  # fmt: skip
    told = json.loads(done.stdout)
    bad = [each for each in told["checks"] if each["state"] not in ("pass", "skip")]
    assert (done.returncode, told["verdict"], bad) == (0, "pass", [])


def test_readers_of_pc_sc_are_driven_by_debians_own_library(machine: CleanMachine) -> None:
    code = "from smartcard import scard; print(scard.SCARD_S_SUCCESS, scard.__file__)"
    done = machine.run("/usr/lib/kiosk/bin/python3", "-I", "-c", code)
    assert done.stdout.startswith("0 ")


def test_the_kiosk_runs_on_a_terminal(machine: CleanMachine) -> None:
    command = machine.inside("kiosk", "run", "--simulate", "--language", "en", user="kiosk")
    with Terminal(command) as terminal:
        terminal.wait_for(FIRST, timeout=60)
        terminal.press("1")
        terminal.wait_for(QUESTION)


def test_the_appliance_check_finds_what_the_package_brings(machine: CleanMachine) -> None:
    done = machine.run("kiosk", "appliance", "check", "--format", "json", check=False)
    assert done.returncode in (0, 1, 2), done.stderr
    states = {each["id"]: each["state"] for each in json.loads(done.stdout)["checks"]}
    assert states["user.kiosk"] == "pass"
    assert states["user.groups"] == "pass"


def test_the_terminal_has_the_file_for_its_version_and_a_sites_changes_stay(
    machine: CleanMachine,
) -> None:
    version = machine.run("foot", "--version").stdout.split()[2]
    name = "foot.ini" if version.startswith("1.13") else "foot-1.21.ini"
    right = machine.root / "usr/share/kiosk/foot" / name
    there = machine.root / "etc/kiosk/foot.ini"
    assert there.read_text() == right.read_text()
    machine.run("foot", "--check-config", "--config=/etc/kiosk/foot.ini")
    changed = there.read_text().replace("size=15.8", "size=17")
    there.write_text(changed)
    machine.run("dpkg-reconfigure", "kiosk")
    assert there.read_text() == changed
    # Another foot, as after an upgrade of the system: the one that nobody has changed is exchanged.
    other = next(file for file in right.parent.iterdir() if file.name != name)
    there.write_text(right.read_text())
    kept = right.read_text()
    right.write_text(other.read_text())
    machine.run("dpkg-trigger", "--by-package=foot", "/usr/bin/foot")
    machine.run("dpkg", "--configure", "--pending")
    assert there.read_text() == other.read_text()
    right.write_text(kept)
    machine.run("dpkg-reconfigure", "kiosk")
    assert there.read_text() == kept


def test_the_unit_runs_with_all_its_locks_and_systemd_starts_anew_what_stands_still(
    machine: CleanMachine,
) -> None:
    drop_in = machine.root / "etc/systemd/system/kiosk.service.d/headless.conf"
    drop_in.parent.mkdir(parents=True, exist_ok=True)
    drop_in.write_text(HEADLESS)
    machine.run("systemctl", "daemon-reload")
    # It comes back only when the app has said that its loop turns (Type=notify).
    machine.run("systemctl", "start", "kiosk")
    keeper = _process(machine, KEEPER)
    assert _process(machine, "-m screens")
    until(lambda: bool(machine.processes("-m hardware.host")), "the device host runs", 60)
    os.kill(keeper, signal.SIGSTOP)
    until(lambda: not alive(keeper), "systemd ends what stands still", FREEZES)
    until(lambda: _active(machine), "systemd starts it anew", FREEZES)
    assert _process(machine, KEEPER) != keeper
    machine.run("systemctl", "stop", "kiosk")
    until(lambda: not machine.processes("-m hardware.host"), "nothing of it is left")


def test_an_upgrade_starts_what_ran_and_keeps_the_sites_settings(
    machine: CleanMachine, deb: Path, others: dict[str, Path]
) -> None:
    settings = machine.root / "etc/kiosk/kiosk.toml"
    settings.write_text(settings.read_text() + '\n[kiosk]\nname = "lyngby-1"\n')
    machine.run("systemctl", "enable", "--now", "kiosk")
    before = _process(machine, KEEPER)
    _put(machine, others["better"])
    machine.run("apt-get", "install", "-y", "-q", f"/root/{others['better'].name}")
    until(lambda: _active(machine), "the kiosk runs again", 60)
    assert _process(machine, KEEPER) != before
    assert machine.run("kiosk", "--version").stdout.strip() == packages.version_of(deb)
    assert json.loads(machine.run("kiosk", "config", "show").stdout)["kiosk"]["name"] == "lyngby-1"
    assert machine.run("stat", "-c", "%U:%G %a", "/etc/kiosk/kiosk.toml").stdout == (
        "root:kiosk 640\n"
    )
    # And back again, as an administrator would.
    machine.run("apt-get", "install", "-y", "-q", "--allow-downgrades", f"/root/{deb.name}")
    assert _installed(machine) == packages.version_of(deb)


def test_an_update_without_a_way_back_is_refused(
    machine: CleanMachine, others: dict[str, Path]
) -> None:
    before = _installed(machine)
    done = _update(machine, others["network"])
    assert done.returncode == 2
    assert "--previous" in done.stderr
    assert _installed(machine) == before


def test_a_package_that_passes_stays_and_is_kept_as_the_way_back(
    machine: CleanMachine, deb: Path, others: dict[str, Path]
) -> None:
    done = _update(machine, others["better"], "--previous", f"/root/{deb.name}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert _installed(machine) == packages.version_of(others["better"])
    kept = machine.run("ls", "/var/lib/kiosk-packages").stdout.split()
    assert kept == sorted([deb.name, others["better"].name])
    assert machine.run("stat", "-c", "%U %a", "/var/lib/kiosk-packages").stdout == "root 700\n"
    until(lambda: _active(machine), "the kiosk runs again", 60)


@pytest.mark.parametrize("wrong", ["network", "start", "install"])
def test_a_package_that_does_not_pass_goes_and_the_one_before_is_back(
    machine: CleanMachine, others: dict[str, Path], wrong: str
) -> None:
    before = _installed(machine)
    done = _update(machine, others[wrong])
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"going back to {before}" in done.stdout
    assert _installed(machine) == before
    assert machine.run("dpkg", "--audit").stdout == ""
    assert machine.run("dpkg", "--verify", "kiosk").stdout.count("missing") == 0
    until(lambda: _active(machine), "the kiosk runs again", 60)


def test_what_is_removed_leaves_only_settings_and_what_is_purged_nothing(
    machine: CleanMachine, deb: Path
) -> None:
    machine.run("apt-get", "remove", "-y", "-q", "kiosk")
    assert not machine.processes("kiosk")
    assert (machine.root / "etc/kiosk/kiosk.toml").is_file()
    assert not (machine.root / "usr/lib/kiosk").exists()
    assert not list((machine.root / "etc/systemd/system").rglob("*.wants/kiosk*"))
    (machine.root / "etc/systemd/system/kiosk.service.d/headless.conf").unlink()
    (machine.root / "etc/systemd/system/kiosk.service.d").rmdir()
    machine.run("apt-get", "purge", "-y", "-q", "kiosk")
    _no_trace(machine)

    # Once more, with all that it depends on in place: every file, mode and owner is as before.
    before = machine.files(*OF_OTHERS)
    machine.run("apt-get", "install", "-y", "-q", f"/root/{deb.name}")
    machine.run("kiosk", "selftest", "--simulate", "quick", user="kiosk", check=False)
    machine.run("apt-get", "purge", "-y", "-q", "kiosk")
    _no_trace(machine)
    after = machine.files(*OF_OTHERS)
    differing = {
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    }
    # The copies that are made of the list of users before each change, and the next free number.
    assert (
        differing - {f"/etc/{name}-" for name in ("passwd", "group", "shadow", "gshadow")} == set()
    )


def _no_trace(machine: CleanMachine) -> None:
    found = [path for path in machine.files("/proc", "/sys", "/root", "/var/log/journal")
             if "kiosk" in path.lower()]  # fmt: skip
    assert found == []
    for name in ("passwd", "group", "shadow", "gshadow"):
        assert "kiosk" not in (machine.root / "etc" / name).read_text()


def _put(machine: CleanMachine, deb: Path) -> None:
    to = machine.root / "root" / deb.name
    if not to.exists():
        shutil.copyfile(deb, to)


def _update(machine: CleanMachine, deb: Path, *options: str) -> subprocess.CompletedProcess[str]:
    _put(machine, deb)
    return machine.run("kiosk", "appliance", "update", f"/root/{deb.name}", *options,
                       "--simulate", check=False)  # fmt: skip


def _installed(machine: CleanMachine) -> str:
    return machine.run("dpkg-query", "-W", "-f", "${Version}", "kiosk").stdout


def _active(machine: CleanMachine) -> bool:
    asked = machine.run("systemctl", "is-active", "kiosk", check=False)
    return asked.stdout.strip() == "active"


def _process(machine: CleanMachine, word: str) -> int:
    until(lambda: bool(machine.processes(word)), f"{word} runs", 60)
    return machine.processes(word)[0]
