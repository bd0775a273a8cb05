"""One kiosk of the soak in a process of its own: `python -m tests.soak.worker ORDER`.

Tells each visit as a line of JSON, and at the end what of the kiosk is left.
"""

import pickle
import signal
import sys
import traceback
from pathlib import Path

import msgspec

from kiosk.places import shipped
from tests.soak.findings import Finding, Order, Told
from tests.soak.kiosk import left_over, started
from tests.soak.visits import START_WITHIN, Citizens, Looks


def main() -> None:
    """Carries out the order."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the kiosk is ended, too
    order = msgspec.json.decode(sys.argv[1], type=Order)
    folder = Path(order.folder)
    file = shipped() / "machines" / f"{order.machine}.toml"
    looks: Looks = pickle.loads(Path(order.looks).read_bytes())
    with started(folder / "kiosk", file, order.languages, order.sound, order.other_clock) as kiosk:
        citizens = Citizens(kiosk, order.kiosk, order.seed, order.languages, looks, order.spared)
        if not kiosk.screen.comes(lambda: kiosk.screen.look() == looks.first, START_WITHIN):
            raise TimeoutError(f"the kiosk does not begin:\n{kiosk.screen.text()}")
        for number, faults in order.visits:
            try:
                told = citizens.visit(number, faults)
            except Exception:
                failed = Finding("soak", number, traceback.format_exc())
                told = Told(
                    kiosk=order.kiosk, visit=number, seconds=0, steps=0, ended_by="the soak",
                    findings=(failed,),
                )  # fmt: skip
            print(msgspec.json.encode(told).decode(), flush=True)
    if left := left_over(folder / "kiosk"):
        found = Finding("left over", order.visits[-1][0], "\n".join(left))
        print(msgspec.json.encode(found).decode(), flush=True)


if __name__ == "__main__":
    main()
