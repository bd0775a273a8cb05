"""The de-framer of serial readers, fed by hand-made bytes of every framing, whole and broken."""

import random
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hardware.mrz.parsing import MalformedCodeError, parse
from hardware.mrz.specimens import FRENCH_CARD, ICAO
from hardware.scanners import framing as module
from hardware.scanners.framing import QUIET, ROWS, SETTLED, Framing
from hardware.scanners.serial_lines import CHARACTERS

TD1, TD2, TD3 = ICAO["TD1"], ICAO["TD2"], ICAO["TD3"]
MRV_A = ICAO["MRV-A"]
UNREAD = (TD3[0].replace("ANNA", "A??A"), TD3[1].replace("L898", "*8_8"))

Lines = tuple[str, ...]
Frame = Callable[[Lines], bytes]


def _body(lines: Lines, end: bytes = b"\r") -> bytes:
    return b"".join(line.encode() + end for line in lines)


def _rte(lines: Lines, counted_from: int = 1, check: bytes = b"\x5a", flag: bytes = b"0") -> bytes:
    """An RTE block; its length counts from that byte of the block, by source."""
    width = 30 if len(lines) == 3 else 44
    padded = b"".join(line.encode().ljust(width, b"_") + b"\r" for line in lines)
    text = b"OU\x02" + flag + b"\r" * (3 - len(lines)) + padded + b"\x03"
    length = len(text) + 3 - counted_from
    return b"\x01" + length.to_bytes(2, "little") + text + check


def _elyctis(lines: Lines, end: bytes = b"") -> bytes:
    data = "\r".join(lines).encode() + end
    return b"I" + len(data).to_bytes(2, "big") + data


MARKED: dict[str, Frame] = {
    "access-is": lambda lines: b"\x1c\x02" + _body(lines) + b"\x03\x1d",
    "access-is, always three lines": lambda lines: (
        b"\x1c\x02" + _body(lines) + b"\r" * (3 - len(lines)) + b"\x03\x1d"
    ),
    "stx-etx": lambda lines: b"\x02" + _body(lines) + b"\x03",
    "stx-etx, CR between": lambda lines: b"\x02" + _body(lines)[:-1] + b"\x03",
    "stx-etx, CR LF": lambda lines: b"\x02" + _body(lines, b"\r\n") + b"\x03",
    "stx-etx, joined": lambda lines: b"\x02" + _body(lines, b"") + b"\x03",
    "rte": _rte,
    "rte, length of all": lambda lines: _rte(lines, 0),
    "rte, length of the text": lambda lines: _rte(lines, 6),
    "rte, check byte STX": lambda lines: _rte(lines, check=b"\x02"),
    "rte, check byte I": lambda lines: _rte(lines, check=b"I"),
    "rte, flag ETX": lambda lines: _rte(lines, flag=b"\x03"),
    "elyctis": _elyctis,
    "elyctis, CR after": lambda lines: _elyctis(lines, b"\r"),
    "elyctis, echo of being armed": lambda lines: b"C\0\1\1" + _elyctis(lines),
}
ENDED: dict[str, Frame] = {
    "CR": lambda lines: _body(lines, b"\r"),
    "LF": lambda lines: _body(lines, b"\n"),
    "CR LF": lambda lines: _body(lines, b"\r\n"),
    "CR CR": lambda lines: _body(lines, b"\r\r"),
    "joined, CR": lambda lines: _body(lines, b"") + b"\r",
}
OPEN: dict[str, Frame] = {
    "CR between": lambda lines: _body(lines)[:-1],
    "joined": lambda lines: _body(lines, b""),
}
"""Without an end: only silence tells that they are whole."""
FRAMES = MARKED | ENDED | OPEN

frames = st.sampled_from(sorted(FRAMES))
documents = st.sampled_from([TD1, TD2, TD3, MRV_A, FRENCH_CARD])
sizes = st.lists(st.integers(1, 9), min_size=1, max_size=20)


def _chunks(stream: bytes, sizes: list[int]) -> Iterator[bytes]:
    """The stream cut into pieces of these sizes, again from the first when they run out."""
    at, i = 0, 0
    while at < len(stream):
        yield stream[at : at + sizes[i % len(sizes)]]
        at += sizes[i % len(sizes)]
        i += 1


def _read(framing: Framing, stream: bytes, sizes: list[int]) -> list[Lines]:
    """What the stream in such chunks gives, without the silence after it."""
    return [lines for chunk in _chunks(stream, sizes) for lines in framing.feed(chunk)]


def _silence(framing: Framing) -> list[Lines]:
    """What a long silence gives."""
    found = []
    for _ in range(3):
        if framing.patience is not None:
            found += framing.silence()
    assert framing.patience is None
    return found


# --- whole frames ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [TD1, TD2, TD3], ids=["TD1", "TD2", "TD3"])
@pytest.mark.parametrize("name", FRAMES)
def test_each_framing(name: str, lines: Lines) -> None:
    framing = Framing()
    found = framing.feed(FRAMES[name](lines))
    if name not in OPEN:
        assert found == [lines]
        assert framing.patience is None
    assert found + _silence(framing) == [lines]


@settings(deadline=None)
@given(st.lists(st.tuples(frames, documents), min_size=1, max_size=4), sizes)
def test_chunks_of_any_size_give_the_same_documents(
    sent: list[tuple[str, Lines]], sizes: list[int]
) -> None:
    framing = Framing()
    found = []
    for name, lines in sent:
        found += _read(framing, FRAMES[name](lines), sizes)
        if name in OPEN:
            found += _silence(framing)
    assert found == [lines for _, lines in sent]


@settings(deadline=None)
@given(st.binary(max_size=40), st.sampled_from(sorted(MARKED)), documents, sizes)
def test_noise_around_a_marked_frame_does_not_matter(
    noise: bytes, name: str, lines: Lines, sizes: list[int]
) -> None:
    # Neither the mark of another kind of frame, nor the head of an Elyctis answer.
    assume(not set(noise) & {0x00, 0x01, 0x02, 0x0E, 0x1E})
    framing = Framing()
    found = _read(framing, noise + MARKED[name](lines) + noise, sizes)
    assert found + _silence(framing) == [lines]


@settings(deadline=None)
@given(st.binary(max_size=40), st.sampled_from(sorted(ENDED)), documents, sizes)
def test_noise_before_plain_lines_does_not_matter(
    noise: bytes, name: str, lines: Lines, sizes: list[int]
) -> None:
    assume(not set(noise) & {0x00, 0x02} and max(map(len, noise.split(b"\r")), default=0) < 20)
    framing = Framing()
    # The noise ends in what is no character of a code; a space, or the end of a line.
    assert _read(framing, noise + b" " + ENDED[name](lines), sizes) == [lines]


def test_the_length_of_an_answer_may_be_any_mark() -> None:
    for lines in (TD1, TD3):
        for pad in range(60):
            framing = Framing()
            frame = _elyctis(lines, b"\r" * pad)
            assert framing.feed(frame) + _silence(framing) == [lines]


def test_the_i_of_an_identity_card_is_no_answer() -> None:
    assert Framing().feed(_body(TD1)) == [TD1]
    assert Framing().feed(b"I\x02" + _body(TD1) + b"\x03") == [TD1]
    assert Framing().feed(b"I" + _rte(TD1)) == [TD1]
    assert Framing().feed(b"I\x00" + b"\x02" + _body(TD1) + b"\x03") == [TD1]


@pytest.mark.parametrize(
    "other", [b"V\0\x061.7.00", b"I\0\0", b"C\0\1\0", b"C\0\1\1", b"R\0\x080000\r\n01"]
)
def test_other_answers_of_elyctis_are_no_documents(other: bytes) -> None:
    framing = Framing()
    assert framing.feed(other) == []
    assert framing.patience is None
    assert framing.feed(_elyctis(TD2)) == [TD2]


@pytest.mark.parametrize(
    "answer",
    [
        b"\x02\x010000@SCNTRG1\x06;\x03",
        b"\x02\x010000@QRYPDNNLS-FM430-KIOSK-IMAGER-2D\x06;\x03",
        b"TRGMOD0\x06.",
        b"READY V1.2\r\nHONEYWELL IMAGING AND MOBILITY\r\nREVISION: CA000064BBC 2019\r\n",
    ],
)
def test_answers_and_greetings_of_readers_are_no_documents(answer: bytes) -> None:
    framing = Framing()
    assert framing.feed(answer) + _silence(framing) == []
    assert framing.feed(_body(TD3)) == [TD3]


@pytest.mark.parametrize(
    ("begin", "end"), [(b"\x1e", b"\x1f"), (b"\x0e", b"\x0f")], ids=["barcode", "magnetic stripe"]
)
def test_barcodes_and_magnetic_stripes_are_no_documents(begin: bytes, end: bytes) -> None:
    framing = Framing()
    assert framing.feed(begin + b"\x02" + _body(TD3) + b"\x03" + end) == []
    assert framing.patience is None
    assert framing.feed(begin + b"\x02" + _body(TD3) * 40 + b"\x03" + end) == []
    assert framing.feed(MARKED["access-is"](TD2)) == [TD2]


# --- what was not read ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FRAMES)
def test_marks_for_what_was_not_read_stay(name: str) -> None:
    framing = Framing()
    found = framing.feed(FRAMES[name](UNREAD))
    assert found + _silence(framing) == [UNREAD]


@pytest.mark.parametrize("name", [name for name in FRAMES if "joined" not in name])
def test_lines_of_a_wrong_length_are_told_as_they_are(name: str) -> None:
    misread = (TD3[0][:-1], TD3[1])
    framing = Framing()
    found = framing.feed(FRAMES[name](misread))
    found += _silence(framing)
    if name.startswith("rte"):
        assert found == [(misread[0] + "_", misread[1])]  # the reader's own filling
    else:
        assert found == [misread]


def test_joined_lines_of_a_wrong_length_are_told_as_one() -> None:
    line = "".join(TD3)[:-1]
    assert Framing().feed(line.encode() + b"\r") == [(line,)]
    assert Framing().feed(b"\x02" + line.encode() + b"\x03") == [(line,)]


def test_rte_fills_narrower_lines_up() -> None:
    short = (TD2[0][:-1], TD2[1])
    assert Framing().feed(_rte(short)) == [(TD2[0][:-1] + "_", TD2[1])]
    unread = (TD3[0], TD3[1][:-2] + "__")
    assert Framing().feed(_rte(unread)) == [unread]
    assert Framing().feed(_rte(TD3[1:])) == [TD3[1:]]
    assert Framing().feed(_rte(("", TD3[1]))) == [TD3[1:]]


def test_control_characters_within_a_frame_are_taken_out() -> None:
    stream = b"\x02" + TD3[0].encode() + b"\x07\r\x80" + TD3[1].encode() + b"\x00\r\x03"
    assert Framing().feed(stream) == [TD3]


# --- lines one by one -----------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [TD1, TD2, TD3], ids=["TD1", "TD2", "TD3"])
@pytest.mark.parametrize("end", [b"", b"\r"], ids=["without an end", "CR"])
def test_rows_that_come_alone(lines: Lines, end: bytes) -> None:
    framing = Framing()
    found = []
    for line in lines:
        found += framing.feed(line.encode() + end)
        if framing.patience in (QUIET, SETTLED):
            found += framing.silence()
    assert found == [lines]


def test_how_long_it_waits() -> None:
    framing = Framing()
    assert framing.patience is None
    framing.feed(TD3[0].encode())
    assert framing.patience == QUIET
    framing.feed(b"\r")
    assert framing.patience == ROWS
    framing.feed(TD3[1][:-1].encode())
    assert framing.patience == QUIET
    framing.feed(TD3[1][-1:].encode())
    assert framing.patience == SETTLED
    assert framing.silence() == [TD3]
    assert framing.patience is None
    framing.feed(b"\x02")
    assert framing.patience == QUIET


def test_a_row_alone_is_dropped_in_the_end() -> None:
    framing = Framing()
    framing.feed(TD3[0].encode())
    assert framing.silence() == []
    assert framing.patience == ROWS
    assert framing.silence() == []
    assert framing.patience is None


@pytest.mark.parametrize("lines", [TD1, TD2, TD3], ids=["TD1", "TD2", "TD3"])
@pytest.mark.parametrize("lost", range(3))
def test_a_lost_line_does_not_mix_two_documents(lines: Lines, lost: int) -> None:
    framing = Framing()
    half = tuple(line for i, line in enumerate(lines) if i != lost % len(lines))
    assert framing.feed(_body(half) + _body(lines)) == [lines]
    assert framing.patience is None


# --- what is broken -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MARKED)
def test_half_a_frame_and_then_silence_is_dropped(name: str) -> None:
    frame = MARKED[name](TD3)
    whole = frame.rindex(TD3[1].encode()) + len(TD3[1])
    for cut in range(1, whole):
        framing = Framing()
        assert framing.feed(frame[:cut]) + _silence(framing) == []
        assert framing.feed(_body(TD3)) == [TD3]


@pytest.mark.parametrize("name", ENDED | OPEN)
@pytest.mark.parametrize("lines", [TD1, TD2, TD3], ids=["TD1", "TD2", "TD3"])
def test_half_of_plain_lines_is_never_taken_for_a_document(name: str, lines: Lines) -> None:
    frame = FRAMES[name](lines)
    for cut in range(1, frame.rindex(lines[-1].encode()) + len(lines[-1])):
        framing = Framing()
        for told in framing.feed(frame[:cut]) + _silence(framing):
            assert not _valid(told)
        assert framing.feed(_body(TD3)) == [TD3]


@pytest.mark.parametrize("name", MARKED)
def test_a_frame_that_did_not_end_gives_way_to_the_next(name: str) -> None:
    frame = MARKED["stx-etx"](TD3)
    for cut in range(1, len(frame)):
        if frame[cut - 1 : cut] == b"I" or "elyctis" in name:
            continue  # an answer has no mark that could not be text
        assert Framing().feed(frame[:cut] + MARKED[name](TD2))[-1:] == [TD2]


@settings(deadline=None)
@given(st.binary(max_size=300), sizes)
def test_any_bytes_and_then_silence_leave_it_ready(noise: bytes, sizes: list[int]) -> None:
    framing = Framing()
    whole = Framing()
    assert _read(framing, noise, sizes) == whole.feed(noise) == []
    assert framing.patience == whole.patience
    assert _silence(framing) == _silence(whole) == []
    assert framing.feed(FRAMES["access-is"](TD3)) == [TD3]


def _valid(lines: Lines) -> bool:
    try:
        return parse(lines).valid
    except MalformedCodeError:
        return False


MARKS = bytes(
    [module.SOH, module.STX, module.ETX, module.CR, module.LF, module.SO, module.FS, module.GS,
     module.RS, 0]
) + b"ILCVWRTOU_<"  # fmt: skip
NOISE = {
    "any bytes": (34_000, bytes(range(256))),
    "printable": (33_000, bytes(range(0x20, 0x7F)) + b"\r\n" * 2),
    "printable with many marks": (33_000, bytes(range(0x20, 0x7F)) + MARKS * 3),
}
"""100,000 streams in all."""


@pytest.mark.parametrize("kind", NOISE)
def test_noise_gives_no_document(kind: str) -> None:
    count, alphabet = NOISE[kind]
    seeded = random.Random(kind)
    letters = bytes(alphabet[i % len(alphabet)] for i in range(256))
    for _ in range(count):
        framing = Framing()
        stream = seeded.randbytes(seeded.randrange(1, 160)).translate(letters)
        assert framing.feed(stream) == []
        assert _silence(framing) == []


def test_frames_broken_by_noise_give_no_other_document() -> None:
    seeded = random.Random(3)
    names = sorted(FRAMES)
    # A letter turned into another is for the check digits to find, as far as they can.
    noise = bytes(byte for byte in range(256) if byte not in CHARACTERS)
    foreign = bytes(noise[i % len(noise)] for i in range(256))
    read = 0
    for _ in range(6000):
        lines = seeded.choice([TD1, TD2, TD3])
        stream = bytearray(FRAMES[seeded.choice(names)](lines))
        for _ in range(seeded.randrange(1, 4)):
            at = seeded.randrange(len(stream) + 1)
            size = seeded.randrange(1, 20)
            match seeded.randrange(4):
                case 0:
                    stream[at : at + 1] = seeded.randbytes(1).translate(foreign)
                case 1:
                    stream[at:at] = seeded.randbytes(size).translate(foreign)
                case 2:
                    stream[at : at + size] = b""
                case 3:
                    stream[at:at] = stream[: size * 5]
        framing = Framing()
        for told in framing.feed(bytes(stream)) + _silence(framing):
            read += told == lines
            # What no check digit covers, the name above all, may have been damaged unseen.
            assert not _valid(told) or _checked(told) == _checked(lines)
    assert read > 100  # not all were damaged where it matters


def _checked(lines: Lines) -> object:
    document = parse(lines)
    return document.number, document.birth_date, document.expiry_date


@pytest.mark.parametrize(
    "noise",
    [
        b"A", b"\x02", b"A\r", b"\x02A", b"\x00", b"\xff\r", b"I\x00\xff", b"\x1e\x02A", b"A" * 30,
        b"A" * 30 + b"\r", b"\x01\x60\x00OU\x02",
    ],
)  # fmt: skip
def test_memory_does_not_grow(noise: bytes) -> None:
    framing = Framing()
    chunk = noise * (2000 // len(noise) + 1)
    framing.feed(chunk)
    tracemalloc.start()
    try:
        for _ in range(20):
            framing.feed(chunk)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 20_000
