"""Turns over what a terminal sends, and what is sent to it."""

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual._xterm_parser import XTermParser
from textual.color import Color
from textual.events import Key, MouseEvent, Paste

from screens.only_text import OnlyText, only_text
from screens.terminal_input import LONGEST as LONGEST_WAIT
from screens.terminal_input import Gate

_BLACK = Color(0, 0, 0)


def fuzz_gate(data: bytes) -> None:
    """Bytes of a terminal that may lie, in chunks: keys and touches come of them, and nothing else.

    The first byte says how large the chunks are. Afterwards the next key counts.
    """
    if not data:
        return
    now = [0.0]
    gate, parser = Gate(lambda: now[0]), XTermParser()
    size = data[0] + 1
    for at in range(1, len(data), size):
        _pass(gate.feed(data[at : at + size]), parser)
        now[0] += 0.01
    now[0] += LONGEST_WAIT + 1
    _pass(gate.tick(), parser)
    assert gate.feed(b"1") == "1"
    assert gate.tick() == ""


def _pass(text: str, parser: XTermParser) -> None:
    """As the driver does it."""
    assert "\x1b]" not in text
    for message in parser.feed(text) if text else parser.tick():
        assert not isinstance(message, Paste)
        if isinstance(message, Key):
            assert message.character is None or len(message.character) == 1
        if isinstance(message, MouseEvent):
            assert 0 <= message.x < 10_000
            assert 0 <= message.y < 10_000


def fuzz_text(data: bytes) -> None:
    """A text of any characters: what is drawn of it is as wide, and steers nothing."""
    text = data.decode("utf-8", "surrogatepass" if _is_passable(data) else "replace")
    drawn = only_text(text)
    assert only_text(drawn) == drawn
    assert all(char.isprintable() or char.isspace() for char in drawn)
    assert not any(char in drawn for char in "\x1b\x9b\x07\n\r\u202e\u200b\u2028\U000e0041")
    style = Style(link="https://example.com") if data[:1] == b"l" else Style(bold=True)
    passed = OnlyText().apply([Segment(text, style), Segment("a")], _BLACK)
    assert [cell_len(segment.text) for segment in passed] == [cell_len(text), 1]
    for segment in passed:
        assert segment.text == only_text(segment.text)
        assert segment.style is None or segment.style.link is None
        assert not segment.control


def _is_passable(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


TARGETS = {"gate": fuzz_gate, "text": fuzz_text}


def seeds(target: str) -> list[bytes]:
    """Keys, touches and reports as terminals send them; texts with all that steers."""
    if target == "text":
        told = (
            "Lyngby, 3. sal", "Ærø \u202eevil\u202c", "a\u200bb\ufeffc", "\x1b]52;c;aGk=\x07",
            "\x9b31m rød", "\x1b]8;;http://x\x1b\\x", "l\U000e0041\U000e007f",
            "日本 👩\u200d👧 \ufe0f", "\ud800", "tab\there", "\ue000", "e\u0301", "\u0600\u0644",
        )  # fmt: skip
        return [text.encode("utf-8", "surrogatepass") for text in told]
    sent = (
        b"1", b"\x1b[A", b"\x1bOP", b"\x1b[15;5~", b"\x1b[97;1u", b"\x1b[97;1:3u", b"\x1b[<0;12;7M",
        b"\x1b[<0;12;7m", b"\x1b[M !!", b"\x1b[I", b"\x1b[O", b"\x1b[?2026;2$y",
        b"\x1b[200~abc\x1b[201~", b"\x1b[200~never ended", b"\x1b]52;c;aGk=\x07",
        b"\x1bP1$r0m\x1b\\", b"\x1b[?1;2c",
        b"\x1b[48;24;80;600;800t", b"\x1b[24;80R", b"\xff\xfe", "æ".encode(), b"\x1b",
        b"\x1b\x1b[A", b"\x1bx", b"\x03\x1a\x1c", b"\x1b[1114112u", b"\x1b[57344;5u",
    )  # fmt: skip
    return [bytes([size]) + one for one in sent for size in (0, 200)] + [b"\x03" + b"".join(sent)]
