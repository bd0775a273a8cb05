"""The rehearsal of the code in the device host: what is said of lines, scans and live pictures."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from hardware import code_rehearsal, drivers, rehearsals
from hardware.code_rehearsal import (
    BACK_AFTER,
    LEFT_AFTER,
    Watch,
    use_scanner,
)
from hardware.drivers import Driver
from hardware.errors import HardwareError, Reason
from hardware.messages import CodeCoached, CodeFound, FromHost, PreviewFrame, Status
from hardware.mrz import networks
from hardware.mrz.coaching import Coach
from hardware.mrz.parsing import parse
from hardware.mrz.recognising import Reading, ReadStatus
from hardware.mrz.specimens import ICAO
from hardware.rehearsals import rehearse
from hardware.resources import Resource
from hardware.stage import Stage
from hardware.verdicts import (
    CodeHint,
    CodeVerdict,
    DeviceState,
    DocumentKind,
    Rehearsal,
    Role,
    ScannerKind,
)
from tests.processes import until

ZONE = np.zeros((4, 2), np.float32)
MISREAD = ICAO["TD3"][0], ICAO["TD3"][1].replace("L898", "L896")
NOTHING = Reading(ReadStatus.NOT_FOUND, hints=(CodeHint.NO_DOCUMENT,))


def seen(lines: tuple[str, ...], status: ReadStatus = ReadStatus.OK, *hints: CodeHint) -> Reading:
    """A reading in which there is a code; its evidence is its lines, and whether they fit."""
    document = parse(lines) if lines else None
    evidence = SimpleNamespace(lines=lines, forced=document is not None and not document.valid)
    return Reading(status, lines, document, hints, ZONE, evidence)  # type: ignore[arg-type]


FAR = seen((), ReadStatus.NOT_FOUND, CodeHint.TOO_FAR)
PASSPORT = seen(ICAO["TD3"])
CARD = seen(ICAO["TD1"])


class SureAtOnce:
    """Votes: what is read is agreed on."""

    def add(self, evidence: object) -> object:
        return evidence if evidence is not None and evidence.lines else None  # type: ignore[attr-defined]

    def clear(self) -> None: ...


class FirstHint:
    """Coaches: the likeliest hint, when it is another one."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._last: CodeHint | None = None

    def see(self, hint: CodeHint) -> CodeHint | None:
        before, self._last = self._last, hint
        return None if hint is before else hint


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.mrz.voting.Vote", SureAtOnce)
    monkeypatch.setattr("hardware.mrz.coaching.Coach", FirstHint)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def kinds(told: list[FromHost]) -> list[object]:
    """The hint or the kind of document of each message."""
    return [said.hint if isinstance(said, CodeCoached) else said.kind for said in told]  # type: ignore[union-attr]


# --- one reading after another -------------------------------------------------------------------


def test_hints_until_it_is_read_and_then_nothing(clock: Clock) -> None:
    watch = Watch(clock)
    readings = [NOTHING, FAR, FAR, PASSPORT, PASSPORT, FAR, PASSPORT]
    told = [watch.see(reading) for reading in readings]
    assert [kinds(said) for said in told] == [
        [CodeHint.NO_DOCUMENT], [CodeHint.TOO_FAR], [], [DocumentKind.PASSPORT], [], [], [],
    ]  # fmt: skip


def test_what_was_found_stays_until_another_document_comes(clock: Clock) -> None:
    watch = Watch(clock)
    assert kinds(watch.see(PASSPORT)) == [DocumentKind.PASSPORT]
    clock.now += LEFT_AFTER / 2
    assert watch.see(NOTHING) == []
    clock.now += LEFT_AFTER / 4
    assert watch.see(CARD) == []  # too soon: it may be the same one, misread
    for _ in range(3):
        clock.now += LEFT_AFTER
        assert watch.see(NOTHING) == []  # it was taken away: no reason to coach
    assert watch.see(FAR) == []  # a glimpse, as it is being put away
    clock.now += BACK_AFTER + 0.01
    assert watch.see(NOTHING) == []
    assert watch.see(FAR) == []
    clock.now += BACK_AFTER + 0.01
    assert kinds(watch.see(FAR)) == [CodeHint.TOO_FAR]
    assert kinds(watch.see(CARD)) == [DocumentKind.CARD]


def test_check_digits_that_do_not_fit_are_believed_once_a_vote_has_agreed(clock: Clock) -> None:
    watch = Watch(clock)
    (found,) = watch.see(seen(MISREAD, ReadStatus.UNCERTAIN, CodeHint.HOLD_STILL))
    assert isinstance(found, CodeFound)
    assert found.verdict is not CodeVerdict.MISREAD


def test_a_document_is_not_to_be_taken_away_before_all_looks_together_are_sure(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed = [None, None, PASSPORT.evidence]
    vote = SimpleNamespace(add=lambda evidence: agreed.pop(0))
    monkeypatch.setattr("hardware.mrz.voting.Vote", lambda: vote)
    monkeypatch.setattr("hardware.mrz.coaching.Coach", Coach)
    watch = Watch(clock)
    told = [watch.see(PASSPORT) for _ in range(3)]
    assert [kinds(said) for said in told] == [[CodeHint.HOLD_STILL], [], [DocumentKind.PASSPORT]]


# --- scanners ------------------------------------------------------------------------------------


class Played:
    """A rehearsal with a scanner, in a thread; what is read of a picture is its grey level's."""

    def __init__(self, scanner: object) -> None:
        self.said: list[FromHost] = []
        self.stage = Stage(self.said.append, 40, 20)
        self.failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(scanner,))

    def _run(self, scanner: object) -> None:
        try:
            use_scanner(scanner, self.stage)  # type: ignore[arg-type]
        except Exception as failure:
            self.failure = failure

    def __enter__(self) -> "Played":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stage.stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()
        assert "code" not in {thread.name for thread in threading.enumerate()}

    def says(self, message: FromHost) -> None:
        until(lambda: message in self.said, repr(message))

    def frames(self) -> list[PreviewFrame]:
        return [said for said in self.said if isinstance(said, PreviewFrame)]


READINGS = [NOTHING, FAR, PASSPORT, CARD]


@pytest.fixture(autouse=True)
def _by_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_rehearsal, "read", lambda picture: READINGS[int(picture.flat[0])])


def grey(level: int) -> np.ndarray:
    return np.full((72, 128, 3), level, np.uint8)


class Camera:
    """A document camera that shows a picture of one level after another."""

    role, kind = Role.SCANNER, ScannerKind.CAMERA

    def __init__(self) -> None:
        self.level = 0
        self.failure: HardwareError | None = None

    def newest_frame(self, timeout: float) -> np.ndarray | None:
        time.sleep(0.005)
        if self.failure:
            raise self.failure
        return grey(self.level)

    def open(self, timeout: float) -> None: ...
    def close(self) -> None: ...


class Glass:
    """A flatbed on which something of a level lies; a scan takes two calls."""

    role, kind = Role.SCANNER, ScannerKind.FLATBED

    def __init__(self) -> None:
        self.level: int | None = 0
        self._calls = 0

    @property
    def scanning(self) -> bool:
        return self._calls > 0

    def scan(self) -> None:
        self._calls = self._calls or 2

    def newest_frame(self, timeout: float) -> np.ndarray | None:
        time.sleep(0.005)
        if not self._calls:
            return None
        self._calls -= 1
        return None if self._calls or self.level is None else grey(self.level)

    def open(self, timeout: float) -> None: ...
    def close(self) -> None: ...


@pytest.fixture
def camera() -> Iterator[tuple[Camera, Played]]:
    device = Camera()
    with Played(device) as played:
        yield device, played


def test_a_document_camera_coaches_and_reads(camera: tuple[Camera, Played]) -> None:
    device, played = camera
    played.says(CodeCoached(CodeHint.NO_DOCUMENT))
    device.level = 1
    played.says(CodeCoached(CodeHint.TOO_FAR))
    device.level = 2
    until(lambda: any(isinstance(said, CodeFound) for said in played.said), "it is read")
    assert Status(Role.SCANNER, DeviceState.READY, scanner=ScannerKind.CAMERA) in played.said
    before = len(played.said)
    until(lambda: played.stage.shown.set() or len(played.frames()) > 9, "the preview goes on")
    assert {type(said) for said in played.said[before:]} == {PreviewFrame}


def test_no_preview_is_sent_before_the_last_one_was_shown(camera: tuple[Camera, Played]) -> None:
    device, played = camera
    until(lambda: bool(played.frames()), "a frame")
    device.level = 1
    played.says(CodeCoached(CodeHint.TOO_FAR))  # reading goes on
    assert len(played.frames()) == 1
    played.stage.columns = 10
    played.stage.shown.set()
    until(lambda: len(played.frames()) == 2, "the next frame")
    first, second = played.frames()
    assert (first.sequence, second.sequence) == (1, 2)
    assert (first.columns, first.rows) == (40, 11)  # the whole picture of 16:9
    assert (second.columns, second.rows) == (10, 3)
    assert {first.role, second.role} == {Role.SCANNER}


def test_a_camera_that_is_lost_ends_the_reading_too() -> None:
    device = Camera()
    with Played(device) as played:
        played.says(CodeCoached(CodeHint.NO_DOCUMENT))
        device.failure = HardwareError(Reason.LOST)
        until(lambda: played.failure is not None, "it is lost")
    assert played.failure is device.failure


def test_a_recogniser_that_fails_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(picture: np.ndarray) -> Reading:
        raise ZeroDivisionError

    monkeypatch.setattr(code_rehearsal, "read", fail)
    with Played(Camera()) as played:
        until(lambda: played.failure is not None, "the host learns of it")
    assert isinstance(played.failure, ZeroDivisionError)


@pytest.mark.parametrize("driver", [Camera, Glass])
def test_without_its_networks_a_scanner_is_never_said_to_be_ready(
    driver: type[Driver], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "locator.onnx").write_bytes(b"half a file")
    monkeypatch.setattr(networks, "MODELS", tmp_path)
    monkeypatch.setattr(code_rehearsal, "_recogniser", None)
    monkeypatch.setattr(drivers, "make", lambda resource: driver(resource.address))
    monkeypatch.setattr(driver, "__init__", lambda self, address: None)
    monkeypatch.setattr(rehearsals, "RETRY", 0.01)
    said: list[FromHost] = []
    stage = Stage(said.append)
    resource = Resource(Role.SCANNER, "any", "")
    thread = threading.Thread(target=rehearse, args=(Rehearsal.CODE, resource, stage))
    thread.start()
    broken = Status(Role.SCANNER, DeviceState.OUT_OF_ORDER, Reason.LIBRARY_MISSING)
    until(lambda: broken in said, "it says why")
    stage.stop.set()
    thread.join()
    assert said == [Status(Role.SCANNER, DeviceState.OPENING), broken]


def test_a_flatbed_scans_when_it_is_told_to() -> None:
    glass = Glass()
    ready = Status(Role.SCANNER, DeviceState.READY, scanner=ScannerKind.FLATBED)
    busy = Status(Role.SCANNER, DeviceState.OPENING, scanner=ScannerKind.FLATBED)
    with Played(glass) as played:
        played.says(ready)
        assert played.said == [ready]
        glass.level = 2
        played.stage.scan.set()
        until(lambda: played.said[-1] == ready and len(played.said) > 1, "it is done")
        assert [type(said) for said in played.said] == [Status, Status, CodeFound, Status]
        assert played.said[1] == busy
        glass.level = 1
        played.stage.scan.set()
        played.says(CodeCoached(CodeHint.TOO_FAR))
        glass.level = None  # no paper
        played.stage.scan.set()
        played.says(CodeCoached(CodeHint.NO_DOCUMENT))


class Swipe:
    """A swipe reader that sends these documents, one a call."""

    role = Role.SCANNER

    def __init__(self, *documents: tuple[str, ...]) -> None:
        self._documents = list(documents)

    def read_lines(self, timeout: float) -> tuple[str, ...] | None:
        time.sleep(0.005)
        return self._documents.pop(0) if self._documents else None

    def open(self, timeout: float) -> None: ...
    def close(self) -> None: ...


def test_what_a_reader_could_not_read_is_made_sure_of_or_told_as_misread() -> None:
    date = ICAO["TD3"][0], ICAO["TD3"][1].replace("7408122", "7408?22")
    name = ICAO["TD3"][0].replace("ANNA", "A?NA"), ICAO["TD3"][1]
    with Played(Swipe(date, name, ("?" * 44, "?" * 44))) as played:
        until(lambda: len(played.said) == 3, "three answers")
    verdicts = [said.verdict for said in played.said if isinstance(said, CodeFound)]
    assert verdicts == [CodeVerdict.EXPIRED, CodeVerdict.MISREAD, CodeVerdict.UNREADABLE]


def test_a_swipe_that_is_repeated_is_believed() -> None:
    with Played(Swipe(MISREAD, ICAO["TD3"], MISREAD, MISREAD, ("rubbish",))) as played:
        until(lambda: len(played.said) == 5, "five answers")
    verdicts = [said.verdict for said in played.said if isinstance(said, CodeFound)]
    assert verdicts[0] is verdicts[2] is CodeVerdict.MISREAD
    assert verdicts[3] not in (CodeVerdict.MISREAD, CodeVerdict.GOOD)
    assert verdicts[4] is CodeVerdict.UNREADABLE
