"""Finds the lines of documents in the bytes that a serial reader sends."""

import string
from collections import deque

SO, STX, ETX, RS = 0x0E, 0x02, 0x03, 0x1E
CR, LF = 0x0D, 0x0A
_OTHER_KINDS = (SO, RS)
"""Access-IS readers put these before STX for magnetic stripes and barcodes."""

LONGEST_FRAME = 512
"""Bytes; a code has at most 90, and a frame that does not end is noise."""

_PRINTABLE = frozenset(string.printable.strip().encode() + b" ")
_CODE_SIZES = {30: 3, 36: 2, 44: 2}
"""How many lines a code has, by their width (ICAO Doc 9303 parts 4 to 7)."""

Lines = tuple[str, ...]


class Framing:
    """Takes bytes in chunks of any size and gives the lines of each whole document.

    Framings: STX line CR line CR ... ETX, also with FS before and GS after it (Access-IS, Desko);
    plain lines that end with CR, LF or both. Bytes between frames do not matter, and never more
    than one frame and four lines are kept.
    """

    def __init__(self) -> None:
        self._before = 0
        self._frame: bytearray | None = None
        self._line = bytearray()
        self._plain: deque[str] = deque(maxlen=max(_CODE_SIZES.values()))
        self._overlong = False

    @property
    def pending(self) -> bool:
        """Whether something was begun that is not yet a document."""
        return self._frame is not None or bool(self._line or self._plain or self._overlong)

    def feed(self, chunk: bytes) -> list[Lines]:
        """The documents that these bytes complete, oldest first."""
        found = []
        for byte in chunk:
            lines = self._take(byte)
            if lines:
                found.append(lines)
            self._before = byte
        return found

    def silence(self) -> list[Lines]:
        """To be called when nothing has come for longer than a reader pauses within a document.

        Half a frame is dropped. Plain lines have no end mark: those that came are a document if
        they are two or more, so that a misread is told and not swallowed, and a last line without
        an end counts only where it makes the code whole.
        """
        if self._end_line() and not self._whole_code():
            self._plain.pop()
        lines = self._whole_code() or tuple(self._plain)
        self._reset()
        return [lines] if len(lines) >= 2 else []

    def _reset(self) -> None:
        self._before = 0
        self._frame = None
        self._line.clear()
        self._plain.clear()
        self._overlong = False

    def _take(self, byte: int) -> Lines:
        if byte == STX:  # never within a frame: what was begun before it is lost
            before = self._before
            self._reset()
            self._frame = bytearray([before])
            return ()
        if self._frame is None:
            return self._take_plain(byte)
        if byte == ETX:
            kind, body = self._frame[0], self._frame[1:]
            self._reset()
            return () if kind in _OTHER_KINDS else _lines(body)
        self._frame.append(byte)
        if len(self._frame) > LONGEST_FRAME:
            self._reset()
        return ()

    def _take_plain(self, byte: int) -> Lines:
        if byte in (CR, LF):
            self._end_line()
            lines = self._whole_code()
            if lines:
                self._plain.clear()
            return lines
        if byte in _PRINTABLE:
            self._line.append(byte)
            if len(self._line) > LONGEST_FRAME:
                self._line.clear()
                self._overlong = True  # until the line ends
        return ()

    def _end_line(self) -> bool:
        """Put the plain line that has come so far with the others; False when there is none."""
        line = "" if self._overlong else self._line.decode("ascii").strip()
        self._line.clear()
        self._overlong = False
        if line:
            self._plain.append(line)
        return bool(line)

    def _whole_code(self) -> Lines:
        """The newest plain lines, if they have the size of a code."""
        if not self._plain:
            return ()
        width = len(self._plain[-1])
        count = _CODE_SIZES.get(width, 0)
        newest = tuple(self._plain)[-count:] if count else ()
        whole = len(newest) == count and all(len(line) == width for line in newest)
        return newest if whole else ()


def _lines(body: bytearray) -> Lines:
    text = body.decode("ascii", errors="replace")
    return tuple(line for line in text.replace("\n", "\r").split("\r") if line)
