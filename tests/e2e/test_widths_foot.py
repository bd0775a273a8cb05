"""How wide foot draws what the kiosk writes: as wide as Textual takes it for, or lines break."""

import ast
import json
import re
import sys
from pathlib import Path

import pytest
from babel import Locale
from rich.cells import cell_len
from textual._border import BORDER_CHARS

from kiosk.places import shipped
from tests.e2e.compositor import MISSING, Compositor
from tests.processes import until

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

ROOT = Path(__file__).parents[2]
WRITTEN = [
    *(ROOT / "screens").rglob("*.py"),
    *(ROOT / "kiosk").rglob("*.py"),
    *shipped().rglob("*.toml"),
    *shipped().rglob("*.po"),
]
"""Where everything stands that the kiosk may put on the screen."""

ASK = r"""
import json, pathlib, re, sys, time, tty
asked, answered = map(pathlib.Path, sys.argv[1:])
pieces = json.loads(asked.read_text())
tty.setraw(0)
columns = []
for piece in pieces:
    # Cursor position report (ECMA-48, CPR): asked one by one, for the terminal keeps few answers.
    sys.stdout.write("\033[2J\033[H" + piece + "\033[6n")
    sys.stdout.flush()
    told = b""
    while not told.endswith(b"R"):
        told += sys.stdin.buffer.raw.read(32)
    columns.append(int(re.search(rb"\033\[1;(\d+)R", told)[1]) - 1)
answered.with_suffix(".part").write_text(json.dumps(columns))
answered.with_suffix(".part").rename(answered)
time.sleep(3600)
"""


def measured(folder: Path, pieces: list[str]) -> dict[str, int]:
    """How many columns each piece takes in foot."""
    asked, answered = folder / "asked.json", folder / "answered.json"
    asked.write_text(json.dumps(pieces))
    with Compositor() as compositor:
        compositor.foot(sys.executable, "-c", ASK, str(asked), str(answered))
        until(answered.exists, "foot has told all widths")
    return dict(zip(pieces, json.loads(answered.read_text()), strict=True))


def strings(file: Path) -> str:
    """What is written in a file: of a program its strings, where characters may be escaped."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        return text
    constants = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    return "\n".join(value for value in constants if isinstance(value, str))


def written() -> set[str]:
    """Every character beyond ASCII that the kiosk writes, and every word with such a one."""
    words: set[str] = set()
    for file in WRITTEN:
        words.update(re.findall(r"\S*[^\x00-\x7f]\S*", strings(file)))
    for language in sorted(path.name for path in (shipped() / "languages").iterdir()):
        words.update(Locale.parse(language).territories.values())
    borders = "".join("".join(rows) for look in BORDER_CHARS.values() for rows in look)
    return {*words, *"".join(words), *borders}


def test_foot_draws_what_the_kiosk_writes_as_wide_as_textual_takes_it_for(tmp_path: Path) -> None:
    # Of long words the beginning: what is asked for stands on one line.
    pieces = sorted({"".join(filter(str.isprintable, word))[:60] for word in written()} - {""})
    assert {"█", "▀", "●", "╭", "å", "æ", "Ø"} <= set(pieces)
    wrong = {
        piece: (columns, cell_len(piece))
        for piece, columns in measured(tmp_path, pieces).items()
        if columns != cell_len(piece)
    }
    assert not wrong, "columns in foot, and as Textual counts them"


def test_what_is_not_to_be_written_is_seen(tmp_path: Path) -> None:
    """The same measure tells the words that Textual and foot take for differently wide."""
    told = measured(tmp_path, ["हिन्दी", "ü"])
    assert told["हिन्दी"] != cell_len("हिन्दी")
    assert told["ü"] == 1
