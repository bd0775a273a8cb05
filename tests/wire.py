"""What an app writes to its terminal: text, and the sequences that it needs; what else is there?"""

import re
from unicodedata import category

_KNOWN = re.compile(
    r"\x1b\[[0-9;]*m"  # colours
    r"|\x1b\[\d+;\d+H"  # where to write
    # Mouse, focus, alternate screen, paste, frames at once, sizes, cursor, line wrap.
    r"|\x1b\[\?(?:1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048|25|7)[hl]"
    r"|\x1b\[\?2026\$p"  # whether frames can be shown at once
    r"|\x1b\[>\d+u|\x1b\[<u"  # kitty's keyboard protocol
    r"|\x1b\]22;[a-z-]+\x07"  # the shape of the mouse pointer
    r"|\x1b\[!p|\x1b\[[23]J|\x1b\[H"  # the keeper's
    r"|\r\n|\r|\n"
)
_TEXT = ("L", "M", "N", "P", "S", "Zs")
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]")


def foreign(written: str) -> set[str]:
    """What is neither text that can be seen nor a sequence that the kiosk needs."""
    text = _KNOWN.sub("", written)
    return {
        text[at : at + 8]
        for at, char in enumerate(text)
        if not category(char).startswith(_TEXT) or _UNSEEN.match(char)
    }
