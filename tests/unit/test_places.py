"""Where a kiosk keeps what it writes, and that its locks say what is going on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hardware import claims
from kiosk import places
from kiosk.selftest import busy
from tests.processes import until

VARIABLES = ("STATE_DIRECTORY", "RUNTIME_DIRECTORY", "KIOSK_RUNTIME", "XDG_STATE_HOME",
             "XDG_RUNTIME_DIR", "TMPDIR", "HOME")  # fmt: skip


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable says anything, and this machine has no folders of a kiosk."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(places, "_STATE", tmp_path / "no-state")
    monkeypatch.setattr(places, "_RUN", tmp_path / "no-run")


def test_what_outlives_a_restart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From the last resort to what systemd says."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert places.state_folder() == tmp_path / "home" / ".local" / "state" / "kiosk"
    monkeypatch.setenv("XDG_STATE_HOME", "/xdg")
    assert places.state_folder() == Path("/xdg/kiosk")
    monkeypatch.setattr(places, "_STATE", tmp_path)
    assert places.state_folder() == tmp_path
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/one:/var/lib/two")
    assert places.state_folder() == Path("/var/lib/one")


def test_what_ends_with_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert places.runtime_folder() == Path(f"/tmp/kiosk-{os.getuid()}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert places.runtime_folder() == tmp_path / f"kiosk-{os.getuid()}"
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    assert places.runtime_folder() == Path("/run/user/7/kiosk")
    monkeypatch.setattr(places, "_RUN", tmp_path)
    assert places.runtime_folder() == tmp_path
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/one:/run/two")
    assert places.runtime_folder() == Path("/run/one")
    monkeypatch.setenv("KIOSK_RUNTIME", "/told")
    assert places.runtime_folder() == Path("/told")


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"XDG_RUNTIME_DIR": "/run/user/7"},
        {"XDG_RUNTIME_DIR": ""},
        {"RUNTIME_DIRECTORY": "/run/one:/run/two", "XDG_RUNTIME_DIR": "/run/user/7"},
        {"KIOSK_RUNTIME": "/told", "RUNTIME_DIRECTORY": "/run/one"},
    ],
    ids=lambda variables: " ".join(variables) or "none",
)
def test_devices_are_claimed_in_the_same_folder(variables: dict[str, str]) -> None:
    """The rooms import nothing of each other, and both know the rule; in processes of their own."""
    program = "from hardware.claims import folder; print(folder())"
    other = "from kiosk.places import runtime_folder; print(runtime_folder())"
    environment = {"PATH": os.environ["PATH"]} | variables
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=True
        ).stdout
        for code in (program, other)
    }
    assert len(told) == 1
    assert claims.RUNTIME == places.RUNTIME


def test_children_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    monkeypatch.setenv("KIOSK_RUNTIME", "")
    places.export_runtime()
    assert os.environ["KIOSK_RUNTIME"] == "/run/user/7/kiosk"


def test_a_folder_is_made_for_us_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "kiosk"
    assert places.made(folder) == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert places.made(folder) == folder, "and once more"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make the folder of somebody else")
def test_the_folder_of_somebody_else_is_not_ours(tmp_path: Path) -> None:
    folder = tmp_path / "kiosk-0"
    folder.mkdir(mode=0o777)
    os.chown(folder, 4711, 4711)
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        places.made(folder)


# --- what is going on -----------------------------------------------------------------------------


@pytest.fixture
def locks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the locks."""
    monkeypatch.setenv("KIOSK_RUNTIME", str(tmp_path / "run"))
    return tmp_path / "run"


def test_a_lock_says_what_is_going_on(locks: Path) -> None:
    assert not busy.going_on(busy.VISIT), "there is not even a folder"
    held = busy.begin(busy.VISIT)
    assert held is not None
    assert busy.going_on(busy.VISIT)
    assert not busy.going_on(busy.RUN), "each has a lock of its own"
    assert busy.begin(busy.VISIT) is None
    assert (locks / busy.VISIT).stat().st_mode & 0o777 == 0o600
    busy.end(held)
    assert not busy.going_on(busy.VISIT)
    assert (locks / busy.VISIT).exists(), "that the file is there says nothing"


def test_a_lock_ends_with_its_process(locks: Path) -> None:
    program = (
        "import time; from kiosk.selftest import busy\n"
        "held = busy.begin(busy.VISIT); print(held is not None, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as visit:
        assert visit.stdout is not None
        assert visit.stdout.readline() == b"True\n"
        assert busy.going_on(busy.VISIT)
        visit.kill()
        until(lambda: not busy.going_on(busy.VISIT), "the lock is gone with its process")


def test_looking_keeps_nobody_from_beginning(locks: Path) -> None:
    """Somebody looks without a pause, and all the same every begin is a begin."""
    program = (
        "from kiosk.selftest import busy\nprint(flush=True)\nwhile True: busy.going_on(busy.VISIT)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as looking:
        assert looking.stdout is not None
        looking.stdout.readline()
        try:
            for _ in range(200):
                held = busy.begin(busy.VISIT)
                assert held is not None
                busy.end(held)
        finally:
            looking.kill()
