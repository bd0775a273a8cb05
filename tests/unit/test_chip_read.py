"""`kiosk chip read` on a passport of our own, over nfcpy's UDP, as a technician uses it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from hardware.emrtd.access_keys import MrzKey
from hardware.emrtd.ciphers import ENC, MAC, PASSWORD, Suite, derive
from hardware.simulated.machine import lines_of, load, start
from hardware.verdicts import ChipCheck, Role
from kiosk.places import shipped

MACHINE = shipped() / "machines" / "specimen.toml"
EVERY_CHECK = [check.value for check in ChipCheck]


def kiosk(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    import os

    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | environment,
    )


@pytest.fixture(scope="module")
def reader() -> Iterator[str]:
    with start(MACHINE, Role.READER) as running:
        yield f"nfcpy:{running.devices[0].address}"


@pytest.fixture(scope="module")
def lines() -> tuple[str, ...]:
    scanner = load(MACHINE).scanner
    assert scanner is not None
    return lines_of(scanner, date.today())


def test_by_the_code(reader: str, lines: tuple[str, ...]) -> None:
    done = kiosk("chip", "read", "--reader", reader, "--mrz", *lines, "--format", "json")
    row = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (row["status"], row["outcome"], row["country"]) == ("ok", "works", "DNK")
    assert row["access"].startswith("PACE ")
    assert list(row["checks"]) == EVERY_CHECK
    not_passed = {name for name, outcome in row["checks"].items() if outcome != "passed"}
    assert not_passed == {"issuer_chain"}
    assert row["reasons"] == {"issuer_chain": "unknown-issuer"}
    assert row["apdus"] > 10
    assert row["ms"] >= 0


ALL_LOGS = "logging.Logger.isEnabledFor = lambda self, level: True;"
"""Whatever level a library sets for itself: nfcpy's logs hold every frame on the air."""


@pytest.mark.parametrize("key", ["code", "number"])
@pytest.mark.parametrize("forced", ["", ALL_LOGS], ids=["level 1", "all levels"])
def test_nothing_of_the_document_is_in_any_log(
    reader: str, lines: tuple[str, ...], key: str, forced: str
) -> None:
    number, birth, expiry = lines[1][:9], lines[1][13:19], lines[1][21:27]
    given = ["--mrz", *lines] if key == "code" else ["--key", number, birth, expiry]
    logged = (
        f"import logging, runpy; logging.basicConfig(level=1);{forced}"
        "runpy.run_module('kiosk', run_name='__main__', alter_sys=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", logged, "chip", "read", "--reader", reader, *given],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "works" in done.stdout
    seed = MrzKey.of(number, birth, expiry).seed
    names = [name for name in lines[0][5:].split("<") if name]
    texts = [number, birth, expiry, *lines, *names]
    numbers = [seed, *(derive(suite, seed, use) for suite in Suite for use in (ENC, MAC, PASSWORD))]
    told = (done.stdout + done.stderr).lower().replace(" ", "")
    for secret in [*texts, *(text.encode().hex() for text in texts), *(n.hex() for n in numbers)]:
        assert secret.lower() not in told
    frames = [line for line in done.stderr.splitlines() if "hardware" in line or "nfc" in line]
    # Not even what is protected: whoever keeps it may have the key one day.
    assert not frames


def test_by_a_key_there_is_no_code_to_compare(reader: str, lines: tuple[str, ...]) -> None:
    number, birth, expiry = lines[1][:9], lines[1][13:19], lines[1][21:27]
    done = kiosk("chip", "read", "--reader", reader, "--key", number, birth, expiry,
                 "--format", "json")  # fmt: skip
    row = json.loads(done.stdout)
    assert row["outcome"] == "works"
    assert row["checks"]["matches_code"] == "not_done"
    assert row["reasons"]["matches_code"] == "no-code"


def test_a_wrong_key_is_told_as_one(reader: str, lines: tuple[str, ...]) -> None:
    done = kiosk("chip", "read", "--reader", reader, "--key", "X12345678", "740812", "301231",
                 "--format", "json")  # fmt: skip
    row = json.loads(done.stdout)
    assert done.returncode == 1
    assert (row["status"], row["outcome"]) == ("failed", "wrong-key")
    assert set(row["checks"].values()) == {"not_done"}


def test_text_has_no_colour_and_nothing_of_the_person(reader: str, lines: tuple[str, ...]) -> None:
    done = kiosk("chip", "read", "--reader", reader, "--mrz", *lines, NO_COLOR="1")
    assert done.stdout.startswith("Your chip works")
    assert "\x1b" not in done.stdout
    for personal in (lines[1][:9], "ERIKSSON", lines[1][13:19]):
        assert personal not in done.stdout + done.stderr


def test_the_portrait_goes_to_a_file_that_only_its_owner_reads(
    reader: str, lines: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "face"
    done = kiosk("chip", "read", "--reader", reader, "--mrz", *lines, "--portrait", str(file))
    assert done.returncode == 0, done.stderr
    assert file.read_bytes()[:2] in (b"\xff\xd8", b"\x00\x00")  # JPEG, or JPEG 2000
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give one of"),
        (["--can", "123456", "--key", "A", "740812", "301231"], "give one of"),
        (["--can", "12AB"], "card access number"),
        (["--key", "A1", "19740812", "301231"], "date of birth"),
        (["--mrz", "P<DNK", "L89"], "it has"),
        (["--can", "123456", "--reader", "nonsense"], "names no reader"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: list[str], said: str) -> None:
    done = kiosk("chip", "read", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_reader_that_is_not_there_is_an_outcome() -> None:
    done = kiosk("chip", "read", "--reader", "nfcpy:tty:nosuch0:pn532", "--can", "123456",
                 "--format", "json")  # fmt: skip
    row = json.loads(done.stdout)
    assert done.returncode == 1
    assert row["outcome"] == "reader-missing"
