"""The SANE driver against Debian's `test` backend, and against a `scanimage` that misbehaves."""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from hardware import drivers
from hardware.drivers import Flatbed, PictureScanner
from hardware.errors import HardwareError, Reason
from hardware.resources import Resource
from hardware.scanners import sane
from hardware.scanners.sane import Place, SaneScanner
from hardware.verdicts import Role, ScannerKind
from tests.processes import LONG, children, until

real = pytest.mark.skipif(shutil.which("scanimage") is None, reason="sane-utils is not installed")

OPTIONS = """\
All options specific to device `fake':
  Scan Mode:
    --mode Lineart|Color|Gray [Color]
        Selects the scan mode.
    --resolution 75|150|400|600dpi [75]
    --source Flatbed|ADF Front|ADF Duplex [Flatbed]
    --brightness -100..100% (in steps of 1) [inactive]
  Geometry:
    -l 0..215.9mm [0]
    -t 0..297.011mm [0]
    -x 0..215.9mm [215.9]
    -y 0..297.011mm [297.011]
"""


@pytest.fixture(autouse=True)
def _nothing_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("temporary")  # of this test alone, whatever else runs
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert "scanimage" not in " ".join(children(os.getpid()).values())
    assert not list(folder.iterdir())


def configure(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    """Makes the site's configuration of the `test` backend this one."""
    (folder / "test.conf").write_text(text)
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))


def pretend(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> Path:
    """Puts a `scanimage` of these lines of Python first; what it was called with is in a file."""
    program = folder / "scanimage"
    calls = folder / "calls"
    program.write_text(
        f"#!{sys.executable}\n"
        "import os, signal, sys, time\n"
        f"OPTIONS = {OPTIONS!r}\n"
        f"open({str(calls)!r}, 'a').write(' '.join(sys.argv[1:]) + chr(10))\n"
        "asked = '--all-options' in sys.argv\n"
        f"{body}\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return calls


def picture_of(scanner: SaneScanner) -> np.ndarray | None:
    """The picture of the scan that is being made; None where it ended without one."""
    give_up = monotonic() + LONG
    while monotonic() < give_up:
        picture = scanner.newest_frame(0.1)
        if picture is not None or not scanner.scanning:
            return picture
    raise AssertionError("the scan did not end")


def reason_of(call: Callable[[], object]) -> Reason:
    with pytest.raises(HardwareError) as caught:
        call()
    return caught.value.reason


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("sane:test:0", Place("test:0", "test", None)),
        ("sane:test", Place("test", "test", None)),
        ("sane:airscan:e0:HP LaserJet", Place("airscan:e0:HP LaserJet", "airscan", None)),
        ("sane:epjitsu:usb:1:4?source=ADF", Place("epjitsu:usb:1:4", "epjitsu", "ADF")),
    ],
)
def test_where_a_scanner_is(address: str, place: Place) -> None:
    assert Place.of(address) == place
    assert place.has_feeder == ("ADF" in address)


@pytest.mark.parametrize(
    "address",
    [
        *("", "test:0", "usb:test:0", "sane:", "sane:-x:0", "sane:../etc:0", "sane:te\0st:0"),
        *("sane:test:\x1b[2J", "sane:test:0?speed=9", "sane:Test:0", "sane:te/st:0"),
    ],
)
def test_what_is_no_address(address: str) -> None:
    assert reason_of(lambda: SaneScanner(address).open(LONG)) is Reason.BAD_ADDRESS


def test_it_is_found_by_its_name_and_is_a_flatbed() -> None:
    driver = drivers.make(Resource(Role.SCANNER, "sane", "sane:test:0"))
    assert isinstance(driver, PictureScanner)
    assert isinstance(driver, Flatbed)
    assert driver.kind is ScannerKind.FLATBED


# --- the virtual scanner -------------------------------------------------------------------------


@real
def test_a_flatbed_scans_when_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configure(monkeypatch, tmp_path, 'test-picture "Grid"\n')
    with closing(SaneScanner("sane:test:0")) as scanner:
        scanner.open(LONG)
        assert scanner.newest_frame(0.1) is None
        assert not scanner.scanning
        for _ in range(2):
            scanner.scan()
            assert scanner.scanning
            picture = picture_of(scanner)
            assert picture is not None
            # 148 x 200 mm, the most this one has, at 300 dots an inch
            assert picture.shape == (2362, 1748)
            assert picture.dtype == np.uint8
            assert set(np.unique(picture)) == {0, 255}
            square = picture[:118, :118], picture[:118, 119:236]  # of 10 mm each
            assert {int(part.mean()) for part in square} == {0, 255}
            assert not scanner.scanning
            assert scanner.newest_frame(0.1) is None


@real
def test_a_feeder_takes_paper_by_itself() -> None:
    with closing(SaneScanner("sane:test:0?source=ADF")) as scanner:
        scanner.open(LONG)
        until(lambda: scanner.newest_frame(0.1) is not None, "a sheet")
        assert scanner.newest_frame(0) is None  # the next look is in a second
        assert not scanner.scanning


@real
def test_a_feeder_without_paper_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configure(monkeypatch, tmp_path, 'read-status-code "SANE_STATUS_NO_DOCS"\n')
    with closing(SaneScanner("sane:test:0?source=ADF")) as scanner:
        scanner.open(LONG)
        assert scanner.newest_frame(2.0) is None
        scanner.scan()
        assert picture_of(scanner) is None
        assert not scanner.scanning


@real
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("UNSUPPORTED", Reason.MALFORMED),
        ("CANCELLED", Reason.LOST),
        ("DEVICE_BUSY", Reason.BUSY),
        ("INVAL", Reason.MALFORMED),
        ("EOF", Reason.MALFORMED),
        ("JAMMED", Reason.JAMMED),
        ("COVER_OPEN", Reason.COVER_OPEN),
        ("IO_ERROR", Reason.LOST),
        ("NO_MEM", Reason.MALFORMED),
        ("ACCESS_DENIED", Reason.DENIED),
    ],
)
def test_why_a_scan_failed(
    status: str, reason: Reason, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configure(monkeypatch, tmp_path, f'read-status-code "SANE_STATUS_{status}"\n')
    with closing(SaneScanner("sane:test:0")) as scanner:
        scanner.open(LONG)
        scanner.scan()
        assert reason_of(lambda: picture_of(scanner)) is reason
        assert not scanner.scanning


@real
@pytest.mark.parametrize("address", ["sane:test:7", "sane:no-such-backend:0"])
def test_a_scanner_that_is_not_there_is_absent(address: str) -> None:
    assert reason_of(lambda: SaneScanner(address).open(LONG)) is Reason.ABSENT


@real
def test_a_source_that_it_has_not(tmp_path: Path) -> None:
    scanner = SaneScanner("sane:test:0?source=Transparency")
    assert reason_of(lambda: scanner.open(LONG)) is Reason.BAD_ADDRESS


# --- a scanimage that misbehaves ------------------------------------------------------------------


def test_without_scanimage_a_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert reason_of(lambda: SaneScanner("sane:test:0").open(LONG)) is Reason.LIBRARY_MISSING


def test_it_asks_for_grey_enough_dots_and_a_small_area(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = pretend(
        monkeypatch,
        tmp_path,
        "print(OPTIONS) if asked else os.write(1, b'P5\\n# x\\n3 2\\n255\\n' + bytes(6))",
    )
    with closing(SaneScanner("sane:fake:libusb:1?source=ADF")) as scanner:
        scanner.open(LONG)
        assert scanner.kind is ScannerKind.FEEDER
        until(lambda: scanner.newest_frame(0.1) is not None, "a sheet")
    first, second, *_ = calls.read_text().splitlines()
    assert first == "--device-name=fake:libusb:1 --all-options"
    assert second == (
        "--device-name=fake:libusb:1 --format=pnm --mode Gray --resolution 400 "
        "--source ADF Front -l 0 -t 0 -x 148 -y 210"
    )


@pytest.mark.parametrize(
    ("told", "chosen"),
    [
        ("", []),
        ("    --mode True Gray|24bit Color [24bit Color]\n", ["--mode", "True Gray"]),
        ("    --mode Color [Color]\n", ["--mode", "Color"]),
        ("    --resolution 100..600dpi (in steps of 1) [100]\n", ["--resolution", "300"]),
        ("    --resolution 75|200dpi [75]\n", ["--resolution", "200"]),
        ("    -x 0..86mm [86]\n", ["-x", "148"]),  # scanimage itself takes the nearest
        ("    --mode Gray|Color [inactive]\n", []),
    ],
)
def test_it_asks_only_for_what_there_is(told: str, chosen: list[str]) -> None:
    assert sane._choose(told, "ADF") == chosen


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Device busy", Reason.BUSY),
        ("Access to resource has been denied", Reason.DENIED),
        ("Invalid argument", Reason.ABSENT),
        ("Error during device I/O", Reason.ABSENT),
    ],
)
def test_why_it_does_not_open(
    words: str, reason: Reason, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    line = f"scanimage: open of device fake:0 failed: {words}"
    pretend(monkeypatch, tmp_path, f"sys.exit(print({line!r}, file=sys.stderr) or 1)")
    assert reason_of(lambda: SaneScanner("sane:fake:0").open(LONG)) is reason


STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


def test_one_that_never_answers_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sane, "ENDED_WITHIN", 0.2)
    pretend(monkeypatch, tmp_path, STUBBORN)
    assert reason_of(lambda: SaneScanner("sane:fake:0").open(0.5)) is Reason.TIMEOUT


@pytest.mark.parametrize("body", ["time.sleep(600)", STUBBORN], ids=["ends", "is killed"])
def test_a_scan_can_be_cancelled(
    body: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sane, "ENDED_WITHIN", 0.2)
    begun = tmp_path / "begun"
    scan = f"os.write(1, b'P5\\n300 300\\n255\\n'); open({str(begun)!r}, 'w').close()"
    lines = f"if asked: print(OPTIONS); sys.exit()\n{scan}\n{body}"
    pretend(monkeypatch, tmp_path, lines)
    scanner = SaneScanner("sane:fake:0")
    scanner.open(LONG)
    scanner.scan()
    until(lambda: scanner.newest_frame(0.05) is None and begun.exists(), "the scan has begun")
    scanner.close()
    scanner.close()
    assert reason_of(lambda: scanner.newest_frame(0)) is Reason.LOST


def test_a_scan_that_takes_too_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sane, "SCAN_WITHIN", 0.3)
    pretend(monkeypatch, tmp_path, "print(OPTIONS) if asked else time.sleep(600)")
    with closing(SaneScanner("sane:fake:0")) as scanner:
        scanner.open(LONG)
        scanner.scan()
        assert reason_of(lambda: picture_of(scanner)) is Reason.TIMEOUT


@pytest.mark.parametrize(
    "scan",
    [
        "os.write(1, b'P5 300 300 255 ' + bytes(50))",
        "os.write(1, b'P5 30000 30000 255 ')",
        "print('Pay me')",
        "sys.exit(0)",
    ],
)
def test_what_is_no_picture_is_malformed(
    scan: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend(monkeypatch, tmp_path, f"print(OPTIONS) if asked else {scan}")
    with closing(SaneScanner("sane:fake:0")) as scanner:
        scanner.open(LONG)
        scanner.scan()
        assert reason_of(lambda: picture_of(scanner)) is Reason.MALFORMED


@pytest.mark.parametrize("channel", [1, 2])
def test_one_that_sends_without_end_is_stopped(
    channel: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sane, "LARGEST_SCAN", 300_000)
    pour = f"while True: os.write({channel}, bytes(65536))"
    pretend(monkeypatch, tmp_path, f"if asked: print(OPTIONS); sys.exit()\n{pour}")
    with closing(SaneScanner("sane:fake:0")) as scanner:
        scanner.open(LONG)
        scanner.scan()
        assert reason_of(lambda: picture_of(scanner)) is Reason.MALFORMED


def test_one_that_crashes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    crash = "os.kill(os.getpid(), signal.SIGSEGV)"
    pretend(monkeypatch, tmp_path, f"print(OPTIONS) if asked else {crash}")
    with closing(SaneScanner("sane:fake:0")) as scanner:
        scanner.open(LONG)
        scanner.scan()
        assert reason_of(lambda: picture_of(scanner)) is Reason.CRASHED


def test_only_its_backend_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "dll.conf").write_text("net\nepson2\nfake\n")
    (site / "fake.conf").write_text("usb 0x1 0x2\n")
    (site / "other.conf").write_text("")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(site))
    seen = tmp_path / "seen"
    look = (
        "here = os.environ['SANE_CONFIG_DIR']; "
        f"open({str(seen)!r}, 'w').write(repr(sorted(os.listdir(here))) + "
        "open(here + '/dll.conf').read() + open(here + '/fake.conf').read())"
    )
    pretend(monkeypatch, tmp_path, look)
    with closing(SaneScanner("sane:fake:0")) as scanner:
        scanner.open(LONG)
    assert seen.read_text() == "['dll.conf', 'fake.conf']fake\nusb 0x1 0x2\n"
