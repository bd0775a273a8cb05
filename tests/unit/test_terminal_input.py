"""What a terminal sends: keys, fingers and mice come through whole, and nothing else."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from screens.terminal_input import ESCAPE_WITHIN, LONGEST, QUIET, Gate

KEYS = {
    "a digit": b"1",
    "letters": "aæøå日".encode(),
    "Ctrl+A": b"\x01",
    "Enter": b"\r",
    "Backspace": b"\x7f",
    "an arrow": b"\x1b[A",
    "Ctrl+arrow": b"\x1b[1;5A",
    "Delete": b"\x1b[3~",
    "F12": b"\x1b[24~",
    "F1 and a keypad": b"\x1bOP",
    "Shift+Tab": b"\x1b[Z",
    "a key by kitty's protocol": b"\x1b[97u",
    "Ctrl+C by it": b"\x1b[99;5u",
    "a key of the keypad by it, with its text": b"\x1b[57400;;49u",
    "a finger": b"\x1b[<0;12;7M\x1b[<0;12;7m",
    "the wheel": b"\x1b[<64;12;7M",
    "frames at once": b"\x1b[?2026;2$y",
}
NOTHING = {
    "broken UTF-8": b"\xff\xfe\xc0\xaf",
    "C1 controls": "\x9b31m\x90\x9d".encode()[:2],
    "a key that is let go": b"\x1b[97;1:3u",
    "a key with its other letters": b"\x1b[97:65;5u",
    "a key beyond Unicode": b"\x1b[1114112u",
    "half of a character": b"\x1b[55296u",
    "text beyond Unicode": b"\x1b[97;;99999999u",
    "a size": b"\x1b[48;10000;10000;1;1t",
    "no size": b"\x1b[48;0;0;0;0t",
    "focus": b"\x1b[I\x1b[O",
    "a mode": b"\x1b[?2048;1$y",
    "device attributes": b"\x1b[?62;4;22c\x1b[>1;13;0c",
    "where the cursor is": b"\x1b[24;80R",
    "an absurd place": b"\x1b[<0;99999;1M",
    "a place before the screen": b"\x1b[<0;-1;1M",
    "an absurd button": b"\x1b[<99999;1;1M",
    "the mouse as of old": b"\x1b[M 11",
    "colours": b"\x1b]10;rgb:1111/2222/3333\x1b\\",
    "what is on the clipboard": b"\x1b]52;c;MTIzNDU2\x07",
    "its version": b"\x1bP>|foot(1.13.1)\x1b\\",
    "a picture": b"\x1b_Gi=31;OK\x1b\\",
    "a pasted text": b"\x1b[200~12\x1b[31m3\x1b[200~\x00456\x1b[201~",
}
NEVER_ENDED = {
    "paste": b"\x1b[200~",
    "OSC": b"\x1b]52;c;",
    "DCS": b"\x1bP>|",
    "APC": b"\x1b_G",
    "sequence": b"\x1b[" + b"1;" * 100,
    "short sequence": b"\x1b[1",
    "intermediate bytes": b"\x1b[ $ $",
}


class Clock:
    """It stands still until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def passed(data: bytes) -> str:
    """What is let through of bytes that come at once, with what is when nothing follows."""
    clock = Clock()
    gate = Gate(clock)
    through = gate.feed(data)
    clock.now += QUIET
    return through + gate.tick()


def read(text: str) -> list[Message]:
    """What Textual's parser makes of it."""
    parser = XTermParser()
    return [*(parser.feed(text) if text else ()), *parser.feed("")]


@pytest.mark.parametrize("said", KEYS.values(), ids=KEYS)
def test_a_key_and_a_finger_come_through_as_they_are(said: bytes) -> None:
    assert passed(said) == said.decode()


@pytest.mark.parametrize("said", NOTHING.values(), ids=NOTHING)
def test_nothing_else_comes_through_and_the_next_key_does(said: bytes) -> None:
    assert passed(said) == ""
    assert passed(said + b"7") == "7"
    assert passed(said + b"\x1b[A") == "\x1b[A"


@pytest.mark.parametrize("said", {**KEYS, **NOTHING}.values(), ids=[*KEYS, *NOTHING])
def test_it_does_not_matter_how_it_is_cut(said: bytes) -> None:
    gate = Gate(Clock())
    one_by_one = "".join(gate.feed(bytes([byte])) for byte in said + b"7")
    assert one_by_one == passed(said + b"7")


@pytest.mark.parametrize("said", NEVER_ENDED.values(), ids=NEVER_ENDED)
def test_what_does_not_end_is_given_up_when_nothing_comes(said: bytes) -> None:
    clock = Clock()
    gate = Gate(clock)
    assert gate.feed(said) == ""
    clock.now += QUIET
    assert gate.tick() == ""
    assert gate.feed(b"1") == "1"


def test_keys_count_again_although_a_paste_does_not_end_and_the_keys_are_struck_fast() -> None:
    clock = Clock()
    gate = Gate(clock)
    gate.feed(b"\x1b[200~")
    struck = 0
    while not gate.feed(b"7"):
        clock.now += QUIET / 2
        gate.tick()
        struck += 1
        assert struck < 3 * LONGEST / QUIET


def test_a_megabyte_that_is_pasted_is_nothing_and_nothing_of_it_is_kept() -> None:
    gate = Gate(Clock())
    gate.feed(b"\x1b[200~")
    for _ in range(256):
        assert gate.feed(b"1\x1b[31m" * 600) == ""
        assert len(gate._held) < 10
    assert gate.feed(b"\x1b[201~7") == "7"


def test_a_lone_escape_is_the_key_and_only_when_nothing_follows() -> None:
    clock = Clock()
    gate = Gate(clock)
    assert gate.feed(b"\x1b") == ""
    assert gate.tick() == ""
    clock.now += ESCAPE_WITHIN
    assert gate.tick() == "\x1b"
    assert gate.tick() == ""


def test_with_alt_a_key_is_the_same_key() -> None:
    assert passed(b"\x1b1\x1ba") == "1a"


SAID = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([*KEYS.values(), *NOTHING.values(), *NEVER_ENDED.values()]),
    st.from_regex(rb"\x1b[\[O\]P]?[<>?=]?[0-9;:]{0,40}[ $]?[@-~]?", fullmatch=True),
)


@given(st.lists(SAID, max_size=12))
@example([b"\x1b[;;u"])
@example([b"\x1b[1;0;0:0:0u"])
def test_whatever_a_terminal_says_textual_can_read_what_comes_through(said: list[bytes]) -> None:
    clock = Clock()
    gate = Gate(clock)
    text = ""
    for data in said:
        text += gate.feed(data)
        clock.now += ESCAPE_WITHIN
        text += gate.tick()
    wanted = events.Key | events.MouseEvent
    for message in read(text):
        assert isinstance(message, wanted) or type(message).__name__.startswith("TerminalSupports")
