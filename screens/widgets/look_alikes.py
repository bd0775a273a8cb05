"""Signs that are taken for one another, drawn large as a document's code has them: 0, O, 1, I."""

from collections.abc import Sequence

from rich.text import Text

SIGNS = {
    "0": (" ▄▄ ", "█  █", "▀▄▄▀"),
    "O": ("▄▀▀▀▀▄", "█    █", "▀▄▄▄▄▀"),
    "1": ("▄█", " █", " █"),
    "I": ("▀█▀", " █ ", "▄█▄"),
}
"""Three rows each, in the shapes of OCR-B (ISO 1073-2), in which the code is printed."""

COLUMNS = 18
"""What each sign has with its words."""


def drawn(words: Sequence[tuple[str, str, str]]) -> Text:
    """The signs beside each other; `words`: each sign and the two lines of words beside it."""
    rows = []
    for row in range(3):
        cells = []
        for sign, *lines in words:
            beside = lines[row] if row < len(lines) else ""
            cells.append(f"{SIGNS[sign][row]:6} {beside}".ljust(COLUMNS))
        rows.append("".join(cells).rstrip())
    return Text("\n".join(rows), no_wrap=True)
