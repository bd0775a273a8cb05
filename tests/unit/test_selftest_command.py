"""`kiosk selftest` as it is called: its exit codes, its formats, and where its report goes."""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from kiosk.selftest import busy, last
from kiosk.selftest.results import Run
from tests import checks_plug_in
from tests.processes import LONG, alive, until

COMMAND = [sys.executable, "-m", "kiosk", "selftest"]


@pytest.fixture(autouse=True)
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A kiosk of its own: its checks, its locks, its last result, and settings with a name."""
    monkeypatch.setenv("KIOSK_RUNTIME", str(tmp_path / "run"))
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    # As everywhere but in some containers: what is printed is written when it is flushed.
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    checks_plug_in.install(tmp_path, monkeypatch)
    (tmp_path / "kiosk.toml").write_text('[kiosk]\nname = "hall-1"\n')
    yield tmp_path
    sys.modules.pop("kiosk_plug", None)


def selftest(*arguments: str | Path, **more: object) -> subprocess.CompletedProcess[bytes]:
    """Runs the command; fails on a traceback, whatever else it says."""
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 120} | more
    done = subprocess.run([*COMMAND, *map(str, arguments)], **given)  # type: ignore[call-overload]
    assert b"Traceback" not in (done.stderr or b"") + (done.stdout or b"")
    return done  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("name", "code", "begin"),
    [
        ("passes", 0, b"KIOSK OK"),
        ("warns", 1, b"KIOSK WARNING - plug.warns: soft / blurred and?[31m more;"),
        ("fails", 2, b"KIOSK CRITICAL - plug.fails: broken;"),
        ("raises", 3, b"KIOSK UNKNOWN - plug.raises: the check itself crashed: RuntimeError;"),
        ("aborts", 3, b"KIOSK UNKNOWN - plug.aborts: the check was ended by SIGABRT;"),
        ("killed", 3, b"KIOSK UNKNOWN - plug.killed: the check was ended by SIGKILL;"),
        ("garbage", 3, b"KIOSK UNKNOWN - plug.garbage: the check did not answer as it should;"),
        ("hangs", 3, b"KIOSK UNKNOWN - plug.hangs: the check hung: killed after 1 s;"),
        ("skips", 3, b"KIOSK UNKNOWN - 1 skip"),
        ("camera", 3, b"KIOSK UNKNOWN - 2 skip"),
    ],
)
def test_the_exit_code_and_the_line_of_nagios(name: str, code: int, begin: bytes) -> None:
    done = selftest("--only", f"plug.{name}", "--format", "nagios")
    assert (done.returncode, done.stderr) == (code, b"")
    assert done.stdout.startswith(begin)
    assert done.stdout.count(b"\n") == 1


def test_a_plug_in_that_cannot_be_loaded_is_never_just_missing(plug_in: Path) -> None:
    (plug_in / "kiosk_plug.py").write_text("import nowhere_to_be_found")
    done = selftest("--only", "plug-in", "--format", "nagios")
    assert done.returncode == 3
    assert b"plug-in.plug: the checks of this plug-in cannot be loaded: Mod" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--only", "contnt"], "there is no check 'contnt'; did you mean 'content'?"),
        (["--only", "conten"], "there is no check 'conten'; did you mean 'content'?"),
        (["--simulate", "nowhere"], "there is no machine 'nowhere'"),
        (["--config", "/nowhere"], "/nowhere: there is no such file"),
        (["--format", "xml"], "Invalid value for '--format'"),
        (["--nonsense"], "No such option '--nonsense'"),
        (["--devices", "{"], "--devices: is no list of devices"),
        (["--last"], "no self-test has been kept"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_was_called_wrongly_is_unknown(arguments: list[str], line: str) -> None:
    done = selftest(*arguments)
    assert (done.returncode, done.stdout) == (3, b"")
    (said,) = done.stderr.decode().splitlines()
    assert said.startswith("kiosk: ")
    assert line in said


def test_settings_that_cannot_be_read_fail_with_their_line(plug_in: Path) -> None:
    (plug_in / "kiosk.toml").write_text("[kiosk]\nlangs = 3\n")
    done = selftest("--config", plug_in / "kiosk.toml", "--format", "json", "--only", "settings")
    (found,) = json.loads(done.stdout)["checks"]
    assert (done.returncode, found["state"]) == (2, "fail")
    assert "'langs' is not known" in found["message"]
    done = selftest("--config", plug_in / "kiosk.toml", "--only", "plug.camera")
    assert done.returncode == 3, "which devices there should be is not known"


# --- broken off, and not heard --------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "systemd"])
def test_one_that_is_broken_off_is_unknown_and_leaves_nothing(
    plug_in: Path, number: signal.Signals
) -> None:
    started = subprocess.Popen(
        [*COMMAND, "--only", "waits"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    pids = plug_in / "pids"
    until(lambda: pids.exists() and " " in pids.read_text(), "the check runs")
    started.send_signal(number)
    out, err = started.communicate(timeout=LONG)
    assert (started.returncode, out) == (3, b"")
    assert err == b"kiosk: the self-test was broken off\n"
    for pid in map(int, pids.read_text().split()):
        until(lambda pid=pid: not alive(pid), f"{pid} is gone")  # type: ignore[misc]


def test_a_check_does_not_outlive_a_self_test_that_is_killed(plug_in: Path) -> None:
    started = subprocess.Popen([*COMMAND, "--only", "waits"])
    pids = plug_in / "pids"
    until(lambda: pids.exists() and " " in pids.read_text(), "the check runs")
    started.kill()
    started.wait()
    check, child = map(int, pids.read_text().split())
    until(lambda: not alive(check), "the check is gone")
    os.kill(child, signal.SIGKILL)  # what it started itself nobody could tell


def test_a_closed_standard_output_is_unknown() -> None:
    done = selftest("--only", "plug.passes", stdout=None, preexec_fn=lambda: os.close(1))
    assert done.returncode == 3
    assert done.stderr == b"kiosk: standard output: cannot be written: it is closed\n"


def test_a_full_standard_output_is_unknown() -> None:
    with Path("/dev/full").open("wb") as full:
        done = selftest("--only", "plug.passes", stdout=full)
    assert done.returncode == 3
    assert done.stderr == b"kiosk: standard output: cannot be written: No space left on device\n"


def test_a_reader_of_the_report_that_has_gone_is_unknown() -> None:
    gone, write = os.pipe()
    os.close(gone)
    try:
        done = selftest("--only", "plug.passes", stdout=write)
    finally:
        os.close(write)
    assert done.returncode == 3
    assert done.stderr == b"kiosk: standard output: cannot be written: Broken pipe\n"


# --- files, and standard error --------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json", "junit", "prometheus", "nagios"])
def test_a_report_in_a_file_and_nothing_on_the_terminal(plug_in: Path, form: str) -> None:
    file = plug_in / f"report.{form}"
    done = selftest("--only", "plug.passes", "--format", form, "--output", file)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert file.stat().st_mode & 0o777 == 0o644
    told = file.read_text()
    assert told.endswith("\n")
    assert "plug.passes" in told or form == "nagios"
    if form == "junit":
        assert ElementTree.fromstring(told).tag == "testsuites"


def test_a_file_that_cannot_be_written_is_unknown(plug_in: Path) -> None:
    done = selftest("--only", "plug.passes", "--output", plug_in / "nowhere" / "report")
    assert done.returncode == 3
    assert done.stderr.endswith(b"cannot be written: No such file or directory\n")


def test_a_crash_of_the_self_test_itself_is_unknown() -> None:
    done = selftest("--only", "ill-made")
    assert done.returncode == 3
    assert done.stderr == b"kiosk: the self-test itself failed: TypeError\n"


SHUT = """
for place in "$@"; do
    mount --bind "$place" "$place" && mount -o remount,bind,ro "$place" || exit 77
done
shift $#; cd /tmp && exec {command} --only {check} --format nagios
"""


@pytest.mark.parametrize(
    ("places", "check", "code", "said"),
    [
        (["/tmp", "/var/tmp"], "plug.passes", 0, "KIOSK OK"),
        (["/tmp", "/var/tmp"], "disk", 1, "KIOSK WARNING - disk: cannot be written: state, temp"),
        (
            ["/tmp", "/var/tmp", "/dev/shm"], "plug.passes", 3,
            "KIOSK UNKNOWN - plug.passes: no folder for temporary files can be made",
        ),
    ],
)  # fmt: skip
def test_where_no_temporary_file_can_be_written(
    plug_in: Path, monkeypatch: pytest.MonkeyPatch, places: list[str], check: str, code: int,
    said: str,
) -> None:  # fmt: skip
    if not plug_in.is_relative_to("/tmp"):
        pytest.skip("the kiosk of this test does not lie in /tmp")
    monkeypatch.delenv("TMPDIR", raising=False)
    script = SHUT.format(command=" ".join(COMMAND), check=check)
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", *places],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if done.returncode == 77 or done.stderr.startswith("unshare"):
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()[:80]}")
    assert done.returncode == code, done.stderr
    assert done.stdout.startswith(said)
    assert "Traceback" not in done.stderr


def test_each_result_can_be_followed_on_standard_error() -> None:
    done = selftest("--only", "plug.scanner", "--progress", "--format", "json")
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["id"] for line in told] == ["plug.scanner.opens", "plug.scanner.busy"]
    assert json.loads(done.stdout)["checks"] == told


def test_the_schema_is_printed() -> None:
    done = selftest("--schema")
    assert done.returncode == 0
    assert json.loads(done.stdout)["$id"] == "kiosk.selftest/1"


def test_on_a_terminal_a_person_sees_what_runs_and_a_table() -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    with subprocess.Popen(
        [*COMMAND, "--only", "plug.hangs"], stdout=theirs, env=os.environ | {"TERM": "xterm"}
    ) as started:
        os.close(theirs)
        seen = b""
        while True:
            try:
                seen += os.read(ours, 4096)
            except OSError:  # the terminal's other end is closed
                break
    os.close(ours)
    assert started.returncode == 3
    assert b"1 of 1: plug.hangs" in seen, "which check runs"
    assert b"the check hung: killed after 1 s" in seen
    assert b"unknown" in seen


# --- the devices of a running kiosk ---------------------------------------------------------------


def test_the_app_names_the_devices_and_a_machine_that_is_played_is_no_kiosk(plug_in: Path) -> None:
    settings = plug_in / "kiosk.toml"
    camera = {"role": "camera", "driver": "opencv", "address": "/dev/null"}
    devices = ("--config", settings, "--devices", json.dumps([camera]))
    assert selftest(*devices, "--only", "plug.camera").returncode == 2
    assert selftest(*devices, "--only", "plug.site").returncode == 3, "skipped: it is played"
    assert last.load() is None, "what was played is not kept"
    settings.write_text('[devices.camera]\ndriver = "opencv"\naddress = "/dev/null"\n')
    own = selftest(*devices, "--only", "plug.site")
    assert own.returncode == 0
    kept = last.load()
    assert kept is not None
    assert "plug.site" in kept.passed


# --- the last result ------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_last_result_is_kept_and_told_again(plug_in: Path) -> None:
    (plug_in / "kiosk_plug.py").write_text(
        checks_plug_in.CODE + "\nCHECKS = tuple(c for c in CHECKS if c.id in "
        '("plug.passes", "plug.warns", "plug.scanner.opens"))\n'
    )
    done = selftest("--config", plug_in / "kiosk.toml", "--format", "json", "--trigger", "timer")
    run = msgspec.json.decode(done.stdout, type=Run)
    assert (run.kiosk, run.trigger.value) == ("hall-1", "timer")
    kept = last.load()
    assert kept is not None
    assert kept.run == run
    assert run.age() < timedelta(minutes=5)
    assert kept.passed["plug.passes"] == kept.passed["plug.warns"] == run.started
    again = selftest("--last", "--format", "json")
    assert (again.returncode, again.stdout) == (done.returncode, done.stdout)
    # A part leaves the last whole run as it was, and counts for what has passed.
    selftest("--only", "plug.passes", "--config", plug_in / "kiosk.toml")
    later = last.load()
    assert later is not None
    assert later.run == run
    assert later.passed["plug.passes"] > run.started
    assert later.passed["plug.warns"] == run.started


def test_a_result_that_is_too_old_says_nothing_about_now(plug_in: Path) -> None:
    selftest("--only", "plug.passes", "--config", plug_in / "kiosk.toml")
    told = selftest("--only", "plug.passes", "--format", "json")
    run = msgspec.json.decode(told.stdout, type=Run)
    for days, code in ((0, 0), (2, 3), (-1, 3)):
        started = datetime.now(UTC) - timedelta(days=days)
        last.keep(msgspec.structs.replace(run, started=started), whole=True)
        again = selftest("--last", "--format", "nagios")
        assert again.returncode == code, days
        assert (b"too long ago" in again.stderr) is (code == 3)


def test_a_folder_that_cannot_be_written_costs_a_line_and_not_the_run(
    plug_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = plug_in / "file"
    blocked.touch()
    monkeypatch.setenv("STATE_DIRECTORY", str(blocked / "state"))
    monkeypatch.setenv("KIOSK_RUNTIME", str(blocked / "run"))
    done = selftest("--only", "plug.passes", "--format", "nagios")
    assert done.returncode == 0
    assert done.stdout.startswith(b"KIOSK OK")
    said = done.stderr.decode().splitlines()
    assert [line.split(":")[1] for line in said] == [
        " whether another self-test is running is not known",
        " the result is not kept",
    ]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"run": 3}', b"\xff"])
def test_what_was_kept_and_cannot_be_read_is_nothing(plug_in: Path, content: bytes) -> None:
    (plug_in / "state").mkdir()
    (plug_in / "state" / last.NAME).write_bytes(content)
    assert last.load() is None
    assert selftest("--only", "plug.passes").returncode == 0
    assert last.load() is not None


def test_two_self_tests_of_one_kiosk_wait_for_each_other(plug_in: Path) -> None:
    held = busy.begin(busy.RUN)
    assert held is not None
    started = subprocess.Popen([*COMMAND, "--only", "plug.hangs"], stdout=subprocess.DEVNULL)
    simulated = selftest("--only", "plug.passes", "--simulate", "no-devices")
    assert simulated.returncode == 0, "one that is about no kiosk waits for nobody"
    assert started.poll() is None
    assert not (plug_in / "pids").exists(), "it has not begun"
    busy.end(held)
    assert started.wait(LONG) == 3
    assert (plug_in / "pids").exists()
