"""Whether a chip reader works: its field, one look into it, and how fast a chip answers."""

import time
from statistics import median

import msgspec

from hardware.chip_link import ChipLink, LinkError, NoChipError
from hardware.drivers import Reader
from hardware.verdicts import ChipVerdict

LOOK = 1.0
ASKED = 5
"""So often a chip is asked for the time that an answer takes."""
ANSWER_WITHIN = 2.0
QUESTION = bytes.fromhex("00A4040C07A0000002471001")
"""SELECT of the passport's application: whatever a chip answers to it, it answers."""


class Looked(msgspec.Struct, frozen=True):
    """One look of an open reader. Times in seconds."""

    instead: ChipVerdict | None
    """What was there in place of one chip that can be talked to: mostly NONE."""
    look: float
    """From the field on to the chip, or to nothing."""
    answer: float | None = None
    """From a question to the chip's answer, the middle one of `ASKED`; None: it fell silent."""


def look(reader: Reader, ask: bool) -> Looked:
    """Looks once for a chip; where `ask`, a chip that is there is asked something harmless.

    `HardwareError` when the reader itself fails.
    """
    began = time.monotonic()
    try:
        link = reader.connect(LOOK, lambda: False)
    except NoChipError as none:
        return Looked(none.verdict, time.monotonic() - began)
    except LinkError:
        return Looked(ChipVerdict.MUTE, time.monotonic() - began)
    try:
        took = time.monotonic() - began
        return Looked(None, took, _answer(link) if ask else None)
    finally:
        link.close()


def _answer(link: ChipLink) -> float | None:
    times = []
    for _ in range(ASKED):
        began = time.monotonic()
        try:
            link.transmit(QUESTION, ANSWER_WITHIN)
        except LinkError:
            return None
        times.append(time.monotonic() - began)
    return median(times)
