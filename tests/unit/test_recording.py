"""Recordings: every driver finds in its own what it found when it was made; how they are made."""

import gzip
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

import msgspec
import numpy as np
import pytest

from hardware import code_rehearsal, drivers, recording, tap
from hardware.drivers import Camera, Driver, Flatbed, LineScanner, Reader
from hardware.errors import HardwareError, Reason
from hardware.mrz.recognising import ReadStatus
from hardware.pictures import decode
from hardware.recording import COMMANDS, BadRecordingError, Recording, Tape, load, record
from hardware.resources import Resource
from hardware.tap import Way
from hardware.verdicts import Role
from kiosk.selftest import busy
from tests.processes import LONG, until
from tests.replaying import FOLDER, Played, as_stream, on_a_line, played_to, recordings

PASSPORT = (
    "P<DNKERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36DNK7408122F3101034ZE184226B<<<<<14",
)
CARD_ACCESS = bytes.fromhex("31143012060A04007F0007020204020202010202010D")
OK = bytes.fromhex("9000")
FILE_ENDED = bytes.fromhex("6282")


def lines_twice(driver: Driver) -> None:
    scanner = cast("LineScanner", driver)
    for _ in range(2):
        assert scanner.read_lines(LONG) == PASSPORT


def chip(driver: Driver) -> None:
    link = cast("Reader", driver).connect(LONG, lambda: False)
    answers = [link.transmit(command, LONG) for command in COMMANDS]
    link.close()
    assert answers == [OK, OK, CARD_ACCESS + FILE_ENDED, OK]


def pictures_of(driver: Driver) -> list[np.ndarray]:
    """All pictures that come until the camera is gone."""
    found = []
    while True:
        try:
            picture = cast("Camera", driver).newest_frame(LONG)
        except HardwareError as gone:
            # A machine that is very busy may be late with the next picture.
            assert gone.reason in (Reason.LOST, Reason.STALLED)  # noqa: PT017 - how it ends
            return found
        if picture is not None:
            found.append(picture)


def face(driver: Driver) -> None:
    found = pictures_of(driver)
    # The newest picture alone is handed out: on a busy machine one may be passed over.
    assert {picture.shape for picture in found} == {(480, 640, 3)}
    recorded = [
        decode(piece.bytes, colour=True) for piece in load(FOLDER / "opencv.jsonl.gz").passed
    ]
    assert 1 <= len(found) <= len(recorded)
    assert all(is_one_of(picture, recorded) for picture in found)


def is_one_of(picture: np.ndarray, others: list[np.ndarray]) -> bool:
    """Whether it is like one of these to 2 of 255 steps: decoders differ in the last bit."""
    return any(np.abs(picture.astype(float) - other).mean() < 2 for other in others)


def code_shown(driver: Driver) -> None:
    assert PASSPORT in {lines_in(picture) for picture in pictures_of(driver)}


def code_on_glass(driver: Driver) -> None:
    scanner = cast("Flatbed", driver)
    scanner.scan()
    picture = None
    while picture is None:
        picture = scanner.newest_frame(LONG)
    assert picture.shape == (2480, 1748)
    assert lines_in(picture) == (
        "I<DNKD231458907<<<<<<<<<<<<<<<",
        "7408122F3101034DNK<<<<<<<<<<<0",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    )


def lines_in(picture: np.ndarray) -> tuple[str, ...]:
    read = code_rehearsal.read(picture)
    return read.lines if read.status is ReadStatus.OK else ()


FINDS: dict[str, Callable[[Driver], None]] = {
    "document-camera.jsonl.gz": code_shown,
    "nfcpy-pn532.jsonl": chip,
    "nfcpy.jsonl": chip,
    "opencv.jsonl.gz": face,
    "pcsc.jsonl": chip,
    "sane.jsonl.gz": code_on_glass,
    "serial-swipe.jsonl": lines_twice,
}


@pytest.mark.parametrize("name", FINDS)
def test_a_driver_finds_in_a_recording_what_it_found_when_it_was_made(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with played_to(name, tmp_path, monkeypatch) as (recorded, played):
        resource = Resource(recorded.header.role, recorded.header.driver, played.address)
        with drivers.opened(resource, LONG) as driver:
            FINDS[name](driver)


def test_every_driver_has_a_recording_and_every_recording_a_test() -> None:
    ours = {
        point.name
        for point in entry_points(group=drivers.GROUP)
        if point.dist and point.dist.name == "reactivation-kiosk"
    }
    assert {load(file).header.driver for file in recordings()} == ours
    assert [file.name for file in recordings()] == list(FINDS)


def test_recordings_stay_small() -> None:
    assert sum(file.stat().st_size for file in recordings()) < 1_000_000


def test_a_driver_that_says_something_else_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load(FOLDER / "nfcpy-pn532.jsonl")
    said = next(number for number, piece in enumerate(whole.passed) if piece.way is Way.OUT)
    whole.passed[said] = msgspec.structs.replace(whole.passed[said], bytes=b"\0" * 20)
    with on_a_line(whole) as played:
        resource = Resource(Role.READER, "nfcpy", f"tty:{played.address}:pn532")
        with pytest.raises(HardwareError), drivers.opened(resource, LONG):
            pass
        until(lambda: played.wrong != [], "it is found out")
    assert not played.whole


# --- making them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FINDS)
def test_a_recording_that_is_played_is_recorded_again(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / name
    with played_to(name, tmp_path, monkeypatch) as (whole, played), recording.new_file(file) as out:
        resource = Resource(whole.header.role, whole.header.driver, played.address)
        tape = Tape(out, resource)
        size = sum(len(piece.bytes) for piece in whole.passed)
        if FINDS[name] in (face, code_shown):
            with pytest.raises(HardwareError):
                record(resource, tape, 10 * LONG)  # until the camera is gone
        elif FINDS[name] is lines_twice:
            record(resource, tape, LONG, lambda: tape.size < size)
        else:
            assert record(resource, tape, LONG).found > 0
    again = load(file)
    assert again.header.driver == whole.header.driver
    if FINDS[name] in (face, code_shown):  # a picture is packed anew
        before = [decode(piece.bytes, colour=True) for piece in whole.passed]
        made = [decode(piece.bytes, colour=True) for piece in again.passed]
        assert made
        assert all(is_one_of(picture, before) for picture in made)
    else:
        assert said_and_heard(again) == said_and_heard(whole)


def said_and_heard(whole: Recording) -> dict[tuple[Way, str], bytes]:
    """All that went each way on each channel: what comes at once may be read in any pieces."""
    gone: dict[tuple[Way, str], bytes] = {}
    for piece in whole.passed:
        taken = (piece.way, piece.channel)
        gone[taken] = gone.get(taken, b"") + piece.bytes
    return gone


def test_a_file_is_for_its_owner_alone_and_takes_the_place_of_none(tmp_path: Path) -> None:
    file = tmp_path / "new.jsonl"
    before = os.umask(0)
    try:
        with recording.new_file(file):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError), recording.new_file(file):
        pass
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError), recording.new_file(tmp_path / "link.jsonl"):
        pass
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["plain.jsonl", "packed.jsonl.gz"])
def test_a_recording_reads_as_it_was_written(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    with recording.new_file(file) as lines:
        tape = Tape(lines, Resource(Role.READER, "pcsc", ""))
        with tap.listening(tape.take):
            tap.said(b"\x00\xa4", "SCardTransmit")
            tap.heard(b"\x90\x00")
            tap.heard(b"")
    read = load(file)
    assert (read.header.role, read.header.driver) == (Role.READER, "pcsc")
    assert [(piece.way, piece.bytes, piece.channel) for piece in read.passed] == [
        (Way.OUT, b"\x00\xa4", "SCardTransmit"),
        (Way.IN, b"\x90\x00", ""),
    ]
    data = file.read_bytes()
    first, *rest = (gzip.decompress(data) if "gz" in name else data).splitlines()
    assert json.loads(first)["schema"] == "kiosk.recording/1"
    assert json.loads(rest[0])["bytes"] == "AKQ="


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"\xff\n", 1),
        (b'{"schema":"kiosk.recording/2"}\n', 1),
        (HEAD := b'{"schema":"kiosk.recording/1","role":"reader","driver":"x",'
         b'"recorded":"2026-01-01T00:00:00Z"}\n' + b"{}\n", 2),
        (HEAD.replace(b"{}", b'{"at":0,"way":"up","bytes":""}'), 2),
        (HEAD.replace(b"{}", b'{"at":0,"way":"in","bytes":"?"}'), 2),
    ],
)  # fmt: skip
def test_what_is_no_recording_is_refused_by_line(tmp_path: Path, content: bytes, line: int) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(content)
    with pytest.raises(BadRecordingError, match=f"line {line} "):
        load(file)


def test_a_full_disk_ends_a_recording_and_no_driver() -> None:
    with open("/dev/full", "wb", buffering=0) as full:
        tape = Tape(full, Resource(Role.READER, "pcsc", ""))
        tape.take(Way.IN, b"more", "")
    assert tape.failure is not None
    with on_a_line(load(FOLDER / "serial-swipe.jsonl")) as played:
        resource = Resource(Role.SCANNER, "serial-swipe", played.address)
        with pytest.raises(OSError, match="No space left"):
            record(resource, tape, LONG)


def test_nobody_listens_but_while_it_is_recorded() -> None:
    assert not tap.listened()
    with tap.listening(lambda *_: None):
        assert tap.listened()
    assert not tap.listened()


# --- the command ---------------------------------------------------------------------------------


def kiosk(*arguments: object, answer: str = "") -> "subprocess.CompletedProcess[str]":
    """Runs `kiosk devices` with these words; fails on a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "devices", *map(str, arguments)],
        input=answer,
        capture_output=True,
        text=True,
        timeout=6 * LONG,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


def plugged_in(folder: Path, whole: Recording, played: Played) -> Path:
    """The settings of a kiosk at which this is played."""
    settings = folder / "kiosk.toml"
    role, driver = whole.header.role, whole.header.driver
    settings.write_text(f'[devices.{role}]\ndriver = "{driver}"\naddress = "{played.address}"\n')
    return settings


def test_the_command_warns_asks_and_records(tmp_path: Path) -> None:
    file = tmp_path / "chip.jsonl"
    done = kiosk("record", "reader", file, "--simulate", "quick", answer="y\n")
    assert done.returncode == 0
    assert "Use specimen documents only" in " ".join(done.stderr.split())
    assert done.stdout.startswith(f"{file}: ")
    assert f"found: {len(COMMANDS)}\n" in done.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    made = load(file)
    assert (made.header.role, made.header.driver) == (Role.READER, "nfcpy")
    passed = b" ".join(piece.bytes for piece in made.passed)
    assert CARD_ACCESS.hex().encode() in passed
    # It takes the place of nothing, and says so before it opens anything.
    before = file.read_bytes()
    again = kiosk("record", "reader", file, "--simulate", "quick", "--yes")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.splitlines()[-1].endswith("takes the place of nothing")
    assert file.read_bytes() == before


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_without_a_yes_nothing_is_recorded(tmp_path: Path, answer: str) -> None:
    file = tmp_path / "chip.jsonl"
    done = kiosk("record", "reader", file, "--simulate", "quick", answer=answer)
    assert (done.returncode, done.stdout) == (1, "")
    assert not file.exists()


def test_a_device_that_fails_is_said_and_leaves_no_empty_file(tmp_path: Path) -> None:
    file = tmp_path / "none.jsonl"
    done = kiosk("--simulate", "unplugged-scanner", "record", "scanner", file, "--yes")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "kiosk: the scanner failed: absent"
    assert not file.exists()


def test_what_was_heard_before_a_device_failed_is_kept(tmp_path: Path) -> None:
    whole = load(FOLDER / "opencv.jsonl.gz")
    with as_stream(whole) as played:
        settings = plugged_in(tmp_path, whole, played)
        file = tmp_path / "lost.jsonl.gz"
        done = kiosk("record", "camera", file, "--yes", "--seconds", 600, "--config", settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "kiosk: the camera failed: lost"
    assert load(file).passed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("camera", "{}/new.jsonl", "--simulate", "no-devices"), "this kiosk has no camera"),
        (("camera", "{}/no/folder.jsonl", "--simulate", "quick", "--yes"), "cannot be written"),
        (("camera", "{}", "--simulate", "quick", "--yes"), "is there already"),
        (("camera", "{}/new.jsonl", "--simulate", "nowhere"), "there is no machine 'nowhere'"),
        (("printer", "{}/new.jsonl"), "is not one of 'scanner', 'reader', 'camera'"),
        (("camera", "{}/new.jsonl", "--seconds", "0"), "is not in the range"),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = kiosk("record", *(word.format(tmp_path) for word in words))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def with_a_scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The settings of a kiosk with a swipe reader, through which a document was pulled."""
    monkeypatch.setenv("KIOSK_RUNTIME", str(tmp_path / "runtime"))
    whole = load(FOLDER / "serial-swipe.jsonl")
    with on_a_line(whole) as played:
        yield plugged_in(tmp_path, whole, played)


def test_nothing_is_recorded_while_a_citizen_is_there(with_a_scanner: Path, tmp_path: Path) -> None:
    visit = busy.begin(busy.VISIT)
    assert visit is not None
    file = tmp_path / "new.jsonl"
    done = kiosk("--config", with_a_scanner, "record", "scanner", file, "--yes")
    busy.end(visit)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == "kiosk: a citizen is at the kiosk: nothing is recorded"
    assert not file.exists()


def test_a_citizen_who_comes_ends_a_recording_and_it_is_thrown_away(
    with_a_scanner: Path, tmp_path: Path
) -> None:
    file = tmp_path / "new.jsonl"
    words = ["record", "scanner", file, "--yes", "--config", with_a_scanner, "--seconds", "600"]
    with ThreadPoolExecutor() as other:
        recorded = other.submit(kiosk, *words)
        until(lambda: file.exists() and file.stat().st_size > 0, "it is recorded")
        visit = busy.begin(busy.VISIT)
        assert visit is not None
        done = recorded.result()
        busy.end(visit)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].endswith("what was recorded is thrown away")
    assert not file.exists()
