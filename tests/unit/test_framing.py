import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.mrz.specimens import ICAO
from hardware.scanners.framing import Framing

TD1, TD2, TD3 = ICAO["TD1"], ICAO["TD2"], ICAO["TD3"]


def _body(lines: tuple[str, ...], end: bytes = b"\r") -> bytes:
    return b"".join(line.encode() + end for line in lines)


FRAMINGS = {
    "access-is": lambda lines: b"\x1c\x02" + _body(lines) + b"\x03\x1d",
    "stx-etx": lambda lines: b"\x02" + _body(lines) + b"\x03",
    "stx-etx, joined by CR": lambda lines: b"\x02" + _body(lines)[:-1] + b"\x03",
    "CR": lambda lines: _body(lines, b"\r"),
    "LF": lambda lines: _body(lines, b"\n"),
    "CR LF": lambda lines: _body(lines, b"\r\n"),
    "CR CR": lambda lines: _body(lines, b"\r\r"),
}
framings = st.sampled_from(list(FRAMINGS.values()))
documents = st.sampled_from([TD1, TD2, TD3])


def _chunks(stream: bytes, sizes: list[int]) -> list[bytes]:
    """The stream cut into pieces of these sizes, again from the first when they run out."""
    chunks, at, i = [], 0, 0
    while at < len(stream):
        chunks.append(stream[at : at + sizes[i % len(sizes)]])
        at += sizes[i % len(sizes)]
        i += 1
    return chunks


def _fed(framing: Framing, chunks: list[bytes]) -> list[tuple[str, ...]]:
    return [lines for chunk in chunks for lines in framing.feed(chunk)]


@pytest.mark.parametrize("lines", [TD1, TD2, TD3], ids=["TD1", "TD2", "TD3"])
@pytest.mark.parametrize("frame", FRAMINGS.values(), ids=FRAMINGS)
def test_each_framing(frame, lines: tuple[str, ...]) -> None:
    framing = Framing()
    assert framing.feed(frame(lines)) == [lines]
    assert not framing.pending


@settings(deadline=None)
@given(
    st.lists(st.tuples(framings, documents), min_size=1, max_size=4),
    st.lists(st.integers(1, 9), min_size=1, max_size=20),
)
def test_chunks_of_any_size_give_the_same_documents(sent, sizes: list[int]) -> None:
    stream = b"".join(frame(lines) for frame, lines in sent)
    assert _fed(Framing(), _chunks(stream, sizes)) == [lines for _, lines in sent]


@settings(deadline=None)
@given(
    st.binary(max_size=40).filter(lambda noise: not set(noise) & {0x02, 0x0E, 0x1E}),
    documents,
    st.integers(1, 9),
)
def test_noise_before_a_marked_frame_does_not_matter(noise, lines, size: int) -> None:
    stream = noise + b"\x1c\x02" + _body(lines) + b"\x03\x1d" + noise
    assert lines in _fed(Framing(), _chunks(stream, [size]))


@settings(deadline=None)
@given(st.binary(max_size=300), st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_any_bytes_and_then_silence_leave_it_ready(noise: bytes, sizes: list[int]) -> None:
    framing = Framing()
    whole = Framing()
    assert _fed(framing, _chunks(noise, sizes)) == whole.feed(noise)
    assert framing.silence() == whole.silence()
    assert not framing.pending
    assert framing.feed(FRAMINGS["access-is"](TD3)) == [TD3]


@pytest.mark.parametrize("before", [b"\x1e", b"\x0e"], ids=["barcode", "magnetic stripe"])
def test_barcodes_and_magnetic_stripes_are_no_documents(before: bytes) -> None:
    framing = Framing()
    assert framing.feed(before + b"\x02" + _body(TD3) + b"\x03\x1f") == []
    assert framing.feed(FRAMINGS["access-is"](TD2)) == [TD2]


@pytest.mark.parametrize("cut", [1, 3, 40, 60, 92])
def test_half_a_frame_and_then_silence_is_dropped(cut: int) -> None:
    framing = Framing()
    assert framing.feed(FRAMINGS["access-is"](TD3)[:cut]) == []
    assert framing.silence() == []
    assert not framing.pending
    assert framing.feed(FRAMINGS["CR"](TD3)) == [TD3]


def test_a_frame_that_did_not_end_gives_way_to_the_next() -> None:
    frame = FRAMINGS["stx-etx"](TD3)
    assert Framing().feed(frame[:50] + frame) == [TD3]


def test_plain_lines_after_a_greeting() -> None:
    assert Framing().feed(b"READY v1.2\r\n" + _body(TD1, b"\r\n")) == [TD1]


def test_a_last_plain_line_without_an_end() -> None:
    framing = Framing()
    assert framing.feed(_body(TD3)[:-1]) == []
    assert framing.pending
    assert framing.silence() == [TD3]


def test_plain_lines_of_an_odd_length_are_told_after_silence() -> None:
    framing = Framing()
    misread = (TD3[0][:-1], TD3[1])
    assert framing.feed(_body(misread)) == []
    assert framing.silence() == [misread]


def test_half_of_plain_lines_is_dropped_after_silence() -> None:
    framing = Framing()
    assert framing.feed(_body(TD3)[:60]) == []
    assert framing.silence() == []
    assert framing.feed(_body(TD3)) == [TD3]


@pytest.mark.parametrize("noise", [b"A", b"\x02", b"A\r", b"\x02A", b"\x00", b"\xff\r"])
def test_memory_does_not_grow(noise: bytes) -> None:
    framing = Framing()
    chunk = noise * 2000
    framing.feed(chunk)
    tracemalloc.start()
    try:
        for _ in range(20):
            framing.feed(chunk)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 20_000
