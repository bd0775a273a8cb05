"""Nothing is marked, copied or acted on: a mouse on the real kiosk, and text with actions in it."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from kiosk.places import shipped
from tests.e2e.attacked import Attacked, attacked

ATTACK = "[@click=app.quit]Tap[/] \x1b]52;c;eA==\x07\x9b31m\u202e\u200b[link=http://x]here[/link]"
"""Put into the question that every visit opens with, as a site may write its own."""
SHOWN = "[@click=app.quit]Tap[/]"


def toml(text: str) -> str:
    """A string of TOML with every odd character escaped."""
    escaped = "".join(c if c.isascii() and c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return f'"{escaped}"'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """A kiosk whose site has changed the first question's help, in its own folder."""
    folder = tmp_path_factory.mktemp("k")
    site = tmp_path_factory.mktemp("site")
    (site / "kiosk.toml").write_text("[input]\ndebounce_seconds = 0.05\n")
    (site / "situations").mkdir()
    questions = (shipped() / "situations" / "triage.toml").read_text()
    (line, *_) = re.findall(r"(?m)^help = .*$", questions)
    changed = questions.replace(line, f"help = {toml(ATTACK)}", 1)
    (site / "situations" / "triage.toml").write_text(changed)
    with attacked(folder, "--config", str(site / "kiosk.toml")) as terminal:
        yield terminal


@pytest.fixture
def kiosk(running: Attacked) -> Iterator[Attacked]:
    yield running
    running.answers()
    running.is_as_before()


def test_an_action_in_a_text_is_words(kiosk: Attacked) -> None:
    screen = kiosk.wait_until(lambda screen: SHOWN in screen, "the text as it was written")
    rows = [number for number, line in enumerate(screen.splitlines(), 1) if "[@click" in line]
    for row, column in product(rows, range(1, 81)):
        kiosk.send(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m".encode())
    assert kiosk.standing_still(0.3) == screen


COPIES = {
    "Ctrl+C": b"\x03",
    "Ctrl+Shift+C": b"\x1b[99;6u",
    "Super+C": b"\x1b[99;9u",
    "Ctrl+Insert": b"\x1b[2;5~",
    "Ctrl+A": b"\x01",
    "Ctrl+X": b"\x18",
    "the key Copy": b"\x1b[57430u",
}
PASTES = {"Ctrl+V": b"\x16", "Shift+Insert": b"\x1b[2;2~", "Super+V": b"\x1b[118;9u"}


def button(number: int, column: int, row: int, end: str = "M") -> bytes:
    """A report of the mouse (xterm's SGR, 1006)."""
    return f"\x1b[<{number};{column};{row}{end}".encode()


def click(column: int, row: int, times: int) -> bytes:
    """One place clicked so often."""
    return (button(0, column, row) + button(0, column, row, "m")) * times


def drag(start: tuple[int, int], end: tuple[int, int], modifiers: int) -> bytes:
    """From one cell to another, with these keys held (4: Shift, 8: Alt, 16: Ctrl)."""
    (column, row), (to_column, to_row) = start, end
    steps = [
        (column + (to_column - column) * n // 10, row + (to_row - row) * n // 10) for n in range(11)
    ]
    moves = b"".join(button(32 + modifiers, *place) for place in steps)
    return button(modifiers, column, row) + moves + button(modifiers, to_column, to_row, "m")


def test_nothing_is_marked_or_copied(kiosk: Attacked) -> None:
    before = kiosk.standing_still(0.3)
    row = next(
        n for n, line in enumerate(before.splitlines(), 1) if "somebody on the phone" in line
    )
    painted, cells = len(kiosk.written), kiosk.cells()
    for times in (2, 3, 4):
        kiosk.send(click(10, row, times))
    for modifiers in (0, 4, 8, 16):
        kiosk.send(drag((3, row), (40, row + 1), modifiers))
        kiosk.send(drag((40, row), (2, 1), modifiers))
        for copied in COPIES.values():
            kiosk.send(copied)
    for pasted in PASTES.values():
        kiosk.send(pasted)
    assert kiosk.standing_still(0.3) == before
    assert kiosk.cells() == cells, "something is marked"
    assert b"\x1b]52" not in kiosk.written[painted:], "something was put on the clipboard"


def test_the_wheel_moves_nothing(kiosk: Attacked) -> None:
    before = kiosk.standing_still(0.3)
    for number in (64, 65, 66, 67):
        kiosk.send(button(number, 40, 12) * 50)
    assert kiosk.standing_still(0.3) == before


def test_the_palette_does_not_open(kiosk: Attacked) -> None:
    before = kiosk.standing_still(0.3)
    kiosk.send(b"\x10\x1b[112;5u\x1b[112;6u\x0f\x1b[57364u\x1b[23~\x1b[24~")
    assert kiosk.standing_still(0.3) == before
