"""Whoever holds the terminal of a kiosk attacks the real program through it: keys, pastes, lies."""

import random
import time
from collections.abc import Iterator
from itertools import count, product
from pathlib import Path

import pytest

from tests.e2e.attacked import Attacked, attacked
from tests.processes import until


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    with attacked(tmp_path_factory.mktemp("k")) as terminal:
        yield terminal


@pytest.fixture
def kiosk(running: Attacked) -> Iterator[Attacked]:
    """A kiosk with somebody at the first question; after the attack it is what it was before."""
    yield running
    running.answers()
    running.is_as_before()


ARROWS_AND_MORE = "ABCDEFHPQS"
KITTY = [9, 13, 27, 32, 127, *range(57344, 57455)]
"""Tab, Enter, Escape, Space, Backspace, and every functional key of kitty's protocol."""
NO_DIGITS = [code for code in (*range(33, 127), *range(0xA0, 0x180)) if not 48 <= code <= 57]
CHORDS = [
    # Ctrl+A to Ctrl+Z, but Tab and Enter, and Ctrl+@ \ ] ^ _; then with Alt.
    *(bytes([code]) for code in range(32) if code not in (9, 10, 13, 27)),
    *(b"\x1b" + bytes([code]) for code in range(32) if code not in (9, 10, 13, 27)),
    *(b"\x1b" + bytes([code]) for code in NO_DIGITS if code < 127 and code not in b"*#O["),
    # Function keys, with every modifier, as xterm, rxvt and Linux's console send them.
    *(f"\x1b[{n};{m}~".encode() for n, m in product((*range(1, 8), *range(11, 35)), range(1, 17))),
    *(f"\x1b[1;{m}{end}".encode() for end, m in product(ARROWS_AND_MORE, range(2, 17))),
    *(f"\x1b[{n}{end}".encode() for n, end in product(range(1, 35), "~^$@")
      if n not in (9, 13, 32)),
    *(f"\x1b[[{end}".encode() for end in "ABCDE"),
    *(f"\x1bO{end}".encode() for end in "PQRSHFABCDM"),
    # The same and all other keys by kitty's protocol: with Shift, Alt, Ctrl, Super, Hyper, Meta.
    *(f"\x1b[{c};{m}u".encode() for c, m in product(KITTY, (2, 3, 5, 7, 9, 17, 33, 65))
      if not (c in (9, 13) or 57399 <= c <= 57416)),
    *(f"\x1b[{c};{m}u".encode() for c, m in product(NO_DIGITS, (3, 5, 6, 7, 9, 13, 17, 33, 64))
      if chr(c) not in "*#"),
    # xterm's modifyOtherKeys.
    *(f"\x1b[27;{m};{c}~".encode() for c, m in product(range(65, 123), (5, 6, 7))),
]  # fmt: skip
"""Every chord that is no key of the kiosk: what the screen shows must not change."""


def test_no_chord_does_anything(kiosk: Attacked) -> None:
    before = kiosk.standing_still(0.3)
    for start in range(0, len(CHORDS), 200):
        # A letter behind each: a chord that is cut off may not take the next one in.
        kiosk.send(b"".join(chord + b"x" for chord in CHORDS[start : start + 200]))
        assert kiosk.standing_still(0.3) == before, f"one of {CHORDS[start : start + 200]}"


def test_a_slow_hand_cannot_put_a_sequence_together(kiosk: Attacked) -> None:
    """Escape, then what would follow it: each by itself, as a person strikes keys."""
    before = kiosk.standing_still(0.3)
    for keys in ("\x1b[", "\x1bP", "\x1b]", "\x1b\x1b\x1b"):
        for key in keys:
            kiosk.press(key)
            time.sleep(0.15)
        assert kiosk.standing_still(0.3) == before


PASTED = {
    "digits": b"1234567890*#" * 50,
    "a megabyte": b"1" * (1 << 20),
    "escapes": b"\x1b[31m\x1b]52;c;MTIz\x07\x1b[200~\x1b[2J1\x03\x11" * 500,
    "no UTF-8": bytes(range(1, 256)).replace(b"\x1b", b"") * 50,
}


def test_a_pasted_text_is_nothing(kiosk: Attacked) -> None:
    before = kiosk.standing_still(0.3)
    for name, text in PASTED.items():
        kiosk.send(b"\x1b[200~" + text + b"\x1b[201~")
        assert kiosk.standing_still(0.5) == before, name


LIES = {
    "what it is": b"\x1b[?62;4;22c\x1b[>41;354;0c\x1bP!|00000000\x1b\\",
    "where the cursor is": b"\x1b[1;1R\x1b[99999;99999R\x1b[0;0R\x1b[?1;2;3R",
    "modes": b"".join(f"\x1b[?{mode};{value}$y".encode()
                      for mode in (1, 25, 1000, 1006, 1016, 1049, 2004, 2026, 2031, 2048, 9999)
                      for value in range(6)),
    "sizes": b"".join(f"\x1b[48;{r};{c};{h};{w}t".encode() for r, c, h, w in
                      ((0, 0, 0, 0), (1, 1, 1, 1), (10000, 10000, 1, 1), (24, 80, 0, 0),
                       (99999, 99999, 99999, 99999))) + b"\x1b[8;0;0t\x1b[4;1;1t\x1b[9;1;1t",
    "focus": b"\x1b[O\x1b[I" * 500 + b"\x1b[O",
    "absurd places": b"".join(f"\x1b[<{b};{x};{y}{end}".encode() for b, x, y, end in product(
        (0, 1, 2, 3, 32, 35, 64, 66, 67, 128, 255), (0, 1, 80, 81, 9999), (0, 25, 9999), "mM")),
    "places that are none": b"\x1b[<0;99999999999;1M\x1b[<0;-5;-5M\x1b[<;;M\x1b[<M\x1b[M\x20\x7f!",
    "old mice": b"\x1b[35;9;9M\x1b[0;1;1M\x1b[M#!!",
    "colours": b"\x1b]4;1;rgb:ff/ff/ff\x1b\\\x1b]10;rgb:0/0/0\x07\x1b]11;?\x07",
    "a clipboard": b"\x1b]52;c;MTIzNDU2Nzg5MA==\x1b\\\x1b]52;c;" + b"MTIz" * 5000 + b"\x07",
    "kitty": b"\x1b[?25u\x1b[97;1:3u\x1b[97:65:97;5:2;97u\x1b[1114112u\x1b[55296u\x1b[;;9999999999u"
             b"\x1b_Gi=1;" + b"A" * 5000 + b"\x1b\\",
    "broken UTF-8": b"\xff\xfe\x80\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80" * 100 + b"\xe2\x82",
    "C1 controls": "".join(map(chr, range(0x80, 0xA0))).encode() * 50,
    "unfinished": b"\x1b[\x1b[1;\x1b[?\x1bO\x1bP\x1b]\x1b_\x1b^\x1bX\x1b[<0;\x1b[200\x1b[48;1",
    "too long": b"\x1b[" + b"1;" * 5000 + b"m" + b"\x1b[" + b" " * 500 + b"q",
}  # fmt: skip


def test_a_terminal_that_lies_changes_nothing(kiosk: Attacked) -> None:
    before = kiosk.standing_still(0.3)
    for name, lie in LIES.items():
        kiosk.send(lie)
        assert kiosk.standing_still(0.4) == before, name
        kiosk.is_alive(name)


def test_what_never_ends_makes_nobody_deaf(kiosk: Attacked) -> None:
    """A quarter of a megabyte of a paste or a report without its end; the next key counts."""
    for begun in (b"\x1b[200~", b"\x1b]52;c;", b"\x1bP+r", b"\x1b_G", b"\x1b[1;"):
        before = kiosk.standing_still(0.3)
        kiosk.send(begun + b"1" * (1 << 18))
        assert kiosk.standing_still(0.5) == before, begun
        kiosk.answers()


def test_a_window_of_any_size_is_drawn_or_waited_out(kiosk: Attacked) -> None:
    for columns, rows in ((1, 1), (0, 0), (2, 65535), (10000, 10000), (65535, 1), (480, 135)):
        kiosk.resize(columns, rows)
        kiosk.standing_still(0.3)
    kiosk.resize(80, 24)
    kiosk.wait_until(lambda screen: "CPR" in screen, "the question, once there is room")


def test_a_storm_of_sizes_ends(kiosk: Attacked) -> None:
    sizes = random.Random(9)
    for _ in range(300):
        kiosk.resize(sizes.randrange(1, 200), sizes.randrange(1, 60))
        time.sleep(0.005)
    kiosk.resize(80, 24)
    kiosk.wait_until(lambda screen: "CPR" in screen, "the question, once there is room")


KEYS_A_SECOND = 10_000
SECONDS = 3


def test_ten_thousand_keys_and_touches_a_second(running: Attacked) -> None:
    """Keys, chords, touches and drags from a seed; then the next person's visit begins."""
    hand = random.Random(4711)
    memory = resident(running.processes.app)
    taken = running.storm((_strike(hand) for _ in count()), KEYS_A_SECOND, SECONDS)
    print(f"{taken} bytes of keys and touches were taken in {SECONDS} s")
    running.next_person()
    running.answers()
    running.is_as_before()
    until(lambda: resident(running.processes.app) < memory + 100, "what came was not kept")


def _strike(hand: random.Random) -> bytes:
    match hand.randrange(4):
        case 0:
            column, row = hand.randrange(1, 81), hand.randrange(1, 25)
            return f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m".encode()
        case 1:
            column, row = hand.randrange(1, 81), hand.randrange(1, 25)
            return f"\x1b[<32;{column};{row}M".encode()
        case 2:
            return hand.choice(CHORDS)
        case _:
            return hand.choice("1234567890*#\t\r ").encode()


def resident(pid: int) -> int:
    """Memory of a process (MB)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(dict(line.split(":", 1) for line in lines)["VmRSS"].split()[0]) // 1024
