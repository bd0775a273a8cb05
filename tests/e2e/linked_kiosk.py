"""A program that holds a kiosk's link and has something happen all the time; for tests.

`python -m tests.e2e.linked_kiosk URL FLEET OUTBOX BOOT`: numbers what happens from 1, and prints
each number as soon as the link has it; at the end it says for how long its loop was held up.
"""

import asyncio
import contextlib
import signal
import sys
import time
from pathlib import Path

from kiosk.fleet import kiosk_link
from kiosk.fleet.kiosk_link import KioskLink
from kiosk.fleet.mqtt import Broker
from kiosk.fleet.reports import Doing, Event, Happened, KioskState
from kiosk.fleet.topics import Place

EVERY = 0.02


async def main() -> None:
    """Until SIGTERM."""
    url, fleet, outbox, boot = sys.argv[1:]
    place = Place("lyngby", "kiosk-1")
    files = (Path(fleet) / f"{name}.pem" for name in ("ca", "certificate", "key"))
    kiosk_link.LONGEST = 2.0
    link = KioskLink(
        Broker(url, *files, str(place)), place, boot, Path(outbox),
        on_command=lambda _: None, on_staffed=lambda _: None,
    )  # fmt: skip
    link.tell_state(KioskState(state=Doing.IDLE, boot=boot))
    leave = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, leave.set)
    running = asyncio.create_task(link.run())
    number, longest = 0, 0.0
    while not leave.is_set():
        number += 1
        link.happened(Event(id=f"{boot}-{number}", type=Happened.STEP, at=0))
        print(number, flush=True)
        began = time.monotonic()
        await asyncio.sleep(EVERY)
        longest = max(longest, time.monotonic() - began - EVERY)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    print(f"held up for {longest:.3f} s", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
