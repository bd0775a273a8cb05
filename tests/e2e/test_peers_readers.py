"""Our simulated passports and other projects' readers: OpenPACE by PACE, libmrtd by BAC."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from hardware.emrtd.ciphers import Suite
from hardware.simulated.emrtd.chip import Chip
from hardware.simulated.emrtd.personalisation import (
    COM,
    SOD,
    PaceOffer,
    Passport,
    Profile,
    make_authority,
    make_key,
    personalise,
)
from tests.e2e.peer_cards import PEERS, RUNS_OF_RESIDUES, missing
from tests.e2e.pn532_board import Board

NO_LIBEAC3, NO_LIBMRTD = missing("libeac3"), missing("read_libmrtd")
by_libeac3 = pytest.mark.skipif(NO_LIBEAC3 is not None, reason=NO_LIBEAC3 or "")
by_libmrtd = pytest.mark.skipif(NO_LIBMRTD is not None, reason=NO_LIBMRTD or "")

LINES = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C<3UTO6908061F3406234ZE184226B<<<<<16",
)
CODE, CARD_NUMBER = 1, 2
SECRETS = {CODE: "L898902C 690806 340623", CARD_NUMBER: "271828"}
SUITES = [Suite.DES3, Suite.AES128, Suite.AES192, Suite.AES256]
GROUPS = [("DH-GM", 0), ("DH-GM", 1), ("DH-GM", 2), *(("ECDH-GM", curve) for curve in range(8, 19))]

PLAIN = {"chip_authentication": None, "active_authentication": None}


class Terminal:
    """The other project's, in its own process: it asks, a card of ours answers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, PEERS / "terminal.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )

    def read(self, chip: Chip, **asked: object) -> str:
        """What it says at last of this chip."""
        assert self._process.stdin
        assert self._process.stdout
        answer = json.dumps(asked)
        while True:
            self._process.stdin.write(answer + "\n")
            line = self._process.stdout.readline()
            assert line.endswith("\n"), "the peer has died"
            if " " in line:
                return line.strip()
            answer = chip.answer(bytes.fromhex(line)).hex()

    def close(self) -> None:
        self._process.communicate(timeout=20)


@pytest.fixture(scope="module")
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


@pytest.fixture(scope="module")
def signer() -> object:
    profile = Profile()
    key = make_key(profile.signature, parameter_id=profile.signature_parameter_id)
    return make_authority(country="UT").signer(key)


def passport(signer: object, group: int, suite: Suite) -> Passport:
    offer = PaceOffer(group, suite)
    profile = Profile(pace=(offer,), can=SECRETS[CARD_NUMBER], **PLAIN)
    return personalise(LINES, profile, signer=signer)


@by_libeac3
@pytest.mark.parametrize("password", SECRETS, ids=["MRZ", "CAN"])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.label)
@pytest.mark.parametrize(("mapping", "group"), GROUPS)
def test_another_projects_terminal_opens_and_reads_our_card(
    terminal: Terminal, signer: object, mapping: str, group: int, suite: Suite, password: int
) -> None:
    document = passport(signer, group, suite)
    asked = {"password": password, "secret": SECRETS[password], "file": f"{SOD:04x}"}
    for _ in range(RUNS_OF_RESIDUES if mapping == "DH-GM" else 1):
        said = terminal.read(Chip(document), pace=[mapping, suite.label, group], **asked)
        if not said.startswith("refused"):
            break
    assert said == f"read {document.files[SOD].hex()}"


@by_libeac3
def test_our_card_refuses_another_projects_terminal_with_a_wrong_number(
    terminal: Terminal, signer: object
) -> None:
    chip = Chip(passport(signer, 13, Suite.AES128))
    asked = {"password": CARD_NUMBER, "secret": "271829", "file": "011d"}
    assert terminal.read(chip, pace=["ECDH-GM", "AES-128", 13], **asked) == "refused 6300"


def read_by_libmrtd(chip: Chip, *key: str) -> subprocess.CompletedProcess[str]:
    board = Board(chip.answer)
    device = f"pn532_uart:{board.device}:115200"
    files = ("011e", "0101", "0102", "011d")
    try:
        return subprocess.run(
            [sys.executable, PEERS / "read_libmrtd.py", device, *key, *files],
            capture_output=True,
            text=True,
            timeout=60,
        )
    finally:
        board.close()


@by_libmrtd
@pytest.mark.parametrize("pace", [(), (PaceOffer(),)], ids=["BAC alone", "BAC beside PACE"])
def test_another_projects_reader_opens_our_card_by_bac(
    signer: object, pace: tuple[PaceOffer, ...]
) -> None:
    document = personalise(LINES, Profile(pace=pace, **PLAIN), signer=signer)
    done = read_by_libmrtd(Chip(document), "L898902C", "690806", "340623")
    files = document.files
    assert done.stdout.split() == [files[name].hex() for name in (COM, 0x0101, 0x0102, SOD)]


@by_libmrtd
def test_our_card_refuses_another_projects_reader_with_a_wrong_key(signer: object) -> None:
    document = personalise(LINES, Profile(pace=(), **PLAIN), signer=signer)
    done = read_by_libmrtd(Chip(document), "L898902C", "690806", "340624")
    assert done.stdout == ""
    assert "libmrtd does not open the chip" in done.stderr
