"""What a terminal sends, before Textual reads it: only keys, the mouse, and one report pass.

Whoever can type on the terminal, or speak in its place, can send anything. Textual 8.2.8 ends with
an error at bytes that are no UTF-8 and at keys with more about them than it asked for, waits for
ever for the end of a pasted text, and styles the whole screen anew whenever the focus is said to
have come or gone: a few hundred of such reports are half a minute. A kiosk has one window.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Callable
from time import monotonic

ESCAPE_WITHIN = 0.1
"""Seconds within which a sequence must be whole; after them a lone ESC is the key Escape."""
QUIET = 0.25
"""Seconds without a byte after which the end of a paste or a report is waited for no longer."""
LONGEST = 10.0
"""Seconds for which something that does not end is thrown away at most; then keys count again."""

_ESCAPE = "\x1b"
_SEQUENCE = re.compile(r"\x1b\[[-0-?]{0,64}[ -/]{0,4}[@-~]|\x1bO[A-Za-z]")
_LONG = 64
_BEGUN = re.compile(r"\x1b(?:\[[-0-?]{0,64}[ -/]{0,4}|O)?")
_STRING = re.compile(r"\x1b[\]PX^_]")
"""The beginning of an OSC, DCS, SOS, PM or APC (ECMA-48, 8.3): a report that nobody asked for."""
_STRING_END = re.compile(r"\x07|\x1b\\")
_PASTE = "\x1b[200~"
_PASTE_END = re.compile(r"\x1b\[201~")
_FINAL = re.compile("[@-~]")
"""The end of a sequence that is too long."""
_OLD_MOUSE = "\x1b[M"
"""Three bytes follow, which would be taken for keys."""

_KEY = re.compile(
    r"\x1b\[(\d{0,7})(?:;\d{0,3}(?:;(\d{0,7}(?::\d{1,7}){0,7}))?)?[u~A-FHPQSZ]|\x1bO[A-Za-z]"
)
_POINTER = re.compile(r"\x1b\[<\d{1,3};\d{1,4};\d{1,4}[Mm]")
_SYNCHRONISED = re.compile(r"\x1b\[\?2026;[0-4]\$y")
"""Whether the terminal can show a whole frame at once: the one thing that it is asked."""
_NO_KEY = re.compile("[\x80-\x9f\ufffd]")


class Gate:
    """Lets through what a keyboard, a finger and a mouse can say, whole and within its limits."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        """The beginning of a sequence whose end has not come."""
        self._end: re.Pattern[str] | None = None
        """What ends that which is thrown away now; None: nothing is."""
        self._since = self._last = 0.0

    def feed(self, data: bytes) -> str:
        """What of these bytes is for Textual's parser."""
        now = self._last = self._clock()
        text = self._held + self._decode(data)
        self._held = ""
        passed: list[str] = []
        while text:
            if self._end is not None:
                text = self._throw_away(text, now)
                continue
            at = text.find(_ESCAPE)
            if at != 0:
                plain = text if at < 0 else text[:at]
                passed.append(_NO_KEY.sub("", plain))
                text = text[len(plain) :]
                continue
            text = self._sequence(text, passed, now)
        return "".join(passed)

    def tick(self) -> str:
        """To be called now and then: what is let through because nothing more has come."""
        quiet = self._clock() - self._last
        if quiet < (ESCAPE_WITHIN if self._end is None else QUIET):
            return ""
        pressed = self._end is None and self._held == _ESCAPE
        self._held, self._end = "", None
        return _ESCAPE if pressed else ""

    def _throw_away(self, text: str, now: float) -> str:
        """What is left of the text behind the end of what is not wanted."""
        assert self._end is not None
        if found := self._end.search(text):
            self._end = None
            return text[found.end() :]
        if now - self._since > LONGEST:
            self._end = None
            return ""
        # The end may have begun.
        at = text.rfind(_ESCAPE, -len(_PASTE))
        self._held = text[at:] if at >= 0 else ""
        return ""

    def _sequence(self, text: str, passed: list[str], now: float) -> str:
        """Takes one sequence from the beginning of the text; what is left."""
        if _STRING.match(text):
            self._end, self._since = _STRING_END, now
            return text[2:]
        if found := _SEQUENCE.match(text):
            sequence = found.group()
            if sequence == _PASTE:
                self._end, self._since = _PASTE_END, now
            elif sequence == _OLD_MOUSE:
                if len(text) < found.end() + 3:
                    self._held = text
                return text[found.end() + 3 :]
            elif _is_wanted(sequence):
                passed.append(sequence)
            return text[found.end() :]
        begun = _BEGUN.match(text)
        assert begun is not None
        if begun.end() == len(text):
            self._held = text
            return ""
        if begun.end() > _LONG:
            self._end, self._since = _FINAL, now
        # Something else follows: a key that was pressed while Alt was held, or nonsense.
        return text[begun.end() :]


def _is_wanted(sequence: str) -> bool:
    if key := _KEY.fullmatch(sequence):
        codes = ":".join(filter(None, key.groups())).split(":")
        return all(not code or _is_character(int(code)) for code in codes)
    return any(form.fullmatch(sequence) for form in (_POINTER, _SYNCHRONISED))


def _is_character(code: int) -> bool:
    return code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
