"""Finds the lines of documents in the bytes that a serial reader sends, whatever its maker.

| maker | bytes |
|---|---|
| Access-IS, Desko | FS STX line CR line CR ... ETX GS |
| 3M, Gemalto, Thales (RTE native) | SOH low high O U STX flag line CR line CR line CR ETX BCC |
| Elyctis | I high low line CR line ... |
| others | STX lines ETX; or lines with CR, LF or both, between them or after each; or joined |
"""

from collections import deque
from enum import Enum, auto

from hardware.scanners.serial_lines import (
    CHARACTERS,
    COUNTS,
    LONGEST,
    SHORTEST,
    Lines,
    apart,
    is_begun,
    is_joined,
    is_whole,
    lines_of,
    without_padding,
)

SOH, STX, ETX, LF, CR, SO, FS, GS, RS = 0x01, 0x02, 0x03, 0x0A, 0x0D, 0x0E, 0x1C, 0x1D, 0x1E

LONGEST_FRAME = 512
"""Bytes; a code has at most 90, and a frame that does not end is noise."""

SETTLED = 0.1
"""Seconds without a byte after which a whole code is taken that has no end mark."""
QUIET = 0.5
"""Seconds without a byte after which what was begun will not go on: a document at 9600 baud takes
0.1 s, and its bytes come in one go."""
ROWS = 2.0
"""Seconds that lines are waited for which a reader sends one by one, as it finds them."""

_ANSWERS = frozenset(b"ILCVWRT")
"""Elyctis: what an answer begins with. Its length follows, and is below 256: the next byte is NUL,
which no text has, so that the I of an identity card is not taken for one."""
_ANSWERS_WITH_LINES = frozenset(b"IL")
_RTE = 0x01_00_00_4F_55
_RTE_MASK = 0xFF_00_00_FF_FF
_LAST_FIVE = 0xFF_FF_FF_FF_FF


class _Within(Enum):
    """What the next byte belongs to."""

    PLAIN = auto()
    """Lines without marks around them, or noise."""
    MARKED = auto()
    """After STX."""
    RTE = auto()
    """The same, in an RTE block."""
    IGNORED = auto()
    """After STX, in a barcode or a magnetic stripe as Access-IS readers send them."""
    ANSWER = auto()
    """The lines that an Elyctis reader has found."""
    OTHER_ANSWER = auto()
    """What else an Elyctis reader says."""


class Framing:
    """Takes bytes in chunks of any size and gives the lines of each whole document.

    Noise between frames does not matter, and gives no document: what comes out looks like a code
    (`serial_lines`), in capital letters, digits, `<`, `?`, `*` and `_`. At most one frame and three
    lines are kept.
    """

    def __init__(self) -> None:
        self._recent = 0
        self._text = bytearray()
        self._rows: deque[str] = deque(maxlen=max(COUNTS.values()))
        self._reset()

    @property
    def patience(self) -> float | None:
        """Seconds of silence after which `silence` is to be called; None when nothing was begun."""
        if self._within is not _Within.PLAIN or self._blind:
            return QUIET
        if self._text:
            return SETTLED if self._newest(self._text.decode("ascii")) else QUIET
        if self._rows:
            return ROWS if is_begun(self._rows) else QUIET
        return None

    def feed(self, chunk: bytes) -> list[Lines]:
        """The documents that these bytes complete, oldest first."""
        found = []
        for byte in chunk:
            lines = self._take(byte)
            if lines:
                found.append(lines)
            self._recent = (self._recent << 8 | byte) & _LAST_FIVE
        return found

    def silence(self) -> list[Lines]:
        """To be called when nothing has come for `patience` seconds; gives what that completes.

        Half a frame is dropped. Plain lines have no end mark: what came is a document if it is two
        lines or more, so that a misread is told and not swallowed. A line of a code's width that
        stands alone is kept once, because some readers send line by line.
        """
        if self._within is _Within.PLAIN and self._text:
            line = self._text.decode("ascii")
            whole = self._end_line()
            if whole:
                self._reset()
                return [whole]
            if self._rows and self._rows[-1] == line and is_begun(self._rows):
                return []
        lines = tuple(self._rows)
        self._reset()
        self._recent = 0
        return [lines] if len(lines) >= 2 else []

    def _reset(self) -> None:
        self._within = _Within.PLAIN
        self._blind = False  # the next byte may be any, also one that is a mark elsewhere
        self._left = 0
        self._text.clear()
        self._broken = False  # after the plain line something came that is none of a code
        self._rows.clear()

    def _take(self, byte: int) -> Lines:
        if self._blind:
            self._blind = False
            return ()
        if byte == STX:  # never within a text: what was begun before it is lost
            self._begin_marked()
            return ()
        if self._within is _Within.PLAIN:
            return self._take_plain(byte)
        if self._left:
            return self._take_answer(byte)
        if byte == ETX:
            return self._end_marked()
        if self._within is not _Within.IGNORED:
            self._text.append(byte)
            if len(self._text) > LONGEST_FRAME:
                self._reset()
        return ()

    def _begin_marked(self) -> None:
        self._reset()
        if self._recent & _RTE_MASK == _RTE:
            self._within = _Within.RTE
            self._blind = True  # the flag
        elif self._recent & 0xFF in (SO, RS):
            self._within = _Within.IGNORED
        else:
            self._within = _Within.MARKED

    def _end_marked(self) -> Lines:
        within, lines = self._within, lines_of(bytes(self._text))
        self._reset()
        if within is _Within.RTE:
            self._blind = True  # the check byte
            return without_padding(lines)
        return lines if within is _Within.MARKED else ()

    def _take_answer(self, byte: int) -> Lines:
        self._text.append(byte)
        self._left -= 1
        if self._left:
            return ()
        lines = lines_of(bytes(self._text)) if self._within is _Within.ANSWER else ()
        self._reset()
        return lines

    def _take_plain(self, byte: int) -> Lines:
        if self._recent & 0xFF == 0 and self._recent >> 8 & 0xFF in _ANSWERS:
            with_lines = self._recent >> 8 & 0xFF in _ANSWERS_WITH_LINES
            self._reset()
            if byte:
                self._within = _Within.ANSWER if with_lines else _Within.OTHER_ANSWER
                self._left = byte
        elif byte in CHARACTERS:
            if self._broken:
                self._broken = False
                self._text.clear()
            if len(self._text) <= LONGEST:
                self._text.append(byte)
        elif byte in (CR, LF):
            return self._end_line()
        elif self._text:
            self._broken = True
        return ()

    def _end_line(self) -> Lines:
        """Put the plain line that has come with the others; all of them when that makes a code."""
        line = self._text.decode("ascii")
        self._text.clear()
        self._broken = False
        if not SHORTEST <= len(line) <= LONGEST:
            return ()
        if is_joined(line):
            self._rows.clear()
            return apart(line)
        whole = self._newest(line)
        if whole:
            self._rows.clear()
        else:
            self._rows.append(line)
        return whole

    def _newest(self, line: str) -> Lines:
        """The newest lines with this one, if they make a code."""
        before = COUNTS.get(len(line), 1) - 1
        lines = (*list(self._rows)[-before:], line) if before else (line,)
        return lines if is_whole(lines) else ()
