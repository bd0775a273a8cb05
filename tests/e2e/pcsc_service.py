"""The real pcscd with vpcd, in a network and a mount of its own, and chips laid on its reader.

Run as `python -m tests.e2e.pcsc_service` inside `unshare`; it obeys one word a line on standard
input and answers each with a line when it is done: `start` and `stop` the service, `take` the
chip away, or lay one down.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from hardware.mrz.specimens import specimen
from hardware.simulated.contactless import EMRTD, TakenAwayError, application
from hardware.simulated.emrtd.chip import Chip
from hardware.simulated.emrtd.personalisation import personalise
from hardware.simulated.vpcd import contactless_atr, memory_atr, serve

SOCKET = Path("/run/pcscd/pcscd.comm")
EXPIRES = date(2035, 1, 31)
LINES = specimen("TD3", "DNK", EXPIRES)
SLOW = 1.5
"""Seconds for which the slow chip is at work on each command."""
HISTORICAL_BYTES = bytes.fromhex("807300C0")


class Counting:
    """A chip that counts its commands until its power goes, and says how many there were."""

    def __init__(self) -> None:
        self._count = 0

    def forget(self) -> None:
        self._count = 0

    def answer(self, command: bytes) -> bytes:
        if command[:1] == b"\x80":
            raise TakenAwayError
        self._count += 1
        return bytes([self._count]) + command[1:3] + b"\x90\x00"


def _slow(command: bytes) -> bytes:
    time.sleep(SLOW)
    return b"\x90\x00"


class Service:
    """What the words on standard input do."""

    def __init__(self) -> None:
        self._daemon: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._player: threading.Thread | None = None

    def start(self) -> None:
        SOCKET.unlink(missing_ok=True)
        Path("/run/pcscd/pcscd.pid").unlink(missing_ok=True)
        self._daemon = subprocess.Popen(
            ["/usr/sbin/pcscd", "--foreground"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not SOCKET.exists():
            assert self._daemon.poll() is None, "pcscd has ended"
            time.sleep(0.02)

    def stop(self) -> None:
        if self._daemon is not None:
            self._daemon.terminate()
            self._daemon.wait()
            self._daemon = None

    def take(self) -> None:
        self._stop.set()
        if self._player is not None:
            self._player.join()
            self._player = None

    def counting(self) -> None:
        chip = Counting()
        self._lay(chip.answer, chip.forget, contactless_atr(HISTORICAL_BYTES))

    def passport(self) -> None:
        chip = Chip(personalise(LINES))
        self._lay(chip.answer, chip.power_off, contactless_atr())

    def other(self) -> None:
        self._lay(application(b"2PAY.SYS.DDF01"), lambda: None, contactless_atr())

    def slow(self) -> None:
        self._lay(_slow, lambda: None, contactless_atr())

    def memory(self) -> None:
        self._lay(application(EMRTD), lambda: None, memory_atr())

    def contact(self) -> None:
        self._lay(application(EMRTD), lambda: None, bytes.fromhex("3B6500002063CB6800"))

    def _lay(
        self, answer: Callable[[bytes], bytes], power_off: Callable[[], None], atr: bytes
    ) -> None:
        self.take()
        self._stop = threading.Event()
        self._player = threading.Thread(
            target=serve, args=(answer, power_off, self._stop), kwargs={"atr": atr}, daemon=True
        )
        self._player.start()


def main() -> None:
    """Obeys until standard input ends."""
    service = Service()
    service.start()
    print("ready", flush=True)
    for line in sys.stdin:
        getattr(service, line.strip())()
        print("done", flush=True)
    service.take()
    service.stop()


if __name__ == "__main__":
    main()
