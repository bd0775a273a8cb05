"""From a picture to the lines of its machine-readable zone, or why there are none."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from hardware.mrz import hints, straightening
from hardware.mrz.decoding import Decoded, decode
from hardware.mrz.line_reading import LineReader
from hardware.mrz.locating import FACING, Block, Glance, Locator
from hardware.mrz.parsing import Document, parse
from hardware.mrz.straightening import Grey, Points
from hardware.opencv import cv2
from hardware.verdicts import CodeHint

MOST_ZONES = 3
"""So many places in a picture are looked at more closely."""


class ReadStatus(StrEnum):
    """How a picture was read."""

    OK = "ok"
    """Every character is sure and every check digit right."""
    UNCERTAIN = "uncertain"
    """There is a code, but part of it was guessed or a check digit does not fit."""
    NOT_FOUND = "not_found"
    """No code that could be read is in the picture."""


@dataclass(frozen=True, repr=False)
class Reading:
    """What a picture shows. Personal: it has no repr, so that no log can hold it."""

    status: ReadStatus
    lines: tuple[str, ...] = ()
    document: Document | None = None
    hints: tuple[CodeHint, ...] = ()
    """Why it could not be read, the likeliest first; empty when it was."""
    zone: Points | None = None
    """The corners of the code in the picture, (4, 2), in reading order from the top left."""
    evidence: Decoded | None = None
    """What `hardware.mrz.voting.Vote` adds up over several pictures."""


@dataclass(frozen=True, repr=False)
class Look:
    """One place that was looked at closely: where, and what was read there."""

    block: Block
    strips: Grey
    decoded: Decoded | None


class Recogniser:
    """Reads pictures. Loads two networks, in about 25 ms; not for use by two threads at once."""

    def __init__(self) -> None:
        self._locator = Locator()
        self._reader = LineReader()

    def read(self, picture: NDArray[np.uint8]) -> Reading:
        """The code in a picture, (height, width) grey or (height, width, 3) BGR, uint8."""
        grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        grey = np.asarray(grey, np.uint8)
        glance = self._locator.glance(grey)
        best: Look | None = None
        for look in self._looks(grey, glance):
            if best is None or _worth(look) > _worth(best):
                best = look
            if look.decoded is not None and look.decoded.sure:
                break
        return _reading(grey, glance, best)

    def _looks(self, grey: Grey, glance: Glance) -> Iterator[Look]:
        for zone in glance.zones[:MOST_ZONES]:
            block = self._locator.block(grey, zone.quad)
            if block is None:
                continue
            if block.facing < -FACING:
                block = self._turned(grey, block) or block
            yield self._read(grey, block)
            if abs(block.facing) < FACING:
                turned = self._turned(grey, block)
                if turned is not None:
                    yield self._read(grey, turned)

    def _turned(self, grey: Grey, block: Block) -> Block | None:
        """The same lines the other way up."""
        return self._locator.block(grey, np.roll(block.quad(), 2, 0))

    def _read(self, grey: Grey, block: Block) -> Look:
        letters = straightening.letters_of(len(block.lines))
        strips = straightening.cut_strips(grey, block.matrix, list(block.lines), letters)
        return Look(block, strips, decode(self._reader.read(strips)))


def _worth(look: Look) -> float:
    decoded = look.decoded
    if decoded is None:
        return -10.0
    return float(decoded.sure) * 10 + decoded.score


def _reading(grey: Grey, glance: Glance, look: Look | None) -> Reading:
    if look is None:
        return Reading(ReadStatus.NOT_FOUND, hints=hints.without_zone(grey, glance))
    zone, decoded = look.block.quad(), look.decoded
    document = parse(decoded.lines) if decoded else None
    if decoded and document and document.valid and decoded.sure:
        return Reading(ReadStatus.OK, decoded.lines, document, (), zone, decoded)
    why = hints.with_zone(grey, look.block, look.strips, decoded)
    if decoded is None:
        if not hints.plausible(grey, glance, look.block):
            return Reading(ReadStatus.NOT_FOUND, hints=hints.without_zone(grey, glance))
        return Reading(ReadStatus.NOT_FOUND, hints=why, zone=zone)
    return Reading(ReadStatus.UNCERTAIN, decoded.lines, document, why, zone, decoded)
