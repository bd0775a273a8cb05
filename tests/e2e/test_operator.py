"""The clerk's console as a whole program: wrong folders, no terminal, and a broker that goes."""

import subprocess
from pathlib import Path

import pytest

from kiosk.fleet.fleet_state import Grade
from kiosk.fleet.topics import Place
from screens.operator import words
from screens.operator.frame import BROKER_LOST
from tests.brokers import broker
from tests.e2e.at_desk import PROGRAM, console_terminal, kiosk_site, kiosk_terminal

PLACE = Place("lyngby", "kiosk-1")
LOST = BROKER_LOST.partition("{")[0]


def refused(folder: Path, *, terminal: bool = True) -> str:
    """The one line that the program leaves with; `script` gives it a terminal (util-linux)."""
    command = f"{PROGRAM} operator --credentials {folder}"
    ran = subprocess.run(
        ["script", "-qec", command, "/dev/null"] if terminal else command.split(),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 2
    (line,) = (ran.stdout + ran.stderr).splitlines()
    return line


def test_what_it_cannot_use_is_told_in_one_line(tmp_path: Path) -> None:
    assert refused(tmp_path / "none") == f"kiosk: {tmp_path}/none: there is no such folder"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "console.toml" in refused(empty)
    (empty / "console.toml").write_text("broker = [")
    assert "console.toml" in refused(empty)
    assert "needs a terminal" in refused(empty, terminal=False)


def test_a_key_that_is_none_is_named(tmp_path: Path) -> None:
    with broker(tmp_path, {"lyngby": ["kiosk-1"]}, {"anna": ("clerk", ["lyngby"])}) as real:
        folder = real.operator_folder("anna")
        (folder / "signing.key").write_text("nonsense\x1b[31m")
        assert "signing.key" in refused(folder)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_broker_that_goes_is_told_and_one_that_comes_back_is_used(
    tmp_path: Path, end: str
) -> None:
    with broker(tmp_path / "b", {"lyngby": ["kiosk-1"]}, {"anna": ("clerk", ["lyngby"])}) as real:
        settings = kiosk_site(tmp_path / "kiosk", real, PLACE)
        with (
            kiosk_terminal(settings) as kiosk,
            console_terminal(tmp_path / "desk", real.operator_folder("anna")) as console,
        ):
            console.wait_for(words.GRADES[Grade.IDLE])
            getattr(real, end)()
            console.wait_for(LOST)
            kiosk.press("1")  # the citizen notices nothing
            real.start()
            console.wait_until(lambda text: LOST not in text, "the broker is back")
            console.wait_for(words.GRADES[Grade.VISIT])
