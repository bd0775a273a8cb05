"""`python -m tests.e2e.forgetting`: every crash in every phase, every end, every kind of scanner.

Takes root and about a quarter of an hour. Prints a line for each, and the figure; writes
build/bench/forgetting.json. Exit code 1 where anything was left.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.report import Figure, write
from tests.e2e.forgetting import crashes, visits
from tests.e2e.forgetting.crashes import ALL, Crash, Phase
from tests.e2e.forgetting.kiosk import Kiosk, may_look, started
from tests.e2e.forgetting.player import playing
from tests.e2e.forgetting.tally import Looks, Tally

FAULTY = (sys.executable, "-m", "tests.e2e.forgetting.faulty")


def main() -> int:
    """Entry point."""
    if not may_look():
        print("only root can shut a kiosk in and read the memory of its processes")
        return 2
    seed = int(sys.argv[1]) if sys.argv[1:] else random.SystemRandom().randrange(2**32)
    print(f"seed {seed}", flush=True)
    tally, failures, done = Tally(), 0, 0
    for name, scanner, deed in _deeds():
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="forgetting-") as place, ExitStack() as stack:
            folder = Path(place)
            played, running = stack.enter_context(playing(seed + done, scanner, folder / "machine"))
            kiosk = stack.enter_context(
                started(folder, played, running, FAULTY, **visits.settings())
            )
            try:
                deed(kiosk, Looks(kiosk, tally))
                came = "nothing is left"
            except AssertionError as error:
                came, failures = f"FAILED: {error}", failures + 1
        done += 1
        print(f"{name}: {came}, {time.monotonic() - began:.0f} s", flush=True)
    print(tally.told())
    write(
        "forgetting",
        [
            Figure("visits and crashes", done, ""),
            Figure("kinds of needles", len(tally.needles), ""),
            Figure("forms of needles", tally.strings, ""),
            Figure("looks", tally.looks, ""),
            Figure("places", len(tally.seen.places), ""),
            Figure("looked through", tally.seen.size / 1e6, "MB"),
            Figure("hits", len(tally.seen.hits), "", 0),
            Figure("failures", failures, "", 0),
        ],
        seed=seed,
    )
    return 1 if failures else 0


def _deeds() -> list[tuple[str, str, Callable[[Kiosk, Looks], None]]]:
    """What is done, each with a kiosk of its own: its name, the scanner, and the deed."""
    ends = [visits.finish, visits.start_over, visits.by_staff]
    found: list[tuple[str, str, Callable[[Kiosk, Looks], None]]] = []
    for scanner in ("swipe", "document", "glass"):
        for end in ends:
            found.append((f"{scanner}, {end.__name__}", scanner, _ended(end)))
    found += [(str(crash), "swipe", _crashed(crash)) for crash in ALL]
    return found


def _ended(end: Callable[[Kiosk], None]) -> Callable[[Kiosk, Looks], None]:
    def deed(kiosk: Kiosk, looks: Looks) -> None:
        crashes.come_to(kiosk, looks, Phase.AFTER)
        looks.left()
        end(kiosk)
        visits.is_over(kiosk.terminal)
        looks.over(f"after {end.__name__}")

    return deed


def _crashed(crash: Crash) -> Callable[[Kiosk, Looks], None]:
    def deed(kiosk: Kiosk, looks: Looks) -> None:
        crashes.come_to(kiosk, looks, crash.phase)
        crashes.bring_about(kiosk, crash)
        crashes.nothing_is_left(kiosk, looks, crash)

    return deed


if __name__ == "__main__":
    sys.exit(main())
