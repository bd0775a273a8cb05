"""Cards that this project did not write, for our reader: see `tests/peers/passport.py`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from hardware.chip_link import Abilities

PEERS = Path(__file__).parents[1] / "peers"

NUMBER, BIRTH, EXPIRY, CAN = "L898902C<", "690806", "340623", "271828"
"""A made-up document."""
FILES = {0x011E: bytes.fromhex("60045F010130"), 0x0101: b"\x61\x82\x02\x00" + bytes(range(256)) * 2}
"""Not what a document holds: to be read byte for byte."""


def missing(*modules: str) -> str | None:
    """Why these peers cannot be had here, asked of a process of its own; None where they can."""
    script = "import sys, importlib\nfor name in sys.argv[1:]:\n"
    script += "    why = importlib.import_module(name).missing()\n    if why: sys.exit(why)"
    command = [sys.executable, "-c", script, *modules]
    done = subprocess.run(command, cwd=PEERS, capture_output=True, text=True, timeout=20)
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


RUNS_OF_RESIDUES = 3
"""libeac3 leaves out a zero byte in front of a secret that was agreed on with residues, of one in
256; RFC 2631 section 2.1.2 keeps it. Such a run fails on the key; the next draws another."""


class PeerCard:
    """A link to another project's card, in its own process: commands and answers as lines."""

    abilities = Abilities(largest_command=2**16, largest_response=2**16)

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, PEERS / "passport.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )

    def lay(self, files: dict[int, bytes] = FILES, **description: Any) -> None:
        """Lays another document on the reader: see `passport.Passport`."""
        document = {"number": NUMBER, "birth": BIRTH, "expiry": EXPIRY, "can": CAN}
        named = {f"{name:04x}": data.hex() for name, data in files.items()}
        self._ask(json.dumps({"files": named, **document, **description}))

    def transmit(self, apdu: bytes, timeout: float) -> bytes:
        return bytes.fromhex(self._ask(apdu.hex()))

    def reconnect(self, timeout: float) -> None:
        self._ask("off")

    def close(self) -> None:
        self._process.communicate(timeout=20)

    def _ask(self, line: str) -> str:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(line + "\n")
        answer = self._process.stdout.readline()
        assert answer.endswith("\n"), "the peer has died"
        return answer.strip()
