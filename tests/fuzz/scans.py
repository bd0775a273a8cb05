"""Turns over what the program `scanimage` prints: options of a scanner, and why a scan failed."""

# ruff: noqa: PT017 - these are no tests of pytest's

from hardware.errors import HardwareError, Reason
from hardware.scanners.sane import AREA, _choose, _Run

_OPTIONS = """\
All options specific to device `test:0':
  Scan Mode:
    --mode Lineart|Gray|Color [Gray]
        Selects the scan mode (e.g., lineart, monochrome, or color).
    --resolution 75..1200dpi (in steps of 1) [50]
    --source Flatbed|Automatic Document Feeder|ADF Duplex [Flatbed]
    --speed auto [inactive]
  Geometry:
    -l 0..216mm (in steps of 1) [0]
    -t 0..297mm [0]
    -x 0..216mm [80]
    -y 0..297mm [100]
"""
_LISTED = _OPTIONS.replace("75..1200dpi (in steps of 1)", "75|150|300|600dpi")
_FAILURES = (
    "scanimage: sane_start: Document feeder out of documents\n",
    "scanimage: open of device airscan:e0:X failed: Invalid argument\n",
    "scanimage: sane_read: Error during device I/O\nmore\n",
)


def fuzz_options(data: bytes) -> None:
    """The options that are chosen are words that the scanner has offered, or numbers of ours."""
    told = data.decode(errors="replace")
    for source in (None, "ADF", "Flatbed"):
        try:
            words = _choose(told, source)
        except HardwareError as error:
            assert error.reason is Reason.BAD_ADDRESS
            continue
        names, values = words[::2], words[1::2]
        assert len(names) == len(values) <= 3 + len(AREA)
        assert set(names) <= {"--mode", "--resolution", "--source", *AREA}
        assert all(value in told or value.isdigit() for value in values)


def fuzz_failure(data: bytes) -> None:
    """Standard error to a reason of ours: its words go nowhere."""
    run = object.__new__(_Run)
    run._errors = bytearray(data)
    for code in (0, 1, -11):
        why = run.why(code)
        assert why is None or why in Reason
        assert why is not None or (code == 0 and run.failure is None)


TARGETS = {"options": fuzz_options, "failure": fuzz_failure}


def seeds(target: str) -> list[bytes]:
    """As `scanimage` of SANE 1.2 prints them."""
    told = _FAILURES if target == "failure" else (_OPTIONS, _LISTED)
    return [text.encode() for text in told]
