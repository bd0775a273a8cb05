"""What is looked for of a visit: who was there, their document, its chip and keys, and pictures.

Everybody is invented, and each run has somebody else, so that what is found is of this visit.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import numpy as np
from numpy.typing import NDArray

from hardware.emrtd.access_keys import MrzKey
from hardware.mrz.formats import FORMATS
from hardware.mrz.parsing import parse
from hardware.mrz.writing import write
from hardware.resources import Resource

Picture = NDArray[np.uint8]
Strings = dict[str, list[bytes]]
"""By what they are of, what is looked for."""

SLICE = 32
"""Bytes of each piece that is looked for of a file of a chip, of a picture, or of its rows."""
SLICES = 8
"""Pieces of each of them."""
_LETTERS = "BCDFGHJKLMNPRSTVWZ", "AEIOUY"


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist, and their passport."""

    lines: tuple[str, ...]
    cpr: str
    """Ten digits as those of a personal number, of nobody; they are typed at the kiosk, too."""

    @classmethod
    def made(cls, random: Random) -> "Person":
        """Somebody else for each seed."""
        born = date(1950, 1, 1) + timedelta(random.randrange(18000))
        cpr = f"{born:%d%m%y}{random.randrange(10000):04}"
        lines = write(
            FORMATS["TD3"],
            document_code="P",
            issuer="DNK",
            nationality="DNK",
            surname=_name(random),
            given_names=f"{_name(random)} {_name(random)}",
            number="".join(random.choices("0123456789", k=9)),
            birth_date=f"{born:%y%m%d}",
            sex=random.choice("FM"),
            expiry_date=f"{date.today() + timedelta(random.randrange(200, 3000)):%y%m%d}",
            optional=cpr,
        )
        return cls(lines, cpr)

    def words(self) -> dict[str, list[str]]:
        """What is known of the person, by what it is."""
        document = parse(self.lines)
        birth, expiry = document.birth_date, document.expiry_date
        given = document.given_names
        day, century = self.cpr[:6], "19"
        return {
            "lines": list(self.lines),
            "names": [document.surname, *given.split(), given, given.replace(" ", "<")],
            "number": [document.number],
            "dates": [
                self.lines[1][13:21],  # birth, its check digit, sex and the year of expiry
                self.lines[1][21:28] + self.lines[1][28:32],
                f"{century}{birth[:2]}-{birth[2:4]}-{birth[4:]}",
                f"{birth[4:]}.{birth[2:4]}.{century}{birth[:2]}",
                f"20{expiry[:2]}-{expiry[2:4]}-{expiry[4:]}",
            ],
            "personal number": [self.cpr, f"{day}-{self.cpr[6:]}"],
        }

    @property
    def key(self) -> MrzKey:
        """What opens the chip."""
        return MrzKey.of_document(parse(self.lines))


def _name(random: Random) -> str:
    """Nobody's: ten letters that can be said."""
    return "".join(random.choice(_LETTERS[at % 2]) for at in range(10))


@dataclass(frozen=True)
class Played:
    """Where the devices are, and what of the visit can be looked for."""

    devices: list[Resource]
    of_document: Strings
    of_chip: Strings
    of_face: Strings
    never: Strings
    """What no process of the kiosk may ever hold: the portrait on the chip."""
    live: Strings
    """The live picture as it is on the screen: app and terminal may hold it while it is there."""
    typed: str
    """Ten digits that somebody types who takes the kiosk for something that asks for them."""
    lines: tuple[str, ...]
    """Those of the document, as a reader types them that passes for a keyboard."""

    @property
    def of_host(self) -> Strings:
        """What the device host alone may hold, and only during the visit."""
        return {**self.of_document, **self.of_chip, **self.of_face}


def hidden_texts(words: Iterable[str]) -> Iterator[bytes]:
    """The words as they are and in the codes in which they could be hidden."""
    for word in words:
        for text in {word, word[::-1]}:
            for cased in {text.upper(), text.lower(), text.title()}:
                raw = cased.encode()
                yield raw
                yield b"\0".join(raw[at : at + 1] for at in range(len(raw)))  # UTF-16 LE and BE
                yield b"\0\0\0".join(raw[at : at + 1] for at in range(len(raw)))  # UTF-32
                yield from hidden_bytes(raw)


def hidden_bytes(raw: bytes) -> Iterator[bytes]:
    """The bytes in hexadecimal and in base64, at each of its three beginnings."""
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw)
        # What other bytes before and after it would change is left away.
        whole = coded[(0, 2, 3)[before] : (before + len(raw)) * 8 // 6]
        yield whole
        yield whole.replace(b"+", b"-").replace(b"/", b"_")


def slices(data: bytes, random: Random, count: int = SLICES, size: int = SLICE) -> list[bytes]:
    """Pieces of it that are like nothing else; all of it where it is that short."""
    if len(data) <= size:
        return [data]
    places = [random.randrange(len(data) - size) for _ in range(8 * count)]
    pieces = {data[at : at + size] for at in places}
    told = sorted(pieces, key=lambda piece: (-len(set(piece)), piece))
    return [piece for piece in told[:count] if len(set(piece)) >= size // 3]


def without(data: bytes, other: bytes, size: int = SLICE) -> list[bytes]:
    """The parts of `data`, each `size` bytes or more, of which `other` has nothing."""
    common = {other[at : at + 8] for at in range(len(other) - 7)}
    parts, begin = [], 0
    for at in range(len(data) - 7):
        if data[at : at + 8] in common:
            parts.append(data[begin : at + 7])
            begin = at + 1
    parts.append(data[begin:])
    return [part for part in parts if len(part) >= size]


def hidden_files(files: Iterable[bytes], random: Random) -> Iterator[bytes]:
    """Pieces of each file, as they are, reversed, in hexadecimal and base64."""
    for file in files:
        for piece in slices(file, random):
            yield piece
            yield piece[::-1]
            yield from hidden_bytes(piece)


def hidden_rows(pictures: Sequence[Picture], random: Random) -> Iterator[bytes]:
    """Pieces of rows of decoded pictures, (height, width, ...) uint8, as they lie in memory."""
    for picture in pictures:
        rows = picture.reshape(len(picture), -1)
        for row in range(1, len(rows), max(1, len(rows) // 12)):
            yield from slices(rows[row].tobytes(), random, count=2)
