"""Counting what happens in a fleet without a console: day and night, and what was missed, too.

The broker keeps for a week what comes while nobody counts: a library at night has no clerk.
"""

import asyncio
import contextlib
import logging
import random
from pathlib import Path

from kiosk.fleet import console_files, statistics_store
from kiosk.fleet.mqtt import PortError, connected
from kiosk.fleet.reports import BadReportError, Event, decode
from kiosk.fleet.topics import EXPIRES, Leaf, Place, parsed

WRITTEN_EVERY = 2.0
"""Seconds between two writes."""
_WAITS = (1.0, 60.0)
_log = logging.getLogger(__name__)


async def collect(folder: Path, file: Path) -> None:
    """Counts into `file` until it is cancelled; `folder` is that of an operator of its own.

    `ConfigError` where the folder cannot be read.
    """
    console = console_files.load(folder)
    filters = console.settings.filters([Leaf.EVENT])
    events: list[tuple[Place, Event]] = []
    writing = asyncio.create_task(_write(file, events))
    wait = _WAITS[0]
    try:
        while True:
            try:
                async with connected(
                    console.broker, None, filters, session_expiry=EXPIRES[Leaf.EVENT]
                ) as port:
                    _log.info("connected")
                    wait = _WAITS[0]
                    async for message in port.messages():
                        told = parsed(message.topic)
                        with contextlib.suppress(BadReportError):
                            if told is not None and told[1] is Leaf.EVENT:
                                events.append((told[0], decode(message.payload, Event)))
            except PortError as error:
                _log.warning("no connection to the broker: %s", error)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(2 * wait, _WAITS[1])
    finally:
        writing.cancel()
        _written(file, events)


async def _write(file: Path, events: list[tuple[Place, Event]]) -> None:
    while True:
        await asyncio.sleep(WRITTEN_EVERY)
        taken = events.copy()
        if await asyncio.to_thread(_written, file, taken):
            del events[: len(taken)]


def _written(file: Path, events: list[tuple[Place, Event]]) -> bool:
    """Whether they are in the file; those that are not are tried again, and counted once."""
    try:
        if events:
            statistics_store.take(file, events)
    except statistics_store.StoreError as error:
        _log.warning("statistics: %s", error)
        return False
    return True
