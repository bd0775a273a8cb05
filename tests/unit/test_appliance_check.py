"""`kiosk appliance check` on trees of machines: one in order, one for each thing that is not."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.appliance import screen
from kiosk.appliance.finding import verdict
from kiosk.appliance.looking import LOOKS, look
from kiosk.appliance.machine import Machine
from kiosk.selftest.results import State

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KIOSK = Path(sys.executable).with_name("kiosk")
SETTINGS = """\
[screen]
scale_command = ["wlr-randr", "--output", "HDMI-A-1", "--scale", "{scale}"]
"""
PROGRAMS = ("cage", "foot", "kiosk", "espeak-ng", "aplay", "wlr-randr")
# As Debian 13 has them: cage can change the scale from 0.1.5 on.
PACKAGES = {"cage": "0.2.0-2", "foot": "1.21.0-2", "fonts-dejavu-core": "2.37-8"}
KNOWS = """\
# [regex:your-fancy-name]
# [key-bindings]
# regex-launch=[your-fancy-name] Control+Shift+q
[key-bindings]
# clipboard-copy=Control+Shift+c XF86Copy
# spawn-terminal=Control+Shift+n
# pipe-visible=[sh -c "xurls | fuzzel"] none
# pipe-command-output=[wl-copy] none # Copy last command's output to the clipboard
# unicode-input=Control+Shift+u
# noop=none
[mouse-bindings]
# selection-override-modifiers=Shift
# font-increase=Control+BTN_WHEEL_BACK
# primary-paste=BTN_MIDDLE
# select-quote = BTN_LEFT-3
"""
"""Some of foot's own list, as its version 1.21 has it."""
pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root makes files of root's")


def put(tree: Path, name: str, text: str = "", mode: int = 0o644) -> Path:
    """A file of the machine."""
    file = tree / name.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)
    return file


def enable(tree: Path, unit: str, target: str = "multi-user.target") -> None:
    """As `systemctl enable` does it."""
    wants = tree / f"etc/systemd/system/{target}.wants"
    wants.mkdir(parents=True, exist_ok=True)
    (wants / unit).symlink_to(f"/usr/lib/systemd/system/{unit}")


@pytest.fixture(scope="session")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine that has all it needs, from the very files that the project ships."""
    tree = tmp_path_factory.mktemp("machine")
    units = tree / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for unit in (DEPLOY / "systemd").glob("kiosk*"):
        shutil.copy(unit, units)
    for name in ("seatd.service", "usbguard.service", "systemd-timesyncd.service"):
        put(units, name, "[Service]\nExecStart=/bin/true\n")
    for name in ("getty@.service", "autovt@.service", "debug-shell.service"):
        put(units, name, "[Service]\nExecStart=/bin/sh\n")
    (tree / "lib").symlink_to("usr/lib")
    for unit in ("kiosk.service", "seatd.service", "systemd-timesyncd.service"):
        enable(tree, unit)
    enable(tree, "kiosk-selftest.timer", "timers.target")
    enable(tree, "usbguard.service", "basic.target")
    for name in PROGRAMS:
        put(tree, f"usr/bin/{name}", "", 0o755)
    put(tree, "usr/lib/kiosk/kiosk/__init__.py")
    put(tree, "var/lib/dpkg/status", "\n\n".join(
        f"Package: {name}\nStatus: install ok installed\nVersion: {version}\nDescription: x\n y: z"
        for name, version in PACKAGES.items()
    ))  # fmt: skip
    put(tree, "etc/xdg/foot/foot.ini", KNOWS)
    put(tree, "etc/kiosk/kiosk.toml", SETTINGS)
    shutil.copy(DEPLOY / "foot" / "foot-1.21.ini", tree / "etc/kiosk/foot.ini")
    for folder, kind in (("udev", "udev/rules.d"), ("modprobe", "modprobe.d")):
        shutil.copytree(DEPLOY / folder, tree / "usr/lib" / kind)
    put(tree, "etc/passwd", "root:x:0:0::/root:/bin/bash\n"
        "kiosk:x:990:990::/var/lib/kiosk:/usr/sbin/nologin\n")  # fmt: skip
    put(tree, "etc/group", "root:x:0:\nkiosk:x:990:\nvideo:x:44:kiosk\ndialout:x:20:kiosk\n"
        "audio:x:29:kiosk\nsudo:x:27:clerk\n")  # fmt: skip
    put(tree, "etc/shadow", "root:*:19000::::::\nkiosk:!:19000::::::\n", 0o640)
    put(tree, "etc/fstab", "UUID=1 / ext4 errors=remount-ro 0 1\n"
        "UUID=2 /var/lib/kiosk ext4 nodev,nosuid,noexec 0 2\n")  # fmt: skip
    (tree / "var/lib/kiosk").mkdir(mode=0o700)
    put(tree, "etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n")
    put(tree, "etc/ssh/sshd_config.d/site.conf", "PasswordAuthentication no\nPermitRootLogin no\n")
    shutil.copy(
        DEPLOY / "machine/examples/overlayroot.local.conf", tree / "etc/overlayroot.local.conf"
    )
    subprocess.run([DEPLOY / "machine" / "lock", "--root", tree], check=True, capture_output=True)
    shutil.copy(DEPLOY / "machine/examples/20-site.conf", tree / "etc/usbguard/rules.d")
    return tree


def test_a_machine_in_order_lacks_nothing(in_order: Path) -> None:
    found = look(Machine(in_order))
    assert [finding for finding in found if finding.state is not State.PASS] == []
    assert len(found) > 25
    assert verdict(found) is State.PASS


def edited(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Changes what stands in a file."""

    def change(tree: Path) -> None:
        file = tree / name
        text = file.read_text()
        assert old in text, text
        file.write_text(text.replace(old, new))

    return change


def gone(*names: str) -> Callable[[Path], None]:
    """Removes files and links."""

    def change(tree: Path) -> None:
        for name in names:
            (tree / name).unlink()

    return change


def added(name: str, text: str, mode: int = 0o644) -> Callable[[Path], None]:
    """Adds a file."""

    def change(tree: Path) -> None:
        put(tree, name, text, mode)

    return change


def changed_mode(name: str, mode: int, owner: int = 0) -> Callable[[Path], None]:
    """Another mode, and perhaps another owner."""

    def change(tree: Path) -> None:
        (tree / name).chmod(mode)
        os.chown(tree / name, owner, owner)

    return change


def both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    """More than one change."""

    def change(tree: Path) -> None:
        for each in changes:
            each(tree)

    return change


FAIL, WARN = State.FAIL, State.WARN
UNITS = "usr/lib/systemd/system"
ETC = "etc/systemd/system"
DROP_IN = f"{ETC}/kiosk.service.d/site.conf"
FAULTS: dict[str, tuple[Callable[[Path], None], str, State, str]] = {
    # what was done to the machine: how, which check tells, how bad, a word of what it says
    "no unit": (gone(f"{UNITS}/kiosk.service"), "service.kiosk", FAIL, "missing"),
    "a masked unit": (
        lambda tree: (tree / ETC / "kiosk.service").symlink_to("/dev/null"),
        "service.kiosk", FAIL, "masked",
    ),
    "a unit that is not enabled": (
        gone(f"{ETC}/multi-user.target.wants/kiosk.service"), "service.kiosk", FAIL, "start",
    ),
    "a drop-in that opens memory": (
        added(DROP_IN, "[Service]\nMemoryDenyWriteExecute=no\n"), "service.locks", FAIL, "Memory",
    ),
    "a drop-in with root": (
        added(DROP_IN, "[Service]\nUser=root\n"), "service.locks", FAIL, "root",
    ),
    "a drop-in with a shell": (
        added(DROP_IN, "[Service]\nExecPaths=/bin/sh\n"), "service.locks", FAIL, "/bin/sh",
    ),
    "a drop-in with any program": (
        added(DROP_IN, "[Service]\nNoExecPaths=\n"), "service.locks", FAIL, "any program",
    ),
    "a drop-in with core files": (
        added(DROP_IN, "[Service]\nLimitCORE=infinity\n"), "service.locks", FAIL, "core",
    ),
    "a drop-in with a capability": (
        added(DROP_IN, "[Service]\nCapabilityBoundingSet=CAP_SYS_ADMIN\n"),
        "service.locks", FAIL, "CapabilityBoundingSet",
    ),
    "a kiosk that can be left": (
        added(DROP_IN, "[Service]\nExecStart=\nExecStart=/usr/bin/kiosk run --allow-quit\n"),
        "service.start", FAIL, "--allow-quit",
    ),
    "a kiosk that nobody watches": (
        added(DROP_IN, "[Service]\nType=simple\n"), "service.start", FAIL, "watches",
    ),
    "a kiosk that ends": (
        added(DROP_IN, "[Service]\nRestart=no\n"), "service.start", FAIL, "again",
    ),
    "no seatd": (gone(f"{UNITS}/seatd.service"), "service.seatd", FAIL, "seatd"),
    "no terminal": (gone("usr/bin/foot"), "programs", FAIL, "/usr/bin/foot"),
    "no font": (
        edited("var/lib/dpkg/status", "Package: fonts-dejavu-core\nStatus: install ok installed",
               "Package: fonts-dejavu-core\nStatus: deinstall ok config-files"),
        "programs.font", FAIL, "fonts-dejavu-core",
    ),
    "no speech": (gone("usr/bin/aplay"), "programs.speech", WARN, "aloud"),
    "a key that the terminal keeps": (
        edited("etc/kiosk/foot.ini", "spawn-terminal=none\n", ""),
        "terminal.keys", FAIL, "spawn-terminal",
    ),
    "a key that was given back": (
        edited("etc/kiosk/foot.ini", "spawn-terminal=none", "spawn-terminal=Control+n"),
        "terminal.keys", FAIL, "spawn-terminal",
    ),
    "a key that a newer terminal has": (
        edited("etc/xdg/foot/foot.ini", "[mouse-bindings]", "# tear-off=Ctrl+q\n[mouse-bindings]"),
        "terminal.keys", FAIL, "tear-off",
    ),
    "a pipe to a program": (
        edited("etc/kiosk/foot.ini", "minimize=none", "pipe-visible=[sh] Control+p"),
        "terminal.keys", FAIL, "pipe-visible",
    ),
    "a configuration of an older terminal": (
        added("etc/kiosk/foot.ini", (DEPLOY / "foot/foot.ini").read_text()),
        "terminal.keys", FAIL, "select-quote",
    ),
    "no configuration of the terminal": (
        gone("etc/kiosk/foot.ini"), "terminal.keys", FAIL, "foot.ini",
    ),
    "a screen to scroll back": (
        edited("etc/kiosk/foot.ini", "lines=0", "lines=1000"), "terminal.memory", FAIL, "scroll",
    ),
    "one size of text": (
        edited("etc/kiosk/kiosk.toml", "scale_command", "# scale_command"),
        "screen.large-text", WARN, "one size",
    ),
    "a compositor of Debian 12": (
        edited("var/lib/dpkg/status", "0.2.0-2", "0.1.4-4"), "screen.large-text", WARN, "0.1.4",
    ),
    "a console": (gone(f"{ETC}/getty@.service"), "consoles", FAIL, "getty@"),
    "consoles on keys": (
        edited("etc/systemd/logind.conf.d/kiosk.conf", "NAutoVTs=0", "NAutoVTs=6"),
        "consoles", FAIL, "NAutoVTs",
    ),
    "a desktop": (added(f"{UNITS}/lightdm.service", "[Unit]\n"), "desktop", FAIL, "lightdm"),
    "keys to the kernel": (
        edited("etc/sysctl.d/99-kiosk.conf", "kernel.sysrq = 0", "kernel.sysrq = 438"),
        "keys.kernel", FAIL, "sysrq",
    ),
    "Ctrl+Alt+Del": (gone(f"{ETC}/ctrl-alt-del.target"), "keys.kernel", FAIL, "Ctrl+Alt+Del"),
    "core files": (
        edited("etc/sysctl.d/99-kiosk.conf", "|/bin/false", "/var/crash/%p"),
        "memory.core-files", FAIL, "/var/crash",
    ),
    "core files of later": (
        added("etc/sysctl.d/99-zz.conf", "kernel/core_pattern=core\n"),
        "memory.core-files", FAIL, "core",
    ),
    "core files that systemd keeps": (
        both(
            edited("var/lib/dpkg/status", "Package: foot\n", "Package: systemd-coredump\n"),
            edited("etc/systemd/coredump.conf.d/kiosk.conf", "none", "external"),
        ),
        "memory.core-files", FAIL, "systemd-coredump",
    ),
    "swap": (
        both(
            edited("etc/fstab", "UUID=1", "/swapfile none swap sw 0 0\nUUID=1"),
            gone(f"{ETC}/swap.target"),
        ),
        "memory.swap", FAIL, "/swapfile",
    ),
    "swap that is on": (
        added("proc/swaps", "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n"),
        "memory.swap", FAIL, "/dev/sda2",
    ),
    "memory of others": (
        edited("etc/sysctl.d/99-kiosk.conf", "ptrace_scope = 3", "ptrace_scope = 0"),
        "kernel.locks", WARN, "ptrace_scope",
    ),
    "memory that is not wiped": (
        edited("etc/default/grub.d/kiosk.cfg", "init_on_free=1", "init_on_free=0"),
        "kernel.command-line", WARN, "init_on_free",
    ),
    "no user": (edited("etc/passwd", "kiosk:", "other:"), "user.kiosk", FAIL, "no user"),
    "a user with a shell": (
        edited("etc/passwd", "/usr/sbin/nologin", "/bin/bash"), "user.kiosk", FAIL, "/bin/bash",
    ),
    "a user with a password": (
        edited("etc/shadow", "kiosk:!", "kiosk:$y$j9T$x"), "user.kiosk", FAIL, "password",
    ),
    "a user with sudo": (
        edited("etc/group", "sudo:x:27:clerk", "sudo:x:27:clerk,kiosk"), "user.kiosk", FAIL, "sudo",
    ),
    "a user in sudoers": (
        added("etc/sudoers.d/site", "kiosk ALL=(ALL) NOPASSWD: ALL\n"), "user.kiosk", FAIL, "sudo",
    ),
    "a user without a screen": (
        edited("etc/group", "video:x:44:kiosk", "video:x:44:"), "user.groups", FAIL, "video",
    ),
    "no password": (edited("etc/shadow", "root:*", "root:"), "passwords", FAIL, "root"),
    "passwords over SSH": (
        gone("etc/ssh/sshd_config.d/site.conf"), "passwords.ssh", WARN, "PasswordAuthentication",
    ),
    "settings of anybody": (
        changed_mode("etc/kiosk/kiosk.toml", 0o666), "files.settings", FAIL, "kiosk.toml",
    ),
    "settings of the kiosk": (
        changed_mode("etc/kiosk", 0o755, owner=990), "files.settings", FAIL, "/etc/kiosk",
    ),
    "a PIN for all to read": (
        edited("etc/kiosk/kiosk.toml", "[screen]", '[staff]\npin = "$argon2id$x"\n[screen]'),
        "files.secrets", FAIL, "kiosk.toml",
    ),
    "a key for all to read": (
        added("etc/kiosk/fleet/key.pem", ""), "files.secrets", FAIL, "key.pem",
    ),
    "a program of anybody": (
        changed_mode("usr/lib/kiosk/kiosk/__init__.py", 0o666), "files.program", FAIL, "__init__",
    ),
    "no program": (
        both(lambda tree: shutil.rmtree(tree / "usr/lib/kiosk"), gone("usr/bin/kiosk")),
        "files.program", FAIL, "/usr/lib/kiosk",
    ),
    "a state for all to read": (
        changed_mode("var/lib/kiosk", 0o755), "files.state", FAIL, "/var/lib/kiosk",
    ),
    "a disk that is written to": (
        gone("etc/overlayroot.local.conf"), "disk.read-only", WARN, "written",
    ),
    "a state that is forgotten": (
        edited("etc/fstab", "/var/lib/kiosk", "/srv"), "disk.state", WARN, "wrong PINs",
    ),
    "no names of devices": (
        gone("usr/lib/udev/rules.d/70-kiosk.rules"), "usb.names", WARN, "names",
    ),
    "chip readers of the kernel": (
        gone("usr/lib/modprobe.d/kiosk-nfc.conf"), "usb.chip-readers", WARN, "kernel",
    ),
    "disks on USB": (gone("etc/modprobe.d/kiosk-ports.conf"), "usb.disks", WARN, "USB"),
    "no usbguard": (gone(f"{UNITS}/usbguard.service"), "usb.known-only", WARN, "types"),
    "a keyboard anywhere": (
        added("etc/usbguard/rules.d/05.conf", "allow with-interface equals { 03:01:01 }\n"),
        "usb.known-only", WARN, "keyboard",
    ),
    "any device": (
        added("etc/usbguard/rules.d/05.conf", "allow\n"), "usb.known-only", WARN, "anything",
    ),
    "what no rule names": (
        added("etc/usbguard/usbguard-daemon.conf", "ImplicitPolicyTarget=allow\n"),
        "usb.known-only", WARN, "ImplicitPolicyTarget",
    ),
    "an open port": (
        added("proc/net/tcp", "sl local st\n 0: 00000000:1F90 00000000:0000 0A x\n"),
        "network.open", WARN, "8080",
    ),
    "an open port of IPv6": (
        added("proc/net/tcp6", f"sl\n 0: {'0' * 32}:0050 {'0' * 32}:0000 0A x\n"),
        "network.open", WARN, "80",
    ),
    "the whole network": (
        added(DROP_IN, "[Service]\nIPAddressAllow=any\n"), "network.kiosk", FAIL, "every address",
    ),
    "no network deny": (
        added(DROP_IN, "[Service]\nIPAddressDeny=\n"), "network.kiosk", FAIL, "every address",
    ),
    "a broker out of reach": (
        added("etc/kiosk/kiosk.toml", '[fleet]\nbroker = "mqtts://broker.example:8883"\n'),
        "network.kiosk", FAIL, "no broker",
    ),
    "a journal that grows": (
        edited("etc/systemd/journald.conf.d/kiosk.conf", "volatile", "persistent"),
        "journal", WARN, "grows",
    ),
    "no self-test": (
        gone(f"{ETC}/timers.target.wants/kiosk-selftest.timer"), "service.selftest", WARN, "test",
    ),
    "no clock": (
        gone(f"{ETC}/multi-user.target.wants/systemd-timesyncd.service"),
        "service.clock", WARN, "clock",
    ),
    "no watchdog": (
        edited("etc/systemd/system.conf.d/kiosk.conf", "RuntimeWatchdogSec=30s", ""),
        "service.watchdog", WARN, "hangs",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_thing_that_is_lacking_is_told(in_order: Path, tmp_path: Path, fault: str) -> None:
    """One thing alone is changed; it is told with what to do, and as bad as it is."""
    change, name, state, word = FAULTS[fault]
    tree = tmp_path / "machine"
    subprocess.run(["cp", "--archive", in_order, tree], check=True)
    change(tree)
    if (tree / "proc/net").is_dir() and not (tree / "proc/net/tcp").exists():
        put(tree, "proc/net/tcp", "sl\n")
    told = {finding.id: finding for finding in look(Machine(tree))}
    assert told[name].state is state, told[name]
    assert word in told[name].message
    assert told[name].remedy
    assert verdict(told.values()) in (state, State.FAIL)


def test_every_check_is_made_to_fail_by_a_fault(in_order: Path) -> None:
    known = {finding.id for finding in look(Machine(in_order))} | {"network.open"}
    assert {name for _, name, _, _ in FAULTS.values()} == known
    assert len(set(LOOKS)) == len(LOOKS)


def test_a_running_kernel_counts_more_than_its_files(in_order: Path, tmp_path: Path) -> None:
    tree = tmp_path / "machine"
    subprocess.run(["cp", "--archive", in_order, tree], check=True)
    put(tree, "proc/sys/kernel/core_pattern", "|/usr/share/apport %p\n")
    told = {finding.id: finding for finding in look(Machine(tree))}
    assert "apport" in told["memory.core-files"].message


def test_links_lead_nowhere_outside_the_tree(tmp_path: Path) -> None:
    tree = tmp_path / "machine"
    (tree / "etc").mkdir(parents=True)
    (tree / "etc/passwd").symlink_to("/etc/passwd")  # to itself, inside
    (tree / "etc/up").symlink_to("../../../../etc/passwd")
    (tree / "etc/real").symlink_to("/data/file")
    put(tree, "data/file", "here")
    machine = Machine(tree)
    assert machine.text("/etc/real") == "here"
    assert machine.text("/etc/passwd") == ""
    assert machine.text("/etc/up") == ""
    assert machine.path("/etc/up/../x").is_relative_to(tree)


def test_files_that_are_no_files_crash_nothing(in_order: Path, tmp_path: Path) -> None:
    tree = tmp_path / "machine"
    subprocess.run(["cp", "--archive", in_order, tree], check=True)
    (tree / "etc/fstab").write_bytes(b"\xff\xfe swap swap\x00\n\n = \n")
    (tree / "etc/group").write_text(":::\n::\nkiosk\n")
    (tree / "etc/kiosk/foot.ini").unlink()
    (tree / "etc/kiosk/foot.ini").mkdir()
    assert State.ERROR not in {finding.state for finding in look(Machine(tree))}


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_tells_it_and_ends_with_its_code(in_order: Path, form: str) -> None:
    def run(root: Path) -> subprocess.CompletedProcess[str]:
        command = [KIOSK, "appliance", "check", "--format", form, "--root", root]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    good = run(in_order)
    assert (good.returncode, good.stderr) == (0, "")
    if form == "json":
        told = json.loads(good.stdout)
        assert told["verdict"] == "pass"
        assert set(told["checks"][0]) == {"id", "state", "message", "remedy"}
    else:
        assert good.stdout.endswith("verdict: pass\n")
    bad = run(in_order / "usr")
    assert bad.returncode == 2
    assert "no system in" in bad.stderr


@pytest.mark.skipif(not Path(screen.FOOT_KNOWS).exists(), reason="foot is not installed")
def test_the_shipped_configuration_leaves_no_key_to_the_installed_terminal() -> None:
    known = Path(screen.FOOT_KNOWS).read_text()
    assert screen.bound(known, (DEPLOY / "foot" / "foot.ini").read_text()) == []
    assert "spawn-terminal" in screen.bound(known, "")
    assert "select-begin" in screen.bound(known, "")
