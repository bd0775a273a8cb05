"""Right inputs made wrong, by chance from a seed: for a moment of fuzzing without a fuzzer."""

from collections.abc import Iterator, Sequence
from random import Random

PIECES = (
    b"\x00", b"\xff", b"\x80", b"\x83\xff\xff\xff", b"\x84\xff\xff\xff\xff", b"\x1b[2J", b"\x02",
    b"\x03", b"\r\n", b"\xc3\x28", b"\xed\xa0\x80", "\u202e".encode(), b"[" * 400, b"{" * 400,
    b"9" * 5000, b"-1", b"1e999", b"nan", b"null", b'"', b"\\u0000", b"<", b"=", b"\t",
)  # fmt: skip
"""Lengths that lie, marks of frames, broken UTF-8, what steers a screen, depth, numbers."""


def altered(seeds: Sequence[bytes], runs: int, longest: int, chance: Random) -> Iterator[bytes]:
    """So many inputs: the seeds overwritten, put into, cut and joined, and now and then noise."""
    for _ in range(runs):
        if chance.random() < 0.1:
            yield chance.randbytes(chance.randrange(200))
            continue
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 4)):
            # What steers the rest, tags and lengths, is mostly at the beginning.
            at = chance.randint(0, chance.choice((min(len(data), 60), len(data))))
            piece = chance.choice((chance.randbytes(chance.randint(1, 3)), chance.choice(PIECES)))
            match chance.randrange(6):
                case 0 | 1:
                    data[at : at + len(piece)] = piece
                case 2:
                    data[at:at] = piece
                case 3:
                    del data[at : at + len(piece)]
                case 4:
                    del data[at:]
                case _:
                    other = chance.choice(seeds)
                    data[at:] = other[min(at, len(other)) :]
        yield bytes(data[:longest])
