"""Words in lines of so many cells, for texts that are drawn and not laid out by Textual."""

from rich.cells import cell_len, chop_cells

from kiosk.language import plain

WIDEST_LETTER = 2
"""Cells."""


def wrap(text: str, width: int) -> list[str]:
    """The words of a text in lines of at most `width` cells; only a longer word is broken.

    In a window that is hardly there, a key may have less than no room for its words.
    """
    width = max(width, WIDEST_LETTER)
    lines: list[str] = []
    line = ""
    for word in plain(text).split():
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        *full, rest = _pieces(word, width)
        lines += [line, *full] if line else full
        line = rest
    return [*lines, line] if line else lines


def is_whole(text: str, lines: list[str]) -> bool:
    """Whether no word of the text was broken, but for those that were at a hyphen."""
    return _words(" ".join(lines)) == _words(plain(text))


def _pieces(word: str, width: int) -> list[str]:
    """A word in pieces: broken after its first hyphen if that will do, else wherever it must."""
    if cell_len(word) <= width:
        return [word]
    head, hyphen, tail = word.partition("-")
    if tail and cell_len(head) < width:
        return [head + hyphen, *_pieces(tail, width)]
    return chop_cells(word, width)


def _words(text: str) -> list[str]:
    return text.replace("-", "- ").split()
