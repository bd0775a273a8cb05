"""The rehearsal of the code on a flatbed, where one picture comes at a time; really recognised."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from hardware.code_rehearsal import use_scanner
from hardware.messages import CodeCoached, CodeFound, FromHost
from hardware.mrz.formats import FORMATS
from hardware.mrz.writing import write
from hardware.simulated.held_document import laid_on_glass
from hardware.stage import Stage
from hardware.verdicts import Role, ScannerKind
from tests.processes import until

WITH_ZEROS = (
    "P<DNKREJYCAGEWE<<RYBOVOROJO<DOKALUSORY<<<<<<",
    "1290636360DNK7005048M34092680405706068<<<<22",
)
"""Of an invented person. Each of the zeros might be an O by its look alone."""


def with_number(number: str) -> tuple[str, ...]:
    """The specimen's code with another number."""
    return write(
        FORMATS["TD3"],
        document_code="P",
        issuer="UTO",
        surname="ERIKSSON",
        given_names="ANNA MARIA",
        number=number,
        birth_date="740812",
        nationality="UTO",
        expiry_date="301231",
        sex="F",
    )


class Glass:
    """A flatbed on which a document lies; no two scans have the same noise."""

    role, kind = Role.SCANNER, ScannerKind.FLATBED

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._noise = np.random.default_rng(8)
        self.scanning = False
        self.lay(lines)

    def lay(self, lines: tuple[str, ...]) -> None:
        self._page = laid_on_glass("TD3", lines)[:2480, :1748].astype(np.int16)

    def scan(self) -> None:
        self.scanning = True

    def newest_frame(self, timeout: float) -> NDArray[np.uint8] | None:
        threading.Event().wait(0.01)
        if not self.scanning:
            return None
        self.scanning = False
        noise = self._noise.integers(-6, 7, self._page.shape)
        return np.clip(self._page + noise, 0, 255).astype(np.uint8)

    def open(self, timeout: float) -> None: ...
    def close(self) -> None: ...


@contextmanager
def scanned(said: list[FromHost]) -> Iterator[tuple[Glass, Stage]]:
    """A rehearsal on a flatbed."""
    stage = Stage(said.append, 40, 20)
    glass = Glass(WITH_ZEROS)
    thread = threading.Thread(target=use_scanner, args=(glass, stage))
    thread.start()
    try:
        yield glass, stage
    finally:
        stage.stop.set()
        thread.join(20)


def test_a_code_with_several_zeros_is_found_at_once() -> None:
    said: list[FromHost] = []
    with scanned(said) as (_, stage):
        stage.scan.set()
        until(lambda: any(isinstance(each, CodeFound | CodeCoached) for each in said), "an answer")
        assert stage.known.lines == WITH_ZEROS


def test_a_code_that_one_scan_doubts_is_found_with_the_next() -> None:
    """And so is the code of the next document that lies there."""
    said: list[FromHost] = []
    with scanned(said) as (glass, stage):
        for lines in map(with_number, ("5O010D44Q", "BOB081A05")):
            glass.lay(lines)
            said.clear()
            stage.scan.set()
            until(lambda: any(isinstance(each, CodeCoached) for each in said), "it doubts")
            assert not any(isinstance(each, CodeFound) for each in said)
            stage.scan.set()
            until(lambda: any(isinstance(each, CodeFound) for each in said), "it is sure")
            assert stage.known.lines == lines
