"""Text from outside, as it may be printed."""


def plain(text: str) -> str:
    """A text from outside, such as a file's name, as it may be put on a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)
