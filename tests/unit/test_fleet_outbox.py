"""What a kiosk has yet to tell survives it, in order, and a damaged file is no end of it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.fleet import outbox
from kiosk.fleet.outbox import Outbox

PUTS_AND_DIES = """
import os, signal, sys
from pathlib import Path
from kiosk.fleet.outbox import Outbox
box = Outbox(Path(sys.argv[1]))
for number in range(20):
    box.put(b"%d" % number)
os.kill(os.getpid(), signal.SIGKILL)
"""


def payloads(box: Outbox) -> list[bytes]:
    return [payload for _, payload in box.first()]


def test_what_was_put_in_first_comes_out_first(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "outbox.sqlite")
    for word in (b"one", b"two", b"three"):
        box.put(word)
    assert payloads(box) == [b"one", b"two", b"three"]
    box.take_out(box.first()[0][0])
    assert payloads(box) == [b"two", b"three"]
    assert len(box) == 2
    assert len(box.first(1)) == 1
    box.close()


def test_it_outlives_a_program_that_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "outbox.sqlite"
    died = subprocess.run([sys.executable, "-c", PUTS_AND_DIES, str(file)], check=False)
    assert died.returncode == -signal.SIGKILL
    box = Outbox(file)
    assert payloads(box) == [b"%d" % number for number in range(20)]
    box.put(b"20")
    assert payloads(box)[-1] == b"20"
    box.close()


def test_a_damaged_file_is_put_aside(tmp_path: Path) -> None:
    file = tmp_path / "outbox.sqlite"
    file.write_bytes(b"no database at all, and long enough to be looked at" * 100)
    box = Outbox(file)
    box.put(b"one")
    assert payloads(box) == [b"one"]
    assert (tmp_path / "outbox.damaged").exists()
    box.close()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        Outbox(tmp_path / "nowhere" / "outbox.sqlite")


def test_the_oldest_go_where_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST", 3)
    box = Outbox(tmp_path / "outbox.sqlite")
    for number in range(5):
        box.put(b"%d" % number)
    assert payloads(box) == [b"2", b"3", b"4"]
    box.close()


def test_what_is_a_week_old_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    box = Outbox(tmp_path / "outbox.sqlite")
    monkeypatch.setattr(outbox.time, "time", lambda: now - 8 * 86400)
    box.put(b"old")
    monkeypatch.setattr(outbox.time, "time", lambda: now)
    box.put(b"new")
    assert payloads(box) == [b"new"]
    box.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own is root's")
def test_a_full_disk_costs_what_does_not_fit_and_no_more(tmp_path: Path) -> None:
    told = subprocess.run(
        ["unshare", "--mount", sys.executable, "-c", FULL_DISK, str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "cannot mount" in told.stderr:
        pytest.skip("no file system may be mounted here")
    assert told.stdout.split() == ["refused", "kept", "again"], told.stderr


FULL_DISK = """
import sqlite3, subprocess, sys
from pathlib import Path
from kiosk.fleet.outbox import Outbox
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", sys.argv[1]]).returncode:
    sys.exit("cannot mount")
disk = Path(sys.argv[1])
box = Outbox(disk / "outbox.sqlite")
box.put(b"first")
with open(disk / "full", "wb", buffering=0) as full:
    try:
        while full.write(bytes(4096)): pass
    except OSError: pass
try:
    for _ in range(100): box.put(bytes(2000))
except sqlite3.Error: print("refused")
if box.first(1)[0][1] == b"first": print("kept")
(disk / "full").unlink()
box.put(b"last")
if box.first(1000)[-1][1] == b"last": print("again")
"""
