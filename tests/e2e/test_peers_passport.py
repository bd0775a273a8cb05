"""`kiosk chip read` on a passport that this project did not write, from the frames to the signer.

Frames: `tests/peers/on_air.py`. PACE and chip authentication: libeac3; basic access control:
libmrtd; signatures and certificates: the `openssl` command.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.peer_cards import BIRTH, CAN, EXPIRY, NUMBER, PEERS, missing

WHY = missing("libeac3", "libmrtd", "issuer")
pytestmark = pytest.mark.skipif(WHY is not None, reason=WHY or "")

CODE = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C<3UTO6908061F3406234ZE184226B<<<<<16",
)
KEY = (NUMBER, BIRTH, EXPIRY)
PACE = ["ECDH-GM", "AES-256", 13]


@contextmanager
def on_air(description: dict[str, Any]) -> Iterator[str]:
    """The passport on a reader, by the name that the command takes."""
    document = {"number": NUMBER, "birth": BIRTH, "expiry": EXPIRY, "can": CAN}
    command = [sys.executable, PEERS / "on_air.py"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({**document, **description}) + "\n")
        process.stdin.flush()
        yield f"nfcpy:udp:127.0.0.1:{process.stdout.readline().strip()}"
        process.stdin.close()


def issued(folder: Path, cipher: str, active: str) -> dict[str, Any]:
    command = [sys.executable, PEERS / "issuer.py", folder, "".join(CODE), cipher, active]
    made = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def site(tmp_path: Path, root: Path) -> Path:
    """A site that trusts this root."""
    config = tmp_path / "site" / "kiosk.toml"
    (config.parent / "trust").mkdir(parents=True)
    (config.parent / "trust" / "UT.cer").write_bytes(root.read_bytes())
    config.touch()
    return config


def chip_read(reader: str, *key: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "kiosk", "chip", "read", "--reader", reader, *key]
    done = subprocess.run(
        [*command, "--format", "json"], capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    row: dict[str, Any] = json.loads(done.stdout)
    return row


@pytest.mark.parametrize(
    ("pace", "cipher", "active", "access"),
    [
        (PACE, "AES-128", "ECDSA", "PACE ECDH-GM AES-256 brainpoolP256r1"),
        (PACE, "3DES", "RSA", "PACE ECDH-GM AES-256 brainpoolP256r1"),
        (None, "AES-256", "RSA", "BAC"),
        (None, "3DES", "ECDSA", "BAC"),
    ],
    ids=["PACE, AES, ECDSA", "PACE, 3DES, RSA", "BAC, AES, RSA", "BAC, 3DES, ECDSA"],
)
def test_every_check_passes(
    tmp_path: Path, pace: list[Any] | None, cipher: str, active: str, access: str
) -> None:
    passport = issued(tmp_path, cipher, active)
    config = site(tmp_path, tmp_path / "root.cer")
    with on_air({**passport, "pace": pace}) as reader:
        row = chip_read(reader, "--mrz", *CODE, "--config", str(config))
    assert (row["status"], row["outcome"], row["access"]) == ("ok", "works", access)
    assert row["country"] == "UTO"
    assert set(row["checks"].values()) == {"passed"}, row["reasons"]


def test_by_number_and_dates_its_issuer_unknown(tmp_path: Path) -> None:
    with on_air({**issued(tmp_path, "AES-128", "ECDSA"), "pace": PACE}) as reader:
        row = chip_read(reader, "--key", *KEY)
    assert (row["status"], row["outcome"]) == ("ok", "works")
    assert row["reasons"] == {"issuer_chain": "unknown-issuer", "matches_code": "no-code"}


def test_a_wrong_number_opens_neither(tmp_path: Path) -> None:
    for pace in (PACE, None):
        with on_air({"files": {}, "pace": pace}) as reader:
            row = chip_read(reader, "--key", "L898902D", BIRTH, EXPIRY)
        assert (row["status"], row["outcome"]) == ("failed", "wrong-key")


def test_keys_that_are_not_the_chips_are_found_out(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    passport = issued(tmp_path, "AES-128", "ECDSA")
    other = issued(tmp_path / "other", "AES-128", "ECDSA")
    for key in ("chip_key", "active_key"):
        with on_air({**passport, key: other[key], "pace": PACE}) as reader:
            row = chip_read(reader, "--key", *KEY)
        assert row["outcome"] == "chip-not-proven"


def test_an_altered_group_is_found_out(tmp_path: Path) -> None:
    passport = issued(tmp_path, "AES-128", "ECDSA")
    altered = passport["files"]["0101"].replace(b"ANNA".hex(), b"ANNE".hex())
    passport["files"]["0101"] = altered
    with on_air({**passport, "pace": PACE}) as reader:
        row = chip_read(reader, "--key", *KEY)
    assert row["outcome"] == "groups-altered"
