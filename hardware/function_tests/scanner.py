"""Whether a scanner reads: by a document that somebody shows, or by its test card."""

import time
from enum import StrEnum
from typing import TYPE_CHECKING

from hardware.code_rehearsal import read
from hardware.drivers import Flatbed, LineScanner, PictureScanner
from hardware.errors import HardwareError, Reason
from hardware.function_tests.pictures import WATCHED, Seen, watch
from hardware.mrz.specimens import ICAO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CARD = ICAO["TD3"]
"""The lines on the test card: the specimen of ICAO Doc 9303 part 4, of the state Utopia."""
SCANNED_WITHIN = 45.0
"""Seconds for one scan: a little more than the driver gives it."""
NOTHING_MOVES = 8.0
"""Seconds of one and the same picture: over an empty tray a camera needs not be broken for it."""
BLACK_UP_TO = 8
"""The brightest grey of a scan whose lamp is out, 0 to 255."""


class Sight(StrEnum):
    """What was read, the better the later; no more of it: a document is nobody's business here."""

    NOTHING = "nothing"
    NO_CODE = "no-code"
    """Something that is no machine-readable code, or could not be read."""
    CODE = "code"
    """A document's code, with every check digit right."""
    CARD = "card"
    """The test card's."""


def wait_for_lines(scanner: LineScanner, seconds: float) -> Sight:
    """What an open reader that sends lines reads within so many seconds, at its best."""
    deadline = time.monotonic() + seconds
    sight = Sight.NOTHING
    while sight in (Sight.NOTHING, Sight.NO_CODE) and (left := deadline - time.monotonic()) > 0:
        lines = scanner.read_lines(min(left, 0.5))
        if lines is not None:
            sight = _sight_of(lines)
    return sight


def watch_scanner(
    scanner: PictureScanner, seconds: float = WATCHED, for_card: bool = False
) -> tuple[Seen, Sight]:
    """The pictures of an open document camera, and what was read in them if a card is looked for.

    `HardwareError` as `watch` raises it.
    """
    best = Sight.NOTHING

    def show(picture: "NDArray[np.uint8]") -> bool:
        nonlocal best
        if for_card:
            best = max(best, sight_in(picture), key=list(Sight).index)
        return best is Sight.CARD

    seen = watch(scanner, seconds, show, frozen_after=NOTHING_MOVES)
    return seen, best


def scan(scanner: Flatbed, seconds: float = SCANNED_WITHIN) -> "NDArray[np.uint8] | None":
    """The picture of one scan, uint8 grey; None where there is no paper to draw in.

    `HardwareError`: BLACK where the lamp is out, TIMEOUT, or the driver's own.
    """
    scanner.scan()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        picture = scanner.newest_frame(0.5)
        if picture is not None:
            if int(picture.max()) <= BLACK_UP_TO:
                raise HardwareError(Reason.BLACK)
            return picture
        if not scanner.scanning:
            return None
    raise HardwareError(Reason.TIMEOUT)


def sight_in(picture: "NDArray[np.uint8]") -> Sight:
    """What stands in a picture, uint8 grey or BGR."""
    from hardware.mrz.recognising import ReadStatus

    reading = read(picture)
    if reading.status is ReadStatus.OK:
        return Sight.CARD if reading.lines == CARD else Sight.CODE
    return Sight.NO_CODE if reading.zone is not None else Sight.NOTHING


def _sight_of(lines: tuple[str, ...]) -> Sight:
    from hardware.mrz.decoding import decode_text
    from hardware.mrz.parsing import MalformedCodeError, parse

    decoded = decode_text(lines)
    told = decoded.lines if decoded and decoded.sure else lines
    try:
        document = parse(told)
    except MalformedCodeError:
        return Sight.NO_CODE
    if not document.valid:
        return Sight.NO_CODE
    return Sight.CARD if told == CARD else Sight.CODE
