"""Hands the sentences of config/*.toml to Babel, for the catalogue beside Python's."""

import tomllib
from collections.abc import Collection, Iterator
from typing import IO, Any

_SENTENCES = {
    "text", "title", "instruction", "expect", "warning", "waiting", "after", "help", "words",
    "goes_on_text", "what_for", "name", "why", "says",
}  # fmt: skip
_LISTS = {"needs", "closing"}


def extract(
    file: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: dict[str, Any],
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Babel's extraction method for our TOML: (line, function, message, comments) each.

    TOML gives no line numbers, so each message is looked up in the text; the line is for people.
    """
    source = file.read().decode()
    lines = source.splitlines()
    for sentence in _sentences(tomllib.loads(source)):
        start = sentence[:40]
        line = next((n for n, text in enumerate(lines, 1) if start in text), 1)
        yield line, None, sentence, []


def _sentences(table: Any, key: str = "") -> Iterator[str]:
    if isinstance(table, dict):
        for name, value in table.items():
            if name == "phases" and isinstance(value, dict):
                yield from value.values()
            elif name == "steps" and isinstance(value, list):
                # A situation's list of step ids is no text; a route's list of sentences is.
                yield from (sentence for sentence in value if " " in sentence)
            else:
                yield from _sentences(value, name)
    elif isinstance(table, list):
        for value in table:
            yield from _sentences(value, key)
    elif isinstance(table, str) and table and (key in _SENTENCES or key in _LISTS):
        yield table
