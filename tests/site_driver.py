"""A driver that a site has installed beside ours, as packages do: found by its entry point."""

import os
import pty
import select
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import pytest

from hardware.confinement_needs import GROUP as NEEDS
from hardware.drivers import GROUP as DRIVERS
from hardware.resources import Resource
from hardware.verdicts import Role
from tests.processes import LONG

MODULE = """\
import os, signal, sys, time
from hardware.chip_link import NoChipError
from hardware.errors import HardwareError, Reason
from hardware.verdicts import ChipVerdict, Role

class SiteReader:
    role = Role.READER
    def __init__(self, address): self.address = address
    def open(self, timeout): pass
    def close(self): pass
    def connect(self, timeout, cancelled): raise NoChipError(ChipVerdict.NONE)

    def say(self, text):
        with open(self.address, "wb", buffering=0) as line:
            line.write(text.encode() + b"\\n")

    def was_told(self):
        line = os.open(self.address, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            return bool(os.read(line, 1))
        except BlockingIOError:
            return False
        finally:
            os.close(line)
"""
"""`say` and `was_told` are for one that is plugged in at a `Line`."""


@dataclass
class Line:
    """A line at which a driver may be plugged in: what is said on it reaches the test."""

    address: str
    _end: int

    def tell(self) -> None:
        """Sends one byte, which waits until a driver looks for it; one of them gets it."""
        os.write(self._end, b"!")

    def says(self) -> str:
        """What a driver said next, up to the end of its line."""
        said = b""
        while not said.endswith(b"\n"):
            assert select.select([self._end], [], [], LONG)[0], "the driver says nothing"
            said += os.read(self._end, 1)
        return said.decode().strip()


@contextmanager
def line() -> Iterator[Line]:
    """A line; a confined driver can open it, and write to no file of the test."""
    ours, theirs = pty.openpty()
    try:
        tty.setraw(theirs)
        yield Line(os.ttyname(theirs), ours)
    finally:
        os.close(ours)
        os.close(theirs)


def install(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    methods: str,
    top: str = "",
    address: str = "site:1",
    needs: str = "",
) -> Resource:
    """Installs a reader whose methods are overridden by these, for processes started from now on.

    `top` is put at the beginning of its module. `needs` is what its package says of it, as in
    `hardware.confinement_needs.GROUP`.
    """
    body = dedent(top) + MODULE + indent(dedent(methods), "    ")
    (folder / "site_reader.py").write_text(body)
    metadata = folder / "site_reader-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: site-reader\nVersion: 1\n")
    points = f"[{DRIVERS}]\nsite-reader = site_reader:SiteReader\n"
    points += f"[{NEEDS}]\nsite-reader = {needs}\n" if needs else ""
    (metadata / "entry_points.txt").write_text(points)
    before = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), before])))
    return Resource(Role.READER, "site-reader", address)
