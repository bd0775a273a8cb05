"""`kiosk selftest --format nagios` on every simulated machine: its verdict and its exit code.

The real command, each check in a process of its own. Of most machines only the device is tested at
which something is odd, so that this takes a minute and not ten; `WHOLE_SELFTEST=1` tests all of
every machine.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from subprocess import DEVNULL, CompletedProcess, run
from typing import NamedTuple

import pytest

from hardware.face import models
from kiosk.places import shipped
from kiosk.selftest.results import Verdict

MACHINES = {file.stem for file in (shipped() / "machines").glob("*.toml")}
WHOLE = "WHOLE_SELFTEST" in os.environ
OF_THE_COMPUTER = {"clock", "disk", "memory", "locale", "speech", "models"}
"""What may be worth a warning on the computer that runs these tests, whatever is simulated."""
DEADLINE = 300.0


class Expected(NamedTuple):
    """What the self-test is to say of a machine."""

    only: str | None
    """The checks that are enough; None: all."""
    verdict: Verdict = Verdict.PASS
    told: str = ""
    """What stands in the line, of the worst that was found."""


FINE = Expected("device.reader.works")
"""What is wrong with a chip or a document is no fault of the kiosk's devices."""
SCANNER, CAMERA = Expected("device.scanner"), Expected("device.camera.opens")
"""A person before the camera is no fault of it either."""


def fails(check: str, reason: str) -> Expected:
    """A device is out of order; once that is found, nothing more is asked of it."""
    return Expected(f"device.{check}", Verdict.FAIL, f"device.{check}: {reason}: ")


EXPECTED = {
    "specimen": Expected(None),
    "unplugged-scanner": fails("scanner.present", "absent"),
    "no-devices": Expected(None),
    "quick": Expected("rehearsals"),
    "expired-document": SCANNER,
    "visa": SCANNER,
    "document-camera": SCANNER,
    "flatbed": SCANNER,
    "camera-black": fails("camera.works", "black"),
    "camera-drops": fails("camera.works", "lost"),
    "camera-frozen": fails("camera.works", "frozen"),
    "camera-malformed": fails("camera.works", "malformed"),
    "camera-stalls": fails("camera.works", "stalled"),
    "camera-unplugged": fails("camera.present", "absent"),
    "face-alone": CAMERA,
    "face-covered": CAMERA,
    "face-light": Expected("device.camera.works"),
    "face-place": CAMERA,
    "face-pose": CAMERA,
    "other-chip": FINE,
    "silent-chip": FINE,
    **{name: FINE for name in MACHINES if name.startswith("chip-")},
}

LINE = re.compile(r"KIOSK (?P<verdict>OK|WARNING|CRITICAL|UNKNOWN) - (?P<told>[^|]*)\|(?P<data>.*)")
WORDS = {"OK": Verdict.PASS, "WARNING": Verdict.WARN, "CRITICAL": Verdict.FAIL}


def test_every_machine_is_tested() -> None:
    assert EXPECTED.keys() == MACHINES


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[CompletedProcess[str]]]]:
    """The commands that the chosen tests are about, two at a time: they wait most of the time."""
    chosen = [
        item.callspec.params["name"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.module is request.module
        and hasattr(item, "callspec")
    ]
    with ThreadPoolExecutor(2) as pool:
        folder = tmp_path_factory.mktemp("kiosk")
        yield {name: pool.submit(asked_of, name, EXPECTED[name].only, folder) for name in chosen}


def asked_of(name: str, only: str | None, folder: Path) -> CompletedProcess[str]:
    words = ["selftest", "--format", "nagios", "--simulate", name]
    words += [] if WHOLE or only is None else ["--only", only]
    return run(
        [sys.executable, "-m", "kiosk", *words],
        stdin=DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
        env=os.environ | {"KIOSK_RUNTIME": str(folder), "STATE_DIRECTORY": str(folder)},
    )


@pytest.mark.grid
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_verdict_on_a_machine(
    name: str, runs: dict[str, Future[CompletedProcess[str]]]
) -> None:
    expected = EXPECTED[name]
    if name == "flatbed" and not (shutil.which("scanimage") and shutil.which("airscan-discover")):
        expected = fails("scanner.opens", "library-missing")
    done = runs[name].result()
    found = LINE.fullmatch(done.stdout.rstrip("\n"))
    assert found, done
    verdict = WORDS[found["verdict"]]
    if expected.verdict is Verdict.PASS and verdict is Verdict.WARN:
        warned = {part.split(":")[0] for part in found["told"].split("; ")[:-1]}
        # Without the networks no face is rehearsed, and a camera coaches nobody.
        lacks = set() if models.installed() else {"rehearsals", "device.camera.opens"}
        assert warned <= OF_THE_COMPUTER | lacks, found["told"]
        assert done.returncode == 1
        return
    assert (verdict, done.returncode) == (
        expected.verdict,
        {Verdict.PASS: 0, Verdict.FAIL: 2}[expected.verdict],
    ), found["told"]
    assert found["told"].startswith(expected.told)
