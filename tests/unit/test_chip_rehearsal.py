"""The rehearsal of the chip in the device host, with a scripted reader and a scripted reading."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hardware import chip_rehearsal
from hardware.chip_link import ContactLostError, NoChipError
from hardware.chip_rehearsal import LEFT_AFTER, MOST_BREAKS, Watch, reader_verdict, use_reader
from hardware.code_rehearsal import use_scanner
from hardware.errors import HardwareError, Reason
from hardware.messages import ChipFound, ChipProgress, FromHost, Healed, Status
from hardware.rehearsals import rehearse
from hardware.resources import Resource
from hardware.stage import Known, Stage
from hardware.verdicts import ChipPhase, ChipVerdict, DeviceState, HealingStep, Rehearsal, Role

NONE, WORKS, REMOVED = ChipVerdict.NONE, ChipVerdict.WORKS, ChipVerdict.REMOVED


@dataclass
class Result:
    """As much of a result as the host looks at."""

    verdict: ChipVerdict
    tries_left: int | None = None


class Link:
    """A link that only knows whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


@dataclass
class Readings:
    """Makes readings that end as they are told, and remembers how many were begun."""

    ends: Iterator[ChipVerdict]
    made: int = 0
    runs: list[int] = field(default_factory=list)
    """Which reading ran, run by run."""
    tries_left: int | None = None

    def new(self) -> "Reading":
        self.made += 1
        return Reading(self, self.made)


@dataclass
class Reading:
    """One scripted reading."""

    of: Readings
    number: int

    def run(self, link: object, timeout: float, cancelled: Callable[[], bool]) -> Result:
        self.of.runs.append(self.number)
        return Result(next(self.of.ends), self.of.tries_left)


class Table:
    """A reader on which somebody lays documents and takes them away, by a clock of its own."""

    def __init__(self, *ends: ChipVerdict) -> None:
        self.now = 100.0
        self.said: list[FromHost] = []
        self.readings = Readings(iter(ends))
        self.stage = Stage(self.said.append)
        self.watch = Watch(self.stage, self.readings.new, lambda: self.now)  # type: ignore[arg-type]

    def lies(self, seconds: float = 0.3) -> None:
        """One look that finds a chip."""
        self.watch.see(Link())  # type: ignore[arg-type]
        self.now += seconds

    def finds(self, verdict: ChipVerdict, seconds: float = 0.3) -> None:
        """One look that finds none to talk to."""
        self.watch.see_none(verdict)
        self.now += seconds

    def gone(self) -> None:
        """Looks for longer than it takes until the document counts as taken away."""
        for _ in range(5):
            self.finds(NONE, LEFT_AFTER / 4)

    @property
    def verdicts(self) -> list[str]:
        return [said.verdict.value for said in self.said if isinstance(said, ChipFound)]


# --- what is told, look by look ------------------------------------------------------------------


def test_what_lies_there_is_told_once_each_change() -> None:
    table = Table()
    for verdict in (NONE, NONE, ChipVerdict.SEVERAL, ChipVerdict.SEVERAL, NONE, ChipVerdict.MUTE):
        table.finds(verdict)
    assert table.verdicts == ["none", "several", "none", "mute"]


def test_a_result_stays_while_the_document_lies_there_and_after_it_was_taken_away() -> None:
    table = Table(WORKS)
    table.finds(NONE)
    for _ in range(4):
        table.lies()
    table.gone()
    assert table.verdicts == ["none", "works"]
    assert table.readings.runs == [1]


def test_another_document_is_read_anew() -> None:
    table = Table(ChipVerdict.WRONG_KEY, WORKS)
    table.readings.tries_left = 2
    table.lies()
    table.gone()
    table.lies()
    assert table.said == [ChipFound(ChipVerdict.WRONG_KEY, 2), ChipFound(WORKS, 2)]
    assert table.readings.runs == [1, 2]


def test_a_look_that_fails_for_a_moment_is_no_other_document() -> None:
    table = Table(WORKS, WORKS)
    table.lies()
    table.finds(NONE, LEFT_AFTER / 2)
    table.lies(LEFT_AFTER)
    table.finds(NONE, LEFT_AFTER / 2)
    table.lies()
    assert table.readings.runs == [1]


def test_what_is_laid_down_afterwards_is_told_although_it_is_no_document() -> None:
    table = Table(WORKS)
    table.lies()
    table.finds(ChipVerdict.NOT_ISO_DEP)  # it has not been seen to go: the look was a bad one
    table.gone()
    table.finds(ChipVerdict.NOT_ISO_DEP)
    assert table.verdicts == ["works", "not-iso-dep"]


def test_a_document_taken_away_too_early_is_read_on_when_it_comes_back() -> None:
    table = Table(REMOVED, WORKS)
    table.lies()
    table.gone()
    table.lies()
    assert table.verdicts == ["removed", "works"]
    assert table.readings.runs == [1, 1], "the same reading goes on"


def test_contact_that_breaks_again_and_again_while_it_lies_there_is_told() -> None:
    table = Table(*[REMOVED] * MOST_BREAKS, WORKS)
    for _ in range(MOST_BREAKS + 3):
        table.lies()
    assert table.verdicts == ["removed", "unstable"]
    table.gone()
    table.lies()
    assert table.verdicts == ["removed", "unstable", "works"]


def test_contact_that_breaks_is_told_also_where_the_look_in_between_found_nothing() -> None:
    table = Table(*[REMOVED] * MOST_BREAKS)
    for _ in range(MOST_BREAKS):
        table.lies()
        table.finds(NONE)
    assert table.verdicts == ["removed", "unstable"]


def test_a_reading_that_was_called_off_says_nothing() -> None:
    table = Table(ChipVerdict.CANCELLED)
    table.lies()
    assert table.said == []


# --- the loop around it --------------------------------------------------------------------------


class Reader:
    """A driver whose looks are scripted; the last one ends the rehearsal."""

    role = Role.READER

    def __init__(self, stage: Stage, *looks: object) -> None:
        self.stage, self.looks = stage, list(looks)

    def connect(self, timeout: float, cancelled: Callable[[], bool]) -> object:
        look = self.looks.pop(0)
        if not self.looks:
            self.stage.stop.set()
        if isinstance(look, Exception):
            raise look
        return look


@dataclass
class Asked:
    """What a reading was made with."""

    key: object
    code: object
    trust: object
    report: Callable[[object], None]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """Puts a scripted reading in the place of the real one; what it was made with."""
    made: list[Asked] = []

    class Inspection:
        def __init__(
            self, key: object, code: object, trust: object, *, today: object,
            report: Callable[[object], None],
        ) -> None:  # fmt: skip
            made.append(Asked(key, code, trust, report))
            self.report = report

        def run(self, link: object, timeout: float, cancelled: Callable[[], bool]) -> Result:
            for percent in (0, 40, 40, 30, 100):
                self.report(Step(ChipPhase.READING, percent))
            return Result(WORKS if made[-1].key else ChipVerdict.ANSWERS)

    inspection = pytest.importorskip("hardware.emrtd.inspection")
    monkeypatch.setattr(inspection, "Inspection", Inspection, raising=False)
    monkeypatch.setattr(chip_rehearsal, "LOOK_INTERVAL", 0.0)
    return made


@dataclass
class Step:
    """How far a reading is."""

    phase: ChipPhase
    percent: int


def used(*looks: object, known: Known | None = None) -> tuple[Stage, list[FromHost]]:
    said: list[FromHost] = []
    stage = Stage(said.append, known=known or Known())
    use_reader(Reader(stage, *looks), stage)  # type: ignore[arg-type]
    return stage, said


def test_without_a_code_the_chip_is_only_asked(asked: list[Asked]) -> None:
    link = Link()
    _, said = used(NoChipError(NONE), ContactLostError(), link, NoChipError(NONE))
    assert [one.key for one in asked] == [None]
    assert said[0] == ChipFound(NONE)
    assert said[-1] == ChipFound(ChipVerdict.ANSWERS)
    assert link.closed


def test_how_far_it_is_is_told_once_each_change(asked: list[Asked]) -> None:
    _, said = used(Link())
    steps = [one.percent for one in said if isinstance(one, ChipProgress)]
    assert steps == [0, 40, 100]


def test_a_report_shows_that_the_driver_has_not_hung(asked: list[Asked]) -> None:
    stage, _ = used(Link())
    stage.beat = 0.0
    asked[0].report(Step(ChipPhase.OPENING, 3))
    assert stage.beat > 0.0


CODE = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


class Scanner:
    """A swipe reader through which these lines come, one set a look."""

    role = Role.SCANNER

    def __init__(self, stage: Stage, *looks: tuple[str, ...]) -> None:
        self.stage, self.looks = stage, list(looks)

    def read_lines(self, timeout: float) -> tuple[str, ...] | None:
        if not self.looks:
            self.stage.stop.set()
            return None
        return self.looks.pop(0)


def scanned(*looks: tuple[str, ...]) -> Known:
    known = Known()
    stage = Stage(lambda message: None, known=known)
    use_scanner(Scanner(stage, *looks), stage)  # type: ignore[arg-type]
    return known


def test_the_code_that_was_scanned_opens_the_chip(asked: list[Asked]) -> None:
    from hardware.emrtd.access_keys import MrzKey

    _, said = used(Link(), known=scanned(CODE))
    assert asked[0].key == MrzKey("L898902C3674081221204159")
    assert asked[0].code == CODE
    assert said[-1] == ChipFound(WORKS)


def test_a_misread_code_and_a_visa_do_not_take_the_place_of_a_good_one() -> None:
    misread = (CODE[0], CODE[1].replace("L898902C36", "L898902C37"))
    visa = (
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    )
    assert scanned(misread).lines == ()
    assert scanned(CODE, misread, ("nonsense",), visa).lines == CODE


def test_what_is_known_of_a_document_is_in_no_repr() -> None:
    stage = Stage(lambda message: None, known=Known(CODE))
    assert "ERIKSSON" not in f"{stage!r}{stage.known!r}{stage.known}"


def test_the_certificates_are_those_of_the_folder(asked: list[Asked], tmp_path: Path) -> None:
    said: list[FromHost] = []
    stage = Stage(said.append, trust=tmp_path)
    use_reader(Reader(stage, Link()), stage)  # type: ignore[arg-type]
    assert asked[0].trust is not None
    used(Link())
    assert asked[1].trust is None


# --- a reader that fails -------------------------------------------------------------------------


@pytest.mark.parametrize("reason", Reason)
def test_every_failure_of_the_reader_has_its_verdict(reason: Reason) -> None:
    missing = (
        Reason.ABSENT, Reason.BUSY, Reason.DENIED, Reason.LIBRARY_MISSING, Reason.BAD_ADDRESS,
        Reason.UNKNOWN_DRIVER, Reason.HELD_BY_PCSCD, Reason.HELD_BY_KERNEL,
    )  # fmt: skip
    expected = ChipVerdict.READER_MISSING if reason in missing else ChipVerdict.READER_LOST
    if reason is Reason.SERVICE_DOWN:
        expected = ChipVerdict.READER_SERVICE_DOWN
    assert reader_verdict(reason) is expected


def test_a_reader_that_is_lost_and_found_again_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[FromHost] = []
    stage = Stage(said.append)
    lost = HardwareError(Reason.LOST)
    looks: list[object] = [NoChipError(NONE), lost, lost, NoChipError(NONE)]

    class Site(Reader):
        def __init__(self) -> None:
            super().__init__(stage)
            self.looks = looks

        def open(self, timeout: float) -> None: ...

        def close(self) -> None: ...

    monkeypatch.setattr("hardware.rehearsals.RETRY", 0.0)
    monkeypatch.setattr(chip_rehearsal, "LOOK_INTERVAL", 0.0)
    monkeypatch.setattr("hardware.drivers.make", lambda resource: Site())
    rehearse(Rehearsal.CHIP, Resource(Role.READER, "site", ""), stage)
    again: list[FromHost] = [
        Status(Role.READER, DeviceState.OUT_OF_ORDER, Reason.LOST),
        ChipFound(ChipVerdict.READER_LOST),
        Healed(Role.READER, HealingStep.REOPENED),
        Status(Role.READER, DeviceState.READY),
    ]
    assert said == [
        Status(Role.READER, DeviceState.OPENING),
        Status(Role.READER, DeviceState.READY),
        ChipFound(NONE),
        *again,
        *again,
        ChipFound(NONE),
    ]
