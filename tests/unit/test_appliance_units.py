"""The units that make a machine a kiosk: whole, locked up, and patient enough for the keeper."""

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import keeper
from tests.e2e.under_unit import Unit

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = DEPLOY / "systemd"
SERVICES = sorted(unit.name for unit in UNITS.glob("*.service"))
DROP_INS = sorted((UNITS / "examples").glob("*.conf"))
SHOWN = ("kiosk.service", "kiosk-screen.service")
"""Those that a citizen stands before."""
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


def installed(unit: Path, folder: Path) -> Path:
    """The unit as on a machine where every program that it starts is there."""
    here = Path(sys.executable).with_name("kiosk")
    text = unit.read_text().replace("ExecStart=/usr/bin/kiosk", f"ExecStart={here}")
    for name in ("cage", "foot", "sway"):
        if not Path(f"/usr/bin/{name}").exists():
            text = text.replace(f"ExecStart=/usr/bin/{name}", f"ExecStart={here}")
    made = folder / unit.name
    made.write_text(text)
    return made


@needs_systemd
@pytest.mark.parametrize("name", SHOWN)
def test_systemd_finds_nothing_to_say_of_them(name: str, tmp_path: Path) -> None:
    (tmp_path / "seatd.service").write_text("[Service]\nExecStart=/bin/true\n")
    assert analyze("verify", str(installed(UNITS / name, tmp_path))) == ""


@needs_systemd
@pytest.mark.parametrize("drop_in", DROP_INS, ids=lambda file: file.stem)
def test_systemd_finds_nothing_to_say_of_a_sites_own_lines(drop_in: Path, tmp_path: Path) -> None:
    (tmp_path / "seatd.service").write_text("[Service]\nExecStart=/bin/true\n")
    installed(UNITS / "kiosk-screen.service", tmp_path)
    unit = installed(UNITS / "kiosk.service", tmp_path)
    folder = tmp_path / "kiosk.service.d"
    folder.mkdir()
    installed(drop_in, folder)
    assert analyze("verify", str(unit)) == ""


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_none_is_more_exposed_than_it_must_be(name: str, tmp_path: Path) -> None:
    """1.5 of 10 at most; a typical unit that runs a kiosk as root has 9.6."""
    unit = tmp_path / name.replace("@.", "@kiosk-selftest.")
    unit.write_text((UNITS / name).read_text())
    analyze("security", "--no-pager", "--offline=true", "--threshold=15", str(unit))


def test_the_keeper_acts_before_systemd_does() -> None:
    unit = Unit(UNITS / "kiosk.service")
    assert (unit.last("Type"), unit.last("NotifyAccess")) == ("notify", "all")
    patience = keeper.FROZEN_AFTER + keeper.START_WITHIN
    assert float(unit.last("WatchdogSec")) > patience
    assert float(unit.last("TimeoutStartSec")) > keeper.START_WITHIN
    assert unit.last("Restart") == "always"


@pytest.mark.parametrize("name", SHOWN)
def test_no_shell_and_no_second_program_may_run(name: str) -> None:
    unit = Unit(UNITS / name)
    # systemd leaves out of "/" what it mounts itself: where a program could be brought to.
    written = {"/tmp", "/var/tmp", "/dev/shm", "/var/lib/kiosk", "/run/kiosk"}
    assert {"/", *written} <= set(unit.words("NoExecPaths"))
    programs = {word.removeprefix("-") for word in unit.words("ExecPaths")}
    named = {path for path in programs if path.startswith("/usr/bin/")}
    assert {Path(path).name for path in named} <= {
        *("kiosk", "cage", "foot", "sway", "python3", "false", "wlr-randr", "fc-list"),
        *("espeak-ng", "aplay", "scanimage"),
    }
    assert programs - named <= {"/usr/lib", "/usr/lib64", "/opt/kiosk", "/usr/local/lib/kiosk"}
    assert "-/usr/lib/klibc" in unit.words("NoExecPaths"), "a shell among the libraries"


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_of_a_visit_reaches_the_disk(name: str) -> None:
    unit = Unit(UNITS / name)
    # core(5): 0 does not count where core files are handed to a program, 1 does.
    assert unit.last("LimitCORE") == "1"
    assert unit.last("MemorySwapMax") == "0"
    assert unit.last("PrivateTmp") == "yes"
    assert unit.last("ProtectSystem") == "strict"


def test_a_host_that_runs_out_of_memory_does_not_take_the_kiosk_along() -> None:
    assert Unit(UNITS / "kiosk.service").last("OOMPolicy") == "continue"


def keys(options: bytes) -> str:
    """What the keys give on the keyboard that these options of XKB make, as text."""
    xkb = ctypes.CDLL("libxkbcommon.so.0")
    for function in (
        xkb.xkb_context_new, xkb.xkb_keymap_new_from_names, xkb.xkb_keymap_get_as_string
    ):  # fmt: skip
        function.restype = ctypes.c_void_p
    names = (ctypes.c_char_p * 5)(b"evdev", b"pc105", b"dk", b"", options)
    context = ctypes.c_void_p(xkb.xkb_context_new(0))
    keymap = ctypes.c_void_p(xkb.xkb_keymap_new_from_names(context, names, 0))
    assert keymap, "no such keyboard"
    # What the keys give: before that stands what would be done with any of them.
    return (
        ctypes.string_at(xkb.xkb_keymap_get_as_string(keymap, 1))
        .decode()
        .partition("xkb_symbols")[2]
    )


def test_no_key_leads_to_another_console() -> None:
    option = "srvrkeys:none"
    words = Unit(UNITS / "kiosk.service").words("Environment")
    assert f"XKB_DEFAULT_OPTIONS={option}" in words
    assert f"xkb_options {option}" in (DEPLOY / "sway" / "sway.conf").read_text()
    try:
        without, with_it = keys(b""), keys(option.encode())
    except OSError:
        pytest.skip("libxkbcommon is not installed")
    assert "XF86Switch_VT_2" in without
    assert "XF86Switch_VT" not in with_it


def test_sway_has_no_key_no_bar_and_nothing_to_start() -> None:
    lines = (DEPLOY / "sway" / "sway.conf").read_text().splitlines()
    words = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}
    starts = {"exec", "exec_always", "bar", "include", "swaybar_command"}
    bound = {"bindsym", "bindcode", "bindswitch", "bindgesture", "floating_modifier", "mode"}
    assert not words & (starts | bound)
    assert "xwayland disable" in lines
