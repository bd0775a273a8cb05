"""The rehearsal of the chip in the device host: waits for a document, and reads its chip."""

import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hardware.chip_link import CancelledError, LinkError, NoChipError
from hardware.drivers import Driver, Reader
from hardware.errors import Reason
from hardware.messages import ChipFound, ChipProgress
from hardware.stage import Stage
from hardware.verdicts import ChipVerdict

if TYPE_CHECKING:
    from hardware.chip_link import ChipLink
    from hardware.emrtd.inspection import Inspection, Progress
    from hardware.emrtd.trust import TrustStore

LOOK = 1.0
"""Seconds for one look whether a chip is there."""
LOOK_INTERVAL = 0.3
"""Seconds from one look to the next: the field is off in between, and the processor at rest."""
CARD_TIMEOUT = 30.0
"""Seconds for one chip from the first command to the last."""
LEFT_AFTER = 1.0
"""Seconds without a chip after which the document that was read counts as taken away."""
MOST_BREAKS = 3
"""So often may contact break in one reading: then something is wrong with how the document lies."""

_READER_VERDICTS = {
    Reason.ABSENT: ChipVerdict.READER_MISSING,
    Reason.BUSY: ChipVerdict.READER_MISSING,
    Reason.HELD_BY_PCSCD: ChipVerdict.READER_MISSING,
    Reason.HELD_BY_KERNEL: ChipVerdict.READER_MISSING,
    Reason.DENIED: ChipVerdict.READER_MISSING,
    Reason.LIBRARY_MISSING: ChipVerdict.READER_MISSING,
    Reason.BAD_ADDRESS: ChipVerdict.READER_MISSING,
    Reason.UNKNOWN_DRIVER: ChipVerdict.READER_MISSING,
    Reason.SERVICE_DOWN: ChipVerdict.READER_SERVICE_DOWN,
}


def reader_verdict(reason: Reason) -> ChipVerdict:
    """What a failure of the reader means: it is not there, its service is down, or it was lost."""
    return _READER_VERDICTS.get(reason, ChipVerdict.READER_LOST)


def warm(trust: Path | None) -> None:
    """Imports what reads a chip and loads the countries' certificates, before anybody waits."""
    import hardware.emrtd.inspection  # noqa: F401

    _trust_in(trust)


def use_reader(driver: Driver, stage: Stage) -> None:
    """Says what lies on the reader, and reads what has a chip, until `stage.stop` is set."""
    reader = cast("Reader", driver)
    watch = Watch(stage, lambda: _inspection(stage), time.monotonic)
    while not stage.stop.is_set():
        try:
            link = reader.connect(LOOK, stage.ended)
        except NoChipError as nothing:
            watch.see_none(nothing.verdict)
        except CancelledError:
            continue
        except LinkError:  # it was there, and gone before a word was said
            watch.see_none(ChipVerdict.NONE)
        else:
            try:
                watch.see(link)
            finally:
                link.close()
        stage.alive()
        stage.stop.wait(LOOK_INTERVAL)


class Watch:
    """Turns what is on the reader, look by look, into what the app is told.

    One inspection goes on with the document for as long as that takes, also after it was taken
    away in the middle. What came out stays until the document was taken away and another is laid
    down; then all begins anew.
    """

    def __init__(
        self, stage: Stage, inspection: "Callable[[], Inspection]", now: Callable[[], float]
    ) -> None:
        self._stage = stage
        self._new_inspection = inspection
        self._now = now
        self._inspection: Inspection | None = None
        """The one that was begun and is not at its end."""
        self._breaks = 0
        """How often contact broke in this reading."""
        self._done = False
        """Whether the result of this document was told."""
        self._gone_since: float | None = None
        """Since when nothing lies on the reader."""

    def see_none(self, verdict: ChipVerdict) -> None:
        """A look that found no chip to talk to, and what it found instead."""
        if verdict is ChipVerdict.NONE:
            self._gone_since = self._now() if self._gone_since is None else self._gone_since
        elif self._is_another():
            self._begin_anew()
        if self._done:
            return
        # Where a document is missing that was being read, that is what is to be said.
        if self._inspection is None or verdict is not ChipVerdict.NONE:
            self._stage.chip(ChipFound(verdict))

    def see(self, link: "ChipLink") -> None:
        """A look that found a chip; reads it, unless it is the one that was read already."""
        if self._is_another():
            self._begin_anew()
        self._gone_since = None
        if self._done:
            return
        if self._inspection is None:
            self._inspection = self._new_inspection()
        result = self._inspection.run(link, CARD_TIMEOUT, self._stage.ended)
        verdict = result.verdict
        if verdict is ChipVerdict.CANCELLED:
            return
        if verdict is ChipVerdict.REMOVED:
            self._breaks += 1
            if self._breaks < MOST_BREAKS:
                self._stage.chip(ChipFound(verdict))
                return
            verdict = ChipVerdict.UNSTABLE
        self._inspection, self._done = None, True
        self._stage.chip(ChipFound(verdict, result.tries_left))

    def _is_another(self) -> bool:
        """Whether what lies there now came after the document that was read had gone."""
        gone = self._gone_since is not None and self._now() - self._gone_since >= LEFT_AFTER
        return self._done and gone

    def _begin_anew(self) -> None:
        self._done = False
        self._breaks = 0
        self._gone_since = None


def _inspection(stage: Stage) -> "Inspection":
    """What reads the next chip: with the key from the code that was scanned in this visit."""
    from hardware.emrtd.access_keys import BadKeyError, MrzKey
    from hardware.emrtd.inspection import Inspection
    from hardware.mrz.parsing import parse

    furthest = 0

    def report(progress: "Progress") -> None:
        nonlocal furthest
        stage.alive()
        # A chip that comes back is opened anew, but what was read of it is not lost.
        furthest = max(furthest, progress.percent)
        stage.chip(ChipProgress(progress.phase, furthest))

    lines = stage.known.lines
    try:
        key = MrzKey.of_document(parse(lines)) if lines else None
    except BadKeyError:  # a code that holds none, such as that of the older French card
        key = None
    code = lines if key else None
    return Inspection(key, code, _trust_in(stage.trust), today=date.today(), report=report)


@cache
def _trust_in(folder: Path | None) -> "TrustStore | None":
    from hardware.emrtd.trust import TrustStore

    return None if folder is None else TrustStore.load(folder)
