"""The PIN of staff: what may be one, its hash, and how long one waits after wrong ones."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.fleet.reports import OutOfOrder
from kiosk.places import Folders
from kiosk.staff import out_of_order, pin
from kiosk.staff.wrong_pins import WrongPins

RIGHT = "482913"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of this test's own."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "state"


def test_only_the_right_digits_fit() -> None:
    kept = pin.hashed(RIGHT)
    assert kept.startswith("$argon2id$")
    assert RIGHT not in kept
    assert kept != pin.hashed(RIGHT)
    assert pin.fits(RIGHT, kept)
    for wrong in ("482914", "48291", "", "4829130"):
        assert not pin.fits(wrong, kept)


@pytest.mark.parametrize("kept", ["", "$argon2id$", "$argon2id$v=19$m=1,t=1,p=1$a$b", RIGHT])
def test_what_is_no_hash_fits_nothing(kept: str) -> None:
    assert not pin.fits(RIGHT, kept)


@pytest.mark.parametrize(
    "guessed",
    ["48291", "4" * 6, "123456", "987654", "901234", "121212", "482482", "48291a", "٤٨٢٩١٣"],
)
def test_what_anybody_guesses_is_refused(guessed: str) -> None:
    assert pin.fault(guessed)
    assert not pin.fault(RIGHT)


class Clock:
    """A clock that the test turns."""

    now = 1e9

    def __call__(self) -> float:
        return self.now


def test_after_three_wrong_ones_one_waits_twice_as_long_each_time() -> None:
    clock = Clock()
    wrong = WrongPins(now=clock)
    waits = []
    for _ in range(10):
        wrong.count()
        waits.append(wrong.left())
        clock.now += wrong.left()
        assert wrong.left() == 0
    assert waits == [0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    wrong.forget()
    wrong.count()
    assert wrong.left() == 0


def test_a_restart_and_a_clock_that_is_set_back_do_not_shorten_or_lengthen_it(state: Path) -> None:
    clock = Clock()
    first = WrongPins(now=clock)
    for _ in range(4):
        first.count()
    clock.now += 20
    again = WrongPins(now=clock)
    assert again.left() == 40
    clock.now -= 1e6
    assert again.left() == 60
    (state / "staff-pin.json").write_text("{")
    assert WrongPins(now=clock).left() == 30


def test_without_a_state_folder_it_is_counted_all_the_same(
    state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state.write_text("")  # no folder can be made there
    wrong = WrongPins(now=Clock())
    for _ in range(3):
        wrong.count()
    assert wrong.left() == 30
    assert "cannot be counted over restarts" in caplog.text


def test_out_of_order_is_kept_until_it_is_in_order_again(state: Path) -> None:
    assert out_of_order.load() is None
    assert out_of_order.keep(None)
    assert out_of_order.keep(OutOfOrder.CLEANING)
    assert out_of_order.load() is OutOfOrder.CLEANING
    assert out_of_order.keep(None)
    assert out_of_order.load() is None
    (state / out_of_order.NAME).write_text("{")
    assert out_of_order.load() is None


def ask(typed: str) -> subprocess.CompletedProcess[str]:
    """`kiosk staff pin`, with this on its standard input."""
    command = [sys.executable, "-m", "kiosk", "staff", "pin"]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False)


def test_the_command_prints_a_line_that_the_settings_take(tmp_path: Path) -> None:
    asked = ask(f"{RIGHT}\n{RIGHT}\n")
    assert asked.returncode == 0
    assert RIGHT not in asked.stdout + asked.stderr
    file = tmp_path / "kiosk.toml"
    file.write_text(f"[staff]\n{asked.stdout}")
    assert pin.fits(RIGHT, settings.load(Folders(file)).staff.pin)


@pytest.mark.parametrize("typed", ["", f"{RIGHT}\n", f"{RIGHT}\n482914\n", "123456\n123456\n"])
def test_the_command_refuses_what_is_no_pin(typed: str) -> None:
    asked = ask(typed)
    assert asked.returncode == 2
    assert asked.stdout == ""
    assert len(asked.stderr.strip().splitlines()[-1:]) == 1
    assert "Traceback" not in asked.stderr
