"""The example of docs/adding-a-driver.md does what the document says of it."""

import json
import os
import subprocess
import sys
import tomllib
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware import drivers
from hardware.errors import HardwareError, Reason
from hardware.resources import Resource
from hardware.verdicts import Role
from tests.processes import LONG

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "town-scanner"
SPECIMEN = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example installed, as pip would, for this process and those that it starts."""
    points = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]["entry-points"]
    lines = [f"{name} = {where}" for name, where in points[drivers.GROUP].items()]
    metadata = tmp_path / "town_scanner-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: town-scanner\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(f"[{drivers.GROUP}]\n" + "\n".join(lines) + "\n")
    for folder in (str(tmp_path), str(EXAMPLE)):
        monkeypatch.syspath_prepend(folder)
    inherited = [os.environ["PYTHONPATH"]] if "PYTHONPATH" in os.environ else []
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(EXAMPLE), *inherited]))


@pytest.fixture
def port() -> Iterator[str]:
    """The port on which the example's own player plays the reader."""
    command = [sys.executable, str(EXAMPLE / "play.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as player:
        assert player.stdout
        yield player.stdout.readline().strip()
        player.kill()


@pytest.mark.usefixtures("example")
def test_it_reads_the_specimen(port: str) -> None:
    with drivers.opened(Resource(Role.SCANNER, "town-scanner", port), LONG) as scanner:
        assert scanner.read_lines(LONG) == SPECIMEN  # type: ignore[attr-defined]


@pytest.mark.usefixtures("example")
def test_kiosk_devices_shows_it(port: str, tmp_path: Path) -> None:
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f'[devices.scanner]\ndriver = "town-scanner"\naddress = "{port}"\n')
    told = subprocess.run(
        [sys.executable, "-m", "kiosk", "devices", "--config", settings, "--format", "json"],
        capture_output=True,
        text=True,
        timeout=6 * LONG,
        check=True,
    )
    [scanner] = [row for row in json.loads(told.stdout) if row["role"] == "scanner"]
    assert (scanner["driver"], scanner["state"]) == ("town-scanner", "ready"), scanner


@pytest.mark.usefixtures("example")
def test_it_says_why_it_cannot_be_used(tmp_path: Path) -> None:
    assert reason_at(str(tmp_path / "unplugged")) is Reason.ABSENT
    keeper, taken = os.openpty()
    tty.setraw(taken)
    resource = Resource(Role.SCANNER, "town-scanner", os.ttyname(taken))
    first = drivers.make(resource)
    first.open(LONG)
    try:
        assert reason_at(os.ttyname(taken)) is Reason.BUSY
        os.close(keeper)
        with pytest.raises(HardwareError) as gone:
            first.read_lines(LONG)  # type: ignore[attr-defined]
        assert gone.value.reason is Reason.LOST
    finally:
        first.close()
        os.close(taken)


def reason_at(address: str) -> Reason:
    """Why the example cannot open what is at this address."""
    driver = drivers.make(Resource(Role.SCANNER, "town-scanner", address))
    with pytest.raises(HardwareError) as failed:
        driver.open(LONG)
    driver.close()
    return failed.value.reason
