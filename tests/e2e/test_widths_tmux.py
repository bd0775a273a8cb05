"""How wide tmux draws what the kiosk writes, for machines without a compositor and foot."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from babel import Locale
from rich.cells import cell_len

from screens.widgets.bidi import drawn, runs_from_right
from tests.e2e.test_tmux import Tmux
from tests.e2e.test_widths_foot import ASK, written
from tests.processes import until

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

FROM_RIGHT = ("ar", "fa", "he", "ur")


def measured(folder: Path, pieces: list[str]) -> dict[str, int]:
    """How many columns each piece takes in tmux."""
    asked, answered = folder / "asked.json", folder / "answered.json"
    asked.write_text(json.dumps(pieces))
    tmux = Tmux(folder / "tmux", [sys.executable, "-c", ASK, str(asked), str(answered)])
    try:
        until(answered.exists, "tmux has told all widths")
    finally:
        tmux.close()
    return dict(zip(pieces, json.loads(answered.read_text()), strict=True))


def from_right() -> set[str]:
    """The words of country names that run from right to left, as the kiosk draws them."""
    names = (n for code in FROM_RIGHT for n in Locale(code).territories.values())
    return {drawn(word) for name in names for word in name.split() if runs_from_right(word)}


def test_tmux_draws_what_the_kiosk_writes_as_wide_as_textual_takes_it_for(tmp_path: Path) -> None:
    words = written() | from_right()
    pieces = sorted({"".join(filter(str.isprintable, word))[:60] for word in words} - {""})
    assert len(pieces) > 1000
    assert {drawn("السلام"), "█", "Ø"} & set(pieces)
    wrong = {
        piece: (columns, cell_len(piece))
        for piece, columns in measured(tmp_path, pieces).items()
        if columns != cell_len(piece)
    }
    assert not wrong, "columns in tmux, and as Textual counts them"


def test_what_is_not_to_be_written_is_seen(tmp_path: Path) -> None:
    told = measured(tmp_path, ["हिन्दी", "1\ufe0f\u20e3", "ü", drawn("كتاب")])
    assert told["हिन्दी"] != cell_len("हिन्दी")
    assert told["1\ufe0f\u20e3"] != cell_len("1\ufe0f\u20e3")
    assert told["ü"] == 1
    assert told[drawn("كتاب")] == 4
