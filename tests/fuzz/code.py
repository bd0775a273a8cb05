"""Turns over what reads the text of a document's code, from a file or from a serial reader."""

# ruff: noqa: PT017 - these are no tests of pytest's

import re
from contextlib import suppress
from datetime import date

from hardware.messages import CodeFound, decode_from_host, encode
from hardware.mrz import dates
from hardware.mrz.check_digits import ALPHABET
from hardware.mrz.decoding import decode_text
from hardware.mrz.judging import judge
from hardware.mrz.parsing import Document, MalformedCodeError, parse
from hardware.mrz.specimens import FRENCH_CARD, ICAO
from hardware.scanners.framing import LONGEST_FRAME, Framing
from hardware.scanners.serial_lines import CHARACTERS, COUNTS, Lines
from hardware.scanners.serial_profiles import PROFILES
from hardware.simulated.swipe_scanner import Make, frame
from kiosk.document import BadInputError, as_text, parse_text, text_of

TODAY = date(2026, 11, 1)
SLOW = ("read",)
_SPECIMENS = [*ICAO.values(), FRENCH_CARD]


def fuzz_text(data: bytes) -> None:
    """`kiosk document parse`: bytes of a file to a table, which is read the same again."""
    try:
        text = text_of(data)
        told = parse_text(text, TODAY)
    except BadInputError as error:
        assert str(error).isprintable()
        return
    assert as_text(told).replace("\n", " ").isprintable()
    assert parse_text(text.strip().replace("\n", "\r\n"), TODAY) == told


def fuzz_lines(data: bytes) -> None:
    """The lines of a code to its fields, and what they mean."""
    lines = data.decode("utf-8", "replace").split("\n")
    try:
        document = parse(lines)
    except MalformedCodeError as error:
        assert error.problem.isprintable()
        assert error.line >= 1
        assert error.position >= 1
        return
    _check(document)
    assert parse([f" {line}\t" for line in lines]) == document


def _check(document: Document) -> None:
    fields = [value for value in vars(document).values() if isinstance(value, str)]
    assert all(set(field) <= {*ALPHABET, " ", "-", *"abcdefghijklmnopqrstuvwxyz"}
               for field in fields)  # fmt: skip
    for repeated in (False, True):
        told = judge(document, TODAY, repeated)
        assert re.fullmatch("[A-Z]{0,3}", told.country)
        sent = CodeFound(*told)
        assert decode_from_host(encode(sent)[4:]) == sent
    for day in (document.birth_date, document.expiry_date):
        born, ends = dates.birth_date(day, TODAY), dates.last_day(day, TODAY)
        assert born is None or born <= TODAY
        assert ends is None or ends.year <= TODAY.year + dates.YEARS_AHEAD


def fuzz_frames(data: bytes) -> None:
    """Bytes of a serial reader in chunks of any size; the first byte says how large they are.

    What comes out has the form of a code. How the bytes were cut makes no difference.
    """
    if not data:
        return
    size, sent = data[0] + 1, data[1:]
    whole, pieces = Framing(), Framing()
    found = whole.feed(sent)
    cut = [lines for at in range(0, len(sent), size) for lines in pieces.feed(sent[at : at + size])]
    assert found == cut
    assert whole.patience == pieces.patience
    assert whole.patience is None or 0 < whole.patience < 5
    # The first silence may keep a line for one that is to follow; the second keeps nothing.
    for lines in [*found, *whole.silence(), *whole.silence()]:
        _check_lines(lines)
    assert whole.patience is None
    assert whole.silence() == []
    # However much came, no more was kept than one frame.
    assert len(pieces._text) <= LONGEST_FRAME


def _check_lines(lines: Lines) -> None:
    assert 1 <= len(lines) <= max(COUNTS.values())
    for line in lines:
        assert 0 < len(line) <= 96
        assert set(line.encode("ascii")) <= CHARACTERS


def fuzz_read(data: bytes) -> None:
    """Lines with marks for what was not read, to what is told of them, as the host does it."""
    lines = tuple(data.decode("utf-8", "replace").split("\n"))
    decoded = decode_text(lines)
    read = lines
    if decoded is not None:
        assert all(set(line) <= set(ALPHABET) for line in decoded.lines)
        assert decoded.score <= 0
        assert decoded.cost >= -1e-6
        if decoded.sure:
            read = decoded.lines
    with suppress(MalformedCodeError):
        document = parse(read)
        _check(document)
        assert decoded is None or not decoded.sure or document.valid


def fuzz_inquiry(data: bytes) -> None:
    """Answers of readers to the question what they are: no more than one kind fits its own."""
    for profile in PROFILES.values():
        found = profile.answer.search(data)
        assert found is None or profile.inquiry


TARGETS = {
    "text": fuzz_text,
    "lines": fuzz_lines,
    "frames": fuzz_frames,
    "read": fuzz_read,
    "inquiry": fuzz_inquiry,
}


def seeds(target: str) -> list[bytes]:
    """The specimens of ICAO as files, and as readers of each make send them."""
    joined = ["\n".join(lines).encode() for lines in _SPECIMENS]
    match target:
        case "frames":
            makes = [frame(lines, make) for make in Make for lines in _SPECIMENS[:3]]
            swept = [b"A" * 40 + b"\r" + sent for sent in makes[:4]]
            endless = b"\x02" + b"P<UTO" * 200
            return [b"\x06" + sent for sent in [*makes, *swept, endless]]
        case "read":
            marked = [text.replace(b"R", b"?").replace(b"4", b"*") for text in joined]
            return [*joined, *marked]
        case "inquiry":
            return [
                b"V\0\x10IDBOX One 1.23",
                b"\x16M\rTRGMOD0\x06.",
                b"\x02\x01\0\0\0\0@QRYPDN\x06\x03",
            ]
        case "text":
            return [*joined, *(text.replace(b"\n", b"\r\n\r\n") for text in joined)]
        case _:
            return joined
