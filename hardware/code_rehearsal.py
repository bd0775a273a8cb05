"""The rehearsal of the code in the device host, on scanners that send lines or pictures."""

import time
from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, cast

from hardware.drivers import Driver, Flatbed, LineScanner, PictureScanner
from hardware.errors import HardwareError, Reason
from hardware.messages import CodeCoached, CodeFound, FromHost
from hardware.stage import FRAME_INTERVAL, Known, Stage
from hardware.verdicts import CodeHint, CodeVerdict, DeviceState, Role, ScannerKind
from hardware.watching import Watching

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hardware.mrz.parsing import Document
    from hardware.mrz.recognising import Reading, Recogniser
    from hardware.mrz.voting import Vote

    Picture = NDArray[np.uint8]

LEFT_AFTER = 1.0
"""Seconds without a code after which the document that was read counts as taken away."""
BACK_AFTER = 0.8
"""Seconds for which a code must then be there until it counts as another document: what is seen of
one that is being put away must not take what was found off the screen."""

_NOT_KEPT = (CodeVerdict.MISREAD, CodeVerdict.VISA)
"""Verdicts on a code that no chip opens with: what was known before stays."""

_recogniser: "Recogniser | None" = None
_reading = Lock()


def use_scanner(driver: Driver, stage: Stage) -> None:
    """Says what the scanner reads until `stage.stop` is set."""
    if isinstance(driver, Flatbed):
        _use_flatbed(driver, stage)
    elif isinstance(driver, PictureScanner):
        _use_document_camera(driver, stage)
    else:
        _use_line_scanner(cast("LineScanner", driver), stage)


def kind_of(driver: Driver) -> ScannerKind:
    """How a scanner takes a document."""
    return driver.kind if isinstance(driver, PictureScanner) else ScannerKind.SWIPE


def load(driver: Driver) -> None:
    """Loads the recogniser, where the scanner sends pictures, before it is said to be ready.

    `HardwareError` (LIBRARY_MISSING) where OpenCV or one of our networks is missing or broken.
    """
    if isinstance(driver, PictureScanner):
        with _reading:
            _loaded()


def warm(driver: Driver) -> None:
    """The same, and lets it look at nothing, so that the first document waits less."""
    if isinstance(driver, PictureScanner):
        import numpy as np

        read(np.full((720, 1280), 128, np.uint8))


def read(picture: "Picture") -> "Reading":
    """What the host's one recogniser reads in a picture; for one thread at a time."""
    with _reading:
        return _loaded().read(picture)


def _loaded() -> "Recogniser":
    global _recogniser
    if _recogniser is None:
        try:
            from hardware.mrz.recognising import Recogniser
        except (ImportError, OSError) as missing:
            raise HardwareError(Reason.LIBRARY_MISSING) from missing
        _recogniser = Recogniser()
    return _recogniser


def _use_line_scanner(scanner: LineScanner, stage: Stage) -> None:
    # Imported here: a kiosk without a scanner never needs it.
    from hardware.mrz.decoding import decode_text
    from hardware.mrz.parsing import MalformedCodeError, parse

    last: tuple[str, ...] = ()
    while not stage.stop.is_set():
        lines = scanner.read_lines(0.2)
        stage.alive()
        if lines is None:
            continue
        repeated, last = lines == last, lines
        decoded = decode_text(lines)
        # What the reader could not read, check digits may make sure of.
        read = decoded.lines if decoded and decoded.sure else lines
        try:
            document = parse(read)
        except MalformedCodeError:
            stage.send(CodeFound(CodeVerdict.MISREAD if decoded else CodeVerdict.UNREADABLE))
        else:
            stage.send(_code_found(document, read, stage.known, repeated))


def _code_found(
    document: "Document", lines: tuple[str, ...], known: Known, repeated: bool = False
) -> CodeFound:
    """What a document means; its code is kept, for the chip of the same document."""
    from hardware.mrz.judging import judge

    found = CodeFound(*judge(document, date.today(), repeated))
    if found.verdict not in _NOT_KEPT:
        known.lines = lines
    return found


def _use_flatbed(scanner: Flatbed, stage: Stage) -> None:
    from hardware.mrz.voting import Vote

    scans = Vote()
    while not stage.stop.is_set():
        if stage.scan.is_set():
            stage.scan.clear()
            scanner.scan()
        scanning = scanner.scanning
        state = DeviceState.OPENING if scanning else DeviceState.READY
        stage.status(Role.SCANNER, state, scanner=scanner.kind)
        picture = scanner.newest_frame(0.2)
        stage.alive()
        if picture is not None:
            stage.send(_verdict(read(picture), scans, stage.known))
        elif scanning and not scanner.scanning:  # there was no paper to draw in
            stage.send(CodeCoached(CodeHint.NO_DOCUMENT))


def _verdict(reading: "Reading", scans: "Vote", known: Known) -> CodeFound | CodeCoached:
    """What a scan says: by itself where it is sure, else with those before of the same document.

    A code with several zeros is doubted in each scan alone, however good that is.
    """
    from hardware.mrz.parsing import parse
    from hardware.mrz.recognising import ReadStatus

    if reading.status is ReadStatus.OK and reading.document is not None:
        scans.clear()
        return _code_found(reading.document, reading.lines, known)
    agreed = scans.add(reading.evidence)
    if agreed is None:
        return CodeCoached(next(iter(reading.hints), CodeHint.NO_DOCUMENT))
    scans.clear()  # the next one may be of another document
    return _code_found(parse(agreed.lines), agreed.lines, known, repeated=agreed.forced)


def _use_document_camera(scanner: PictureScanner, stage: Stage) -> None:
    watch = Watch(time.monotonic, stage.known)
    watching = Watching(stage, lambda frame: watch.see(read(frame)))
    due = 0.0
    stage.shown.set()
    try:
        while not stage.stop.is_set():
            frame = scanner.newest_frame(0.2)
            stage.alive()
            if frame is None:
                continue
            stage.status(Role.SCANNER, DeviceState.READY, scanner=scanner.kind)
            watching.look_at(frame)
            now = time.monotonic()
            # Frames do not come to the millisecond: one that is nearly due is due.
            if stage.shown.is_set() and now > due - FRAME_INTERVAL / 4:
                due = max(now, due) + FRAME_INTERVAL
                _show(frame, stage)
    finally:
        watching.end()


def _show(frame: "Picture", stage: Stage) -> None:
    from hardware.preview import reduce_document

    stage.show(Role.SCANNER, *reduce_document(frame, stage.columns, stage.rows))


class Watch:
    """Turns one reading after another into what the app is told.

    Hints until a document was read for sure; then nothing, so that what was found can be read in
    peace, until that document was taken away and something else is shown.
    """

    def __init__(self, now: Callable[[], float], known: Known | None = None) -> None:
        """`known` is where the code that was read for sure is kept."""
        self._now = now
        self._known = known or Known()
        self._begin()

    def _begin(self) -> None:
        from hardware.mrz.coaching import Coach
        from hardware.mrz.voting import Vote

        self._vote = Vote()
        self._coach = Coach(self._now)
        self._read = False
        self._last_seen = self._now()
        """When the document that was read was last there."""
        self._back_since: float | None = None
        """Since when a code is there again, after that document had been taken away."""

    def see(self, reading: "Reading") -> list[FromHost]:
        """What there is to say after one more reading, mostly nothing."""
        if self._read:
            if not self._is_another(reading):
                return []
            self._begin()
        found = self._found(reading)
        if found is not None:
            self._read, self._last_seen = True, self._now()
            return [found]
        # A look that was sure alone has no hint; all looks together are not yet sure.
        hint = self._coach.see(next(iter(reading.hints), CodeHint.HOLD_STILL))
        return [] if hint is None else [CodeCoached(hint)]

    def _is_another(self, reading: "Reading") -> bool:
        """Whether a document is shown after the one that was read had been taken away."""
        now = self._now()
        if reading.zone is None:
            self._back_since = None
        elif self._back_since is None and now - self._last_seen <= LEFT_AFTER:
            self._last_seen = now
        elif self._back_since is None:
            self._back_since = now
        return self._back_since is not None and now - self._back_since >= BACK_AFTER

    def _found(self, reading: "Reading") -> CodeFound | None:
        """What the document means, once all looks together are sure of every character."""
        from hardware.mrz.parsing import parse

        agreed = self._vote.add(reading.evidence)
        if agreed is None:
            return None
        # Wrong check digits come out of a vote only when many looks read them alike.
        return _code_found(parse(agreed.lines), agreed.lines, self._known, repeated=agreed.forced)
