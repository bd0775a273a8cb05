"""What locks a machine (deploy/machine): its readers know each line, and it can be undone."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MACHINE = Path(__file__).parents[2] / "deploy" / "machine"
LOCK = MACHINE / "lock"
ETC = MACHINE / "etc"
FILES = sorted(file for file in ETC.rglob("*") if file.is_file())
MASKED = [
    line for line in (MACHINE / "masked-units").read_text().split("\n") if line and line[0] != "#"
]
USB_RULES = (ETC / "usbguard/rules.d/10-kiosk.conf", MACHINE / "examples/20-site.conf")


def lock(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the script that locks a machine."""
    return subprocess.run([LOCK, *arguments], capture_output=True, text=True, timeout=60)


def contents(tree: Path) -> dict[str, str]:
    """Every file and link below a folder, with what is in it or where it leads."""
    found = {}
    for path in sorted(tree.rglob("*")):
        name = str(path.relative_to(tree))
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        elif path.is_file():
            found[name] = path.read_text()
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A machine with some things of its own."""
    (tmp_path / "etc/systemd/system").mkdir(parents=True)
    (tmp_path / "etc/hostname").write_text("hall\n")
    (tmp_path / "etc/systemd/system/mine.service").symlink_to("/dev/null")
    return tmp_path


def test_all_of_it_is_laid_on_and_can_be_taken_off(tree: Path) -> None:
    before = contents(tree)
    done = lock("--root", tree)
    assert done.returncode == 0, done.stderr
    assert "kiosk appliance check" in done.stdout
    locked = contents(tree)
    for file in FILES:
        assert locked[str(Path("etc") / file.relative_to(ETC))] == file.read_text()
    for unit in MASKED:
        assert locked[f"etc/systemd/system/{unit}"] == "-> /dev/null"
    assert lock("--root", tree).stdout == done.stdout, "once more changes nothing"
    assert contents(tree) == locked
    assert lock("--root", tree, "--undo").returncode == 0
    assert contents(tree) == before


def test_what_a_site_has_changed_is_left_to_it(tree: Path) -> None:
    own = tree / "etc/sysctl.d/99-kiosk.conf"
    own.parent.mkdir(parents=True)
    own.write_text("kernel.sysrq = 1\n")
    unit = tree / "etc/systemd/system/swap.target"
    unit.write_text("[Unit]\n")
    for options in ((), ("--undo",)):
        told = lock("--root", tree, *options).stdout
        assert "left: /etc/sysctl.d/99-kiosk.conf" in told
        assert own.read_text() == "kernel.sysrq = 1\n"
        assert unit.read_text() == "[Unit]\n"


def test_called_wrongly_it_changes_nothing(tmp_path: Path) -> None:
    for arguments in (("--root", tmp_path / "none"), ("--root",), ("--rot", "/"), ("/",)):
        done = lock(*arguments)
        assert done.returncode == 2, arguments
        assert done.stderr.startswith("lock: ")
    assert "--undo" in lock("--help").stdout


KEY = re.compile(r"^-?([a-z0-9_.]+) = (\S.*)$")
NOT_EVERYWHERE = {
    # Linux 6.2; those that a kernel may be built without
    *("dev.tty.legacy_tiocsti", "kernel.yama.ptrace_scope", "kernel.kexec_load_disabled"),
    *("kernel.unprivileged_bpf_disabled", "net.core.bpf_jit_harden", "kernel.sysrq"),
}


def test_the_kernel_knows_each_of_its_settings() -> None:
    lines = (ETC / "sysctl.d/99-kiosk.conf").read_text().splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    assert len(lines) > 10
    for line in lines:
        told = KEY.match(line)
        assert told, line
        there = Path("/proc/sys", told[1].replace(".", "/")).exists()
        assert there or told[1] in NOT_EVERYWHERE, line
        # One that a kernel may lack stops no other line of the file (sysctl.d(5)).
        assert line.startswith("-") or told[1] not in NOT_EVERYWHERE - {"kernel.sysrq"}, line


@pytest.mark.parametrize("name", ["journald", "logind", "system"])
def test_systemd_knows_each_of_its_settings(name: str) -> None:
    """Debian ships each of these files with all keys that its systemd knows, switched off."""
    known = Path(f"/etc/systemd/{name}.conf")
    if not known.exists():
        pytest.skip("systemd is not installed")
    keys = set(re.findall(r"^#?([A-Z][A-Za-z0-9]+)=", known.read_text(), re.MULTILINE))
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((ETC / f"systemd/{name}.conf.d/kiosk.conf").read_text())
    (section,) = parser.sections()
    assert f"[{section}]" in known.read_text()
    assert set(parser[section]) <= keys


@pytest.mark.parametrize("rules", USB_RULES, ids=lambda file: file.stem)
def test_usbguard_can_read_its_rules(rules: Path) -> None:
    if shutil.which("usbguard-rule-parser") is None:
        pytest.skip("usbguard is not installed")
    told = subprocess.run(
        ["usbguard-rule-parser", "-f", rules], capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 0, told.stderr
    lines = [line for line in rules.read_text().splitlines() if line and line[0] != "#"]
    assert len(re.findall(r"^OUTPUT: (?:allow|reject) ", told.stdout, re.MULTILINE)) == len(lines)


@pytest.mark.parametrize(
    ("device", "interface"),
    [
        ("a keyboard (BadUSB, a scanner as one)", "03:01:01"),
        ("a disk", "08:06:50"),
        ("a network", "02:06:00"),
        ("Bluetooth", "e0:01:01"),
        ("a phone that is debugged", "ff:42:01"),
    ],
)
def test_what_a_kiosk_never_takes_is_refused(device: str, interface: str) -> None:
    refused = re.findall(
        r"^reject with-interface one-of \{(.*)\}$", USB_RULES[0].read_text(), re.MULTILINE
    )
    patterns = [word.replace("*", "..") for line in refused for word in line.split()]
    assert any(re.fullmatch(pattern, interface) for pattern in patterns), device
    # And none of what our own devices are: serial port, camera, touch panel, chip reader.
    for ours in ("02:02:01", "0a:00:00", "0e:01:00", "0e:02:00", "03:00:00", "0b:00:00"):
        assert not any(re.fullmatch(pattern, ours) for pattern in patterns), ours


def test_the_kernels_command_line_keeps_what_is_there() -> None:
    script = f"GRUB_CMDLINE_LINUX=console=tty0; . {ETC}/default/grub.d/kiosk.cfg; env -0; set"
    told = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=True).stdout
    line = re.search(r"^GRUB_CMDLINE_LINUX='(.*)'$", told, re.MULTILINE)
    assert line
    words = line[1].split()
    assert words[0] == "console=tty0"
    assert {"init_on_free=1", "init_on_alloc=1", "lockdown=integrity"} <= set(words)


def test_no_strange_module_is_loaded() -> None:
    if shutil.which("modprobe") is None:
        pytest.skip("kmod is not installed")
    told = subprocess.run(
        ["modprobe", "--config", ETC / "modprobe.d/kiosk-ports.conf", "--showconfig"],
        capture_output=True, text=True, timeout=60,
    ).stdout  # fmt: skip
    for module in ("usb_storage", "uas", "firewire_ohci", "bluetooth"):
        assert f"install {module} /bin/false" in told


def test_no_console_no_swap_and_no_keys_are_left() -> None:
    assert {"getty@.service", "autovt@.service", "ctrl-alt-del.target", "swap.target"} <= set(
        MASKED
    )
    assert {"debug-shell.service", "emergency.service", "rescue.service"} <= set(MASKED)
